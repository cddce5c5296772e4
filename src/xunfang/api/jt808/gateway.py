"""The port at which terminals report: many connections, one loop, one intake."""

import asyncio
import logging
import secrets
from contextlib import suppress
from typing import Final

from django.db import DatabaseError

from xunfang.api.intake import Intake
from xunfang.api.jt808.frames import Splitter
from xunfang.api.jt808.session import Session

log = logging.getLogger(__name__)

SILENT_FOR_S: Final = 15 * 60
"""A terminal that says nothing for so long is hung up on; it beats every few minutes."""
MOST_CONNECTIONS: Final = 5000


def make_secret() -> str:
    """Return a secret for a terminal that registers."""
    return secrets.token_urlsafe(15)


class Gateway:
    """Listens, and keeps a session for each connection."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._open: set[asyncio.Task[None]] = set()

    async def listen(self, host: str, port: int) -> asyncio.Server:
        """Begin to listen.

        Raises
        ------
        OSError
            The port is taken.
        """
        return await asyncio.start_server(self._serve, host, port)

    async def stop(self) -> None:
        """Hang up on everybody."""
        for task in list(self._open):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 -- a stream's callback is a task
        if len(self._open) >= MOST_CONNECTIONS:
            writer.close()
            return
        self._open.add(task)
        try:
            await self._talk(reader, writer)
        except (OSError, TimeoutError, DatabaseError) as fault:
            log.info("a terminal is gone: %s", fault)
        finally:
            self._open.discard(task)
            writer.close()

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer frame after frame until the terminal hangs up or falls silent."""
        await self._intake.get_ready()
        splitter = Splitter()
        session = Session(self._intake, make_secret=make_secret)
        while True:
            async with asyncio.timeout(SILENT_FOR_S):
                data = await reader.read(65536)
            if not data:
                return
            for escaped in splitter.feed(data):
                writer.write(await session.answer(escaped))
            await writer.drain()
