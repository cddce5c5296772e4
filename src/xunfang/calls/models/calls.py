"""A call: what was said, what happened to it, and which units were sent.

What happened is a log that is only added to (``CallEvent``); ``Call.status`` and
``Dispatch.status`` are what ``core.dispatching.sheets`` makes of it, kept beside it so
that a queue can be read in one query.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext, pgettext_lazy

from xunfang.core.dispatching.sheets import AssignmentStatus, CallStatus, Step
from xunfang.units.models import Shift, Station
from xunfang.units.models.duty import SOURCES

URGENCIES = [
    (1, pgettext_lazy("urgency", "U1 · life, crime in progress")),
    (2, pgettext_lazy("urgency", "U2 · at once")),
    (3, pgettext_lazy("urgency", "U3 · this shift")),
    (4, pgettext_lazy("urgency", "U4 · can wait")),
]

CALL_STATUSES = [
    (CallStatus.WAITING.value, pgettext_lazy("call", "Waiting")),
    (CallStatus.ASSIGNED.value, pgettext_lazy("call", "Unit assigned")),
    (CallStatus.EN_ROUTE.value, pgettext_lazy("call", "On the way")),
    (CallStatus.ON_SCENE.value, pgettext_lazy("call", "On scene")),
    (CallStatus.HANDLED.value, pgettext_lazy("call", "Handled")),
    (CallStatus.FED_BACK.value, pgettext_lazy("call", "Reported back")),
    (CallStatus.CLOSED.value, pgettext_lazy("call", "Closed")),
]

DISPATCH_STATUSES = [
    (AssignmentStatus.ASSIGNED.value, pgettext_lazy("dispatch", "Order given")),
    (AssignmentStatus.ACKNOWLEDGED.value, pgettext_lazy("dispatch", "Acknowledged")),
    (AssignmentStatus.EN_ROUTE.value, pgettext_lazy("dispatch", "On the way")),
    (AssignmentStatus.ON_SCENE.value, pgettext_lazy("dispatch", "On scene")),
    (AssignmentStatus.FINISHED.value, pgettext_lazy("dispatch", "Finished")),
    (AssignmentStatus.REFUSED.value, pgettext_lazy("dispatch", "Given back")),
    (AssignmentStatus.STOOD_DOWN.value, pgettext_lazy("dispatch", "Stood down")),
    (AssignmentStatus.PREEMPTED.value, pgettext_lazy("dispatch", "Sent elsewhere")),
]

STEPS = [
    (Step.REPORTED.value, pgettext_lazy("step", "Reported")),
    (Step.TAKEN.value, pgettext_lazy("step", "Answered")),
    (Step.ENTERED.value, pgettext_lazy("step", "Entered")),
    (Step.ASSIGNED.value, pgettext_lazy("step", "Order given")),
    (Step.DELIVERED.value, pgettext_lazy("step", "Delivered to the device")),
    (Step.ACKNOWLEDGED.value, pgettext_lazy("step", "Acknowledged")),
    (Step.DEPARTED.value, pgettext_lazy("step", "Set out")),
    (Step.ARRIVED.value, pgettext_lazy("step", "Arrived")),
    (Step.FINISHED.value, pgettext_lazy("step", "Finished on scene")),
    (Step.REFUSED.value, pgettext_lazy("step", "Given back")),
    (Step.STOOD_DOWN.value, pgettext_lazy("step", "Stood down")),
    (Step.PREEMPTED.value, pgettext_lazy("step", "Sent to a more urgent call")),
    (Step.FED_BACK.value, pgettext_lazy("step", "Reported back")),
    (Step.CLOSED.value, pgettext_lazy("step", "Closed")),
    (Step.REOPENED.value, pgettext_lazy("step", "Opened again")),
    (Step.NOTED.value, pgettext_lazy("step", "Note")),
]


UNNAMED_UNIT = "110"
"""Stands in ``Dispatch.unit_text`` where 110 gives times of a unit and no name."""


def unit_in_words(name: str) -> str:
    """Return a unit's name as people read it: also where 110 told none."""
    return pgettext("unit", "unit not named") if name == UNNAMED_UNIT else name


