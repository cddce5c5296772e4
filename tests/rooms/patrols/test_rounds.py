"""Concentrated rounds: owed by half-months, planned, departed, closed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories.linhe_city import AFTERNOON, NIGHT, add_station, import_calendar
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.core.calendars.halfmonths import half_months
from xunfang.patrols import queries
from xunfang.patrols.models import Order, OrderStation, Round
from xunfang.patrols.rounds import page as round_page
from xunfang.patrols.rounds import services as rounds
from xunfang.patrols.rounds.services import RoundPlan
from xunfang.places.queries import get_town_calendar

pytestmark = pytest.mark.django_db

CALENDAR = """
format = "xunfang.calendar/1"
place = "临河"

[[half_month_duties]]
code = "NIGHT-ROUND"
title = "半月集中夜巡"
from = 2026-05-08
to = 2026-12-31
times = 1
"""
EIGHT = datetime(2026, 8, 14, 12, tzinfo=UTC)
"""20:00 in Linhe."""
PLAN = RoundPlan("统一夜巡", NIGHT, 1200, 1410, 180, "NIGHT-ROUND")


@pytest.fixture
def plan_round(duty_officer):
    def plan_round(plan=PLAN, stations=()):
        return rounds.plan_round(
            plan=plan, stations=stations, by=duty_officer, at=AFTERNOON
        )

    return plan_round


@pytest.fixture
def under_way(plan_round, duty_officer):
    return rounds.depart(
        planned=plan_round(), departed_at=EIGHT, by=duty_officer, at=EIGHT
    )


def close(row, by, *, after, reason=""):
    return rounds.close_round(
        under_way=row,
        ended_at=EIGHT + after,
        reason=reason,
        by=by,
        at=EIGHT + timedelta(hours=8),
    )


@pytest.mark.row("A05")
def test_round_closed_after_two_hours_forty_says_under_three_hours_and_asks_why(
    client, under_way, duty_officer, monkeypatch
):
    now = EIGHT + timedelta(hours=3)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    client.force_login(duty_officer)
    url = f"/rounds/{under_way.pk}/"
    ended = {"ended_at": "2026-08-14T22:40"}

    refused = client.post(f"{url}close/", ended)
    under_way.refresh_from_db()
    state_after_refusal = under_way.state
    closed = client.post(f"{url}close/", ended | {"reason": "突降暴雨"})

    page = refused.content.decode()
    assert refused.status_code == 409
    assert "未达3小时" in page
    assert "2小时40分" in page
    assert 'name="reason"' in page
    assert 'value="2026-08-14T22:40"' in page
    assert state_after_refusal == Round.DEPARTED
    assert closed.status_code == 303
    under_way.refresh_from_db()
    assert (under_way.state, under_way.is_short, under_way.reason) == (
        Round.CLOSED,
        True,
        "突降暴雨",
    )
    for address in (url, "/rounds/"):
        shown = client.get(address).content.decode()
        assert "未达3小时" in shown
        assert "突降暴雨" in shown


def test_round_of_three_hours_needs_no_reason(under_way, duty_officer):
    row = close(under_way, duty_officer, after=timedelta(hours=3))

    assert (row.state, row.is_short, row.reason) == (Round.CLOSED, False, "")
    assert Event.objects.get(kind="round.closed").detail["minutes"] == 180


def test_round_cannot_end_before_it_departs_or_in_the_future(under_way, duty_officer):
    for after in (timedelta(0), timedelta(hours=9)):
        with pytest.raises(rounds.RoundTimesWrong):
            close(under_way, duty_officer, after=after, reason="雨")

    under_way.refresh_from_db()
    assert under_way.state == Round.DEPARTED


@pytest.mark.row("A06")
def test_of_sixteen_half_months_with_fifteen_held_the_missed_one_is_overdue(
    client, duty_officer, monkeypatch
):
    """Held on the last day of each half-month but the second of September."""
    import_calendar(CALENDAR)
    windows = half_months(date(2026, 5, 8), date(2026, 12, 31))
    missed = 9
    Round.objects.bulk_create(
        Round(duty_code="NIGHT-ROUND", night=window.last_day, state=Round.CLOSED)
        for number, window in enumerate(windows)
        if number != missed
    )
    new_year = datetime(2027, 1, 1, 4, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: new_year)
    client.force_login(duty_officer)

    [duty] = round_page.duty_rows(get_town_calendar(), date(2027, 1, 1))
    page = client.get("/rounds/due/").content.decode()

    assert len(duty.rows) == 16
    assert duty.n_done == 15
    [row] = duty.overdue
    assert (row.window.number, row.window.first_day, row.window.last_day) == (
        10,
        date(2026, 9, 16),
        date(2026, 9, 30),
    )
    assert page.count("badge--good") == 15
    assert "逾期 1 个" in page
    assert "2026-09-16" in page


@pytest.mark.row("A06")
def test_open_half_month_links_to_a_round_and_closing_it_marks_it_held(
    client, duty_officer, monkeypatch
):
    import_calendar(CALENDAR)
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTERNOON)
    client.force_login(duty_officer)

    due = client.get("/rounds/due/").content.decode()
    form = client.get("/rounds/new/?duty=NIGHT-ROUND&night=2026-08-01").context["form"]
    client.post(
        "/rounds/new/",
        {
            "title": "统一夜巡",
            "night": NIGHT,
            "begins_min": 1200,
            "ends_min": 1410,
            "required_minutes": 180,
            "duty_code": "NIGHT-ROUND",
        },
    )
    row = Round.objects.get()
    planned_only = queries.rounds_held()
    rounds.depart(planned=row, departed_at=EIGHT, by=duty_officer, at=EIGHT)
    close(row, duty_officer, after=timedelta(hours=3))

    assert "/rounds/new/?duty=NIGHT-ROUND&amp;night=2026-08-01" in due
    # Not on a night that is over: tonight is proposed.
    assert (form.initial["night"], form.initial["title"]) == (NIGHT, "半月集中夜巡")
    assert planned_only == {}
    assert queries.rounds_held() == {"NIGHT-ROUND": [NIGHT]}
    [duty] = round_page.duty_rows(get_town_calendar(), NIGHT)
    [window] = [r for r in duty.rows if r.window.first_day == date(2026, 8, 1)]
    assert (window.standing, window.held) == ("done", (row,))


def test_round_gives_one_order_to_the_stations_chosen(
    client, duty_officer, monkeypatch
):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTERNOON)
    for code in ("S01", "S02", "S03"):
        add_station(code, f"{code}所")
    client.force_login(duty_officer)

    answer = client.post(
        "/rounds/new/",
        {
            "title": "统一夜巡",
            "night": NIGHT,
            "begins_min": 1200,
            "ends_min": 1410,
            "required_minutes": 180,
            "stations": ["S01", "S03"],
        },
    )

    row = Round.objects.get()
    assert answer.headers["Location"] == f"/rounds/{row.pk}/"
    assert (row.order.title, row.order.night) == ("统一夜巡", NIGHT)
    assert [r.station.code for r in OrderStation.objects.all()] == ["S01", "S03"]
    page = client.get(f"/rounds/{row.pk}/").content.decode()
    assert "0/2" in page
    assert "S03所" in page
    assert "统一夜巡" in client.get(f"/tonight/{NIGHT}/").content.decode()


def test_second_round_of_a_night_for_one_duty_is_refused(plan_round):
    plan_round()

    with pytest.raises(rounds.RoundThere):
        plan_round()

    assert Round.objects.count() == 1


def test_round_called_off_leaves_its_half_month_owed(client, plan_round, duty_officer):
    import_calendar(CALENDAR)
    row = plan_round()
    client.force_login(duty_officer)

    without = client.post(f"/rounds/{row.pk}/call-off/", {"reason": ""})
    done = client.post(f"/rounds/{row.pk}/call-off/", {"reason": "台风"})

    row.refresh_from_db()
    assert (without.status_code, done.status_code) == (422, 303)
    assert (row.state, row.reason) == (Round.CALLED_OFF, "台风")
    [duty] = round_page.duty_rows(get_town_calendar(), NIGHT)
    assert duty.n_done == 0
    assert plan_round().pk != row.pk


def test_stale_change_of_a_round_is_refused_and_shows_what_stands(
    client, plan_round, duty_officer
):
    row = plan_round()
    other = RoundPlan("改为后半夜", NIGHT, 1380, 1560, 180)
    rounds.change_round(
        planned=row, plan=other, revision=0, by=duty_officer, at=AFTERNOON
    )
    client.force_login(duty_officer)

    answer = client.post(
        f"/rounds/{row.pk}/edit/",
        {
            "title": "改为前半夜",
            "night": NIGHT,
            "begins_min": 1140,
            "ends_min": 1350,
            "required_minutes": 180,
            "revision": 0,
        },
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "改为后半夜" in page
    assert "改为前半夜" in page
    row.refresh_from_db()
    assert (row.title, row.revision) == ("改为后半夜", 1)


def test_round_that_moves_takes_its_order_along(plan_round, duty_officer):
    row = plan_round(stations=[add_station()])
    later = RoundPlan("统一夜巡", NIGHT + timedelta(days=1), 1200, 1410, 180)

    rounds.change_round(
        planned=row, plan=later, revision=0, by=duty_officer, at=AFTERNOON
    )

    assert Order.objects.get().night == NIGHT + timedelta(days=1)


def test_planned_shorter_than_required_is_said_in_the_form(client, duty_officer):
    client.force_login(duty_officer)

    answer = client.post(
        "/rounds/new/",
        {
            "title": "短巡",
            "night": NIGHT,
            "begins_min": 1200,
            "ends_min": 1320,
            "required_minutes": 180,
        },
    )

    assert answer.status_code == 422
    assert "计划时长短于要求时长。" in answer.content.decode()


def test_only_who_orders_for_the_city_plans_rounds(plan_round, account, client):
    local = account("duty_officer", username="local", station_code="S01")
    row = plan_round()
    client.force_login(local)

    with pytest.raises(NotAllowed):
        rounds.depart(planned=row, departed_at=EIGHT, by=local, at=EIGHT)

    assert client.get("/rounds/new/").status_code == 403
    assert client.get(f"/rounds/{row.pk}/").status_code == 200


def test_search_finds_rounds_by_title_date_and_state(client, plan_round, duty_officer):
    plan_round()
    plan_round(RoundPlan("节前清查", date(2026, 9, 30), 1200, 1410, 180))
    client.force_login(duty_officer)

    def titles(query):
        return [row.title for row in client.get(f"/rounds/?{query}").context["page"]]

    assert titles("q=清查") == ["节前清查"]
    assert titles("q=2026-08-14") == ["统一夜巡"]
    assert titles("state=closed") == []
    assert titles("") == ["节前清查", "统一夜巡"]
