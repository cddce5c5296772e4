"""What a phone kept for hours comes once, in its place, and each entry is answered."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.factories import calls as call_factory
from tests.factories import on_duty
from tests.factories.on_duty import EIGHT, after, entry
from xunfang.audit.models import Event
from xunfang.calls import log, services
from xunfang.calls.models import CallEvent, CardTick
from xunfang.core.dispatching.sheets import AssignmentStatus, Step
from xunfang.field.models import BurdenDay, Receipt
from xunfang.patrols.models import Observation
from xunfang.units.models import DutyEntry, GearCheck, GearMissing

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew(officer):
    return on_duty.add_crew(officer)


@pytest.fixture
def out(crew, officer):
    call_factory.go_on_duty(crew, by=officer, at=after(-60))
    return crew


@pytest.fixture
def dispatch(out, desk):
    return on_duty.send(out, by=desk)


def outcomes(response):
    return [answer["outcome"] for answer in response.json()["answers"]]


def press(dispatch, step, at, **more):
    return entry("press", at, dispatch=dispatch.pk, step=step, **more)


def test_an_hour_without_signal_comes_in_place_and_once(upload, dispatch):
    kept = [
        press(dispatch, step, after(minutes))
        for step, minutes in (
            ("acknowledged", 1),
            ("departed", 2),
            ("arrived", 9),
            ("finished", 40),
        )
    ]

    first = upload(*kept, at=after(60))
    again = [upload(*kept, at=after(60 + n)) for n in range(1, 10)]

    assert outcomes(first) == ["done"] * 4
    assert [outcomes(one) for one in again] == [["repeated"] * 4] * 9
    dispatch.refresh_from_db()
    assert (dispatch.status, dispatch.status_at) == ("finished", after(40))
    clocks = log.sheet_of(dispatch.call.events.all()).assignments[dispatch.pk].clocks
    assert clocks == {
        Step.ASSIGNED: after(0),
        Step.ACKNOWLEDGED: after(1),
        Step.DEPARTED: after(2),
        Step.ARRIVED: after(9),
        Step.FINISHED: after(40),
    }
    assert Receipt.objects.count() == 4


def test_entries_out_of_order_make_the_same_sheet(upload, dispatch):
    kept = [
        press(dispatch, "finished", after(40)),
        press(dispatch, "acknowledged", after(1)),
        press(dispatch, "arrived", after(9)),
    ]

    assert outcomes(upload(kept[0], at=after(50))) == ["done"]
    assert outcomes(upload(*kept[1:], at=after(55))) == ["done", "done"]

    dispatch.refresh_from_db()
    assert (dispatch.status, dispatch.status_at) == ("finished", after(40))


def test_a_phone_clock_wrong_by_an_hour_is_put_right_and_flagged(upload, dispatch):
    """Arrived at 20:05, sent at 20:10; the phone believes 21:05 and 21:10."""
    hour = timedelta(hours=1)

    response = upload(
        press(dispatch, "arrived", after(5) + hour),
        at=after(10),
        sent_at=after(10) + hour,
    )

    [answer] = response.json()["answers"]
    assert (answer["outcome"], answer["is_skewed"]) == ("done", True)
    assert response.json()["skew_s"] == -3600
    event = CallEvent.objects.get(step="arrived")
    assert (event.happened_at, event.device_at) == (after(5), after(5) + hour)
    assert event.source == "phone"
    assert Receipt.objects.get().skew_s == -3600


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_wrong_by_an_hour_makes_the_sheet_that_a_right_one_makes(
    upload, out, dispatch, hours
):
    """Kept without signal, sent at 20:31:07; every clock is right to the second."""
    wrong = timedelta(hours=hours)
    really = {
        "acknowledged": after(0) + timedelta(seconds=41),
        "departed": after(1) + timedelta(seconds=9),
        "arrived": after(7) + timedelta(seconds=53),
        "finished": after(28) + timedelta(seconds=2),
    }
    kept = [press(dispatch, step, at + wrong) for step, at in really.items()]
    paused = after(29) + timedelta(seconds=30)
    kept.append(entry("duty", paused + wrong, shift=out.pk, step="pause"))
    sent_at = after(31) + timedelta(seconds=7)

    response = upload(*kept, at=sent_at, sent_at=sent_at + wrong)

    assert outcomes(response) == ["done"] * 5
    assert all(answer["is_skewed"] for answer in response.json()["answers"])
    sheet = log.sheet_of(dispatch.call.events.all()).assignments[dispatch.pk]
    assert sheet.clocks == {Step.ASSIGNED: after(0)} | {
        Step(step): at for step, at in really.items()
    }
    assert sheet.seconds(Step.ASSIGNED, Step.ARRIVED) == 473
    assert DutyEntry.objects.get(step="pause").happened_at == paused


def test_the_desk_stood_the_crew_down_meanwhile(upload, dispatch, desk):
    services.take_off(
        dispatch=dispatch, step=Step.STOOD_DOWN, reason="近处有人", by=desk, at=after(5)
    )

    response = upload(
        press(dispatch, "departed", after(3)),
        press(dispatch, "arrived", after(8)),
        at=after(20),
    )

    before, later = response.json()["answers"]
    assert before["outcome"] == "done"
    assert (later["outcome"], later["code"]) == ("refused", "calls.dispatch_over")
    assert later["sentence"].startswith("该警组已不在这起警情上")
    dispatch.refresh_from_db()
    assert dispatch.status == AssignmentStatus.STOOD_DOWN
    # What was tried is not lost: it can be read in the crew's log.
    receipt = Receipt.objects.get(outcome="refused")
    assert (receipt.what, receipt.happened_at, receipt.code) == (
        "arrived 110-1",
        after(8),
        "calls.dispatch_over",
    )


def test_a_refused_entry_is_taken_once_nothing_stands_against_it(upload, crew):
    on = entry("duty", after(0), shift=crew.pk, step="on")

    assert outcomes(upload(on, at=after(1))) == ["refused"]
    gear = entry("gear", after(2), shift=crew.pk, way="all")
    assert outcomes(upload(gear, at=after(2))) == ["done"]
    assert outcomes(upload(on, at=after(3))) == ["done"]
    assert list(Receipt.objects.values_list("outcome", flat=True)) == ["done", "done"]


def test_the_key_of_another_crew_takes_nothing_and_tells_nothing(
    upload, dispatch, account, client, officer
):
    key = uuid4()
    upload(press(dispatch, "arrived", after(5), key=key), at=after(6))
    stranger = account("patrol_officer", username="stranger")
    other = on_duty.add_crew(stranger, code="2")
    call_factory.go_on_duty(other, by=stranger, at=after(-60))
    client.force_login(stranger)

    response = upload(
        entry("duty", after(7), key=key, shift=other.pk, step="pause"),
        press(dispatch, "finished", after(8)),
        entry("duty", after(8), shift=dispatch.shift_id, step="off"),
        at=after(9),
        user=stranger,
    )

    assert [
        (answer["outcome"], answer["code"]) for answer in response.json()["answers"]
    ] == [
        ("refused", "field.key_of_another"),
        ("refused", "accounts.not_allowed"),
        ("refused", "accounts.not_allowed"),
    ]
    assert Receipt.objects.get(key=key).by == officer
    assert not DutyEntry.objects.filter(step__in=["off", "pause"]).exists()


def test_a_queue_is_not_sent_in_somebody_elses_name(upload, dispatch, account):
    stranger = account("patrol_officer", username="stranger")

    response = upload(press(dispatch, "arrived", after(5)), at=after(6), user=stranger)

    assert response.status_code == 409
    assert response.json()["code"] == "field.queue_of_another"
    assert not Receipt.objects.exists()


def test_an_expired_session_is_told_so_in_a_word(upload, dispatch, client):
    client.logout()

    response = upload(press(dispatch, "arrived", after(5)), at=after(6))

    assert response.status_code == 401
    assert response.json() == {"sign_in": "/account/sign-in/"}
    assert not CallEvent.objects.filter(step="arrived").exists()


def test_a_cry_for_help_is_taken_before_everything_else(upload, out, monkeypatch):
    response = upload(
        entry("duty", after(1), shift=out.pk, step="pause"),
        entry("duty", after(9), shift=out.pk, step="emergency", lon="110", lat="30"),
        at=after(10),
    )

    assert outcomes(response) == ["done", "done"]
    steps = DutyEntry.objects.exclude(step="on").order_by("pk")
    assert [one.step for one in steps] == ["emergency", "pause"]
    assert (steps[0].lon, steps[0].lat) == (110, 30)


def test_one_bad_entry_does_not_hold_up_the_others(upload, out):
    response = upload(
        {"key": "nonsense"},
        entry("press", after(1), dispatch="x", step="arrived"),
        entry("duty", after(1), shift=out.pk, step="pause"),
        "what?",
        at=after(2),
    )

    assert outcomes(response) == ["refused"] * 3 + ["done"]
    assert DutyEntry.objects.filter(step="pause").count() == 1


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"user": 1, "sent_at": "2026-08-14T12:00:00", "entries": []}',
        '{"user": 1, "sent_at": "2026-08-14T12:00:00Z", "entries": {}}',
    ],
)
def test_what_is_no_upload_is_refused(client, officer, body):
    client.force_login(officer)

    response = client.post(reverse("field:sync"), body, content_type="application/json")

    assert response.status_code == 409
    assert response.json()["code"] == "field.upload_unreadable"


def test_a_call_is_handled_and_reported_from_the_phone(upload, dispatch):
    upload(press(dispatch, "finished", after(20)), at=after(20))

    response = upload(
        entry(
            "feedback",
            after(22),
            dispatch=dispatch.pk,
            outcome="settled",
            note="和解",
            seconds=31,
        ),
        at=after(50),
    )

    assert outcomes(response) == ["done"]
    dispatch.call.refresh_from_db()
    assert (dispatch.call.outcome, dispatch.call.status) == ("settled", "fed_back")
    assert CallEvent.objects.get(step="fed_back").happened_at == after(22)


def test_an_order_is_given_back_with_the_time_it_was(upload, dispatch):
    response = upload(
        entry("give_back", after(2), dispatch=dispatch.pk, reason="车辆故障"),
        at=after(30),
    )

    assert outcomes(response) == ["done"]
    dispatch.refresh_from_db()
    assert (dispatch.status, dispatch.status_at) == ("refused", after(2))


@pytest.mark.row("A16")
def test_nobody_is_on_the_street_without_a_look_at_the_gear(upload, crew):
    def on(minutes):
        return entry("duty", after(minutes), shift=crew.pk, step="on")

    def gear(way, **fields):
        return entry("gear", after(1), shift=crew.pk, way=way, seconds=6, **fields)

    assert upload(on(0), at=after(0)).json()["answers"][0]["code"] == (
        "units.gear_unchecked"
    )
    # An override says why.
    assert outcomes(upload(gear("without"), at=after(1))) == ["refused"]
    assert outcomes(upload(gear("without", reason="突发"), at=after(1))) == ["done"]
    assert outcomes(upload(on(2), at=after(2))) == ["done"]
    check = GearCheck.objects.get()
    assert (check.overridden_because, check.confirmed_at) == ("突发", after(1))


def test_what_is_missing_is_noted_with_the_check(upload, crew):
    response = upload(
        entry(
            "gear", after(0), shift=crew.pk, way="missing", missing=["对讲机", "手电"]
        ),
        at=after(5),
    )

    assert outcomes(response) == ["done"]
    assert list(GearMissing.objects.values_list("name", "n_missing")) == [
        ("对讲机", 1),
        ("手电", 1),
    ]


def test_an_observation_is_about_a_place(upload, out):
    on_duty.add_stays(out)

    response = upload(
        entry("observation", after(5), shift=out.pk, matter="light_out", stay=1),
        entry(
            "observation",
            after(6),
            shift=out.pk,
            matter="road_broken",
            lon="110.5",
            lat="30.5",
            note="井盖松动",
        ),
        entry("observation", after(7), shift=out.pk, matter="water"),
        at=after(60),
    )

    assert [answer["code"] for answer in response.json()["answers"]] == [
        "",
        "",
        "patrols.observation_without_place",
    ]
    assert list(
        Observation.objects.order_by("noted_at").values_list(
            "kind", "place_text", "lon", "note", "noted_at"
        )
    ) == [
        ("light_out", "河滨夜市东口", 110.125, "", after(5)),
        ("road_broken", "", 110.5, "井盖松动", after(6)),
    ]


def test_minutes_with_forms_are_summed_once_and_of_nobody(upload, out):
    kept = entry(
        "observation", after(5), shift=out.pk, matter="other", place="桥头", seconds=35
    )

    for n in range(10):
        upload(kept, at=after(60 + n))

    sums = BurdenDay.objects.values_list("day", "station__code", "form", "n_entries")
    assert list(sums) == [(on_duty.NIGHT, "S01", "observation", 1)]
    assert BurdenDay.objects.get().seconds == 35
    assert {field.name for field in BurdenDay._meta.get_fields()} == {
        *("id", "day", "station", "form", "n_entries", "seconds"),
    }


def test_nothing_happens_after_it_came(upload, out):
    upload(
        entry("duty", EIGHT + timedelta(days=3), shift=out.pk, step="pause"),
        at=after(1),
    )

    assert DutyEntry.objects.get(step="pause").happened_at == after(1)


def test_a_step_of_the_card_is_ticked_once_and_at_its_time(upload, out, desk):
    risk = call_factory.add_class(protocol="self_harm", name="有人欲自杀、自伤")
    dispatch = on_duty.send(out, by=desk, call_class=risk)
    tick = entry("tick", after(2), dispatch=dispatch.pk, step="speaker")
    unknown = entry("tick", after(3), dispatch=dispatch.pk, step="nonsense")

    assert outcomes(upload(tick, unknown, at=after(30))) == ["done", "refused"]
    assert outcomes(upload(tick, at=after(31))) == ["repeated"]

    assert list(CardTick.objects.values_list("step", "ticked_at", "recorded_at")) == [
        ("speaker", after(2), after(30))
    ]


def test_reading_a_restricted_call_without_signal_is_on_record(upload, out, desk):
    dispatch = on_duty.send(
        out, by=desk, call_class=call_factory.add_class(restriction="minor")
    )
    open_one = on_duty.send(out, by=desk, number="110-2")

    response = upload(
        entry("look", after(2), dispatch=dispatch.pk),
        entry("look", after(2), dispatch=open_one.pk),
        at=after(30),
    )

    assert outcomes(response) == ["done", "done"]
    seen = Event.objects.get(kind="call.restricted_seen")
    assert (seen.subject, seen.at, seen.detail) == (
        "110-1",
        after(30),
        {"read_at": after(2).isoformat()},
    )
    # It is no form: it took nobody's time.
    assert not BurdenDay.objects.exists()
