"""What was done, in words, by the kind of the event."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

KINDS: dict[str, Promise] = {
    "absence.cancelled": pgettext_lazy("event", "Absence cancelled"),
    "absence.entered": pgettext_lazy("event", "Absence entered"),
    "account.closed": pgettext_lazy("event", "Account closed"),
    "account.opened": pgettext_lazy("event", "Account opened"),
    "account.sign_in_failed": pgettext_lazy("event", "Sign-in failed"),
    "account.signed_in": pgettext_lazy("event", "Signed in"),
    "account.signed_out": pgettext_lazy("event", "Signed out"),
    "area.redrawn": pgettext_lazy("event", "Patrol area redrawn"),
    "calendar.imported": pgettext_lazy("event", "Calendar file imported"),
    "crew.added": pgettext_lazy("event", "Crew set up"),
    "crew.copied": pgettext_lazy("event", "Crews copied from another night"),
    "crew.edited": pgettext_lazy("event", "Crew changed"),
    "crew.removed": pgettext_lazy("event", "Crew removed"),
    "gear.missing": pgettext_lazy("event", "Gear missing"),
    "gear_list.removed": pgettext_lazy("event", "Gear list removed"),
    "gear_list.saved": pgettext_lazy("event", "Gear list saved"),
    "lights.ended": pgettext_lazy("event", "Lights at posts ended"),
    "lights.set": pgettext_lazy("event", "Lights at posts set"),
    "mentor.paired": pgettext_lazy("event", "Newcomer paired with a mentor"),
    "mentor.parted": pgettext_lazy("event", "Pair of newcomer and mentor ended"),
    "notice.ended": pgettext_lazy("event", "Notice taken down"),
    "notice.posted": pgettext_lazy("event", "Notice posted"),
    "order.issued": pgettext_lazy("event", "Order given"),
    "order.stepped": pgettext_lazy("event", "Order: next step"),
    "overlay.ended": pgettext_lazy("event", "Overlay ended early"),
    "overlay.saved": pgettext_lazy("event", "Overlay saved"),
    "people.exported": pgettext_lazy("event", "List of people taken out"),
    "people.imported": pgettext_lazy("event", "People brought in from a file"),
    "person.added": pgettext_lazy("event", "Person added"),
    "person.revised": pgettext_lazy("event", "Entry of a person corrected"),
    "person.service_ended": pgettext_lazy("event", "Service ended"),
    "person.service_resumed": pgettext_lazy("event", "End of service taken back"),
    "plan.asked": pgettext_lazy("event", "Plan asked for"),
    "plan.made": pgettext_lazy("event", "Plan made"),
    "plan.stop_asked": pgettext_lazy("event", "Planning stopped early"),
    "reinforcement.ended": pgettext_lazy("event", "Reinforcement ended early"),
    "reinforcement.ordered": pgettext_lazy("event", "Reinforcement ordered"),
    "rest.waived": pgettext_lazy("event", "Rest waived by a leader"),
    "roster.allocated": pgettext_lazy("event", "Seconded officers allocated"),
    "roster.assigned": pgettext_lazy("event", "Put in a crew"),
    "roster.filled": pgettext_lazy("event", "Crews of a station filled"),
    "roster.imported": pgettext_lazy("event", "Roster imported"),
    "roster.repaired": pgettext_lazy("event", "Roster repaired after absences"),
    "roster.replaced": pgettext_lazy("event", "Place in a crew taken over"),
    "roster.swapped": pgettext_lazy("event", "Places in crews swapped"),
    "roster.taken_out": pgettext_lazy("event", "Taken out of a crew"),
    "skill.declared": pgettext_lazy("event", "Skill declared"),
    "skill.withdrawn": pgettext_lazy("event", "Skill taken back"),
    "streets.imported": pgettext_lazy("event", "Streets imported"),
    "swap.approved": pgettext_lazy("event", "Swap approved"),
    "swap.asked": pgettext_lazy("event", "Swap asked for"),
    "swap.refused": pgettext_lazy("event", "Swap refused"),
    "swap.taken_back": pgettext_lazy("event", "Swap taken back"),
    "unit.added": pgettext_lazy("event", "Unit added"),
    "unit.revised": pgettext_lazy("event", "Entry of a unit corrected"),
}
"""A test holds this equal to the kinds that are recorded."""


def words_for(kind: str) -> str | Promise:
    """Return what people read for a kind; the kind itself if it has no words yet."""
    return KINDS.get(kind, kind)
