"""The crews of a night, read at once: the same as from their logs, whatever changes."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import calls as factory
from tests.factories import linhe_city
from tests.factories.linhe_city import NIGHT
from xunfang.core.dispatching.unit_states import DutyStep, UnitState
from xunfang.units.duty import crews, queries, services
from xunfang.units.duty.bindings import bind_crews
from xunfang.units.models import DutyStay

pytestmark = pytest.mark.django_db

NOW = timezone.now().replace(microsecond=0)


@pytest.fixture
def desk(account):
    return account("duty_officer")


@pytest.fixture
def crew(desk):
    crew = linhe_city.add_crew(linhe_city.add_station(), "1", ends_min=1800)
    factory.go_on_duty(crew, by=desk, at=NOW - timedelta(hours=1))
    return crew


def report(crew, step, desk, minutes_ago):
    at = NOW - timedelta(minutes=minutes_ago)
    return services.report(shift=crew, step=step, key=uuid4(), by=desk, at=at)


def test_what_a_crew_does_is_what_its_log_says_after_each_line(desk, crew):
    def both():
        now = crews.standings_of(NIGHT, {})[crew.pk]
        assert now == queries.standings([crew], {})[crew.pk]
        return now.state

    assert both() is UnitState.PATROL
    pause = report(crew, DutyStep.PAUSE, desk, 10)
    assert both() is UnitState.PAUSED
    services.correct_entry(
        entry=pause, happened_at=None, reason="按错", by=desk, at=NOW, key=uuid4()
    )
    assert both() is UnitState.PATROL
    report(crew, DutyStep.OFF, desk, 1)
    assert both() is UnitState.OFF


def test_a_crew_that_has_not_come_has_no_standing(desk, crew):
    late = linhe_city.add_crew(crew.station, "2", ends_min=1800)

    assert {one.pk for one in crews.crews_of(NIGHT)} == {crew.pk, late.pk}
    assert set(crews.standings_of(NIGHT, {})) == {crew.pk}


def test_a_plan_that_is_published_again_with_as_many_stays_takes_the_place_of_the_first(
    crew,
):
    def stays(name):
        return [
            DutyStay(
                shift=crew,
                number=1,
                begins_at=NOW,
                ends_at=NOW + timedelta(minutes=15),
                lon=113.65,
                lat=34.76,
                name=name,
                edition=1,
            )
        ]

    bind_crews(station=crew.station, night=NIGHT, stays=stays("北门"))
    assert [stay.name for stay in crews.stays_of(NIGHT)[crew.pk]] == ["北门"]
    bind_crews(station=crew.station, night=NIGHT, stays=stays("南门"))
    assert [stay.name for stay in crews.stays_of(NIGHT)[crew.pk]] == ["南门"]
    bind_crews(station=crew.station, night=NIGHT, stays=[])
    assert crews.stays_of(NIGHT) == {}


def test_only_the_log_that_has_grown_is_read_again(desk, crew):
    other = linhe_city.add_crew(crew.station, "2", ends_min=1800)
    factory.go_on_duty(other, by=desk, at=NOW - timedelta(hours=1))
    crews.standings_of(NIGHT, {})

    report(crew, DutyStep.PAUSE, desk, 10)
    with CaptureQueriesContext(connection) as asked:
        now = crews.standings_of(NIGHT, {})

    assert (now[crew.pk].state, now[other.pk].state) == (
        UnitState.PAUSED,
        UnitState.PATROL,
    )
    [_count, read] = asked.captured_queries
    assert f"IN ({crew.pk})" in read["sql"]


def test_what_nobody_has_reported_or_published_since_is_not_read_again(
    desk, crew, django_assert_num_queries
):
    crews.standings_of(NIGHT, {}), crews.stays_of(NIGHT)

    with django_assert_num_queries(2):
        crews.standings_of(NIGHT, {}), crews.stays_of(NIGHT)
