"""What is wanted of a station on a night, put together from calendar, places and crews."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps

from tests.factories import linhe_city
from tests.factories.linhe_city import NIGHT
from xunfang.core.planning import check
from xunfang.core.planning.budget import Budget
from xunfang.core.planning.plan import EventKind
from xunfang.core.planning.problem import CrewNeed, Problem
from xunfang.core.planning.report import worst_gap
from xunfang.core.planning.solve import solve
from xunfang.patrols.board.night import lay_out
from xunfang.patrols.plans.drawing import draw
from xunfang.patrols.plans.figures import minutes_by_mode
from xunfang.patrols.wanted.statement import NightStatement, state_night, tonight
from xunfang.places import services as places_services
from xunfang.places.models import BusyWindow, KeyPlace, MarketGround, PatrolArea
from xunfang.units.models import Shift, TeamTemplate

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Asia/Shanghai")
LOOK_INS = {"K1", "K2", "K3", "K4"}


def state(station, streets, night=NIGHT) -> NightStatement:
    return state_night(station=station, night=night, network=streets, zone=ZONE)


def stops(problem: Problem) -> dict[str, object]:
    return {stop.id: stop for stop in problem.stops}


def test_night_wants_look_ins_duties_and_presence_and_says_why(station, streets):
    problem = state(station, streets).problem

    why = {thing.id: thing.reason.code for thing in (*problem.stops, *problem.posts)}
    assert why == {
        "K1": "place.check",
        "K2": "place.never_checked",
        "K3": "place.never_checked",
        "K4": "place.never_checked",
        "market:NM1": "night_market.season",
        "gate:K3:1260": "school.bell",
    }
    assert {presence.id for presence in problem.presence} == {"cell:C1", "cell:C4"}
    assert [unit.id for unit in problem.units] == ["1", "2"]
    assert sorted(problem.travel) == ["car", "foot"]


def test_check_that_falls_due_tonight_is_worth_the_whole_and_one_never_made_twice(
    station, streets
):
    problem = state(station, streets).problem

    worth = {stop.id: stop.value[0][1] for stop in problem.stops if stop.id in LOOK_INS}
    # K1 was looked in on 15 July, 30 days ago, and is due every 30 days.
    assert worth == {"K1": 20.0, "K2": 40.0, "K3": 40.0, "K4": 40.0}


def test_no_school_gate_in_the_evening_of_a_saturday(station, streets):
    problem = state(station, streets, night=date(2026, 8, 15)).problem

    assert problem.posts == ()


def test_statement_costs_the_same_queries_for_twice_as_many_places(
    station, streets, django_assert_max_num_queries
):
    with django_assert_max_num_queries(30) as before:
        state(station, streets)
    for number in range(5, 9):
        linhe_city.add_place(f"K{number}", "D", "C3")

    with django_assert_max_num_queries(len(before)):
        state(station, streets)


@pytest.mark.row("A15")
def test_all_four_night_markets_are_looked_in_on_from_20_to_24_each_open_night(
    station, streets
):
    """Linhe gets four night markets, open on different nights and until different hours."""
    sites = {"NM1": "R", "NM2": "B", "NM3": "H", "NM4": "Q"}
    hours = {
        "NM1": ("18:00", "01:00"),
        "NM2": ("17:00", "23:00"),
        "NM3": ("19:00", "02:00"),
        "NM4": ("18:30", "23:30"),
    }
    entries = [
        f'[[night_markets]]\ncode = "{code}"\nname = "{code}"\nstation = "S01"\n'
        f'from = "{begins}"\nuntil = "{ends}"\n'
        + ("weekdays = [5, 6, 7]\n" if code == "NM4" else "")
        for code, (begins, ends) in hours.items()
    ]
    places_services.import_calendar(
        text='format = "xunfang.calendar/1"\nplace = "临河"\n' + "\n".join(entries),
        source_name="four.toml",
        by=None,
        at=linhe_city.AFTERNOON,
    )
    MarketGround.objects.all().delete()
    for code, node in sites.items():
        lon, lat = linhe_city.at(node)[0]
        MarketGround.objects.create(
            code=code, name=code, station_code="S01", lon=lon, lat=lat
        )
    friday, thursday = NIGHT, date(2026, 8, 13)
    for number in (1, 2):
        linhe_city.add_crew(station, f"T{number}", night=thursday)

    visited = {
        night: night_market_stops(station, streets, night)
        for night in (friday, thursday)
    }

    assert {night: set(begins) for night, begins in visited.items()} == {
        friday: {"NM1", "NM2", "NM3", "NM4"},
        thursday: {"NM1", "NM2", "NM3"},
    }
    for begins in visited.values():
        assert all(
            minute >= 20 * 60 and minute + 12 <= 24 * 60 for minute in begins.values()
        )


def night_market_stops(station, streets, night) -> dict[str, int]:
    problem = state(station, streets, night).problem
    plan = solve(problem, budget=Budget(iterations=60), seed=1, with_bound=False)
    return {
        event.id.removeprefix("market:"): event.start
        for route in plan.routes
        for event in route.events
        if event.id.startswith("market:")
    }


EVENING_MARKET = """
format = "xunfang.calendar/1"
place = "临河"

