"""Ask about plans. Everything here only reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.core.planning.format import documents
from xunfang.core.planning.layers import CellSlot, Layer
from xunfang.core.planning.plan import EventKind
from xunfang.core.planning.plan import Plan as Routes
from xunfang.core.planning.problem import Problem, Reason
from xunfang.patrols.models import (
    LayerSlot,
    Overlay,
    Plan,
    Reinforcement,
    Round,
    SolveRun,
)
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
        .defer("problem", "plan", "drawing", "response", "variation")
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


def current_edition(user: User, night: date, station: Station) -> int:
    """Return the edition in force of a station's night; 0 where there is none."""
    return (
        visible_to(user)
        .filter(night=night, station=station, is_current=True)
        .values_list("edition", flat=True)
        .first()
        or 0
    )


def figures_of_nights(
    user: User, station: Station, *, until: date, n_nights: int
) -> list[dict[str, Any]]:
    """Return the figures of a station's last planned nights, in order, ``until`` last.

    Empty where that night itself is not planned.
    """
    rows = (
        visible_to(user)
        .filter(
            station=station,
            is_current=True,
            night__lte=until,
            night__gt=until - timedelta(days=n_nights),
        )
        .order_by("night")
        .values_list("night", "figures")
    )
    nights = dict(rows)
    return list(nights.values()) if until in nights else []


def drawings(user: User, night: date) -> list[tuple[str, dict[str, Any]]]:
    """Return what is drawn of each plan in force, by station code."""
    return list(
        visible_to(user)
        .filter(night=night, is_current=True)
        .order_by("station__code")
        .values_list("station__code", "drawing")
    )


def latest_run(user: User, night: date, station: Station) -> SolveRun | None:
    """Return the last run of one station's night."""
    return (
        SolveRun.objects.filter(
            night=night, station=station, station__in=stations_visible_to(user)
        )
        .order_by("-asked_at", "-id")
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


def count_orders_after(station: Station, night: date, at: datetime) -> int:
    """Count what was ordered for a station's night, or ended early, after a moment.

    A plan made at that moment does not know of it. Four queries.
    """
    changed = Q(ended_at__gt=at, ended_on__lte=night, begins_on__lte=night)
    of_cells = LayerSlot.objects.filter(cell__area__station_code=station.code)
    reinforcements = Reinforcement.objects.filter(
        place__cell__area__station_code=station.code
    )
    overlays = Overlay.objects.filter(name__in=of_cells.values("layer"))
    return (
        reinforcements.on(night).filter(ordered_at__gt=at).count()
        + overlays.on(night).filter(saved_at__gt=at).count()
        + reinforcements.filter(changed, until__gte=night).count()
        + overlays.filter(changed, until__gte=night).count()
    )


def rounds_held() -> dict[str, list[date]]:
    """Return the days rounds were held, by the code of their half-month duty."""
    held: dict[str, list[date]] = {}
    rounds = Round.objects.filter(state=Round.CLOSED).exclude(duty_code="")
    for duty_code, day in rounds.order_by("night").values_list("duty_code", "night"):
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


@dataclass(frozen=True, slots=True)
class Documents:
    """What a plan answers, the plan itself, and why each thing was wanted."""

    problem: Problem
    routes: Routes
    reasons: Mapping[tuple[EventKind, str], Reason]
    """Of everything that was asked for, also of what no plan could ever hold: reading
    a problem sets such things aside, a page must name them all the same."""


@lru_cache(maxsize=64)
def documents_by_id(plan_id: int) -> Documents:
    """Return the documents of a plan. A kept plan never changes, so they keep."""
    row = Plan.objects.only("problem", "plan").get(pk=plan_id)
    problem = documents.read_problem(row.problem).problem
    return Documents(
        problem, documents.read_plan(row.plan, problem), _reasons(row.problem)
    )


_KIND_OF_LIST = {
    "stops": EventKind.STOP,
    "streets": EventKind.STOP,
    "posts": EventKind.POST,
    "loops": EventKind.LOOP,
    "presence": EventKind.PRESENCE,
}


def _reasons(problem: Mapping[str, Any]) -> dict[tuple[EventKind, str], Reason]:
    return {
        (kind, str(wanted["id"])): Reason(
            wanted["reason"]["code"], wanted["reason"].get("facts", {})
        )
        for name, kind in _KIND_OF_LIST.items()
        for wanted in problem.get(name, ())
        if wanted.get("reason")
    }
