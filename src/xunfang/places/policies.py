"""Who may see and change what is kept of places. A station's people keep their own."""

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, NotAllowed, can


def check_can_edit_places(user: User, station_code: str) -> None:
    """Raise NotAllowed unless this person keeps the places of this station."""
    if not can_edit_places(user, station_code):
        raise NotAllowed(f"{user.username} may not change places of {station_code}")


def can_edit_places(user: User, station_code: str) -> bool:
    """Say whether this person keeps the places of this station."""
    return can(user, Capability.EDIT_PLACES) and user.station_code in {
        "",
        station_code,
    }


def check_can_redraw(user: User) -> None:
    """Raise NotAllowed unless this person may redraw patrol areas."""
    if not can_redraw(user):
        raise NotAllowed(f"{user.username} may not redraw patrol areas")


def can_redraw(user: User) -> bool:
    """Say whether this person may redraw areas: a border has a station on each side."""
    return can(user, Capability.EDIT_PLACES) and not user.station_code


def check_can_count_addresses(user: User) -> None:
    """Raise NotAllowed unless this person may enter how many addresses cells hold."""
    if not can_count_addresses(user):
        raise NotAllowed(f"{user.username} may not count addresses")


def can_count_addresses(user: User) -> bool:
    """Say whether this person may count addresses: the whole city's map rests on them."""
    return can(user, Capability.EDIT_PLACES) and not user.station_code
