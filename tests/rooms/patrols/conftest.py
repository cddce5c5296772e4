"""Linhe's night, ready to be planned."""

import pytest

from tests.factories import linhe_city
from xunfang.core.planning.budget import Budget
from xunfang.patrols.plans import making


@pytest.fixture(autouse=True)
def _own_data_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture(autouse=True)
def _short_search(monkeypatch):
    """Search for a blink: these tests ask what is done with a plan, not how good."""
    monkeypatch.setattr(making, "budget_of", lambda run, **_: Budget(iterations=60))


@pytest.fixture
def streets(db):
    return linhe_city.import_streets()


@pytest.fixture
def station(db):
    return linhe_city.build_city()


@pytest.fixture
def duty_officer(account):
    return account("duty_officer", station_code="")
