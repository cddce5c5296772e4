"""What a resident says of life and death is on the desk with the next look."""

from datetime import timedelta

import pytest

from tests.factories import desk_night
from tests.factories.desk_night import NOW
from tests.factories.words import say
from xunfang.calls.desk.live import HUB, Hub, Viewer
from xunfang.feedback.models import Asks
from xunfang.units.models import Station

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_night(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    HUB.forget()
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def desk(account):
    return account("duty_officer")


@pytest.fixture
def night(desk):
    return desk_night.build(by=desk)


def test_a_fire_told_by_form_is_in_the_next_message_in_both_languages(desk, night):
    viewers = [Viewer(desk, language, hub=Hub()) for language in ("zh-hans", "en")]
    for viewer in viewers:
        viewer.next_message(NOW)
    later = NOW + timedelta(seconds=1)
    case = say(
        "着火了,<b>有人</b>困在里面", at=later, station=Station.objects.get(code="S01")
    ).case

    for viewer, words in zip(viewers, ("群众留言", "A resident says"), strict=True):
        message = viewer.next_message(later + timedelta(seconds=1))
        row = message["rows"][f"word-{case.pk}"]
        assert message["order"]["urgent"] == [f"word-{case.pk}"]
        assert words in row
        assert "&lt;b&gt;有人" in row
        assert f"/cases/{case.number}/" in row
        assert 'data-key="u"' in row


def test_one_key_acknowledges_and_the_strip_is_gone_without_scripts_too(
    client, desk, night
):
    case = say(
        "着火了,有人困在里面", at=NOW, station=Station.objects.get(code="S01")
    ).case
    client.force_login(desk)
    assert case.number in client.get("/desk/").content.decode()

    answer = client.post(f"/desk/words/{case.number}/seen/")

    assert answer.status_code == 303
    case.refresh_from_db()
    assert case.acknowledged_at == NOW
    HUB.forget()
    assert case.number not in client.get("/desk/").content.decode()


def test_where_nobody_knows_the_station_every_desk_sees_it(desk, night):
    nowhere = say("着火了,有人困在里面", at=NOW).case
    other = Station.objects.create(code="S09", name="远郊派出所", lon=0, lat=0)
    say("着火了,有人困在里面", at=NOW, station=other)

    message = Viewer(desk, "zh-hans", hub=Hub()).next_message(NOW)
    assert message["order"]["urgent"] == [f"word-{nowhere.pk}"]


def test_of_a_sealed_one_the_desk_sees_that_it_is_there(desk, night):
    station = Station.objects.get(code="S01")
    case = say(
        "民警打人,有人受伤流血快死了,着火了",
        asks=Asks.COMPLAINT,
        at=NOW,
        station=station,
    ).case
    assert (case.urgency, case.is_sealed) == (1, True)

    row = Viewer(desk, "zh-hans", hub=Hub()).next_message(NOW)["rows"][
        f"word-{case.pk}"
    ]
    assert "民警打人" not in row
    assert "已密封" in row
