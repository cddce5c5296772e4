"""Fold the nights to which positions came, before the positions are deleted.

Whatever was folded stays as it was if it is folded again: a run that is cut short, or
made twice, changes nothing. What comes late makes its crews' hours anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from xunfang.audit import services as audit
from xunfang.core.dispatching.unit_states import DutyEvent
from xunfang.patrols.models import LoopGap, Run, RunNight, StayDone
from xunfang.patrols.runs import files
from xunfang.patrols.runs.heard import Heard, listen
from xunfang.patrols.runs.planned import loop_gaps, stays_done
from xunfang.patrols.runs.streets import cell_rows, street_rows, ways_gone
from xunfang.patrols.runs.times import ZONE, CrewTime, crew_times, logs_of
from xunfang.places import queries as places
from xunfang.units.models import DutyStay, Fix, Shift, Station
from xunfang.units.nights import midnight_before
from xunfang.units.positions.writing import KEPT_FOR

N_HOURS = 48
"""From the midnight of a night's date; no crew is out longer."""


@dataclass(frozen=True, slots=True)
class Due:
    """Crews of a night whose positions have not been folded as they are now."""

    night: date
    stations: frozenset[int]


def fold_what_is_due(*, at: datetime) -> list[date]:
    """Fold every night to which something came; return the nights."""
    found = nights_due(at=at)
    for due in found:
        fold_night(night=due.night, at=at, stations=due.stations)
    return [due.night for due in found]


def nights_due(*, at: datetime) -> list[Due]:
    """Find the stations and nights to which positions came, or whose log changed."""
    newest = at.astimezone(ZONE).date() + timedelta(days=1)
    oldest = (at - KEPT_FOR).astimezone(ZONE).date() - timedelta(days=2)
    nights = (
        Shift.objects.filter(night__range=(oldest, newest), fixes__isnull=False)
        .order_by("night")
        .values_list("night", flat=True)
        .distinct()
    )
    found = []
    for night in nights:
        shifts = _shifts(night)
        counts = _counts(night, at=at)
        bases = _bases(shifts, logs_of(shifts), at=at)
        known = {run.shift_id: run for run in Run.objects.filter(shift__in=shifts)}
        stations = frozenset(
            shift.station_id
            for shift in shifts
            if counts.get(shift.pk)
            and _is_due(known.get(shift.pk), counts[shift.pk], bases[shift.pk])
        )
        if stations:
            found.append(Due(night, stations))
    return found


def _is_due(run: Run | None, counts: Mapping[str, int], basis: str) -> bool:
    if run is None or run.basis != basis:
        return True
    return any(run.n_fixes_by_hour.get(hour) != n for hour, n in counts.items())


@transaction.atomic
def fold_night(
    *, night: date, at: datetime, stations: Iterable[int] | None = None
) -> RunNight:
    """Fold a night's positions: all crews of some stations, or of all.

    Hours of which some positions are deleted already stay as they were folded.
    """
    RunNight.objects.get_or_create(night=night)
    row = RunNight.objects.select_for_update().get(night=night)
    shifts = _shifts(night, stations)
    network = places.find_current_network()
    midnight = midnight_before(night, ZONE)
    logs = logs_of(shifts)
    times = crew_times(shifts, at=at, logs=logs)
    heard = listen(shifts, times, midnight=midnight)
    from_hour = _first_whole_hour(night, at)

    gone = [] if network is None else ways_gone(heard, network.code)
    tables = [cell_rows(heard, places.all_cells(day=night), night=night)]
    if network is not None:
        tables += street_rows(heard, gone, network.code, night=night)
    _keep_runs(heard, times, _counts(night, at=at), _bases(shifts, logs, at=at), at=at)
    done = _keep_stays(heard, times, midnight, from_hour, at)
    tables.append(_stay_rows(done, night, midnight))
    if network is not None:
        _keep_loops(heard, gone, midnight, from_hour, at, network.code)
    n_rows = files.replace_rows(
        night,
        [table.filter(files.is_from(table, from_hour)) for table in tables],
        crews=[shift.code for shift in shifts],
        from_hour=from_hour,
    )
    row.folded_at, row.network = at, "" if network is None else network.code
    row.edition += 1
    row.save(update_fields=["folded_at", "network", "edition"])
    audit.record(
        kind="run.folded",
        subject=night.isoformat(),
        by=None,
        at=at,
        n_crews=len(shifts),
        n_fixes=len(heard.fixes),
        n_rows=n_rows,
    )
    return row


def _shifts(night: date, stations: Iterable[int] | None = None) -> list[Shift]:
    shifts = Shift.objects.filter(night=night).select_related("station")
    if stations is not None:
        shifts = shifts.filter(station__in=list(stations))
    return list(shifts.order_by("code"))


