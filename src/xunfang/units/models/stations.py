"""Stations, what a team must consist of, and the crews on shift."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

MODES = [
    ("foot", pgettext_lazy("mode", "On foot")),
    ("bicycle", pgettext_lazy("mode", "Bicycle")),
    ("ebike", pgettext_lazy("mode", "E-bike")),
    ("car", pgettext_lazy("mode", "Car")),
]


class Station(models.Model):
    """A police station (派出所)."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=20, blank=True)
    lon = models.FloatField()
    lat = models.FloatField()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class TeamTemplate(models.Model):
    """What a team must consist of: never auxiliaries alone."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    min_sworn = models.PositiveSmallIntegerField(default=1)
    min_total = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(min_sworn__gte=1, min_total__gte=F("min_sworn")),
                name="units_a_team_has_a_sworn_officer",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Shift(models.Model):
    """One crew on one night: who it consists of in numbers, when, and how it moves."""

    night = models.DateField()
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    station = models.ForeignKey(Station, models.PROTECT, related_name="shifts")
    template = models.ForeignKey(TeamTemplate, models.PROTECT, null=True, blank=True)
    mode = models.CharField(max_length=10, choices=MODES)
    n_sworn = models.PositiveSmallIntegerField()
    n_auxiliary = models.PositiveSmallIntegerField()
    begins_min = models.PositiveSmallIntegerField()
    ends_min = models.PositiveSmallIntegerField()
    """Minutes after the midnight with which the night's date begins."""
    break_first_min = models.PositiveSmallIntegerField(null=True, blank=True)
    break_last_min = models.PositiveSmallIntegerField(null=True, blank=True)
    break_minutes = models.PositiveSmallIntegerField(default=0)
    tags = models.CharField(max_length=100, blank=True)
    """Words separated by spaces."""
    is_seconded = models.BooleanField(default=False)
    group_number = models.PositiveSmallIntegerField(null=True, blank=True)
    """Number of a seconded group: once a night, the same in every log."""
    revision = models.PositiveIntegerField(default=0)
    """Grows with every change of who is in it, so that a stale page is noticed."""

    class Meta:
        ordering = ["night", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["night", "code"], name="units_a_crew_has_one_shift_a_night"
            ),
            models.UniqueConstraint(
                fields=["night", "group_number"],
                name="units_a_group_number_exists_once_a_night",
            ),
            models.CheckConstraint(
                condition=Q(n_sworn__gte=1),
                name="units_auxiliaries_are_never_alone",
            ),
            models.CheckConstraint(
                condition=Q(ends_min__gt=F("begins_min")),
                name="units_a_shift_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(break_minutes=0)
                | Q(break_first_min__isnull=False, break_last_min__isnull=False),
                name="units_a_break_has_a_window",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.night} {self.code}"
