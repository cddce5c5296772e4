"""The register of key places, and how often somebody looked in."""

from datetime import date, timedelta

import pytest

from tests.factories import linhe_city
from xunfang.places import queries
from xunfang.places.models import GridCell, IncidentCount, KeyPlace, PlaceCheck

pytestmark = pytest.mark.django_db

AUGUST, SEPTEMBER = date(2026, 8, 1), date(2026, 9, 28)


@pytest.fixture
def register():
    """536 key places, as many as Yunting has."""
    linhe_city.add_ground()
    cell = GridCell.objects.get(code="C1")
    return KeyPlace.objects.bulk_create(
        KeyPlace(
            code=f"K{number}", name=f"{number}号", kind="bank", cell=cell, lon=0, lat=0
        )
        for number in range(536)
    )


def check(place: KeyPlace, day: date) -> PlaceCheck:
    return PlaceCheck(place=place, checked_on=day, unit_code="1")


@pytest.mark.row("B08")
def test_register_of_536_places_reports_distinct_places_and_checks_apart(register):
    """1,874 checks: three of each place are 1,608, and 266 places have one more."""
    PlaceCheck.objects.bulk_create(
        check(place, AUGUST + timedelta(days=visit))
        for number, place in enumerate(register)
        for visit in range(3 + (number < 266))
    )

    report = queries.report_checks(first_day=AUGUST, last_day=SEPTEMBER)

    assert report == queries.ChecksReport(
        n_places=536, n_places_checked=536, n_checks=1874
    )


@pytest.mark.row("B08")
def test_second_check_of_a_place_is_a_check_and_no_second_place(register):
    check(register[0], AUGUST).save()
    check(register[0], AUGUST).save()

    report = queries.report_checks(first_day=AUGUST, last_day=SEPTEMBER)

    assert report == queries.ChecksReport(n_places=536, n_places_checked=1, n_checks=2)


def test_checks_outside_the_period_do_not_count(register):
    check(register[0], AUGUST - timedelta(days=1)).save()
    check(register[1], SEPTEMBER + timedelta(days=1)).save()

    report = queries.report_checks(first_day=AUGUST, last_day=SEPTEMBER)

    assert (report.n_places_checked, report.n_checks) == (0, 0)


def test_last_check_is_the_latest_and_absent_where_there_was_none(register):
    first, second = register[:2]
    check(first, AUGUST).save()
    check(first, SEPTEMBER).save()

    assert queries.last_checks([first.pk, second.pk]) == {first.pk: SEPTEMBER}


@pytest.mark.rule("CL-23")
def test_counts_for_suggestions_are_what_residents_reported_and_nothing_else(register):
    linhe_city.add_reports("C1", n_incidents=7)
    linhe_city.add_reports(
        "C1", n_incidents=90, source=IncidentCount.PATROL_FOUND, hour=22
    )
    cell = GridCell.objects.get(code="C1")

    counts = queries.reported_counts([cell.pk])

    assert [count.n_incidents for count in counts[cell.pk]] == [7]
