"""Who may do what, by role. Each rule is a pair: one refuses, one answers."""

from enum import StrEnum

from xunfang.accounts.models import Role, User
from xunfang.core.errors import DomainError


class Capability(StrEnum):
    """Something a role includes or does not include."""

    SEE_TONIGHT = "see_tonight"
    """The night's plans: routes, posts, reasons, unmet wishes, proof."""
    SOLVE_PLAN = "solve_plan"
    """Start, watch and stop the making of a night's plan."""
    ORDER_PRESENCE = "order_presence"
    """More presence at places and in cells for some nights, lights at posts."""
    SEE_CALENDAR = "see_calendar"
    """The duties of any date."""
    SEE_RECORD = "see_record"
    """Who did what and when."""
    ADMINISTER_ACCOUNTS = "administer_accounts"
    """Open and close accounts, give roles."""


PERMISSIONS: dict[Role, frozenset[Capability]] = {
    Role.DUTY_OFFICER: frozenset(
        {
            Capability.SEE_TONIGHT,
            Capability.SOLVE_PLAN,
            Capability.ORDER_PRESENCE,
            Capability.SEE_CALENDAR,
        }
    ),
    Role.LEADER: frozenset(
        {Capability.SEE_TONIGHT, Capability.ORDER_PRESENCE, Capability.SEE_CALENDAR}
    ),
    Role.PATROL_OFFICER: frozenset({Capability.SEE_TONIGHT, Capability.SEE_CALENDAR}),
    Role.COMMUNITY_OFFICER: frozenset({Capability.SEE_CALENDAR}),
    Role.SUPERVISOR: frozenset(
        {Capability.SEE_TONIGHT, Capability.SEE_CALENDAR, Capability.SEE_RECORD}
    ),
    # Who runs the machine does not read the work: no plan, no message.
    Role.ADMINISTRATOR: frozenset(
        {Capability.SEE_CALENDAR, Capability.SEE_RECORD, Capability.ADMINISTER_ACCOUNTS}
    ),
}
"""The whole of it. ``docs/reference/roles.md`` shows the same table."""


class NotAllowed(DomainError):
    """This person's role does not include what was asked."""

    code = "accounts.not_allowed"


def can(user: User, capability: Capability) -> bool:
    """Say whether the role of this person includes it. Closed accounts: never."""
    return user.is_active and capability in PERMISSIONS[Role(user.role)]


def check_can(user: User, capability: Capability) -> None:
    """Raise NotAllowed unless the role of this person includes it."""
    if not can(user, capability):
        raise NotAllowed(f"{user.username} ({user.role}) may not {capability}")
