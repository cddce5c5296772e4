"""Put an earlier edition of a night back in force, as a new edition."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.forms.models import model_to_dict

from xunfang.accounts.models import User
from xunfang.core.errors import DomainError
from xunfang.core.planning import check, explain
from xunfang.patrols import policies, queries
from xunfang.patrols.extras.services import NightOver
from xunfang.patrols.models import NightEdit, Plan, SolveRun
from xunfang.patrols.plans import making
from xunfang.patrols.wanted import by_hand
from xunfang.patrols.wanted.statement import state_night, tonight
from xunfang.places import queries as places
from xunfang.units.models import Station


class PlanningUnderWay(DomainError):
    """The night is being planned this very moment."""

    code = "patrols.planning_under_way"


class EditionHoldsNoMore(DomainError):
    """Crews, streets or duties have changed: the edition would break a rule today."""

    code = "patrols.edition_holds_no_more"


@transaction.atomic
def restore_edition(*, plan: Plan, by: User, at: datetime) -> Plan:
    """Put an edition back in force, with the changes by hand as they stood for it.

    It is judged by today's problem: crews, streets and duties as they are now. Changes
    made since are undone, changes undone since are made again.

    Raises
    ------
    NotAllowed
        This person may not plan for the station.
    NightOver
        The night is over.
    PlanningUnderWay
        A run would overtake it; stop the run first.
    EditionHoldsNoMore
        It breaks a rule today. Nothing is changed.
    """
    station, night = plan.station, plan.night
    policies.check_can_solve(by, station)
    zone = ZoneInfo(settings.TIME_ZONE)
    if night < tonight(at, zone):
        raise NightOver(f"the night of {night} is over")
    Station.objects.select_for_update().get(pk=station.pk)
    if SolveRun.objects.filter(
        station=station, night=night, state__in=SolveRun.UNDER_WAY
    ).exists():
        raise PlanningUnderWay(f"{night} of {station.code} is being planned")
    network = places.find_current_network()
    if network is None:
        raise making.StreetsMissing("import a street network first")
    _bring_back_edits(station, night, plan.n_changes, by, at)
    statement = state_night(station=station, night=night, network=network, zone=zone)
    problem, routes = statement.problem, queries.documents_by_id(plan.pk).routes
    routes = replace(routes, upper_bound=None, unmet=())
    known = {unit.id for unit in problem.units}
    if any(route.unit not in known and route.events for route in routes.routes):
        raise EditionHoldsNoMore("a crew of it is not on shift")
    routes = replace(
        routes, routes=tuple(route for route in routes.routes if route.unit in known)
    )
    faults = [
        fault
        for fault in check.violations(problem, routes)
        # What it is worth and leaves unmet today is counted anew below.
        if fault.code not in {"value_wrong", "unmet_wrong", "loop_gap"}
    ]
    if faults:
        raise EditionHoldsNoMore(f"{len(faults)} rules, the first: {faults[0]}")
    routes = replace(
        routes,
        value=check.recounted_value(problem, routes),
        unmet=explain.unmet(problem, routes),
    )
    return making.keep_plan(
        station=station,
        night=night,
        statement=statement,
        routes=routes,
        network=network,
        by=by,
        at=at,
        restores=plan.edition,
    )


def _bring_back_edits(
    station: Station, night: date, number: int, by: User, at: datetime
) -> None:
    now = by_hand.read(station, night)
    then = by_hand.read(station, night, until=number)
    wanted = {row.pk for row in then.edits}
    present = {row.pk for row in now.edits}
    last = now.n_changes
    for row in now.edits:
        if row.pk not in wanted:
            last += 1
            row.undone_no, row.undone_at, row.undone_by = last, at, by
            row.save(update_fields=["undone_no", "undone_at", "undone_by"])
    for row in then.edits:
        if row.pk not in present:
            last += 1
            NightEdit.objects.create(
                **_again(row), made_no=last, made_at=at, made_by=by
            )


def _again(row: NightEdit) -> dict[str, Any]:
    made = {
        "id",
        "made_no",
        "made_at",
        "made_by",
        "undone_no",
        "undone_at",
        "undone_by",
    }
    values = model_to_dict(row, exclude=[*made, "station"])
    return values | {"station": row.station}
