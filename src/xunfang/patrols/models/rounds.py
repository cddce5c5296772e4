"""Concentrated rounds, and who musters for them in which vehicle."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from xunfang.patrols.models.campaigns import Campaign
from xunfang.units.models import Person, Unit


class Round(models.Model):
    """A concentrated round of many units in one night: planned, departed, closed."""

    PLANNED, DEPARTED, CLOSED = "planned", "departed", "closed"
    CALLED_OFF = "called_off"
    STATES = [
        (PLANNED, pgettext_lazy("round", "Planned")),
        (DEPARTED, pgettext_lazy("round", "Under way")),
        (CLOSED, pgettext_lazy("round", "Held")),
        (CALLED_OFF, pgettext_lazy("round", "Called off")),
    ]

    duty_code = models.CharField(max_length=40, blank=True)
    """Of the half-month duty it counts for; empty: of none."""
    night = models.DateField()
    title = models.CharField(max_length=80, blank=True)
    begins_min = models.PositiveSmallIntegerField(null=True, blank=True)
    ends_min = models.PositiveSmallIntegerField(null=True, blank=True)
    """As planned, in minutes after the midnight with which the night's date begins."""
    required_minutes = models.PositiveSmallIntegerField(default=180)
    """A round that lasts less is short, and says why."""
    order = models.OneToOneField(
        "patrols.Order", models.PROTECT, null=True, blank=True, related_name="round"
    )
    """What the stations were ordered."""
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="rounds"
    )
    state = models.CharField(max_length=10, choices=STATES, default=PLANNED)
    departed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    is_short = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)
    """Why it was short, or why it was called off."""
    revision = models.PositiveIntegerField(default=0)
    """Grows with every change of the plan, so that a stale page is noticed."""

    class Meta:
        ordering = ["-night", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["duty_code", "night"],
                condition=~Q(duty_code="") & ~Q(state="called_off"),
                name="patrols_a_round_is_entered_once_a_day",
            ),
            models.CheckConstraint(
                condition=Q(begins_min=None, ends_min=None)
                | Q(ends_min__gt=F("begins_min")),
                name="patrols_a_round_is_planned_to_end_after_it_begins",
            ),
            # Of a round entered afterwards only the day may be known.
            models.CheckConstraint(
                condition=Q(
                    state__in=["planned", "called_off"], departed_at=None, ended_at=None
                )
                | Q(state="departed", departed_at__isnull=False, ended_at=None)
                | Q(state="closed", departed_at=None, ended_at=None)
                | Q(state="closed", ended_at__gt=F("departed_at")),
                name="patrols_a_round_departs_before_it_ends",
            ),
            models.CheckConstraint(
                condition=(Q(is_short=False) & ~Q(state="called_off")) | ~Q(reason=""),
                name="patrols_a_short_round_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duty_code} {self.night}"


class MusterVehicle(models.Model):
    """A vehicle of a round: how it is called, how many it seats."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="vehicles")
    call_sign = models.CharField(max_length=20)
    masked_mark = models.CharField(max_length=20, blank=True)
    """What is painted on it, with the middle hidden: 云A·**12."""
    seats = models.PositiveSmallIntegerField()
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    """Whose it is: its people are seated here first."""

    class Meta:
        ordering = ["round", "call_sign"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "call_sign"],
                name="patrols_a_call_sign_is_in_a_round_once",
            ),
            models.CheckConstraint(
                condition=Q(seats__gte=1, seats__lte=60),
                name="patrols_a_vehicle_has_seats",
            ),
            models.CheckConstraint(
                condition=Q(masked_mark="") | Q(masked_mark__contains="**"),
                name="patrols_a_vehicles_mark_is_masked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.call_sign}"


class MusterEntry(models.Model):
    """Somebody named for a round: of which force, in which vehicle or on foot, there?"""

    class Force(models.TextChoices):
        """Values are stored: never rename one."""

        SPECIAL = "special", pgettext_lazy("force", "Special police")
        PATROL = "patrol", pgettext_lazy("force", "Patrol")
        TRAFFIC = "traffic", pgettext_lazy("force", "Traffic police")
        STATION = "station", pgettext_lazy("force", "Police stations")
        CRIMINAL = "criminal", pgettext_lazy("force", "Criminal investigation")
        OFFICES = "offices", pgettext_lazy("force", "Offices of headquarters")
        OTHER = "other", pgettext_lazy("force", "Others")

    CALLED, PRESENT, ABSENT = "", "present", "absent"
    PRESENCE = [
        (CALLED, pgettext_lazy("muster", "Not called yet")),
        (PRESENT, pgettext_lazy("muster", "Present")),
        (ABSENT, pgettext_lazy("muster", "Absent")),
    ]

    round = models.ForeignKey(Round, models.CASCADE, related_name="entries")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    force = models.CharField(max_length=10, choices=Force.choices)
    vehicle = models.ForeignKey(
        MusterVehicle, models.PROTECT, null=True, blank=True, related_name="entries"
    )
    is_on_foot = models.BooleanField(default=False)
    is_driver = models.BooleanField(default=False)
    presence = models.CharField(max_length=10, choices=PRESENCE, blank=True, default="")
    noted_at = models.DateTimeField()
    """When it was last changed."""
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["force", "person__home_unit__code", "person__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "person"], name="patrols_a_round_names_a_person_once"
            ),
            models.CheckConstraint(
                condition=Q(is_on_foot=False) | Q(vehicle=None),
                name="patrols_nobody_is_in_a_vehicle_and_on_foot",
            ),
            models.CheckConstraint(
                condition=Q(is_driver=False) | Q(vehicle__isnull=False),
                name="patrols_a_driver_is_in_a_vehicle",
            ),
            models.UniqueConstraint(
                fields=["vehicle"],
                condition=Q(is_driver=True),
                name="patrols_a_vehicle_has_one_driver",
            ),
            models.CheckConstraint(
                condition=~Q(presence="absent") | Q(vehicle=None, is_on_foot=False),
                name="patrols_who_is_absent_takes_no_seat",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.person_id}"

    @property
    def is_unassigned(self) -> bool:
        """Whether somebody who goes has neither a seat nor goes on foot."""
        return (
            self.vehicle_id is None
            and not self.is_on_foot
            and self.presence != self.ABSENT
        )
