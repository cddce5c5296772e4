"""Who criticises is looked up by two: one asks, another confirms, the first reads once."""

from datetime import timedelta

import pytest

from tests.factories.words import FRIDAY, say
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.cases.contacts import services as contacts
from xunfang.cases.models import ContactRequest
from xunfang.feedback.models import Asks

pytestmark = pytest.mark.django_db

CONTACT = "120 0000 0001"
HOUR = timedelta(hours=1)


@pytest.fixture
def critic(station):
    """Somebody of the station's ground who criticises, and can be reached."""
    return say("做样子!", asks=Asks.CRITICISM, station=station, contact=CONTACT)


def ask(critic, by, reason="当面致歉"):
    return contacts.ask(
        case=critic.case, word=critic.word, reason=reason, by=by, at=FRIDAY
    )


def confirm(request, by, after=HOUR):
    return contacts.confirm(request=request, by=by, at=FRIDAY + after)


def read(critic, by, after=HOUR):
    return contacts.open_contact(
        case=critic.case, word=critic.word, by=by, at=FRIDAY + after
    )


def test_one_asks_another_confirms_and_the_first_reads_it_once(
    critic, officer, supervisor
):
    request = ask(critic, officer)
    assert ask(critic, officer, "再问一次") == request
    with pytest.raises(contacts.ContactNotConfirmed):
        read(critic, officer)

    confirm(request, supervisor)

    with pytest.raises(contacts.ContactNotConfirmed):
        read(critic, supervisor)
    assert read(critic, officer, 1.5 * HOUR) == CONTACT
    with pytest.raises(contacts.ContactNotConfirmed):
        read(critic, officer, 1.5 * HOUR)
    about = Event.objects.filter(
        subject=critic.word.number, kind__startswith="contact."
    )
    assert [
        (event.kind, event.by, event.detail["role"], event.detail["reason"])
        for event in about.order_by("pk")
    ] == [
        ("contact.asked", officer, "duty_officer", "当面致歉"),
        ("contact.confirmed", supervisor, "supervisor", "当面致歉"),
        ("contact.opened", officer, "duty_officer", "当面致歉"),
    ]
    line = critic.case.events.latest("pk")
    assert (line.note, line.detail["second"]) == ("当面致歉", supervisor.username)


def test_a_supervisor_asks_and_an_officer_of_the_ground_confirms(
    critic, officer, supervisor
):
    confirm(ask(critic, supervisor), officer)
    assert read(critic, supervisor) == CONTACT


def test_nobody_confirms_for_themselves_nor_two_of_one_station_for_each_other(
    critic, officer, supervisor, account
):
    request = ask(critic, officer)
    leader = account("leader", station_code="S01")
    elsewhere = account("duty_officer", station_code="S02", username="elsewhere")
    for by in (officer, leader, elsewhere):
        with pytest.raises(NotAllowed):
            confirm(request, by)
    own = ask(critic, supervisor)
    with pytest.raises(NotAllowed):
        confirm(own, supervisor)
    assert not ContactRequest.objects.exclude(confirmed_at=None).exists()


def test_a_day_later_nothing_is_confirmed_and_an_hour_after_nothing_read(
    critic, officer, supervisor
):
    with pytest.raises(contacts.RequestOver):
        confirm(ask(critic, officer), supervisor, 24 * HOUR)
    request = ContactRequest.objects.get()
    confirm(request, supervisor, 23 * HOUR)
    with pytest.raises(contacts.RequestOver):
        confirm(request, supervisor, 23 * HOUR)
    with pytest.raises(contacts.ContactNotConfirmed):
        read(critic, officer, 24 * HOUR)


def test_asked_without_a_reason_or_where_nobody_left_a_way_is_refused(
    critic, officer, station
):
    with pytest.raises(contacts.ContactReasonMissing):
        ask(critic, officer, "看")
    silent = say("又做样子!", asks=Asks.CRITICISM, station=station)
    with pytest.raises(contacts.NoContact):
        ask(silent, officer)


@pytest.mark.rule("CL-10")
def test_on_the_page_it_takes_two_people_and_three_presses(
    client, critic, officer, supervisor
):
    page = f"/cases/{critic.case.number}/"
    word = {"word": critic.word.number}

    client.force_login(officer)
    asked = client.post(f"{page}contact/ask/", word | {"reason": "当面致歉"})
    assert asked.status_code == 303
    assert client.post(f"{page}contact/", word).status_code == 409
    assert "当面致歉" not in client.get("/cases/").content.decode()

    client.force_login(supervisor)
    assert "当面致歉" in client.get("/cases/").content.decode()
    assert f"{page}contact/confirm/" in client.get(page).content.decode()
    assert client.post(f"{page}contact/confirm/", word).status_code == 303
    assert client.post(f"{page}contact/confirm/", word).status_code == 409

    client.force_login(officer)
    assert CONTACT not in client.get(page).content.decode()
    opened = client.post(f"{page}contact/", word)
    assert CONTACT in opened.content.decode()
    assert "no-store" in opened.headers["Cache-Control"]
    assert client.post(f"{page}contact/", word).status_code == 409
