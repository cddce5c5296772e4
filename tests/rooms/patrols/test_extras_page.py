"""The page of what is ordered beyond every day: seen, ordered, refused, ended."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from xunfang.patrols import services
from xunfang.patrols.extras import services as extras
from xunfang.patrols.models import LayerSlot, LightWindow, Overlay, Reinforcement
from xunfang.patrols.plans import making
from xunfang.patrols.tasks import queue_plan
from xunfang.places.models import KeyPlace

pytestmark = pytest.mark.django_db

URL = f"/tonight/{NIGHT}/S01/more/"
BACK = {"station": "S01", "night": f"{NIGHT}"}
REINFORCE = {
    "reinforce-place": "K1",
    "reinforce-minutes": "30",
    "reinforce-until": f"{NIGHT + timedelta(days=6)}",
    "reinforce-reason": "连续失窃",
}
EXTEND = {
    "extend-name": "夏夜",
    "extend-cell": "C3",
    "extend-begins": "1260",
    "extend-ends": "1380",
    "extend-n_officers": "4",
    "extend-until": f"{NIGHT + timedelta(days=6)}",
}
LIGHTS = {
    "lights-place_code": "K3",
    "lights-begins": "1200",
    "lights-ends": "1440",
    "lights-until": "",
}


@pytest.fixture(autouse=True)
def _it_is_that_afternoon(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AFTERNOON)


@pytest.fixture
def signed_in(client, duty_officer, streets, station):
    client.force_login(duty_officer)
    return client


def plan_night(station, user, at=AFTERNOON) -> None:
    [run] = services.ask_for_plans(
        night=NIGHT, stations=[station], cpu_s=1, seed=1, by=user, at=at
    )
    making.make_plan(run_id=run.pk, clock=lambda: at, queue=queue_plan)


def test_nothing_ordered_says_so_and_what_the_plan_follows(signed_in):
    page = signed_in.get(URL)

    assertContains(page, "没有部位需要加强巡防。")
    assertContains(page, "方案依照日历、到期检查和群众报警安排。")
    assertContains(page, "没有专项行动在本所警格增派警力。")
    assertContains(page, "本所岗位尚未设定亮灯时段。")
    assertContains(page, 'class="empty"', count=3)


@pytest.mark.row("B14")
def test_more_minutes_are_ordered_from_the_page_and_stand_in_the_list(signed_in):
    response = signed_in.post(f"{URL}reinforce/", REINFORCE)

    assert (response.status_code, response["Location"]) == (303, URL)
    order = Reinforcement.objects.get()
    assert (order.place.code, order.minutes, order.reason) == ("K1", 30, "连续失窃")
    assert (order.begins_on, order.until) == (NIGHT, NIGHT + timedelta(days=6))
    page = signed_in.get(URL)
    assertContains(page, "每晚 30 分钟，08-14 至 08-20")
    assertContains(page, "尚未排入")


@pytest.mark.row("B14")
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"reinforce-reason": "  "}, "field__error"),
        ({"reinforce-minutes": "500"}, "field__error"),
        (
            {"reinforce-until": f"{NIGHT - timedelta(days=1)}"},
            "请选 2026-08-14 或之后的日期。",
        ),
        (
            {"reinforce-until": f"{NIGHT + timedelta(days=21)}"},
            "加强巡防一次最多 21 晚",
        ),
        ({"reinforce-place": "K99"}, "field__error"),
    ],
)
def test_refused_order_is_said_in_words_and_what_was_typed_stays(
    signed_in, changed, said
):
    page = signed_in.post(f"{URL}reinforce/", REINFORCE | changed)

    assert page.status_code in {409, 422}
    assertContains(page, said, status_code=page.status_code)
    typed = (REINFORCE | changed)["reinforce-minutes"]
    assertContains(page, f'value="{typed}"', status_code=page.status_code)
    assert Reinforcement.objects.count() == 0


@pytest.mark.row("B14")
def test_renewal_needs_a_new_reason_and_begins_after_the_last_night(signed_in):
    signed_in.post(f"{URL}reinforce/", REINFORCE)
    order = Reinforcement.objects.get()
    until = order.until + timedelta(days=7)
    fields = {
        f"renew-{order.pk}-until": f"{until}",
        f"renew-{order.pk}-reason": "连续失窃",
    }

    same = signed_in.post(f"{URL}{order.pk}/renew/", fields)
    new = signed_in.post(
        f"{URL}{order.pk}/renew/", fields | {f"renew-{order.pk}-reason": "又有两起"}
    )

    assertContains(same, "续期须写新的理由", status_code=409)
    assert new.status_code == 303
    renewal = Reinforcement.objects.get(renews=order)
    assert (renewal.begins_on, renewal.until) == (
        order.until + timedelta(days=1),
        until,
    )
    page = signed_in.get(URL)
    assertContains(page, "已续期")
    assertContains(page, "尚未开始")


def test_ending_early_is_asked_about_first_and_leaves_the_record(signed_in):
    signed_in.post(f"{URL}reinforce/", REINFORCE)
    order = Reinforcement.objects.get()
    assertContains(signed_in.get(URL), "确认结束")

    response = signed_in.post(f"/reinforcements/{order.pk}/end/", BACK)

    assert (response.status_code, response["Location"]) == (303, URL)
    order.refresh_from_db()
    assert (order.ended_on, order.ended_at) == (NIGHT, AFTERNOON)
    assertContains(signed_in.get(URL), "没有部位需要加强巡防。")


def test_ending_twice_is_refused_in_words(signed_in):
    signed_in.post(f"{URL}reinforce/", REINFORCE)
    order = Reinforcement.objects.get()
    signed_in.post(f"/reinforcements/{order.pk}/end/", BACK)

    again = signed_in.post(f"/reinforcements/{order.pk}/end/", BACK)

    assertContains(again, "已经结束，未作任何更改。", status_code=409)


@pytest.mark.row("A07")
def test_officers_added_on_the_page_are_in_the_next_plan_with_their_reason(
    signed_in, station, duty_officer
):
    plan_night(station, duty_officer)
    later = AFTERNOON + timedelta(minutes=5)

    extras.extend_overlay(
        name="夏夜",
        changes={("C3", 21): 4},
        begins_on=NIGHT,
        until=NIGHT,
        by=duty_officer,
        at=later,
    )
    before = signed_in.get(URL)
    warned = signed_in.get(f"/tonight/{NIGHT}/S01/")
    plan_night(station, duty_officer, at=later + timedelta(minutes=5))
    after = signed_in.get(URL)
    night = signed_in.get(f"/tonight/{NIGHT}/S01/")

    assertContains(before, "有 1 项加强勤务尚未排入当晚方案。")
    assertContains(warned, "本方案排定后，又有 1 项加强勤务下达或提前结束。")
    assertContains(after, "已排入方案")
    assertNotContains(night, "又有 1 项加强勤务")
    assertContains(night, "夏夜：本时段增派 4 人，至 2026-08-14。")


def test_hours_of_a_campaign_are_one_line_where_they_follow_one_another(signed_in):
    signed_in.post(f"{URL}campaign/", EXTEND)
    signed_in.post(
        f"{URL}campaign/", EXTEND | {"extend-begins": "1440", "extend-ends": "1560"}
    )

    slots = LayerSlot.objects.values_list("hour", "n_officers")
    assert sorted(slots) == [(0, 4), (1, 4), (21, 4), (22, 4)]
    page = signed_in.get(URL)
    assertContains(page, "21:00–23:00")
    assertContains(page, "00:00–02:00")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"extend-ends": "1260"}, "结束须晚于开始。"),
        ({"extend-name": "baseline"}, "这是日常勤务的名称，请换一个。"),
        (
            {"extend-until": f"{NIGHT + timedelta(days=100)}"},
            "专项行动的叠加勤务最多 100 晚。",
        ),
    ],
)
def test_campaign_that_cannot_be_is_said_in_words(signed_in, changed, said):
    page = signed_in.post(f"{URL}campaign/", EXTEND | changed)

    assertContains(page, said, status_code=page.status_code)
    assert page.status_code in {409, 422}
    assert Overlay.objects.count() == 0


def test_campaign_is_ended_for_all_its_cells(signed_in):
    signed_in.post(f"{URL}campaign/", EXTEND)
    overlay = Overlay.objects.get()

    signed_in.post(f"/campaigns/{overlay.pk}/end/", BACK)

    overlay.refresh_from_db()
    assert overlay.ended_on == NIGHT
    assertContains(signed_in.get(URL), "没有专项行动在本所警格增派警力。")


@pytest.mark.row("A13")
def test_unlit_post_is_named_on_the_nights_page_until_its_light_is_set(
    signed_in, station, duty_officer
):
    plan_night(station, duty_officer)

    dark = signed_in.get(f"/tonight/{NIGHT}/S01/")
    answer = signed_in.post(f"{URL}lights/", LIGHTS)
    lit = signed_in.get(f"/tonight/{NIGHT}/S01/")

    assertContains(dark, "有 1 个岗位天黑后未安排亮灯：")
    assertContains(dark, "临河高中 21:00–21:50")
    assertContains(dark, "天黑未亮灯 21:00–21:50")
    assert answer.status_code == 303
    assert LightWindow.objects.get().place_code == "K3"
    assertNotContains(lit, "未安排亮灯")
    assertContains(lit, "亮灯 21:00–21:50")
    assertContains(signed_in.get(URL), "20:00–00:00")


def test_light_window_is_ended_from_the_page(signed_in):
    signed_in.post(f"{URL}lights/", LIGHTS)

    signed_in.post(f"/lights/{LightWindow.objects.get().pk}/end/", BACK)

    assertContains(signed_in.get(URL), "本所岗位尚未设定亮灯时段。")


def test_lights_that_go_off_before_they_go_on_are_refused(signed_in):
    page = signed_in.post(f"{URL}lights/", LIGHTS | {"lights-ends": "1200"})

    assertContains(page, "结束须晚于开始。", status_code=422)
    assert LightWindow.objects.count() == 0


def test_night_that_is_over_can_be_read_and_not_changed(
    signed_in, duty_officer, monkeypatch
):
    signed_in.post(f"{URL}reinforce/", REINFORCE)
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 8, 16, 8, tzinfo=UTC))
    signed_in.force_login(duty_officer)

    page = signed_in.get(URL)

    assertContains(page, "该晚已经结束：只能查看，不能更改。")
    assertContains(page, "每晚 30 分钟")
    assertNotContains(page, "确认结束")


def test_patrol_officer_reads_what_is_ordered_and_has_no_buttons(
    signed_in, client, account
):
    signed_in.post(f"{URL}reinforce/", REINFORCE)
    client.force_login(account("patrol_officer", station_code="S01"))

    page = client.get(URL)

    assertContains(page, "每晚 30 分钟")
    assertNotContains(page, "确认结束")
    assertNotContains(page, "reinforce-reason")


def test_stranger_of_another_station_finds_nothing(signed_in, client, account):
    signed_in.post(f"{URL}reinforce/", REINFORCE)
    order = Reinforcement.objects.get()
    client.force_login(account("leader", station_code="S02"))

    assert client.get(URL).status_code == 404
    assert client.post(f"{URL}reinforce/", REINFORCE).status_code == 404
    assert client.post(f"/reinforcements/{order.pk}/end/", BACK).status_code == 404


def test_page_costs_the_same_queries_for_three_orders_as_for_one(
    signed_in, station, duty_officer, django_assert_max_num_queries
):
    def order(number: int) -> None:
        linhe_city.add_place(f"K{number}", "D", "C3")
        extras.order_reinforcement(
            place=KeyPlace.objects.get(code=f"K{number}"),
            minutes=20,
            begins_on=NIGHT,
            reason="失窃",
            by=duty_officer,
            at=AFTERNOON,
        )
        extras.extend_overlay(
            name=f"行动{number}",
            changes={("C3", 21): 2, ("C1", 22): 2},
            begins_on=NIGHT,
            until=NIGHT,
            by=duty_officer,
            at=AFTERNOON,
        )
        extras.set_lights(
            station=station,
            window=(1200, 1400),
            begins_on=NIGHT,
            by=duty_officer,
            at=AFTERNOON,
        )

    order(5)
    signed_in.get(URL)
    with django_assert_max_num_queries(25) as before:
        signed_in.get(URL)
    order(6)
    order(7)

    with django_assert_max_num_queries(len(before)):
        signed_in.get(URL)
