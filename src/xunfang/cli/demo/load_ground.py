"""What residents of the demo changed: a place problem, more patrol, and root causes."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.utils import timezone

from xunfang.accounts.models import Role, User
from xunfang.calls.models import CallClass, PlaceProblem
from xunfang.calls.problems import services as problems
from xunfang.cases.causes.services import ensure_causes, say_causes
from xunfang.cases.models import Case, RootCause
from xunfang.cli.demo.load_words import SOURCE
from xunfang.patrols.extras import services as extras
from xunfang.patrols.extras.services import LONGEST_REINFORCEMENT
from xunfang.places.models import KeyPlace

CAUSES: Mapping[str, tuple[str, ...]] = {
    "M020": ("parking", "slow"),
    "M021": ("hours",),
    "M031": ("slow",),
    "M034": ("upkeep", "lighting"),
    "M048": ("lighting", "presence"),
    "M050": ("not-told",),
    "M051": ("hours",),
    "M058": ("presence",),
}
"""By message: what the demo's officers found behind it."""
BATTERIES, VILLAGE = "M048", "M058"
THEFTS = "C2"
MEASURED_BEFORE = timedelta(days=14)
ORDERED_BEFORE = timedelta(days=7)


def load_ground(*, night: date, at: datetime) -> int:
    """Open a problem, order patrol and say causes for some of the messages; once."""
    if PlaceProblem.objects.exists():
        return 0
    ensure_causes(at=at)
    officer = User.objects.filter(role=Role.DUTY_OFFICER).earliest("pk")
    cases = {name: _case_of(name) for name in CAUSES}
    causes = {cause.code: cause for cause in RootCause.objects.all()}
    for name, codes in CAUSES.items():
        say_causes(
            case=cases[name],
            causes=[causes[code] for code in codes],
            revision=cases[name].revision,
            by=officer,
            at=at,
        )
    problem = problems.open_problem(
        case=cases[BATTERIES],
        place=_place(cases[BATTERIES], night, "mall_market"),
        kind=CallClass.objects.get(code=THEFTS),
        radius_m=500,
        why="楼下电瓶车三次失窃，收摊后背街无灯",
        by=officer,
        at=at,
    )
    problems.note_measure(
        problem=problem,
        text="后巷装灯两盏，失窃时段定点",
        done_on=timezone.localdate(at) - MEASURED_BEFORE,
        by=officer,
        at=at,
    )
    begins_on = night - ORDERED_BEFORE
    extras.order_reinforcement(
        place=_place(cases[VILLAGE], night, "estate"),
        minutes=20,
        begins_on=begins_on,
        until=begins_on + LONGEST_REINFORCEMENT - timedelta(days=1),
        reason="石门坳群众反映晚上见不到警车",
        case=cases[VILLAGE],
        by=officer,
        at=at,
    )
    return len(cases)


def _case_of(name: str) -> Case:
    """Return the case that answers a message of the demo."""
    return Case.objects.select_related("station").get(
        links__word__source=SOURCE,
        links__word__external_id=name,
        links__ended_at=None,
    )


def _place(case: Case, night: date, kind: str) -> KeyPlace:
    """Return the first place of a kind on the ground of a case, else the first of any."""
    places = KeyPlace.objects.in_use(night).filter(
        cell__area__station_code=case.station.code if case.station else ""
    )
    found = places.filter(kind=kind).first() or places.first()
    if found is None:
        raise KeyPlace.DoesNotExist(f"the ground of {case.number} has no place")
    return found
