"""People come in from a file: the right lines at once, the others set aside."""

import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON
from tests.factories.people import add_person, add_station_unit, add_unit
from tests.house.sources import PACKAGE
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.units.models import KnownGround, PeopleImport, Person
from xunfang.units.people.importing import import_people
from xunfang.units.people.queries import people_visible_to
from xunfang.units.people.table import COLUMNS, HEADER, rows_of
from xunfang.units.people.wording import PROBLEMS
from xunfang.web.tables import ColumnsMissing, read_table, write_csv, write_xlsx

pytestmark = pytest.mark.django_db

GOOD = ("1001", "林晓", "民警", "HQ", "", "13800000001", "S01、S02", "lin")
PLAIN = ("1002", "陈帆", "辅警", "临河所", "治安支队", "", "", "")


@pytest.fixture
def city(station, station_unit):
    return linhe_city.add_station("S02", "柳巷所")


@pytest.fixture
def bring(desk, city, account):
    account("patrol_officer", username="lin")

    def bring_in(*rows, by=desk, header=HEADER, write=write_csv) -> PeopleImport:
        return import_people(
            content=write(header, rows), file_name="人员.csv", by=by, at=AFTERNOON
        )

    return bring_in


def counts(done: PeopleImport) -> tuple[int, int, int, int]:
    return done.n_added, done.n_changed, done.n_same, done.n_set_aside


def problems(done: PeopleImport) -> list[tuple[int, list[str]]]:
    return [
        (line.line, [code for code, _ in line.problems])
        for line in done.set_aside.all()
    ]


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_people_come_in_with_unit_grounds_and_account(bring, write, desk):
    done = bring(GOOD, PLAIN, write=write)

    assert counts(done) == (2, 0, 0, 0)
    first, second = Person.objects.order_by("code")
    assert (first.name, first.standing, first.home_unit.code, first.phone) == (
        "林晓",
        "sworn",
        "HQ",
        "13800000001",
    )
    assert first.account is not None
    assert first.account.username == "lin"
    assert [ground.station.code for ground in first.known_grounds.all()] == [
        "S01",
        "S02",
    ]
    assert (second.standing, second.home_unit.code, second.account) == (
        "auxiliary",
        "S01",
        None,
    )
    [event] = Event.objects.all()
    assert (event.kind, event.subject, event.by) == (
        "people.imported",
        "人员.csv",
        desk,
    )
    assert event.detail == {
        "n_added": 2,
        "n_changed": 0,
        "n_same": 0,
        "n_set_aside": 0,
    }


def test_same_file_twice_changes_nothing(bring):
    bring(GOOD, PLAIN)
    before = list(Person.objects.order_by("code").values())

    again = bring(GOOD, PLAIN)

    assert counts(again) == (0, 0, 2, 0)
    assert list(Person.objects.order_by("code").values()) == before
    assert KnownGround.objects.count() == 2


def test_what_differs_is_corrected_and_an_empty_cell_leaves_what_is_known(bring):
    bring(GOOD)

    done = bring(("1001", "林晓", "民警", "S01", "", "", "S02", ""))

    assert counts(done) == (0, 1, 0, 0)
    person = Person.objects.get()
    assert (person.home_unit.code, person.phone, person.revision) == (
        "S01",
        "13800000001",
        1,
    )
    assert person.account is not None
    assert [ground.station.code for ground in person.known_grounds.all()] == ["S02"]


