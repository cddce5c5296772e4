"""Who may enter what no other room knows: a leader, under their name."""

from xunfang.accounts.models import Role, User
from xunfang.accounts.policies import NotAllowed


def can_enter_figures(user: User) -> bool:
    """Say whether this person may enter how many messages were sent."""
    return user.is_active and user.role == Role.LEADER


def check_can_enter_figures(user: User) -> None:
    """Raise NotAllowed unless this person may."""
    if not can_enter_figures(user):
        raise NotAllowed(f"{user.username} ({user.role}) may not enter figures")
