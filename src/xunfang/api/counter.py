"""Where words are handed in: one counter, and a line before it.

Words go into one log, so they are written one after the other whoever does it. A thread
of its own, which keeps its connection to the database, writes them in the order in which
they came; pages are not held up by them, and nobody is overtaken for ever. To open the
database anew for each of them, and to hand each from thread to thread as pages are, took
as long again as writing them.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, cast

from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.base import BaseHandler
from django.db import connection, connections
from django.http import HttpResponseBase

type Scope = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
type Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PREFIXES: Final = ("/open311/", "/api/words/")
FORMS: Final = ("/say/", "/ask/")
MAX_FORM_BYTES: Final = 64 * 1024
"""A form with photos is long in the making: it does not stand in this line."""


class Counter:
    """Answers what is handed in, and gives everything else on to ``pages``."""

    def __init__(self, pages: Any) -> None:
        self._pages = pages
        self._messages = ASGIHandler()
        """Takes requests apart and puts answers together."""
        self._views = BaseHandler()
        self._views.load_middleware(is_async=False)
        self._thread = ThreadPoolExecutor(1, "counter")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if not _is_handed_in(scope):
            await self._pages(scope, receive, send)
            return
        try:
            body = await self._messages.read_body(receive)
        except RequestAborted:
            return
        request, refusal = self._messages.create_request(scope, body)
        answer: Any = refusal
        if request is not None:
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._thread, self._answer, request)
        await self._messages.send_response(answer, cast("Any", send))
        body.close()

    def close(self) -> None:
        """Write what waits, and let go of the database."""
        self._thread.submit(connections.close_all)
        self._thread.shutdown()

    def _answer(self, request: Any) -> HttpResponseBase:
        try:
            return self._views.get_response(request)
        finally:
            # Kept however soon pages let go of theirs; one that failed may stay broken.
            connection.close_at = None
            connection.close_if_unusable_or_obsolete()


def _is_handed_in(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "POST":
        return False
    if scope["path"] not in FORMS:
        return bool(scope["path"].startswith(PREFIXES))
    length = dict(scope["headers"]).get(b"content-length", b"")
    return length.isdigit() and int(length) <= MAX_FORM_BYTES