def test_right_lines_go_in_and_the_others_are_set_aside_with_what_is_wrong(
    bring, headquarters, account
):
    account("patrol_officer", username="aux", standing="auxiliary")
    add_person("0001", headquarters, name="老王", account=account("leader"))
    add_person("0002", headquarters, name="老李", is_serving=False)
    for code in ("C1", "C2"):
        add_unit(code, name="治安大队", parent=headquarters)

    done = bring(
        GOOD,
        ("", "", "兵", "", "", "", "", ""),
        ("x y", "名" * 41, "民警", "NONE", "", "1" * 31, "", ""),
        ("2001", "甲", "民警", "治安大队", "治安支队", "", "", ""),
        ("2002", "乙", "民警", "S01", "C1", "", "S99", "nobody"),
        ("2003", "丙", "民警", "HQ", "", "", "", "aux"),
        ("2004", "丁", "民警", "HQ", "", "", "", "leader"),
        ("0001", "小王", "民警", "HQ", "", "", "", ""),
        ("0001", "小王", "民警", "HQ", "", "1", "", ""),
        ("0002", "老李", "民警", "HQ", "", "", "", ""),
        ("3001", "戊", "民警", "HQ", "", "", "", ""),
        ("3001", "戊", "民警", "HQ", "", "", "", ""),
    )

    assert counts(done) == (2, 0, 0, 10)
    assert problems(done) == [
        (3, ["number_missing", "name_missing", "standing_unknown", "unit_unknown"]),
        (4, ["number_unreadable", "name_too_long", "phone_too_long", "unit_unknown"]),
        (5, ["unit_unclear"]),
        (6, ["parent_differs", "station_unknown", "account_unknown"]),
        (7, ["account_standing_differs"]),
        (8, ["account_taken"]),
        (9, ["name_differs", "number_twice_differs"]),
        (10, ["name_differs", "number_twice_differs"]),
        (11, ["service_ended"]),
        (13, ["number_twice"]),
    ]
    assert set(Person.objects.values_list("code", flat=True)) == {
        *("0001", "0002", "1001", "3001")
    }
    assert Person.objects.get(code="0001").name == "老王"


def test_one_account_for_two_people_is_set_aside_in_both_lines(bring):
    done = bring(GOOD, ("1009", "林夕", "民警", "HQ", "", "", "", "lin"))

    assert problems(done) == [(2, ["account_twice"]), (3, ["account_twice"])]


def test_standing_that_the_account_does_not_have_is_set_aside(bring):
    """The cell of the account is empty; the account is kept, so it must go together."""
    bring(GOOD)

    done = bring(("1001", "林晓", "辅警", "HQ", "", "", "", ""))

    assert problems(done) == [(2, ["account_standing_differs"])]
    assert Person.objects.get().standing == "sworn"


def test_wide_letters_and_spaces_in_names_are_read_as_meant(bring):
    done = bring(
        ("１００１", "张　三", "民警 ", "ｈｑ", "", "'+86 10", "s01;柳巷所", "")
    )

    assert counts(done) == (1, 0, 0, 0)
    person = Person.objects.get()
    assert (person.code, person.name, person.phone) == ("1001", "张三", "+86 10")
    assert person.known_grounds.count() == 2


def test_station_brings_in_its_own_people_only(bring, station_desk, headquarters):
    add_person("0001", headquarters, name="老王")
    unit = add_station_unit(linhe_city.add_station("S03", "北门所"))

    done = bring(
        PLAIN,
        ("1003", "甲", "民警", "HQ", "", "", "", ""),
        ("1004", "乙", "民警", unit.code, "", "", "", ""),
        ("0001", "老王", "民警", "S01", "", "", "", ""),
        by=station_desk,
    )

    assert counts(done) == (1, 0, 0, 3)
    assert problems(done) == [
        (3, ["not_your_unit"]),
        (4, ["not_your_unit"]),
        (5, ["number_elsewhere"]),
    ]


def test_import_is_refused_to_who_may_not_edit_people(bring, account):
    with pytest.raises(NotAllowed):
        bring(GOOD, by=account("leader", station_code=""))

    assert Person.objects.count() == 0


def test_list_taken_out_comes_back_and_changes_nothing(bring, desk):
    bring(GOOD, PLAIN)
    people = people_visible_to(desk, night=AFTERNOON.date())

    again = bring(*rows_of(people))

    assert counts(again) == (0, 0, 2, 0)


