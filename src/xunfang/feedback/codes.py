"""Numbers of words, and the codes on their receipts.

A number is for talking about a word and gives nothing away; the code on the receipt opens
it, so it is as hard to guess as a password: twelve signs of an alphabet without look-alikes
(Crockford's, 60 bits). It follows from the number and the house's key, so that the same
upload sent twice gets the same receipt and nobody has to keep it.
"""

import secrets
from datetime import date

from django.utils.crypto import salted_hmac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def new_number(prefix: str, day: date) -> str:
    """Return a number for something that begins on a day: ``W261122-7KQ4M``."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(5))
    return f"{prefix}{day:%y%m%d}-{drawn}"


def receipt_code(number: str) -> str:
    """Return the code on the receipt of a word: ``7KQ4-M2XP-9TRA``."""
    drawn = salted_hmac("feedback.receipt", number, algorithm="sha256").digest()
    bits = int.from_bytes(drawn[:8])
    signs = "".join(ALPHABET[(bits >> (5 * n)) & 31] for n in range(CODE_LENGTH))
    return "-".join(signs[n : n + 4] for n in range(0, CODE_LENGTH, 4))


def code_digest(code: str) -> str:
    """Return what is kept of a code; spaces, hyphens, case and look-alikes do not count.

    >>> code_digest("7kq4 m2xp 9tra") == code_digest("7KQ4-M2XP-9TRA")
    True
    """
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    plain = plain.translate(_READ_AS)
    return salted_hmac("feedback.code", plain, algorithm="sha256").hexdigest()
