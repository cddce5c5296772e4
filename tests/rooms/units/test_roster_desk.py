"""Around the roster: tables in and out, hours, notices, waivers, one's own duty."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.factories.people import LONG_AGO, assign
from tests.factories.rosters import DAY, add_absence
from xunfang.audit.models import Event
from xunfang.units.models import (
    Absence,
    Assignment,
    NightNotice,
    Part,
    RestWaiver,
    Shift,
    SwapRequest,
)

pytestmark = pytest.mark.django_db

CITY = f"/roster/{NIGHT}/"
URL = f"/roster/{NIGHT}/S01/"


@pytest.fixture(autouse=True)
def _afternoon(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTERNOON)


@pytest.fixture
def officer(client, account):
    """A duty officer of the station, signed in."""
    user = account("duty_officer")
    client.force_login(user)
    return user


@pytest.fixture
def city_officer(client, account):
    user = account("duty_officer", station_code="", username="city")
    client.force_login(user)
    return user


def page(client, url=URL) -> str:
    return client.get(url).content.decode()


def parts(shift) -> dict[str, str]:
    return dict(
        Assignment.objects.filter(shift=shift)
        .order_by("person__code")
        .values_list("person__code", "part")
    )


def upload(client, text: str, what: str = "roster"):
    table = SimpleUploadedFile("table.csv", text.encode())
    return client.post("/roster/import/", {"what": what, "table": table})


@pytest.mark.row("D11")
def test_leader_signs_a_waiver_on_the_stations_page(client, linhe, account):
    leader = account("leader")
    client.force_login(leader)
    linhe.crew()
    send = {"number": "L1", "reason": "洪水抢险"}

    wrong = client.post(f"{URL}waivers/", send | {"number": "X9"})
    assert wrong.status_code == 422
    assert "洪水抢险" in wrong.content.decode()
    client.post(f"{URL}waivers/", send)

    assert RestWaiver.objects.get().signed_by == leader
    assert "洪水抢险" in page(client)


def test_notice_is_posted_seen_by_stations_and_taken_down(
    client, linhe, city_officer, account
):
    client.post(f"{CITY}notices/", {"text": "20 时起大雨"})
    assert "20 时起大雨" in page(client)
    assert client.post(f"{CITY}notices/", {"text": ""}).status_code == 422

    client.post(f"/roster/notices/{NightNotice.objects.get().pk}/end/")

    assert "20 时起大雨" not in page(client)


@pytest.mark.row("D11", "D03")
def test_ones_own_duty_is_shown_and_a_swap_asked_for_and_approved(
    client, linhe, full, account
):
    mine = account("patrol_officer")
    linhe.sworn[0].account = mine
    linhe.sworn[0].save()
    NightNotice.objects.create(
        night=NIGHT, text="带雨衣", posted_at=LONG_AGO, posted_by=mine
    )
    client.force_login(mine)
    text = page(client, "/duty/")
    for said in ("18:00–02:00", "临河所", "警员LA1", "警员L2", "带雨衣"):
        assert said in text
    held = Assignment.objects.get(person=linhe.sworn[0])

    client.post(
        f"/duty/{held.pk}/swap/", {f"swap-{held.pk}-instead": linhe.sworn[2].pk}
    )
    assert "与警员L3换班：申请中" in page(client, "/duty/")
    client.force_login(account("duty_officer"))
    [asked] = SwapRequest.objects.all()
    wrong = client.post(f"/roster/swaps/{asked.pk}/answer/", {"answer": "no"})
    assert "请填写不同意的理由" in wrong.content.decode()
    client.post(f"/roster/swaps/{asked.pk}/answer/", {"answer": "yes"})

    assert parts(full) == {"L2": "stand_in", "L3": "member", "LA1": "member"}


def test_a_crew_that_is_still_out_in_the_morning_is_still_ones_duty(
    client, linhe, full, account, monkeypatch
):
    mine = account("patrol_officer")
    linhe.sworn[0].account = mine
    linhe.sworn[0].save()
    full.ends_min = 32 * 60
    full.save()
    client.force_login(mine)
    asked = SwapRequest.objects.create(
        shift=full,
        person=linhe.sworn[0],
        instead=linhe.sworn[2],
        asked_at=AFTERNOON,
        asked_by=mine,
    )
    before, after = AFTERNOON + timedelta(hours=15), AFTERNOON + timedelta(hours=17)

    monkeypatch.setattr("django.utils.timezone.now", lambda: before)
    morning = page(client, "/duty/")
    assert "18:00–08:00" in morning
    assert f"swap-{asked.pk}-instead" not in morning
    monkeypatch.setattr("django.utils.timezone.now", lambda: after)
    assert "18:00–08:00" not in page(client, "/duty/")

    client.force_login(account("duty_officer"))
    assert "换班 1" not in " ".join(page(client).split())


def test_nobody_asks_for_a_swap_of_anothers_place(client, linhe, full, officer):
    held = Assignment.objects.get(person=linhe.sworn[0])

    assert client.post(f"/duty/{held.pk}/swap/").status_code == 404


@pytest.mark.row("D04")
def test_hours_stand_under_home_and_duty_unit_and_once_in_the_total(
    client, linhe, city_officer
):
    """Two of headquarters and one of the station, 8 hours each: 24, not 48."""
    group = linhe.group()
    for person in (*linhe.seconded[:2], linhe.sworn[0]):
        assign(group, person)
    assign(group, linhe.seconded[3], Part.STAND_IN)

    text = page(client, f"/roster/hours/?first={NIGHT}&last={NIGHT}")

    assert "24:00 小时，3 人次" in text
    assert "不重复计算" in text
    cells = [cell.split("</t")[0] for cell in text.split("<td>")[1:]]
    assert cells == ["市级", "2", "16:00", "派出所", "1", "8:00", "3", "24:00"]
    assert "警员" not in text.split("<main")[1]


def test_hours_of_a_wrong_period_keep_what_was_typed(client, linhe, officer):
    response = client.get(f"/roster/hours/?first={NIGHT}&last={NIGHT - DAY}")

    assert response.status_code == 422


@pytest.mark.row("D03")
def test_table_is_imported_line_by_line_and_bad_lines_are_named(client, linhe, officer):
    """L1 stands in two crews that overlap: the second line is named with the first."""
    for code in ("1", "2"):
        linhe.crew(code, n_sworn=1, n_auxiliary=1)
    add_absence(linhe.sworn[2])

    response = upload(
        client,
        "日期,警组,警号,替补,备注\n"
        f"{NIGHT},1,L1,,\n"
        f"{NIGHT},2,L1,否,\n"
        f"{NIGHT},2,L2,,\n"
        f"{NIGHT},1,L2,是,\n"
        f"{NIGHT},9,L2,,\n"
        f"{NIGHT},1,X1,,\n"
        f"昨天,1,L1,,\n"
        f"{NIGHT - DAY},1,L1,,\n"
        f"{NIGHT},1,LA1,也许,\n"
        f"{NIGHT},1,L3,是,\n"
        f"{NIGHT},1,L1,,\n"
        f"2026/8/14,1,LA1,,\n"
        f"{NIGHT},1,LA2,,\n",
    )

    problems = {
        problem.line: problem.sentence for problem in response.context["done"].problems
    }
    assert response.context["done"].n_kept == 3
    assert response.context["done"].unknown_columns == ("备注",)
    assert problems == {
        3: "警员L1同一时间还在警组 1，见第 2 行。",
        5: "警员L2同一时间还在警组 2，见第 4 行。",
        6: "当晚没有您可编辑的警组“9”。",
        7: "没有警号为“X1”的人员。",
        8: "“昨天”不是日期，请写成 2026-08-14。",
        9: "2026-08-13 当晚已结束。",
        10: "“也许”既不是“是”也不是“否”。",
        11: "1组：警员L3缺勤。",
        12: "警员L1在第 2 行已列入本组。",
        14: "此警组没有警员LA2可补的空缺。",
    }
    assert parts(Shift.objects.get(code="1")) == {"L1": "member", "LA1": "member"}
    assert Event.objects.get().detail == {"people": 3, "refused": 10}


def test_exported_roster_can_be_imported_again(client, full, officer):
    exported = client.get(f"/roster/{NIGHT}/export/").content.decode("utf-8-sig")
    as_xlsx = client.get(f"/roster/{NIGHT}/export/?as=xlsx").content
    kept = parts(full)
    Assignment.objects.all().delete()

    upload(client, exported)
    assert parts(full) == kept
    table = SimpleUploadedFile("table.xlsx", as_xlsx)
    again = client.post("/roster/import/", {"what": "roster", "table": table})

    assert again.context["done"].n_there_already == 3
    assert again.context["done"].problems == ()


def test_absences_are_imported_for_the_night_or_for_the_times_given(
    client, linhe, officer
):
    response = upload(
        client,
        "警号,起,止\nL1,,\nL2,2026-08-14 20:00,2026-08-15\nL3,19:00,02:00\n"
        "X1,,\nLA1,下午,\nH1,,\nLA2,20:00,19:00\n",
        what="absences",
    )

    assert response.context["done"].n_kept == 3
    assert [problem.line for problem in response.context["done"].problems] == [
        5,
        6,
        7,
        8,
    ]
    assert [
        (one.person.code, one.begins_at.isoformat(), one.ends_at.isoformat())
        for one in Absence.objects.order_by("person__code")
    ] == [
        ("L1", "2026-08-14T04:00:00+00:00", "2026-08-15T04:00:00+00:00"),
        ("L2", "2026-08-14T12:00:00+00:00", "2026-08-15T16:00:00+00:00"),
        ("L3", "2026-08-14T11:00:00+00:00", "2026-08-14T18:00:00+00:00"),
    ]


def test_file_that_is_no_table_is_refused_on_the_form(client, officer):
    response = upload(client, "警号\nL1\n")

    assert response.status_code == 422
