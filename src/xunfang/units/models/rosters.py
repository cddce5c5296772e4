"""Who goes out with which crew on which night, who stands in, who swaps."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from xunfang.units.models.people import Person
from xunfang.units.models.stations import Shift


class Part(models.TextChoices):
    """What somebody is to a crew for a night. Values are stored: never rename one."""

    MEMBER = "member", pgettext_lazy("part", "In the crew")
    JOINED = "joined", pgettext_lazy("part", "Local officer who goes along")
    STAND_IN = "stand_in", pgettext_lazy("part", "Stand-in")


class Assignment(models.Model):
    """One person in one crew for one night. Member and joined go out; a stand-in waits.

    The times are the shift's. Nobody may go out with two crews whose times overlap: a
    conflict, which pages name and publishing refuses.
    """

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="assignments")
    person = models.ForeignKey(Person, models.PROTECT, related_name="assignments")
    part = models.CharField(max_length=10, choices=Part.choices, default=Part.MEMBER)
    assigned_at = models.DateTimeField()
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["shift__code", "part", "person__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "person"], name="units_a_crew_names_a_person_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} {self.person_id}"


class RestWaiver(models.Model):
    """A leader signs that a person goes out after less rest than is due."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    night = models.DateField()
    reason = models.CharField(max_length=200)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["night", "person__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "night"], name="units_a_rest_is_waived_once_a_night"
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="units_a_rest_waiver_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.night}"


class SwapRequest(models.Model):
    """Somebody asks that another takes their place in a crew."""

    ASKED, APPROVED, REFUSED, TAKEN_BACK = "asked", "approved", "refused", "taken_back"
    STATES = [
        (ASKED, pgettext_lazy("swap", "Asked for")),
        (APPROVED, pgettext_lazy("swap", "Approved")),
        (REFUSED, pgettext_lazy("swap", "Refused")),
        (TAKEN_BACK, pgettext_lazy("swap", "Taken back")),
    ]

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="swap_requests")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    """Who cannot or would rather not go out with this crew."""
    instead = models.ForeignKey(Person, models.PROTECT, related_name="+")
    """Who would take the place."""
    state = models.CharField(max_length=10, choices=STATES, default=ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    reason = models.CharField(max_length=200, blank=True)
    """Of a refusal."""

    class Meta:
        ordering = ["-asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "person"],
                condition=Q(state="asked"),
                name="units_a_place_is_swapped_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at=None, decided_by=None)
                | (
                    ~Q(state="asked")
                    & Q(decided_at__isnull=False, decided_by__isnull=False)
                ),
                name="units_a_decided_swap_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} {self.person_id}"


class NightNotice(models.Model):
    """What everybody who goes out on a night should know: weather, a closed bridge."""

    night = models.DateField(db_index=True)
    text = models.CharField(max_length=200)
    posted_at = models.DateTimeField()
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["night", "posted_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""), name="units_a_notice_says_something"
            ),
        ]

    def __str__(self) -> str:
        return self.text
