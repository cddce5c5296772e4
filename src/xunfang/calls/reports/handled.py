"""How many matters the patrol found or handled where it was to be (管事率).

Of the incidents that arose in a cell while a published plan had crews of that night in it,
the share that a crew of the plan found itself or went to.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from xunfang.accounts.models import User
from xunfang.calls import queries as calls
from xunfang.calls.models import Call, CallLink, Dispatch
from xunfang.core.dispatching.sheets import AssignmentStatus
from xunfang.places.ground import Ground
from xunfang.units.models import DutyStay

WENT = (AssignmentStatus.ON_SCENE.value, AssignmentStatus.FINISHED.value)
ON_THE_SPOT = frozenset({"settled", "helped", "handed_to_family"})
"""Outcomes with which nothing is left to do."""


@dataclass(frozen=True, slots=True)
class HandledRow:
    """One incident in a patrolled cell."""

    call: Call
    night: date
    cell: str
    is_found: bool
    """Noticed by a patrol."""
    crews: tuple[str, ...]
    """Of the plan, that went there."""

    @property
    def is_handled(self) -> bool:
        """Whether it counts above the line."""
        return self.is_found or bool(self.crews)

    @property
    def is_on_the_spot(self) -> bool:
        """Whether it was handled and nothing was left to do."""
        return self.is_handled and self.call.outcome in ON_THE_SPOT


@dataclass(frozen=True, slots=True)
class HandledReport:
    """The rate, and everything it is made of."""

    rows: Sequence[HandledRow]
    n_cell_nights: int
    """Cells patrolled, counted once each night."""

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
class _Night:
    """Where and when the crews of one night were to be."""

    cells: frozenset[str]
    begins_at: datetime
    ends_at: datetime
    shifts: frozenset[int]


def report_handled(user: User, *, first: date, last: date) -> HandledReport:
    """Return the rate for the nights from ``first`` to ``last``. Seven queries.

    A cell is patrolled in a night if a crew's published plan has a post or a stop in it;
    an incident arose while it was patrolled if it was reported between the beginning of
    the night's first stay and the end of its last. Counted are visible calls that are
    police matters, each matter once.
    """
    ground = Ground.on(last)
    nights = _nights(ground, first, last)
    if not nights:
        return HandledReport((), 0)
    found = list(
        calls.visible_to(user)
        .filter(
            merged_into=None,
            lon__isnull=False,
            reported_at__gte=min(night.begins_at for night in nights.values()),
            reported_at__lt=max(night.ends_at for night in nights.values()),
        )
        .exclude(pk__in=CallLink.objects.filter(undone_at=None).values("call"))
        .select_related("initial_class", "final_class", "station")
        .order_by("reported_at", "id")
    )
    went: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for key, shift, name in (
        Dispatch.objects.filter(call__in=found, shift__isnull=False, status__in=WENT)
        .order_by("id")
        .values_list("call", "shift", "shift__name")
    ):
        went[key].append((shift, name))
    cells = ground.cells_of_points(
        np.array([(call.lon, call.lat) for call in found]).reshape(-1, 2)
    )
    rows = []
    for call, cell in zip(found, cells, strict=True):
        if cell is None or (call.call_class and not call.call_class.is_police_matter):
            continue
        for day, night in nights.items():
            is_then = night.begins_at <= call.reported_at < night.ends_at
            if is_then and cell.code in night.cells:
                crews = tuple(
                    name for shift, name in went[call.pk] if shift in night.shifts
                )
                is_found = call.reporter == "patrol"
                rows.append(HandledRow(call, day, cell.code, is_found, crews))
                break
    return HandledReport(rows, sum(len(night.cells) for night in nights.values()))


def _nights(ground: Ground, first: date, last: date) -> dict[date, _Night]:
    stays = list(
        DutyStay.objects.filter(shift__night__range=(first, last)).values_list(
            "shift__night", "shift", "begins_at", "ends_at", "lon", "lat"
        )
    )
    cells = ground.cells_of_points(
        np.array([(lon, lat) for *_, lon, lat in stays]).reshape(-1, 2)
    )
    parts = defaultdict(list)
    for (night, shift, begins_at, ends_at, *_), cell in zip(stays, cells, strict=True):
        parts[night].append((shift, begins_at, ends_at, cell))
    return {
        night: _Night(
            cells=frozenset(cell.code for *_, cell in of_night if cell is not None),
            begins_at=min(begins_at for _, begins_at, _, _ in of_night),
            ends_at=max(ends_at for _, _, ends_at, _ in of_night),
            shifts=frozenset(shift for shift, *_ in of_night),
        )
        for night, of_night in sorted(parts.items())
    }
