"""The pages of a roster: what they show, what two presses do, what they refuse."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.factories.people import LONG_AGO, add_person, assign
from tests.factories.rosters import DAY, add_absence, work
from xunfang.accounts.models import Standing
from xunfang.units.models import (
    Absence,
    Assignment,
    Part,
    Shift,
    SwapRequest,
    TeamTemplate,
)
from xunfang.units.roster.refusals import seen_in

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


def seen(shift) -> str:
    """What a page opened now would carry."""
    shift.refresh_from_db()
    return str(seen_in(shift, {n: Part(p) for n, p in parts(shift).items()}))


def test_roster_leads_to_ones_own_station_or_to_the_city(
    client, linhe, officer, account
):
    assert client.get("/roster/").headers["Location"] == URL
    client.force_login(account("leader", station_code=""))

    assert client.get("/roster/").headers["Location"] == CITY


@pytest.mark.row("D03")
def test_station_page_names_every_holder_and_the_stand_in(client, full, officer):
    text = page(client)

    for name in ("警员L1", "警员LA1", "警员L2", "18:00–02:00", "无冲突"):
        assert name in text


def test_station_account_sees_its_own_station_only(client, linhe, officer):
    linhe_city.add_station("S02", "城北所")

    assert client.get(f"/roster/{NIGHT}/S02/").status_code == 404
    assert "城北所" not in page(client, CITY)


@pytest.mark.row("C02", "D03")
def test_absent_officer_is_replaced_by_the_stand_in_with_two_presses(
    client, linhe, full, officer
):
    """One press beside the name, red at once; one more, and the stand-in holds it."""
    held = Assignment.objects.get(person=linhe.sworn[0])

    response = client.post(f"/roster/places/{held.pk}/absent/")
    assert (response.status_code, response.headers["Location"]) == (
        303,
        f"{URL}#crew-{full.pk}",
    )
    text = page(client)
    assert "crew--red" in text
    assert "警员L1缺勤" in text
    assert "没有民警到岗" in text
    assert "由替补警员L2顶班" in text
    client.post(
        f"/roster/places/{held.pk}/replace/",
        {"person": linhe.sworn[1].pk, "seen": seen(full)},
    )

    assert parts(full) == {"L2": "member", "LA1": "member"}
    [absence] = Absence.objects.all()
    assert (absence.person, absence.entered_by) == (linhe.sworn[0], officer)
    assert absence.ends_at - absence.begins_at == timedelta(days=1)
    text = page(client)
    assert "crew--red" not in text
    assert "由警员L3任替补" in text


def test_absence_that_was_pressed_by_mistake_is_taken_back(
    client, linhe, full, officer
):
    held = Assignment.objects.get(person=linhe.sworn[0])
    client.post(f"/roster/places/{held.pk}/absent/")

    client.post(f"/roster/places/{held.pk}/there/")

    assert Absence.objects.get().cancelled_by == officer
    assert "无冲突" in page(client)


def test_open_place_is_filled_with_one_press(client, linhe, officer):
    """L1 was out last week: it is the turn of L2."""
    shift = linhe.crew(n_sworn=1, n_auxiliary=0)
    work(linhe.sworn[0], linhe.station, 7)
    assert "安排警员L2" in page(client)

    client.post(
        f"/roster/crews/{shift.pk}/assign/",
        {"person": linhe.sworn[1].pk, "part": "member", "seen": seen(shift)},
    )

    assert parts(shift) == {"L2": "member"}


@pytest.mark.row("D03")
def test_all_open_places_of_a_station_are_filled_with_one_press(client, linhe, officer):
    shift = linhe.crew()
    assert "一键补齐空缺" in page(client)

    client.post(f"{URL}fill/")

    out = Assignment.objects.filter(shift=shift).exclude(part=Part.STAND_IN)
    assert out.count() == 4
    assert "无冲突" in page(client)


@pytest.mark.row("D11")
def test_two_names_and_a_press_swap_places(client, linhe, full, officer):
    held, stand_in = Assignment.objects.filter(person__in=linhe.sworn[:2]).order_by(
        "person__code"
    )

    client.post(
        f"{URL}swap/",
        {"place": [held.pk, stand_in.pk], f"seen-{full.pk}": seen(full)},
    )

    assert parts(full) == {"L1": "stand_in", "L2": "member", "LA1": "member"}


def test_one_name_cannot_be_swapped_and_stays_ticked(client, linhe, full, officer):
    held = Assignment.objects.get(person=linhe.sworn[0])

    response = client.post(f"{URL}swap/", {"place": held.pk})

    assert response.status_code == 422
    text = response.content.decode()
    assert "请勾选两人互换" in text
    assert f'id="place-{held.pk}" checked' in text


def test_stale_page_is_told_what_changed_and_can_be_pressed_again(
    client, linhe, full, officer
):
    """Two officers have the crew before them; the second is told of the first."""
    before = seen(full)
    held = Assignment.objects.get(person=linhe.sworn[0])
    client.post(
        f"/roster/places/{held.pk}/replace/",
        {"person": linhe.sworn[1].pk, "seen": before},
    )

    response = client.post(
        f"/roster/crews/{full.pk}/assign/",
        {"person": linhe.sworn[2].pk, "part": "stand_in", "seen": before},
    )

    assert response.status_code == 409
    text = response.content.decode()
    assert "他人已改动此警组" in text
    assert "－ 警员L1（" in text
    assert "仍要安排：警员L3（替补）" in text
    assert parts(full) == {"L2": "member", "LA1": "member"}
    client.post(
        f"/roster/crews/{full.pk}/assign/",
        {"person": linhe.sworn[2].pk, "part": "stand_in", "seen": seen(full)},
    )
    assert parts(full) == {"L2": "member", "L3": "stand_in", "LA1": "member"}


@pytest.mark.row("D11")
def test_refusal_names_the_person_the_rest_and_the_other_crew(client, linhe, officer):
    shift = linhe.crew(begins_min=12 * 60, ends_min=16 * 60)
    work(linhe.sworn[0], linhe.station, 1)

    response = client.post(
        f"/roster/crews/{shift.pk}/assign/",
        {"person": linhe.sworn[0].pk, "part": "member", "seen": seen(shift)},
    )

    assert response.status_code == 409
    assert "警员L1与S01 past-L1-1" in response.content.decode()
    assert "仅休息 10:00 小时" in response.content.decode()
    assert parts(shift) == {}


def test_people_who_may_take_a_place_are_listed_by_number_with_reasons_for_others(
    client, linhe, officer
):
    shift = linhe.crew(n_sworn=1, n_auxiliary=0)
    add_absence(linhe.sworn[1])
    url = f"/roster/crews/{shift.pk}/people/?part=member"

    text = page(client, url)
    assert [name for name in ("L1", "L2", "L3", "LA1") if f"警员{name}<" in text] == [
        "L1",
        "L3",
    ]
    text = page(client, f"{url}&q=L2")

    assert "警员L2缺勤" in text
    assert client.get(f"/roster/crews/{shift.pk + 9}/people/").status_code == 404


def test_city_borrows_somebody_from_elsewhere_by_name(client, linhe, city_officer):
    shift = linhe.crew(n_sworn=1, n_auxiliary=0)
    url = f"/roster/crews/{shift.pk}/people/?part=member"

    assert "警员H1" not in page(client, url)
    assert "警员H1" in page(client, f"{url}&q=H1")


def test_station_does_not_borrow_from_elsewhere_by_itself(client, linhe, officer):
    """Not from a page, not by a request made by hand, not from a table."""
    shift = linhe.crew(n_sworn=1, n_auxiliary=0)
    url = f"/roster/crews/{shift.pk}/people/?part=member"
    send = {"person": linhe.seconded[0].pk, "part": "member", "seen": seen(shift)}

    assert "警员H1" not in page(client, f"{url}&q=H1")
    assert client.post(f"/roster/crews/{shift.pk}/assign/", send).status_code == 403
    table = SimpleUploadedFile("t.csv", f"日期,警组,警号\n{NIGHT},1,H1\n".encode())
    response = client.post("/roster/import/", {"what": "roster", "table": table})
    done = response.context["done"]
    assert [problem.code for problem in done.problems] == ["person_unknown"]
    assert parts(shift) == {}


@pytest.mark.row("D01", "D02", "D03")
def test_city_allocates_sees_the_calls_after_a_repair_and_every_number_once(
    client, linhe, city_officer
):
    group = linhe.group()
    client.post(f"{CITY}allocate/", {"may_join_local": "on"})
    assert "第 1 组" in page(client)
    out = Assignment.objects.filter(shift=group, part=Part.MEMBER)
    sick = out.filter(person__standing=Standing.SWORN)[0].person
    add_absence(sick)
    assert "处冲突" in page(client, CITY)

    client.post(f"{CITY}repair/")

    text = page(client, CITY)
    assert f"接替{sick.name}" in text
    assert "无冲突" in text


def test_beginning_afresh_from_a_stale_page_is_refused(client, linhe, city_officer):
    group = linhe.group()
    assign(group, linhe.seconded[4])
    Shift.objects.filter(pk=group.pk).update(revision=3)

    response = client.post(f"{CITY}allocate/", {"is_afresh": "on", "seen": "2"})

    assert response.status_code == 409
    assert "他人已改动各组" in response.content.decode()
    assert parts(group) == {"H5": "member"}


@pytest.mark.row("D09")
@pytest.mark.parametrize("url", ["allocate/", "repair/"])
def test_auxiliary_account_cannot_allocate(client, linhe, account, url):
    linhe.group()
    client.force_login(
        account("duty_officer", station_code="", standing=Standing.AUXILIARY)
    )

    assert client.post(CITY + url).status_code == 403
    assert not Assignment.objects.exists()


@pytest.mark.row("D09")
def test_auxiliary_account_approves_no_swap_and_sees_no_buttons(
    client, linhe, full, account
):
    asked = SwapRequest.objects.create(
        shift=full,
        person=linhe.sworn[0],
        instead=linhe.sworn[2],
        asked_at=LONG_AGO,
        asked_by=account("patrol_officer"),
    )
    client.force_login(account("duty_officer", standing=Standing.AUXILIARY))

    answer = client.post(f"/roster/swaps/{asked.pk}/answer/", {"answer": "yes"})

    assert answer.status_code == 403
    assert "同意" not in page(client, "/roster/swaps/")
    assert "移出" not in page(client)


def test_night_that_is_over_can_be_read_and_not_changed(client, linhe, officer):
    held = assign(linhe.crew(night=NIGHT - DAY), linhe.sworn[0])
    url = f"/roster/{NIGHT - DAY}/S01/"

    text = page(client, url)
    assert "只能查看，不能修改" in text
    assert "移出" not in text
    assert client.post(f"/roster/places/{held.pk}/out/").status_code == 409
    assert Assignment.objects.count() == 1


@pytest.mark.row("C02")
def test_crew_of_one_and_five_under_the_market_template_is_refused_on_the_form(
    client, linhe, officer
):
    template = TeamTemplate.objects.create(
        code="market", name="集市组", min_sworn=2, min_total=6
    )
    typed = {
        "code": "M1",
        "name": "河滨集市组",
        "template": template.pk,
        "n_sworn": 1,
        "n_auxiliary": 5,
        "begins": "18:00",
        "ends": "00:30",
        "mode": "foot",
    }

    refused = client.post(f"{URL}crews/", typed)
    assert refused.status_code == 422
    assert "河滨集市组" in refused.content.decode()
    assert not Shift.objects.exists()
    client.post(f"{URL}crews/", typed | {"n_sworn": 2, "n_auxiliary": 4})

    shift = Shift.objects.get()
    assert (shift.n_sworn, shift.n_auxiliary, shift.template) == (2, 4, template)
    assert (shift.begins_min, shift.ends_min) == (18 * 60, 24 * 60 + 30)


def test_crew_edited_by_two_keeps_what_the_second_typed_and_shows_the_first(
    client, linhe, officer
):
    shift = linhe.crew()
    url = f"/roster/crews/{shift.pk}/"
    typed = {
        "code": "1",
        "name": "一组",
        "n_sworn": 2,
        "n_auxiliary": 1,
        "begins": "19:00",
        "ends": "01:00",
        "mode": "foot",
        "seen": seen(shift),
    }
    client.post(url, typed)

    response = client.post(url, typed | {"name": "第二人改的名"})

    text = response.content.decode()
    assert response.status_code == 422
    assert "第二人改的名" in text
    assert "此警组已被他人改动，现为： 一组 · 19:00–01:00" in text
    assert 'value="1"' in text
    client.post(url, typed | {"name": "第二人改的名", "seen": seen(shift)})
    assert Shift.objects.get().name == "第二人改的名"


def test_crews_are_copied_from_last_night_and_one_is_removed(client, linhe, officer):
    linhe.crew("1", night=NIGHT - DAY)
    linhe.crew("2", night=NIGHT - DAY)

    client.post(f"{URL}copy/", {"from_night": NIGHT - DAY})
    shifts = Shift.objects.filter(night=NIGHT).order_by("code")
    assert [shift.code for shift in shifts] == ["1", "2"]
    client.post(f"/roster/crews/{shifts[0].pk}/remove/", {"seen": seen(shifts[0])})

    assert [shift.code for shift in Shift.objects.filter(night=NIGHT)] == ["2"]
    assert client.post(f"{URL}copy/", {"from_night": "x"}).status_code == 422


def test_pages_cost_the_same_queries_for_one_crew_as_for_three(
    client, linhe, full, officer, account
):
    city = account("duty_officer", station_code="", username="city")
    linhe.sworn[0].account = officer
    linhe.sworn[0].save()

    def n_queries() -> dict[str, int]:
        found = {}
        for user, url in (
            (officer, URL),
            (city, CITY),
            (officer, "/duty/"),
            (officer, "/roster/swaps/"),
            (city, f"/roster/hours/?first={NIGHT}&last={NIGHT}"),
            (city, f"/roster/{NIGHT}/export/"),
        ):
            client.force_login(user)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            found[url] = len(queries)
        return found

    def ask(shift, person) -> None:
        SwapRequest.objects.create(
            shift=shift,
            person=person,
            instead=linhe.sworn[2],
            asked_at=LONG_AGO,
            asked_by=officer,
        )

    ask(full, linhe.sworn[0])
    before = n_queries()
    for number in range(3):
        shift = linhe.crew(f"more-{number}", night=NIGHT)
        for n in range(4):
            assign(shift, add_person(f"N{number}{n}", linhe.unit))
        assign(shift, linhe.sworn[0], Part.STAND_IN)
        ask(shift, linhe.sworn[0])
    after = n_queries()

    assert after == before
