"""A dispute, as it was taken over and how it stands. It has no column for a person."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from xunfang.units.models import Station


class DisputeState(models.TextChoices):
    """How a dispute stands. Values are stored: never rename one."""

    OPEN = "open", pgettext_lazy("dispute", "Open")
    ENDED = "ended", pgettext_lazy("dispute", "Over")


class Dispute(models.Model):
    """One dispute that somebody is to help settle."""

    number = models.CharField(max_length=40, unique=True)
    opened_at = models.DateTimeField(db_index=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    place_text = models.CharField(max_length=200, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    """WGS84; None where only words are known."""
    station = models.ForeignKey(
        Station, models.PROTECT, null=True, blank=True, related_name="disputes"
    )
    words = models.TextField(blank=True)
    """What was said when it was reported, as it was taken down there."""
    source_call = models.CharField(max_length=40, blank=True)
    """Number of the call it was opened from; empty: from none."""
    state = models.CharField(
        max_length=10, choices=DisputeState.choices, default=DisputeState.OPEN
    )
    note = models.CharField(max_length=300, blank=True)
    """What was done, or how it ended."""
    ended_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    """Grows with every change, so that a stale page is noticed."""

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_call"],
                condition=~Q(source_call=""),
                name="mediations_a_call_becomes_one_dispute",
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None)
                | Q(state="ended", ended_at__isnull=False),
                name="mediations_a_dispute_that_is_over_says_since_when",
            ),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None)
                | Q(lon__isnull=False, lat__isnull=False),
                name="mediations_a_point_has_two_coordinates",
            ),
        ]

    def __str__(self) -> str:
        return self.number
