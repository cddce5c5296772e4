"""Which roles do what: the sets that the rows of the matrix name."""

from xunfang.accounts.models import Role

ANYONE = None
SIGNED_IN = frozenset(Role)
SEES_TONIGHT = frozenset(
    {Role.DUTY_OFFICER, Role.LEADER, Role.PATROL_OFFICER, Role.SUPERVISOR}
)
SOLVES = frozenset({Role.DUTY_OFFICER})
ORDERS = frozenset({Role.DUTY_OFFICER, Role.LEADER})
DECIDES_IDEAS = frozenset({Role.LEADER})
SEES_PLACES = frozenset(
    {
        Role.DUTY_OFFICER,
        Role.LEADER,
        Role.PATROL_OFFICER,
        Role.COMMUNITY_OFFICER,
        Role.SUPERVISOR,
    }
)
EDITS_PLACES = frozenset({Role.DUTY_OFFICER, Role.COMMUNITY_OFFICER})
PUBLISHES = frozenset({Role.DUTY_OFFICER, Role.LEADER})
SEES_RECORD = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})

SEES_POSITIONS = frozenset({Role.DUTY_OFFICER, Role.LEADER, Role.SUPERVISOR})
DISPATCHES = frozenset({Role.DUTY_OFFICER})

SEES_PEOPLE = SIGNED_IN
EDITS_PEOPLE = frozenset({Role.DUTY_OFFICER, Role.ADMINISTRATOR})
EDITS_ROSTER = frozenset({Role.DUTY_OFFICER})
SIGNS_WAIVER = frozenset({Role.LEADER})
EDITS_DEVICES = frozenset({Role.ADMINISTRATOR})
REPORTS_DUTY = frozenset(
    {
        Role.DUTY_OFFICER,
        Role.LEADER,
        Role.PATROL_OFFICER,
        Role.COMMUNITY_OFFICER,
    }
)

SEES_CALLS = frozenset(
    {Role.DUTY_OFFICER, Role.LEADER, Role.PATROL_OFFICER, Role.SUPERVISOR}
)
OPENS_CALLS = SEES_CALLS | {Role.COMMUNITY_OFFICER}
TAKES_CALLS = frozenset({Role.DUTY_OFFICER})
EDITS_SOURCES = frozenset({Role.DUTY_OFFICER, Role.ADMINISTRATOR})
EDITS_FEEDS = frozenset({Role.ADMINISTRATOR})

SEES_DISPUTES = SEES_PLACES
KEEPS_DISPUTES = frozenset(
    {Role.DUTY_OFFICER, Role.PATROL_OFFICER, Role.COMMUNITY_OFFICER}
)

SEES_CASES = frozenset(
    {Role.DUTY_OFFICER, Role.LEADER, Role.COMMUNITY_OFFICER, Role.SUPERVISOR}
)
ENTERS_WORDS = SEES_CASES | {Role.PATROL_OFFICER}
SUPERVISES_CASES = frozenset({Role.SUPERVISOR})
