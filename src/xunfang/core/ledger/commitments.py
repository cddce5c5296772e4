"""What goes into the log instead of what was said: a salted hash of it.

Whoever holds the words and the salt can show that they are the ones in the log; nobody
can guess them from the log, and when words and salt are erased, nothing of them is left.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

SALT_BYTES: Final = 16
_LARGEST: Final = 2**53 - 1

type Value = str | int | bool | list["Value"] | dict[str, "Value"] | None


def canonical(document: Mapping[str, Value]) -> bytes:
    """Return the one way to write a document down (RFC 8785, without fractions).

    ``ValueError``: a key beyond ASCII, a fraction, or a whole number that a browser could
    not hold.

    >>> canonical({"b": [1, None], "a": "灯不亮"}).decode()
    '{"a":"灯不亮","b":[1,null]}'
    """
    _check(document)
    text = json.dumps(
        document, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode()


def commitment(salt: bytes, document: Mapping[str, Value]) -> bytes:
    """Return what the log holds of a document: SHA-256 of the salt and its text.

    ``ValueError``: the salt is not 16 bytes long.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return sha256(salt + canonical(document)).digest()


def _check(value: object) -> None:
    match value:
        case str() | None | bool():
            pass
        case int():
            if abs(value) > _LARGEST:
                raise ValueError(f"too large a number: {value}")
        case list():
            for each in value:
                _check(each)
        case Mapping():
            for key, each in value.items():
                if not (isinstance(key, str) and key.isascii()):
                    raise ValueError(f"not a plain key: {key!r}")
                _check(each)
        case _:
            raise ValueError(f"cannot be written in one way only: {value!r}")
