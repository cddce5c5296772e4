"""One terminal on the line: what it says, one message after the other, is answered."""

import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from django.db import DatabaseError, connection

from xunfang.api.intake import Intake, NoRoom
from xunfang.api.jt808.frames import BrokenFrame, Frame, close_frame, open_frame
from xunfang.api.jt808.messages import (
    Message,
    Registration,
    Result,
    answer_to,
    fix_in,
    fixes_in,
    registered,
    secret_in,
)
from xunfang.api.positions.reading import Said
from xunfang.units.models import Device
from xunfang.units.positions.receiving import Outcome, Upload
from xunfang.units.positions.services import digest_of, register_terminal

if TYPE_CHECKING:
    from xunfang.units.positions.queries import KnownDevice

log = logging.getLogger(__name__)

MOST_PARTS: Final = 64


class Session:
    """Answers the frames of one connection."""

    def __init__(self, intake: Intake, *, make_secret: Callable[[], str]) -> None:
        self._intake = intake
        self._make_secret = make_secret
        self._device: KnownDevice | None = None
        self._serial = 0
        self._parts: dict[int, Frame] = {}
        """Of the message that comes in parts, by their number."""

    async def answer(self, escaped: bytes) -> bytes:
        """Answer what stood between two flags; nothing to what is no frame."""
        try:
            frame = open_frame(escaped)
        except BrokenFrame as fault:
            log.info("broken frame: %s", fault)
            return b""
        if frame.message == Message.TERMINAL_ANSWER:
            return b""
        try:
            answer = await self._answer(frame)
        except BrokenFrame as fault:
            log.info(
                "%s sent %04x that is broken: %s", frame.phone, frame.message, fault
            )
            answer = self._told(frame, Result.WRONG)
        return close_frame(answer)

    async def _answer(self, frame: Frame) -> Frame:
        if frame.is_encrypted:
            return self._told(frame, Result.UNSUPPORTED)
        if frame.n_parts > 1:
            if self._device is None:
                return self._told(frame, Result.FAILED)
            whole = self._put_together(frame)
            if whole is None:
                return self._told(frame, Result.DONE)
            frame = whole
        match frame.message:
            case Message.REGISTER:
                return await self._register(frame)
            case Message.AUTHENTICATE:
                return self._told(frame, self._authenticate(frame))
            case Message.HEARTBEAT | Message.UNREGISTER:
                return self._told(frame, Result.DONE if self._device else Result.FAILED)
            case Message.FIX:
                return self._told(frame, await self._keep(frame, fix_in))
            case Message.FIXES:
                return self._told(frame, await self._keep(frame, fixes_in))
            case _:
                return self._told(frame, Result.UNSUPPORTED)

    async def _register(self, frame: Frame) -> Frame:
        """Hand the terminal its secret, if the administrator let it register today."""
        secret = self._make_secret()
        try:
            device = await self._intake.in_thread(
                partial(_register, frame.phone, secret, self._intake)
            )
            if device is not None:
                await self._intake.refresh()
        except DatabaseError:
            log.exception("%s could not register", frame.phone)
            return self._told(frame, Result.FAILED)
        if device is not None:
            result = Registration.DONE
        elif any(
            known.code == frame.phone for known in self._intake.known.by_digest.values()
        ):
            result = Registration.TERMINAL_TAKEN
        else:
            result = Registration.NO_SUCH_TERMINAL
        self._serial = (self._serial + 1) & 0xFFFF
        return registered(frame, result, secret, serial=self._serial)

    def _authenticate(self, frame: Frame) -> Result:
        """Let the terminal in whose secret this is."""
        device = self._intake.known.by_digest.get(digest_of(secret_in(frame)))
        if device is None or device.code != frame.phone:
            self._device = None
            return Result.FAILED
        self._device = device
        return Result.DONE

    async def _keep(self, frame: Frame, read: Callable[[bytes], Said]) -> Result:
        """Have what a frame says written; the terminal forgets it when that is done."""
        if self._device is None or self._device.code != frame.phone:
            return Result.FAILED
        said = read(frame.body)
        if not said.spots and not said.n_unusable:
            return Result.DONE
        try:
            outcome = await self._intake.hand_in(
                Upload(self._device, said.spots, said.n_unusable)
            )
        except NoRoom:
            return Result.FAILED
        if outcome is Outcome.REVOKED:
            self._device = None
        return Result.DONE if outcome is Outcome.DONE else Result.FAILED

    def _put_together(self, frame: Frame) -> Frame | None:
        """Return the whole message once its last part is there.

        Parts come in any order, with serial numbers one after the other. A part of
        another message puts the parts of the one before it away.

        Raises
        ------
        BrokenFrame
            It has more parts than any message of ours.
        """
        if frame.n_parts > MOST_PARTS:
            raise BrokenFrame("too many parts")
        first = (frame.serial - frame.part) & 0xFFFF
        for other in list(self._parts.values()):
            if (other.message, other.n_parts, (other.serial - other.part) & 0xFFFF) != (
                frame.message,
                frame.n_parts,
                first,
            ):
                self._parts.clear()
                break
        self._parts[frame.part] = frame
        if len(self._parts) < frame.n_parts:
            return None
        body = b"".join(self._parts[n].body for n in range(1, frame.n_parts + 1))
        self._parts.clear()
        return Frame(frame.message, frame.serial, frame.phone, body, frame.version)

    def _told(self, frame: Frame, result: Result) -> Frame:
        self._serial = (self._serial + 1) & 0xFFFF
        return answer_to(frame, result, serial=self._serial)


def _register(code: str, secret: str, intake: Intake) -> Device | None:
    try:
        return register_terminal(code=code, secret=secret, at=intake.clock())
    except DatabaseError:
        connection.close()
        raise
