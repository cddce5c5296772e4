"""The names that may stand in a typed line: units on duty and open calls one may see."""

from datetime import datetime

from xunfang.accounts.models import User
from xunfang.calls.desk import board
from xunfang.calls.desk.showing import seen_by
from xunfang.calls.models import Call
from xunfang.core.dispatching import commands
from xunfang.core.dispatching.commands import Named, Reading


def read(line: str, *, user: User, here: Call | None, at: datetime) -> Reading:
    """Return what a line means for this person, who has a call in hand or none."""
    seen = seen_by(user, board.build(at))
    calls = [
        Named(row.pk, tuple(name for name in (row.number, row.place, row.name) if name))
        for row in seen.calls
    ]
    known = {call.key for call in calls}
    units = [
        Named(
            row.shift,
            tuple(dict.fromkeys((row.name, row.code, row.letters))),
            tuple(call for call, _number in row.calls if call in known),
        )
        for row in seen.units
    ]
    return commands.read(
        line,
        units=units,
        calls=calls,
        here=here.pk if here is not None and here.pk in known else None,
    )
