"""Questions asked before paying that are near or over their ten minutes, at the desk."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.words import say
from xunfang.calls.desk.live import HUB, Hub, Viewer
from xunfang.cases import services as cases
from xunfang.cases.advice.queries import topic_of
from xunfang.cases.topics.services import ensure_topics
from xunfang.units.models import Station

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 8, 14, 4, 0, tzinfo=UTC)
"""Noon in the city: the scam desk is open."""


@pytest.fixture(autouse=True)
def _own_day(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    HUB.forget()
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)


@pytest.fixture
def station(db):
    return Station.objects.create(code="S01", name="河湾派出所", lon=0, lat=0)


@pytest.fixture
def desk(account, station):
    return account("duty_officer", station_code="S01")


def asked(minutes, *, at=NOON, **values):
    """A question that somebody asked so many minutes before ``at``."""
    ensure_topics(at=at)
    text = "有人让我把钱转到安全账户"
    at -= timedelta(minutes=minutes)
    return say(text, topic=topic_of(text), at=at, **values)


def line(user, at=NOON, language="en"):
    """What the desk says of questions; None where it is calm."""
    message = Viewer(user, language, hub=Hub()).next_message(at)
    return message["rows"]["questions"] if message["order"]["questions"] else None


def test_a_question_is_named_before_its_ten_minutes_are_over_and_after(desk, station):
    asked(5, station=station)
    assert line(desk) is None

    near = line(desk, NOON + timedelta(minutes=3))
    late = line(desk, NOON + timedelta(minutes=6))

    assert "▲ 1 question asked before paying is near its ten minutes" in near
    assert "■ 1 question asked before paying is over its ten minutes" in late
    assert "The oldest has waited 11 min" in late
    assert late.count('href="/cases/advice/"') == 1
    assert "超过十分钟" in line(desk, NOON + timedelta(minutes=6), "zh-hans")


def test_of_several_it_says_how_many_and_how_long_the_oldest_waits(desk, station):
    for minutes in (25, 12, 8, 1):
        asked(minutes, station=station)

    said = line(desk)

    assert "■ 2 questions" in said
    assert "3 with those that are near." in said
    assert "waited 25 min" in said


def test_the_night_does_not_count_as_waiting(desk, station):
    """Asked at 21:55, due at 08:05: five minutes of the evening and three of the day."""
    asked(0, at=datetime(2026, 8, 13, 13, 55, tzinfo=UTC), station=station)
    morning = datetime(2026, 8, 14, 0, 3, tzinfo=UTC)

    assert line(desk, datetime(2026, 8, 13, 18, 0, tzinfo=UTC)) is None
    assert "waited 8 min" in line(desk, morning)
    assert "▲" in line(desk, morning)


def test_once_it_is_answered_the_desk_is_calm_again(desk, station, account):
    taken = asked(15, station=station)
    viewer = Viewer(desk, "en", hub=Hub())
    assert viewer.next_message(NOON)["order"]["questions"] == ["questions"]

    cases.answer(
        case=taken.case,
        text="先别转账，请拨 96110。",
        by=account("leader", station_code="", username="lead"),
        at=NOON,
        revision=taken.case.revision,
        is_confirmed=True,
    )

    later = viewer.next_message(NOON + timedelta(seconds=11))
    assert later["order"]["questions"] == []


def test_each_is_told_of_the_questions_of_their_own_queue(desk, station, account):
    other = Station.objects.create(code="S02", name="远郊派出所", lon=0, lat=0)
    asked(15, station=station)
    asked(40, station=other)

    assert "1 question" in line(desk)
    assert "waited 15 min" in line(desk)
    city = account("duty_officer", username="city", station_code="")
    assert "2 questions" in line(city)


def test_the_page_names_them_without_scripts_and_the_wall_too(client, desk, station):
    client.force_login(desk)
    assert "late-questions" not in client.get("/desk/").content.decode()
    asked(15, station=station)

    for page in ("/desk/", "/desk/wall/"):
        assert client.get(page).content.decode().count("late-questions") == 1


def test_a_look_asks_as_much_for_three_late_questions_as_for_one(desk, station):
    def n_queries():
        with CaptureQueriesContext(connection) as asked_for:
            assert line(desk)
        return len(asked_for)

    asked(15, station=station)
    first = n_queries()
    for minutes in (20, 30):
        asked(minutes, station=station)

    assert n_queries() == first
