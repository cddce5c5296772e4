"""Bodies of the messages that are for us (8.1 to 8.49), and our answers."""

from datetime import datetime, timedelta, timezone
from enum import IntEnum
from typing import Final

from xunfang.api.jt808.frames import BrokenFrame, Frame
from xunfang.api.positions.reading import Said, is_on_earth
from xunfang.units.positions.receiving import Spot

BEIJING: Final = timezone(timedelta(hours=8))
"""Times are of this zone, wherever the terminal is."""
KMH_TENTHS_MPS: Final = 1.0 / 36.0
DEGREES: Final = 1e-6
FIX_BYTES: Final = 28
MOST_FIXES: Final = 1000
IS_FIXED, IS_SOUTH, IS_WEST = 1 << 1, 1 << 2, 1 << 3
"""Bits of the state of a fix."""


class Message(IntEnum):
    """Numbers of messages."""

    TERMINAL_ANSWER = 0x0001
    HEARTBEAT = 0x0002
    UNREGISTER = 0x0003
    REGISTER = 0x0100
    AUTHENTICATE = 0x0102
    FIX = 0x0200
    FIXES = 0x0704
    ANSWER = 0x8001
    REGISTERED = 0x8100


class Result(IntEnum):
    """What a terminal is told of a message."""

    DONE = 0
    FAILED = 1
    WRONG = 2
    UNSUPPORTED = 3


class Registration(IntEnum):
    """What a terminal is told of its registration."""

    DONE = 0
    TERMINAL_TAKEN = 3
    NO_SUCH_TERMINAL = 4


def secret_in(frame: Frame) -> str:
    """Return the secret with which a terminal authenticates (0102).

    In 2013 it is the whole body, from 2019 on its length stands before it.

    Raises
    ------
    BrokenFrame
    """
    secret = frame.body
    if frame.version is not None:
        n_bytes = secret[0] if secret else 0
        secret = secret[1 : 1 + n_bytes]
        if len(secret) != n_bytes:
            raise BrokenFrame("secret")
    return secret.rstrip(b"\x00").decode("gbk", "replace")


def fix_in(body: bytes) -> Said:
    """Read a fix (0200); further items after it are not for us.

    Raises
    ------
    BrokenFrame
    """
    if len(body) < FIX_BYTES:
        raise BrokenFrame("fix")
    state = int.from_bytes(body[4:8])
    if not state & IS_FIXED:
        return Said()
    lat = int.from_bytes(body[8:12]) * DEGREES * (-1 if state & IS_SOUTH else 1)
    lon = int.from_bytes(body[12:16]) * DEGREES * (-1 if state & IS_WEST else 1)
    at_s = _beijing_time(body[22:28])
    if at_s is None or not is_on_earth(lon, lat):
        return Said(n_unusable=1)
    heading_deg = int.from_bytes(body[20:22])
    spot = Spot(
        at_s,
        lon,
        lat,
        int.from_bytes(body[18:20]) * KMH_TENTHS_MPS,
        float(heading_deg) if heading_deg < 360 else None,
    )
    return Said((spot,))


def fixes_in(body: bytes) -> Said:
    """Read a batch of fixes (0704), as terminals send them after a blind area.

    Raises
    ------
    BrokenFrame
    """
    n_fixes, at = int.from_bytes(body[:2]), 3
    if len(body) < at or n_fixes > MOST_FIXES:
        raise BrokenFrame("batch")
    read = []
    for _ in range(n_fixes):
        n_bytes = int.from_bytes(body[at : at + 2])
        fix = body[at + 2 : at + 2 + n_bytes]
        if len(fix) != n_bytes:
            raise BrokenFrame("batch")
        read.append(fix_in(fix))
        at += 2 + n_bytes
    return Said(
        tuple(spot for said in read for spot in said.spots),
        n_unusable=sum(said.n_unusable for said in read),
    )


def answer_to(frame: Frame, result: Result, *, serial: int) -> Frame:
    """Return what a terminal is told of a message (8001)."""
    body = frame.serial.to_bytes(2) + frame.message.to_bytes(2) + bytes([result])
    return Frame(Message.ANSWER, serial, frame.phone, body, frame.version)


def registered(
    frame: Frame, result: Registration, secret: str, *, serial: int
) -> Frame:
    """Return what a terminal is told of its registration (8100)."""
    body = frame.serial.to_bytes(2) + bytes([result])
    if result is Registration.DONE:
        body += secret.encode("gbk")
    return Frame(Message.REGISTERED, serial, frame.phone, body, frame.version)


def _beijing_time(bcd: bytes) -> float | None:
    """Read YY MM DD hh mm ss; None: it is no time."""
    digits = bcd.hex()
    if not digits.isdigit():
        return None
    year, month, day, hour, minute, second = (
        int(digits[n : n + 2]) for n in range(0, 12, 2)
    )
    try:
        moment = datetime(2000 + year, month, day, hour, minute, second, tzinfo=BEIJING)
    except ValueError:
        return None
    return moment.timestamp()
