"""Who may see and change what is kept of people.

A station's people see their own station's people, and whoever is on duty there. Only a
person themselves says what they can do.
"""

from datetime import date

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, NotAllowed, can
from xunfang.units.models import Assignment, Person, Shift, Station, Unit


def can_edit_all(user: User) -> bool:
    """Say whether this person may change what is kept of everybody, and the units."""
    return can(user, Capability.EDIT_PEOPLE) and not user.station_code


def check_can_edit_all(user: User) -> None:
    """Raise NotAllowed unless this person may change everybody's entries and units."""
    if not can_edit_all(user):
        raise NotAllowed(f"{user.username} may not edit the whole city's people")


def can_edit_people_of(user: User, unit: Unit) -> bool:
    """Say whether this person may change what is kept of a unit's people."""
    if not user.station_code:
        return can(user, Capability.EDIT_PEOPLE)
    return (
        can(user, Capability.EDIT_PEOPLE)
        and unit.station is not None
        and unit.station.code == user.station_code
    )


def check_can_edit_people_of(user: User, unit: Unit) -> None:
    """Raise NotAllowed unless this person may change what is kept of the unit's people."""
    if not can_edit_people_of(user, unit):
        raise NotAllowed(f"{user.username} may not edit people of {unit.code}")


def can_enter_absence(user: User, person: Person, *, night: date) -> bool:
    """Say whether this person may enter that somebody is away.

    A station does so for its own people, and for those who are on duty there from
    ``night`` on: who does not come is missed there.
    """
    if can_edit_people_of(user, person.home_unit):
        return True
    return (
        can(user, Capability.EDIT_PEOPLE)
        and Assignment.objects.filter(
            person=person,
            shift__station__code=user.station_code,
            shift__night__gte=night,
        ).exists()
    )


def check_can_enter_absence(user: User, person: Person, *, night: date) -> None:
    """Raise NotAllowed unless this person may enter that somebody is away."""
    if not can_enter_absence(user, person, night=night):
        raise NotAllowed(f"{user.username} may not enter absences of {person.code}")


def can_pair(user: User, station: Station) -> bool:
    """Say whether this person may give newcomers at a station a mentor."""
    return can(user, Capability.EDIT_PEOPLE) and user.station_code in {
        "",
        station.code,
    }


def check_can_pair(user: User, station: Station) -> None:
    """Raise NotAllowed unless this person may give newcomers at a station a mentor."""
    if not can_pair(user, station):
        raise NotAllowed(f"{user.username} may not pair people at {station.code}")


def can_speak_for(user: User, person: Person) -> bool:
    """Say whether the account is this person's own: nobody else declares a skill."""
    return user.is_active and person.account_id == user.pk


def check_can_speak_for(user: User, person: Person) -> None:
    """Raise NotAllowed unless the account is this person's own."""
    if not can_speak_for(user, person):
        raise NotAllowed(f"{user.username} may not speak for {person.code}")


def can_note_missing(user: User, shift: Shift) -> bool:
    """Say whether this person may note what a crew lacks: its station, or who is in it."""
    return can(user, Capability.SEE_PEOPLE) and (
        user.station_code in {"", shift.station.code}
        or shift.assignments.filter(person__account=user).exists()
    )


def check_can_note_missing(user: User, shift: Shift) -> None:
    """Raise NotAllowed unless this person may note what a crew lacks."""
    if not can_note_missing(user, shift):
        raise NotAllowed(f"{user.username} may not note gear of {shift}")
