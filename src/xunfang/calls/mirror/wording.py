"""What is wrong with a line of 110's tables, and what to do about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from xunfang.calls.mirror.columns import FIELDS

LABELS: Mapping[str, str | Promise] = {field.key: field.label for field in FIELDS}

type Words = tuple[str | Promise, str | Promise]

PROBLEMS: Mapping[str, Words] = {
    "number_missing": (
        pgettext_lazy("line", "There is no number."),
        pgettext_lazy("line", "Enter 110's number: by it a call is known."),
    ),
    "number_unreadable": (
        pgettext_lazy("line", "“%(number)s” is no number of a call."),
        pgettext_lazy("line", "Letters, digits and - . _ : are allowed, 40 at most."),
    ),
    "no_clock": (
        pgettext_lazy("line", "No time of the call can be read."),
        pgettext_lazy("line", "Enter at least when it was reported."),
    ),
    "not_your_ground": (
        pgettext_lazy("line", "It is on the ground of %(station)s."),
        pgettext_lazy(
            "line", "The duty officer of that station or of the city imports it."
        ),
    ),
    "time_unreadable": (
        pgettext_lazy("line", "%(field)s: “%(said)s” is no time."),
        pgettext_lazy("line", "Write it as 2026-08-14 20:15:30."),
    ),
    "time_ahead": (
        pgettext_lazy("line", "%(field)s: “%(said)s” has not come yet."),
        pgettext_lazy("line", "Look at the date, and at the zone of the source."),
    ),
    "span_unreadable": (
        pgettext_lazy("line", "%(field)s: “%(said)s” is no number of minutes."),
        pgettext_lazy("line", "Write minutes as 12.5."),
    ),
    "span_negative": (
        pgettext_lazy("line", "%(field)s: “%(said)s” is less than nothing."),
        pgettext_lazy(
            "line", "The time after it was left out. Look it up at the source."
        ),
    ),
    "span_absurd": (
        pgettext_lazy("line", "%(field)s: “%(said)s” is too far from the report."),
        pgettext_lazy("line", "It was left out. Look it up at the source."),
    ),
    "out_of_order": (
        pgettext_lazy("line", "“%(later)s” lies before “%(field)s”."),
        pgettext_lazy(
            "line", "Both were imported as they are; the call's page shows it."
        ),
    ),
    "line_differs": (
        pgettext_lazy("line", "%(field)s: line %(line)s of this call says otherwise."),
        pgettext_lazy("line", "The earlier line stands. Correct whichever is wrong."),
    ),
    "point_unreadable": (
        pgettext_lazy("line", "“%(said)s” is no point on the map."),
        pgettext_lazy("line", "Write longitude and latitude in degrees."),
    ),
    "urgency_unknown": (
        pgettext_lazy("line", "“%(said)s” is no urgency."),
        pgettext_lazy(
            "line", "Write 1, 2, 3 or 4. It was imported with that of its class."
        ),
    ),
    "too_long": (
        pgettext_lazy("line", "%(field)s is longer than %(n)s characters."),
        pgettext_lazy("line", "It was imported up to there."),
    ),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that is wrong, in words."""

    code: str
    what: str
    remedy: str


def said_of(
    problems: Iterable[Sequence[object]],
) -> list[Said]:
    """Put what is wrong with a line in words."""
    found = []
    for code, facts in problems:
        what, remedy = PROBLEMS[str(code)]
        named = dict(facts) if isinstance(facts, Mapping) else {}
        for key in ("field", "later"):
            if key in named:
                named[key] = LABELS.get(str(named[key]), named[key])
        found.append(Said(str(code), str(what) % named, str(remedy)))
    return found
