"""Linhe's ground, and who keeps it."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import linhe_city


@pytest.fixture
def ground(db):
    """The areas A1 and A2 with their four cells."""
    linhe_city.add_ground()


@pytest.fixture
def duty_officer(account):
    return account("duty_officer", station_code="")


@pytest.fixture
def leader(account):
    return account("leader", station_code="")


@pytest.fixture
def count_queries() -> Callable[[Callable[[], object]], int]:
    """Return a function that does something and says how many queries it took."""

    def count(act: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as captured:
            act()
        return len(captured)

    return count
