"""What tests of the entrance for residents ask for."""

import pytest

from tests.factories.words import FRIDAY
from xunfang.cases.topics.services import ensure_topics
from xunfang.public.matters import alike
from xunfang.units.models import Station


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    alike.forget()
    monkeypatch.setattr("django.utils.timezone.now", lambda: FRIDAY)


@pytest.fixture
def _topics(db):
    ensure_topics(at=FRIDAY)


@pytest.fixture
def supervisor(account):
    return account("supervisor", station_code="", username="shen")


@pytest.fixture
def handler(account):
    return account("leader", station_code="", username="lead")


@pytest.fixture
def station(db):
    return Station.objects.create(
        code="S03", name="河湾派出所", name_en="Hewan", lon=0, lat=0
    )
