"""The people of the demo city: as many as its figures say, and nobody real."""

import pytest
from django.db.models import Count

from tests.factories import yunting_city
from xunfang.cli.demo import load
from xunfang.units import models as units

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(account):
    yunting_city.build(by=account("duty_officer", station_code="", username="zhiban"))


def test_demo_city_has_its_892_people(city):
    strength = {
        (row["home_unit__level"], row["standing"]): row["n"]
        for row in units.Person.objects.values("home_unit__level", "standing")
        .annotate(n=Count("pk"))
        .order_by()
    }

    assert strength == {
        ("city", "sworn"): 300,
        ("city", "auxiliary"): 140,
        ("station", "sworn"): 150,
        ("station", "auxiliary"): 302,
    }
    names = units.Person.objects.values_list("name", flat=True)
    assert len(set(names)) == 892
    phones = units.Person.objects.exclude(phone__startswith="120000")
    assert not phones.exists()


def test_seconded_groups_are_numbered_and_a_second_start_changes_nobody(city):
    groups = units.Shift.objects.filter(is_seconded=True)
    numbers = set(groups.values_list("group_number", flat=True))
    first = groups.earliest("group_number")
    first.delete()

    load.load_night(yunting_city.city(), night=yunting_city.NIGHT)

    assert numbers == set(range(1, 27))
    assert groups.count() == 25
    assert not units.Shift.objects.filter(code=first.code).exists()
