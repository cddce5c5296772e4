"""What was done, in words, by the kind of the event."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

KINDS: dict[str, Promise] = {
    "account.closed": pgettext_lazy("event", "Account closed"),
    "account.opened": pgettext_lazy("event", "Account opened"),
    "account.sign_in_failed": pgettext_lazy("event", "Sign-in failed"),
    "account.signed_in": pgettext_lazy("event", "Signed in"),
    "account.signed_out": pgettext_lazy("event", "Signed out"),
    "area.redrawn": pgettext_lazy("event", "Patrol area redrawn"),
    "calendar.imported": pgettext_lazy("event", "Calendar file imported"),
    "campaign.begun": pgettext_lazy("event", "Campaign begun"),
    "campaign.changed": pgettext_lazy("event", "Campaign changed"),
    "campaign.closed": pgettext_lazy("event", "Campaign closed"),
    "campaign.shifts_tagged": pgettext_lazy("event", "Crews tagged with a campaign"),
    "campaign.shifts_untagged": pgettext_lazy("event", "Crews untagged"),
    "focus.set": pgettext_lazy("event", "Focus of a team set"),
    "lights.ended": pgettext_lazy("event", "Lights at posts ended"),
    "lights.set": pgettext_lazy("event", "Lights at posts set"),
    "muster.noted": pgettext_lazy("event", "Muster changed"),
    "muster.vehicle_added": pgettext_lazy("event", "Vehicle added to a round"),
    "muster.vehicle_removed": pgettext_lazy("event", "Vehicle taken off a round"),
    "order.issued": pgettext_lazy("event", "Order given"),
    "order.stepped": pgettext_lazy("event", "Order: next step"),
    "overlay.ended": pgettext_lazy("event", "Overlay ended early"),
    "overlay.saved": pgettext_lazy("event", "Overlay saved"),
    "plan.asked": pgettext_lazy("event", "Plan asked for"),
    "plan.made": pgettext_lazy("event", "Plan made"),
    "plan.stop_asked": pgettext_lazy("event", "Planning stopped early"),
    "reinforcement.ended": pgettext_lazy("event", "Reinforcement ended early"),
    "reinforcement.ordered": pgettext_lazy("event", "Reinforcement ordered"),
    "round.called_off": pgettext_lazy("event", "Round called off"),
    "round.changed": pgettext_lazy("event", "Round changed"),
    "round.closed": pgettext_lazy("event", "Round closed"),
    "round.departed": pgettext_lazy("event", "Round departed"),
    "round.planned": pgettext_lazy("event", "Round planned"),
    "streets.imported": pgettext_lazy("event", "Streets imported"),
}
"""A test holds this equal to the kinds that are recorded."""


def words_for(kind: str) -> str | Promise:
    """Return what people read for a kind; the kind itself if it has no words yet."""
    return KINDS.get(kind, kind)
