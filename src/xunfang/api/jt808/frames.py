"""Frames of JT/T 808: found in a stream, opened, and closed again (4.4)."""

from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Final

FLAG: Final = 0x7E
ESCAPE: Final = 0x7D
MOST_BYTES: Final = 4096
"""A body has at most 1,023 bytes; escaped and with its header it is shorter than this."""
LENGTH: Final = 0x03FF
ENCRYPTED: Final = 0x1C00
IN_PARTS: Final = 0x2000
WITH_VERSION: Final = 0x4000
"""Bits of the field of properties; with a version it is the edition of 2019 or later."""


class BrokenFrame(ValueError):
    """This is no frame: wrong checksum, length, escape or number."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A message, or a part of one."""

    message: int
    serial: int
    phone: str
    """Number of the terminal, without leading noughts."""
    body: bytes
    version: int | None = None
    """None: the edition of 2013."""
    n_parts: int = 1
    part: int = 1
    is_encrypted: bool = False


class Splitter:
    """Finds frames in what comes in, in whatever pieces."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """Return what stands between flags; what is too long to be a frame is dropped."""
        self._rest += data
        *pieces, rest = self._rest.split(bytes([FLAG]))
        self._rest = rest if len(rest) <= MOST_BYTES else bytearray()
        return [bytes(piece) for piece in pieces if 0 < len(piece) <= MOST_BYTES]


def open_frame(escaped: bytes) -> Frame:
    """Read what stands between two flags.

    Raises
    ------
    BrokenFrame
    """
    content = _unescaped(escaped)
    if len(content) < 2 or reduce(xor, content):
        raise BrokenFrame("checksum")
    content = content[:-1]
    message, properties = _word(content, 0), _word(content, 2)
    at = 4
    version = None
    if properties & WITH_VERSION:
        version, at = _bytes(content, 4, 1)[0], 5
    n_digits = 6 if version is None else 10
    phone = _bytes(content, at, n_digits).hex()
    if not phone.isdigit():
        raise BrokenFrame("number")
    serial = _word(content, at + n_digits)
    at += n_digits + 2
    n_parts, part = 1, 1
    if properties & IN_PARTS:
        n_parts, part = _word(content, at), _word(content, at + 2)
        at += 4
        if not 1 <= part <= n_parts:
            raise BrokenFrame("parts")
    body = content[at:]
    if len(body) != properties & LENGTH:
        raise BrokenFrame("length")
    return Frame(
        message,
        serial,
        phone.lstrip("0"),
        body,
        version,
        n_parts,
        part,
        bool(properties & ENCRYPTED),
    )


def close_frame(frame: Frame) -> bytes:
    """Write a whole message, flags and all."""
    properties = len(frame.body)
    if len(frame.body) > LENGTH or frame.n_parts != 1:
        raise ValueError("only messages in one piece are written")
    head = b""
    if frame.version is not None:
        properties |= WITH_VERSION
        head = bytes([frame.version])
    n_digits = 12 if frame.version is None else 20
    content = (
        frame.message.to_bytes(2)
        + properties.to_bytes(2)
        + head
        + bytes.fromhex(frame.phone.zfill(n_digits))
        + frame.serial.to_bytes(2)
        + frame.body
    )
    content += bytes([reduce(xor, content)])
    escaped = content.replace(b"\x7d", b"\x7d\x01").replace(b"\x7e", b"\x7d\x02")
    return b"\x7e" + escaped + b"\x7e"


def _unescaped(escaped: bytes) -> bytes:
    """Undo 7d 01 and 7d 02, from left to right."""
    pieces = escaped.split(bytes([ESCAPE]))
    content = bytearray(pieces[0])
    for piece in pieces[1:]:
        if piece[:1] == b"\x01":
            content.append(ESCAPE)
        elif piece[:1] == b"\x02":
            content.append(FLAG)
        else:
            raise BrokenFrame("escape")
        content += piece[1:]
    return bytes(content)


def _bytes(content: bytes, at: int, n: int) -> bytes:
    piece = content[at : at + n]
    if len(piece) != n:
        raise BrokenFrame("too short")
    return piece


def _word(content: bytes, at: int) -> int:
    return int.from_bytes(_bytes(content, at, 2))
