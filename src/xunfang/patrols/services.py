"""Ask for plans, make them, keep them. A plan that was not checked is never kept."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.core.planning import format as documents
from xunfang.core.planning.budget import Budget
from xunfang.core.planning.plan import Plan as Routes
from xunfang.core.planning.solve import Progress, solve
from xunfang.patrols import drawing, policies
from xunfang.patrols.models import Plan, Reinforcement, SolveRun
from xunfang.patrols.response import response_of
from xunfang.patrols.statement import NightStatement, state_night
from xunfang.patrols.tasks import make_plan as make_plan_task
from xunfang.places import queries as places
from xunfang.places.models import KeyPlace, StreetNetwork
from xunfang.units.models import Station

PROGRESS_EVERY_S = 0.5
LONGEST_CPU_S = 600.0


class StreetsMissing(DomainError):
    """No street network has been imported, so no way has a length."""

    code = "patrols.streets_missing"


class ReasonMissing(DomainError):
    """A reinforcement, or its renewal, needs a reason of its own."""

    code = "patrols.reason_missing"


def ask_for_plans(
    *,
    night: date,
    stations: Iterable[Station],
    cpu_s: float,
    seed: int,
    by: User,
    at: datetime,
) -> list[SolveRun]:
    """Queue a new plan for each station's night; runs still waiting are not doubled.

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
        waiting = set(
            SolveRun.objects.filter(
                night=night,
                station__in=chosen,
                state__in=[SolveRun.QUEUED, SolveRun.RUNNING],
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
                asked_by=by,
                asked_at=at,
            )
            runs.append(run)
            transaction.on_commit(partial(make_plan_task.enqueue, run_id=run.pk))
        if runs:
            audit.record(
                kind="plan.asked",
                subject=night.isoformat(),
                by=by,
                at=at,
                stations=[run.station.code for run in runs],
            )
    return runs


@transaction.atomic
def ask_to_stop(*, run: SolveRun, by: User, at: datetime) -> None:
    """Ask a run to end soon; it keeps the best checked plan it has so far."""
    policies.check_can_solve(by, run.station)
    changed = SolveRun.objects.filter(
        pk=run.pk, stop_asked_at=None, state__in=[SolveRun.QUEUED, SolveRun.RUNNING]
    ).update(stop_asked_at=at)
    if changed:
        audit.record(
            kind="plan.stop_asked",
            subject=f"{run.night} {run.station.code}",
            by=by,
            at=at,
        )


def make_plan(*, run_id: int, clock: Callable[[], datetime]) -> str:
    """Make the plan a run asks for and keep it. Done once, however often it is asked.

    A refusal, or a crash of the solver, ends the run as failed and leaves the last
    plan in place.
    """
    taken = SolveRun.objects.filter(pk=run_id, state=SolveRun.QUEUED).update(
        state=SolveRun.RUNNING
    )
    if not taken:
        return "already taken"
    run = SolveRun.objects.select_related("station", "asked_by").get(pk=run_id)
    try:
        network = _get_network()
        statement = state_night(
            station=run.station,
            night=run.night,
            network=network,
            zone=ZoneInfo(settings.TIME_ZONE),
        )
        routes = _solve(run, statement, clock)
        plan = keep_plan(
            station=run.station,
            night=run.night,
            statement=statement,
            routes=routes,
            network=network,
            by=run.asked_by,
            at=clock(),
        )
    except Exception as error:
        code = error.code if isinstance(error, DomainError) else "patrols.solver_failed"
        _end(run, SolveRun.FAILED, clock(), error_code=code)
        if isinstance(error, DomainError):
            return code
        raise
    _end(
        run,
        SolveRun.DONE,
        clock(),
        plan=plan,
        value=plan.value,
        upper_bound=plan.upper_bound,
        done_share=1.0,
    )
    return f"plan {plan.pk}"


def _get_network() -> StreetNetwork:
    network = places.find_current_network()
    if network is None:
        raise StreetsMissing("import a street network first: xunfang streets import")
    return network


def _solve(
    run: SolveRun, statement: NightStatement, clock: Callable[[], datetime]
) -> Routes:
    last_told = clock()

    def tell(progress: Progress) -> None:
        nonlocal last_told
        now = clock()
        if (now - last_told).total_seconds() < PROGRESS_EVERY_S:
            return
        last_told = now
        SolveRun.objects.filter(pk=run.pk).update(
            done_share=progress.done_share,
            value=progress.value,
            upper_bound=progress.upper_bound,
        )

    last_looked = clock()
    asked = False

    def should_stop() -> bool:
        nonlocal last_looked, asked
        now = clock()
        if not asked and (now - last_looked).total_seconds() >= PROGRESS_EVERY_S:
            last_looked = now
            asked = SolveRun.objects.filter(
                pk=run.pk, stop_asked_at__isnull=False
            ).exists()
        return asked

    return solve(
        statement.problem,
        budget=Budget(cpu_s=run.cpu_s),
        seed=run.seed,
        on_progress=tell,
        should_stop=should_stop,
    )


def _end(run: SolveRun, state: str, at: datetime, **values: object) -> None:
    SolveRun.objects.filter(pk=run.pk).update(state=state, ended_at=at, **values)


@transaction.atomic
def keep_plan(
    *,
    station: Station,
    night: date,
    statement: NightStatement,
    routes: Routes,
    network: StreetNetwork,
    by: User | None,
    at: datetime,
) -> Plan:
    """Keep a plan as the night's next edition and put it in force."""
    problem = statement.problem
    former = Plan.objects.select_for_update().filter(station=station, night=night)
    edition = (former.aggregate(last=Max("edition"))["last"] or 0) + 1
    former.filter(is_current=True).update(is_current=False)
    plan = Plan.objects.create(
        station=station,
        night=night,
        edition=edition,
        problem=documents.write_problem(problem),
        plan=documents.write_plan(routes, problem),
        drawing=drawing.draw(problem, routes, network),
        response=response_of(statement, routes, network),
        value=routes.value,
        upper_bound=routes.upper_bound,
        n_unmet=sum(thing.n_missing for thing in routes.unmet),
        made_by=by,
        made_at=at,
    )
    audit.record(
        kind="plan.made",
        subject=f"{night} {station.code}",
        by=by,
        at=at,
        edition=edition,
        value=routes.value,
        upper_bound=routes.upper_bound,
    )
    return plan


@transaction.atomic
def order_reinforcement(
    *,
    place: KeyPlace,
    minutes: int,
    begins_on: date,
    until: date,
    reason: str,
    by: User,
    at: datetime,
    renews: Reinforcement | None = None,
) -> Reinforcement:
    """Order more minutes at a place until a date; after it the order ends by itself.

    Raises
    ------
    ReasonMissing
        There is no reason, or a renewal repeats the reason of what it renews.
    """
    said = reason.strip()
    if not said or (renews is not None and said == renews.reason):
        raise ReasonMissing("say why; a renewal needs a new reason")
    order = Reinforcement.objects.create(
        place=place,
        minutes=minutes,
        begins_on=begins_on,
        until=until,
        reason=said,
        ordered_by=by,
        ordered_at=at,
        renews=renews,
    )
    audit.record(
        kind="reinforcement.ordered",
        subject=place.code,
        by=by,
        at=at,
        until=until.isoformat(),
        minutes=minutes,
    )
    return order
