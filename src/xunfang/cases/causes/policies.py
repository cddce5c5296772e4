"""Who keeps the names of root causes: a supervisor. Whoever sees cases reads them."""

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can, check_can


def can_keep(user: User) -> bool:
    """Say whether this person may add, merge and retire causes."""
    return can(user, Capability.SUPERVISE_CASES)


def check_can_keep(user: User) -> None:
    """Raise NotAllowed unless this person may."""
    check_can(user, Capability.SUPERVISE_CASES)
