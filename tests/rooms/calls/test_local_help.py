"""The directory of local help: found by words and distance, exchanged, asked."""

import json
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import calls as factory
from tests.factories.linhe_city import add_station
from xunfang.accounts.policies import NotAllowed
from xunfang.calls import services as call_services
from xunfang.calls.models import CallTask, HelpRequest, LocalHelp
from xunfang.calls.resources import queries, services
from xunfang.calls.resources.services import HelpValues

pytestmark = pytest.mark.django_db

FIVE_PAST_NINE = datetime(2026, 7, 20, 1, 5, tzinfo=UTC)
"""09:05 in the city."""
DAY = date(2026, 7, 20)
HERE = (120.0, 30.0)
DEGREES_A_KM = 0.009
"""Of latitude, about."""


def at(minutes: float) -> datetime:
    return FIVE_PAST_NINE + timedelta(minutes=minutes)


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(2))


@pytest.fixture
def desk(account):
    return account("duty_officer", station_code="")


def add_help(name: str, km: float | None, **values: object) -> LocalHelp:
    point = {} if km is None else {"lon": HERE[0], "lat": HERE[1] + km * DEGREES_A_KM}
    return LocalHelp.objects.create(
        **{
            "kind": "pump",
            "name": name,
            "place_text": f"{name}院内",
            "phone": f"1200{len(name)}0001",
        }
        | point
        | values
    )


@pytest.fixture
def directory():
    add_help("青石村委会", 4.8)
    add_help("柳坪水站", 0.4)
    add_help("汀东消防站", 2.1)
    add_help("高岭合作社", 5.6)
    add_help("无点水站", None)
    add_help("旧水站", 1.0, ended_on=date(2026, 7, 1))
    add_help("渡口", 0.2, kind="boat", note="带橡皮艇")


@pytest.mark.row("H07")
@pytest.mark.parametrize("word", ["抽水机", "pump", "水泵"])
def test_pump_within_5_km_lists_three_with_telephone(client, desk, directory, word):
    station = add_station("S09", "所")
    station.lon, station.lat = HERE
    station.save()
    client.force_login(desk)

    page = client.get("/calls/help/", {"q": word, "near": "S09", "km": "5"})

    lines = page.context["page"].object_list
    assert [line.help.name for line in lines] == [
        *("柳坪水站", "汀东消防站", "青石村委会"),
    ]
    for line in lines:
        assertContains(page, f'href="tel:{line.help.phone}"')
    assertContains(page, "400 米")
    assertNotContains(page, "高岭合作社")


def test_words_are_found_in_names_places_and_notes(directory):
    def names(q: str) -> list[str]:
        return [line.help.name for line in queries.search(day=DAY, q=q)]

    assert names("橡皮艇") == ["渡口"]
    assert names("青石 水泵") == ["青石村委会"]
    assert names("拖车") == []


@pytest.mark.row("H07")
def test_the_directory_is_one_document_for_a_telephone(client, account, directory):
    client.force_login(account("patrol_officer"))

    first = client.get("/calls/help.json")
    again = client.get("/calls/help.json", headers={"if-none-match": first["ETag"]})

    kept = json.loads(first.content)
    assert again.status_code == 304
    assert len(kept["help"]) == 6
    assert "抽水机" in kept["kinds"]["pump"]
    assert {"name": "渡口", "note": "带橡皮艇"}.items() <= kept["help"][0].items()


def test_a_list_goes_out_and_comes_in_again_unchanged(client, desk, directory):
    client.force_login(desk)
    before = list(LocalHelp.objects.order_by("id").values())
    for ending in ("csv", "xlsx"):
        out = client.get(f"/calls/help/export/{ending}/")

        answer = client.post(
            "/calls/help/import/",
            {"file": SimpleUploadedFile(f"help.{ending}", out.content)},
        )

        assert answer.status_code == 303
        assertContains(client.get("/calls/help/"), "新增 0 条，更新 0 条，未变 6 条")
    assert list(LocalHelp.objects.order_by("id").values()) == before


def test_a_list_brings_new_things_and_corrects_known_ones(desk, directory):
    rows = [
        HelpValues("pump", "柳坪水站", "柳坪水站院内", "12000009999"),
        HelpValues("generator", "供电所", "人民路", "12000001234"),
    ]

    done = services.import_help(rows=rows, file_name="a.csv", by=desk, at=at(0))

    assert (done.n_new, done.n_changed, done.n_same) == (1, 1, 0)
    assert LocalHelp.objects.get(name="柳坪水站").phone == "12000009999"


def test_wrong_lines_are_named_and_nothing_is_taken_over(client, desk):
    client.force_login(desk)
    lines = [
        "类别,单位,地点,电话,经度,纬度,派出所,核实日期",
        "抽水机,甲,一路,1,120.1,30.1,,2026-07-01",
        "飞机,乙,一路,1,,,,",
        "船,丙,一路,,,,,",
        "船,丁,一路,1,120.1,,,",
        "船,戊,一路,1,,,S99,",
        "船,己,一路,1,,,,昨天",
        "抽水机,甲,一路,2,,,,",
    ]
    file = SimpleUploadedFile("help.csv", "\n".join(lines).encode())

    answer = client.post("/calls/help/import/", {"file": file})

    assert answer.status_code == 422
    assert [(line.line, line.fault) for line in answer.context["wrong"]] == [
        *((3, "kind"), (4, "missing"), (5, "point"), (6, "station")),
        *((7, "date"), (8, "twice")),
    ]
    assert not LocalHelp.objects.exists()


