"""The whole page of the desk: lists, the call in hand, what the map needs."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language

from xunfang.accounts.models import User
from xunfang.calls import queries
from xunfang.calls.desk import board, wording
from xunfang.calls.desk.showing import can_command, marks_of, note_words, seen_by, stamp
from xunfang.calls.desk.work import DECLARATIONS, Work
from xunfang.calls.models import Call
from xunfang.places import queries as places


def url_of(call: Call | int | None = None, needs: tuple[str, ...] = ()) -> str:
    """Return the address of the desk with a call in hand."""
    query: list[tuple[str, object]] = []
    if call is not None:
        query.append(("call", call.pk if isinstance(call, Call) else call))
    query += [("need", need) for need in needs]
    return reverse("desk:desk") + (f"?{urlencode(query)}" if query else "")


def page_context(user: User, at: datetime, work: Work) -> dict[str, Any]:
    """Return what the page shows; the lists as many queries however long they are.

    That urgent words are shown is noted here: every page with the lists asks for this.
    """
    seen = seen_by(user, board.build(at))
    note_words(user, seen.words, at)
    keys = [row.pk for row in seen.calls]
    here = keys.index(work.call.pk) if work.call and work.call.pk in keys else None
    # Where nothing is in hand, the first key leads to the first call.
    after = 0 if here is None else here + 1
    before = len(keys) - 1 if here is None else here - 1
    network = places.find_current_network()
    marks = marks_of(seen)
    return {
        **work_context(work, at),
        "seen": seen,
        "units": [(row, seen.places.get(row.shift)) for row in seen.units],
        "next_call": keys[after] if after < len(keys) else None,
        "previous_call": keys[before] if 0 <= before < len(keys) else None,
        "n_waiting": sum(not row.sent for row in seen.calls),
        "commands": can_command(user),
        "network": network,
        "tiles_url": places.tiles_url(network) if network else "",
        "bounds": (
            f"{network.west},{network.south},{network.east},{network.north}"
            if network
            else ""
        ),
        "first_message": {
            "now": stamp(at),
            "as_of": stamp(at),
            "version": "",
            **marks,
        },
        "words": words(),
        "language": get_language(),
    }


def work_context(work: Work, at: datetime) -> dict[str, Any]:
    """Return what the part about the call in hand needs."""
    return {
        "work": work,
        "now": at,
        "all_url": f"{url_of(work.call, work.needs)}&all=1" if work.call else "",
        "declarations": DECLARATIONS,
        "stand_down_reasons": wording.STAND_DOWN_REASONS,
    }


def words() -> dict[str, str]:
    """Return the words in which the browser lets clocks run."""
    return {
        "too_long": wording.timed("alarm", "%").removeprefix("■ "),
        "silent": wording.seen_text("alarm", "%").removeprefix("■ "),
        "late": wording.due_text("alarm", "%").removeprefix("■ "),
    }


def find_call(user: User, key: int | None) -> Call | None:
    """Return a call that this person may see."""
    if key is None:
        return None
    return (
        queries.visible_to(user)
        .select_related("initial_class", "final_class", "station")
        .filter(pk=key)
        .first()
    )
