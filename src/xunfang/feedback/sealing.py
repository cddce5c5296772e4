"""How a resident can be reached, encrypted: AES-256-GCM under a key of the house.

Whoever reads the table without the house's secret key reads nothing. The first byte names
the key, so that a new one can be brought in while the old one still opens what it sealed.
"""

import secrets
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.crypto import salted_hmac

KEY_ID = b"\x01"
_NONCE_BYTES = 12


@lru_cache(maxsize=2)
def _cipher(secret: str) -> AESGCM:
    key = salted_hmac("feedback.contact", KEY_ID, secret=secret, algorithm="sha256")
    return AESGCM(key.digest())


def seal(contact: str, *, of: str) -> bytes:
    """Encrypt a telephone number or an address; ``of`` is the number of the word."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = _cipher(settings.SECRET_KEY).encrypt(
        nonce, contact.encode(), KEY_ID + of.encode()
    )
    return KEY_ID + nonce + sealed


def unseal(sealed: bytes | memoryview, *, of: str) -> str:
    """Decrypt what was sealed for this word.

    Raises
    ------
    cryptography.exceptions.InvalidTag
        It was sealed for another word, under another key, or changed since.
    """
    sealed = bytes(sealed)
    nonce, rest = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    return (
        _cipher(settings.SECRET_KEY)
        .decrypt(nonce, rest, sealed[:1] + of.encode())
        .decode()
    )


def contact_digest(contact: str) -> str:
    """Return by what a contact is found again without being read."""
    plain = "".join(contact.split()).replace("-", "").casefold()
    return salted_hmac("feedback.contact_index", plain, algorithm="sha256").hexdigest()
