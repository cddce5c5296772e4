"""Linhe's police: a station, headquarters above it, and a desk for the whole city."""

import pytest
from django.utils import timezone

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON
from tests.factories.people import add_station_unit, add_unit, assign
from tests.factories.rosters import Linhe
from xunfang.units.models import Part


@pytest.fixture(autouse=True)
def _it_is_that_afternoon(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AFTERNOON)


@pytest.fixture
def station(db):
    return linhe_city.add_station()


@pytest.fixture
def headquarters(db):
    return add_unit("HQ", name="治安支队", name_en="Public order brigade")


@pytest.fixture
def station_unit(station, headquarters):
    return add_station_unit(station, parent=headquarters)


@pytest.fixture
def desk(account):
    """The duty officer of the whole city."""
    return account("duty_officer", station_code="", username="desk")


@pytest.fixture
def station_desk(account):
    """The duty officer of S01."""
    return account("duty_officer", station_code="S01", username="s01-desk")


@pytest.fixture
def linhe(db):
    return Linhe()


@pytest.fixture
def full(linhe):
    """A crew of one and one that is held, with a stand-in."""
    shift = linhe.crew(n_sworn=1, n_auxiliary=1)
    assign(shift, linhe.sworn[0])
    assign(shift, linhe.auxiliaries[0])
    assign(shift, linhe.sworn[1], Part.STAND_IN)
    return shift
