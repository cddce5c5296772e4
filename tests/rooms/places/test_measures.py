"""Measures cards: the new ones first, the old ones kept, one page and no more."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import linhe_city, people, safety
from tests.factories.linhe_city import AFTERNOON
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.places.models import PatrolArea
from xunfang.places.models.measures import MeasuresCard, TroubleSpot
from xunfang.places.safety.editions import StaleEdition
from xunfang.places.safety.measures import queries
from xunfang.places.safety.measures import services as measures
from xunfang.units.models import Station

TODAY = date(2026, 8, 14)
DAY = timedelta(days=1)
URL = "/safety/cards/"
SET = {
    "edition": "0",
    "text": "夜市收摊时段定点值守\n每晚两次查看停车棚",
    "valid_from": "2026-08-14",
    "where_0": "柳巷口",
    "tried_0": "增设照明",
}


@pytest.fixture(autouse=True)
def _it_is_that_afternoon(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AFTERNOON)


@pytest.fixture
def areas(ground):
    return list(PatrolArea.objects.order_by("code"))


@pytest.mark.row("A17")
def test_edited_card_stands_first_for_the_next_shift_and_its_old_text_in_history(
    client, areas, duty_officer, account
):
    """A2 comes after A1 by its code; it is changed this afternoon and so comes first."""
    long_ago = AFTERNOON - 20 * DAY
    safety.set_card("A1", duty_officer, text="一区旧措施", at=long_ago)
    safety.set_card("A2", duty_officer, text="二区旧措施", at=long_ago)
    client.force_login(duty_officer)
    response = client.post(
        f"{URL}A2/edit/", SET | {"edition": "1", "text": "二区新措施"}
    )
    assert response.status_code == 303
    client.force_login(account("patrol_officer"))

    page = client.get(URL)

    rows = page.context["rows"]
    assert [(row.area.code, row.is_new) for row in rows] == [
        ("A2", True),
        ("A1", False),
    ]
    assert (rows[0].card.text, rows[0].former.text) == ("二区新措施", "二区旧措施")
    assertContains(page, "1 张措施卡有更新。")
    history = client.get(f"{URL}A2/")
    assertContains(history, "二区新措施")
    assertContains(history, "二区旧措施")
    assertNotContains(client.get(f"{URL}A2/"), f"{URL}A2/edit/")


@pytest.mark.row("A17")
def test_card_is_not_new_any_more_after_a_day_unless_asked_for_longer(
    client, areas, duty_officer
):
    safety.set_card("A2", duty_officer, at=AFTERNOON - timedelta(hours=25))
    client.force_login(duty_officer)

    def new(**asked):
        rows = client.get(URL, asked).context["rows"]
        return [row.area.code for row in rows if row.is_new]

    assert new() == []
    assert new(hours="72") == ["A2"]
    assert new(hours="9999") == []


def test_new_since_names_what_was_set_since_and_what_only_begins_now(
    areas, duty_officer
):
    """A1 was set last week for today; A2 was set an hour ago for tomorrow.

    At 16:00 A1 has held for sixteen hours. At 04:00 it has held for more than a day, and
    A2 for four hours.
    """
    week = AFTERNOON - 7 * DAY
    safety.set_card("A1", duty_officer, valid_from=TODAY, at=week)
    safety.set_card(
        "A2", duty_officer, valid_from=TODAY + DAY, at=AFTERNOON - timedelta(hours=1)
    )

    def new(now):
        cards = queries.new_since(now - DAY, now=now, station_code="S01")
        return [card.area.code for card in cards]

    assert new(AFTERNOON) == ["A1"]
    assert new(AFTERNOON + timedelta(hours=12)) == ["A2"]
    assert queries.new_since(week, now=AFTERNOON, station_code="S02") == []


def test_cards_for_a_day_are_those_in_force_on_it(areas, duty_officer):
    first = safety.set_card("A1", duty_officer)
    later = safety.set_card(
        "A1", duty_officer, valid_from=TODAY + 3 * DAY, shown_edition=1
    )
    a1, a2 = areas

    assert queries.cards_for(areas, TODAY - DAY) == {}
    assert queries.cards_for(areas, TODAY + 2 * DAY) == {a1.pk: first}
    assert queries.cards_for(areas, TODAY + 3 * DAY) == {a1.pk: later}
    assert queries.cards_for([a2], TODAY) == {}


def test_setting_keeps_the_card_and_one_event(areas, duty_officer):
    card = safety.set_card("A1", duty_officer)

    assert card.trouble_spots == (TroubleSpot("柳巷口", "增设照明"),)
    assert (card.edition, card.set_by, card.set_at) == (1, duty_officer, AFTERNOON)
    assert (card.reviewed_by, card.reviewed_at) == (duty_officer, AFTERNOON)
    event = Event.objects.get()
    assert (event.kind, event.subject, event.by, event.detail) == (
        "measures.set",
        "A1",
        duty_officer,
        {"edition": 1, "valid_from": "2026-08-14"},
    )


@pytest.mark.row("A17")
def test_monthly_review_is_due_after_31_days_and_said_to_be_right(
    client, areas, duty_officer, monkeypatch
):
    safety.set_card("A1", duty_officer)
    client.force_login(duty_officer)
    [area, _] = areas

    def is_due(day):
        return queries.is_review_due(queries.cards_for([area], day)[area.pk], day)

    assert (is_due(TODAY + 31 * DAY), is_due(TODAY + 32 * DAY)) == (False, True)
    monkeypatch.setattr(timezone, "now", lambda: AFTERNOON + 32 * DAY)
    client.force_login(duty_officer)
    assertContains(client.get(URL), "1 张该做月度复核。")
    assertContains(client.get(f"{URL}A1/"), "内容无误，照旧")
    assert client.post(f"{URL}A1/confirm/", {"edition": "1"}).status_code == 303
    assertNotContains(client.get(f"{URL}A1/"), "内容无误，照旧")
    card = MeasuresCard.objects.get()
    assert (card.set_at, card.reviewed_at) == (AFTERNOON, AFTERNOON + 32 * DAY)
    # A review is no change: nobody has to read the card anew.
    assert client.get(URL).context["n_new"] == 0


def test_confirming_another_edition_than_stands_is_refused(areas, duty_officer):
    safety.set_card("A1", duty_officer)

    with pytest.raises(StaleEdition):
        measures.confirm_card(
            area=areas[0], shown_edition=0, by=duty_officer, at=AFTERNOON + DAY
        )

    assert MeasuresCard.objects.get().reviewed_at == AFTERNOON


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 1),
        ("夜" * 42, 1),
        ("夜" * 43, 2),
        ("a" * 84, 1),
        ("a" * 85, 2),
        ("a\n\nb", 3),
    ],
)
def test_printed_lines_are_counted_as_paper_wraps_them(text, expected):
    """A line holds 84 half-width characters; a Chinese one takes two."""
    assert measures.printed_lines([text]) == expected


def test_card_of_exactly_one_page_is_kept_and_one_line_more_refused(
    client, areas, duty_officer
):
    client.force_login(duty_officer)
    lines = ["值守"] * (measures.MOST_LINES - 1)

    page = client.post(
        f"{URL}A1/edit/", SET | {"text": "\r\n".join([*lines, "多一行"])}
    )

    assertContains(
        page, "措施卡共 25 行，一页只能容纳 24 行，请精简。", status_code=422
    )
    assertContains(page, "多一行", status_code=422)
    assert MeasuresCard.objects.count() == 0
    fits = client.post(f"{URL}A1/edit/", SET | {"text": "\r\n".join(lines)})
    assert fits.status_code == 303


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"text": "  "}, 422, "field__error"),
        ({"valid_from": "2026-08-13"}, 409, "措施卡从今天或以后生效"),
        ({"where_0": ""}, 422, "请写明是在哪里采取的。"),
    ],
)
def test_wrong_card_is_said_and_what_was_typed_stays(
    client, areas, duty_officer, changed, status, said
):
    client.force_login(duty_officer)

    page = client.post(f"{URL}A1/edit/", SET | changed)

    assertContains(page, said, status_code=status)
    assertContains(page, "增设照明", status_code=status)
    assert MeasuresCard.objects.count() == 0


def test_card_may_not_begin_before_the_last_one_that_was_set(areas, duty_officer):
    safety.set_card("A1", duty_officer, valid_from=TODAY + 5 * DAY)

    with pytest.raises(measures.CardBeginsEarlier):
        safety.set_card("A1", duty_officer, shown_edition=1)

    assert MeasuresCard.objects.count() == 1


def test_stale_card_shows_the_newer_one_and_keeps_what_was_typed(
    client, areas, duty_officer
):
    safety.set_card("A1", duty_officer, text="别人写的")
    client.force_login(duty_officer)

    page = client.post(f"{URL}A1/edit/", SET | {"text": "我写的"})

    assertContains(page, "期间已有他人保存", status_code=409)
    assertContains(page, "别人写的", status_code=409)
    assertContains(page, "我写的", status_code=409)
    again = client.post(f"{URL}A1/edit/", SET | {"text": "我写的", "edition": "1"})
    assert again.status_code == 303
    assert MeasuresCard.objects.order_by("edition").last().text == "我写的"


@pytest.mark.parametrize(
    ("role", "station"),
    [("community_officer", "S02"), ("leader", "S01"), ("patrol_officer", "S01")],
)
def test_stranger_to_the_area_may_not_set_its_card(areas, account, role, station):
    with pytest.raises(NotAllowed):
        safety.set_card("A1", account(role, station_code=station))

    assert MeasuresCard.objects.count() == 0


def test_somebody_new_finds_everything_on_one_page(client, account, duty_officer):
    """A2 holds the hotel and a bank, the night market, and a police room."""
    station = linhe_city.build_city()
    people.add_station_unit(station, phone="0100-0000110")
    safety.set_card("A2", duty_officer)
    safety.add_service_point(duty_officer, area=PatrolArea.objects.get(code="A2"))

    card = queries.area_card(PatrolArea.objects.get(code="A2"), TODAY)

    assert card.n_places_by_kind == (("bank", 1), ("hotel", 1))
    [market] = card.markets
    assert (market.name, market.is_night_market, market.next_on) == (
        "河滨夜市",
        True,
        None,
    )
    assert (market.today.from_min, market.today.until_min) == (1080, 1500)
    assert [point.code for point in card.service_points] == ["R01"]
    client.force_login(account("patrol_officer", station_code=""))
    page = client.get(f"{URL}A2/page/")
    for said in (
        "夜市收摊时段定点值守",
        "柳巷口",
        "增设照明",
        "2 处重点部位",
        "今天 18:00–01:00",
        "柳巷 3 号",
        "0100-0000110",
        "临河所",
    ):
        assertContains(page, said)


def test_area_card_out_of_season_says_when_the_market_is_held_next(ground):
    linhe_city.add_calendar()
    area = PatrolArea.objects.get(code="A2")

    [market] = queries.area_card(area, date(2026, 11, 20)).markets

    assert (market.today, market.next_on) == (None, date(2027, 4, 1))


def test_empty_area_has_a_card_that_says_so(client, areas, account):
    client.force_login(account("patrol_officer"))

    page = client.get(f"{URL}A1/page/")

    assertContains(page, "该巡区还没有制定防范措施。")
    assertContains(page, "本巡区没有。", count=3)
    assertContains(page, "未登记电话")


def test_cards_cost_the_same_for_one_area_as_for_three(
    client, areas, duty_officer, count_queries
):
    client.force_login(duty_officer)
    safety.set_card("A1", duty_officer)
    before = count_queries(lambda: client.get(URL))
    for code in ("A3", "A4"):
        PatrolArea.objects.create(code=code, name=code, station_code="S01")
        safety.set_card(code, duty_officer)

    assert count_queries(lambda: client.get(URL)) == before


def test_after_midnight_a_new_card_holds_at_once(areas, duty_officer):
    """00:30 on the 15th in Linhe: the card holds from the 15th, and it is the 15th."""
    at = datetime(2026, 8, 14, 16, 30, tzinfo=UTC)

    safety.set_card("A1", duty_officer, at=at)

    rows = queries.cards_of_tonight(station_code="S01", now=at, since=at - DAY)
    assert [row.is_new for row in rows] == [True, False]


def test_hub_counts_what_is_wanting(client, areas, account):
    user = account("community_officer")
    safety.set_card("A1", user)
    safety.add_schools(2)
    safety.add_service_point(user)
    client.force_login(user)

    page = client.get("/safety/")

    assertContains(page, "2 个巡区中 1 个有防范措施卡。")
    assertContains(page, "<strong>0/2</strong> 所学校")
    assertContains(page, "1 个警务室：现在 1 个开放，0 个有人在岗")
    assert Station.objects.count() == 0
