"""Which roles do what, and which addresses are of the whole city only."""

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

OF_THE_CITY = {
    *("units:add-unit", "units:edit-unit"),
    *("units:add-gear-list", "units:edit-gear-list", "units:remove-gear-list"),
    *("units:allocate", "units:repair", "units:copy-city"),
    *("units:post-notice", "units:end-notice"),
    *("patrols:campaign-new", "patrols:campaign-edit", "patrols:campaign-close"),
    *("patrols:round-new", "patrols:round-edit", "patrols:round-close"),
    *("patrols:round-depart", "patrols:round-call-off", "patrols:focus-set"),
    *("patrols:muster-call", "patrols:muster-drive", "patrols:muster-move"),
    *("patrols:muster-name", "patrols:muster-vehicles", "patrols:muster-seat-rest"),
    "patrols:muster-remove-vehicle",
    *("calls:sources", "calls:add-source", "calls:edit-source"),
    *("calls:match-unit", "calls:part-unit"),
    *("calls:open-feed", "calls:close-feed"),
    *("calls:classes", "calls:load-classes", "calls:add-class", "calls:edit-class"),
    *("places:addresses", "places:addresses-csv"),
    *("places:redraws", "places:redraw", "places:redraw-map"),
    *("places:apply-redraw", "places:drop-redraw", "places:undo-redraw"),
}
"""Addresses that people of one station may not open, whatever their role."""
