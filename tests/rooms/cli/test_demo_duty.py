"""Whoever signs in on a phone in the demo is out with a crew and has calls."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.factories import calls as call_factory
from tests.factories import linhe_city, people
from tests.factories.linhe_city import AFTERNOON, NIGHT
from xunfang.calls.models import Dispatch
from xunfang.cli.demo.load_calls import load_calls
from xunfang.cli.demo.load_duty import load_duty
from xunfang.field import queries
from xunfang.units.models import DutyEntry, Part, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(account):
    return account("duty_officer", station_code="")


@pytest.fixture
def officer(account):
    return account("patrol_officer", station_code="S01", username="xunluo")


@pytest.fixture
def crew(desk, officer):
    """A car of the station with two sworn officers; the account's person stays at home."""
    station = linhe_city.build_city()
    unit = people.add_unit("U1")
    people.add_person("000", unit, account=officer)
    shift = call_factory.add_shift(NIGHT, station, "L1")
    for number in (1, 2):
        people.assign(shift, people.add_person(f"00{number}", unit))
    load_calls(night=NIGHT, by=desk, at=AFTERNOON, zone=ZoneInfo("Asia/Shanghai"))
    return shift


def test_the_patrol_officers_phone_shows_a_duty_and_two_calls(crew, desk, officer):
    for minutes in (0, 5):
        load_duty(night=NIGHT, by=desk, at=AFTERNOON + timedelta(minutes=minutes))

    shown = queries.screen(officer, AFTERNOON + timedelta(minutes=10))

    assert (shown.shift, shown.is_on_duty) == (crew, True)
    # The missing man first: his card opens with the call.
    assert [card.risk and card.risk.key for card in shown.calls] == ["missing", None]
    assert [card.dispatch.status for card in shown.calls] == [
        "acknowledged",
        "assigned",
    ]
    assert Person.objects.get(account=officer).code == "001"
    assert DutyEntry.objects.count() == 1


def test_an_officer_who_is_out_anyway_stays_who_he_is(crew, desk, officer):
    own = Person.objects.get(account=officer)
    people.assign(crew, own, part=Part.MEMBER)

    load_duty(night=NIGHT, by=desk, at=AFTERNOON)

    own.refresh_from_db()
    assert own.account == officer
    assert Dispatch.objects.filter(shift=crew).count() == 2


def test_a_night_that_is_not_tonight_has_nobody_out(crew, desk, officer):
    load_duty(night=NIGHT, by=desk, at=AFTERNOON - timedelta(days=1))

    assert not DutyEntry.objects.exists()
