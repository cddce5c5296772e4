"""What a crew notices about a place while it is out."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from xunfang.units.models import Shift


class Observation(models.Model):
    """Something about a place that somebody should mend. About places, never persons."""

    KINDS = [
        ("light_out", pgettext_lazy("observation", "Light out")),
        ("road_broken", pgettext_lazy("observation", "Road broken")),
        ("goods_exposed", pgettext_lazy("observation", "Goods easily stolen")),
        ("way_blocked", pgettext_lazy("observation", "Way blocked")),
        ("door_open", pgettext_lazy("observation", "Door or shutter open")),
        ("water", pgettext_lazy("observation", "Water on the road")),
        ("fire_hazard", pgettext_lazy("observation", "Danger of fire")),
        ("other", pgettext_lazy("observation", "Other")),
    ]

    key = models.UUIDField(unique=True)
    """Made on the telephone: the same observation sent again is the same observation."""
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="observations")
    kind = models.CharField(max_length=20, choices=KINDS)
    place_text = models.CharField(max_length=120, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    """WGS84; None where only words are known."""
    note = models.CharField(max_length=200, blank=True)
    noted_at = models.DateTimeField()
    """When it was noticed, by the server's clock as well as is known."""
    recorded_at = models.DateTimeField()
    device_at = models.DateTimeField(null=True, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    settled_how = models.CharField(max_length=200, blank=True)
    """What became of it: mended, or told to the office that mends it."""

    class Meta:
        ordering = ["-noted_at", "-id"]
        indexes = [models.Index(fields=["settled_at", "-noted_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(lon=None, lat=None)
                | Q(lon__isnull=False, lat__isnull=False),
                name="patrols_an_observation_has_two_coordinates",
            ),
            models.CheckConstraint(
                condition=Q(lon__isnull=False) | ~Q(place_text=""),
                name="patrols_an_observation_has_a_place",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None, settled_how="")
                | (
                    Q(settled_at__isnull=False, settled_by__isnull=False)
                    & ~Q(settled_how="")
                ),
                name="patrols_a_settled_observation_says_how_and_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.noted_at}"
