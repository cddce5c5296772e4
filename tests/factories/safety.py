"""Safety plans, service points and cards as tests of this room need them."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from tests.factories.linhe_city import AFTERNOON
from xunfang.places.models import GridCell, KeyPlace, PatrolArea
from xunfang.places.models.measures import MeasuresCard, TroubleSpot
from xunfang.places.models.school_plans import (
    Check,
    Contact,
    PlanText,
    Post,
    SchoolPlan,
)
from xunfang.places.models.service_points import ServicePoint
from xunfang.places.safety.measures import services as measures
from xunfang.places.safety.school_plans import services as school_plans
from xunfang.places.safety.service_points import services as service_points

PLAN = PlanText(
    posts=(Post("正门", 30, "police"), Post("东侧路口", 20, "volunteers")),
    contacts=(Contact("security", "0100-1234567"),),
    checks=(Check("校门防撞柱", 30),),
    notes="雨天改走北门",
)
OFFICE_HOURS = dict.fromkeys(range(1, 6), "09:00-12:00, 14:00-18:00")


def add_schools(
    n_schools: int, *, kind: str = "school", cell: str = "C1"
) -> list[KeyPlace]:
    """Schools S001, S002 … in one cell."""
    first = KeyPlace.objects.filter(kind=kind).count() + 1
    letter = kind[0].upper()
    return KeyPlace.objects.bulk_create(
        KeyPlace(
            code=f"{letter}{number:03d}",
            name=f"临河{number}{'校' if kind == 'school' else '园'}",
            name_en=f"Linhe {kind} {number}",
            kind=kind,
            cell=GridCell.objects.get(code=cell),
            lon=0,
            lat=0,
        )
        for number in range(first, first + n_schools)
    )


def review(
    place: KeyPlace,
    by: object,
    *,
    at: datetime = AFTERNOON,
    text: PlanText = PLAN,
    days: int = 180,
    shown_edition: int = 0,
) -> SchoolPlan:
    """Review a school's plan; it is looked at again after some days."""
    return school_plans.review_school_plan(
        place=place,
        text=text,
        next_review_on=timezone.localdate(at) + timedelta(days=days),
        shown_edition=shown_edition,
        by=by,
        at=at,
    )


def add_service_point(
    by: object,
    code: str = "R01",
    *,
    hours: dict[int, str] | None = None,
    at: datetime = AFTERNOON,
    **values: object,
) -> ServicePoint:
    """A police room in area A1, open in office hours unless said otherwise."""
    return service_points.save_service_point(
        point=None,
        values={
            "code": code,
            "name": f"柳巷警务室{code}",
            "name_en": f"Willow Lane Police Room {code}",
            "address": "柳巷 3 号",
            "address_en": "3 Willow Lane",
            "station_code": "S01",
            "area": PatrolArea.objects.get(code="A1"),
            "phone": "0100-7654321",
            "offers": ["report", "lost"],
            "is_listed": True,
        }
        | values,
        hours=OFFICE_HOURS if hours is None else hours,
        shown_revision=0,
        by=by,
        at=at,
    )


def set_card(
    area: str,
    by: object,
    *,
    text: str = "夜市收摊时段定点值守",
    spots: tuple[TroubleSpot, ...] = (TroubleSpot("柳巷口", "增设照明"),),
    valid_from: date | None = None,
    at: datetime = AFTERNOON,
    shown_edition: int = 0,
) -> MeasuresCard:
    """Set an area's card, valid from that day unless said otherwise."""
    return measures.set_card(
        area=PatrolArea.objects.get(code=area),
        text=text,
        spots=spots,
        valid_from=valid_from or timezone.localdate(at),
        shown_edition=shown_edition,
        by=by,
        at=at,
    )
