"""How patrol areas are redrawn: what was proposed, and where cells belonged before."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Redraw(models.Model):
    """One redrawing of some areas: looked at first, then in force, perhaps taken back.

    Several areas are redrawn together, so that a street which changes hands is at no
    moment in two of them or in none.
    """

    valid_from = models.DateField()
    source = models.CharField(max_length=200)
    """The name of the file, or the roads as they were typed."""
    takes_over = models.BooleanField(default=True)
    """Whether areas that are not redrawn give up the streets that are named here."""
    draft = models.JSONField(default=list)
    """``{"code", "name", "station_code", "polygons", "segments"}`` of each area."""
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    applied_at = models.DateTimeField(null=True, blank=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-drawn_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_at=None, applied_by=None)
                | Q(applied_at__isnull=False, applied_by__isnull=False),
                name="places_a_redraw_is_applied_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(
                    undone_at__isnull=False,
                    undone_by__isnull=False,
                    applied_at__isnull=False,
                ),
                name="places_only_what_was_applied_is_undone_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from} {self.source}"


class FormerCellArea(models.Model):
    """To which area a cell belonged until a day. Now it belongs to ``cell.area``.

    On a day it belonged to the area of the earliest of these that ends after the day.
    Areas of other stations are never among them: a cell keeps its station.
    """

    cell = models.ForeignKey(
        "places.GridCell", models.CASCADE, related_name="former_areas"
    )
    area = models.ForeignKey("places.PatrolArea", models.PROTECT, related_name="+")
    until = models.DateField()
    """First day on which it no longer belonged there."""
    redraw = models.ForeignKey(
        Redraw, models.PROTECT, null=True, related_name="cells_moved"
    )

    class Meta:
        ordering = ["cell__code", "until"]
        constraints = [
            models.UniqueConstraint(
                fields=["cell", "until"],
                name="places_a_cell_changes_its_area_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cell_id} {self.until}"
