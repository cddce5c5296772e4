"""What else spoke for an arrival when it was pressed."""

from django.db import models

from xunfang.calls.models.calls import CallEvent


class ArrivalWitness(models.Model):
    """How near the crew's last known position was when it pressed "arrived".

    A distance and an age, no place: positions themselves are deleted after 72 hours.
    """

    event = models.OneToOneField(CallEvent, models.PROTECT, related_name="witness")
    distance_m = models.FloatField()
    """From the crew's position to the call's point."""
    position_age_s = models.FloatField()
    """Seconds between the position and the press, either way."""
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ["event"]

    def __str__(self) -> str:
        return f"{self.event_id} {self.distance_m:.0f} m"
