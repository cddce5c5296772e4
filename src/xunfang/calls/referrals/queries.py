"""Matters that were passed on."""

from django.db.models import QuerySet

from xunfang.accounts.models import User
from xunfang.calls import queries
from xunfang.calls.models import Referral


def visible_to(user: User) -> QuerySet[Referral]:
    """Return the referrals of calls a person may see; without an answer first."""
    return (
        Referral.objects.filter(call__in=queries.visible_to(user))
        .select_related("call__initial_class", "call__final_class", "sent_by")
        .order_by("-sent_at", "-pk")
    )
