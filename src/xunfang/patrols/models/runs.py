"""What crews did on a night, as their positions and their log tell. Crews, never persons.

The many rows by street and cell lie in one file a night beside the database
(``runs/files.py``); here is what pages list, and what a person has said.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from xunfang.core.streets.matching.stays import Kept
from xunfang.units.models import Shift, Station

KEPT = [
    (Kept.KEPT.value, pgettext_lazy("stay", "Kept")),
    (Kept.SHORT.value, pgettext_lazy("stay", "Too short")),
    (Kept.OUTSIDE_WINDOW.value, pgettext_lazy("stay", "Outside the window")),
    (Kept.NOT_SEEN.value, pgettext_lazy("stay", "Not seen")),
    (Kept.UNKNOWN.value, pgettext_lazy("stay", "Not known")),
]


class RunNight(models.Model):
    """A night whose positions have been folded; its row is held while they are."""

    night = models.DateField(unique=True)
    folded_at = models.DateTimeField(null=True)
    edition = models.PositiveIntegerField(default=0)
    """Of its file: grows each time it is written."""
    network = models.CharField(max_length=40, blank=True)
    """Code of the streets it was matched on; empty: there were none."""

    class Meta:
        ordering = ["-night"]

    def __str__(self) -> str:
        return f"{self.night}"


class Run(models.Model):
    """What is known of one crew's night: how long it was heard of, on what that rests."""

    shift = models.OneToOneField(Shift, models.CASCADE, related_name="run")
    n_fixes_by_hour = models.JSONField(default=dict)
    """How many fixes each hour of the night rests on: if more come, it is done again."""
    basis = models.CharField(max_length=64)
    """Digest of the log, the stays and the streets it was worked out with."""
    on_duty_s = models.PositiveIntegerField()
    heard_s = models.PositiveIntegerField()
    """Of which there were positions, none apart from the next by over two minutes."""
    n_off_duty = models.PositiveIntegerField(default=0)
    """Fixes from a time at which, by the log, it was not on duty: nothing was read of
    them."""
    folded_at = models.DateTimeField()

    class Meta:
        ordering = ["shift"]

    def __str__(self) -> str:
        return f"{self.shift_id}"


class StayDone(models.Model):
    """A stay that a published plan asked of a crew, and what became of it."""

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="stays_done")
    number = models.PositiveSmallIntegerField()
    """As on the sheet."""
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    lon = models.FloatField()
    lat = models.FloatField()
    place_code = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    is_post = models.BooleanField(default=False)
    is_mandatory = models.BooleanField(default=False)
    kept = models.CharField(max_length=15, choices=KEPT)
    inside_s = models.PositiveIntegerField(default=0)
    """How long the crew was there within the window."""
    called_s = models.PositiveIntegerField(default=0)
    """How long of the planned time it was bound to a call."""
    arrived_at = models.DateTimeField(null=True, blank=True)
    """First arrival, in the window if there is one, else at any time."""

    class Meta:
        ordering = ["shift", "begins_at", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "number"],
                name="patrols_a_stay_is_compared_once",
            ),
            models.CheckConstraint(
                condition=Q(kept__in=[kept.value for kept in Kept]),
                name="patrols_what_became_of_a_stay_is_known_word",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} {self.number} {self.kept}"


class LoopGap(models.Model):
    """The longest time within a loop's window in which one of its points was alone."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="loop_gaps")
    night = models.DateField()
    loop_code = models.CharField(max_length=60)
    point = models.PositiveSmallIntegerField()
    """Its number in the loop, from 1."""
    lon = models.FloatField()
    lat = models.FloatField()
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    """The window of the loop."""
    allowed_s = models.PositiveIntegerField()
    alone_from = models.DateTimeField(null=True)
    alone_until = models.DateTimeField(null=True)
    """None: its crews were heard of too little to say."""
    n_passes = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["night", "station__code", "loop_code", "point"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "night", "loop_code", "point"],
                name="patrols_a_point_of_a_loop_has_one_longest_gap",
            ),
            models.CheckConstraint(
                condition=Q(alone_from=None, alone_until=None)
                | Q(alone_until__gte=F("alone_from")),
                name="patrols_a_gap_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loop_code} {self.point}"

    @property
    def gap_s(self) -> float | None:
        """Length of the gap; None: not known."""
        if self.alone_from is None or self.alone_until is None:
            return None
        return (self.alone_until - self.alone_from).total_seconds()

    @property
    def is_too_long(self) -> bool:
        """Whether the point was left alone for longer than allowed."""
        return self.gap_s is not None and self.gap_s > self.allowed_s


class ShortRun(models.Model):
    """Why a crew's night had fewer effective minutes than required, as somebody said.

    Added to, never changed: what was said last holds, for as many minutes as it was said
    of. If the log is corrected and there are fewer, it has to be said again.
    """

    shift = models.ForeignKey(Shift, models.PROTECT, related_name="short_runs")
    effective_min = models.PositiveSmallIntegerField()
    required_min = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=200)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["shift", "-said_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="patrols_a_short_run_says_why"
            ),
            models.CheckConstraint(
                condition=Q(effective_min__lt=F("required_min")),
                name="patrols_a_short_run_is_short",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} {self.effective_min}"
