"""The kinds of figures that can be published: how each is counted, and its rows.

One law holds for all: what the rows shown come to, and what is not shown, is the figure.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xunfang.calls.models import Call, CallTask
from xunfang.cases.log import ZONE
from xunfang.cases.models import Case, Topic
from xunfang.cases.queries import with_words
from xunfang.patrols.models import Run
from xunfang.public.matters.queries import public_cases
from xunfang.web.names import local_name

FEWEST = 5
"""Of calls, a week of a station is shown from so many on: fewer point to somebody."""


@dataclass(frozen=True, slots=True)
class Days:
    """Days that count, both ends with them."""

    first_on: date
    last_on: date

    def of(self, field: str) -> Q:
        """Return when a moment lies in these days."""
        begins = datetime.combine(self.first_on, time(), ZONE)
        ends = datetime.combine(self.last_on + timedelta(days=1), time(), ZONE)
        return Q(**{f"{field}__gte": begins, f"{field}__lt": ends})


@dataclass(frozen=True, slots=True)
class Row:
    """One line under a figure: a matter, or a week of a station."""

    on: date
    """The day it came in, or the Monday of the week."""
    station: str
    matter: str
    """Its number; empty where the row is a week."""
    topic: str
    n: int
    out_of: int | None


@dataclass(frozen=True, slots=True)
class Unshown:
    """What counts and may not be shown, and why."""

    why: Promise
    n: int
    out_of: int | None


@dataclass(frozen=True, slots=True)
class Tally:
    """What a figure comes to, with its rows."""

    value: int
    out_of: int | None
    rows: Sequence[Row]
    unshown: Sequence[Unshown]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of figure."""

    name: Promise
    unit: Promise
    method: Promise
    source: Promise
    count: Callable[[Days], Tally]


SEALED = pgettext_lazy("not shown", "complaint about an officer: sealed")
SENSITIVE = pgettext_lazy(
    "not shown", "its topic is never shown: it would hurt somebody"
)
NOT_READY = pgettext_lazy("not shown", "nobody has made it ready to be read by all")
RESTRICTED = pgettext_lazy("not shown", "calls of a kind that is never shown")
FEW = pgettext_lazy(
    "not shown", "fewer than five in a week: it could point to somebody"
)


def _shown(why: Promise, n: int, out_of: int) -> list[Unshown]:
    return [Unshown(why, n, out_of)] if out_of else []


# Figures of matters: a row is a case


def _of_cases(counted: Q, *, among: Q) -> Callable[[Days], Tally]:
    """Count the cases opened in the days: those that fit, out of all."""

    def count(days: Days) -> Tally:
        base = days.of("opened_at") & among
        sealed = Q(is_sealed=True)
        hurts = ~sealed & (
            Q(topic__is_sensitive=True) | Q(second_topic__is_sensitive=True)
        )
        sums = (
            with_words(Case.objects.filter(base))
            .order_by()
            .aggregate(
                n=Count("pk", filter=counted),
                of=Count("pk"),
                sealed_n=Count("pk", filter=counted & sealed),
                sealed_of=Count("pk", filter=sealed),
                hurts_n=Count("pk", filter=counted & hurts),
                hurts_of=Count("pk", filter=hurts),
            )
        )
        rows = _rows_of(public_cases().filter(base), counted)
        rest_n = sums["n"] - sums["sealed_n"] - sums["hurts_n"]
        rest_of = sums["of"] - sums["sealed_of"] - sums["hurts_of"]
        return Tally(
            value=sums["n"],
            out_of=sums["of"],
            rows=rows,
            unshown=[
                *_shown(SEALED, sums["sealed_n"], sums["sealed_of"]),
                *_shown(SENSITIVE, sums["hurts_n"], sums["hurts_of"]),
                *_shown(
                    NOT_READY, rest_n - sum(row.n for row in rows), rest_of - len(rows)
                ),
            ],
        )

    return count


def _rows_of(cases: QuerySet[Case], counted: Q) -> list[Row]:
    fits = set(cases.filter(counted).values_list("pk", flat=True))
    return [
        Row(
            on=case.opened_at.astimezone(ZONE).date(),
            station=_name(case.station),
            matter=case.number,
            topic=_name(case.topic),
            n=int(case.pk in fits),
            out_of=1,
        )
        for case in cases
    ]


def _name(thing: object) -> str:
    return local_name(thing.name, thing.name_en) if thing else ""  # type: ignore[attr-defined]  # a station or a topic


_ANSWERED = Q(settled_at__isnull=False)
_IN_TIME = Q(replied_at__isnull=False, replied_at__lte=F("reply_by"))


# Figures of calls and patrols: a row is a week of a station


type _Day = tuple[str, str, date, int, int | None]
"""Name of a station in both languages, a day, how many, out of how many."""


def _weeks(days: Iterable[_Day]) -> list[Row]:
    n: dict[tuple[date, str], int] = defaultdict(int)
    of: dict[tuple[date, str], int | None] = {}
    for name, name_en, day, some, some_of in days:
        key = day - timedelta(days=day.weekday()), local_name(name, name_en)
        n[key] += some
        of[key] = None if some_of is None else (of.get(key) or 0) + some_of
    return [
        Row(on=key[0], station=key[1], matter="", topic="", n=n[key], out_of=of[key])
        for key in sorted(n)
    ]