[[markets]]
code = "MK1"
name = "河滨集市"
name_en = "Riverside market"
station = "S01"
rule = "公历逢五、十"
from = "18:30"
until = "21:00"
"""


@pytest.fixture
def evening_market(station):
    """Six stops round the block of G and M, every fifth day from 18:30 to 21:00."""
    linhe_city.import_calendar(EVENING_MARKET)
    MarketGround.objects.all().delete()
    stops = []
    for node in "VGHMLK":
        lon, lat = linhe_city.at(node)[0]
        stop = {"name": f"{node}口", "name_en": f"Corner {node}"}
        stops.append(stop | {"lon": lon, "lat": lat})
    lon, lat = linhe_city.at("G")[0]
    MarketGround.objects.create(
        code="MK1",
        name="河滨集市",
        name_en="Riverside market",
        station_code="S01",
        lon=lon,
        lat=lat,
        round_stops=stops,
    )
    return date(2026, 8, 15)


@pytest.mark.row("C04")
def test_market_of_the_evening_has_its_round_in_the_nights_plan(
    station, streets, evening_market
):
    linhe_city.add_crew(station, "T", "foot", night=evening_market)

    problem = state(station, streets, evening_market).problem
    plan = solve(problem, budget=Budget(iterations=60), seed=1, with_bound=False)

    [loop] = problem.loops
    assert (loop.window, loop.max_gap, len(loop.at)) == ((1110, 1260), 40, 6)
    assert check.violations(problem, plan) == ()
    assert worst_gap(problem, plan, loop.id).gap <= 40
    [row] = [
        row
        for unit in lay_out(
            problem,
            plan,
            [],
            reasons={(EventKind.LOOP, loop.id): loop.reason},
            shortage=None,
        ).units
        for row in unit.stops
        if row.kind is EventKind.LOOP
    ]
    assert row.place == "河滨集市"
    assert row.why.startswith(
        "规则“公历逢五、十”：今天是公历 15 日。 循环巡逻 6 个点（V口、G口、H口、M口、L口、K口），"
        "任一点无人时间不超过 40 分钟。 今晚最长无人 33 分钟"
    )


def test_every_point_of_a_round_is_on_the_map_and_on_its_line(
    station, streets, evening_market
):
    linhe_city.add_crew(station, "T", "foot", night=evening_market)
    problem = state(station, streets, evening_market).problem
    plan = solve(problem, budget=Budget(iterations=60), seed=1, with_bound=False)

    features = draw(problem, plan, streets)["features"]

    [loop] = problem.loops
    halts = [f for f in features if f["properties"]["kind"] in {"post", "halt"}]
    wanted = {tuple(round(x, 5) for x in problem.points[at]) for at in loop.at}
    assert {tuple(f["geometry"]["coordinates"]) for f in halts} >= wanted
    assert [f["properties"]["kind"] for f in halts].count("halt") == len(loop.at) - 1
    units = {f["properties"]["unit"] for f in halts}
    lines = [
        f["geometry"]["coordinates"]
        for f in features
        if f["properties"]["kind"] == "route" and f["properties"]["unit"] in units
    ]
    assert any(line[0] == line[-1] and len(line) > len(loop.at) for line in lines)


def test_market_on_other_days_or_at_other_hours_has_no_round_at_night(
    station, streets, evening_market
):
    on_the_16th = state(station, streets, date(2026, 8, 16)).problem
    linhe_city.import_calendar(
        EVENING_MARKET.replace("18:30", "09:00").replace("21:00", "12:00")
    )
    in_the_morning = state(station, streets, evening_market).problem

    assert on_the_16th.loops == in_the_morning.loops == ()


@pytest.mark.row("C02")
def test_market_round_is_for_a_team_of_two_and_four_where_there_is_such_a_template(
    station, streets, evening_market
):
    """Crews of two and two are too small: the plan says how many people it takes."""
    TeamTemplate.objects.create(
        code="market", name="赶场警务小分队", min_sworn=2, min_total=6
    )
    linhe_city.add_crew(station, "T", "foot", night=evening_market)

    problem = state(station, streets, evening_market).problem
    plan = solve(problem, budget=Budget(iterations=60), seed=1, with_bound=False)

    [loop] = problem.loops
    assert loop.need.crew == CrewNeed(sworn=2, total=6)
    [missing] = [thing for thing in plan.unmet if thing.id == loop.id]
    assert (missing.code, missing.facts["needed"]) == ("too_few_people", 6)


@pytest.mark.row("A18")
def test_suggestion_lists_the_counts_behind_it(station, streets):
    problem = state(station, streets).problem

    facts = {presence.id: presence.reason.facts for presence in problem.presence}
    assert facts["cell:C1"] == {
        "place": "C1",
        "street": "经三路",
        "n_reports": 15,
        "n_days": 30,
        "category": "theft",
        "n_category": 12,
    }


@pytest.mark.row("A18")
@pytest.mark.rule("CL-23")
def test_what_patrols_found_suggests_nothing(station, streets):
    """C2 has 900 incidents that patrols found, and none that a resident reported."""
    problem = state(station, streets).problem

    assert "cell:C2" not in {presence.id for presence in problem.presence}


@pytest.mark.row("A18")
@pytest.mark.rule("CL-01")
def test_no_field_of_a_person_can_be_read_into_a_suggestion(
    station, streets, django_assert_max_num_queries
):
    """Every table the statement reads is about places, crews in numbers, or duties."""
    with django_assert_max_num_queries(30) as asked:
        state(station, streets)

    people = {
        field.column
        for model in (apps.get_model("accounts.User"),)
        for field in model._meta.concrete_fields
    } - {"id"}
    read = " ".join(query["sql"] for query in asked.captured_queries)
    assert '"accounts_user"' not in read
    assert people & {"username", "display_name"} == {"username", "display_name"}
    fields = {
        field.name
        for name in ("KeyPlace", "IncidentCount", "GridCell", "PlaceCheck")
        for field in apps.get_model(f"places.{name}")._meta.concrete_fields
    }
    assert (
        fields & {"person", "name_of_person", "phone", "id_number", "officer"} == set()
    )


@pytest.mark.row("A19")
def test_bicycle_team_is_sent_only_into_areas_marked_rideable(station, streets):
    PatrolArea.objects.filter(code="A2").update(is_rideable=False)
    Shift.objects.all().delete()
    linhe_city.add_crew(station, "骑", "bicycle")
    linhe_city.add_crew(station, "走", "foot")

    problem = state(station, streets).problem
    plan = solve(problem, budget=Budget(iterations=60), seed=1, with_bound=False)

    # K1 and the school at E lie west of 柳巷, in A1; R, C and L in A2.
    [bicycle] = [route for route in plan.routes if route.unit == "骑"]
    in_a1 = {"K1", "K3", "gate:K3:1260", "cell:C1"}
    assert {event.id for event in bicycle.events} <= in_a1
    for thing in (*problem.stops, *problem.posts, *problem.presence):
        closed_to_bicycles = thing.need.modes == {"foot", "car"}
        assert closed_to_bicycles == (thing.id not in in_a1), thing.id


@pytest.mark.row("A19")
def test_minutes_are_reported_by_mode_apart(station, streets):
    problem = state(station, streets).problem
    plan = solve(problem, budget=Budget(iterations=60), seed=1, with_bound=False)

    reported = minutes_by_mode(problem, plan)

    def at_places(unit: str) -> int:
        [route] = [route for route in plan.routes if route.unit == unit]
        return sum(
            event.end - event.start
            for event in route.events
            if event.kind is not EventKind.BREAK
        )

    assert {row.mode: row.at_places_min for row in reported} == {
        "car": at_places("1"),
        "foot": at_places("2"),
    }
    board = lay_out(problem, plan, [], reasons={}, shortage=None)
    assert [row.mode for row in board.modes] == ["car", "foot"]


def test_busy_season_may_pass_the_turn_of_the_year(station):
    window = BusyWindow(
        place=KeyPlace.objects.get(code="K1"),
        first_month=11,
        last_month=2,
        weekdays="567",
        begins_min=1200,
        ends_min=1440,
    )

    days = [date(2026, 1, 2), date(2026, 3, 6), date(2026, 11, 6), date(2026, 11, 5)]

    assert [window.is_in_season(day) for day in days] == [True, False, True, False]


@pytest.mark.parametrize(
    ("hour", "night"), [("05:59", date(2026, 8, 13)), ("06:00", date(2026, 8, 14))]
)
def test_until_six_the_night_is_still_yesterdays(hour, night):
    from datetime import datetime  # noqa: PLC0415 -- only here

    at = datetime.fromisoformat(f"2026-08-14T{hour}:00+08:00")

    assert tonight(at, ZONE) == night


def test_no_cell_is_asked_for_more_than_three_looks_in_two_hours(station, streets):
    problem = state(station, streets).problem

    wanted = {
        presence.id: [minutes for _, _, minutes in presence.wanted]
        for presence in problem.presence
    }
    # Two crews from 18:00 to 02:00 are 960 minutes; 60 % is more than three looks in
    # each of the three bands in which anything was reported.
    assert wanted == {"cell:C1": [36, 36], "cell:C4": [36]}
