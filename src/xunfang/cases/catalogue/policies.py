"""Who looks after the catalogue: whoever answers residents; of a station's, its people."""

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, NotAllowed, can
from xunfang.units.models import Station


def can_keep(user: User, station: Station | None) -> bool:
    """Say whether this person may write services of a station; None: the city's."""
    if not (
        can(user, Capability.HANDLE_CASES) or can(user, Capability.SUPERVISE_CASES)
    ):
        return False
    own = user.station_code
    return not own or (station is not None and station.code == own)


def check_can_keep(user: User, station: Station | None) -> None:
    """Raise NotAllowed unless this person may."""
    if not can_keep(user, station):
        where = station.code if station else "the city"
        raise NotAllowed(f"{user.username} may not keep services of {where}")