def _without_few(rows: Sequence[Row], kept_back: Sequence[Unshown]) -> Tally:
    """Keep back the weeks in which there were too few to be shown."""
    few = [row for row in rows if (row.out_of or 0) < FEWEST]
    shown = [row for row in rows if (row.out_of or 0) >= FEWEST]
    unshown = [
        *kept_back,
        *_shown(FEW, sum(r.n for r in few), sum(r.out_of or 0 for r in few)),
    ]
    return Tally(
        value=sum(row.n for row in shown) + sum(each.n for each in unshown),
        out_of=sum(row.out_of or 0 for row in shown)
        + sum(each.out_of or 0 for each in unshown),
        rows=shown,
        unshown=unshown,
    )


def _by_day(
    rows: QuerySet[Call] | QuerySet[CallTask], *, at: str, station: str, counted: Q
) -> list[_Day]:
    found = (
        rows.order_by()
        .values(
            f"{station}__name", f"{station}__name_en", day=TruncDate(at, tzinfo=ZONE)
        )
        .annotate(n=Count("pk", filter=counted), of=Count("pk"))
        .values_list(f"{station}__name", f"{station}__name_en", "day", "n", "of")
    )
    return [(name or "", en or "", day, n, of) for name, en, day, n, of in found]


def _calls_closed(days: Days) -> Tally:
    calls = Call.objects.filter(days.of("reported_at"), merged_into=None)
    closed = Q(closed_at__isnull=False)
    kept_back = calls.exclude(restriction="").aggregate(
        n=Count("pk", filter=closed), of=Count("pk")
    )
    by_day = _by_day(
        calls.filter(restriction=""),
        at="reported_at",
        station="station",
        counted=closed,
    )
    return _without_few(
        _weeks(by_day), _shown(RESTRICTED, kept_back["n"], kept_back["of"])
    )


def _followed_up(days: Days) -> Tally:
    owed = CallTask.objects.filter(
        days.of("due_at"), kind=CallTask.AFTER_CARE, call__merged_into=None
    )
    done = Q(ended_at__isnull=False)
    kept_back = owed.exclude(call__restriction="").aggregate(
        n=Count("pk", filter=done), of=Count("pk")
    )
    by_day = _by_day(
        owed.filter(call__restriction=""),
        at="due_at",
        station="call__station",
        counted=done,
    )
    return _without_few(
        _weeks(by_day), _shown(RESTRICTED, kept_back["n"], kept_back["of"])
    )


def _patrol_minutes(days: Days) -> Tally:
    found = (
        Run.objects.filter(shift__night__range=(days.first_on, days.last_on))
        .order_by()
        .values_list("shift__station__name", "shift__station__name_en", "shift__night")
        .annotate(heard_s=Sum("heard_s"))
    )
    rows = _weeks((name, en, night, s // 60, None) for name, en, night, s in found)
    return Tally(sum(row.n for row in rows), None, rows, [])


_OF_MATTERS = _("What residents said, on every channel, and what became of it.")
_OF_CALLS = _("The record of calls, as 110 and the duty desk keep it.")

KINDS: Mapping[str, Kind] = {
    "matters-answered": Kind(
        pgettext_lazy("figure", "Matters answered"),
        pgettext_lazy("figure", "matters"),
        _(
            "Matters that came in on these days and have an answer, out of all that came "
            "in. Thanks and criticism, shown or hidden, count alike."
        ),
        _OF_MATTERS,
        _of_cases(_ANSWERED, among=Q()),
    ),
    "replied-in-time": Kind(
        pgettext_lazy("figure", "First replies in time"),
        pgettext_lazy("figure", "matters"),
        _(
            "Matters that came in on these days and had a first reply by the day named "
            "on the receipt, out of all that came in."
        ),
        _OF_MATTERS,
        _of_cases(_IN_TIME, among=Q()),
    ),
    "criticism-answered": Kind(
        pgettext_lazy("figure", "Criticism answered"),
        pgettext_lazy("figure", "matters"),
        _(
            "Matters of criticism that came in on these days and have an answer, out of "
            "all of them. Whether the answer was liked is not asked here."
        ),
        _OF_MATTERS,
        _of_cases(_ANSWERED, among=Q(topic__code=Topic.CRITICISM)),
    ),
    "calls-closed": Kind(
        pgettext_lazy("figure", "Calls seen through"),
        pgettext_lazy("figure", "calls"),
        _(
            "Calls that came in on these days and are closed, out of all of them; several "
            "calls for one matter are one. Closed does not mean that somebody was caught."
        ),
        _OF_CALLS,
        _calls_closed,
    ),
    "calls-followed-up": Kind(
        pgettext_lazy("figure", "People asked again after a call"),
        pgettext_lazy("figure", "calls"),
        _(
            "Calls after which somebody was to be asked how they are by one of these "
            "days, and was, out of all of them."
        ),
        _OF_CALLS,
        _followed_up,
    ),
    "patrol-minutes": Kind(
        pgettext_lazy("figure", "Minutes on patrol"),
        pgettext_lazy("figure", "minutes"),
        _(
            "Minutes for which the positions of crews on duty show where they were, in "
            "the nights that began on these days. Minutes are effort; they say nothing "
            "of what came of them."
        ),
        _("Positions of crews, which their devices report on duty only."),
        _patrol_minutes,
    ),
}
"""In the order of the form. Codes are stored: never rename one."""
