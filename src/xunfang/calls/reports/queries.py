"""How fast help came to the calls of a period, call by call and in groups."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

import numpy as np
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext, pgettext

from xunfang.accounts.models import User
from xunfang.calls import queries as calls
from xunfang.calls.models import ArrivalWitness, Call, CallClass, CallEvent
from xunfang.core.dispatching import response_times
from xunfang.core.dispatching.response_times import Response, Summary, Trust, Witness
from xunfang.core.dispatching.sheets import CallEvent as CoreEvent
from xunfang.core.dispatching.sheets import Source, Step
from xunfang.core.geo import short_distance_m
from xunfang.places.models import ResponseCircle
from xunfang.units.models import Station
from xunfang.web.names import local_name

CIRCLE_REACHES_M = 300.0
"""A call so near to a place of the 1-3-5 circles is a call of that circle."""


class By(StrEnum):
    """What calls are grouped by. Stands in addresses: never rename one."""

    CIRCLE = "circle"
    CLASS = "class"
    HOUR = "hour"
    STATION = "station"


EVENT_COLUMNS = (
    *("pk", "call", "step", "happened_at", "recorded_at", "source"),
    *("dispatch", "corrects", "is_withdrawal"),
)
OUTSIDE, NOWHERE, NONE = "outside", "nowhere", "none"


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What a report needs of a call beside its times."""

    pk: int
    number: str
    reported_at: datetime
    place_text: str
    urgency: int
    station: int | None
    top_class: int | None
    own_class: int | None
    circle: int | None
    """Minutes of its circle; 0: it lies in none; None: nobody knows where it lies."""


@dataclass(frozen=True, slots=True)
class Row:
    """One call of a report."""

    facts: CallFacts
    response: Response


@dataclass(frozen=True, slots=True)
class Group:
    """Calls that are counted together."""

    key: str
    label: str
    rows: Sequence[Row]
    target_s: float | None = None

    def summary(self, since: Step) -> Summary:
        """Return what the group says. A target holds from the order on, as circles do."""
        target_s = self.target_s if since is Step.ASSIGNED else None
        return response_times.summarise(
            [row.response for row in self.rows], since=since, target_s=target_s
        )


@dataclass(frozen=True)
class Report:
    """The calls of a period to which a unit was sent."""

    rows: Sequence[Row]
    classes: Mapping[int, CallClass]
    stations: Mapping[int, Station]

    @cached_property
    def everything(self) -> Group:
        """All of them as one group."""
        return Group("all", pgettext("report", "All"), self.rows)

    def groups(self, by: By) -> list[Group]:
        """Return the groups in an order that says nothing about how they do."""
        key_of, label_of = self._ways()[by]
        rows: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows:
            rows[key_of(row.facts)].append(row)
        return [
            Group(
                key,
                label_of(key),
                rows[key],
                int(key) * 60.0 if by is By.CIRCLE and key.isdigit() else None,
            )
            for key in sorted(rows, key=lambda key: (key == NONE, key))
        ]

    def _ways(
        self,
    ) -> dict[By, tuple[Callable[[CallFacts], str], Callable[[str], str]]]:
        return {
            By.CIRCLE: (_circle_key, _circle_label),
            By.CLASS: (self._class_key, self._class_label),
            By.HOUR: (
                lambda facts: f"{timezone.localtime(facts.reported_at).hour:02}",
                lambda key: f"{key}:00–{key}:59",
            ),
            By.STATION: (self._station_key, self._station_label),
        }

    def _class_key(self, facts: CallFacts) -> str:
        return NONE if facts.top_class is None else self.classes[facts.top_class].code

    def _class_label(self, key: str) -> str:
        for one in self.classes.values():
            if one.code == key:
                return f"{one.code} {local_name(one.name, one.name_en)}"
        return pgettext("report", "No class")

    def _station_key(self, facts: CallFacts) -> str:
        return NONE if facts.station is None else self.stations[facts.station].code

    def _station_label(self, key: str) -> str:
        for one in self.stations.values():
            if one.code == key:
                return local_name(one.name, one.name_en)
        return pgettext("report", "On nobody's ground")


def _circle_key(facts: CallFacts) -> str:
    if facts.circle is None:
        return NOWHERE
    return str(facts.circle) if facts.circle else OUTSIDE


def _circle_label(key: str) -> str:
    if key == OUTSIDE:
        return gettext("Outside the circles")
    if key == NOWHERE:
        return gettext("Place not known")
    return gettext("%(minutes)s-minute circle") % {"minutes": key}


def counted(user: User, *, first: datetime, last: datetime) -> QuerySet[Call]:
    """Return the calls a report counts: visible, not worked on as part of another."""
    return calls.visible_to(user).filter(
        merged_into=None, reported_at__gte=first, reported_at__lt=last
    )


