"""Who may see and change rosters. A station's people see and change their own station's."""

from datetime import date

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, NotAllowed, can
from xunfang.units.models import Assignment, Person, Shift, Station


def can_edit_roster(user: User, station: Station) -> bool:
    """Say whether this person may say who goes out at a station."""
    return can(user, Capability.EDIT_ROSTER) and user.station_code in {
        "",
        station.code,
    }


def check_can_edit_roster(user: User, station: Station) -> None:
    """Raise NotAllowed unless this person may say who goes out at a station."""
    if not can_edit_roster(user, station):
        raise NotAllowed(f"{user.username} may not edit the roster of {station.code}")


def can_place(user: User, person: Person, shift: Shift) -> bool:
    """Say whether this person may put the other in a crew.

    A station puts in its own people, and headquarters' in seconded groups; only the city
    borrows somebody from another station.
    """
    if not can_edit_roster(user, shift.station):
        return False
    unit = person.home_unit
    return (
        not user.station_code
        or unit.station_id == shift.station_id
        or (shift.is_seconded and unit.is_seconding)
    )


def check_can_place(user: User, person: Person, shift: Shift) -> None:
    """Raise NotAllowed unless this person may put the other in a crew."""
    if not can_place(user, person, shift):
        raise NotAllowed(f"{user.username} may not put {person.code} in {shift.code}")


def can_allocate(user: User) -> bool:
    """Say whether this person may send headquarters' people to all stations."""
    return can(user, Capability.EDIT_ROSTER) and not user.station_code


def check_can_allocate(user: User) -> None:
    """Raise NotAllowed unless this person may send people to all stations."""
    if not can_allocate(user):
        raise NotAllowed(f"{user.username} may not allocate for the city")


def can_sign_waiver(user: User, person: Person, *, night: date) -> bool:
    """Say whether this person may sign that another goes out after less rest.

    A station's leader signs for its own people and for those in its crews that night.
    """
    if not can(user, Capability.SIGN_WAIVER) or person.account_id == user.pk:
        return False
    if not user.station_code:
        return True
    unit = person.home_unit
    if unit.station is not None and unit.station.code == user.station_code:
        return True
    return Assignment.objects.filter(
        person=person, shift__night=night, shift__station__code=user.station_code
    ).exists()


def check_can_sign_waiver(user: User, person: Person, *, night: date) -> None:
    """Raise NotAllowed unless this person may sign for the other on that night."""
    if not can_sign_waiver(user, person, night=night):
        raise NotAllowed(f"{user.username} may not waive the rest of {person.code}")


def can_ask_for_swap(user: User, person: Person) -> bool:
    """Say whether the place that would be swapped is the person's own."""
    return user.is_active and person.account_id == user.pk


def check_can_ask_for_swap(user: User, person: Person) -> None:
    """Raise NotAllowed unless the place is the person's own."""
    if not can_ask_for_swap(user, person):
        raise NotAllowed(f"{user.username} may not ask for {person.code}")
