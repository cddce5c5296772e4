"""How many matters the patrol found or handled where it patrolled (管事率).

Of the incidents that arose in a cell while it was patrolled, the share that a patrol found
or a crew on patrol went to.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from xunfang.accounts.models import User
from xunfang.calls import queries as calls
from xunfang.calls.models import Call, CallLink, Dispatch
from xunfang.core.dispatching.sheets import AssignmentStatus
from xunfang.patrols.coverage.patrolled import (
    Grade,
    Patrolled,
    PatrolledCell,
    SilentCrew,
    bands_at,
    cells_patrolled,
)
from xunfang.patrols.runs.covering import N_HOURS
from xunfang.patrols.runs.times import ZONE
from xunfang.places.ground import Ground
from xunfang.units.nights import midnight_before

WENT = (AssignmentStatus.ON_SCENE.value, AssignmentStatus.FINISHED.value)
ON_THE_SPOT = frozenset({"settled", "helped", "handed_to_family"})
"""Outcomes with which nothing is left to do."""


@dataclass(frozen=True, slots=True)
class HandledRow:
    """One incident in a patrolled cell."""

    call: Call
    where: PatrolledCell
    station_code: str
    """On whose ground it arose."""
    is_found: bool
    """Noticed by a patrol."""
    crews: tuple[str, ...]
    """On patrol that night, that went there."""

    @property
    def is_handled(self) -> bool:
        """Whether it counts above the line."""
        return self.is_found or bool(self.crews)

    @property
    def is_on_the_spot(self) -> bool:
        """Whether it was handled and nothing was left to do."""
        return self.is_handled and self.call.outcome in ON_THE_SPOT


@dataclass(frozen=True, slots=True)
class HandledPart:
    """The rate by one grade of evidence, and everything it is made of."""

    grade: Grade
    rows: Sequence[HandledRow]
    n_cells: int
    """Cells patrolled, counted once each band of each night."""

    @property
    def n_incidents(self) -> int:
        return len(self.rows)

    @property
    def n_found(self) -> int:
        return sum(row.is_found for row in self.rows)

    @property
    def n_handled(self) -> int:
        return sum(row.is_handled for row in self.rows)

    @property
    def n_on_the_spot(self) -> int:
        return sum(row.is_on_the_spot for row in self.rows)

    @property
    def share(self) -> float | None:
        """Found or handled by the patrol, of all; None without an incident."""
        return self.n_handled / self.n_incidents if self.rows else None


@dataclass(frozen=True, slots=True)
class HandledReport:
    """The rate as measured, and the rate as modelled beside it: never one of both."""

    measured: HandledPart
    modelled: HandledPart
    silent: tuple[SilentCrew, ...]
    """Crews with a published plan of which nothing was measured."""


def report_handled(
    user: User, *, first: date, last: date, at: datetime
) -> HandledReport:
    """Return the rate for the nights from ``first`` to ``last``. A dozen queries.

    Counted are visible calls that are police matters, each matter once. Somebody of a
    station is told of its own ground.
    """
    ground = Ground.on(last)
    patrolled = cells_patrolled(ground, first=first, last=last, at=at)
    mine = {
        cell.code
        for cell in ground.cells
        if user.station_code in {"", cell.area.station_code}
    }
    rows = _rows(user, ground, patrolled, mine, first, last)
    measured, modelled = (
        HandledPart(
            grade,
            [row for row in rows if row.where.grade == grade],
            sum(
                one.grade == grade and one.cell in mine
                for one in patrolled.cells.values()
            ),
        )
        for grade in (Grade.MEASURED, Grade.MODELLED)
    )
    silent = (
        one
        for one in patrolled.silent
        if user.station_code in {"", one.shift.station.code}
    )
    return HandledReport(measured, modelled, tuple(silent))


def _rows(
    user: User,
    ground: Ground,
    patrolled: Patrolled,
    mine: set[str],
    first: date,
    last: date,
) -> list[HandledRow]:
    if not patrolled.cells:
        return []
    found = list(
        calls.visible_to(user)
        .filter(
            merged_into=None,
            lon__isnull=False,
            reported_at__gte=midnight_before(first, ZONE),
            reported_at__lt=midnight_before(last, ZONE) + timedelta(hours=N_HOURS),
        )
        .exclude(pk__in=CallLink.objects.filter(undone_at=None).values("call"))
        .select_related("initial_class", "final_class", "station")
        .order_by("reported_at", "id")
    )
    went: defaultdict[int, list[str]] = defaultdict(list)
    for key, name in (
        Dispatch.objects.filter(
            call__in=found, shift__in=patrolled.crews, status__in=WENT
        )
        .order_by("id")
        .values_list("call", "shift__name")
    ):
        went[key].append(name)
    cells = ground.cells_of_points(
        np.array([(call.lon, call.lat) for call in found]).reshape(-1, 2)
    )
    rows = []
    for call, cell in zip(found, cells, strict=True):
        if cell is None or cell.code not in mine:
            continue
        if call.call_class and not call.call_class.is_police_matter:
            continue
        then = [
            where
            for night, band in bands_at(call.reported_at)
            if (where := patrolled.cells.get((night, cell.code, band)))
        ]
        if then:
            # In the morning two nights may meet: what was measured goes before a plan.
            where = min(then, key=lambda one: (one.grade, -one.minutes))
            rows.append(
                HandledRow(
                    call,
                    where,
                    cell.area.station_code,
                    call.reporter == "patrol",
                    tuple(went[call.pk]),
                )
            )
    return rows
