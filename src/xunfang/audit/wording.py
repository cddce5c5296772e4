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
    "lights.ended": pgettext_lazy("event", "Lights at posts ended"),
    "lights.set": pgettext_lazy("event", "Lights at posts set"),
    "order.issued": pgettext_lazy("event", "Order given"),
    "order.stepped": pgettext_lazy("event", "Order: next step"),
    "overlay.ended": pgettext_lazy("event", "Overlay ended early"),
    "overlay.saved": pgettext_lazy("event", "Overlay saved"),
    "place.added": pgettext_lazy("event", "Key place added"),
    "place.changed": pgettext_lazy("event", "Key place changed"),
    "place.check_taken_back": pgettext_lazy("event", "Check of a key place taken back"),
    "place.checked": pgettext_lazy("event", "Key place checked"),
    "place.closed": pgettext_lazy("event", "Key place closed"),
    "place.hours_set": pgettext_lazy("event", "Busy hours of a key place set"),
    "place.reopened": pgettext_lazy("event", "Key place reopened"),
    "places.import_dropped": pgettext_lazy("event", "List of key places put away"),
    "places.import_kept": pgettext_lazy("event", "List of key places brought in"),
    "places.imported": pgettext_lazy("event", "List of key places applied"),
    "plan.asked": pgettext_lazy("event", "Plan asked for"),
    "plan.made": pgettext_lazy("event", "Plan made"),
    "plan.stop_asked": pgettext_lazy("event", "Planning stopped early"),
    "redraw.drafted": pgettext_lazy("event", "Redraw of areas drawn"),
    "redraw.dropped": pgettext_lazy("event", "Redraw of areas put away"),
    "redraw.undone": pgettext_lazy("event", "Redraw of areas taken back"),
    "reinforcement.ended": pgettext_lazy("event", "Reinforcement ended early"),
    "reinforcement.ordered": pgettext_lazy("event", "Reinforcement ordered"),
    "streets.imported": pgettext_lazy("event", "Streets imported"),
}
"""A test holds this equal to the kinds that are recorded."""


def words_for(kind: str) -> str | Promise:
    """Return what people read for a kind; the kind itself if it has no words yet."""
    return KINDS.get(kind, kind)
