"""Between the network and the table: a queue that never loses what it has confirmed.

Requests wait in memory until a thread has written them, many in one transaction, and are
answered only then. If the process dies, whoever was not answered sends again; sending
twice is harmless. Where there is no room, or nothing can be written, the answer is "come
back later": a device then keeps what it has.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Final, NamedTuple

from django.db import connection

from xunfang.units.positions.queries import KnownDevices
from xunfang.units.positions.receiving import (
    Outcome,
    Receiver,
    Upload,
    carry_the_log_over,
    wait_for_the_disk,
)
from xunfang.units.positions.tasks import see_that_fixes_are_deleted

log = logging.getLogger(__name__)

GATHER_S: Final = 0.005
"""A batch waits so long for company: one transaction serves all who came meanwhile."""
MOST_UPLOADS: Final = 2000
"""In one transaction."""
PATIENCE_S: Final = 10.0
"""Whoever waits longer for the disk is told to come back: devices hang up after 15 s."""
REFRESH_EVERY_S: Final = 1.0
SEE_TO_DELETION_EVERY: Final = timedelta(minutes=10)


class NoRoom(Exception):
    """The queue is full."""


type Answer = "asyncio.Future[Outcome | None]"
"""What became of an upload, once it is known; None: come back later."""


class _Waiting(NamedTuple):
    upload: Upload
    answer: Answer


class Intake:
    """Takes uploads in one event loop, and has them written by a thread of its own."""

    def __init__(
        self,
        *,
        room_for: int,
        clock: Callable[[], datetime],
        receiver: Receiver | None = None,
    ) -> None:
        self.clock = clock
        self._room_for = room_for
        self._receiver = receiver or Receiver()
        self._thread = ThreadPoolExecutor(1, "positions", wait_for_the_disk)
        self._beside = ThreadPoolExecutor(1, "positions-log")
        self._waiting: list[_Waiting] = []
        self._n_fixes = 0
        """Waiting or being written."""
        self._n_written = 0
        """Batches."""
        self._arrived = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._deletion_seen_to_at: datetime | None = None

    @property
    def known(self) -> KnownDevices:
        """The devices that may speak."""
        return self._receiver.known

    async def get_ready(self) -> None:
        """Learn the devices and begin to write, on first use.

        Raises
        ------
        django.db.DatabaseError
            The devices cannot be read; try again later.
        """
        if self._tasks:
            return
        await self.in_thread(self._receiver.refresh)
        if not self._tasks:
            self._tasks = [
                asyncio.create_task(self._write()),
                asyncio.create_task(self._keep_fresh()),
                asyncio.create_task(self._keep_log_short()),
            ]

    async def stop(self) -> None:
        """Write what waits, then end."""
        while self._waiting:
            await asyncio.sleep(GATHER_S)
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        self._tasks = []
        await self.in_thread(_hang_up)
        self._thread.shutdown()
        await asyncio.get_running_loop().run_in_executor(self._beside, _hang_up)
        self._beside.shutdown()

    async def in_thread[T](self, do: Callable[[], T]) -> T:
        """Run something in the thread that writes, after what it is writing."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, do)

    async def refresh(self) -> None:
        """Learn at once of a change to devices."""
        await self.in_thread(self._receiver.refresh)

    def hand_in(self, upload: Upload) -> Answer:
        """Queue an upload; the answer comes when it is on disk, or cannot be.

        Raises
        ------
        NoRoom
            Nothing was queued.
        """
        n_fixes = len(upload.spots)
        if self._n_fixes and self._n_fixes + n_fixes > self._room_for:
            raise NoRoom
        answer: Answer = asyncio.get_running_loop().create_future()
        self._n_fixes += n_fixes
        self._waiting.append(_Waiting(upload, answer))
        self._arrived.set()
        return answer

    async def _write(self) -> None:
        """Write batch after batch, for as long as the process lives."""
        loop = asyncio.get_running_loop()
        while True:
            await self._arrived.wait()
            await asyncio.sleep(GATHER_S)
            batch = self._waiting[:MOST_UPLOADS]
            del self._waiting[:MOST_UPLOADS]
            if not self._waiting:
                self._arrived.clear()
            uploads = [waiting.upload for waiting in batch]
            self._too_late = loop.call_later(PATIENCE_S, self._send_away, batch)
            outcomes: Sequence[Outcome | None] = [None] * len(batch)
            try:
                outcomes = await self.in_thread(partial(self._keep, uploads))
                self._n_written += 1
            except Exception:
                log.exception("positions could not be written")
            self._too_late.cancel()
            self._answer(batch, outcomes)

    def _send_away(self, batch: list[_Waiting]) -> None:
        """Answer a batch that hangs, and whoever waits behind it: come back later.

        The batch may yet be written, which does no harm.
        """
        log.warning("positions wait for the disk for more than %d s", PATIENCE_S)
        for waiting in batch:
            _tell(waiting, None)
        behind, self._waiting = self._waiting, []
        self._arrived.clear()
        self._answer(behind, [None] * len(behind))
        self._too_late = asyncio.get_running_loop().call_later(
            PATIENCE_S, self._send_away, batch
        )

    def _answer(
        self, batch: list[_Waiting], outcomes: Sequence[Outcome | None]
    ) -> None:
        """Tell who waited, and make room."""
        for waiting, outcome in zip(batch, outcomes, strict=True):
            _tell(waiting, outcome)
            self._n_fixes -= len(waiting.upload.spots)

    def _keep(self, uploads: list[Upload]) -> list[Outcome]:
        try:
            return self._receiver.keep(uploads, at=self.clock())
        except Exception:
            # A connection that failed may stay broken.
            _hang_up()
            raise

    async def _keep_fresh(self) -> None:
        """Look every second whether devices have changed, and that old fixes go."""
        while True:
            await asyncio.sleep(REFRESH_EVERY_S)
            try:
                await self.in_thread(self._look_after)
            except Exception:
                log.exception("devices could not be read")

    async def _keep_log_short(self) -> None:
        """Carry over every second what was written: no batch waits for that."""
        loop = asyncio.get_running_loop()
        n_written = -1
        while True:
            await asyncio.sleep(REFRESH_EVERY_S)
            if n_written == self._n_written:
                continue
            n_written = self._n_written
            try:
                await loop.run_in_executor(self._beside, carry_the_log_over)
            except Exception:
                log.exception("what was written could not be carried over")

    def _look_after(self) -> None:
        try:
            self._receiver.refresh()
            at = self.clock()
            seen_at = self._deletion_seen_to_at
            if seen_at is None or at - seen_at >= SEE_TO_DELETION_EVERY:
                see_that_fixes_are_deleted(at=at)
                self._deletion_seen_to_at = at
        except Exception:
            _hang_up()
            raise


def _hang_up() -> None:
    """Close this thread's connection; a new one is made when it is needed."""
    connection.close()


def _tell(waiting: _Waiting, outcome: Outcome | None) -> None:
    # Whoever hung up meanwhile is told nothing.
    if not waiting.answer.done():
        waiting.answer.set_result(outcome)
