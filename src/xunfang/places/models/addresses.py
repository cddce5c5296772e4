"""How many addresses a grid cell holds: what a point of a public map must stand for."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from xunfang.audit.append_only import AppendOnlyModel
from xunfang.places.models.places import GridCell


class AddressCount(AppendOnlyModel):
    """How many doors with a number a cell holds, and who says so. The last row counts.

    A cell without a row is one that nobody has counted.
    """

    cell = models.ForeignKey(GridCell, models.PROTECT, related_name="address_counts")
    n_addresses = models.PositiveIntegerField()
    source = models.CharField(max_length=120)
    """Where the number is from: a register of standard addresses, a walk."""
    counted_on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["cell__code", "at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(source=""), name="places_a_count_of_addresses_has_a_source"
            )
        ]

    def __str__(self) -> str:
        return f"{self.cell_id} {self.n_addresses}"
