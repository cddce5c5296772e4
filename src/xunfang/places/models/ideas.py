"""The idea box: an idea, its trial beside a comparison, and what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

LONGEST_IDEA = 300


class IdeaState(models.TextChoices):
    """How far an idea has come. Values are stored: never rename one."""

    SUBMITTED = "submitted", pgettext_lazy("idea", "Submitted")
    ON_TRIAL = "on_trial", pgettext_lazy("idea", "On trial")
    ADOPTED = "adopted", pgettext_lazy("idea", "Adopted")
    REJECTED = "rejected", pgettext_lazy("idea", "Rejected")


class Measure(models.TextChoices):
    """What a trial is measured by. Values are stored: never rename one."""

    CHECKS = "checks", pgettext_lazy("trial", "Checks at key places")
    REPORTED = "reported", pgettext_lazy("trial", "Incidents residents reported")
    BY_HAND = "by_hand", pgettext_lazy("trial", "Counts entered by hand")


class Idea(models.Model):
    """Something somebody of the police suggests, in a few sentences."""

    text = models.CharField(max_length=LONGEST_IDEA)
    area = models.ForeignKey(
        "places.PatrolArea", models.PROTECT, null=True, blank=True, related_name="ideas"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    """Only if they wished to be named; otherwise it is kept nowhere."""
    state = models.CharField(
        max_length=10, choices=IdeaState.choices, default=IdeaState.SUBMITTED
    )
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    reason = models.CharField(max_length=300, blank=True)
    """Why it was adopted or rejected."""

    class Meta:
        ordering = ["-submitted_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""), name="places_an_idea_says_something"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["submitted", "on_trial"],
                    decided_at=None,
                    decided_by=None,
                )
                | Q(
                    state__in=["adopted", "rejected"],
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
                name="places_a_decided_idea_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state="rejected", reason=""),
                name="places_a_rejected_idea_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class IdeaTrial(models.Model):
    """An idea is tried in one area while another goes on as before."""

    idea = models.OneToOneField(Idea, models.PROTECT, related_name="trial")
    area = models.ForeignKey("places.PatrolArea", models.PROTECT, related_name="+")
    comparison = models.ForeignKey(
        "places.PatrolArea", models.PROTECT, related_name="+"
    )
    measure = models.CharField(max_length=10, choices=Measure.choices)
    what = models.CharField(max_length=60, blank=True)
    """What is counted by hand, with its unit: "minutes on foot a week"."""
    begins_on = models.DateField()
    ends_on = models.DateField()
    """Its last day. Before it, as many days are counted as the trial has had."""
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["idea"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(area=F("comparison")),
                name="places_a_trial_is_compared_with_another_area",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("begins_on")),
                name="places_a_trial_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.idea_id} {self.begins_on}"


class TrialFigures(models.Model):
    """Four numbers entered by hand, and where they come from. A correction is a new row."""

    trial = models.ForeignKey(IdeaTrial, models.PROTECT, related_name="figures")
    edition = models.PositiveIntegerField()
    before = models.PositiveIntegerField()
    during = models.PositiveIntegerField()
    comparison_before = models.PositiveIntegerField()
    comparison_during = models.PositiveIntegerField()
    source = models.CharField(max_length=120)
    """Where they were read off: the log of a shift, the planned minutes of a plan."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["trial", "-edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["trial", "edition"],
                name="places_figures_of_a_trial_are_entered_once_an_edition",
            ),
            models.CheckConstraint(
                condition=~Q(source=""), name="places_figures_of_a_trial_have_a_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trial_id} {self.edition}"
