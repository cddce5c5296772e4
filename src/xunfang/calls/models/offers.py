"""The list of units that was shown for a call, and what somebody chose from it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from xunfang.calls.models.calls import Call, Dispatch


class OfferList(models.Model):
    """Units for a call as they stood when somebody looked. Kept as it was shown."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="offer_lists")
    made_at = models.DateTimeField()
    made_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    lines = models.JSONField()
    """In the order of the list: crew, arrival, band, reasons, what it lacks, what its
    going costs (``sending.offers.as_line``)."""
    forces = models.JSONField(default=list)
    """Whether what the class asks for is complete, tier by tier."""
    needs = models.JSONField(default=list)
    """What was asked of the unit."""
    dispatch = models.OneToOneField(
        Dispatch, models.PROTECT, null=True, blank=True, related_name="chosen_from"
    )
    """What was chosen; None: somebody looked, and decided otherwise or not at all."""
    place_in_list = models.PositiveSmallIntegerField(null=True, blank=True)
    """Of the chosen unit, from 1."""
    because = models.CharField(max_length=200, blank=True)
    """Why not the first one, if somebody said."""

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(dispatch=None, place_in_list=None)
                | Q(dispatch__isnull=False, place_in_list__isnull=False),
                name="calls_a_chosen_unit_has_a_place_in_its_list",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.made_at}"
