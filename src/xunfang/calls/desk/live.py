"""The board carried to every screen: one look at the database a second, for all of them.

A look costs a few small counts. Only if one of them has changed is the board read anew,
and only what is different for somebody is sent to them. Every message says how old what
it shows is: a screen on which nothing moves must not look like a quiet night.
"""

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import DatabaseError, close_old_connections, connections
from django.db.models import Count, Max, Sum
from django.utils import timezone

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.calls.desk.board import Board, build
from xunfang.calls.desk.showing import (
    can_command,
    lists_of,
    marks_of,
    note_words,
    row_html,
    row_id,
    seen_by,
    stamp,
)
from xunfang.calls.models import Call, CallEvent
from xunfang.calls.sending.offers import ZONE
from xunfang.cases.models import Case
from xunfang.core.dispatching.sheets import CallStatus
from xunfang.units.models import CrewDeclaration, DutyEntry, DutyStay, Position
from xunfang.units.nights import tonight

log = logging.getLogger(__name__)

LOOKS_EVERY = timedelta(seconds=0.9)
READS_EVERY = timedelta(seconds=10)
"""Even if no count has changed: what a count cannot see is seen then, and what time does."""
ASKS_WHO_EVERY = timedelta(seconds=30)
"""Whoever is no longer allowed to look loses the picture within this time."""
BEATS_EVERY_S = 1.0
OPEN = [s.value for s in CallStatus if s is not CallStatus.CLOSED]

type Cursor = tuple[Any, ...]


def cursor(at: datetime) -> Cursor:
    """Return what changes whenever the board does; six small queries."""
    night = tonight(at, ZONE)
    calls = Call.objects.filter(status__in=OPEN).aggregate(
        n=Count("pk"), revisions=Sum("revision"), newest=Max("pk")
    )
    events = CallEvent.objects.filter(recorded_at__gte=at - timedelta(hours=1))
    entries = DutyEntry.objects.filter(shift__night=night)
    positions = Position.objects.filter(shift__night=night).aggregate(
        n=Count("pk"), newest=Max("received_at"), fixed=Max("fixed_at")
    )
    bound = DutyStay.objects.filter(shift__night=night).aggregate(
        n=Count("pk"), newest=Max("pk")
    )
    declared = CrewDeclaration.objects.filter(shift__night=night).aggregate(
        n=Count("pk"), newest=Max("pk")
    )
    # Every minute of a matter of life and death counts, whoever told it to whom.
    words = Case.objects.filter(urgency=1, acknowledged_at=None).aggregate(
        n=Count("pk"), revisions=Sum("revision"), newest=Max("pk")
    )
    return (
        *calls.values(),
        *words.values(),
        *events.aggregate(newest=Max("pk"), n=Count("pk")).values(),
        *entries.aggregate(newest=Max("pk"), n=Count("pk")).values(),
        *positions.values(),
        *bound.values(),
        *declared.values(),
    )


