"""Make plans and keep them. A plan that was not checked is never kept."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.core.planning import check
from xunfang.core.planning.budget import Budget
from xunfang.core.planning.edits import carry_over
from xunfang.core.planning.format import documents
from xunfang.core.planning.plan import Plan as Routes
from xunfang.core.planning.resolve import resolve
from xunfang.core.planning.solve import PlanRefused, Progress, solve
from xunfang.patrols import queries
from xunfang.patrols.models import Plan, SolveRun
from xunfang.patrols.plans import drawing
from xunfang.patrols.plans.figures import figures_of
from xunfang.patrols.plans.lot import draw_by_lot
from xunfang.patrols.plans.response import response_of
from xunfang.patrols.wanted import by_hand
from xunfang.patrols.wanted.statement import NightStatement, state_night
from xunfang.places import queries as places
from xunfang.places.models import StreetNetwork
from xunfang.units.models import Station

PROGRESS_EVERY_S = 0.5
VARIANT_SHARE = 0.1
"""What each plan of the lot may think, of the time for the best one."""
RESOLVE_CPU_S = 1.0
"""To answer for a change by hand: with all that goes before and after, the plan is there
within three seconds (``benchmarks/resolve.py``)."""

type Queue = Callable[[int], None]
"""Takes a run's id and has its plan made once the run is on disk."""


class StreetsMissing(DomainError):
    """No street network has been imported, so no way has a length."""

    code = "patrols.streets_missing"


class SolverFailed(DomainError):
    """Making the plan broke off with a fault of ours; the log says which."""

    code = "patrols.solver_failed"


def queue_resolve(
    *, station: Station, night: date, by: User | None, at: datetime, queue: Queue
) -> SolveRun:
    """Queue a quick plan that answers for a change by hand."""
    run = SolveRun.objects.create(
        station=station,
        night=night,
        cpu_s=RESOLVE_CPU_S,
        # A seed per day and no more: the same change gives the same plan.
        seed=night.toordinal(),
        is_resolve=True,
        asked_by=by,
        asked_at=at,
    )
    queue(run.pk)
    return run


def make_plan(
    *,
    run_id: int,
    clock: Callable[[], datetime],
    queue: Queue,
    is_again: bool = False,
) -> str:
    """Make the plan a run asks for and keep it. Done once, however often it is asked.

    Where the night was changed meanwhile, ``queue`` is given the run that follows. With
    ``is_again`` the worker that had begun it has died: it begins anew.

    A refusal, or a crash of the solver, ends the run as failed and leaves the last
    plan in place.
    """
    takes = SolveRun.UNDER_WAY if is_again else (SolveRun.QUEUED,)
    taken = SolveRun.objects.filter(pk=run_id, state__in=takes).update(
        state=SolveRun.RUNNING, heard_at=clock()
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
        routes, seal, variation = _solve(run, statement, clock)
        plan = keep_plan(
            station=run.station,
            night=run.night,
            statement=statement,
            routes=routes,
            network=network,
            by=run.asked_by,
            at=clock(),
            seal=seal,
            variation=variation,
        )
    except Exception as error:
        code = error.code if isinstance(error, DomainError) else SolverFailed.code
        _end(run, SolveRun.FAILED, clock(), queue, error_code=code)
        if isinstance(error, DomainError):
            return code
        raise
    _end(
        run,
        SolveRun.DONE,
        clock(),
        queue,
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
) -> tuple[Routes, str, dict[str, Any]]:
    """Return the plan, and with a lot its seal and what may be told of the draw."""
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
            heard_at=now,
        )

    last_looked = clock()
    asked = False

    def should_stop() -> bool:
        nonlocal last_looked, asked
        now = clock()
        if not asked and (now - last_looked).total_seconds() >= PROGRESS_EVERY_S:
            last_looked = now
            this_run = SolveRun.objects.filter(pk=run.pk)
            this_run.update(heard_at=now)
            asked = this_run.filter(stop_asked_at__isnull=False).exists()
        return asked

    before = _plan_to_begin_with(run, statement)
    if before is not None:
        near = resolve(
            statement.problem,
            before,
            budget=budget_of(run),
            seed=run.seed,
            on_progress=tell,
            should_stop=should_stop,
        )
        return near, "", {}
    best = solve(
        statement.problem,
        budget=budget_of(run),
        seed=run.seed,
        on_progress=tell,
        should_stop=should_stop,
    )
    if run.n_variants < 2 or not statement.problem.units:
        return best, "", {}
    drawn = draw_by_lot(
        statement.problem,
        best,
        n_plans=run.n_variants,
        budget=budget_of(run, share=VARIANT_SHARE),
        seed=run.seed,
        secret=settings.SECRET_KEY.encode(),
        night=run.night,
        should_stop=should_stop,
    )
    return drawn.plan, drawn.seal, drawn.variation


def _plan_to_begin_with(run: SolveRun, statement: NightStatement) -> Routes | None:
    """Return the plan in force as the changes by hand leave it, for a quick answer."""
    if not run.is_resolve:
        return None
    in_force = (
        Plan.objects.filter(station=run.station_id, night=run.night, is_current=True)
        .values_list("pk", flat=True)
        .first()
    )
    if in_force is None:
        return None
    return carry_over(
        queries.documents_by_id(in_force).routes,
        statement.problem,
        by_hand.as_edits(statement.changes.edits),
    )


def budget_of(run: SolveRun, *, share: float = 1.0) -> Budget:
    """Return how long a run may think, or a share of it."""
    return Budget(cpu_s=run.cpu_s * share)


@transaction.atomic
def _end(
    run: SolveRun, state: str, at: datetime, queue: Queue, **values: object
) -> None:
    """End a run, and begin the one that follows where the night was changed meanwhile."""
    ended = SolveRun.objects.select_for_update().get(pk=run.pk)
    SolveRun.objects.filter(pk=run.pk).update(state=state, ended_at=at, **values)
    if ended.again_at is not None:
        queue_resolve(
            station=run.station, night=run.night, by=ended.again_by, at=at, queue=queue
        )


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
    seal: str = "",
    variation: Mapping[str, Any] | None = None,
    restores: int | None = None,
) -> Plan:
    """Keep a plan as the night's next edition and put it in force.

    Raises
    ------
    PlanRefused
        The plan breaks a rule; the plan in force stays.
    FormatError
        The plan could not be read again from what would be kept; the same.
    """
    problem = statement.problem
    if broken := check.violations(problem, routes):
        raise PlanRefused(f"{len(broken)} rules are broken, the first: {broken[0]}")
    written = documents.write_plan(routes, problem)
    documents.read_plan(written, problem)
    former = Plan.objects.select_for_update().filter(station=station, night=night)
    edition = (former.aggregate(last=Max("edition"))["last"] or 0) + 1
    former.filter(is_current=True).update(is_current=False)
    plan = Plan.objects.create(
        station=station,
        night=night,
        edition=edition,
        problem=documents.write_problem(problem),
        plan=written,
        drawing=drawing.draw(problem, routes, network),
        figures=figures_of(problem, routes, places.cells_of(station.code)),
        response=response_of(statement, routes, network),
        value=routes.value,
        upper_bound=routes.upper_bound,
        n_unmet=sum(thing.n_missing for thing in routes.unmet),
        n_unmet_mandatory=sum(
            thing.n_missing for thing in routes.unmet if thing.mandatory
        ),
        seal=seal,
        variation=dict(variation or {}),
        n_changes=statement.changes.n_changes,
        restores=restores,
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
        **({"seal": seal} if seal else {}),
        **({"restores": restores} if restores is not None else {}),
    )
    return plan
