"""Which cells were patrolled when: as measured, and where nothing measured, as planned.

A crew that sent positions is where they say. For one that had no device the published
plan is all there is: where it was on duty by its log and the plan had it stay, it may have
been. The two are told apart to the last figure, never put together.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import numpy as np
from django.db.models import Exists, OuterRef, Q

from xunfang.core.calendars.patrol_minutes import Span
from xunfang.core.calendars.shift_bands import BAND_HOURS
from xunfang.patrols.coverage.figures import TARGET_MIN, NightRows
from xunfang.patrols.runs.times import ZONE, crew_times
from xunfang.places.ground import Ground
from xunfang.units.models import DeviceUse, DutyStay, Fix, Shift
from xunfang.units.nights import midnight_before

type CellBandKey = tuple[date, str, int]
"""Night, code of the cell, and the hour with which the band begins."""


class Grade(StrEnum):
    """How good the evidence is: a machine's, or an estimate."""

    MEASURED = "A"
    MODELLED = "D"


class Silence(StrEnum):
    """Why nothing was measured of a crew that a published plan bound."""

    NO_DEVICE = "no_device"
    DEVICE_SILENT = "device_silent"
    NOT_ON_DUTY = "not_on_duty"
    """By its log it never went out: its plan counts for nothing."""
    NOT_FOLDED = "not_folded"
    """Its positions are worked out within the hour; until then it counts for nothing."""

    @property
    def is_modelled(self) -> bool:
        """Whether its plan stands in for its positions."""
        return self in {Silence.NO_DEVICE, Silence.DEVICE_SILENT}


@dataclass(frozen=True, slots=True)
class SilentCrew:
    """A crew of a published plan of which nothing was measured."""

    shift: Shift
    why: Silence


@dataclass(frozen=True, slots=True)
class PatrolledCell:
    """A cell in a band of hours in which somebody was there for long enough."""

    night: date
    cell: str
    band: int
    minutes: float
    grade: Grade
    crews: tuple[str, ...]
    """Those whose plan stands in for positions."""


@dataclass(frozen=True, slots=True)
class Patrolled:
    """What was patrolled in some nights."""

    cells: Mapping[CellBandKey, PatrolledCell]
    crews: frozenset[int]
    """Shifts that were on patrol: measured, or by log and plan."""
    silent: tuple[SilentCrew, ...]


def cells_patrolled(
    ground: Ground, *, first: date, last: date, at: datetime
) -> Patrolled:
    """Return the cells that were patrolled in some nights, by band; five queries.

    A cell is patrolled in a band of three hours of the clock if crews were in it for at
    least ``TARGET_MIN`` minutes together, as in 巡区覆盖率.
    """
    with NightRows(last, (last - first).days + 1) as rows:
        measured = rows.minutes_by_cell_band()
        heard = rows.crews_on_patrol()
    on_patrol = {
        pk
        for pk, night, code in Shift.objects.filter(
            night__range=(first, last)
        ).values_list("pk", "night", "code")
        if (night, code) in heard
    }
    silent, times = _silent_crews(first, last, at=at)
    instead = {one.shift.pk: one.shift for one in silent if one.why.is_modelled}
    modelled = _planned_minutes(ground, instead, times)

    cells: dict[CellBandKey, PatrolledCell] = {}
    codes = {cell.code for cell in ground.cells}
    for key in sorted(measured.keys() | modelled.keys()):
        minutes, by_plan = measured.get(key, 0.0), modelled.get(key, {})
        in_all = minutes + sum(by_plan.values())
        if in_all < TARGET_MIN or key[1] not in codes:
            continue
        is_measured = minutes >= TARGET_MIN
        cells[key] = PatrolledCell(
            *key,
            minutes=minutes if is_measured else in_all,
            grade=Grade.MEASURED if is_measured else Grade.MODELLED,
            crews=() if is_measured else tuple(instead[pk].name for pk in by_plan),
        )
    return Patrolled(cells, frozenset(on_patrol | instead.keys()), silent)


def _silent_crews(
    first: date, last: date, *, at: datetime
) -> tuple[tuple[SilentCrew, ...], dict[int, tuple[Span, ...]]]:
    """Return crews with a plan and no positions, and when they patrolled by their log."""
    of_shift = {"shift": OuterRef("pk")}
    shifts = list(
        Shift.objects.filter(
            Exists(DutyStay.objects.filter(**of_shift)), night__range=(first, last)
        )
        .filter(Q(run=None) | Q(run__heard_s=0))
        .annotate(
            has_device=Exists(DeviceUse.objects.filter(**of_shift)),
            has_fixes=Exists(Fix.objects.filter(**of_shift)),
        )
        .select_related("station", "run")
        .order_by("night", "station__code", "code")
    )
    times = crew_times(shifts, at=at)
    silent = []
    for shift in shifts:
        if shift.has_fixes and getattr(shift, "run", None) is None:
            why = Silence.NOT_FOLDED
        elif times[shift.pk].time is None:
            why = Silence.NOT_ON_DUTY
        else:
            why = Silence.DEVICE_SILENT if shift.has_device else Silence.NO_DEVICE
        silent.append(SilentCrew(shift, why))
    return tuple(silent), {
        pk: found.time.effective_spans for pk, found in times.items() if found.time
    }


def _planned_minutes(
    ground: Ground,
    shifts: Mapping[int, Shift],
    patrolled: Mapping[int, Collection[Span]],
) -> dict[CellBandKey, dict[int, float]]:
    """Return the minutes of stays in which crews were on patrol by their log, by crew."""
    stays = list(DutyStay.objects.filter(shift__in=shifts).order_by("shift", "number"))
    cells = ground.cells_of_points(
        np.array([(stay.lon, stay.lat) for stay in stays]).reshape(-1, 2)
    )
    minutes: defaultdict[CellBandKey, dict[int, float]] = defaultdict(dict)
    for stay, cell in zip(stays, cells, strict=True):
        if cell is None:
            continue
        night = shifts[stay.shift_id].night
        for span in patrolled[stay.shift_id]:
            begins = max(span.begins_at, stay.begins_at)
            ends = min(span.ends_at, stay.ends_at)
            for band, length_s in _by_band(night, begins, ends):
                crews = minutes[night, cell.code, band]
                crews[stay.shift_id] = crews.get(stay.shift_id, 0.0) + length_s / 60
    return minutes


def _by_band(
    night: date, begins: datetime, ends: datetime
) -> Iterator[tuple[int, float]]:
    """Cut a span at the ends of bands: the hour each begins with, and seconds in it."""
    begins_s, ends_s = second_of_night(night, begins), second_of_night(night, ends)
    length_s = 3600 * BAND_HOURS
    while begins_s < ends_s:
        band = int(begins_s // length_s)
        until_s = min(ends_s, (band + 1) * length_s)
        yield band * BAND_HOURS, until_s - begins_s
        begins_s = until_s


def second_of_night(night: date, moment: datetime) -> float:
    """Return the seconds that had gone since the night's date began, as files count."""
    return moment.timestamp() - midnight_before(night, ZONE).timestamp()


def bands_at(moment: datetime) -> Iterable[tuple[date, int]]:
    """Return night and band of a moment: of its own date, and of the one before."""
    today = moment.astimezone(ZONE).date()
    for night in (today - timedelta(days=1), today):
        hour = int(second_of_night(night, moment) // 3600)
        yield night, hour - hour % BAND_HOURS
