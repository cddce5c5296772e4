"""A city's desk, and the source through which 110's sheets come."""

from datetime import UTC, datetime

import pytest

from tests.factories import calls as factory

NOW = datetime(2026, 8, 15, 1, tzinfo=UTC)
"""09:00 in Linhe: the night of the 14th is over."""


@pytest.fixture
def city_desk(account):
    """The duty officer of the whole city."""
    return account("duty_officer", station_code="", username="city-desk")


@pytest.fixture
def source(city_desk):
    return factory.add_source(by=city_desk, at=NOW)


@pytest.fixture
def bring(source, city_desk):
    """Bring lines in: ``bring({"接警单编号": "1", ...}, ...)``."""

    def bring_in(*records, by=city_desk, through=None, at=NOW, write=None):
        return factory.bring(
            *records, source=through or source, by=by, at=at, write=write
        )

    return bring_in
