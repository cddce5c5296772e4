"""From the first word to the closed sheet: every step is a line, added once."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from tests.factories import calls as factory
from tests.factories.linhe_city import add_station
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.calls import log, queries, services
from xunfang.calls.models import Call, CallEvent, Dispatch
from xunfang.core.dispatching.sheets import (
    AssignmentStatus,
    CallStatus,
    Step,
    by_server_clock,
)
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.units.duty import queries as duty_queries
from xunfang.units.duty import services as duty

pytestmark = pytest.mark.django_db

EIGHT = datetime(2026, 8, 14, 12, tzinfo=UTC)
NIGHT = date(2026, 8, 14)


def at(minutes: float) -> datetime:
    return EIGHT + timedelta(minutes=minutes)


@pytest.fixture
def desk(account):
    return account("duty_officer")


@pytest.fixture
def station():
    return add_station()


@pytest.fixture
def crew(station):
    return factory.add_shift(NIGHT, station, "1")


@pytest.fixture
def call(desk, station):
    return factory.add_call("110-1", by=desk, at=at(0), station=station)


def send(call, crew, desk, minutes=1, knows=(), **more):
    return services.send_unit(
        call=call, shift=crew, knows=knows, by=desk, at=at(minutes), **more
    )


def press(dispatch, step, desk, minutes, **more):
    return services.press(
        **{"dispatch": dispatch, "step": step, "by": desk, "at": at(minutes)}
        | {"key": uuid4()}
        | more
    )


def test_a_call_is_taken_sent_handled_and_closed(desk, crew, call):
    dispatch = send(call, crew, desk)
    for minutes, step in enumerate(
        [Step.ACKNOWLEDGED, Step.DEPARTED, Step.ARRIVED, Step.FINISHED], start=2
    ):
        press(dispatch, step, desk, minutes)
    services.feed_back(call=call, outcome="settled", note="和解", by=desk, at=at(9))
    services.close_call(call=call, by=desk, at=at(10))

    call.refresh_from_db()
    assert (call.status, call.closed_at) == (CallStatus.CLOSED, at(10))
    assert [event.step for event in call.events.order_by("happened_at", "id")] == [
        *("reported", "entered", "assigned", "acknowledged", "departed", "arrived"),
        *("finished", "fed_back", "closed"),
    ]
    assert Event.objects.filter(subject="110-1").count() == 8


def test_what_is_kept_beside_the_log_is_what_the_log_says(desk, crew, call):
    dispatch = send(call, crew, desk)
    press(dispatch, Step.ARRIVED, desk, 5)

    call.refresh_from_db()
    sheet = log.sheet_of(call.events.all())

    assert call.status == sheet.status
    assert Dispatch.objects.get().status == sheet.assignments[dispatch.pk].status


def test_the_same_press_sent_ten_times_is_one_line(desk, crew, call):
    dispatch, key = send(call, crew, desk), uuid4()

    for minutes in range(2, 12):
        press(dispatch, Step.ARRIVED, desk, minutes, key=key)

    assert CallEvent.objects.filter(step="arrived").count() == 1


def test_two_desks_do_not_send_the_same_unit_unseen(desk, crew, call, station):
    other = factory.add_call("110-2", by=desk, at=at(0), station=station)
    first = send(call, crew, desk)

    with pytest.raises(services.UnitBound) as refusal:
        send(other, crew, desk)

    assert refusal.value.dispatch == first
    send(other, crew, desk, knows={first.pk})
    assert Dispatch.objects.filter(is_open=True).count() == 2


def test_a_unit_sent_to_a_more_urgent_call_leaves_the_first_with_its_first_time(
    desk, crew, call, station
):
    first = send(call, crew, desk)
    urgent = factory.add_call("110-2", by=desk, at=at(5), station=station, urgency=1)

    send(urgent, crew, desk, 6, knows={first.pk}, preempts=first)

    call.refresh_from_db()
    first.refresh_from_db()
    assert (call.status, call.reported_at) == (CallStatus.WAITING, at(0))
    assert (first.status, first.is_open) == (AssignmentStatus.PREEMPTED, False)
    assert list(queries.queue(Call.objects.all())) == [urgent, call]


def test_a_press_from_before_the_unit_was_taken_off_still_counts(desk, crew, call):
    dispatch = send(call, crew, desk)
    services.take_off(
        dispatch=dispatch, step=Step.STOOD_DOWN, reason="近处有人", by=desk, at=at(9)
    )
    late = by_server_clock(device_at=at(5), sent_at=at(20), received_at=at(20))

    press(dispatch, Step.ARRIVED, desk, 20, device=late)

    dispatch.refresh_from_db()
    assert dispatch.status == AssignmentStatus.STOOD_DOWN
    with pytest.raises(services.DispatchOver):
        press(dispatch, Step.FINISHED, desk, 21)


def test_a_call_is_not_closed_over_the_head_of_a_unit(desk, crew, call):
    send(call, crew, desk)

    with pytest.raises(services.NotYetHandled):
        services.close_call(call=call, by=desk, at=at(3))


def test_a_corrected_time_changes_the_clock_and_keeps_the_line(desk, crew, call):
    dispatch = send(call, crew, desk)
    wrong = press(dispatch, Step.ARRIVED, desk, 9)

    services.correct_event(
        event=wrong, happened_at=at(4), reason="按早了", by=desk, at=at(12)
    )

    assert CallEvent.objects.filter(step="arrived").count() == 2
    assert log.sheet_of(call.events.all()).clocks[Step.ARRIVED] == at(4)
    with pytest.raises(services.EventCorrected):
        services.correct_event(
            event=wrong, happened_at=at(5), reason="又错", by=desk, at=at(13)
        )


def test_nobody_sends_the_units_of_another_station(account, crew, call):
    stranger = account("duty_officer", station_code="S02", username="stranger")

    with pytest.raises(NotAllowed):
        send(call, crew, stranger)
    assert not queries.visible_to(stranger).exists()


@pytest.mark.row("A09")
def test_patrol_stops_while_a_call_lasts_and_resumes_after_it(desk, crew, call):
    factory.go_on_duty(crew, by=desk, at=at(0))

    def state(minutes):
        del minutes
        return duty_queries.standings([crew], queries.open_assignments([crew]))[crew.pk]

    assert state(0).rule.is_patrol
    dispatch = send(call, crew, desk)
    assert (state(1).state, state(1).since) == ("assigned", at(1))
    assert not state(1).rule.is_patrol
    press(dispatch, Step.FINISHED, desk, 30)
    assert state(30).rule.is_patrol


@pytest.mark.row("A16")
def test_no_crew_goes_on_the_street_before_it_looked_through_its_gear(desk, crew):
    with pytest.raises(duty.GearUnchecked):
        duty.report(shift=crew, step=DutyStep.ON, key=uuid4(), by=desk, at=at(0))

    duty.check_gear(shift=crew, by=desk, at=at(0), overridden_because="紧急出动")
    factory.go_on_duty(crew, by=desk, at=at(1))

    assert crew.gear_checks.get().overridden_because == "紧急出动"
