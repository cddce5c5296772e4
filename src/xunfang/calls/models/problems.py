"""What happens at a place again and again, and what was done there. Places, never persons."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from xunfang.calls.models.calls import CallClass
from xunfang.cases.models import Case
from xunfang.places.models import KeyPlace


class PlaceProblem(models.Model):
    """A place, a kind of incident, and why somebody says that something must be done.

    What will be counted is said here, before anything was done: place, circle and kind
    stay as they are, so that nobody looks for the count that flatters. One that was opened
    wrongly is withdrawn with a reason, and stays to be read.
    """

    RADII_M = (100, 200, 300, 500)

    case = models.ForeignKey(Case, models.PROTECT, related_name="place_problems")
    place = models.ForeignKey(KeyPlace, models.PROTECT, related_name="problems")
    kind = models.ForeignKey(CallClass, models.PROTECT, related_name="+")
    """Of calls that are counted, with all classes below it."""
    radius_m = models.PositiveSmallIntegerField(default=200)
    """Calls so near are at the place."""
    why = models.CharField(max_length=300)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    withdrawn_because = models.CharField(max_length=300, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "place", "kind"],
                condition=Q(withdrawn_at=None),
                name="calls_a_place_problem_stands_once_a_case",
            ),
            models.CheckConstraint(
                condition=~Q(why=""), name="calls_a_place_problem_says_why"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_because="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                & ~Q(withdrawn_because=""),
                name="calls_a_place_problem_is_withdrawn_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.kind_id}"


class PlaceMeasure(models.Model):
    """What was done about a place problem, and on which day. Taken back, never removed.

    Where the day was wrong, another measure takes its place and names it.
    """

    problem = models.ForeignKey(PlaceProblem, models.PROTECT, related_name="measures")
    text = models.CharField(max_length=300)
    done_on = models.DateField()
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    """The same measure with the day it had before; that one is taken back."""

    class Meta:
        ordering = ["problem", "done_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""), name="calls_a_measure_says_what_was_done"
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at=None, taken_back_by=None)
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
                name="calls_a_measure_is_taken_back_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.problem_id} {self.done_on}"
