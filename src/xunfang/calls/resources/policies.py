"""Who may read and keep the directory of local help."""

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, NotAllowed, can
from xunfang.calls.policies import can_open_calls
from xunfang.units.models import Station


def check_can_read(user: User) -> None:
    """Raise NotAllowed unless this person may look help up: who goes to calls may."""
    if not can_open_calls(user):
        raise NotAllowed(f"{user.username} may not look up local help")


def can_keep(user: User, station: Station | None = None) -> bool:
    """Say whether this person may change what is listed on a station's ground.

    Who keeps the registers of places keeps this one. Without a station: anything.
    """
    return can(user, Capability.EDIT_PLACES) and (
        not user.station_code or station is None or station.code == user.station_code
    )


def check_can_keep(user: User, station: Station | None = None) -> None:
    """Raise NotAllowed unless this person may change what is listed there."""
    if not can_keep(user, station):
        raise NotAllowed(f"{user.username} may not keep local help of {station}")
