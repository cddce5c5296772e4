"""Who may see and keep disputes. A station's people see their own station's."""

from django.db.models import Q

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, NotAllowed, can
from xunfang.mediations.models import Dispute
from xunfang.units.models import Station


def seen_by(user: User) -> Q:
    """Return which disputes a person may see."""
    if not can(user, Capability.SEE_DISPUTES):
        return Q(pk__in=[])
    return Q(station__code=user.station_code) if user.station_code else Q()


def can_open(user: User, station: Station | None) -> bool:
    """Say whether this person may open a dispute on a station's ground.

    One on nobody's ground anybody may open who may open any.
    """
    return can(user, Capability.KEEP_DISPUTES) and (
        not user.station_code or station is None or station.code == user.station_code
    )


def check_can_open(user: User, station: Station | None) -> None:
    """Raise NotAllowed unless this person may open a dispute there."""
    if not can_open(user, station):
        raise NotAllowed(f"{user.username} may not open a dispute at {station}")


def can_keep(user: User, dispute: Dispute) -> bool:
    """Say whether this person may note how a dispute stands."""
    return can_open(user, dispute.station)


def check_can_keep(user: User, dispute: Dispute) -> None:
    """Raise NotAllowed unless this person may note how a dispute stands."""
    if not can_keep(user, dispute):
        raise NotAllowed(f"{user.username} may not keep {dispute.number}")