def test_a_file_that_is_no_table_is_refused_in_words(client, desk):
    client.force_login(desk)
    file = SimpleUploadedFile("help.csv", BytesIO(b"\0\1").read())

    answer = client.post("/calls/help/import/", {"file": file})

    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()


def edit(client, row, **values):
    return client.post(
        f"/calls/help/{row.pk}/",
        {
            "kind": row.kind,
            "name": row.name,
            "place_text": row.place_text,
            "phone": row.phone,
            "revision": row.revision,
        }
        | values,
    )


def test_two_people_correct_one_entry_and_neither_is_lost_unseen(client, desk):
    row = add_help("水站", 1)
    client.force_login(desk)
    assert edit(client, row, phone="12000000001").status_code == 303

    answer = edit(client, row, phone="12000000002")

    assert answer.status_code == 422
    assertContains(answer, "12000000001", status_code=422)
    assertContains(answer, 'value="12000000002"', status_code=422)
    row.refresh_from_db()
    again = edit(client, row, phone="12000000002")
    assert again.status_code == 303


def test_the_same_thing_twice_is_refused(client, desk):
    row = add_help("水站", 1)
    client.force_login(desk)

    answer = client.post(
        "/calls/help/new/",
        {
            "kind": "pump",
            "name": row.name,
            "place_text": row.place_text,
            "phone": "1",
        },
    )

    assert answer.status_code == 422
    assert LocalHelp.objects.count() == 1


def test_a_station_keeps_its_own_ground_only(account):
    elsewhere = add_station("S02", "别所")
    row = add_help("水站", 1, station=elsewhere)
    community = account("community_officer", station_code="S01")

    with pytest.raises(NotAllowed):
        services.confirm_help(row=row, by=community, at=at(0))


def test_an_entry_is_confirmed_taken_off_and_put_back(client, desk):
    row = add_help("水站", 1)
    client.force_login(desk)

    client.post(f"/calls/help/{row.pk}/confirm/")
    client.post(f"/calls/help/{row.pk}/end/")

    row.refresh_from_db()
    assert (row.confirmed_on, row.ended_on) == (DAY, DAY)
    assert queries.search(day=DAY) == []
    client.post(f"/calls/help/{row.pk}/end/")
    assert len(queries.search(day=DAY)) == 1


@pytest.mark.row("H06")
def test_a_flood_at_five_past_nine_has_partners_a_team_and_all_times(
    client, desk, directory
):
    station = add_station()
    flood = factory.add_class("G1", name="水淹", protocol="flood", urgency=2)
    call = factory.add_call(
        "110-0905",
        by=desk,
        at=at(0),
        words="我家被雨水淹了,你们快来",
        call_class=flood,
        station=station,
        place_text="柳坪村",
        point=HERE,
    )
    client.force_login(desk)

    page = client.get(f"/calls/care/{call.pk}/")
    assert [
        (line.help.kind, line.help.name) for line in page.context["help_lines"][:3]
    ] == [("boat", "渡口"), ("pump", "柳坪水站"), ("pump", "汀东消防站")]
    pump = LocalHelp.objects.get(name="柳坪水站")
    client.post(f"/calls/care/{call.pk}/help/{pump.pk}/")
    asked = HelpRequest.objects.get()
    services.note_answer(request=asked, answer="coming", by=desk, at=at(4))
    crew = factory.add_shift(DAY, station, "1")
    call_services.send_unit(call=call, shift=crew, knows=(), by=desk, at=at(5))

    page = client.get(f"/calls/care/{call.pk}/")

    assertContains(page, "2026-07-20 09:05")
    for moment in ("09:07", "09:09", "09:10"):
        assertContains(page, moment)
    assertContains(page, "马上来")
    assertContains(page, "1组")
    asked.refresh_from_db()
    assert (asked.asked_at, asked.answered_at) == (at(2), at(4))
    assert CallTask.objects.get(call=call).due_at == at(48 * 60)


def test_a_partner_is_asked_once_until_it_has_answered(desk):
    call = factory.add_call("1", by=desk, at=at(0))
    row = add_help("水站", 1)
    first = services.ask_for_help(call=call, row=row, by=desk, at=at(1))
    with pytest.raises(services.AskedAlready):
        services.ask_for_help(call=call, row=row, by=desk, at=at(2))
    services.note_answer(request=first, answer="silent", by=desk, at=at(3))
    with pytest.raises(services.AnswerKept):
        services.note_answer(request=first, answer="coming", by=desk, at=at(4))
    services.ask_for_help(call=call, row=row, by=desk, at=at(5))

    assert HelpRequest.objects.count() == 2


def test_the_list_asks_as_often_for_one_row_as_for_three(client, desk):
    client.force_login(desk)
    add_help("甲", 1, station=add_station("S02", "乙所"))
    client.get("/calls/help/")
    with CaptureQueriesContext(connection) as one:
        client.get("/calls/help/")
    add_help("乙", 1, station=add_station("S03", "丙所"))
    add_help("丙", 1, station=add_station("S04", "丁所"))

    with CaptureQueriesContext(connection) as three:
        client.get("/calls/help/")

    assert len(one) == len(three)
