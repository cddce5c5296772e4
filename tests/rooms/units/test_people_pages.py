"""Units and people: seen by whom they may be, in one order, and corrected by desks."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.factories.people import add_person, add_unit, assign
from xunfang.accounts.models import Standing
from xunfang.audit.models import Event
from xunfang.units.models import Person, Unit
from xunfang.units.people.queries import UnitLine, unit_tree
from xunfang.units.people.table import COLUMNS
from xunfang.web.tables import read_table

pytestmark = pytest.mark.django_db

PERSON = {
    "revision": "0",
    "number": "J1001",
    "name": "林晓",
    "standing": "sworn",
    "phone": "13800000001",
    "username": "",
}


def numbers(response) -> list[str]:
    return [person.code for person in response.context["page"].object_list]


@pytest.fixture
def people(station, station_unit, headquarters):
    """One at the station, one of headquarters on duty there, one who is not."""
    own = add_person("2001", station_unit, name="赵城", phone="13811112222")
    coming = add_person("1002", headquarters, name="钱江")
    other = add_person("1001", headquarters, name="孙洲", skills=("traffic",))
    assign(linhe_city.add_crew(station, "1"), coming)
    return own, coming, other


def test_people_stand_by_unit_and_number_whatever_is_asked(client, desk, people):
    client.force_login(desk)

    assert numbers(client.get("/people/")) == ["1001", "1002", "2001"]
    assert numbers(client.get("/people/?sort=name&order=-code")) == [
        "1001",
        "1002",
        "2001",
    ]


def test_station_sees_its_own_people_and_those_on_duty_there(
    client, station_desk, people
):
    client.force_login(station_desk)

    assert numbers(client.get("/people/")) == ["1002", "2001"]
    assert client.get("/people/number/1001/").status_code == 404
    assert client.get("/people/number/1002/").status_code == 200


def test_who_was_on_duty_there_on_a_night_that_is_over_is_not_seen(
    client, station_desk, station, people
):
    crew = linhe_city.add_crew(station, "0", night=NIGHT - timedelta(days=1))
    assign(crew, people[2])
    client.force_login(station_desk)

    assert numbers(client.get("/people/")) == ["1002", "2001"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("q=孙", ["1001"]),
        ("q=10", ["1001", "1002"]),
        ("q=治安支队", ["1001", "1002"]),
        ("q=交通", ["1001"]),
        ("q=治安 钱", ["1002"]),
        ("unit=S01", ["2001"]),
        ("unit=HQ", ["1001", "1002", "2001"]),
        ("standing=auxiliary", []),
        ("standing=sworn&unit=S01", ["2001"]),
        ("unit=none-such", ["1001", "1002", "2001"]),
        ("serving=ended", []),
    ],
)
def test_people_are_searched_and_filtered(client, desk, people, asked, expected):
    client.force_login(desk)

    assert numbers(client.get(f"/people/?{asked}")) == expected


def test_list_costs_the_same_for_one_and_for_three(client, desk, people, headquarters):
    client.force_login(desk)
    client.get("/people/")

    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get("/people/?q=孙")
    add_person("1003", headquarters, name="孙岭", skills=("fire", "water"))
    add_person("1004", headquarters, name="孙岩", skills=("fire",))
    with CaptureQueriesContext(connection) as three:
        response = client.get("/people/?q=孙")

    assert len(numbers(response)) == 3
    assert len(one) == len(three)


def test_empty_lists_say_what_to_do(client, desk):
    client.force_login(desk)

    assertContains(client.get("/people/"), "由值班民警或管理员从文件导入")
    assertContains(client.get("/people/?q=x"), "没有符合条件的人员。")
    assertContains(client.get("/people/units/"), "尚无单位。")


def test_tree_counts_a_unit_with_those_below_it(headquarters, station_unit, people):
    province = add_unit("A", level="province")
    Unit.objects.filter(pk=headquarters.pk).update(parent=province)
    add_person("2002", station_unit, standing=Standing.AUXILIARY)
    add_person("2003", station_unit, standing=Standing.CIVIL)
    add_person("2004", station_unit, is_serving=False)

    lines = unit_tree(Unit.objects.all())

    assert lines == [
        UnitLine(province, 0, 3, 1, 1),
        UnitLine(headquarters, 1, 3, 1, 1),
        UnitLine(station_unit, 2, 1, 1, 1),
    ]
    assert [line.n_people for line in lines] == [5, 5, 3]


def test_station_sees_its_own_unit_only(client, station_desk, people):
    client.force_login(station_desk)

    page = client.get("/people/units/")

    assert [line.unit.code for line in page.context["lines"]] == ["S01"]
    assertNotContains(page, "治安支队")


def test_telephone_is_shown_to_who_may_correct_it_and_to_nobody_else(
    client, account, desk, people
):
    client.force_login(desk)
    assertContains(client.get("/people/number/2001/"), "13811112222")

    for role in ("patrol_officer", "leader", "supervisor"):
        client.force_login(account(role, station_code=""))
        assertNotContains(client.get("/people/number/2001/"), "13811112222")


def test_person_is_added_corrected_and_stands_on_record(
    client, desk, station, station_unit, headquarters, account
):
    own = account("patrol_officer", username="linxiao")
    client.force_login(desk)

    added = client.post(
        "/people/add/",
        PERSON | {"home_unit": headquarters.pk, "knows": [station.pk]},
    )
    corrected = client.post(
        "/people/number/J1001/edit/",
        PERSON | {"home_unit": station_unit.pk, "username": "linxiao"},
    )

    assert (added.status_code, added["Location"]) == (303, "/people/number/J1001/")
    assert corrected.status_code == 303
    person = Person.objects.get()
    assert (person.code, person.name, person.home_unit, person.account) == (
        "J1001",
        "林晓",
        station_unit,
        own,
    )
    assert (person.revision, person.known_grounds.count()) == (1, 0)
    assert list(
        Event.objects.order_by("pk").values_list("kind", "subject", "by__username")
    ) == [("person.added", "J1001", "desk"), ("person.revised", "J1001", "desk")]


@pytest.mark.parametrize(
    ("changed", "said", "status"),
    [
        ({"number": "2001"}, "该警号已有人使用", 409),
        ({"number": "2 001"}, "最多 20 位字母、数字或连字符。", 422),
        ({"name": ""}, "field__error", 422),
        ({"username": "nobody"}, "没有此账号。", 422),
        ({"username": "aux"}, "账号身份与人员身份不一致", 409),
        ({"username": "taken"}, "该账号属于他人", 409),
    ],
)
def test_refused_person_is_said_in_words_and_what_was_typed_stays(
    client, account, desk, people, headquarters, changed, said, status
):
    account("patrol_officer", username="aux", standing="auxiliary")
    people[0].account = account("patrol_officer", username="taken")
    people[0].save()
    client.force_login(desk)

    page = client.post(
        "/people/add/", PERSON | {"home_unit": headquarters.pk} | changed
    )

    assertContains(page, said, status_code=status)
    assertContains(page, 'value="13800000001"', status_code=status)
    assert Person.objects.count() == 3


def test_form_made_from_an_older_entry_is_refused_and_shows_what_it_says_now(
    client, desk, people, headquarters
):
    client.force_login(desk)
    first = PERSON | {"home_unit": headquarters.pk, "name": "钱江江"}
    client.post("/people/number/1002/edit/", first)

    page = client.post(
        "/people/number/1002/edit/", first | {"name": "钱塘", "standing": "civil"}
    )

    assert page.status_code == 409
    assertContains(page, "他人已先作更改，现为：", status_code=409)
    assertContains(page, "<dd>钱江江</dd>", status_code=409)
    assertContains(page, "<dd>民警</dd>", status_code=409)
    assertContains(page, 'value="钱塘"', status_code=409)
    assert Person.objects.get(code="1002").name == "钱江江"


def test_station_corrects_its_own_people_and_no_others(
    client, station_desk, people, headquarters
):
    client.force_login(station_desk)

    assert client.get("/people/number/2001/edit/").status_code == 200
    assert client.get("/people/number/1002/edit/").status_code == 403
    moved = client.post(
        "/people/number/2001/edit/", PERSON | {"home_unit": headquarters.pk}
    )
    assert moved.status_code == 422


def test_end_of_service_deletes_nothing_and_can_be_taken_back(client, desk, people):
    client.force_login(desk)

    client.post("/people/number/2001/end/")

    assert numbers(client.get("/people/")) == ["1001", "1002"]
    assert numbers(client.get("/people/?serving=ended")) == ["2001"]
    assertContains(client.get("/people/number/2001/"), "已离职。其工作记录保留。")
    assert client.post("/people/number/2001/end/").status_code == 409
    client.post("/people/number/2001/resume/")
    assert numbers(client.get("/people/")) == ["1001", "1002", "2001"]
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)) == [
        "person.service_ended",
        "person.service_resumed",
    ]


def test_unit_is_added_and_corrected_but_never_below_itself(
    client, desk, station, headquarters
):
    client.force_login(desk)
    fields = {
        "revision": "0",
        "code": "S01",
        "name": "临河派出所",
        "name_en": "",
        "level": "station",
        "parent": headquarters.pk,
        "station": station.pk,
        "phone": "12345",
    }

    client.post("/people/units/add/", fields)
    unit = Unit.objects.get(code="S01")
    assert (unit.parent, unit.station, unit.is_seconding) == (
        headquarters,
        station,
        False,
    )
    hq = fields | {"name": "市局", "level": "city", "station": "", "parent": unit.pk}
    ring = client.post("/people/units/code/HQ/", hq)
    assertContains(ring, "单位不能以自己或下属单位为上级", status_code=409)
    client.post("/people/units/code/S01/", fields | {"is_seconding": "on"})
    stale = client.post("/people/units/code/S01/", fields | {"name": "临河所"})
    assertContains(stale, "<dd>临河派出所</dd>", status_code=409)

    unit.refresh_from_db()
    assert (unit.name, unit.is_seconding, unit.revision) == ("临河派出所", True, 1)


def test_list_taken_out_holds_what_can_be_brought_back_and_is_on_record(
    client, desk, people, account, station
):
    people[0].account = account("patrol_officer", username="zhao")
    people[0].save()
    client.force_login(desk)

    for as_, kind in (("csv", "text/csv; charset=utf-8"), ("xlsx", "application/vnd")):
        response = client.post("/people/export/", {"as": as_, "unit": "S01"})

        assert response["Content-Type"].startswith(kind)
        [row] = read_table(response.content, COLUMNS).rows
        assert row.cells == {
            "number": "2001",
            "name": "赵城",
            "standing": "民警",
            "unit": "S01",
            "parent": "HQ",
            "phone": "13811112222",
            "knows": "",
            "username": "zhao",
        }
    event = Event.objects.first()
    assert (event.kind, event.detail) == ("people.exported", {"n_people": 1})


def test_station_takes_out_its_own_people_only(client, station_desk, people):
    client.force_login(station_desk)

    rows = read_table(client.post("/people/export/").content, COLUMNS).rows

    assert [row.cells["number"] for row in rows] == ["2001"]


def test_absence_tonight_is_one_tap_on_the_page_of_a_person(client, desk, people):
    client.force_login(desk)

    response = client.post("/people/number/1002/away/", {"absence-kind": "absent"})

    assert (response.status_code, response["Location"]) == (
        303,
        "/people/number/1002/",
    )
    page = client.get("/people/number/1002/")
    assertContains(page, "08-14 12:00 – 08-15 12:00")
    assertContains(client.get("/people/"), "今夜不在岗", count=2)
    [absence] = people[1].absences.all()
    client.post(f"/people/away/{absence.pk}/cancel/", {"next": "/people/"})
    assertContains(client.get("/people/number/1002/"), "现在及今后均无不在岗登记。")


def test_absence_of_another_kind_is_named_on_the_page_and_what_was_typed_stays(
    client, desk, people
):
    client.force_login(desk)
    client.post("/people/number/1002/away/", {"absence-kind": "leave"})

    page = client.post(
        "/people/number/1002/away/",
        {
            "absence-kind": "duty",
            "absence-begins_at": "2026-08-14T20:00",
            "absence-ends_at": "2026-08-15T02:00",
        },
    )

    assertContains(page, "该时段内已登记另一类不在岗", status_code=409)
    assertContains(
        page, "已有登记：休假，08-14 12:00 至 08-15 12:00。", status_code=409
    )
    assertContains(page, 'value="2026-08-14T20:00"', status_code=409)


def test_who_does_not_come_is_entered_by_number_or_name(client, desk, people):
    client.force_login(desk)

    client.post("/people/away/", {"who": "钱江", "kind": "absent"})
    client.post("/people/away/", {"who": "2001", "kind": "leave"})

    page = client.get("/people/away/")
    assert [(one.person.code, one.kind) for one in page.context["page"]] == [
        ("1002", "absent"),
        ("2001", "leave"),
    ]
    nobody = client.post("/people/away/", {"who": "李", "kind": "absent"})
    assertContains(nobody, "您可见的人员中没有此警号或姓名。", status_code=422)


def test_two_of_one_name_are_offered_to_choose_from(client, desk, people, headquarters):
    add_person("1009", headquarters, name="钱江")
    client.force_login(desk)

    page = client.post("/people/away/", {"who": "钱江", "kind": "absent"})

    assert [person.code for person in page.context["meant"]] == ["1002", "1009"]
    client.post("/people/away/", {"who": "钱江", "number": "1009", "kind": "absent"})
    [absence] = client.get("/people/away/").context["page"]
    assert (absence.person.code, absence.entered_at) == ("1009", AFTERNOON)
