"""Who may do what, by role. Each rule is a pair: one refuses, one answers."""

from enum import StrEnum

from xunfang.accounts.models import Role, Standing, User
from xunfang.core.errors import DomainError


class Capability(StrEnum):
    """Something a role includes or does not include."""

    SEE_TONIGHT = "see_tonight"
    """The night's plans: routes, posts, reasons, unmet wishes, proof."""
    SOLVE_PLAN = "solve_plan"
    """Start, watch and stop the making of a night's plan."""
    ORDER_PRESENCE = "order_presence"
    """More presence at places and in cells for some nights, lights at posts."""
    PUBLISH_PLAN = "publish_plan"
    """Put a night's plan in force under one's name, and withdraw it."""
    SEE_PEOPLE = "see_people"
    """Units, their people, rosters, gear."""
    EDIT_PEOPLE = "edit_people"
    """Bring people in, correct what is kept of them, enter absences."""
    EDIT_ROSTER = "edit_roster"
    """Who goes out with which crew; decide swaps; post notices."""
    SIGN_WAIVER = "sign_waiver"
    """Let somebody go out after less rest than is due, with a reason."""
    SEE_PLACES = "see_places"
    """Registers of places and areas, safety plans, measures, ideas."""
    EDIT_PLACES = "edit_places"
    """Bring places in, redraw areas, revise safety plans and measures."""
    DECIDE_IDEAS = "decide_ideas"
    """Begin the trial of an idea, adopt or reject it."""
    SEE_CALLS = "see_calls"
    """Calls mirrored from 110, without the restricted ones."""
    TAKE_CALLS = "take_calls"
    """Enter calls, bring them in, link and merge them, correct their class."""
    DISPATCH = "dispatch"
    """Send units to calls and take them off; see restricted calls."""
    REPORT_DUTY = "report_duty"
    """Say how far one's own crew is with its duty and its calls."""
    SEE_POSITIONS = "see_positions"
    """Where the crews on duty are, and which streets were patrolled."""
    EDIT_DEVICES = "edit_devices"
    """Telephones and terminals that report positions, and what reads 110."""
    SEE_DISPUTES = "see_disputes"
    """Disputes that somebody is to help settle."""
    KEEP_DISPUTES = "keep_disputes"
    """Open disputes, note how they stand, end them."""
    ENTER_WORDS = "enter_words"
    """Write down what a resident says: at the desk, at a door, on the telephone."""
    SEE_CASES = "see_cases"
    """Matters that are owed an answer, of one's own ground."""
    HANDLE_CASES = "handle_cases"
    """Say what a case is about, take it, answer it."""
    SUPERVISE_CASES = "supervise_cases"
    """Complaints about officers; hide a word by law; open a case a second time."""
    SEE_CALENDAR = "see_calendar"
    """The duties of any date."""
    SEE_RECORD = "see_record"
    """Who did what and when."""
    ADMINISTER_ACCOUNTS = "administer_accounts"
    """Open and close accounts, give roles."""


PERMISSIONS: dict[Role, frozenset[Capability]] = {
    Role.DUTY_OFFICER: frozenset(
        {
            Capability.SEE_CALLS,
            Capability.TAKE_CALLS,
            Capability.DISPATCH,
            Capability.REPORT_DUTY,
            Capability.SEE_POSITIONS,
            Capability.SEE_TONIGHT,
            Capability.SOLVE_PLAN,
            Capability.ORDER_PRESENCE,
            Capability.PUBLISH_PLAN,
            Capability.SEE_PEOPLE,
            Capability.EDIT_PEOPLE,
            Capability.EDIT_ROSTER,
            Capability.SEE_PLACES,
            Capability.EDIT_PLACES,
            Capability.SEE_DISPUTES,
            Capability.KEEP_DISPUTES,
            Capability.ENTER_WORDS,
            Capability.SEE_CASES,
            Capability.HANDLE_CASES,
            Capability.SEE_CALENDAR,
        }
    ),
    Role.LEADER: frozenset(
        {
            Capability.SEE_CALLS,
            Capability.REPORT_DUTY,
            Capability.SEE_POSITIONS,
            Capability.SEE_TONIGHT,
            Capability.ORDER_PRESENCE,
            Capability.PUBLISH_PLAN,
            Capability.SEE_PEOPLE,
            Capability.SIGN_WAIVER,
            Capability.SEE_PLACES,
            Capability.DECIDE_IDEAS,
            Capability.SEE_DISPUTES,
            Capability.ENTER_WORDS,
            Capability.SEE_CASES,
            Capability.HANDLE_CASES,
            Capability.SEE_CALENDAR,
        }
    ),
    Role.PATROL_OFFICER: frozenset(
        {
            Capability.SEE_CALLS,
            Capability.REPORT_DUTY,
            Capability.SEE_TONIGHT,
            Capability.SEE_PEOPLE,
            Capability.SEE_PLACES,
            Capability.SEE_DISPUTES,
            Capability.KEEP_DISPUTES,
            Capability.ENTER_WORDS,
            Capability.SEE_CALENDAR,
        }
    ),
    Role.COMMUNITY_OFFICER: frozenset(
        {
            Capability.REPORT_DUTY,
            Capability.SEE_PEOPLE,
            Capability.SEE_PLACES,
            Capability.EDIT_PLACES,
            Capability.SEE_DISPUTES,
            Capability.KEEP_DISPUTES,
            Capability.ENTER_WORDS,
            Capability.SEE_CASES,
            Capability.HANDLE_CASES,
            Capability.SEE_CALENDAR,
        }
    ),
    Role.SUPERVISOR: frozenset(
        {
            Capability.SEE_CALLS,
            Capability.SEE_POSITIONS,
            Capability.SEE_TONIGHT,
            Capability.SEE_PEOPLE,
            Capability.SEE_PLACES,
            Capability.SEE_DISPUTES,
            Capability.ENTER_WORDS,
            Capability.SEE_CASES,
            Capability.SUPERVISE_CASES,
            Capability.SEE_CALENDAR,
            Capability.SEE_RECORD,
        }
    ),
    # Who runs the machine does not read the work: no plan, no message.
    Role.ADMINISTRATOR: frozenset(
        {
            Capability.EDIT_DEVICES,
            Capability.SEE_PEOPLE,
            Capability.EDIT_PEOPLE,
            Capability.SEE_CALENDAR,
            Capability.SEE_RECORD,
            Capability.ADMINISTER_ACCOUNTS,
        }
    ),
}
"""The whole of it. ``docs/reference/roles.md`` shows the same table."""

ONLY_SWORN = frozenset(
    {
        Capability.DISPATCH,
        Capability.SOLVE_PLAN,
        Capability.ORDER_PRESENCE,
        Capability.PUBLISH_PLAN,
        Capability.EDIT_ROSTER,
        Capability.SIGN_WAIVER,
        Capability.DECIDE_IDEAS,
    }
)
"""What an auxiliary or a civil employee may not do in any role: command and decide."""


class NotAllowed(DomainError):
    """This person's role does not include what was asked."""

    code = "accounts.not_allowed"


def can(user: User, capability: Capability) -> bool:
    """Say whether the role and standing of this person include it.

    Closed accounts: never.
    """
    if capability in ONLY_SWORN and user.standing != Standing.SWORN:
        return False
    return user.is_active and capability in PERMISSIONS[Role(user.role)]


def check_can(user: User, capability: Capability) -> None:
    """Raise NotAllowed unless the role of this person includes it."""
    if not can(user, capability):
        raise NotAllowed(
            f"{user.username} ({user.role}, {user.standing}) may not {capability}"
        )
