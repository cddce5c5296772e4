"""Which other systems may bring us what residents say."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy


class Sender(models.Model):
    """Another system that passes on what people say to it: a city's app, an SMS gateway."""

    OPEN311, WEBHOOK, KANNEL = "open311", "webhook", "kannel"
    KINDS = [
        (OPEN311, pgettext_lazy("sender", "Open311: shows a key")),
        (WEBHOOK, pgettext_lazy("sender", "Webhook: signs with a secret")),
        (KANNEL, pgettext_lazy("sender", "Kannel (text messages): shows a key")),
    ]

    name = models.SlugField(max_length=30, unique=True)
    """Stands in its address, and with every word it brings (``Word.source``)."""
    kind = models.CharField(max_length=8, choices=KINDS)
    office = models.CharField(max_length=80)
    """Which office answers for it, and how it is reached."""
    key_digest = models.CharField(max_length=64, null=True, unique=True)
    """SHA-256 of the key it shows; the key itself is shown once and not kept."""
    sealed_secret = models.BinaryField(null=True)
    """What it signs with, encrypted: a signature cannot be checked by a digest."""
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    heard_at = models.DateTimeField(null=True)
    """When it last brought something."""
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=["open311", "kannel"],
                    key_digest__isnull=False,
                    sealed_secret=None,
                )
                | Q(kind="webhook", key_digest=None, sealed_secret__isnull=False),
                name="api_a_sender_has_the_key_of_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="api_a_revoked_sender_says_when_and_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return self.name
