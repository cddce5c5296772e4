"""Lists of key places that were brought in, and the lines that could not be used."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class PlaceImport(models.Model):
    """One file of key places: looked at first, then applied or put away."""

    source_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    """SHA-256 of the file: the same file again is known by it."""
    datum = models.CharField(max_length=10)
    """What positions are written in where their line does not say."""
    station_code = models.CharField(max_length=20, blank=True)
    """Whose places may be in it; blank for the whole city."""
    rows = models.JSONField(default=list)
    """``[line, {column: text}]`` as read; emptied once it is applied."""
    unknown_columns = models.JSONField(default=list)
    n_new = models.PositiveIntegerField(default=0)
    n_changed = models.PositiveIntegerField(default=0)
    n_same = models.PositiveIntegerField(default=0)
    n_set_aside = models.PositiveIntegerField(default=0)
    """The four numbers as they were when it was applied."""
    brought_at = models.DateTimeField()
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    applied_at = models.DateTimeField(null=True, blank=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-brought_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_at=None, applied_by=None)
                | Q(applied_at__isnull=False, applied_by__isnull=False),
                name="places_an_import_is_applied_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.source_name


class SetAside(models.Model):
    """A line of an imported file that could not be used, with what is wrong with it."""

    place_import = models.ForeignKey(
        PlaceImport, models.CASCADE, related_name="set_aside"
    )
    line = models.PositiveIntegerField()
    cells = models.JSONField(default=dict)
    """Text by column, as it stood in the file."""
    problems = models.JSONField(default=list)
    """``{"code": ..., facts}`` for each thing that is wrong."""
    settled_at = models.DateTimeField(null=True, blank=True)
    """When a later import brought a line with the same code in."""

    class Meta:
        ordering = ["place_import_id", "line"]
        constraints = [
            models.UniqueConstraint(
                fields=["place_import", "line"],
                name="places_a_line_is_set_aside_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_import_id}:{self.line}"