class Hub:
    """The board as this process last saw it. Asked from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._board: Board | None = None
        self._cursor: Cursor = ()
        self._looked_at: datetime | None = None
        self._process = uuid4().hex[:8]
        self._n_read = 0

    @property
    def version(self) -> str:
        """Changes with every board; no two processes have the same."""
        return f"{self._process}-{self._n_read}"

    def look(self, at: datetime) -> tuple[Board, str, datetime]:
        """Return the board, its version, and when the database was last looked at.

        Where the database does not answer, the board of before: its age tells.
        """
        with self._lock:
            if self._is_due(at):
                try:
                    self._look(at)
                except DatabaseError:
                    log.warning("the desk could not look at the database")
                    close_old_connections()
                    if self._board is None:
                        raise
            if self._board is None or self._looked_at is None:
                raise RuntimeError("a board that was never read")  # pragma: no cover
            return self._board, self.version, self._looked_at

    def forget(self) -> None:
        """Look again at once."""
        with self._lock:
            self._board, self._cursor, self._looked_at = None, (), None

    def _is_due(self, at: datetime) -> bool:
        return (
            self._looked_at is None
            or self._board is None
            or not timedelta() <= at - self._looked_at < LOOKS_EVERY
        )

    def _look(self, at: datetime) -> None:
        now = cursor(at)
        is_old = self._board is None or at - self._board.as_of >= READS_EVERY
        if is_old or now != self._cursor:
            self._board, self._cursor = build(at), now
            self._n_read += 1
        self._looked_at = at


HUB = Hub()


@dataclass(slots=True)
class Viewer:
    """One screen, and what it has been sent."""

    user: User
    language: str
    looks_on: bool = False
    """It gives no orders, whoever stands before it: the wall."""
    known: str = ""
    """The version that the screen has already, from another answer."""
    hub: Hub = HUB
    _asked_who_at: datetime | None = None
    _version: str = ""
    _rows: dict[str, str] = field(default_factory=dict)
    _order: dict[str, list[str]] = field(default_factory=dict)
    _marks: dict[str, dict[str, list[Any]]] = field(default_factory=dict)

    def next_message(self, at: datetime) -> dict[str, Any] | None:
        """Return what is new for this screen; None: its person may not look any more."""
        if not self._may_look(at):
            return None
        try:
            board, version, looked_at = self.hub.look(at)
        except DatabaseError:
            return {"now": stamp(at), "as_of": None}
        message: dict[str, Any] = {
            "now": stamp(at),
            "as_of": stamp(looked_at),
            "version": version,
        }
        if version not in {self._version, self.known}:
            message |= self._news(board, at)
            self._version = version
        return message

    def _may_look(self, at: datetime) -> bool:
        asked = self._asked_who_at
        if asked is not None and at - asked < ASKS_WHO_EVERY:
            return True
        if asked is not None:
            try:
                found = User.objects.filter(pk=self.user.pk).first()
            except DatabaseError:
                return True  # Whoever cannot read the database is shown nothing new.
            if found is None:
                return False
            self.user = found
        self._asked_who_at = at
        return self.user.is_active and can(self.user, Capability.SEE_POSITIONS)

    def _news(self, board: Board, at: datetime) -> dict[str, Any]:
        is_first = not self._version
        seen = seen_by(self.user, board)
        new_words = [row for row in seen.words if row_id(row) not in self._rows]
        note_words(self.user, new_words, at)
        commands = can_command(self.user) and not self.looks_on
        lists = lists_of(seen)
        order = {name: [row_id(row) for row in rows] for name, rows in lists.items()}
        rows = {
            row_id(row): row_html(row, self.language, commands=commands)
            for shown in lists.values()
            for row in shown
        }
        news: dict[str, Any] = {
            "is_whole": is_first,
            "rows": {
                key: html for key, html in rows.items() if self._rows.get(key) != html
            },
        }
        if order != self._order:
            news["order"] = order
        marks = marks_of(seen)
        for kind, shown_marks in marks.items():
            before = self._marks.get(kind, {})
            moved = {k: v for k, v in shown_marks.items() if before.get(k) != v}
            if moved:
                news[kind] = moved
            if gone := [key for key in before if key not in shown_marks]:
                news[f"{kind}_gone"] = gone
        self._rows, self._order, self._marks = rows, order, marks
        return news


_POOL = ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk")
"""All screens take turns in one thread: one connection to the database."""


def _next(viewer: Viewer) -> dict[str, Any] | None:
    close_old_connections()
    return viewer.next_message(timezone.now())


async def events(viewer: Viewer) -> AsyncIterator[str]:
    """Yield a message a second for as long as the screen listens."""
    loop = asyncio.get_running_loop()
    yield "retry: 1000\n\n"
    while True:
        began = loop.time()
        message = await loop.run_in_executor(_POOL, _next, viewer)
        if message is None:
            yield "event: over\ndata: {}\n\n"
            return
        yield f"data: {json.dumps(message, ensure_ascii=False)}\n\n"
        await asyncio.sleep(max(0.05, BEATS_EVERY_S - (loop.time() - began)))


def hand_back_connection() -> None:
    """Close what the request opened: the stream may last all night."""
    connections.close_all()
