"""Two officers for one contact: one asks and says why, another one confirms."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from xunfang.cases.models.cases import Case
from xunfang.feedback.models import Word


class ContactRequest(models.Model):
    """That somebody asks how a critic is reached. Read once, by who asked."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="contact_requests")
    word = models.ForeignKey(Word, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    """When who asked has read it; nobody reads it again."""

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["word", "-asked_at"], name="cases_asked_for")]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__gte=F("asked_at"))
                & ~Q(confirmed_by=F("asked_by")),
                name="cases_a_contact_is_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(opened_at=None) | Q(opened_at__gte=F("confirmed_at")),
                name="cases_a_contact_is_opened_once_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.word.number} {self.asked_at:%F %T}"
