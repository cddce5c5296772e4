"""What one person sees of the board, and the rows of it in their language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import override

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.calls import queries
from xunfang.calls.desk import wording
from xunfang.calls.desk.board import (
    Board,
    CallRow,
    FeedRow,
    Place,
    QuestionsRow,
    UnitRow,
    WordRow,
)
from xunfang.calls.sending.offers import ZONE
from xunfang.cases import queries as cases
from xunfang.core.casework.scam_desk import open_time
from xunfang.feedback.models import Where
from xunfang.feedback.showings import note_shown

N_ROWS_KEPT = 8192


@dataclass(frozen=True, slots=True)
class Seen:
    """The part of the board that one person may see."""

    as_of: datetime
    calls: tuple[CallRow, ...]
    units: tuple[UnitRow, ...]
    places: Mapping[int, Place]
    events: tuple[FeedRow, ...]
    words: tuple[WordRow, ...] = ()
    questions: tuple[QuestionsRow, ...] = ()
    """One line, or none where no question is late or nearly."""


def seen_by(user: User, board: Board) -> Seen:
    """Leave out what is not this person's to see.

    One query; one more for urgent words and one for late questions, if there are any.

    Calls as ``policies.seen_by`` says. A station's desk sees its own crews, and others
    while they are bound to a call that it sees.
    """
    keys = {row.pk for row in board.calls} | {
        row.call for row in board.events if row.call is not None
    }
    visible = set(
        queries.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True)
    )
    units = tuple(
        row
        for row in board.units
        if not user.station_code
        or row.station == user.station_code
        or any(call in visible for call, _number in row.calls)
    )
    own = {row.shift for row in units}
    return Seen(
        board.as_of,
        tuple(row for row in board.calls if row.pk in visible),
        units,
        {shift: place for shift, place in board.places.items() if shift in own},
        tuple(
            row
            for row in board.events
            if (row.call in visible if row.call is not None else row.shift in own)
        ),
        _words_for(user, board),
        _questions_for(user, board),
    )


def _words_for(user: User, board: Board) -> tuple[WordRow, ...]:
    """Leave out other stations' words; of a sealed one that it is there stays."""
    if not board.words:
        return ()
    keys = [row.pk for row in board.words]
    seen = set(cases.known_to(user).filter(pk__in=keys).values_list("pk", flat=True))
    return tuple(row for row in board.words if row.pk in seen)


def _questions_for(user: User, board: Board) -> tuple[QuestionsRow, ...]:
    """Count the questions that wait in this person's queue."""
    if not board.questions:
        return ()
    keys = [each.pk for each in board.questions]
    seen = set(cases.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))
    mine = [each for each in board.questions if each.pk in seen]
    if not mine:
        return ()
    waited = open_time(mine[0].asked_at, board.as_of, zone=ZONE)
    return (
        QuestionsRow(
            n=len(mine),
            n_late=sum(each.reply_by < board.as_of for each in mine),
            waited_min=waited // timedelta(minutes=1),
        ),
    )


def note_words(user: User, rows: Sequence[WordRow], at: datetime) -> None:
    """Note which urgent words somebody is shown."""
    words = [row.word for row in rows if row.word is not None]
    note_shown(words, to=user, where=Where.DESK, at=at)


def can_command(user: User) -> bool:
    """Say whether the person gives orders at the desk, or looks on."""
    return can(user, Capability.DISPATCH)


type Row = CallRow | UnitRow | FeedRow | WordRow | QuestionsRow

TEMPLATES: Mapping[type, str] = {
    CallRow: "calls/desk/row_call.html",
    UnitRow: "calls/desk/row_unit.html",
    FeedRow: "calls/desk/row_event.html",
    WordRow: "calls/desk/row_word.html",
    QuestionsRow: "calls/desk/row_questions.html",
}


def row_id(row: Row) -> str:
    """Return the id of a row on the page."""
    if isinstance(row, CallRow):
        return f"call-{row.pk}"
    if isinstance(row, UnitRow):
        return f"unit-{row.shift}"
    if isinstance(row, WordRow):
        return f"word-{row.pk}"
    if isinstance(row, QuestionsRow):
        return "questions"
    return f"event-{row.key}"


@lru_cache(maxsize=N_ROWS_KEPT)
def row_html(row: Row, language: str, *, commands: bool) -> str:
    """Return a row as it is sent; the browser sets its clocks."""
    now = row.reported_at if isinstance(row, CallRow) else None
    with override(language):
        return render_to_string(
            TEMPLATES[type(row)], {"row": row, "now": now, "can_command": commands}
        )


def lists_of(seen: Seen) -> dict[str, Sequence[Row]]:
    """Return the lists of the page by name."""
    return {
        "queue": seen.calls,
        "units": seen.units,
        "feed": seen.events,
        "urgent": seen.words,
        "questions": seen.questions,
    }


def stamp(moment: datetime | None) -> int | None:
    """Return a moment as a browser counts: milliseconds."""
    return None if moment is None else round(moment.timestamp() * 1000)


def marks_of(seen: Seen) -> dict[str, dict[str, list[Any]]]:
    """Return what stands on the map: short, for it is sent every second.

    A unit: longitude, latitude, heading, when it was seen, shape, letters.
    A call: longitude, latitude, urgency, number, whether nobody is sent.
    """
    rows = {row.shift: row for row in seen.units}
    return {
        "units": {
            str(shift): [
                round(place.lon, 6),
                round(place.lat, 6),
                None if place.heading_deg is None else round(place.heading_deg),
                stamp(place.fixed_at),
                wording.SHAPES.get(rows[shift].state, "circle"),
                rows[shift].letters,
            ]
            for shift, place in seen.places.items()
        },
        "calls": {
            str(row.pk): [
                round(row.lon, 6),
                round(row.lat, 6),
                row.urgency,
                row.number,
                not row.sent,
            ]
            for row in seen.calls
            if row.lon is not None and row.lat is not None
        },
    }
