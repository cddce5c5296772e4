"""The signed word of a log: how large it is and what its root is.

The text is that of C2SP ``tlog-checkpoint``, the signature that of C2SP ``signed-note``
with Ed25519 (https://c2sp.org/tlog-checkpoint, https://c2sp.org/signed-note), so that
witnesses of other makers can read and countersign it. The key itself is not in here.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from xunfang.core.ledger.tree import HASH_BYTES

_ED25519: Final = b"\x01"
_KEY_ID_BYTES: Final = 4
_DASH: Final = "\N{EM DASH} "
_NAME = re.compile(r"[^\s+]+")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Whose log it is, how many leaves it has, and its root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed, with which key, and the signature."""

    name: str
    key_id: bytes
    signature: bytes


class NotACheckpoint(ValueError):
    """The text is no checkpoint."""


def key_id_of(name: str, public_key: bytes) -> bytes:
    """Return the four bytes by which a note names an Ed25519 key."""
    return sha256(name.encode() + b"\n" + _ED25519 + public_key).digest()[
        :_KEY_ID_BYTES
    ]


def signed(checkpoint: Checkpoint, *signatures: Signature) -> str:
    """Return the note: the text and who signed it.

    ``ValueError``: a name that the format could not hold.
    """
    lines = [checkpoint.text]
    for each in signatures:
        if not _NAME.fullmatch(each.name):
            raise ValueError(f"a name without spaces and plus signs, not {each.name!r}")
        packed = b64encode(each.key_id + each.signature).decode()
        lines.append(f"{_DASH}{each.name} {packed}")
    return "\n".join(lines) + "\n"


def parse(note: str) -> tuple[Checkpoint, list[Signature]]:
    """Read a note. Whether its signatures are true is for who has the keys.

    ``NotACheckpoint``: it is something else, or has been bent.
    """
    text, gap, tail = note.rpartition("\n\n")
    lines = text.split("\n")
    if not gap or len(lines) < 3 or not note.endswith("\n"):
        raise NotACheckpoint("three lines, an empty one, and signatures are due")
    origin, size, root = lines[:3]
    if not origin or not re.fullmatch(r"0|[1-9][0-9]*", size):
        raise NotACheckpoint("whose log, and how large, are not said")
    checkpoint = Checkpoint(origin, int(size), _bytes(root))
    if len(checkpoint.root) != HASH_BYTES:
        raise NotACheckpoint("the root is not a hash")
    return checkpoint, [_signature(line) for line in tail[:-1].split("\n")]


def _signature(line: str) -> Signature:
    name, _gap, packed = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not _NAME.fullmatch(name):
        raise NotACheckpoint("not the line of a signature")
    value = _bytes(packed)
    if len(value) < _KEY_ID_BYTES + 1:
        raise NotACheckpoint("the signature is cut off")
    return Signature(name, value[:_KEY_ID_BYTES], value[_KEY_ID_BYTES:])


def _bytes(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except NotBase64 as error:
        raise NotACheckpoint("not base64") from error
