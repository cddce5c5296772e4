"""A night looked at again line by line; and the wall, on which nothing can be done."""

from uuid import uuid4

import pytest

from tests.factories import desk_night
from tests.factories.desk_night import NOW
from xunfang.calls import services as calls
from xunfang.core.dispatching.sheets import Step

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_night(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def desk(account):
    return account("duty_officer")


@pytest.fixture
def night(desk):
    return desk_night.build(by=desk)


@pytest.fixture
def page(client, desk, night):
    client.force_login(desk)
    return client


@pytest.fixture
def sent(desk, night):
    return calls.send_unit(
        call=night.calls[0], shift=night.crews[0], knows=(), by=desk, at=NOW
    )


def test_the_replay_shows_how_things_stood_after_each_line(page, desk, night, sent):
    calls.press(dispatch=sent, step=Step.ARRIVED, by=desk, at=NOW, key=uuid4())
    url = f"/desk/replay/{desk_night.NIGHT}/"

    whole = page.get(url).context["replay"]
    first = page.get(url, {"at": 1}).context["replay"]
    one_call = page.get(url, {"call": sent.call_id}).context["replay"]

    assert [row.step for row in whole.rows[-2:]] == ["assigned", "arrived"]
    states = {unit.shift.code: unit.state for unit in whole.units}
    assert states == {"1": "on_scene", "2": "patrol", "3": "patrol"}
    assert [unit.state for unit in first.units].count("patrol") == 1
    assert first.calls == ()
    assert {row.number for row in one_call.rows} == {"110-1", ""}
    assert [unit.shift.code for unit in one_call.units] == ["1"]


def test_the_wall_has_nothing_that_can_be_pressed(page, night):
    text = page.get("/desk/wall/").content.decode()

    assert "110-1" in text
    assert "formaction" not in text
    assert "<form" not in text
