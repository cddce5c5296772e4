"""Questions about senders."""

from django.db.models import F, QuerySet

from xunfang.api.models import Sender


def all_senders() -> QuerySet[Sender]:
    """Return every sender, those that may still speak first."""
    return Sender.objects.select_related("made_by", "revoked_by").order_by(
        F("revoked_at").desc(nulls_first=True), "name"
    )
