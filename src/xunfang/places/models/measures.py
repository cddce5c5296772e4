"""The measures card of a patrol area: what is done there, and what was tried."""

from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import Q


@dataclass(frozen=True, slots=True)
class TroubleSpot:
    """A place that gives trouble, and what was tried there. A place, never a person."""

    where: str
    tried: str


class MeasuresCard(models.Model):
    """An area's card as it was set once. The next one is a new row; this one stays.

    In force on a day is the last edition that is valid from that day or before.
    """

    area = models.ForeignKey(
        "places.PatrolArea", models.PROTECT, related_name="measures_cards"
    )
    edition = models.PositiveIntegerField()
    text = models.TextField()
    spots = models.JSONField(default=list)
    """``{"where", "tried"}`` for each of at most three."""
    valid_from = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField()
    """When somebody last found it right; at first, when it was set."""
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["area__code", "-edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "edition"],
                name="places_an_edition_of_a_measures_card_exists_once",
            ),
            models.CheckConstraint(
                condition=~Q(text=""), name="places_a_measures_card_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.edition}"

    @property
    def trouble_spots(self) -> tuple[TroubleSpot, ...]:
        """Return the places that give trouble."""
        return tuple(TroubleSpot(**row) for row in self.spots)
