"""The demo city has its 41 police rooms, its school plans, cards and ideas."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains

from tests.factories import yunting_city
from tests.factories.yunting_city import AFTERNOON
from xunfang.cli.demo import load_safety
from xunfang.places.models import PatrolArea
from xunfang.places.models.ideas import IdeaState, IdeaTrial
from xunfang.places.models.service_points import ServicePoint
from xunfang.places.safety.ideas import queries as ideas_queries
from xunfang.places.safety.measures import queries as measures_queries
from xunfang.places.safety.school_plans import queries as school_plans_queries

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 18)


@pytest.fixture
def officer(account):
    return account("duty_officer", station_code="", username="zhiban")


@pytest.fixture
def city(officer, account):
    account("leader", station_code="")
    yunting_city.build(by=officer)
    load_safety.load_safety(yunting_city.city(), by=officer, at=AFTERNOON)


@pytest.mark.row("B04", "B15")
def test_demo_city_shows_what_the_pages_are_for(city, client, officer, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AFTERNOON + timedelta(minutes=5))

    residents = client.get("/service-points/")

    assertContains(residents, "41 个警务室")
    assert ServicePoint.objects.filter(hours={}).count() == 0
    assert {row.presence for row, _ in residents.context["rows"]} >= {
        "staffed",
        "unstaffed",
        "closed",
    }
    client.force_login(officer)
    assertContains(client.get("/safety/schools/"), "<strong>42/42</strong> 所学校")
    kindergartens = school_plans_queries.schools_visible_to(officer, day=TODAY).filter(
        kind="kindergarten"
    )
    report = school_plans_queries.report_plans(kindergartens, day=TODAY)
    assert (report.n_schools, report.n_none, report.n_overdue) == (54, 6, 6)
    areas = list(PatrolArea.objects.all())
    cards = measures_queries.cards_for(areas, TODAY)
    assert len(cards) == len(areas) == 60
    new = measures_queries.new_since(AFTERNOON - timedelta(days=1), now=AFTERNOON)
    assert len(new) == 4
    assert ideas_queries.count_by_state() == dict.fromkeys(IdeaState, 1)
    trial = IdeaTrial.objects.get(idea__state="on_trial")
    assert ideas_queries.is_measured(trial, day=TODAY)
