"""What was entered by mistake is withdrawn by a further line, and nothing is erased."""

from uuid import uuid4

import pytest
from django.urls import reverse

from tests.factories import calls as call_factory
from tests.factories import on_duty
from tests.factories.on_duty import after, entry
from tests.rooms.field.test_sync import outcomes, press
from xunfang.audit.models import Event
from xunfang.calls import services
from xunfang.calls.care.cards import find_card
from xunfang.calls.models import CallEvent, CardTick
from xunfang.core.dispatching.sheets import Step
from xunfang.core.dispatching.unit_states import UnitState
from xunfang.field.models import Receipt
from xunfang.units.duty.queries import standings
from xunfang.units.models import DutyEntry, Fix, GearCheck, GearMissing, Position
from xunfang.units.positions import telephones
from xunfang.units.positions.telephones import PhoneFix

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


def undo(target, at):
    return entry("undo", at, entry=target["key"])


def codes(response):
    return [answer["code"] for answer in response.json()["answers"]]


def test_a_press_by_mistake_is_withdrawn_by_a_further_line(upload, dispatch, officer):
    """Acknowledged 20:01, finished by mistake 20:09, withdrawn a minute later."""
    right = press(dispatch, "acknowledged", after(1))
    mistake = press(dispatch, "finished", after(9))
    upload(right, mistake, at=after(9))
    taken_back = undo(mistake, after(10))

    first = upload(taken_back, at=after(10))
    again = upload(taken_back, mistake, at=after(11))

    assert (outcomes(first), outcomes(again)) == (["done"], ["repeated"] * 2)
    dispatch.refresh_from_db()
    assert (dispatch.status, dispatch.is_open) == ("acknowledged", True)
    finished, withdrawal = CallEvent.objects.filter(step="finished").order_by("pk")
    assert (withdrawal.corrects, withdrawal.is_withdrawal) == (finished, True)
    assert (withdrawal.by, withdrawal.source) == (officer, "phone")
    event = Event.objects.get(kind="call.event_corrected")
    assert event.detail == {"step": "finished", "was": after(9).isoformat()}


def test_without_signal_both_come_in_one_upload_and_the_order_stands(upload, dispatch):
    mistake = press(dispatch, "arrived", after(1))

    response = upload(undo(mistake, after(2)), mistake, at=after(60))

    assert outcomes(response) == ["done", "done"]
    dispatch.refresh_from_db()
    assert dispatch.status == "assigned"
    assert CallEvent.objects.filter(step="arrived").count() == 2


def test_only_ones_own_last_entry_is_withdrawn_and_within_three_minutes(
    upload, dispatch, out, account, client
):
    first = press(dispatch, "acknowledged", after(1))
    second = press(dispatch, "departed", after(2))
    upload(first, second, at=after(2))

    assert codes(upload(undo(first, after(3)), at=after(3))) == [
        "field.nothing_to_undo"
    ]
    assert codes(upload(undo(second, after(6)), at=after(6))) == [
        "field.nothing_to_undo"
    ]
    stranger = account("patrol_officer", username="stranger")
    client.force_login(stranger)
    response = upload(undo(second, after(3)), at=after(3), user=stranger)
    assert codes(response) == ["field.nothing_to_undo"]
    assert not CallEvent.objects.filter(is_withdrawal=True).exists()


def test_what_was_entered_long_ago_is_for_the_desk(upload, dispatch):
    mistake = press(dispatch, "acknowledged", after(1))
    upload(mistake, at=after(1))

    assert codes(upload(undo(mistake, after(5)), at=after(5))) == [
        "field.too_late_to_undo"
    ]


def test_what_the_mate_or_the_desk_has_built_on_stays(upload, dispatch, desk):
    mistake = press(dispatch, "acknowledged", after(1))
    upload(mistake, at=after(1))
    services.press(
        dispatch=dispatch, step=Step.DEPARTED, by=desk, at=after(2), key=uuid4()
    )

    assert codes(upload(undo(mistake, after(3)), at=after(3))) == ["calls.step_follows"]


