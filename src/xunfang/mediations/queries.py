"""Questions about disputes. Everything begins with what a person may see."""

from django.db.models import Q, QuerySet

from xunfang.accounts.models import User
from xunfang.mediations import policies
from xunfang.mediations.models import Dispute


def visible_to(user: User) -> QuerySet[Dispute]:
    """Return the disputes a person may see."""
    return Dispute.objects.filter(policies.seen_by(user)).select_related(
        "station", "opened_by"
    )


def search(user: User, *, q: str = "", state: str = "") -> QuerySet[Dispute]:
    """Return those that match, open ones first, then the newest.

    Searched are numbers, places and words of disputes; there is no search for people.
    """
    found = visible_to(user).order_by("-state", "-opened_at", "-id")
    if state:
        found = found.filter(state=state)
    if text := q.strip():
        found = found.filter(
            Q(number__icontains=text)
            | Q(source_call__icontains=text)
            | Q(place_text__icontains=text)
            | Q(words__icontains=text)
        )
    return found


def find_of_call(number: str) -> Dispute | None:
    """Return the dispute that a call was made into, or None."""
    return Dispute.objects.filter(source_call=number).first()
