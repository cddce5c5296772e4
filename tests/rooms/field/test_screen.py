"""The phone's screen, its log, the position and the minutes with forms."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import calls as call_factory
from tests.factories import on_duty
from tests.factories.on_duty import NIGHT, after
from xunfang.accounts.policies import NotAllowed
from xunfang.calls import services as calls
from xunfang.core.dispatching.sheets import Step
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.field.burden import queries as burden
from xunfang.field.burden import services as burden_services
from xunfang.field.models import Receipt
from xunfang.field.patrol_time import patrol_time_of
from xunfang.patrols.models import Observation
from xunfang.patrols.observations import services as observations
from xunfang.units.duty import services as duty
from xunfang.units.models import CrewDeclaration, DutyEntry, Fix, Position
from xunfang.units.positions import telephones
from xunfang.units.positions.telephones import PhoneFix

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: after(5))


@pytest.fixture
def crew(officer):
    shift = on_duty.add_crew(officer)
    on_duty.add_stays(shift)
    on_duty.add_gear()
    return shift


@pytest.fixture
def out(crew, officer):
    call_factory.go_on_duty(crew, by=officer, at=after(-60))
    return crew


def enter(client, kind, **fields):
    return client.post(
        reverse("field:enter"), {"kind": kind, "key": str(uuid4())} | fields
    )


def state(client, etag=""):
    headers = {"Accept": "application/json"} | ({"If-None-Match": etag} if etag else {})
    return client.get(reverse("field:state"), headers=headers)


def test_state_is_sent_again_only_when_something_has_changed(
    client, officer, out, desk
):
    client.force_login(officer)

    first = state(client)
    same = state(client, first.headers["ETag"])
    on_duty.send(out, by=desk, minutes=4)
    other = state(client, first.headers["ETag"])

    assert first.json()["shift"] == out.pk
    assert first.json()["is_on_duty"] is True
    assert (same.status_code, same.content) == (304, b"")
    assert other.status_code == 200
    assert "110-1" in other.json()["screen"]
    assert "110-1" not in first.json()["screen"]
    page = client.get(reverse("field:screen"))
    assert other.json()["screen"].count("<form") == page.content.decode().count(
        "data-entry"
    )


def test_screen_shows_nothing_of_another_crew(client, officer, out, desk, account):
    stranger = account("patrol_officer", username="stranger")
    other = on_duty.add_crew(stranger, code="2")
    call_factory.go_on_duty(other, by=stranger, at=after(-60))
    on_duty.send(other, by=desk, words="别组的事")
    client.force_login(officer)

    assert "别组的事" not in client.get(reverse("field:screen")).content.decode()
    client.force_login(stranger)
    assert "别组的事" in client.get(reverse("field:screen")).content.decode()


def test_screen_costs_as_many_queries_for_three_calls_as_for_one(
    client, officer, out, desk
):
    client.force_login(officer)

    def n_queries():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("field:screen"))
        return len(queries)

    on_duty.send(out, by=desk)
    n_for_one = n_queries()
    on_duty.send(out, by=desk, number="110-2")
    on_duty.send(out, by=desk, number="110-3")

    assert n_queries() == n_for_one


def test_a_plain_form_does_what_the_script_does(client, officer, out, desk):
    dispatch = on_duty.send(out, by=desk)
    client.force_login(officer)

    response = enter(client, "press", dispatch=dispatch.pk, step="arrived")

    assert response.status_code == 303
    dispatch.refresh_from_db()
    assert dispatch.status == "on_scene"


def test_a_plain_form_that_is_refused_says_why_and_keeps_what_was_typed(
    client, officer, out
):
    client.force_login(officer)

    nowhere = enter(client, "observation", shift=out.pk, matter="water", note="很深")
    hinted = enter(
        client,
        "observation",
        shift=out.pk,
        matter="water",
        place="桥头",
        note="老板13800138000",
    )

    assert (nowhere.status_code, hinted.status_code) == (422, 422)
    assert "请说明地点" in nowhere.content.decode()
    assert 'value="很深"' in nowhere.content.decode()
    assert 'name="sure"' in hinted.content.decode()
    assert not Observation.objects.exists()
    sure = enter(
        client,
        "observation",
        shift=out.pk,
        matter="water",
        place="桥头",
        note="老板13800138000",
        sure="yes",
    )
    assert sure.status_code == 303


@pytest.mark.row("A10")
def test_a_shift_on_foot_and_by_car_reports_each_and_they_add_up(out, officer, desk):
    """On foot 95 minutes, then 80 by car; a pause and a call in between count as neither.

    20:00 on the street (foot) … 20:30–20:45 pause … 21:50 car … 22:00–22:20 call …
    23:30 off: foot 110 - 15 = 95, car 100 - 20 = 80, together 175 of 210 - 15 - 20.
    """
    DutyEntry.objects.all().delete()

    def report(step, minutes, **more):
        duty.report(
            shift=out, step=step, key=uuid4(), by=officer, at=after(minutes), **more
        )

    report(DutyStep.ON, 0, mode="foot")
    report(DutyStep.PAUSE, 30)
    report(DutyStep.PATROL, 45)
    report(DutyStep.MODE, 110, mode="car")
    dispatch = on_duty.send(out, by=desk, minutes=120)
    calls.press(
        dispatch=dispatch, step=Step.FINISHED, by=officer, at=after(140), key=uuid4()
    )
    report(DutyStep.OFF, 210)

    time = patrol_time_of(out, after(300))

    assert time is not None
    assert [(one.mode, one.minutes) for one in time.by_mode] == [
        ("foot", 95),
        ("car", 80),
    ]
    assert time.effective_minutes == 175
    assert (time.responding, time.paused) == (
        timedelta(minutes=20),
        timedelta(minutes=15),
    )
    assert (time.is_short, time.missing_minutes) == (True, 5)


@pytest.mark.row("A10")
def test_the_way_of_moving_changes_with_one_press(client, officer, out):
    client.force_login(officer)

    enter(client, "duty", shift=out.pk, step="mode", mode="foot")

    assert "步巡" in client.get(reverse("field:screen")).content.decode()
    assert enter(client, "duty", shift=out.pk, step="mode").status_code == 422


@pytest.mark.row("D08")
def test_a_crew_declares_for_tonight_that_a_woman_officer_is_with_it(
    client, officer, out
):
    client.force_login(officer)

    enter(client, "declared", shift=out.pk, kinds=["woman_officer", "first_aid"])
    enter(client, "declared", shift=out.pk, kinds=["woman_officer"])

    assert list(CrewDeclaration.objects.values_list("shift", "kind")) == [
        (out.pk, "woman_officer")
    ]


@pytest.mark.rule("CL-17")
def test_position_is_kept_of_a_crew_on_duty_and_of_nobody_else(
    client, officer, crew, account
):
    client.force_login(officer)

    def say(minutes, lon=110.001):
        at = after(minutes).isoformat()
        return client.post(
            reverse("field:position"),
            json.dumps(
                {
                    "user": officer.pk,
                    "sent_at": at,
                    "fixes": [{"at": at, "lon": lon, "lat": 30.0}],
                }
            ),
            content_type="application/json",
        ).status_code

    assert say(5) == 409
    assert not Position.objects.exists()
    call_factory.go_on_duty(crew, by=officer, at=after(0))
    assert say(5) == 204
    assert say(-30, lon=111) == 204
    assert say(5, lon=999) == 204
    assert [(one.lon, one.fixed_at) for one in Fix.objects.all()] == [
        (110.001, after(5))
    ]
    assert Position.objects.get().lon == 110.001
    stranger = account("patrol_officer", username="stranger")
    with pytest.raises(NotAllowed):
        telephones.record_positions(
            shifts=[crew], fixes=[PhoneFix(after(5), 1, 1)], by=stranger, at=after(5)
        )
    duty.report(shift=crew, step=DutyStep.OFF, key=uuid4(), by=officer, at=after(5))
    assert not Position.objects.exists()
    assert say(5) == 409


@pytest.mark.rule("CL-17")
def test_own_log_holds_what_is_kept_and_nobody_elses(client, officer, out, account):
    stranger = account("patrol_officer", username="stranger")
    client.force_login(stranger)
    assert client.get(reverse("field:log"), {"crew": out.pk}).status_code == 404
    Receipt.objects.create(
        key=uuid4(),
        kind="press",
        what="arrived 110-1",
        shift=out,
        by=officer,
        happened_at=after(1),
        device_at=after(61),
        received_at=after(5),
        skew_s=-3600,
        outcome="refused",
        code="calls.dispatch_over",
    )
    observations.note_observation(
        shift=out,
        kind="water",
        key=uuid4(),
        by=officer,
        at=after(2),
        place_text="桥头",
    )
    client.force_login(officer)

    page = client.get(reverse("field:log")).content.decode()

    for text in ("上勤", "装备已检查", "路面积水", "桥头", "arrived 110-1", "-3600"):
        assert text in page


@pytest.mark.row("D10")
def test_dashboard_shows_minutes_an_officer_and_day_from_the_phones_timing(
    client, account, desk
):
    """Three officers out; 20 + 25 minutes of forms: 15 minutes each, as wanted at most."""
    officers = [account("patrol_officer", username=f"o{n}") for n in range(3)]
    shift = on_duty.add_crew(*officers)
    call_factory.go_on_duty(shift, by=officers[0], at=after(0))
    for form, n, seconds in (("observation", 40, 30), ("feedback", 25, 60)):
        for _ in range(n):
            burden_services.add_time(
                day=NIGHT, station=shift.station, form=form, seconds=seconds
            )
    lonely = NIGHT - timedelta(days=1)
    burden_services.add_time(
        day=lonely, station=shift.station, form="gear", seconds=600
    )

    found = burden.burden(shift.station, lonely, NIGHT)
    client.force_login(account("supervisor", station_code=""))
    page = client.get(reverse("field:burden")).content.decode()

    [tonight, before] = found.days
    assert (tonight.n_officers, tonight.minutes, tonight.minutes_per_officer) == (
        3,
        45,
        15,
    )
    assert (found.median_minutes, found.is_within, tonight.is_over) == (15, True, False)
    # Nobody was out the day before: a sum could be somebody's own.
    assert not before.is_shown
    assert "每人每日15.0分钟" in page
    assert "人数过少" in page
    assert not any(officer.display_name in page for officer in officers)


def test_a_forgotten_form_does_not_count_for_hours(desk, out):
    burden_services.add_time(
        day=NIGHT, station=out.station, form="gear", seconds=8 * 3600
    )

    assert burden.burden(out.station, NIGHT, NIGHT).days[0].minutes == 30


def test_observations_are_listed_searched_and_settled(client, officer, out, account):
    for kind, place in (("water", "桥头"), ("light_out", "学校后门")):
        observations.note_observation(
            shift=out, kind=kind, key=uuid4(), by=officer, at=after(1), place_text=place
        )
    leader = account("leader")
    client.force_login(leader)
    url = reverse("patrols:observations")

    found = client.get(url, {"q": "桥"}).content.decode()
    assert "桥头" in found
    assert "学校后门" not in found
    seen = Observation.objects.get(kind="water")
    settle = reverse("patrols:settle-observation", args=[seen.pk])
    field = f"settle-{seen.pk}-how"
    assert client.post(settle, {field: " "}).status_code == 422
    assert client.post(settle, {field: "已报市政"}).status_code == 303
    again = client.post(settle, {field: "又办"})
    assert again.status_code == 422
    assert "又办" in again.content.decode()
    seen.refresh_from_db()
    assert (seen.settled_how, seen.settled_by) == ("已报市政", leader)
    assert "桥头" not in client.get(url, {"state": "open"}).content.decode()
    client.force_login(account("leader", station_code="S09", username="elsewhere"))
    assert "桥头" not in client.get(url).content.decode()


def test_observations_cost_as_many_queries_for_three_as_for_one(
    client, officer, out, account
):
    client.force_login(account("leader"))

    def n_queries():
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("patrols:observations"))
        return len(queries)

    def note():
        observations.note_observation(
            shift=out,
            kind="water",
            key=uuid4(),
            by=officer,
            at=after(1),
            place_text="桥",
        )

    note()
    n_for_one = n_queries()
    note()
    note()

    assert n_queries() == n_for_one


def test_app_is_described_in_the_readers_language(client):
    chinese = client.get(reverse("field:manifest"))
    english = client.get(reverse("field:manifest"), headers={"Accept-Language": "en"})

    assert chinese.headers["Content-Type"] == "application/manifest+json"
    assert (chinese.json()["short_name"], english.json()["short_name"]) == (
        "勤务",
        "On duty",
    )
    worker = client.get(reverse("field:worker"))
    assert worker.headers["Content-Type"].startswith("text/javascript")


def test_only_the_phones_page_may_ask_where_it_is(client, officer, out):
    client.force_login(officer)

    page = client.get(reverse("field:screen"))
    log = client.get(reverse("field:log"))

    assert "geolocation=(self)" in page.headers["Permissions-Policy"]
    assert "geolocation=()" in log.headers["Permissions-Policy"]


def test_signing_out_leaves_nothing_on_the_phone(client, officer):
    client.force_login(officer)

    response = client.post(reverse("accounts:sign-out"))

    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_a_position_that_comes_twice_is_kept_once_whatever_the_phones_clock(
    client, officer, out, monkeypatch
):
    """The phone is an hour ahead, and the first answer is lost: sent again in a minute."""
    client.force_login(officer)
    fix = {"at": after(63).isoformat(), "lon": 110.0, "lat": 30.0}

    for minutes, seconds in ((5, 0.2), (6, 3.7)):
        now = after(minutes) + timedelta(seconds=seconds)
        monkeypatch.setattr("django.utils.timezone.now", lambda now=now: now)
        said = {
            "user": officer.pk,
            "sent_at": after(60 + minutes).isoformat(),
            "fixes": [fix],
        }
        response = client.post(
            reverse("field:position"), json.dumps(said), content_type="application/json"
        )
        assert response.status_code == 204

    assert [(one.device_at, one.fixed_at) for one in Fix.objects.all()] == [
        (after(63), after(3) + timedelta(seconds=0.2))
    ]


def test_positions_of_another_are_not_taken_in_ones_own_name(client, officer, out):
    client.force_login(officer)
    said = {"user": officer.pk + 1, "sent_at": after(5).isoformat(), "fixes": []}

    response = client.post(
        reverse("field:position"), json.dumps(said), content_type="application/json"
    )

    assert (response.status_code, response.json()["code"]) == (
        409,
        "field.queue_of_another",
    )


def test_a_restricted_call_that_is_over_says_nothing_on_the_screen(
    client, officer, out, desk
):
    dispatch = on_duty.send(
        out,
        by=desk,
        words="丈夫打人",
        place_text="7栋2单元",
        call_class=call_factory.add_class(
            name="家庭暴力", restriction="domestic_violence"
        ),
    )
    client.force_login(officer)
    assert "丈夫打人" in client.get(reverse("field:screen")).content.decode()

    calls.take_off(
        dispatch=dispatch, step=Step.STOOD_DOWN, reason="近处有人", by=desk, at=after(2)
    )

    page = client.get(reverse("field:screen")).content.decode()
    assert "近处有人" in page
    for text in ("丈夫打人", "7栋2单元", "家庭暴力"):
        assert text not in page
