"""Give the demo city its police rooms, school plans, measures cards and ideas.

Everything goes through the services, at moments before the demo begins: some plans are
overdue, some cards new, and what the pages say of both can be seen.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from xunfang.accounts.models import Role, User
from xunfang.cli.demo.city_model import City
from xunfang.places import queries as places_queries
from xunfang.places.models import KeyPlace, PatrolArea
from xunfang.places.models.ideas import Measure
from xunfang.places.models.measures import TroubleSpot
from xunfang.places.models.school_plans import Check, Contact, PlanText, Post
from xunfang.places.safety.ideas import services as ideas
from xunfang.places.safety.measures import services as measures
from xunfang.places.safety.school_plans import services as school_plans
from xunfang.places.safety.service_points import services as service_points

OFFICE = dict.fromkeys(range(1, 6), "09:00-12:00, 14:00-18:00")
HOURS = (
    OFFICE,
    OFFICE | {6: "09:00-12:00"},
    OFFICE | {5: "09:00-12:00, 14:00-22:00", 6: "14:00-22:00", 7: "14:00-22:00"},
    dict.fromkeys(range(1, 8), "18:00-01:00"),
)
"""Of police rooms, in turn; the last are those at night markets."""
OFFERS = (
    ["report", "lost", "mediation"],
    ["report", "papers", "fraud", "bicycles"],
    ["report", "lost", "tourists", "first_aid"],
)
EVERY_NTH_STAFFED = 3

WHERE = ("正门", "东门", "北侧路口", "校车停靠点")
CHECKS = (Check("校门防撞柱", 30), Check("一键报警装置", 7), Check("监控与照明", 30))
EVERY_NTH_KINDERGARTEN_WITHOUT = 9
EVERY_NTH_KINDERGARTEN_OVERDUE = 8

MEASURES = (
    "20:00 至 22:00 在主干道步巡，每小时至少一趟。\n停车棚、楼道口重点看守。",
    "夜市收摊后留守半小时，疏导人车。\n与市场保安每晚对接一次。",
    "校门口放学时段定点值守，晚间转为背街小巷步巡。",
    "车巡与步巡交替，银行、加油站每班各看一次。",
)
SPOTS = (
    TroubleSpot("停车棚", "加装照明，物业夜间值守"),
    TroubleSpot("夜市东口", "移动护栏分流"),
    TroubleSpot("背街小巷", "每班步巡两次"),
)
EVERY_NTH_CARD_DUE = 10
N_CARDS_NEW = 4


@transaction.atomic
def load_safety(city: City, *, by: User, at: datetime) -> None:
    """Write the whole of it; ``by`` keeps the places of the whole city."""
    _load_police_rooms(city, by=by, at=at)
    _load_school_plans(by=by, at=at)
    _load_cards(by=by, at=at)
    leader = User.objects.filter(role=Role.LEADER, station_code="").first()
    if leader is not None:
        _load_ideas(by=by, leader=leader, at=at)


def _load_police_rooms(city: City, *, by: User, at: datetime) -> None:
    around = places_queries.areas_around(day=timezone.localdate(at))
    roads = {area.code: area.roads for area in city.areas}
    for number, room in enumerate(city.rooms):
        area = around.find(*room.at)
        road = next(iter(roads[area.code]), None) if area else None
        house = 8 + 7 * number % 180
        point = service_points.save_service_point(
            point=None,
            values={
                "code": room.code,
                "name": room.zh,
                "name_en": room.en,
                "address": f"{road[0]}{house}号" if road else room.zh,
                "address_en": f"{house} {road[1]}" if road else "",
                "station_code": room.station,
                "area": area if area and area.station_code == room.station else None,
                "phone": f"1200010{number:04d}",
                "offers": OFFERS[number % len(OFFERS)],
                "is_listed": True,
            },
            hours=HOURS[number % len(HOURS)],
            shown_revision=0,
            by=by,
            at=at,
        )
        if number % EVERY_NTH_STAFFED == 0:
            until = at + timedelta(hours=4)
            service_points.staff_service_point(point=point, until=until, by=by, at=at)


def _load_school_plans(*, by: User, at: datetime) -> None:
    schools = KeyPlace.objects.select_related("cell__area").order_by("code")
    for number, school in enumerate(schools.filter(kind="school")):
        # Reviewed one after another over half a year: none is overdue.
        _review(school, number, by=by, at=at - timedelta(days=4 * number + 1))
    for number, school in enumerate(schools.filter(kind="kindergarten")):
        if number % EVERY_NTH_KINDERGARTEN_WITHOUT == 0:
            continue
        is_overdue = number % EVERY_NTH_KINDERGARTEN_OVERDUE == 0
        ago = 190 if is_overdue else 3 * number + 1
        _review(school, number, by=by, at=at - timedelta(days=ago))


def _review(school: KeyPlace, number: int, *, by: User, at: datetime) -> None:
    second = WHERE[1 + number % (len(WHERE) - 1)]
    text = PlanText(
        posts=(Post(WHERE[0], 30, "police"), Post(second, 20, "guards")),
        contacts=(
            Contact("gate", f"1200020{number:04d}"),
            Contact("security", f"1200021{number:04d}"),
        ),
        checks=CHECKS[: 2 + number % 2],
    )
    school_plans.review_school_plan(
        place=school,
        text=text,
        next_review_on=timezone.localdate(at) + timedelta(days=180),
        shown_edition=0,
        by=by,
        at=at,
    )


def _load_cards(*, by: User, at: datetime) -> None:
    for number, area in enumerate(PatrolArea.objects.order_by("code")):
        ago = 40 if number % EVERY_NTH_CARD_DUE == 0 else 5 + number % 20
        _set_card(area, number, 0, by=by, at=at - timedelta(days=ago))
    for number, area in enumerate(_first_of_each_station(N_CARDS_NEW)):
        _set_card(area, number + 1, 1, by=by, at=at - timedelta(hours=2 + number))


def _first_of_each_station(n_areas: int) -> Iterator[PatrolArea]:
    seen: set[str] = set()
    for area in PatrolArea.objects.order_by("-code"):
        if area.station_code not in seen and len(seen) < n_areas:
            seen.add(area.station_code)
            yield area


def _set_card(
    area: PatrolArea, number: int, shown_edition: int, *, by: User, at: datetime
) -> None:
    spots: Sequence[TroubleSpot] = (
        SPOTS[number % len(SPOTS)],
        SPOTS[(number + 1) % len(SPOTS)],
    )
    measures.set_card(
        area=area,
        text=MEASURES[number % len(MEASURES)],
        spots=spots,
        valid_from=timezone.localdate(at),
        shown_edition=shown_edition,
        by=by,
        at=at,
    )


def _load_ideas(*, by: User, leader: User, at: datetime) -> None:
    area, comparison, *_ = PatrolArea.objects.order_by("code")
    long_ago = at - timedelta(days=30)
    texts = (
        "夜市收摊后留守半小时，与市场保安一起疏导。",
        "警务室晚间轮流开到 22 点，方便下班后来办事。",
        "步巡与车巡在同一时段交替，减少空档。",
        "给每名巡逻队员配备第二部对讲机。",
    )
    tried, counted, _open, rejected = (
        ideas.submit_idea(
            text=text, area=area, is_named=number == 1, by=by, at=long_ago
        )
        for number, text in enumerate(texts)
    )
    first = timezone.localdate(long_ago)
    in_trial = partial(
        ideas.begin_trial,
        area=area,
        comparison=comparison,
        begins_on=first + timedelta(days=2),
        ends_on=first + timedelta(days=15),
        by=leader,
        at=long_ago,
    )
    in_trial(idea=tried, measure=Measure.CHECKS)
    trial = in_trial(idea=counted, measure=Measure.BY_HAND, what="来访登记（次）")
    after = at - timedelta(days=7)
    ideas.enter_figures(
        trial=trial,
        before=61,
        during=94,
        comparison_before=58,
        comparison_during=63,
        source="警务室来访登记本",
        shown_edition=0,
        by=leader,
        at=after,
    )
    ideas.adopt_idea(
        idea=counted, reason="来访增加，可在其他所试行", by=leader, at=after
    )
    ideas.reject_idea(
        idea=rejected, reason="现有装备够用，经费不足", by=leader, at=after
    )
