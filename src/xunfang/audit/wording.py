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
    "edit.made": pgettext_lazy("event", "Night changed by hand"),
    "edit.undone": pgettext_lazy("event", "Change by hand undone"),
    "lights.ended": pgettext_lazy("event", "Lights at posts ended"),
    "lights.set": pgettext_lazy("event", "Lights at posts set"),
    "order.issued": pgettext_lazy("event", "Order given"),
    "order.stepped": pgettext_lazy("event", "Order: next step"),
    "overlay.ended": pgettext_lazy("event", "Overlay ended early"),
    "overlay.saved": pgettext_lazy("event", "Overlay saved"),
    "plan.asked": pgettext_lazy("event", "Plan asked for"),
    "plan.made": pgettext_lazy("event", "Plan made"),
    "plan.stop_asked": pgettext_lazy("event", "Planning stopped early"),
    "reinforcement.ended": pgettext_lazy("event", "Reinforcement ended early"),
    "reinforcement.ordered": pgettext_lazy("event", "Reinforcement ordered"),
    "streets.imported": pgettext_lazy("event", "Streets imported"),
}
"""A test holds this equal to the kinds that are recorded."""


def words_for(kind: str) -> str | Promise:
    """Return what people read for a kind; the kind itself if it has no words yet."""
    return KINDS.get(kind, kind)
