"""The pages of calls: found, read, set right; a restricted one only by whom it concerns."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import calls as factory
from tests.factories import linhe_city
from tests.factories.linhe_city import NIGHT
from tests.factories.people import add_person, add_station_unit, assign
from tests.rooms.calls.conftest import NOW
from tests.rooms.calls.test_mirror import LINE, WHOLE
from xunfang.accounts.models import User
from xunfang.audit.models import Event
from xunfang.calls import services
from xunfang.calls.classes import services as classes
from xunfang.calls.links import services as links
from xunfang.calls.mirror import services as mirror
from xunfang.calls.models import (
    Call,
    CallClass,
    CallEvent,
    CallImport,
    CallLink,
    CallSource,
    Referral,
)
from xunfang.calls.referrals import services as referrals
from xunfang.core.dispatching.sheets import Step
from xunfang.web.tables import read_table, write_csv

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _it_is_that_morning(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def desk(city_desk, client):
    client.force_login(city_desk)
    return city_desk


@pytest.fixture
def call(desk):
    return factory.add_call("A1", by=desk, at=NOW, place_text="滨河路8号")


def n_queries(client, url) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def typed_in(form) -> dict[str, object]:
    """What a browser would send of a form that nobody has changed."""
    return {
        name: form[name].value()
        for name in form.fields
        if form[name].value() not in (None, "", False) or form[name].value() == 0
    }


# The list


def test_list_costs_the_same_for_one_call_as_for_three(client, desk, bring):
    bring(WHOLE)
    one = n_queries(client, "/calls/")
    bring(WHOLE | {"接警单编号": "2"}, WHOLE | {"接警单编号": "3"})

    assert n_queries(client, "/calls/") == one


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("q=A1", ["A1"]),
        ("q=滨河", ["A1"]),
        ("q=吵架", ["B2", "A1"]),
        ("q=nothing", []),
        ("status=closed", ["B2"]),
        ("call_class=B", ["B2"]),
        ("call_class=B1.1", ["B2"]),
        ("call_class=C", []),
        ("reporter=patrol", ["B2"]),
        ("first_on=2026-08-16", []),
        ("last_on=2026-08-15", ["B2", "A1"]),
        ("", ["B2", "A1"]),
    ],
)
def test_calls_are_found(client, desk, call, asked, expected):
    classes.load_starter_tree(by=desk, at=NOW)
    other = factory.add_call(
        "B2",
        by=desk,
        at=NOW,
        call_class=CallClass.objects.get(code="B1.1"),
        reporter="patrol",
    )
    services.close_call(call=other, by=desk, at=NOW)

    page = client.get(f"/calls/?{asked}").context["page"]

    assert [one.number for one in page] == expected


def test_a_station_sees_its_own_calls(client, account, desk, call):
    station = linhe_city.add_station()
    factory.add_call("S1", by=desk, at=NOW, station=station)
    client.force_login(account("patrol_officer", station_code="S01"))

    page = client.get("/calls/").context["page"]

    assert [one.number for one in page] == ["S1"]
    assert client.get("/calls/at/A1/").status_code == 404


# One call


def test_the_page_shows_the_three_sheets_every_clock_and_the_corrections(
    client, desk, bring
):
    bring(WHOLE)
    bring(WHOLE | {"到达现场时间": "2026-08-14 20:05:00"})

    page = client.get("/calls/at/3701/")

    for text in (
        *("20:00:00", "20:01:50", "20:05:00", "21:00:00", "河边有人打架", "东街组"),
        *("13800000001", "滨河路8号", "<s>08-14 20:06:10</s>"),
    ):
        assertContains(page, text)
    assert client.get("/calls/at/3701/print/").status_code == 200


def test_times_that_contradict_each_other_are_named(client, desk, bring):
    bring(WHOLE | {"到达现场时间": "2026-08-14 20:01:40"})

    assertContains(client.get("/calls/at/3701/"), "东街组")
    assert len(client.get("/calls/at/3701/").context["sheets"].contradictions) == 1


def test_a_page_of_a_call_costs_the_same_however_long_its_log(client, desk, bring):
    bring(LINE)
    short = n_queries(client, "/calls/at/3701/")
    bring(WHOLE, *(WHOLE | {"处警单位": f"{n}组"} for n in range(3)))

    assert n_queries(client, "/calls/at/3701/") == short


def test_what_callers_said_on_merged_calls_is_read_where_it_is_worked_on(
    client, desk, call
):
    other = factory.add_call("B2", by=desk, at=NOW, words="桥下有人喊救命")
    links.merge(call=other, into=call, by=desk, at=NOW)

    assertContains(client.get("/calls/at/A1/"), "桥下有人喊救命")
    assertContains(client.get("/calls/at/B2/"), "/calls/at/A1/")


def test_class_urgency_and_place_are_set_right_and_the_first_class_stays(client, desk):
    first, second = factory.add_class("B1"), factory.add_class("C2", letters="dq")
    call = factory.add_call("A1", by=desk, at=NOW, call_class=first)

    answer = client.post(
        "/calls/at/A1/revise/",
        {
            "revise-revision": call.revision,
            "revise-call_class": "dq",
            "revise-urgency": 1,
            "revise-place_text": "人民路1号",
            "revise-point": "104.1, 30.6",
        },
    )

    call.refresh_from_db()
    assert answer.status_code == 303
    assert (call.initial_class, call.final_class, call.urgency) == (first, second, 1)
    assert (call.place_text, call.lon, call.lat) == ("人民路1号", 104.1, 30.6)
    assert Event.objects.get(kind="call.revised").detail["class_was"] == "B1"


def test_two_desks_do_not_set_right_the_same_call_unseen(client, desk, call):
    typed = {
        "revise-revision": call.revision - 1,
        "revise-urgency": 1,
        "revise-place_text": "桥下",
    }

    answer = client.post("/calls/at/A1/revise/", typed)

    assert answer.status_code == 409
    assertContains(answer, 'value="桥下"', status_code=409)
    [revision] = re.findall(
        r'name="revise-revision" value="(\d+)"', answer.content.decode()
    )
    again = client.post("/calls/at/A1/revise/", typed | {"revise-revision": revision})
    call.refresh_from_db()
    assert (again.status_code, call.place_text) == (303, "桥下")


def test_a_call_is_fed_back_closed_and_opened_again(client, desk, call):
    client.post(
        "/calls/at/A1/feed-back/",
        {"feed-back-outcome": "handed_to_family", "feed-back-note": "已由家人接回"},
    )
    client.post("/calls/at/A1/close/")
    call.refresh_from_db()
    assert (call.status, call.outcome) == ("closed", "handed_to_family")
    refused = client.post("/calls/at/A1/reopen/", {"reopen-reason": " "})
    client.post("/calls/at/A1/reopen/", {"reopen-reason": "又来报警"})

    call.refresh_from_db()
    assert (refused.status_code, call.status) == (422, "waiting")


def test_a_time_is_corrected_on_the_page_and_the_wrong_one_stays_visible(
    client, desk, bring
):
    bring(WHOLE)
    event = CallEvent.objects.get(step="arrived")
    url, name = f"/calls/at/3701/log/{event.pk}/correct/", f"line-{event.pk}"

    missing = client.post(url, {f"{name}-reason": "车组报告"})
    done = client.post(
        url,
        {f"{name}-happened_at": "2026-08-14T20:04:00", f"{name}-reason": "车组报告"},
    )

    assert (missing.status_code, done.status_code) == (422, 303)
    assertContains(client.get("/calls/at/3701/"), "<s>08-14 20:06:10</s>")
    assertContains(client.get("/calls/at/3701/"), "20:04:00")


def test_calls_are_merged_linked_and_split_from_the_page(client, desk, call):
    factory.add_call("B2", by=desk, at=NOW)

    unknown = client.post("/calls/at/B2/merge/", {"merge-into": "X9"})
    client.post("/calls/at/B2/merge/", {"merge-into": "a1"})
    assert Call.objects.get(number="B2").merged_into == call
    link = CallLink.objects.get()
    client.post(f"/calls/at/B2/links/{link.pk}/undo/")
    client.post("/calls/at/B2/link/", {"link-kind": "repeat", "link-to": "A1"})

    assert unknown.status_code == 422
    assert Call.objects.get(number="B2").merged_into is None
    assertContains(client.get("/calls/at/A1/"), "B2")


# Restricted calls


@pytest.fixture
def restricted(desk, account):
    """A call of S01 about somebody at risk, with a crew of two sent to it."""
    station = linhe_city.add_station()
    unit = add_station_unit(station)
    crew = factory.add_shift(NIGHT, station, "1")
    officer = account("patrol_officer", username="crew")
    assign(crew, add_person("1001", unit, account=officer))
    kind = factory.add_class("A1", restriction="self_harm", urgency=1)
    call = factory.add_call(
        "R1",
        by=desk,
        at=NOW,
        station=station,
        call_class=kind,
        words="女子站在桥栏外",
        place_text="兰花桥",
    )
    services.send_unit(call=call, shift=crew, knows=(), by=desk, at=NOW)
    return call


@pytest.mark.row("H03")
def test_a_restricted_call_is_read_by_its_unit_and_the_duty_officer_only(
    client, account, desk, restricted
):
    """'Handed to the family' in few words; each reading is a line on record."""
    services.take_off(
        dispatch=restricted.dispatches.get(),
        step=Step.STOOD_DOWN,
        reason="已处置",
        by=desk,
        at=NOW,
    )
    services.feed_back(
        call=restricted, outcome="handed_to_family", note="已回家", by=desk, at=NOW
    )
    readers = {
        "crew": User.objects.get(username="crew"),
        "other crew": account("patrol_officer", username="other"),
        "leader": account("leader"),
        "supervisor": account("supervisor", station_code=""),
        "other duty officer": account(
            "duty_officer", station_code="S02", username="s02"
        ),
        "duty officer": account("duty_officer", station_code="S01", username="s01"),
    }

    seen = {}
    for name, reader in readers.items():
        client.force_login(reader)
        page = client.get("/calls/at/R1/")
        seen[name] = (
            page.status_code == 200 and "女子站在桥栏外" in page.content.decode()
        )
        listed = client.get("/calls/").content.decode()
        assert "女子站在桥栏外" not in listed
        assert "兰花桥" not in listed

    assert {name for name, may in seen.items() if may} == {"crew", "duty officer"}
    assert [
        (event.subject, event.by.username, event.at, event.detail)
        for event in Event.objects.filter(kind="call.viewed").order_by("pk")
    ] == [
        ("R1", "crew", NOW, {"page": "sheets"}),
        ("R1", "s01", NOW, {"page": "sheets"}),
    ]
    restricted.refresh_from_db()
    assert restricted.outcome == "handed_to_family"


def test_nobody_learns_by_searching_what_was_said_on_a_restricted_call(
    client, desk, restricted
):
    assert not client.get("/calls/?q=桥栏").context["page"].object_list
    assert client.get("/calls/?q=R1").context["page"].object_list


def test_printing_a_restricted_call_is_on_record_as_well(client, desk, restricted):
    client.get("/calls/at/R1/print/")

    assert Event.objects.get(kind="call.viewed").detail == {"page": "print"}


def test_a_restricted_call_that_is_merged_is_read_on_its_own_page(
    client, desk, call, restricted
):
    other = factory.add_call(
        "R2", by=desk, at=NOW, words="别让人知道", call_class=restricted.call_class
    )
    links.merge(call=other, into=call, by=desk, at=NOW)

    assertNotContains(client.get("/calls/at/A1/"), "别让人知道")


def test_a_call_is_restricted_and_opened_with_a_reason(client, desk, call):
    answer = client.post(
        "/calls/at/A1/restrict/",
        {"restrict-restriction": "minor", "restrict-reason": "涉及儿童"},
    )

    call.refresh_from_db()
    assert (answer.status_code, call.restriction) == (303, "minor")
    assert Event.objects.get(kind="call.restricted").detail["reason"] == "涉及儿童"


# Passing on


def test_a_matter_is_passed_on_with_a_receipt_and_comes_back(client, desk, call):
    client.post(
        "/calls/at/A1/refer/",
        {"refer-office": "12345", "refer-matter": "路灯不亮"},
    )
    referral = Referral.objects.get()
    assert (referral.number, referral.status, referral.sent_by) == (
        *("A1-R1", "sent", desk),
    )
    assertContains(client.get("/calls/referrals/A1-R1/receipt/"), "路灯不亮")

    client.post(
        "/calls/referrals/A1-R1/",
        {
            "revision": 0,
            "status": "returned",
            "receipt_number": "2026-0815",
            "answer": "不属我方职责",
        },
    )

    referral.refresh_from_db()
    assert (referral.status, referral.came_back_at) == ("returned", NOW)
    assertContains(client.get("/calls/at/A1/"), "2026-0815")
    with pytest.raises(referrals.ReferralOver):
        referrals.note_answer(
            referral=referral,
            revision=1,
            status="done",
            receipt_number="",
            answer="",
            by=desk,
            at=NOW,
        )
    referrals.refer(call=call, office="12345", matter="路灯", by=desk, at=NOW)


def test_an_office_has_a_matter_once_and_a_matter_of_life_is_not_passed_on(desk, call):
    referrals.refer(call=call, office="12345", matter="路灯", by=desk, at=NOW)
    urgent = factory.add_call("U1", by=desk, at=NOW, urgency=1)

    with pytest.raises(referrals.ReferredAlready):
        referrals.refer(call=call, office="12345", matter="路灯", by=desk, at=NOW)
    with pytest.raises(referrals.LifeAtRisk):
        referrals.refer(call=urgent, office="12345", matter="落水", by=desk, at=NOW)


def test_the_list_of_referrals_costs_the_same_for_one_as_for_three(client, desk, call):
    referrals.refer(call=call, office="12345", matter="路灯", by=desk, at=NOW)
    one = n_queries(client, "/calls/referrals/")
    for office in ("供电", "城管"):
        referrals.refer(call=call, office=office, matter="路灯", by=desk, at=NOW)

    assert n_queries(client, "/calls/referrals/") == one


# Bringing in, by pages


def upload(client, source, *records, name="110.csv"):
    header = list(dict.fromkeys(key for record in records for key in record))
    rows = [[record.get(key, "") for key in header] for record in records]
    file = SimpleUploadedFile(name, write_csv(header, rows))
    return client.post("/calls/imports/", {"source": source.pk, "file": file})


def test_a_file_is_brought_in_and_its_bad_lines_are_taken_out_to_mend(
    client, desk, source
):
    answer = upload(client, source, WHOLE, {"接警单编号": "3702", "报警时间": "昨晚"})
    done = CallImport.objects.get()
    url = f"/calls/imports/{done.pk}/"

    assert answer.headers["Location"] == url
    assertContains(client.get(url), "昨晚")
    for ending in ("csv", "xlsx"):
        out = client.get(f"{url}set-aside/{ending}/")
        table = read_table(out.content, mirror.importing.columns_of(source.columns))
        [row] = table.rows
        assert (row.cells["number"], row.cells["reported"]) == ("3702", "昨晚")
        assert table.unknown == ()


def test_a_file_without_the_number_is_refused_and_says_what_is_missing(
    client, desk, source
):
    answer = upload(client, source, {"报警时间": "2026-08-14 20:00"})

    assert answer.status_code == 422
    assertContains(answer, "接警单编号", status_code=422)


def test_progress_is_shown_and_a_stuck_import_can_be_taken_up_again(
    client, desk, source, bring, monkeypatch
):
    monkeypatch.setattr(mirror, "AT_ONCE_BYTES", 0)
    done = bring(WHOLE)
    url = f"/calls/imports/{done.pk}/"
    assertContains(client.get(url), 'hx-trigger="every 1s"')
    assertNotContains(client.get(url), "resume")

    CallImport.objects.update(touched_at=NOW - mirror.STUCK_AFTER)

    assertContains(client.get(url), f"{url}resume/")
    assert client.post(f"{url}resume/").status_code == 303
    mirror.importing.run(import_id=done.pk, clock=lambda: NOW)
    part = client.get(f"{url}?part=state")
    assert part.headers["HX-Refresh"] == "true"


def test_a_source_begins_from_a_preset_and_keeps_what_was_changed(client, desk):
    page = client.get("/calls/sources/new/?preset=detroit")
    form = page.context["form"]
    data = typed_in(form)
    data["column_place"] = "incident_address, where"

    answer = client.post("/calls/sources/new/", data | {"name": "底特律"})

    assert answer.status_code == 303
    source = CallSource.objects.get()
    assert (source.name, source.zone) == ("底特律", "America/Detroit")
    assert source.columns["place"] == ["incident_address", "where"]


def test_one_name_does_not_stand_for_two_columns(client, desk, source):
    form = client.get(f"/calls/sources/{source.pk}/").context["form"]
    data = typed_in(form)

    answer = client.post(
        f"/calls/sources/{source.pk}/", data | {"column_unit": "报警内容"}
    )

    assert answer.status_code == 422


def test_two_people_do_not_change_a_source_unseen(client, desk, source):
    url = f"/calls/sources/{source.pk}/"
    form = client.get(url).context["form"]
    data = typed_in(form)
    assert client.post(url, data | {"zone": "UTC"}).status_code == 303

    late = client.post(url, data | {"name": "新名"})
    assert late.status_code == 409
    assertContains(late, "新名", status_code=409)
    assertContains(late, "UTC", status_code=409)
    again = client.post(url, data | {"name": "新名", "revision": 1, "zone": "UTC"})
    assert again.status_code == 303


# Classes


def test_the_starter_tree_is_taken_over_once_and_has_no_code_of_110s(client, desk):
    client.post("/calls/classes/load/")

    codes = list(CallClass.objects.values_list("code", flat=True))
    assert len(codes) == 65
    assert not any(re.fullmatch(r"\d{6}", code) for code in codes)
    assert not CallClass.objects.exclude(mirror_code="").exists()
    assert CallClass.objects.get(code="C2.4.1").depth == 4
    assert CallClass.objects.get(code="N1").transfer_to == "12345"
    assert client.post("/calls/classes/load/").status_code == 409


def test_a_class_is_mapped_to_what_110_calls_it(client, desk):
    classes.load_starter_tree(by=desk, at=NOW)
    form = client.get("/calls/classes/at/C2/").context["form"]
    data = typed_in(form)

    answer = client.post("/calls/classes/at/C2/", data | {"mirror_code": "020300"})
    taken = client.post(
        "/calls/classes/at/C2/", data | {"mirror_code": "020300", "parent": ""}
    )

    theft = CallClass.objects.get(code="C2")
    assert (answer.status_code, taken.status_code) == (303, 303)
    assert (theft.mirror_code, theft.depth) == ("020300", 1)
    assert CallClass.objects.get(code="C2.4.1").depth == 3


def test_a_tree_has_four_levels_and_no_class_is_below_itself(desk):
    classes.load_starter_tree(by=desk, at=NOW)
    by_code = {one.code: one for one in CallClass.objects.all()}

    for row, parent in (("C2", "E1"), ("C2", "C2.4"), ("E1", "C2.4.1")):
        with pytest.raises(classes.ClassTooDeep):
            classes.save_class(
                call_class=by_code[row],
                code=row,
                parent=by_code[parent if row != "C2" or parent != "E1" else "E1.1"],
                values=classes.ClassValues(name="x"),
                by=desk,
                at=NOW,
            )
