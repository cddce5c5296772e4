"""Who sees which plans, and what a list costs."""

from datetime import timedelta

import pytest

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from xunfang.patrols import queries
from xunfang.patrols.models import Plan

pytestmark = pytest.mark.django_db


def keep(station, *, night=NIGHT, edition=1, **values) -> Plan:
    return Plan.objects.create(
        **{
            "station": station,
            "night": night,
            "edition": edition,
            "problem": {},
            "plan": {},
            "value": 10.0,
            "upper_bound": 12.5,
            "made_at": AFTERNOON,
        }
        | values
    )


@pytest.fixture
def two_stations(db):
    return linhe_city.add_station(), linhe_city.add_station("S02", "对岸所")


def test_station_officer_sees_own_plans_only(account, two_stations):
    own, other = two_stations
    mine = keep(own)
    keep(other)

    seen = queries.visible_to(account("patrol_officer", station_code="S01"))

    assert list(seen) == [mine]


def test_city_officer_sees_all_plans(account, two_stations):
    plans = {keep(station) for station in two_stations}

    assert set(queries.visible_to(account("leader", station_code=""))) == plans


@pytest.mark.parametrize("role", ["community_officer", "administrator"])
def test_who_does_not_see_the_night_sees_no_plan(account, two_stations, role):
    keep(two_stations[0])

    assert list(queries.visible_to(account(role, station_code=""))) == []


def test_closed_account_sees_nothing(account, two_stations):
    keep(two_stations[0])
    user = account("leader", station_code="")
    user.is_active = False

    assert list(queries.visible_to(user)) == []


def test_plan_in_force_is_the_current_edition(account, two_stations):
    own, _ = two_stations
    user = account("leader", station_code="")
    keep(own, edition=1, is_current=False)
    second = keep(own, edition=2)

    assert queries.find_current_plan(user, NIGHT, own) == second
    assert queries.current_edition(user, NIGHT, own) == 2
    assert queries.current_edition(user, NIGHT + timedelta(days=1), own) == 0


def test_figures_of_nights_come_in_order_and_only_if_the_night_itself_is_planned(
    account, two_stations
):
    own, _ = two_stations
    user = account("leader", station_code="")
    for days in (2, 0, 8):
        keep(own, night=NIGHT - timedelta(days=days), figures={"n_stops": days})

    def figures(until):
        return queries.figures_of_nights(user, own, until=until, n_nights=7)

    assert figures(NIGHT) == [{"n_stops": 2}, {"n_stops": 0}]
    assert figures(NIGHT + timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("value", "bound", "share"),
    [(10.0, 12.5, 0.8), (10.0, 10.0, 1.0), (10.0, 10.0000001, 1.0), (10.0, None, None)],
)
def test_proven_share_is_of_the_best_possible(two_stations, value, bound, share):
    plan = keep(two_stations[0], value=value, upper_bound=bound)

    assert plan.proven_share == share


def test_city_page_of_three_stations_costs_the_queries_of_one(
    account, client, django_assert_max_num_queries
):
    client.force_login(account("leader", station_code=""))
    url = f"/tonight/{NIGHT}/"
    keep(linhe_city.add_station("S01"))
    client.get(url)
    with django_assert_max_num_queries(25) as of_one:
        client.get(url)
    for code in ("S02", "S03"):
        keep(linhe_city.add_station(code))

    with django_assert_max_num_queries(len(of_one)):
        page = client.get(url)

    assert page.content.decode().count("80.0 %") == 4
