"""What a table of calls may hold: fields, the clocks among them, and our own columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from xunfang.core.dispatching.sheets import Step
from xunfang.web.tables import Column


@dataclass(frozen=True, slots=True)
class Field:
    """Something a table may say of a call."""

    key: str
    label: str | Promise
    help: str | Promise = ""


CLOCKS: Mapping[str, Step] = {
    "reported": Step.REPORTED,
    "taken": Step.TAKEN,
    "entered": Step.ENTERED,
    "assigned": Step.ASSIGNED,
    "delivered": Step.DELIVERED,
    "acknowledged": Step.ACKNOWLEDGED,
    "departed": Step.DEPARTED,
    "arrived": Step.ARRIVED,
    "finished": Step.FINISHED,
    "refused": Step.REFUSED,
    "fed_back": Step.FED_BACK,
    "closed": Step.CLOSED,
}
"""Fields that are times, and what happened then."""

HOUR_ENDS = "_hour"
"""``reported_hour`` is the time of day where ``reported`` has the date only."""

MINUTES: Sequence[tuple[str, Step, Step]] = (
    ("minutes_to_enter", Step.REPORTED, Step.ENTERED),
    ("minutes_to_assign", Step.ENTERED, Step.ASSIGNED),
    ("minutes_to_arrive", Step.ASSIGNED, Step.ARRIVED),
    ("minutes_on_scene", Step.ARRIVED, Step.FINISHED),
    ("minutes_in_all", Step.REPORTED, Step.CLOSED),
)
"""Fields that are spans in minutes, where a table has no times but these."""

CLASSES = ("class", "class_2", "class_3", "class_4")
FINAL_CLASSES = ("final_class", "final_class_2", "final_class_3", "final_class_4")
"""From the most general to the finest; the finest that is known counts."""


FIELDS: tuple[Field, ...] = (
    Field("number", pgettext_lazy("call field", "Number of the call")),
    Field("reported", pgettext_lazy("call field", "Reported")),
    Field("taken", pgettext_lazy("call field", "Answered")),
    Field("entered", pgettext_lazy("call field", "Sheet saved")),
    Field("assigned", pgettext_lazy("call field", "Order given")),
    Field("delivered", pgettext_lazy("call field", "At the unit's terminal")),
    Field("acknowledged", pgettext_lazy("call field", "Acknowledged")),
    Field("departed", pgettext_lazy("call field", "Set out")),
    Field("arrived", pgettext_lazy("call field", "On scene")),
    Field("finished", pgettext_lazy("call field", "Finished on scene")),
    Field("refused", pgettext_lazy("call field", "Given back")),
    Field("fed_back", pgettext_lazy("call field", "Reported back")),
    Field("closed", pgettext_lazy("call field", "Closed")),
    Field("unit", pgettext_lazy("call field", "Unit that was sent")),
    Field("words", pgettext_lazy("call field", "What was said")),
    Field("phone", pgettext_lazy("call field", "Telephone")),
    Field("place", pgettext_lazy("call field", "Place")),
    Field("lon", pgettext_lazy("call field", "Longitude")),
    Field("lat", pgettext_lazy("call field", "Latitude")),
    Field(
        "point",
        pgettext_lazy("call field", "Point"),
        pgettext_lazy("call field", "Both in one cell: POINT (lon lat), or (lat, lon)"),
    ),
    Field("station", pgettext_lazy("call field", "Station")),
    Field("class", pgettext_lazy("call field", "First class")),
    Field("class_2", pgettext_lazy("call field", "First class, second level")),
    Field("class_3", pgettext_lazy("call field", "First class, third level")),
    Field("class_4", pgettext_lazy("call field", "First class, fourth level")),
    Field("final_class", pgettext_lazy("call field", "Final class")),
    Field("final_class_2", pgettext_lazy("call field", "Final class, second level")),
    Field("final_class_3", pgettext_lazy("call field", "Final class, third level")),
    Field("final_class_4", pgettext_lazy("call field", "Final class, fourth level")),
    Field("urgency", pgettext_lazy("call field", "Urgency, 1 to 4")),
    Field("outcome", pgettext_lazy("call field", "Outcome")),
    Field(
        "channel",
        pgettext_lazy("call field", "How it came in"),
        pgettext_lazy(
            "call field", "Found on patrol, alarm and other offices are told"
        ),
    ),
    Field(
        "self_initiated",
        pgettext_lazy("call field", "Found by a unit itself (yes or no)"),
    ),
    Field("reported_hour", pgettext_lazy("call field", "Reported: time of day")),
    Field("assigned_hour", pgettext_lazy("call field", "Order given: time of day")),
    Field("departed_hour", pgettext_lazy("call field", "Set out: time of day")),
    Field("arrived_hour", pgettext_lazy("call field", "On scene: time of day")),
    Field("closed_hour", pgettext_lazy("call field", "Closed: time of day")),
    Field("minutes_to_enter", pgettext_lazy("call field", "Minutes until it is saved")),
    Field("minutes_to_assign", pgettext_lazy("call field", "Minutes until the order")),
    Field("minutes_to_arrive", pgettext_lazy("call field", "Minutes of travel")),
    Field("minutes_on_scene", pgettext_lazy("call field", "Minutes on scene")),
    Field("minutes_in_all", pgettext_lazy("call field", "Minutes until it is closed")),
)
KEYS = tuple(field.key for field in FIELDS)

LINE_NAMES, PROBLEM_NAMES = ("行号", "line"), ("问题", "what is wrong")
OURS = (Column("line", LINE_NAMES), Column("problem", PROBLEM_NAMES))
"""What we add to lines set aside; read back and thrown away."""


def columns_of(names: Mapping[str, Sequence[str]]) -> tuple[Column, ...]:
    """Return the columns of a source, by the names it gives them; and our own."""
    return (
        *(
            Column(key, tuple(names[key]), is_needed=key == "number")
            for key in KEYS
            if names.get(key)
        ),
        *OURS,
    )