def test_going_off_duty_by_mistake_is_withdrawn(upload, out):
    mistake = entry("duty", after(1), shift=out.pk, step="off")
    upload(mistake, at=after(1))

    assert outcomes(upload(undo(mistake, after(2)), at=after(2))) == ["done"]

    state = standings([out], {})[out.pk]
    assert (state.state, state.since) == (UnitState.PATROL, after(-60))
    off, withdrawal = DutyEntry.objects.filter(step="off").order_by("pk")
    assert (withdrawal.corrects, withdrawal.is_withdrawal) == (off, True)


@pytest.mark.rule("CL-17")
def test_who_went_on_duty_by_mistake_was_never_measured(upload, crew, officer):
    gear = entry("gear", after(0), shift=crew.pk, way="all")
    mistake = entry("duty", after(1), shift=crew.pk, step="on")
    upload(gear, mistake, at=after(1))
    telephones.record_positions(
        shifts=[crew], fixes=[PhoneFix(after(2), 110, 30)], by=officer, at=after(2)
    )

    assert outcomes(upload(undo(mistake, after(3)), at=after(3))) == ["done"]

    assert not Fix.objects.exists()
    assert not Position.objects.exists()
    assert standings([crew], {})[crew.pk].state is UnitState.OFF


def test_a_look_at_the_gear_by_mistake_is_withdrawn_and_done_again(upload, crew):
    mistake = entry("gear", after(0), shift=crew.pk, way="missing", missing=["手电"])
    on = entry("duty", after(2), shift=crew.pk, step="on")

    answers = upload(mistake, undo(mistake, after(1)), on, at=after(2))
    again = entry("gear", after(3), shift=crew.pk, way="all")
    upload(again, at=after(3))

    assert codes(answers) == ["", "", "units.gear_unchecked"]
    assert list(GearCheck.objects.values_list("confirmed_at", "withdrawn_at")) == [
        (after(0), after(2)),
        (after(3), None),
    ]
    assert GearMissing.objects.get().withdrawn_at == after(2)
    assert Event.objects.filter(kind="duty.gear_check_withdrawn").count() == 1


def test_a_tick_by_mistake_is_withdrawn(upload, out, desk):
    risk = call_factory.add_class(protocol="self_harm", urgency=1)
    dispatch = on_duty.send(out, by=desk, call_class=risk)
    step = find_card("self_harm").steps[0].key
    mistake = entry("tick", after(1), dispatch=dispatch.pk, step=step)
    upload(mistake, at=after(1))

    assert outcomes(upload(undo(mistake, after(2)), at=after(2))) == ["done"]

    assert CardTick.objects.get().undone_at == after(2)


def test_a_cry_for_help_and_a_report_are_not_withdrawn_here(upload, out):
    cry = entry("duty", after(1), shift=out.pk, step="emergency")
    upload(cry, at=after(1))

    assert codes(upload(undo(cry, after(2)), at=after(2))) == ["field.nothing_to_undo"]


def test_the_screen_offers_the_last_entry_for_three_minutes_without_scripts_too(
    client, upload, dispatch, monkeypatch
):
    upload(press(dispatch, "departed", after(1)), at=after(1))
    page = client.get(reverse("field:screen")).content.decode()
    key = Receipt.objects.get().key
    assert f'name="entry" value="{key}"' in page

    done = client.post(reverse("field:enter"), {"kind": "undo", "entry": key})

    assert done.status_code == 303
    dispatch.refresh_from_db()
    assert dispatch.status == "assigned"
    assert str(key) not in client.get(reverse("field:screen")).content.decode()
    log_page = client.get(reverse("field:log")).content.decode()
    assert "（撤回）" in log_page
    upload(press(dispatch, "departed", after(2)), at=after(2))
    newer = str(Receipt.objects.filter(kind="press").latest("happened_at").key)
    monkeypatch.setattr("django.utils.timezone.now", lambda: after(4.9))
    assert newer in client.get(reverse("field:screen")).content.decode()
    monkeypatch.setattr("django.utils.timezone.now", lambda: after(5.1))
    assert newer not in client.get(reverse("field:screen")).content.decode()
