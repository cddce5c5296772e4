"""Somebody is away: entered once, joined with what is there, taken back."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON
from tests.factories.people import add_person, add_station_unit, add_unit, assign
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.units.models import Absence
from xunfang.units.people.absences import (
    AbsenceCancelled,
    AbsenceEndsFirst,
    AbsenceOverlaps,
    cancel_absence,
    enter_absence,
)

pytestmark = pytest.mark.django_db

SIX = datetime(2026, 8, 14, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def station(db):
    return linhe_city.add_station()


@pytest.fixture
def person(station):
    return add_person("1001", add_unit())


@pytest.fixture
def desk(account):
    return account("duty_officer", station_code="")


def enter(person, desk, begins, ends, kind="absent") -> Absence:
    return enter_absence(
        person=person,
        begins_at=SIX + begins * HOUR,
        ends_at=SIX + ends * HOUR,
        kind=kind,
        by=desk,
        at=AFTERNOON,
    )


def standing() -> list[tuple[str, float, float]]:
    return [
        (one.kind, (one.begins_at - SIX) / HOUR, (one.ends_at - SIX) / HOUR)
        for one in Absence.objects.filter(cancelled_at=None)
    ]


def test_absence_is_entered_with_who_and_when_and_stands_on_record(person, desk):
    absence = enter(person, desk, 0, 8, "leave")

    assert standing() == [("leave", 0, 8)]
    assert (absence.entered_by, absence.entered_at) == (desk, AFTERNOON)
    [event] = Event.objects.all()
    assert (event.kind, event.subject, event.by) == ("absence.entered", "1001", desk)
    assert event.detail == {
        "of_kind": "leave",
        "begins_at": "2026-08-14T10:00:00+00:00",
        "ends_at": "2026-08-14T18:00:00+00:00",
    }


def test_absence_entered_twice_stands_once_and_is_recorded_once(person, desk):
    first = enter(person, desk, 0, 8)
    again = enter(person, desk, 1, 8)

    assert again == first
    assert standing() == [("absent", 0, 8)]
    assert Event.objects.count() == 1


def test_absences_of_one_kind_that_overlap_or_touch_become_one(person, desk):
    enter(person, desk, 0, 2)
    enter(person, desk, 6, 8)

    enter(person, desk, 2, 7)

    assert standing() == [("absent", 0, 8)]


def test_absence_of_another_kind_in_that_time_is_named_and_nothing_changes(
    person, desk
):
    leave = enter(person, desk, 0, 8, "leave")

    with pytest.raises(AbsenceOverlaps) as refusal:
        enter(person, desk, 7, 9, "duty")

    assert refusal.value.there == leave
    assert standing() == [("leave", 0, 8)]


def test_absence_of_another_kind_may_follow_at_once(person, desk):
    enter(person, desk, 0, 8, "leave")
    enter(person, desk, 8, 9, "duty")

    assert standing() == [("leave", 0, 8), ("duty", 8, 9)]


def test_absence_that_ends_first_is_refused(person, desk):
    with pytest.raises(AbsenceEndsFirst):
        enter(person, desk, 2, 2)

    assert standing() == []


def test_cancelled_absence_says_by_whom_and_is_cancelled_once(person, desk):
    absence = enter(person, desk, 0, 8)

    cancelled = cancel_absence(absence=absence, by=desk, at=AFTERNOON)

    assert (cancelled.cancelled_by, cancelled.cancelled_at) == (desk, AFTERNOON)
    assert Event.objects.latest("pk").kind == "absence.cancelled"
    with pytest.raises(AbsenceCancelled):
        cancel_absence(absence=absence, by=desk, at=AFTERNOON)


def test_time_that_was_cancelled_is_free_again(person, desk):
    absence = enter(person, desk, 0, 8, "leave")
    cancel_absence(absence=absence, by=desk, at=AFTERNOON)

    enter(person, desk, 0, 8, "duty")

    assert standing() == [("duty", 0, 8)]


def test_station_enters_who_is_its_own_or_on_duty_there_and_nobody_else(
    account, station, person
):
    own = add_person("2001", add_station_unit(station))
    coming = add_person("1002", person.home_unit)
    left = add_person("1003", person.home_unit)
    assign(linhe_city.add_crew(station, "1"), coming)
    assign(linhe_city.add_crew(station, "0", night=date(2026, 8, 1)), left)
    desk = account("duty_officer", station_code="S01", username="s01")

    enter(own, desk, 0, 8)
    enter(coming, desk, 0, 8)
    for other in (left, person):
        with pytest.raises(NotAllowed):
            enter(other, desk, 0, 8)

    assert {one.person.code for one in Absence.objects.all()} == {"2001", "1002"}


@pytest.mark.parametrize("role", ["patrol_officer", "leader", "supervisor"])
def test_absence_is_refused_to_who_may_not_edit_people(account, person, role):
    with pytest.raises(NotAllowed):
        enter(person, account(role, station_code=""), 0, 8)

    assert standing() == []