def test_lines_set_aside_are_mended_and_brought_in_again(client, bring, desk):
    done = bring(GOOD, ("1005", "戊", "警察", "HQ", "", "", "", ""))
    client.force_login(desk)

    for ending in ("csv", "xlsx"):
        content = client.get(f"/people/import/{done.pk}/to-mend.{ending}").content
        [row] = read_table(content, COLUMNS).rows
        assert row.cells["standing"] == "警察"
        assert read_table(content, COLUMNS).unknown == ("问题", "行号")
    assert "“警察”不是有效身份。 请填写民警、辅警或文职。" in client.get(
        f"/people/import/{done.pk}/to-mend.csv"
    ).content.decode("utf-8-sig")
    mended = content_of_mended(client, done)
    response = client.post(
        "/people/import/", {"file": SimpleUploadedFile("again.csv", mended)}
    )

    again = PeopleImport.objects.latest("pk")
    assert response["Location"] == f"/people/import/{again.pk}/"
    assert (counts(again), again.unknown_columns) == ((1, 0, 0, 0), [])


def content_of_mended(client, done) -> bytes:
    csv = client.get(f"/people/import/{done.pk}/to-mend.csv").content
    return csv.replace("戊,警察".encode(), "戊,民警".encode())


def test_result_page_shows_each_line_with_what_is_wrong_and_the_remedy(
    client, bring, desk
):
    done = bring(GOOD, ("1005", "戊", "警察", "HQ", "", "", "", ""), header=HEADER)
    client.force_login(desk)

    page = client.get(f"/people/import/{done.pk}/")

    assertContains(page, '<th scope="row">3</th>', html=True)
    assertContains(page, "“警察”不是有效身份。</strong> 请填写民警、辅警或文职。")
    assertContains(client.get("/people/import/"), "1 行待修正")


def test_station_sees_its_own_files_only(client, bring, station_desk):
    of_the_city = bring(GOOD)
    own = bring(PLAIN, by=station_desk)
    client.force_login(station_desk)

    assert client.get(f"/people/import/{own.pk}/").status_code == 200
    assert client.get(f"/people/import/{of_the_city.pk}/").status_code == 404
    assert list(client.get("/people/import/").context["page"]) == [own]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\0\1\2", "此文件"),
        (write_csv(["警号", "姓名"], []), "缺少：身份、单位"),
        (b"PK not a workbook", "此文件"),
    ],
)
def test_file_that_cannot_be_read_is_said_in_words(client, desk, content, said):
    client.force_login(desk)

    page = client.post(
        "/people/import/", {"file": SimpleUploadedFile("x.csv", content)}
    )

    assert page.status_code == 422
    assert PeopleImport.objects.count() == 0
    assertContains(page, "field__error", status_code=422)
    if said.startswith("缺少"):
        assertContains(page, said, status_code=422)


def test_columns_that_are_missing_are_named(bring):
    with pytest.raises(ColumnsMissing) as refusal:
        bring(header=("警号", "姓名"))

    assert refusal.value.columns == ("身份", "单位")


def test_import_asks_the_same_of_the_database_for_ten_lines_and_for_five_hundred(
    bring,
):
    def some(first: int, n: int) -> list[tuple[str, ...]]:
        return [
            (f"{number}", f"甲{number}", "民警", "HQ", "", f"{number}", "S01", "")
            for number in range(first, first + n)
        ]

    with CaptureQueriesContext(connection) as few:
        bring(*some(10_000, 10))
    with CaptureQueriesContext(connection) as many:
        bring(*some(20_000, 500))

    assert len(many) == len(few)


def test_ten_thousand_people_come_in_within_seconds(bring):
    rows = [
        (f"{n:06d}", f"甲{n}", "民警", "HQ", "", f"{n}", "S01、S02", "")
        for n in range(10_000)
    ]

    began = time.process_time()
    done = bring(*rows)
    again = bring(*rows)
    took_s = time.process_time() - began

    assert counts(done) == (10_000, 0, 0, 0)
    assert counts(again) == (0, 0, 10_000, 0)
    assert took_s < 20, "three seconds in all on a quiet machine"


def test_every_problem_has_words_and_every_word_a_problem():
    source = (PACKAGE / "units" / "people" / "importing.py").read_text(encoding="utf-8")

    assert {code for code in PROBLEMS if f'"{code}"' not in source} == set()
