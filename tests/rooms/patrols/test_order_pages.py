"""Orders of all nights, and one order station by station."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.linhe_city import AFTERNOON, NIGHT, add_station
from xunfang.patrols import orders
from xunfang.patrols.campaigns import services as campaigns
from xunfang.patrols.campaigns.services import CampaignPlan
from xunfang.patrols.models import Order, OrderStation

pytestmark = pytest.mark.django_db


@pytest.fixture
def ten_stations():
    return [add_station(f"S{n:02d}", f"{n}号所") for n in range(1, 11)]


def issue(title, stations, by, *, night=NIGHT):
    return orders.issue_order(
        night=night, title=title, stations=stations, by=by, at=AFTERNOON
    )


@pytest.mark.row("A08")
def test_order_of_a_past_night_shows_nine_of_ten_and_names_the_one(
    client, ten_stations, duty_officer
):
    order = issue("统一清查", ten_stations, duty_officer)
    for row in OrderStation.objects.exclude(station__code="S07"):
        for step in orders.FIELD_OF_STEP:
            orders.take_step(row=row, step=step, by=duty_officer, at=AFTERNOON)
    client.force_login(duty_officer)

    for url in ("/orders/", f"/orders/{order.pk}/", f"/tonight/{NIGHT}/"):
        page = client.get(url).content.decode()
        assert "9/10" in page
        assert "未开始" in page
    listed = client.get("/orders/").content.decode()
    assert listed.count("号所") == 1
    assert "7号所" in listed


def test_orders_are_found_by_title_station_and_date(client, ten_stations, duty_officer):
    issue("统一清查", ten_stations[:2], duty_officer)
    issue("集中夜巡", ten_stations[2:], duty_officer, night=NIGHT + timedelta(days=1))
    client.force_login(duty_officer)

    def titles(words):
        page = client.get("/orders/", {"q": words}).context["page"]
        return [order.title for order in page]

    assert titles("") == ["集中夜巡", "统一清查"]
    assert titles("清查") == ["统一清查"]
    assert titles("3号所") == ["集中夜巡"]
    assert titles("2026-08-15") == ["集中夜巡"]
    assert titles("清查 3号所") == []


def test_station_sees_its_own_orders_and_its_own_line(
    client, ten_stations, duty_officer, account
):
    mine = issue("统一清查", ten_stations[:2], duty_officer)
    other = issue("别处清查", ten_stations[2:], duty_officer)
    client.force_login(account("duty_officer", username="s01", station_code="S01"))

    page = client.get(f"/orders/{mine.pk}/").content.decode()

    assert "1号所" in page
    assert "2号所" not in page
    assert client.get(f"/orders/{other.pk}/").status_code == 404
    assert "别处清查" not in client.get("/orders/").content.decode()


def test_step_on_the_orders_page_leads_back_to_it(client, ten_stations, duty_officer):
    order = issue("统一清查", ten_stations, duty_officer)
    row = order.stations.first()
    client.force_login(duty_officer)

    answer = client.post(f"/orders/{row.pk}/step/", {"step": "accept", "back": "order"})

    assert answer.headers["Location"] == f"/orders/{order.pk}/"
    row.refresh_from_db()
    assert row.accepted_at is not None


def test_leader_gives_an_order_for_a_campaign_that_runs(client, ten_stations, account):
    leader = account("leader", station_code="")
    campaign, over = (
        campaigns.begin_campaign(
            code=code,
            plan=CampaignPlan(name, night, night),
            by=leader,
            at=AFTERNOON,
        )
        for code, name, night in (
            ("SUMMER", "夏夜", NIGHT),
            ("SPRING", "春季", NIGHT - timedelta(days=90)),
        )
    )
    client.force_login(leader)
    url = f"/tonight/{NIGHT}/orders/"

    answer = client.post(url, {"title": "统一清查", "campaign": campaign.pk})
    too_late = client.post(url, {"title": "统一清查", "campaign": over.pk})

    assert (answer.status_code, too_late.status_code) == (303, 422)
    assert Order.objects.get().campaign == campaign
    assert Order.objects.get().stations.count() == 10
    assert "统一清查" in client.get("/campaigns/SUMMER/").content.decode()


def test_list_costs_the_same_for_one_order_and_for_three(
    client, ten_stations, duty_officer
):
    client.force_login(duty_officer)
    issue("统一清查", ten_stations, duty_officer)

    def n_queries():
        client.get("/orders/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/orders/")
        return len(queries)

    before = n_queries()
    issue("集中夜巡", ten_stations, duty_officer)
    issue("交通整治", ten_stations, duty_officer)

    assert n_queries() == before