def _first_whole_hour(night: date, at: datetime) -> int:
    """Return the first hour of a night of which no fix can have been deleted."""
    deleted_s = (at - KEPT_FOR - midnight_before(night, ZONE)).total_seconds()
    return max(0, -int(-deleted_s // 3600))


def _counts(night: date, *, at: datetime) -> dict[int, dict[str, int]]:
    """Count the fixes of each hour of which none can have been deleted. One query."""
    midnight = midnight_before(night, ZONE)
    hours = range(_first_whole_hour(night, at), N_HOURS)
    buckets = {
        f"h{hour}": Count(
            "fixed_at",
            filter=Q(
                fixed_at__gte=midnight + timedelta(hours=hour),
                fixed_at__lt=midnight + timedelta(hours=hour + 1),
            ),
        )
        for hour in hours
    }
    if not buckets:
        return {}
    rows = Fix.objects.filter(shift__night=night).order_by().values("shift")
    counts: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for shift, *of_hours in rows.annotate(**buckets).values_list("shift", *buckets):
        counts[shift] = {
            name[1:]: n for name, n in zip(buckets, of_hours, strict=True) if n > 0
        }
    return counts


def _bases(
    shifts: Sequence[Shift], logs: Mapping[int, list[DutyEvent]], *, at: datetime
) -> dict[int, str]:
    """Digest what crews' nights are worked out with, beside their positions.

    Which stays are over is among it: a stay is compared once its window has passed.
    """
    network = places.find_current_network()
    stays: defaultdict[int, list[Any]] = defaultdict(list)
    over = DutyStay.objects.filter(shift__in=shifts, ends_at__lte=at)
    for shift, number, edition in over.values_list("shift", "number", "edition"):
        stays[shift].append((number, edition))
    return {
        shift.pk: sha256(
            repr(
                (
                    "" if network is None else network.code,
                    shift.mode,
                    sorted((event.key, event.mode) for event in logs.get(shift.pk, ())),
                    stays[shift.pk],
                )
            ).encode()
        ).hexdigest()
        for shift in shifts
    }


def _keep_runs(
    heard: Heard,
    times: Mapping[int, CrewTime],
    counts: Mapping[int, Mapping[str, int]],
    bases: Mapping[int, str],
    *,
    at: datetime,
) -> None:
    known = {run.shift_id: run for run in Run.objects.filter(shift__in=heard.shifts)}
    heard_s = heard.heard_s()
    rows = []
    for n, shift in enumerate(heard.shifts):
        former = known.get(shift.pk)
        by_hour = {
            **(former.n_fixes_by_hour if former else {}),
            **counts.get(shift.pk, {}),
        }
        on_duty = times[shift.pk].duty.on_duty
        if not by_hour and not on_duty:
            continue
        rows.append(
            Run(
                shift=shift,
                n_fixes_by_hour=by_hour,
                basis=bases[shift.pk],
                on_duty_s=round(sum(span.length.total_seconds() for span in on_duty)),
                # What was heard does not become less when its fixes are deleted.
                heard_s=max(round(heard_s[n]), former.heard_s if former else 0),
                n_off_duty=heard.n_off_duty[n],
                folded_at=at,
            )
        )
    Run.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["shift"],
        update_fields=[
            *("n_fixes_by_hour", "basis", "on_duty_s", "heard_s", "n_off_duty"),
            "folded_at",
        ],
    )


def _keep_stays(
    heard: Heard,
    times: Mapping[int, CrewTime],
    midnight: datetime,
    from_hour: int,
    at: datetime,
) -> list[StayDone]:
    """Compare the stays that are over and whose fixes are all there; return them all."""
    since = midnight + timedelta(hours=from_hour)
    mine = StayDone.objects.filter(shift__in=heard.shifts)
    mine.filter(begins_at__gte=since).delete()
    before = set(mine.values_list("shift_id", "number"))
    planned = [
        stay
        for stay in DutyStay.objects.filter(
            shift__in=heard.shifts, begins_at__gte=since, ends_at__lte=at
        ).select_related("shift__station")
        if (stay.shift_id, stay.number) not in before
    ]
    done = stays_done(heard, planned, times, midnight=midnight)
    StayDone.objects.bulk_create(done)
    return done


def _stay_rows(done: Sequence[StayDone], night: date, midnight: datetime) -> Any:
    return files.table_of(
        {
            "kind": "stay",
            "night": night,
            "station": [row.shift.station.code for row in done],
            "crew": [row.shift.code for row in done],
            "mode": [row.shift.mode for row in done],
            "hour": [
                int((row.begins_at - midnight).total_seconds() // 3600) for row in done
            ],
            "seconds": [float(row.inside_s) for row in done],
            "place": [row.place_code for row in done],
            "kept": [str(row.kept) for row in done],
        },
        len(done),
    )


def _keep_loops(
    heard: Heard,
    gone: Sequence[Any],
    midnight: datetime,
    from_hour: int,
    at: datetime,
    code: str,
) -> None:
    since = midnight + timedelta(hours=from_hour)
    for station in Station.objects.filter(
        pk__in={shift.station_id for shift in heard.shifts}
    ):
        gaps = loop_gaps(heard, gone, station=station, midnight=midnight, code=code)
        over = [gap for gap in gaps if gap.begins_at >= since and gap.ends_at <= at]
        LoopGap.objects.filter(
            station=station, night=midnight.date(), begins_at__gte=since
        ).delete()
        LoopGap.objects.bulk_create(over, ignore_conflicts=True)
