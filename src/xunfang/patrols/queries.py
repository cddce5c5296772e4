"""Ask about plans. Everything here only reads."""

from datetime import date
from functools import lru_cache

from django.db.models import QuerySet

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.core.planning import format as documents
from xunfang.core.planning.layers import CellSlot, Layer
from xunfang.core.planning.plan import Plan as Routes
from xunfang.core.planning.problem import Problem
from xunfang.patrols.models import LayerSlot, Plan, Round, SolveRun
from xunfang.units.models import Station


def stations_visible_to(user: User) -> QuerySet[Station]:
    """Return the stations whose nights this person may see."""
    stations = Station.objects.all()
    if not can(user, Capability.SEE_TONIGHT):
        return stations.none()
    return stations.filter(code=user.station_code) if user.station_code else stations


def visible_to(user: User) -> QuerySet[Plan]:
    """Return the plans this person may see: the only way in for a page."""
    return Plan.objects.filter(station__in=stations_visible_to(user))


def current_plans(user: User, night: date) -> dict[str, Plan]:
    """Return the plan in force of each station that has one, by station code.

    The heavy documents are left out: a list needs the figures only.
    """
    plans = (
        visible_to(user)
        .filter(night=night, is_current=True)
        .select_related("station")
        .defer("problem", "plan", "drawing", "response")
    )
    return {plan.station.code: plan for plan in plans}


def find_current_plan(user: User, night: date, station: Station) -> Plan | None:
    """Return the plan in force for a station's night, whole."""
    return (
        visible_to(user)
        .filter(night=night, station=station, is_current=True)
        .defer("problem", "plan")
        .first()
    )


def latest_runs(user: User, night: date) -> dict[str, SolveRun]:
    """Return the last run of each station for a night, by station code."""
    runs = (
        SolveRun.objects.filter(night=night, station__in=stations_visible_to(user))
        .select_related("station", "asked_by")
        .order_by("asked_at", "id")
    )
    return {run.station.code: run for run in runs}


def rounds_held() -> dict[str, list[date]]:
    """Return the days rounds were held, by the code of their half-month duty."""
    held: dict[str, list[date]] = {}
    for duty_code, day in Round.objects.values_list("duty_code", "held_on"):
        held.setdefault(duty_code, []).append(day)
    return held


def hour_of_cell(cell: str, hour: int) -> CellSlot:
    """Return an hour of the day in a cell, as the layers of a plan count it."""
    return CellSlot(cell, 60 * hour, 60 * (hour + 1))


def layer(name: str) -> Layer:
    """Return a layer: the daily patrol, or what a campaign adds to it."""
    rows = LayerSlot.objects.filter(layer=name).values_list(
        "cell__code", "hour", "n_officers"
    )
    return Layer(name, {hour_of_cell(cell, hour): 60 * n for cell, hour, n in rows})


def documents_of(plan: Plan) -> tuple[Problem, Routes]:
    """Return what a plan answers and the plan itself. A kept plan never changes."""
    return _documents(plan.pk)


@lru_cache(maxsize=64)
def _documents(plan_id: int) -> tuple[Problem, Routes]:
    row = Plan.objects.only("problem", "plan").get(pk=plan_id)
    problem = documents.read_problem(row.problem).problem
    return problem, documents.read_plan(row.plan, problem)
