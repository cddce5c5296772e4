"""A life at risk: the card, its steps, the contact that is owed; work and results."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import calls as factory
from tests.factories.linhe_city import add_station
from tests.factories.people import add_person, add_unit, assign
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.calls import log
from xunfang.calls import services as call_services
from xunfang.calls.care import queries, services
from xunfang.calls.care.cards import Part, cards, document, read_card
from xunfang.calls.models import Call, CallTask, CardTick
from xunfang.core.dispatching.sheets import Step

pytestmark = pytest.mark.django_db

EIGHT = datetime(2026, 8, 14, 12, tzinfo=UTC)
NIGHT = date(2026, 8, 14)


def at(minutes: float) -> datetime:
    return EIGHT + timedelta(minutes=minutes)


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(10))


@pytest.fixture
def desk(account):
    return account("duty_officer")


@pytest.fixture
def station():
    return add_station()


@pytest.fixture
def self_harm():
    return factory.add_class(
        "A1",
        name="有人欲自杀",
        restriction="self_harm",
        protocol="self_harm",
        urgency=1,
    )


@pytest.fixture
def call(desk, station, self_harm):
    return factory.add_call(
        "110-1",
        by=desk,
        at=at(0),
        words="有人要跳桥",
        station=station,
        call_class=self_harm,
        place_text="兰花桥",
    )


def page_of(call: Call) -> str:
    return f"/calls/care/{call.pk}/"


@pytest.mark.row("H02")
def test_opening_the_class_self_harm_shows_the_card_and_owes_after_care(
    client, desk, call
):
    client.force_login(desk)

    page = client.get(page_of(call))

    assertContains(page, "先稳住人")
    assertContains(page, "叫 119")
    assertContains(page, "事后回访")
    task = CallTask.objects.get(call=call)
    assert (task.kind, task.due_at, task.made_by) == (
        "after_care",
        at(24 * 60),
        None,
    )


def test_after_care_is_owed_once_however_often_units_are_sent(desk, station, call):
    for code in ("1", "2"):
        call_services.send_unit(
            call=call,
            shift=factory.add_shift(NIGHT, station, code),
            knows=(),
            by=desk,
            at=at(1),
        )

    assert CallTask.objects.filter(call=call).count() == 1


def test_a_mirrored_call_owes_after_care_at_the_latest_when_a_unit_is_sent(
    desk, station, self_harm
):
    mirrored = Call.objects.create(
        number="110-9",
        origin="mirror",
        initial_class=self_harm,
        station=station,
        reported_at=at(0),
    )
    log.add(call=mirrored, step=Step.REPORTED, by=None, at=at(5), happened_at=at(0))

    call_services.send_unit(
        call=mirrored,
        shift=factory.add_shift(NIGHT, station, "1"),
        knows=(),
        by=desk,
        at=at(30),
    )

    assert CallTask.objects.get(call=mirrored).due_at == at(24 * 60)


def test_after_care_is_owed_when_feedback_says_what_it_really_was(
    desk, station, self_harm
):
    quarrel = factory.add_call("110-2", by=desk, at=at(0), station=station)
    assert not CallTask.objects.exists()

    call_services.feed_back(
        call=quarrel,
        outcome="handed_to_family",
        note="",
        final_class=self_harm,
        by=desk,
        at=at(60),
    )

    assert CallTask.objects.get().call_id == quarrel.pk


def test_after_care_for_many_calls_takes_two_queries(desk, station, self_harm):
    calls = [
        Call.objects.create(
            number=f"m-{n}",
            origin="mirror",
            initial_class=self_harm,
            reported_at=at(n),
        )
        for n in range(5)
    ]

    with CaptureQueriesContext(
        connection,
    ) as asked:
        n_owed = services.owe_after_care(calls, at=at(10))

    assert (n_owed, len(asked)) == (5, 2)
    assert services.owe_after_care(calls, at=at(11)) == 0


def test_steps_are_ticked_with_time_and_who(client, desk, call):
    client.force_login(desk)

    answer = client.post(f"{page_of(call)}steps/listen/")

    assert answer.status_code == 303
    tick = CardTick.objects.get()
    assert (tick.card, tick.step, tick.ticked_at, tick.ticked_by) == (
        "self_harm",
        "listen",
        at(10),
        desk,
    )
    page = client.get(page_of(call))
    assertContains(page, "20:10:00")
    assertContains(page, desk.display_name)


def test_a_tick_counts_once_and_can_be_taken_back(desk, call):
    first = services.tick_step(call=call, step="listen", by=desk, at=at(1))
    again = services.tick_step(call=call, step="listen", by=desk, at=at(2))
    services.untick_step(tick=first, by=desk, at=at(3))
    services.untick_step(tick=first, by=desk, at=at(4))
    anew = services.tick_step(call=call, step="listen", by=desk, at=at(5))

    assert again == first
    assert anew != first
    first.refresh_from_db()
    assert first.undone_at == at(3)
    assert [
        kind
        for kind in Event.objects.order_by("id").values_list("kind", flat=True)
        if "step" in kind
    ] == ["call.step_ticked", "call.step_unticked", "call.step_ticked"]


def test_a_tick_told_later_keeps_its_own_time(desk, call):
    tick = services.tick_step(
        call=call, step="listen", by=desk, at=at(60), happened_at=at(2)
    )

    assert (tick.ticked_at, tick.recorded_at) == (at(2), at(60))


def test_a_step_that_the_card_does_not_have_is_refused(desk, call):
    with pytest.raises(services.StepUnknown):
        services.tick_step(call=call, step="pump", by=desk, at=at(1))


def test_the_timer_of_a_step_is_over_when_nobody_has_ticked_it(desk, call):
    services.tick_step(call=call, step="speaker", by=desk, at=at(0.5))

    late = {
        line.step.key for line in queries.card_lines(call, now=at(2.5)) if line.is_late
    }

    assert late == {"means", "fire_119"}


def test_overdue_after_care_is_listed_loudly_and_made(client, desk, call, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(25 * 60))
    client.force_login(desk)

    loud = client.get("/calls/after-care/")

    assertContains(loud, "1 条回访已超时")
    assertContains(loud, "110-1")
    task = CallTask.objects.get()
    answer = client.post(
        f"/calls/care/tasks/{task.pk}/end/", {"outcome": "reached", "note": "再访"}
    )
    assert answer.status_code == 303
    quiet = client.get("/calls/after-care/")
    assertNotContains(quiet, "已超时")
    assertContains(quiet, "已联系上")
    task.refresh_from_db()
    assert (task.ended_at, task.ended_by, task.outcome) == (
        at(25 * 60),
        desk,
        "reached",
    )


def test_restricted_after_care_is_owed_by_who_commands_and_unseen_by_others(
    client, account, desk, call
):
    client.force_login(account("leader"))
    assertNotContains(client.get("/calls/after-care/"), "110-1")
    assert client.get(page_of(call)).status_code == 404

    client.force_login(desk)
    assertContains(client.get("/calls/after-care/"), "110-1")


@pytest.mark.row("H03")
def test_each_look_at_the_care_of_a_restricted_call_is_in_the_record(
    client, desk, call
):
    client.force_login(desk)
    client.get(page_of(call))
    client.get(page_of(call))

    seen = Event.objects.filter(kind="call.restricted_seen", subject="110-1")
    assert [event.by_id for event in seen] == [desk.pk, desk.pk]


def test_the_crew_that_was_sent_may_tick_and_another_may_not(
    account, desk, station, call
):
    unit = add_unit()
    mine, other = (
        account("patrol_officer", username=name) for name in ("mine", "other")
    )
    crew = factory.add_shift(NIGHT, station, "1")
    assign(crew, add_person("P1", unit, account=mine))
    call_services.send_unit(call=call, shift=crew, knows=(), by=desk, at=at(1))

    services.tick_step(call=call, step="listen", by=mine, at=at(2))

    with pytest.raises(NotAllowed):
        services.tick_step(call=call, step="means", by=other, at=at(2))


@pytest.mark.row("H02")
def test_cards_can_be_kept_by_a_telephone_and_are_not_sent_twice(client, account):
    client.force_login(account("patrol_officer"))

    first = client.get("/calls/cards.json")
    again = client.get("/calls/cards.json", headers={"if-none-match": first["ETag"]})

    assert again.status_code == 304
    kept = json.loads(first.content)
    assert [card["key"] for card in kept["cards"]] == [
        *("self_harm", "rescue", "missing", "domestic_violence", "gas_leak", "flood"),
    ]
    assert {step["part"] for step in kept["cards"][0]["steps"]} == {
        part.value for part in Part
    }
    assert all(
        step["text"] and step["text_en"]
        for card in kept["cards"]
        for step in card["steps"]
    )


def test_cards_say_nothing_about_a_call(client, desk, call):
    body, _tag = document()

    assert call.number.encode() not in body
    assert call.place_text.encode() not in body


def test_two_steps_with_one_key_are_refused():
    step = {"key": "a", "part": "talk", "text": "x", "text_en": "x"}
    raw = {
        "key": "k",
        "steps": [step, step],
        "help": [],
        **dict.fromkeys(("name", "name_en", "first", "first_en"), "x"),
        **dict.fromkeys(("after_care", "after_care_en"), ""),
        "after_care_h": None,
    }

    with pytest.raises(ValueError, match="one key"):
        read_card(raw)


def test_every_help_a_card_names_is_a_kind_of_help():
    from xunfang.calls.models import HELP_KINDS  # noqa: PLC0415 -- beside what it is for

    named = {kind for card in cards().values() for kind in card.help}

    assert named <= dict(HELP_KINDS).keys()


def test_the_page_of_a_call_asks_as_often_for_one_row_as_for_three(
    client, desk, station
):
    client.force_login(desk)

    def n_queries(call: Call) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page_of(call)).status_code == 200
        return len(asked)

    few, many = (
        factory.add_call(f"q-{n}", by=desk, at=at(0), station=station) for n in (1, 2)
    )
    for call, n in ((few, 1), (many, 3)):
        for number in range(n):
            services.begin_task(
                call=call,
                kind="other",
                parties=[f"{i}组" for i in range(number + 1)],
                by=desk,
                at=at(1),
            )
    n_queries(few)

    assert n_queries(few) == n_queries(many)


def test_after_care_asks_as_often_for_one_row_as_for_three(
    client, desk, station, self_harm, call
):
    client.force_login(desk)
    client.get("/calls/after-care/")
    with CaptureQueriesContext(connection) as one:
        client.get("/calls/after-care/")
    for n in (2, 3):
        factory.add_call(
            f"110-{n}", by=desk, at=at(0), station=station, call_class=self_harm
        )

    with CaptureQueriesContext(connection) as three:
        client.get("/calls/after-care/")

    assert len(one) == len(three)