def report_responses(user: User, *, first: datetime, last: datetime) -> Report:
    """Return the calls reported in a period to which a unit was sent. Six queries."""
    classes = {one.pk: one for one in CallClass.objects.all()}
    stations = {one.pk: one for one in Station.objects.all()}
    found = list(
        counted(user, first=first, last=last)
        .filter(dispatches__isnull=False)
        .order_by("reported_at", "id")
        .distinct()
    )
    events: dict[int, list[CoreEvent]] = defaultdict(list)
    wanted = counted(user, first=first, last=last).order_by().values("pk")
    for (
        pk,
        key,
        step,
        happened_at,
        recorded_at,
        source,
        *rest,
    ) in CallEvent.objects.filter(call__in=wanted).values_list(*EVENT_COLUMNS):
        dispatch, corrects, is_withdrawal = rest
        events[key].append(
            CoreEvent(
                key=pk,
                step=Step(step),
                happened_at=happened_at,
                recorded_at=recorded_at,
                source=Source(source),
                assignment=dispatch,
                corrects=corrects,
                is_withdrawal=is_withdrawal,
            )
        )
    witnesses = {
        event: Witness(distance_m, age_s)
        for event, distance_m, age_s in ArrivalWitness.objects.filter(
            event__call__in=wanted
        ).values_list("event", "distance_m", "position_age_s")
    }
    circles = circle_minutes(found, ResponseCircle.objects.all())
    tops = {key: _top(one, classes) for key, one in classes.items()}
    rows = []
    for call, circle in zip(found, circles, strict=True):
        response = response_times.response_of(call.pk, events[call.pk], witnesses)
        if response is None:
            continue
        own = call.final_class_id or call.initial_class_id
        rows.append(
            Row(
                CallFacts(
                    pk=call.pk,
                    number=call.number,
                    reported_at=call.reported_at,
                    place_text=call.place_text,
                    urgency=call.urgency,
                    station=call.station_id,
                    top_class=None if own is None else tops[own],
                    own_class=own,
                    circle=circle,
                ),
                response,
            )
        )
    return Report(rows, classes, stations)


def _top(one: CallClass, classes: Mapping[int, CallClass]) -> int:
    while one.parent_id is not None:
        one = classes[one.parent_id]
    return one.pk


def circle_minutes(
    found: Sequence[Call], circles: Iterable[ResponseCircle]
) -> list[int | None]:
    """Return the circle of each call: that of the nearest place of the circles.

    Of equally near ones the stricter. 0 outside all of them, None without a point.
    """
    ordered = sorted(circles, key=lambda circle: (circle.minutes, circle.code))
    at = np.array([(circle.lon, circle.lat) for circle in ordered]).reshape(-1, 2)
    minutes: list[int | None] = []
    for call in found:
        if call.lon is None or call.lat is None:
            minutes.append(None)
        elif not ordered:
            minutes.append(0)
        else:
            metres = short_distance_m(at, np.array((call.lon, call.lat)))
            nearest = int(metres.argmin())
            is_in = metres[nearest] <= CIRCLE_REACHES_M
            minutes.append(ordered[nearest].minutes if is_in else 0)
    return minutes


WHICH: Mapping[str, Collection[Trust]] = {
    "all": frozenset(Trust),
    "trusted": frozenset({Trust.MACHINE, Trust.TWO_SOURCES}),
    "untrusted": frozenset({Trust.UNTRUSTED}),
    "contradictory": frozenset({Trust.CONTRADICTORY}),
    "no_arrival": frozenset({Trust.NO_ARRIVAL}),
}
"""Which rows of a group a figure opens."""


def rows_behind(group: Group, *, which: str, since: Step) -> list[Row]:
    """Return the rows behind a figure, the quickest first, then those without a time."""
    chosen = [row for row in group.rows if row.response.trust in WHICH[which]]
    return sorted(
        chosen,
        key=lambda row: (
            since not in row.response.seconds_from,
            row.response.seconds_from.get(since, 0.0),
            row.facts.pk,
        ),
    )


@dataclass(frozen=True, slots=True)
class Bands:
    """How many times lie in each band of the weekly bulletin."""

    bounds_s: Sequence[float]
    counts: Sequence[int]

    @property
    def n_known(self) -> int:
        return sum(self.counts)


def bands(report: Report) -> dict[str, Bands]:
    """Return the bands of acknowledging, setting out, arriving and reporting back.

    All from the order on, all as they were entered: a band says what the sheets say.
    """
    responses = [row.response for row in report.rows]
    ways: dict[str, tuple[Iterable[float | None], Sequence[float]]] = {
        "acknowledged": (
            [r.acknowledged_s for r in responses],
            response_times.ACKNOWLEDGED_BOUNDS_S,
        ),
        "departed": (
            [r.departed_s for r in responses],
            response_times.ARRIVED_BOUNDS_S,
        ),
        "arrived": (
            [r.seconds_from.get(Step.ASSIGNED) for r in responses],
            response_times.ARRIVED_BOUNDS_S,
        ),
        "fed_back": (
            [r.fed_back_s for r in responses],
            response_times.FED_BACK_BOUNDS_S,
        ),
    }
    return {
        name: Bands(bounds, response_times.count_bands(times, bounds))
        for name, (times, bounds) in ways.items()
    }
