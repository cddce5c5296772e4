"""Ask for plans of a night, or a run to stop. They are made in ``plans/making.py``."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.patrols import policies
from xunfang.patrols.models import SolveRun
from xunfang.patrols.plans.making import queue_resolve
from xunfang.patrols.tasks import queue_plan
from xunfang.units.models import Station

LONGEST_CPU_S = 600.0
MOST_VARIANTS = 100
LOST_AFTER = timedelta(minutes=5)
"""A run that says nothing for so long has lost its worker. Longer than it takes to
prepare the streets of a great city, which is done in silence."""


class RunLost(DomainError):
    """The worker that was making a plan has fallen silent."""

    code = "patrols.run_lost"


def ask_for_plans(
    *,
    night: date,
    stations: Iterable[Station],
    cpu_s: float,
    seed: int,
    by: User,
    at: datetime,
    n_variants: int = 0,
) -> list[SolveRun]:
    """Queue a new plan for each station's night; runs still waiting are not doubled.

    With ``n_variants`` the plan is drawn by lot from so many of nearly the same worth.

    Raises
    ------
    NotAllowed
        This person may not plan for one of the stations; nothing is queued.
    """
    chosen = list(stations)
    for station in chosen:
        policies.check_can_solve(by, station)
    runs = []
    with transaction.atomic():
        # Two people who ask at the same moment take turns here.
        list(Station.objects.select_for_update().filter(pk__in=[s.pk for s in chosen]))
        _give_up_lost_runs(night, at)
        waiting = set(
            SolveRun.objects.filter(
                night=night, station__in=chosen, state__in=SolveRun.UNDER_WAY
            ).values_list("station_id", flat=True)
        )
        for station in chosen:
            if station.pk in waiting:
                continue
            run = SolveRun.objects.create(
                station=station,
                night=night,
                cpu_s=min(cpu_s, LONGEST_CPU_S),
                seed=seed,
                n_variants=min(n_variants, MOST_VARIANTS),
                asked_by=by,
                asked_at=at,
            )
            runs.append(run)
            queue_plan(run.pk)
        if runs:
            audit.record(
                kind="plan.asked",
                subject=night.isoformat(),
                by=by,
                at=at,
                stations=[run.station.code for run in runs],
            )
    return runs


def ask_to_resolve(
    *, station: Station, night: date, by: User, at: datetime
) -> SolveRun | None:
    """Have the night planned again at once, for it has been changed by hand.

    A run that waits will take the change in. A run under way cannot: it is followed by
    another, and if it is a long one it ends early. To be called in the transaction of
    the change; returns the run that will answer for it, None where it comes later.

    Raises
    ------
    NotAllowed
        This person may not plan for the station.
    """
    policies.check_can_solve(by, station)
    _give_up_lost_runs(night, at)
    running = (
        SolveRun.objects.select_for_update()
        .filter(night=night, station=station, state__in=SolveRun.UNDER_WAY)
        .first()
    )
    if running is None:
        return queue_resolve(
            station=station, night=night, by=by, at=at, queue=queue_plan
        )
    if running.state == SolveRun.QUEUED:
        return running
    running.again_at, running.again_by = at, by
    if not running.is_resolve and running.stop_asked_at is None:
        running.stop_asked_at = at
    running.save(update_fields=["again_at", "again_by", "stop_asked_at"])
    return None


def is_lost(run: SolveRun, at: datetime) -> bool:
    """Say whether nothing can come of a run any more: its worker fell silent."""
    return (
        run.state == SolveRun.RUNNING
        and run.heard_at is not None
        and run.heard_at < at - LOST_AFTER
    )


def _give_up_lost_runs(night: date, at: datetime) -> None:
    """Close runs whose worker fell silent, so that the night can be asked for again."""
    SolveRun.objects.filter(
        night=night, state=SolveRun.RUNNING, heard_at__lt=at - LOST_AFTER
    ).update(state=SolveRun.FAILED, ended_at=at, error_code=RunLost.code)


@transaction.atomic
def ask_to_stop(*, run: SolveRun, by: User, at: datetime) -> None:
    """Ask a run to end soon; it keeps the best checked plan it has so far."""
    policies.check_can_solve(by, run.station)
    changed = SolveRun.objects.filter(
        pk=run.pk, stop_asked_at=None, state__in=SolveRun.UNDER_WAY
    ).update(stop_asked_at=at)
    if changed:
        audit.record(
            kind="plan.stop_asked",
            subject=f"{run.night} {run.station.code}",
            by=by,
            at=at,
        )