class CallClass(models.Model):
    """One leaf or branch of the tree of classes: up to four levels, the bureau's own.

    The national list is not public; no code of it is invented here. A bureau maps its
    own codes in ``mirror_code``.
    """

    RESTRICTIONS = [
        ("domestic_violence", pgettext_lazy("restriction", "Domestic violence")),
        ("self_harm", pgettext_lazy("restriction", "Risk of self-harm")),
        ("sexual_offence", pgettext_lazy("restriction", "Sexual offence")),
        ("minor", pgettext_lazy("restriction", "A child is concerned")),
    ]

    code = models.CharField(max_length=20, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    depth = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60, blank=True)
    letters = models.CharField(max_length=12, blank=True)
    """What is typed for it, beside its code: the initials of its name."""
    mirror_code = models.CharField(max_length=20, blank=True)
    """What 110 calls it, where the bureau has entered it."""
    urgency = models.PositiveSmallIntegerField(choices=URGENCIES, default=3)
    """With which a new call of the class begins."""
    restriction = models.CharField(max_length=20, choices=RESTRICTIONS, blank=True)
    """Why its calls are seen by the handling units and the duty officer only."""
    protocol = models.CharField(max_length=20, blank=True)
    """Key of the card that opens with such a call; empty: none."""
    is_police_matter = models.BooleanField(default=True)
    transfer_to = models.CharField(max_length=60, blank=True)
    """Which office takes what is not a police matter."""
    bands = models.JSONField(default=list)
    """What it needs: ``[[tier, seconds, units], ...]``, tier 1 the nearest street units,
    2 the county's, 3 the city's."""
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(depth__gte=1, depth__lte=4),
                name="calls_a_class_has_up_to_four_levels",
            ),
            models.CheckConstraint(
                condition=Q(urgency__gte=1, urgency__lte=4),
                name="calls_a_class_has_a_known_urgency",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Call(models.Model):
    """One matter somebody called for. Its number is 110's; ours where 110 has none."""

    ORIGINS = [
        ("mirror", pgettext_lazy("origin", "110")),
        ("desk", pgettext_lazy("origin", "Entered at the desk")),
    ]
    REPORTERS = [
        ("resident", pgettext_lazy("reporter", "Resident")),
        ("patrol", pgettext_lazy("reporter", "Found on patrol")),
        ("alarm", pgettext_lazy("reporter", "Alarm")),
        ("office", pgettext_lazy("reporter", "Another office")),
    ]
    OUTCOMES = [
        ("settled", pgettext_lazy("outcome", "Settled on the spot")),
        ("helped", pgettext_lazy("outcome", "Helped")),
        ("handed_to_family", pgettext_lazy("outcome", "Handed to the family")),
        ("handed_over", pgettext_lazy("outcome", "Handed to another office")),
        ("taken_to_hospital", pgettext_lazy("outcome", "Taken to hospital")),
        ("case_opened", pgettext_lazy("outcome", "Goes on in the case system")),
        ("dispute", pgettext_lazy("outcome", "Goes on as a mediation")),
        ("nobody_there", pgettext_lazy("outcome", "Nobody was there")),
        ("no_need", pgettext_lazy("outcome", "No need for police")),
    ]

    number = models.CharField(max_length=40, unique=True)
    origin = models.CharField(max_length=10, choices=ORIGINS)
    reporter = models.CharField(max_length=10, choices=REPORTERS, default="resident")
    """Who noticed it. Forecasts read what residents reported, nothing else."""
    initial_class = models.ForeignKey(
        CallClass, models.PROTECT, null=True, blank=True, related_name="+"
    )
    final_class = models.ForeignKey(
        CallClass, models.PROTECT, null=True, blank=True, related_name="+"
    )
    urgency = models.PositiveSmallIntegerField(choices=URGENCIES, default=3)
    place_text = models.CharField(max_length=200, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    """WGS84; None where only words are known."""
    station = models.ForeignKey(
        Station, models.PROTECT, null=True, blank=True, related_name="calls"
    )
    """On whose ground it is."""
    restriction = models.CharField(
        max_length=20, choices=CallClass.RESTRICTIONS, blank=True
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged"
    )
    """The call that is worked on in its stead; nothing moves, so it can be undone."""
    outcome = models.CharField(max_length=20, choices=OUTCOMES, blank=True)
    outcome_note = models.CharField(max_length=300, blank=True)
    status = models.CharField(
        max_length=10, choices=CALL_STATUSES, default=CallStatus.WAITING.value
    )
    """Derived from the log."""
    reported_at = models.DateTimeField(db_index=True)
    """Derived from the log: its first clock, by which a queue is ordered."""
    closed_at = models.DateTimeField(null=True, blank=True)
    """Derived from the log."""
    revision = models.PositiveIntegerField(default=0)
    """Grows with every change, so that a form made from an older one is noticed."""

    class Meta:
        ordering = ["-reported_at", "-id"]
        indexes = [
            models.Index(fields=["status", "urgency", "reported_at"]),
            models.Index(fields=["station", "reported_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(number=""), name="calls_a_call_has_a_number"
            ),
            models.CheckConstraint(
                condition=Q(urgency__gte=1, urgency__lte=4),
                name="calls_a_call_has_a_known_urgency",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="calls_a_call_is_not_merged_into_itself",
            ),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None)
                | Q(lon__isnull=False, lat__isnull=False),
                name="calls_a_point_has_two_coordinates",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether it is not closed."""
        return self.status != CallStatus.CLOSED

    @property
    def call_class(self) -> CallClass | None:
        """The class it has now: the final one where somebody has said it."""
        return self.final_class or self.initial_class


class CallerWords(models.Model):
    """What one caller said, as it was taken down. Kept through every merge."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="words")
    words = models.TextField()
    heard_at = models.DateTimeField()
    phone = models.CharField(max_length=30, blank=True)
    """For calling back; deleted with the other contacts when the call is old."""
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["heard_at", "id"]

    def __str__(self) -> str:
        return f"{self.call_id} {self.heard_at}"


class Dispatch(models.Model):
    """One unit sent to one call (派警单)."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="dispatches")
    shift = models.ForeignKey(
        Shift, models.PROTECT, null=True, blank=True, related_name="dispatches"
    )
    unit_text = models.CharField(max_length=60, blank=True)
    """What 110 calls the unit; where it is none of our crews, all that is known of it."""
    status = models.CharField(
        max_length=15,
        choices=DISPATCH_STATUSES,
        default=AssignmentStatus.ASSIGNED.value,
    )
    """Derived from the log."""
    status_at = models.DateTimeField()
    """Derived from the log: since when."""
    is_open = models.BooleanField(default=True)
    """Derived from the status."""

    class Meta:
        ordering = ["call", "id"]
        indexes = [models.Index(fields=["shift", "is_open"])]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "shift"],
                condition=Q(is_open=True),
                name="calls_a_unit_is_sent_to_a_call_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(shift__isnull=False) | ~Q(unit_text=""),
                name="calls_a_dispatch_names_a_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.shift_id or self.unit_text}"

    @property
    def is_ours(self) -> bool:
        """Whether it is one of our crews; others are commanded by whoever sent them."""
        return self.shift_id is not None

    @property
    def unit_name(self) -> str:
        """What the unit is called where people read it."""
        return self.shift.name if self.shift else unit_in_words(self.unit_text)


class CallEvent(models.Model):
    """One line of a call's log (流水). It is added to, never changed."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="events")
    dispatch = models.ForeignKey(
        Dispatch, models.PROTECT, null=True, blank=True, related_name="events"
    )
    step = models.CharField(max_length=15, choices=STEPS)
    happened_at = models.DateTimeField()
    """When it happened, by the server's clock as well as is known."""
    recorded_at = models.DateTimeField()
    device_at = models.DateTimeField(null=True, blank=True)
    """What the device's own clock said."""
    source = models.CharField(max_length=10, choices=SOURCES)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    key = models.UUIDField(unique=True)
    """Made where it was entered: the same line sent again is the same line."""
    note = models.CharField(max_length=300, blank=True)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    is_withdrawal = models.BooleanField(default=False)
    """Only says that the line it corrects does not count."""

    class Meta:
        ordering = ["call", "happened_at", "recorded_at", "id"]
        indexes = [models.Index(fields=["recorded_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(step__in=[step.value for step in Step]),
                name="calls_an_event_has_a_known_step",
            ),
            models.CheckConstraint(
                condition=Q(is_withdrawal=False) | Q(corrects__isnull=False),
                name="calls_a_withdrawal_names_its_event",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.step} {self.happened_at}"


class CallLink(models.Model):
    """How one call hangs together with another; taken back, never removed."""

    MERGED = "merged"
    KINDS = [
        (MERGED, pgettext_lazy("link", "The same matter, worked on there")),
        ("repeat", pgettext_lazy("link", "Reported again")),
        ("chase_up", pgettext_lazy("link", "Asks where help is")),
        ("feedback", pgettext_lazy("link", "Feedback of a unit")),
        ("nuisance", pgettext_lazy("link", "Nuisance")),
    ]

    call = models.ForeignKey(Call, models.PROTECT, related_name="links")
    to = models.ForeignKey(Call, models.PROTECT, related_name="links_here")
    kind = models.CharField(max_length=10, choices=KINDS)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(call=F("to")), name="calls_a_link_goes_to_another_call"
            ),
            models.UniqueConstraint(
                fields=["call", "to", "kind"],
                condition=Q(undone_at=None),
                name="calls_a_link_holds_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.kind} {self.to_id}"
