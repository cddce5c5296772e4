"""The desk without scripts: every order is a plain form, every refusal keeps the choice."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import calls as factory
from tests.factories import desk_night, linhe_city
from tests.factories.desk_night import NOW, ago, call_at, put
from xunfang.audit.models import Event
from xunfang.calls import services as calls
from xunfang.calls.desk import services as desk_services
from xunfang.calls.desk.queries import find_last_line
from xunfang.calls.models import Call, CallEvent, Dispatch, OfferList
from xunfang.core.dispatching.sheets import CallStatus, Step
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.units.duty import services as duty
from xunfang.units.duty.crews import forget_nights
from xunfang.units.models import DutyEntry, Shift

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_night(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def desk(account):
    return account("duty_officer")


@pytest.fixture
def other_desk(account):
    return account("duty_officer", username="other", station_code="")


@pytest.fixture
def night(desk):
    return desk_night.build(by=desk)


@pytest.fixture
def page(client, desk, night):
    client.force_login(desk)
    return client


def take(page, call):
    """Take a call in hand as J does; return the list that was shown."""
    response = page.get("/desk/", {"call": call.pk})
    assert response.status_code == 200
    return OfferList.objects.filter(call=call).latest("pk"), response


def send(page, kept, shift, **more):
    return page.post(
        f"/desk/calls/{kept.call_id}/send/",
        {"list": kept.pk, "shift": shift.pk, "key": uuid4()} | more,
    )


def test_the_first_unit_of_the_list_is_sent(page, night):
    kept, response = take(page, night.calls[0])

    first = Shift.objects.get(pk=response.context["work"].lines[0].offer.crew.shift.pk)
    answer = send(page, kept, first)

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/desk/?call={night.calls[0].pk}"
    dispatch = Dispatch.objects.get()
    assert (dispatch.call, dispatch.shift) == (night.calls[0], first)
    kept.refresh_from_db()
    assert (kept.dispatch, kept.place_in_list) == (dispatch, 1)


def test_the_queue_is_by_urgency_then_age(page, night):
    rows = page.get("/desk/").context["seen"].calls

    assert [row.number for row in rows] == ["110-1", "110-2", "110-3"]
    assert [(band.minutes, band.n_units) for band in rows[0].bands] == [(3, 2), (5, 1)]
    assert rows[0].next_band.due_at == night.calls[0].reported_at + timedelta(minutes=3)


def test_next_and_previous_lead_through_the_queue(page, night):
    nothing = page.get("/desk/").context
    middle = page.get("/desk/", {"call": night.calls[1].pk}).context

    assert (nothing["previous_call"], nothing["next_call"]) == (
        night.calls[2].pk,
        night.calls[0].pk,
    )
    assert (middle["previous_call"], middle["next_call"]) == (
        night.calls[0].pk,
        night.calls[2].pk,
    )


@pytest.mark.row("D08")
def test_only_crews_that_declared_a_woman_officer_are_offered(page, desk, night):
    duty.declare(shift=night.crews[1], kinds=["woman_officer"], by=desk, at=ago(30))

    response = page.get("/desk/", {"call": night.calls[0].pk, "need": "woman_officer"})

    work = response.context["work"]
    assert [line.offer.crew.shift.pk for line in work.lines] == [night.crews[1].pk]
    assert {line.offer.crew.shift.pk for line in work.others} == {
        night.crews[0].pk,
        night.crews[2].pk,
    }
    assert all("不具备所需条件" in line.shortfalls for line in work.others)


def test_a_unit_that_is_bound_is_asked_about_once(page, desk, night):
    calls.send_unit(
        call=night.calls[1], shift=night.crews[0], knows=(), by=desk, at=ago(1)
    )
    kept, _ = take(page, night.calls[0])

    asked = send(page, kept, night.crews[0])

    assert asked.status_code == 409
    question = asked.context["work"].question
    [leaving] = question.leaves
    assert (leaving.call, leaving.sent_by) == (night.calls[1], desk.display_name)
    assert not leaving.is_news
    answer = page.post(
        f"/desk/calls/{night.calls[0].pk}/send/",
        {
            "list": asked.context["work"].kept.pk,
            "shift": night.crews[0].pk,
            "key": question.key,
            "preempts": leaving.dispatch.pk,
        },
    )
    assert answer.status_code == 303
    night.calls[1].refresh_from_db()
    assert night.calls[1].status == CallStatus.WAITING
    assert night.calls[1].reported_at == ago(20)
    assert Dispatch.objects.get(is_open=True).call == night.calls[0]


def test_a_unit_can_take_both(page, desk, night):
    calls.send_unit(
        call=night.calls[1], shift=night.crews[0], knows=(), by=desk, at=ago(1)
    )
    kept, _ = take(page, night.calls[0])

    assert send(page, kept, night.crews[0], preempts="both").status_code == 303
    assert Dispatch.objects.filter(shift=night.crews[0], is_open=True).count() == 2


def test_the_second_of_two_desks_is_told_what_the_first_did(page, night, other_desk):
    kept, _ = take(page, night.calls[0])
    OfferList.objects.filter(pk=kept.pk).update(made_at=ago(0.5))
    calls.send_unit(
        call=night.calls[1], shift=night.crews[0], knows=(), by=other_desk, at=NOW
    )

    told = send(page, kept, night.crews[0])

    assert told.status_code == 409
    [leaving] = told.context["work"].question.leaves
    assert (leaving.is_news, leaving.sent_by) == (True, other_desk.display_name)
    text = told.content.decode()
    assert "你查看后新派" in text
    [chosen] = [line for line in told.context["work"].lines if line.is_chosen]
    assert chosen.offer.crew.shift.pk == night.crews[0].pk
    assert "你的选择" in text
    assert not Dispatch.objects.filter(call=night.calls[0]).exists()


def test_two_desks_that_send_one_unit_to_one_call_send_it_once(page, night, other_desk):
    kept, _ = take(page, night.calls[0])
    calls.send_unit(
        call=night.calls[0], shift=night.crews[0], knows=(), by=other_desk, at=NOW
    )

    told = send(page, kept, night.crews[0])

    assert told.status_code == 409
    assert "该警组" in told.content.decode() or told.context["work"].refusal
    assert Dispatch.objects.count() == 1


@pytest.fixture
def sent(page, night):
    kept, _ = take(page, night.calls[0])
    send(page, kept, night.crews[0])
    return Dispatch.objects.get()


def press(page, dispatch, step):
    return page.post(f"/desk/sent/{dispatch.pk}/press/", {"step": step, "key": uuid4()})


def test_how_far_a_unit_is_is_pressed_for_it(page, sent):
    for step in ("acknowledged", "departed", "arrived", "finished"):
        assert press(page, sent, step).status_code == 303

    sent.refresh_from_db()
    assert (sent.status, sent.is_open) == ("finished", False)


def test_a_unit_is_stood_down_with_a_reason(page, sent):
    answer = page.post(
        f"/desk/sent/{sent.pk}/stand-down/", {"reason": "nearer", "key": uuid4()}
    )

    assert answer.status_code == 303
    event = CallEvent.objects.get(step="stood_down")
    assert event.note == "有更近的警组"
    assert not Dispatch.objects.filter(is_open=True).exists()


def test_a_call_is_not_closed_while_a_unit_is_bound(page, sent):
    answer = page.post(f"/desk/calls/{sent.call_id}/close/")

    assert answer.status_code == 409
    assert answer.context["work"].call == sent.call
    assert "撤回" in answer.content.decode()


def test_a_closed_call_leaves_the_queue_and_comes_back_undone(page, desk, night):
    page.post(f"/desk/calls/{night.calls[2].pk}/close/")
    closed = Call.objects.get(pk=night.calls[2].pk)
    assert closed.status == CallStatus.CLOSED

    last = find_last_line(desk, NOW)
    page.post("/desk/undo/", {"line": f"c{last.pk}"})

    closed.refresh_from_db()
    assert closed.status == CallStatus.WAITING
    assert CallEvent.objects.filter(call=closed, step="closed").count() == 2


def test_a_note_stands_in_the_log_and_an_empty_one_is_refused(page, night):
    url = f"/desk/calls/{night.calls[0].pk}/note/"

    assert page.post(url, {"words": " 门口有两人 "}).status_code == 303
    assert page.post(url, {"words": " "}).status_code == 409
    too_long = page.post(url, {"words": "长" * 301})

    assert CallEvent.objects.get(step="noted").note == "门口有两人"
    assert too_long.status_code == 422
    assert "长" * 301 in too_long.content.decode()
    assert Event.objects.filter(kind="call.noted").count() == 1


def test_a_unit_pauses_and_goes_on(page, night):
    url = f"/desk/units/{night.crews[2].pk}/report/"

    page.post(url, {"step": "pause"})
    page.post(url, {"step": "patrol"})

    steps = DutyEntry.objects.filter(shift=night.crews[2]).values_list(
        "step", flat=True
    )
    assert list(steps) == ["on", "pause", "patrol"]


def test_undoing_a_send_stands_the_unit_down_and_gives_back_what_it_left(
    page, desk, night
):
    before = calls.send_unit(
        call=night.calls[1], shift=night.crews[0], knows=(), by=desk, at=ago(1)
    )
    kept, _ = take(page, night.calls[0])
    send(page, kept, night.crews[0], preempts=before.pk)
    last = find_last_line(desk, NOW)
    assert last.step == Step.ASSIGNED

    answer = page.post("/desk/undo/", {"line": f"c{last.pk}"})

    assert answer.status_code == 303
    before.refresh_from_db()
    assert (before.status, before.is_open) == ("assigned", True)
    assert not Dispatch.objects.filter(call=night.calls[0], is_open=True).exists()
    # What was undone is not what is undone next.
    assert find_last_line(desk, NOW).dispatch == before


@pytest.mark.parametrize("step", ["acknowledged", "departed", "arrived", "finished"])
def test_undoing_a_press_withdraws_it(page, desk, sent, step):
    press(page, sent, step)

    last = find_last_line(desk, NOW + timedelta(seconds=1))
    desk_services.undo(line=last, reason="误按", by=desk, at=NOW)

    sent.refresh_from_db()
    assert (sent.status, sent.is_open) == ("assigned", True)
    assert CallEvent.objects.filter(step=step).count() == 2


def test_undoing_a_stand_down_binds_the_unit_again(page, desk, sent):
    page.post(f"/desk/sent/{sent.pk}/stand-down/", {"reason": "mistake"})

    desk_services.undo(line=find_last_line(desk, NOW), reason="误按", by=desk, at=NOW)

    sent.refresh_from_db()
    assert (sent.status, sent.is_open) == ("assigned", True)


def test_a_pause_is_undone_in_the_crews_log(page, desk, night):
    page.post(f"/desk/units/{night.crews[2].pk}/report/", {"step": "pause"})
    last = find_last_line(desk, NOW)

    page.post("/desk/undo/", {"line": f"d{last.pk}"})

    [unit] = [
        row
        for row in page.get("/desk/").context["seen"].units
        if row.shift == night.crews[2].pk
    ]
    assert unit.state == "patrol"


def test_nobody_undoes_what_another_did_or_what_is_long_ago(
    page, desk, other_desk, sent
):
    event = CallEvent.objects.get(step="assigned")

    for by, at in ((other_desk, NOW), (desk, NOW + timedelta(minutes=31))):
        with pytest.raises(desk_services.UndoTooLate):
            desk_services.undo(line=event, reason="?", by=by, at=at)
    sent.refresh_from_db()
    assert sent.is_open


def test_a_unit_sent_again_since_is_not_bound_twice_by_an_undo(page, desk, night, sent):
    page.post(f"/desk/sent/{sent.pk}/stand-down/", {"reason": "mistake"})
    stood_down = CallEvent.objects.get(step="stood_down")
    calls.send_unit(
        call=night.calls[0], shift=night.crews[0], knows=(), by=desk, at=NOW
    )

    answer = page.post("/desk/undo/", {"line": f"c{stood_down.pk}"})

    assert answer.status_code == 409


def test_a_typed_line_is_carried_out(page, night, sent):
    def type_line(line):
        return page.post("/desk/command/", {"line": line, "call": sent.call_id})

    assert type_line("/s 1巡 到场").status_code == 303
    sent.refresh_from_db()
    assert sent.status == "on_scene"
    assert type_line("n 有一人受伤").status_code == 303
    assert type_line("s C 休整").status_code == 303
    assert type_line("d 110-2 2").status_code == 303
    assert type_line("x 2").status_code == 303
    assert type_line("c 110-3 结案").status_code == 303
    assert type_line("u").status_code == 303
    assert (
        type_line("g 110-3").headers["Location"] == f"/desk/?call={night.calls[2].pk}"
    )
    assert CallEvent.objects.get(step="noted").note == "有一人受伤"
    night.calls[2].refresh_from_db()
    assert night.calls[2].status == CallStatus.WAITING
    [line] = DutyEntry.objects.filter(shift=night.crews[2], step="pause")
    assert line.source == "desk"


def test_a_line_with_two_meanings_does_nothing_and_stays(page, night):
    n_before = CallEvent.objects.count(), DutyEntry.objects.count()

    answer = page.post("/desk/command/", {"line": "s 1 p"})

    assert answer.status_code == 422
    text = answer.content.decode()
    assert "s 1巡 巡逻、s 1巡 休整" in text
    assert 'value="s 1 p"' in text
    assert (CallEvent.objects.count(), DutyEntry.objects.count()) == n_before


def test_a_line_says_what_it_would_do_before_it_is_done(page, night):
    answer = page.get("/desk/command/", {"line": "s 3 xz"}).json()

    assert answer == {
        "completed": "s 3巡 休整",
        "is_certain": True,
        "choices": ["s 3巡 休整"],
    }


def test_a_station_sees_its_own_and_the_city_sees_all(client, account, desk, night):
    stranger = account("duty_officer", username="s2", station_code="S02")
    client.force_login(stranger)

    seen = client.get("/desk/").context["seen"]
    taken = client.get("/desk/", {"call": night.calls[0].pk}).context["work"]

    assert (seen.calls, seen.units, seen.events) == ((), (), ())
    assert taken.call is None
    assert client.post(f"/desk/calls/{night.calls[0].pk}/close/").status_code == 404
    client.force_login(account("duty_officer", username="city", station_code=""))
    assert len(client.get("/desk/").context["seen"].calls) == 3


def test_who_looks_on_sees_no_restricted_call_and_no_button(
    client, account, desk, night
):
    restricted = call_at(
        "B",
        "110-99",
        by=desk,
        minutes_ago=1,
        station=night.station,
        call_class=factory.add_class(
            "jb", name="家暴", restriction="domestic_violence"
        ),
    )
    client.force_login(account("leader"))

    response = client.get("/desk/", {"call": night.calls[0].pk})

    numbers = [row.number for row in response.context["seen"].calls]
    assert restricted.number not in numbers
    text = response.content.decode()
    assert "110-99" not in text
    assert "formaction" not in text
    assert response.context["work"].kept is None


def test_looking_at_units_for_a_restricted_call_is_on_record(page, desk, night):
    call = call_at(
        "B",
        "110-99",
        by=desk,
        minutes_ago=1,
        station=night.station,
        call_class=factory.add_class(
            "jb", name="家暴", restriction="domestic_violence"
        ),
    )

    take(page, call)

    event = Event.objects.filter(subject="110-99").latest("pk")
    assert event.kind == "call.offers_shown"


def test_the_part_alone_comes_for_scripts(page, night):
    response = page.get(
        "/desk/", {"call": night.calls[0].pk}, headers={"X-Desk-Part": "work"}
    )

    text = response.content.decode().strip()
    assert text.startswith('<section class="desk__work')
    assert "<html" not in text


def test_a_form_with_nothing_in_it_is_said_to_be_incomplete(page, night, sent):
    urls = [
        f"/desk/calls/{sent.call_id}/send/",
        f"/desk/sent/{sent.pk}/press/",
        f"/desk/sent/{sent.pk}/stand-down/",
        f"/desk/units/{night.crews[0].pk}/report/",
        "/desk/undo/",
        "/desk/command/",
    ]

    assert [page.post(url).status_code for url in urls] == [422] * 6


def test_the_page_takes_as_many_queries_for_more_calls_and_units(
    page, desk, night, sent
):
    page.get("/desk/", {"call": sent.call_id})
    forget_nights()
    with CaptureQueriesContext(connection) as few:
        page.get("/desk/", {"call": sent.call_id})
    for n in range(4):
        crew = linhe_city.add_crew(night.station, f"x{n}", ends_min=1800)
        factory.go_on_duty(crew, by=desk, at=ago(30))
        put(crew, "K", seen_at=ago(1))
        call = call_at("J", f"110-x{n}", by=desk, minutes_ago=n, station=night.station)
        calls.send_unit(call=call, shift=crew, knows=(), by=desk, at=NOW)

    forget_nights()
    with CaptureQueriesContext(connection) as many:
        page.get("/desk/", {"call": sent.call_id})

    assert len(many) == len(few)


def test_duty_steps_that_need_more_than_a_button_are_not_reported_here(page, night):
    answer = page.post(
        f"/desk/units/{night.crews[0].pk}/report/",
        {"step": DutyStep.UNAVAILABLE.value},
    )

    assert answer.status_code == 422
