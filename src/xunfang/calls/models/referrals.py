"""Calls that are not the police's: who they were passed on to, and what came back."""

from django.db import models
from django.db.models import Q

from xunfang.calls.models.calls import Call
from xunfang.cases.models.referrals import ReferredMatter


class Referral(ReferredMatter):
    """What a call was about, as another office has it."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="referrals")

    class Meta(ReferredMatter.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["call", "office"],
                condition=Q(came_back_at=None),
                name="calls_an_office_has_a_matter_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["done", "returned"], came_back_at__isnull=False)
                | Q(status__in=["sent", "accepted"], came_back_at=None),
                name="calls_a_referral_that_is_over_says_when",
            ),
        ]
