"""What a crew takes along, by its duty and by the sun; what is missing is noted."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.factories.people import add_person, assign
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.cli.demo.load_gear import load_gear
from xunfang.units.gear.queries import GearLine, gear_of, gear_of_shifts, is_by_night
from xunfang.units.gear.services import (
    Item,
    note_missing,
    remove_gear_list,
    save_gear_list,
)
from xunfang.units.models import GearMissing, GearTemplate, Part, TeamTemplate

pytestmark = pytest.mark.django_db


@pytest.fixture
def market(db):
    return TeamTemplate.objects.create(
        code="market", name="赶场警务小分队", min_sworn=2, min_total=6
    )


@pytest.fixture
def lists(market, desk):
    load_gear(by=desk, at=AFTERNOON)


def names(shift) -> dict[str, int]:
    return {line.name: line.n for line in gear_of(shift)}


@pytest.mark.row("A20")
def test_night_shift_takes_vest_and_torch_and_day_shift_does_not(station, lists):
    night = linhe_city.add_crew(station, "1", begins_min=18 * 60, ends_min=26 * 60)
    day = linhe_city.add_crew(station, "2", begins_min=8 * 60, ends_min=17 * 60)

    assert names(night) == {
        "警服和警用装备": 4,
        "对讲机": 4,
        "执法记录仪": 4,
        "急救包": 1,
        "反光背心": 4,
        "手电": 4,
        "备用电池": 2,
    }
    assert names(day) == {
        "警服和警用装备": 4,
        "对讲机": 4,
        "执法记录仪": 4,
        "急救包": 1,
    }


@pytest.mark.row("C03")
def test_market_duty_list_shows_six_armbands_and_a_missing_one_is_logged(
    client, account, station, market, lists
):
    crew = linhe_city.add_crew(
        station,
        "M1",
        template=market,
        n_sworn=2,
        n_auxiliary=4,
        begins_min=540,
        ends_min=720,
    )
    officer = account("patrol_officer")
    client.force_login(officer)

    page = client.get(f"/people/gear/crews/{crew.pk}/")
    assertContains(page, "“执勤”袖标 × 6")
    response = client.post(
        f"/people/gear/crews/{crew.pk}/missing/", {"name": "“执勤”袖标", "n_missing": 2}
    )

    assert response.status_code == 303
    noted = GearMissing.objects.get()
    assert (noted.shift, noted.name, noted.n_missing) == (crew, "“执勤”袖标", 2)
    assert (noted.noted_by, noted.noted_at) == (officer, AFTERNOON)
    page = client.get(f"/people/gear/crews/{crew.pk}/")
    assertContains(page, "<strong>“执勤”袖标 × 2</strong>")
    assertContains(page, "08-14 16:00 测试")
    assertContains(client.get("/people/gear/crews/"), "有装备缺失")
    event = Event.objects.get(kind="gear.missing")
    assert (event.subject, event.detail) == (
        "2026-08-14 M1",
        {"thing": "“执勤”袖标", "n_missing": 2},
    )


@pytest.mark.parametrize(
    ("night", "begins", "ends", "expected"),
    [
        # In mid-August the sun of Linhe sets after 18:30 and before 19:30.
        (NIGHT, 14 * 60, 18 * 60, False),
        (NIGHT, 14 * 60, 19 * 60 + 45, True),
        (date(2026, 12, 21), 14 * 60, 18 * 60 + 15, True),
        (NIGHT, 4 * 60, 9 * 60, True),
        (NIGHT, 30 * 60, 38 * 60, False),
        (NIGHT, 32 * 60, 44 * 60, True),
    ],
)
def test_night_is_what_the_sun_says(station, night, begins, ends, expected):
    crew = linhe_city.add_crew(
        station, "1", night=night, begins_min=begins, ends_min=ends
    )

    assert is_by_night(crew, station) is expected


def test_thing_on_two_lists_is_taken_once_in_the_larger_number(station, desk):
    for name, quantity in (("甲", 1), ("乙", 3)):
        save_gear_list(
            name=name,
            team=None,
            when="always",
            items=[Item("手电", "Torch", quantity, is_per_person=False)],
            by=desk,
            at=AFTERNOON,
        )

    crew = linhe_city.add_crew(station, "1")

    assert gear_of(crew) == (GearLine("手电", "Torch", 3, is_per_person=False),)


def test_who_goes_along_gets_a_vest_and_a_stand_in_does_not(
    station, headquarters, lists
):
    crew = linhe_city.add_crew(station, "1", n_sworn=1, n_auxiliary=1)
    for code, part in (("1", Part.MEMBER), ("2", Part.JOINED), ("3", Part.STAND_IN)):
        assign(crew, add_person(code, headquarters), part)

    assert names(crew)["反光背心"] == 3


def test_gear_of_many_crews_costs_no_more_than_of_one(station, market, lists):
    crews = [linhe_city.add_crew(station, f"{n}", template=market) for n in range(3)]

    with CaptureQueriesContext(connection) as one:
        gear_of_shifts(crews[:1])
    with CaptureQueriesContext(connection) as three:
        found = gear_of_shifts(crews)

    assert len(one) == len(three) == 4
    assert set(found) == {crew.pk for crew in crews}


LIST = {
    "revision": "0",
    "name": "雨天装备",
    "team": "",
    "when": "always",
    "items-TOTAL_FORMS": "3",
    "items-INITIAL_FORMS": "0",
    "items-0-name": "雨衣",
    "items-0-name_en": "Raincoat",
    "items-0-quantity": "1",
    "items-0-for_whom": "person",
    "items-1-name": "雨伞",
    "items-1-name_en": "",
    "items-1-quantity": "2",
    "items-1-for_whom": "crew",
    "items-2-name": "",
    "items-2-quantity": "1",
}


def test_list_is_begun_corrected_and_removed_from_its_pages(client, desk):
    client.force_login(desk)

    client.post("/people/gear/add/", LIST)
    found = GearTemplate.objects.get()
    assert list(
        found.items.values_list("name", "name_en", "quantity", "is_per_person")
    ) == [("雨衣", "Raincoat", 1, True), ("雨伞", "", 2, False)]
    client.post(f"/people/gear/{found.pk}/", LIST | {"items-1-name": ""})
    assert [item.name for item in found.items.all()] == ["雨衣"]
    assertContains(client.get("/people/gear/"), "雨衣 × 1")
    client.post(f"/people/gear/{found.pk}/remove/")

    assertContains(client.get("/people/gear/"), "尚无清单。")
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)) == [
        "gear_list.saved",
        "gear_list.saved",
        "gear_list.removed",
    ]


@pytest.mark.parametrize(
    ("changed", "said", "status"),
    [
        ({"items-1-name": "雨衣"}, "清单中有物品重复", 409),
        ({"name": "通用装备"}, "已有同名清单", 409),
        ({"items-0-quantity": "0"}, "field__error", 422),
    ],
)
def test_refused_list_is_said_in_words_and_what_was_typed_stays(
    client, desk, lists, changed, said, status
):
    client.force_login(desk)

    page = client.post("/people/gear/add/", LIST | changed)

    assertContains(page, said, status_code=status)
    assertContains(page, 'value="Raincoat"', status_code=status)
    assert GearTemplate.objects.count() == 3


def test_form_made_from_an_older_list_is_refused_and_says_what_it_holds_now(
    client, desk
):
    client.force_login(desk)
    client.post("/people/gear/add/", LIST)
    found = GearTemplate.objects.get()
    client.post(f"/people/gear/{found.pk}/", LIST | {"items-1-name": "雨靴"})

    page = client.post(f"/people/gear/{found.pk}/", LIST | {"items-1-name": "斗笠"})

    assertContains(page, "雨衣 × 1、雨靴 × 2", status_code=409)
    assertContains(page, 'value="斗笠"', status_code=409)
    assert [item.name for item in found.items.all()] == ["雨衣", "雨靴"]


def test_lists_are_the_citys_to_change(client, station_desk, lists):
    client.force_login(station_desk)
    found = GearTemplate.objects.first()

    assert client.get("/people/gear/").status_code == 200
    assert client.get("/people/gear/add/").status_code == 403
    with pytest.raises(NotAllowed):
        remove_gear_list(gear_list=found, by=station_desk, at=AFTERNOON)


def test_who_is_in_the_crew_notes_what_is_missing_and_strangers_do_not(
    client, account, station, headquarters
):
    crew = linhe_city.add_crew(station, "1")
    own = account("patrol_officer", station_code="S09", username="own")
    stranger = account("patrol_officer", station_code="S09", username="stranger")
    assign(crew, add_person("1", headquarters, account=own))

    note_missing(shift=crew, name="手电", n_missing=1, by=own, at=AFTERNOON)
    with pytest.raises(NotAllowed):
        note_missing(shift=crew, name="手电", n_missing=1, by=stranger, at=AFTERNOON)
    client.force_login(own)
    assert client.get(f"/people/gear/crews/{crew.pk}/").status_code == 200
    client.force_login(stranger)
    assert client.get(f"/people/gear/crews/{crew.pk}/").status_code == 404

    assert GearMissing.objects.count() == 1


def test_crews_of_another_night_are_shown_when_asked_for(client, desk, station, lists):
    linhe_city.add_crew(station, "1", night=date(2026, 8, 20))
    client.force_login(desk)

    assertContains(client.get("/people/gear/crews/"), "当晚没有警组上班。")
    page = client.get("/people/gear/crews/?night=2026-08-20")
    assertContains(page, "反光背心 × 4")
    assertContains(page, "18:00–02:00")
