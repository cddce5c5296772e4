"""Who keeps safety plans, service points and measures, and who decides on ideas.

Whoever may see places reads them for the whole city: a seconded officer opens the card
of a street they have never stood in. Changing them is for the own station.
"""

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, NotAllowed, can


def check_can_edit(user: User, station_code: str) -> None:
    """Raise NotAllowed unless this person keeps what belongs to a station's ground."""
    if not can_edit(user, station_code):
        raise NotAllowed(f"{user.username} may not edit for {station_code}")


def can_edit(user: User, station_code: str) -> bool:
    """Say whether this person keeps what belongs to a station's ground."""
    is_theirs = user.station_code in {"", station_code}
    return is_theirs and can(user, Capability.EDIT_PLACES)


def check_can_submit(user: User) -> None:
    """Raise NotAllowed unless this person may put an idea in the box."""
    if not can_submit(user):
        raise NotAllowed(f"{user.username} may not submit ideas")


def can_submit(user: User) -> bool:
    """Say whether this person may put an idea in the box: who sees places."""
    return can(user, Capability.SEE_PLACES)


def check_can_decide(user: User, station_code: str) -> None:
    """Raise NotAllowed unless this person decides on ideas for a station's ground."""
    if not can_decide(user, station_code):
        raise NotAllowed(f"{user.username} may not decide for {station_code or 'all'}")


def can_decide(user: User, station_code: str) -> bool:
    """Say whether this person decides for a station; for the whole city if empty."""
    is_theirs = user.station_code in {"", station_code}
    return is_theirs and can(user, Capability.DECIDE_IDEAS)
