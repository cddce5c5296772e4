"""Two crews on duty in Linhe, each with a device."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from tests.factories import linhe_city
from tests.factories.calls import add_shift, go_on_duty
from tests.factories.devices import add_device, take
from tests.factories.linhe_city import NIGHT

ON_AT = datetime(2026, 8, 14, 12, tzinfo=UTC)
"""20:00: the crews have gone on duty."""
NOW = ON_AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _it_is_nine(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def administrator(account):
    return account("administrator", station_code="")


@pytest.fixture
def desk(account):
    return account("duty_officer", station_code="")


@pytest.fixture
def out(administrator, desk):
    """Crews 1 and 2 on duty since 20:00 with devices D1 and D2; D3 is at the station."""
    station = linhe_city.add_station()
    shifts = {code: add_shift(NIGHT, station, code) for code in ("1", "2")}
    devices = {
        code: add_device(code, station, by=administrator, at=ON_AT)
        for code in ("D1", "D2", "D3")
    }
    for code, shift in shifts.items():
        go_on_duty(shift, by=desk, at=ON_AT)
        take(devices[f"D{code}"], shift, by=desk, at=ON_AT)
    return SimpleNamespace(
        station=station,
        one=shifts["1"],
        two=shifts["2"],
        d1=devices["D1"],
        d2=devices["D2"],
        d3=devices["D3"],
    )
