"""What officers read at the desk: the codes of the core in the reader's language."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext, pgettext_lazy

from xunfang.calls.models.calls import CALL_STATUSES, DISPATCH_STATUSES, STEPS
from xunfang.core.dispatching.recommend import Reason, Shortfall, Tier
from xunfang.core.dispatching.sheets import Step
from xunfang.core.dispatching.unit_states import UnitState
from xunfang.units.models import CrewDeclaration
from xunfang.units.models.duty import DUTY_STEPS

UNIT_STATES: Mapping[str, Promise] = {
    UnitState.OFF: pgettext_lazy("unit state", "Off duty"),
    UnitState.PATROL: pgettext_lazy("unit state", "Patrol"),
    UnitState.WAITING: pgettext_lazy("unit state", "Waiting at a post"),
    UnitState.STANDING_BY: pgettext_lazy("unit state", "Standby"),
    UnitState.RETURNING: pgettext_lazy("unit state", "On the way back"),
    UnitState.ASSIGNED: pgettext_lazy("unit state", "Order given"),
    UnitState.ACKNOWLEDGED: pgettext_lazy("unit state", "Acknowledged"),
    UnitState.EN_ROUTE: pgettext_lazy("unit state", "On the way"),
    UnitState.ON_SCENE: pgettext_lazy("unit state", "On scene"),
    UnitState.ESCORTING: pgettext_lazy("unit state", "Escort"),
    UnitState.PAUSED: pgettext_lazy("unit state", "Pause"),
    UnitState.UNAVAILABLE: pgettext_lazy("unit state", "Not available"),
    UnitState.EMERGENCY: pgettext_lazy("unit state", "Officer needs help"),
}

REASONS: Mapping[str, Promise] = {
    Reason.CLOSEST_BY_ROAD: pgettext_lazy("reason to send", "Closest by road"),
    Reason.LEAST_COVER_LOST: pgettext_lazy("reason to send", "Takes least cover"),
    Reason.FORCE_ASKED_FOR: pgettext_lazy("reason to send", "The force asked for"),
    Reason.IN_BAND: pgettext_lazy("reason to send", "In time"),
    Reason.MEETS_NEEDS: pgettext_lazy("reason to send", "Has what was asked"),
    Reason.LATE_FOR_BAND: pgettext_lazy("caution", "Too late for the band"),
    Reason.STATUS_WARNS: pgettext_lazy("caution", "Busy"),
    Reason.POSITION_OLD: pgettext_lazy("caution", "Position is old"),
    Reason.REST_BROKEN: pgettext_lazy("caution", "Breaks a rest"),
    Reason.PATROL_BROKEN: pgettext_lazy("caution", "Breaks off patrol"),
}
CAUTIONS = frozenset(
    {
        *(Reason.LATE_FOR_BAND, Reason.STATUS_WARNS, Reason.POSITION_OLD),
        *(Reason.REST_BROKEN, Reason.PATROL_BROKEN),
    }
)
UNSAID = frozenset({Reason.FORCE_ASKED_FOR})
"""True of nearly every unit: a line that says it says nothing."""

SHORTFALLS: Mapping[str, Promise] = {
    Shortfall.NOT_DISPATCHABLE: pgettext_lazy("shortfall", "Cannot be sent now"),
    Shortfall.NOT_STAFFED: pgettext_lazy("shortfall", "Too few people"),
    Shortfall.NO_SWORN_OFFICER: pgettext_lazy("shortfall", "No sworn officer"),
    Shortfall.NEED_NOT_DECLARED: pgettext_lazy("shortfall", "Has not what was asked"),
    Shortfall.RESTING: pgettext_lazy("shortfall", "Resting"),
    Shortfall.POSITION_TOO_OLD: pgettext_lazy("shortfall", "Nobody knows where it is"),
    Shortfall.NO_WAY: pgettext_lazy("shortfall", "No way known"),
    Shortfall.OUTSIDE_RADIUS: pgettext_lazy("shortfall", "Too far"),
    Shortfall.NO_CANDIDATES: pgettext_lazy("shortfall", "No such unit on duty"),
    Shortfall.OUTSIDE_BAND: pgettext_lazy("shortfall", "Too late"),
}

TIERS: Mapping[int, Promise] = {
    Tier.STREET: pgettext_lazy("tier", "street units"),
    Tier.COUNTY: pgettext_lazy("tier", "units of the county"),
    Tier.CITY: pgettext_lazy("tier", "units of the city"),
}

PRESSED: Mapping[Step, Promise] = {
    Step.ACKNOWLEDGED: pgettext_lazy("press", "Acknowledged"),
    Step.DEPARTED: pgettext_lazy("press", "Set out"),
    Step.ARRIVED: pgettext_lazy("press", "Arrived"),
    Step.FINISHED: pgettext_lazy("press", "Finished"),
}
"""What stands on a button: short."""

STAND_DOWN_REASONS: Mapping[str, Promise] = {
    "not_needed": pgettext_lazy("stand down", "Not needed any more"),
    "nearer": pgettext_lazy("stand down", "A nearer unit is free"),
    "mistake": pgettext_lazy("stand down", "Sent by mistake"),
}

CALL_STATUS: Mapping[str, Promise] = dict(CALL_STATUSES)
DISPATCH_STATUS: Mapping[str, Promise] = dict(DISPATCH_STATUSES)
STEP: Mapping[str, Promise] = dict(STEPS)
DUTY_STEP: Mapping[str, Promise] = dict(DUTY_STEPS)
DECLARED: Mapping[str, Promise] = dict(CrewDeclaration.KINDS)

SHAPES: Mapping[str, str] = {
    UnitState.PATROL: "circle",
    UnitState.WAITING: "circle",
    UnitState.STANDING_BY: "circle",
    UnitState.RETURNING: "circle",
    UnitState.ASSIGNED: "triangle",
    UnitState.ACKNOWLEDGED: "triangle",
    UnitState.EN_ROUTE: "triangle",
    UnitState.ON_SCENE: "square",
    UnitState.ESCORTING: "bar",
    UnitState.PAUSED: "bar",
    UnitState.UNAVAILABLE: "bar",
    UnitState.EMERGENCY: "star",
}
"""Free, under way, on scene, not to be sent, in need of help: told apart by shape."""
SIGNS: Mapping[str, str] = {
    "circle": "●",
    "triangle": "▲",
    "square": "■",
    "bar": "▬",
    "star": "✱",
}


def elapsed(since: datetime, now: datetime) -> str:
    """Say how long ago something was; in the future: how long until then, with a minus.

    >>> from datetime import UTC
    >>> three = datetime(2026, 8, 14, 3, 0, 5, tzinfo=UTC)
    >>> elapsed(three, three.replace(minute=2)), elapsed(three, three.replace(hour=5))
    ('2:00', '2:00:00')
    """
    return duration((now - since).total_seconds())


def duration(seconds: float) -> str:
    """Say a length of time as a clock does.

    >>> duration(65), duration(3605), duration(-5)
    ('1:05', '1:00:05', '-0:05')
    """
    sign, whole = ("-" if seconds < 0 else ""), int(abs(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return f"{sign}{hours}:{minutes:02d}:{left:02d}"
    return f"{sign}{minutes}:{left:02d}"


LEVEL_SIGNS = {"ok": "", "warn": "▲ ", "alarm": "■ "}


def timed(level: str, text: str) -> str:
    """Say how long something lasts, and whether that is too long: not by colour alone."""
    if level == "alarm":
        text = pgettext("clock", "%(time)s too long") % {"time": text}
    return LEVEL_SIGNS[level] + text


def seen_text(level: str, text: str) -> str:
    """Say how long ago a unit was seen, and that it is silent where that is too long."""
    if level == "alarm":
        text = pgettext("unit", "silent for %(time)s") % {"time": text}
    return LEVEL_SIGNS[level] + text


def due_text(level: str, text: str) -> str:
    """Say how much time is left, or by how much it is over."""
    if level == "alarm":
        text = pgettext("clock", "late by %(time)s") % {"time": text}
    return LEVEL_SIGNS[level] + text


def listed(words: Iterable[str]) -> str:
    """Put words in a row as the reader's language does."""
    return ("、" if (get_language() or "zh").startswith("zh") else ", ").join(words)


def undo_reason() -> str:
    """Say in the log why a line was taken back in passing."""
    return pgettext("log", "Taken back at the desk")


def wait_note(place: str) -> str:
    """Say in a crew's log where the desk asked it to wait."""
    return pgettext("log", "The desk: wait at %(place)s") % {"place": place}
