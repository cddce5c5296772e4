"""Times, trust and bands, in words and as tables."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext, pgettext_lazy

from xunfang.calls.reports.forms import CLOCKS
from xunfang.calls.reports.queries import Bands, Group, Report, Row
from xunfang.core.dispatching.response_times import (
    FROM_CLOCKS,
    Pattern,
    Summary,
    Trust,
)
from xunfang.core.dispatching.sheets import Step
from xunfang.web.names import local_name

TRUST: Mapping[Trust, Promise] = {
    Trust.MACHINE: pgettext_lazy("trust", "timed by a device"),
    Trust.TWO_SOURCES: pgettext_lazy("trust", "two sources agree"),
    Trust.UNTRUSTED: pgettext_lazy("trust", "one hand only"),
    Trust.CONTRADICTORY: pgettext_lazy("trust", "times contradict each other"),
    Trust.NO_ARRIVAL: pgettext_lazy("trust", "no arrival known"),
}
WHICH: Mapping[str, Promise] = {
    "all": pgettext_lazy("rows", "all calls"),
    "trusted": pgettext_lazy("rows", "measured"),
    "untrusted": pgettext_lazy("rows", "left out: one hand only"),
    "contradictory": pgettext_lazy("rows", "left out: times contradict each other"),
    "no_arrival": pgettext_lazy("rows", "no arrival known"),
}
PATTERNS: Mapping[Pattern, Promise] = {
    Pattern.ALIKE: pgettext_lazy("pattern", "Nearly all times are alike"),
    Pattern.ON_THE_MINUTE: pgettext_lazy(
        "pattern", "Half or more at full minutes: typed afterwards"
    ),
    Pattern.AT_ONCE: pgettext_lazy(
        "pattern", "A fifth or more arrive within 10 seconds of the order"
    ),
    Pattern.NEARLY_ALL_IN_TIME: pgettext_lazy(
        "pattern", "99 in 100 within 5 minutes: too good"
    ),
}


def clock_name(since: Step) -> str | Promise:
    """Return a clock in words."""
    return dict(CLOCKS)[since.value]


def duration(seconds: float | None) -> str:
    """Write a time as minutes and seconds, "—" where there is none.

    >>> duration(61.0), duration(3725.4), duration(-5.0), duration(None)
    ('1:01', '62:05', '−0:05', '—')
    """
    if seconds is None:
        return "—"
    whole = round(abs(seconds))
    return f"{'−' if seconds < 0 else ''}{whole // 60}:{whole % 60:02}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    group: Group
    summary: Summary
    p50: str
    p90: str
    target: str
    n_untrusted: int
    n_contradictory: int
    n_no_arrival: int
    patterns: Sequence[str | Promise]


def line(group: Group, since: Step) -> Line:
    """Return a group as the table shows it."""
    summary = group.summary(since)
    return Line(
        group=group,
        summary=summary,
        p50=duration(summary.p50_s),
        p90=duration(summary.p90_s),
        target=duration(group.target_s),
        n_untrusted=summary.by_trust.get(Trust.UNTRUSTED, 0),
        n_contradictory=summary.by_trust.get(Trust.CONTRADICTORY, 0),
        n_no_arrival=summary.by_trust.get(Trust.NO_ARRIVAL, 0),
        patterns=[PATTERNS[pattern] for pattern in summary.patterns],
    )


@dataclass(frozen=True, slots=True)
class RowWords:
    """One call behind a figure."""

    row: Row
    time: str
    trust: str | Promise


def row(one: Row, since: Step) -> RowWords:
    """Return a call as the list behind a figure shows it."""
    return RowWords(
        one,
        duration(one.response.seconds_from.get(since)),
        TRUST[one.response.trust],
    )


@dataclass(frozen=True, slots=True)
class BandTable:
    """How many times lie in each band."""

    name: str
    n_known: int
    cells: Sequence[tuple[str, int]]


def band_tables(bands: Mapping[str, Bands]) -> list[BandTable]:
    """Return the bands of the weekly bulletin in words."""
    names = {
        "acknowledged": pgettext("bands", "Order to acknowledgement"),
        "departed": pgettext("bands", "Order to setting out"),
        "arrived": pgettext("bands", "Order to arrival"),
        "fed_back": pgettext("bands", "Order to report back"),
    }
    return [
        BandTable(
            names[key],
            one.n_known,
            list(zip(_band_names(one.bounds_s), one.counts, strict=True)),
        )
        for key, one in bands.items()
    ]


def _band_names(bounds_s: Sequence[float]) -> list[str]:
    words = [_bound(seconds) for seconds in bounds_s]
    return [
        gettext("up to %(end)s") % {"end": words[0]},
        *(f"{begin} – {end}" for begin, end in itertools.pairwise(words)),
        gettext("over %(begin)s") % {"begin": words[-1]},
    ]


def _bound(seconds: float) -> str:
    if seconds < 300:
        return gettext("%(n)d s") % {"n": seconds}
    if seconds < 3600:
        return gettext("%(n)d min") % {"n": seconds / 60}
    return gettext("%(n)d h") % {"n": seconds / 3600}


CSV_HEADER = (
    "number",
    "reported_at",
    "station",
    "class",
    "circle_min",
    *(f"{step.value}_to_arrived_s" for step in FROM_CLOCKS),
    "assigned_to_acknowledged_s",
    "assigned_to_departed_s",
    "assigned_to_fed_back_s",
    "trust",
)


def csv_rows(report: Report) -> Iterable[Sequence[object]]:
    """Return the calls of a report, one a line."""
    for one in report.rows:
        facts, response = one.facts, one.response
        own = None if facts.own_class is None else report.classes[facts.own_class]
        yield (
            facts.number,
            timezone.localtime(facts.reported_at).strftime("%Y-%m-%d %H:%M:%S"),
            "" if facts.station is None else report.stations[facts.station].code,
            "" if own is None else f"{own.code} {local_name(own.name, own.name_en)}",
            facts.circle or "",
            *(response.seconds_from.get(step) for step in FROM_CLOCKS),
            response.acknowledged_s,
            response.departed_s,
            response.fed_back_s,
            response.trust.value,
        )
