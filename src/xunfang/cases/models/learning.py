"""What was learnt from the cases that staff have sorted, and how good it was."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy


class LearningRun(models.Model):
    """One time that the model was learnt anew: kept if it was no worse than before."""

    WAITING, READING, TRYING, COMPARING, LEARNING, OVER = (
        "waiting",
        "reading",
        "trying",
        "comparing",
        "learning",
        "over",
    )
    STAGES = [
        (WAITING, pgettext_lazy("learning", "Waits for a worker")),
        (READING, pgettext_lazy("learning", "Reads what staff have sorted")),
        (TRYING, pgettext_lazy("learning", "Tries what can be learnt from it")),
        (COMPARING, pgettext_lazy("learning", "Tries the present model on the same")),
        (LEARNING, pgettext_lazy("learning", "Learns from all of it")),
        (OVER, pgettext_lazy("learning", "Over")),
    ]
    KEPT, WORSE, FAILED = "kept", "worse", "failed"
    OUTCOMES = [
        (KEPT, pgettext_lazy("learning", "In use since")),
        (WORSE, pgettext_lazy("learning", "Worse than the one before: not used")),
        (FAILED, pgettext_lazy("learning", "Broken off")),
    ]

    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    """Null: at night, by itself."""
    stage = models.CharField(max_length=10, choices=STAGES, default=WAITING)
    outcome = models.CharField(max_length=6, choices=OUTCOMES, blank=True)
    over_at = models.DateTimeField(null=True)
    n_starter = models.PositiveIntegerField(default=0)
    n_labels = models.PositiveIntegerField(default=0)
    """Words that staff have sorted."""
    examples_digest = models.CharField(max_length=64, blank=True)
    """Of which words bear which topic: nothing new, nothing learnt."""
    macro_f1 = models.FloatField(null=True)
    macro_f1_before = models.FloatField(null=True)
    """Of the model before, tried on the same words."""
    leaves = models.JSONField(default=dict)
    """By topic: labels, and what was right of what was suggested (``learning.queries``)."""
    model = models.BinaryField(null=True)
    """``core.language.triage.Model``: hashes and weights, no text. Null once replaced."""

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage="over", over_at__isnull=False)
                & Q(outcome__in=["kept", "worse", "failed"])
                | ~Q(stage="over") & Q(over_at=None, outcome=""),
                name="cases_learning_that_is_over_says_how_it_ended",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.asked_at:%F}"
