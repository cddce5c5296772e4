"""What a crew takes along, by duty and by night, and what was missing."""

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from xunfang.units.models.stations import Shift, TeamTemplate


class GearTemplate(models.Model):
    """A list of things for a kind of team, by day, by night, or always."""

    WHEN = [
        ("always", pgettext_lazy("gear", "Always")),
        ("day", pgettext_lazy("gear", "By day")),
        ("night", pgettext_lazy("gear", "By night")),
    ]

    name = models.CharField(max_length=40, unique=True)
    team = models.ForeignKey(
        TeamTemplate,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="gear_templates",
    )
    """For which kind of team; None: for every crew."""
    when = models.CharField(max_length=10, choices=WHEN, default="always")
    revision = models.PositiveIntegerField(default=0)
    """Grows with every change, so that a form made from an older one is noticed."""

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class GearItem(models.Model):
    """One thing on a list: so many for each person, or for the crew."""

    template = models.ForeignKey(GearTemplate, models.CASCADE, related_name="items")
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60, blank=True)
    is_per_person = models.BooleanField(default=True)
    quantity = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["template__name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "name"], name="units_a_list_names_a_thing_once"
            ),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1), name="units_a_thing_is_taken_along"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GearMissing(models.Model):
    """A thing that a crew had too few of when it set out."""

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="missing_gear")
    name = models.CharField(max_length=40)
    n_missing = models.PositiveSmallIntegerField()
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    """The check with which it was noted was a mistake; the line stays."""

    class Meta:
        ordering = ["noted_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(n_missing__gte=1), name="units_missing_means_some"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} {self.name}"
