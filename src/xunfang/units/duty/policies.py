"""Who may say what a crew is doing: the crew itself, and its desk."""

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, NotAllowed, can
from xunfang.units.models import Part, Shift


def is_of_crew(user: User, shift: Shift) -> bool:
    """Say whether the person goes out with the crew."""
    return shift.assignments.filter(
        person__account=user, part__in=[Part.MEMBER, Part.JOINED]
    ).exists()


def can_command(user: User, shift: Shift) -> bool:
    """Say whether this person commands the crew from its station's or the city's desk."""
    return can(user, Capability.DISPATCH) and user.station_code in {
        "",
        shift.station.code,
    }


def check_can_command(user: User, shift: Shift) -> None:
    """Raise NotAllowed unless this person commands the crew."""
    if not can_command(user, shift):
        raise NotAllowed(f"{user.username} may not command {shift.code}")


def can_report(user: User, shift: Shift) -> bool:
    """Say whether this person may write in the crew's log."""
    return can_command(user, shift) or (
        can(user, Capability.REPORT_DUTY) and is_of_crew(user, shift)
    )


def check_can_report(user: User, shift: Shift) -> None:
    """Raise NotAllowed unless this person may write in the crew's log."""
    if not can_report(user, shift):
        raise NotAllowed(f"{user.username} may not report for {shift.code}")


def can_say_where(user: User, shift: Shift) -> bool:
    """Say whether this person's telephone may say where the crew is: nobody else's."""
    return can(user, Capability.REPORT_DUTY) and is_of_crew(user, shift)


def check_can_say_where(user: User, shift: Shift) -> None:
    """Raise NotAllowed unless this person goes out with the crew."""
    if not can_say_where(user, shift):
        raise NotAllowed(f"{user.username} does not go out with {shift.code}")
