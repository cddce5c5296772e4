"""One order to many stations: who has begun, who has finished, who is missing."""

import pytest

from tests.factories.linhe_city import AFTERNOON, NIGHT, add_station
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.patrols import orders
from xunfang.patrols.models import OrderStation

pytestmark = pytest.mark.django_db


@pytest.fixture
def ten_stations():
    return [add_station(f"S{n:02d}", f"{n}号所") for n in range(1, 11)]


def _finish(row, by):
    for step in ("accept", "start", "finish"):
        orders.take_step(row=row, step=step, by=by, at=AFTERNOON)


@pytest.mark.row("A08")
def test_nine_of_ten_finished_names_the_one_that_has_not_started(
    client, ten_stations, duty_officer
):
    orders.issue_order(
        night=NIGHT,
        title="统一清查",
        stations=ten_stations,
        by=duty_officer,
        at=AFTERNOON,
    )
    for row in OrderStation.objects.exclude(station__code="S07"):
        _finish(row, duty_officer)
    client.force_login(duty_officer)

    (standing,) = orders.standings(NIGHT, ten_stations)
    page = client.get(f"/tonight/{NIGHT}/").content.decode()

    assert (standing.n_finished, len(standing.stations)) == (9, 10)
    assert [station.name for station in standing.not_started] == ["7号所"]
    assert "9/10" in page
    assert page.count("7号所") == 2  # in the list of stations, and as not started


def test_a_step_out_of_turn_is_refused_and_changes_nothing(ten_stations, duty_officer):
    orders.issue_order(
        night=NIGHT,
        title="统一清查",
        stations=ten_stations,
        by=duty_officer,
        at=AFTERNOON,
    )
    row = OrderStation.objects.first()
    n_events = Event.objects.count()

    with pytest.raises(orders.OrderStepOutOfTurn):
        orders.take_step(row=row, step="finish", by=duty_officer, at=AFTERNOON)

    row.refresh_from_db()
    assert (row.accepted_at, row.started_at, row.finished_at) == (None, None, None)
    assert Event.objects.count() == n_events


def test_only_who_plans_for_the_city_orders_all(ten_stations, account):
    of_one_station = account("duty_officer", station_code="S01")

    with pytest.raises(NotAllowed):
        orders.issue_order(
            night=NIGHT,
            title="统一清查",
            stations=ten_stations,
            by=of_one_station,
            at=AFTERNOON,
        )

    assert not OrderStation.objects.exists()


def test_a_station_answers_for_itself_on_its_page(
    client, ten_stations, duty_officer, account
):
    orders.issue_order(
        night=NIGHT,
        title="统一清查",
        stations=ten_stations,
        by=duty_officer,
        at=AFTERNOON,
    )
    client.force_login(account("duty_officer", station_code="S03", username="s03"))
    row = OrderStation.objects.get(station__code="S03")
    other = OrderStation.objects.get(station__code="S04")

    done = client.post(f"/orders/{row.pk}/step/", {"step": "accept"})
    refused = client.post(f"/orders/{other.pk}/step/", {"step": "accept"})

    row.refresh_from_db()
    assert (done.status_code, refused.status_code) == (303, 404)
    assert row.accepted_at is not None


def test_listing_orders_costs_the_same_for_one_and_for_three(
    ten_stations, duty_officer, django_assert_num_queries
):
    for title in ("统一清查", "集中夜巡", "交通整治"):
        orders.issue_order(
            night=NIGHT,
            title=title,
            stations=ten_stations,
            by=duty_officer,
            at=AFTERNOON,
        )

    with django_assert_num_queries(2):
        found = orders.standings(NIGHT, ten_stations)
        assert [len(one.stations) for one in found] == [10, 10, 10]
