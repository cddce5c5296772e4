"""Two stations and the people who work on what residents say."""

import pytest
from django.db import transaction

from tests.factories.sixty import Sixty
from tests.factories.words import FRIDAY
from xunfang.units.models import Station


@pytest.fixture(autouse=True)
def _friday(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: FRIDAY)


@pytest.fixture
def station(db):
    return Station.objects.create(code="S01", name="汀东派出所", lon=0, lat=0)


@pytest.fixture
def officer(account, station):
    """A duty officer of the station."""
    return account("duty_officer", station_code="S01")


@pytest.fixture
def supervisor(account):
    """A supervisor of the whole city."""
    return account("supervisor", station_code="")


@pytest.fixture
def desk(client, officer):
    """The officer's browser."""
    client.force_login(officer)
    return client


@pytest.fixture(scope="module")
def sixty(django_db_setup, django_db_blocker):
    """The sixty messages of the demo, taken in once for all tests of a module."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Sixty()
        transaction.set_rollback(True)
