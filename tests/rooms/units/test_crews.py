"""What the database itself will not hold: crews without an officer, shifts backwards."""

import pytest
from django.db import IntegrityError, transaction

from tests.factories import linhe_city
from xunfang.units.models import Shift, TeamTemplate

pytestmark = pytest.mark.django_db


def refused(station, **values) -> bool:
    with pytest.raises(IntegrityError), transaction.atomic():
        linhe_city.add_crew(station, "1", **values)
    return not Shift.objects.exists()


@pytest.mark.row("C02")
def test_auxiliaries_are_never_alone():
    assert refused(linhe_city.add_station(), n_sworn=0, n_auxiliary=4)


def test_shift_does_not_end_before_it_begins():
    assert refused(linhe_city.add_station(), begins_min=1200, ends_min=1200)


def test_meal_has_a_window():
    assert refused(linhe_city.add_station(), break_minutes=30)


def test_crew_has_one_shift_a_night():
    station = linhe_city.add_station()
    linhe_city.add_crew(station, "1")

    with pytest.raises(IntegrityError), transaction.atomic():
        linhe_city.add_crew(station, "1")

    assert Shift.objects.count() == 1


def test_team_template_asks_for_an_officer():
    with pytest.raises(IntegrityError), transaction.atomic():
        TeamTemplate.objects.create(code="x", name="x", min_sworn=0, min_total=4)

    assert TeamTemplate.objects.count() == 0
