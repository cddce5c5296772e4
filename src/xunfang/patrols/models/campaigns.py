"""Campaigns, the shifts that belong to them, and their closing reports."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from xunfang.units.models import Shift, Unit


class Campaign(models.Model):
    """A named effort over some days. With branches it is a programme.

    A campaign of the calendar file with the same code is the same campaign: its days,
    its hours and its targets are shown together with what stands here.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    goal = models.CharField(max_length=500, blank=True)
    begins_on = models.DateField()
    ends_on = models.DateField()
    """Last day."""
    lead_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="branches"
    )
    """The programme it is a branch of."""
    revision = models.PositiveIntegerField(default=0)
    """Grows with every change, so that a stale page is noticed."""
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["begins_on", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("begins_on")),
                name="patrols_a_campaign_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name=""),
                name="patrols_a_campaign_has_a_code_and_a_name",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")),
                name="patrols_a_campaign_is_no_branch_of_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class CampaignTarget(models.Model):
    """What an ordinary day of a campaign brings: a range, never one number."""

    FIGURES = [
        ("shifts", pgettext_lazy("campaign figure", "Crews out")),
        ("people", pgettext_lazy("campaign figure", "People out")),
        ("key_place_checks", pgettext_lazy("campaign figure", "Key places checked")),
    ]

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="targets")
    figure = models.CharField(max_length=20, choices=FIGURES)
    low = models.PositiveIntegerField()
    high = models.PositiveIntegerField()

    class Meta:
        ordering = ["campaign__code", "figure"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "figure"],
                name="patrols_a_campaign_has_one_range_a_figure",
            ),
            models.CheckConstraint(
                condition=Q(high__gte=F("low")),
                name="patrols_a_range_ends_above_its_beginning",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.figure}"


class CampaignShift(models.Model):
    """A shift carries a campaign's tag. It may carry several."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="tagged")
    shift = models.ForeignKey(Shift, models.CASCADE, related_name="campaigns")
    tagged_at = models.DateTimeField()
    tagged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["shift__night", "shift__code", "campaign__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "shift"],
                name="patrols_a_shift_carries_a_tag_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.shift_id}"


class CampaignReport(models.Model):
    """The closing report of a campaign: figures as they stood, never touched again."""

    campaign_code = models.CharField(max_length=40, unique=True)
    as_of = models.DateTimeField()
    figures = models.JSONField()
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-as_of"]

    def __str__(self) -> str:
        return self.campaign_code
