"""Who writes beginnings of answers: whoever answers. Who approves them: a supervisor."""

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, NotAllowed, can, check_can


def can_write(user: User) -> bool:
    """Say whether this person may write a template."""
    return can(user, Capability.HANDLE_CASES) or can(user, Capability.SUPERVISE_CASES)


def check_can_write(user: User) -> None:
    """Raise NotAllowed unless this person may."""
    if not can_write(user):
        raise NotAllowed(f"{user.username} may not write templates of answers")


def can_approve(user: User) -> bool:
    """Say whether this person may put a template into use, and take it out of use."""
    return can(user, Capability.SUPERVISE_CASES)


def check_can_approve(user: User) -> None:
    """Raise NotAllowed unless this person may."""
    check_can(user, Capability.SUPERVISE_CASES)
