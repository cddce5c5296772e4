"""Matters that are not the police's: who they were passed on to, and what came back."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from xunfang.cases.models.cases import Case


class ReferredMatter(models.Model):
    """A matter passed on to another office, first of all to 12345, with a receipt."""

    SENT, ACCEPTED, DONE, RETURNED = "sent", "accepted", "done", "returned"
    STATUSES = [
        (SENT, pgettext_lazy("referral", "Referred")),
        (ACCEPTED, pgettext_lazy("referral", "Accepted there")),
        (DONE, pgettext_lazy("referral", "Dealt with there")),
        (RETURNED, pgettext_lazy("referral", "Came back")),
    ]
    OVER = (DONE, RETURNED)

    number = models.CharField(max_length=50, unique=True)
    """Ours, on the receipt."""
    office = models.CharField(max_length=60)
    matter = models.CharField(max_length=500)
    """What is passed on: the matter, without who spoke of it."""
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    status = models.CharField(max_length=10, choices=STATUSES, default=SENT)
    status_at = models.DateTimeField()
    receipt_number = models.CharField(max_length=60, blank=True)
    """Theirs."""
    answer = models.CharField(max_length=500, blank=True)
    came_back_at = models.DateTimeField(null=True, blank=True)
    """When the office said that it was done, or that it was not its matter either."""
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["sent_at", "id"]

    def __str__(self) -> str:
        return self.number

    @property
    def is_over(self) -> bool:
        """Whether the office has answered."""
        return self.status in self.OVER


class CaseReferral(ReferredMatter):
    """A case, or a part of it, that another office has."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="referrals")

    class Meta(ReferredMatter.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["case", "office"],
                condition=Q(came_back_at=None),
                name="cases_an_office_has_a_matter_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["done", "returned"], came_back_at__isnull=False)
                | Q(status__in=["sent", "accepted"], came_back_at=None),
                name="cases_a_referral_that_is_over_says_when",
            ),
        ]
