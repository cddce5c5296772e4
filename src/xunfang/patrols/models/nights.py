"""What is wanted of patrols, and the plans made for it."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from xunfang.cases.models import Case
from xunfang.patrols.models.campaigns import Campaign
from xunfang.places.models import GridCell, KeyPlace
from xunfang.units.models import Station


class ForNightsQuerySet[T: models.Model](models.QuerySet[T]):
    def on(self, night: date) -> Self:
        """Return what holds on a night."""
        return self.filter(
            Q(until=None) | Q(until__gte=night), begins_on__lte=night
        ).exclude(ended_on__lte=night)

    def not_over(self, night: date) -> Self:
        """Return what holds on a night or will hold on a later one."""
        return self.filter(Q(until=None) | Q(until__gte=night)).exclude(
            ended_on__lte=night
        )


class ForNights(models.Model):
    """Something ordered for some nights. It ends by itself, or somebody ends it early.

    Whoever inherits this has an ``until`` of its own: the last night on which it holds.
    """

    begins_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    """First night on which it no longer holds, when it was ended early."""
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_at=None, ended_by=None)
                | Q(
                    ended_on__isnull=False,
                    ended_at__isnull=False,
                    ended_by__isnull=False,
                ),
                name="patrols_%(class)s_ended_early_says_by_whom",
            ),
        ]


class Reinforcement(ForNights):
    """More minutes at a place until a date, with a reason. It ends by itself."""

    place = models.ForeignKey(KeyPlace, models.PROTECT, related_name="reinforcements")
    minutes = models.PositiveSmallIntegerField()
    until = models.DateField()
    """Last night on which it holds."""
    reason = models.CharField(max_length=200)
    ordered_at = models.DateTimeField()
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    renews = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="renewed_by"
    )
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="reinforcements"
    )
    """The resident's matter it was ordered for."""

    objects = ForNightsQuerySet["Reinforcement"].as_manager()

    class Meta:
        ordering = ["until", "id"]
        constraints = [
            *ForNights.Meta.constraints,
            models.CheckConstraint(
                condition=Q(until__gte=F("begins_on")),
                name="patrols_a_reinforcement_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="patrols_a_reinforcement_has_a_reason"
            ),
            # More than that is a post, not a look-in.
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=240),
                name="patrols_a_reinforcement_lasts_up_to_four_hours",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} until {self.until}"


class Overlay(ForNights):
    """What a campaign adds to the daily patrol, for how long. Where: its slots."""

    name = models.CharField(max_length=40, unique=True)
    """The ``layer`` of its slots."""
    until = models.DateField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )

    objects = ForNightsQuerySet["Overlay"].as_manager()

    class Meta:
        ordering = ["until", "name"]
        constraints = [
            *ForNights.Meta.constraints,
            models.CheckConstraint(
                condition=Q(until__gte=F("begins_on")),
                name="patrols_an_overlay_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(name__in=["", "baseline"]),
                name="patrols_an_overlay_is_not_the_daily_patrol",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} until {self.until}"


class LightWindow(ForNights):
    """When the light is on at a station's posts: cars by day, lights by night (A13)."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="light_windows")
    place_code = models.CharField(max_length=20, blank=True)
    """Of the school or cell whose post it is; empty: every post of the station."""
    begins_min = models.PositiveSmallIntegerField()
    ends_min = models.PositiveSmallIntegerField()
    """Minutes after the midnight with which the night's date begins."""
    until = models.DateField(null=True, blank=True)
    """Last night on which it holds; None: until somebody ends it."""
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )

    objects = ForNightsQuerySet["LightWindow"].as_manager()

    class Meta:
        ordering = ["station__code", "place_code", "begins_min", "id"]
        constraints = [
            *ForNights.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_min__gt=F("begins_min")),
                name="patrols_a_light_goes_off_after_it_goes_on",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("begins_on")),
                name="patrols_a_light_window_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.place_code} {self.begins_min}-{self.ends_min}"


class LayerSlot(models.Model):
    """Officers wanted in a cell in one hour, in the baseline or in an overlay (A07)."""

    BASELINE = "baseline"

    layer = models.CharField(max_length=40)
    cell = models.ForeignKey(GridCell, models.PROTECT, related_name="+")
    hour = models.PositiveSmallIntegerField()
    n_officers = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["layer", "cell__code", "hour"]
        constraints = [
            models.UniqueConstraint(
                fields=["layer", "cell", "hour"],
                name="patrols_a_layer_names_a_cell_and_hour_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.layer} {self.cell_id} {self.hour}"


class Plan(models.Model):
    """One plan for one station's night. Every edition is kept with its problem."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="plans")
    night = models.DateField()
    edition = models.PositiveIntegerField()
    is_current = models.BooleanField(default=True)
    problem = models.JSONField()
    """``xunfang.patrol-problem/1``, as solved."""
    plan = models.JSONField()
    """``xunfang.patrol-plan/1``, checked before it was saved."""
    drawing = models.JSONField(default=dict)
    """GeoJSON of routes, stops, posts and reach, made once when the plan was."""
    figures = models.JSONField(default=dict)
    """Counts, minutes by way of moving, minutes by cell and hour."""
    value = models.FloatField()
    upper_bound = models.FloatField(null=True, blank=True)
    response = models.JSONField(default=dict)
    """Share of demand within 1, 3 and 5 minutes by quarter of an hour."""
    n_unmet = models.PositiveIntegerField(default=0)
    n_unmet_mandatory = models.PositiveIntegerField(default=0)
    variation = models.JSONField(default=dict)
    """What the night was drawn from, and how hard it is to guess; empty: not drawn."""
    seal = models.CharField(max_length=64, blank=True)
    """SHA-256 that binds the draw among equally good plans before the night begins."""
    n_changes = models.PositiveIntegerField(default=0)
    """Up to which change by hand of its night it was made (``NightEdit``)."""
    restores = models.PositiveIntegerField(null=True, blank=True)
    """The earlier edition that it puts back in force."""
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-night", "station__code", "-edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "night", "edition"],
                name="patrols_an_edition_has_its_own_number",
            ),
            models.UniqueConstraint(
                fields=["station", "night"],
                condition=Q(is_current=True),
                name="patrols_a_night_has_one_current_plan",
            ),
            models.CheckConstraint(
                condition=Q(upper_bound=None) | Q(upper_bound__gte=F("value") - 1e-6),
                name="patrols_no_plan_is_worth_more_than_its_bound",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.night} {self.station_id} #{self.edition}"

    @property
    def n_unmet_optional(self) -> int:
        """Wishes beside the duties that are not in the plan."""
        return self.n_unmet - self.n_unmet_mandatory

    @property
    def proven_share(self) -> float | None:
        """Value as a share of the best possible, or None where none was proven."""
        if self.upper_bound is None:
            return None
        # The bound is computed with a tolerance of its own; a plan that meets it is best.
        if self.upper_bound - self.value <= 1e-6 * max(1.0, self.upper_bound):
            return 1.0
        return self.value / self.upper_bound


class Order(models.Model):
    """One order to several stations for one night; each answers for itself."""

    night = models.DateField()
    title = models.CharField(max_length=80)
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="orders"
    )
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["night", "issued_at", "id"]

    def __str__(self) -> str:
        return f"{self.night} {self.title}"


class OrderStation(models.Model):
    """How far one station is with an order: accepted, started, finished."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="stations")
    station = models.ForeignKey(Station, models.PROTECT, related_name="orders")
    accepted_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["station__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "station"],
                name="patrols_an_order_names_a_station_once",
            ),
            models.CheckConstraint(
                condition=Q(started_at=None) | Q(accepted_at__isnull=False),
                name="patrols_an_order_is_accepted_before_it_is_started",
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(started_at__isnull=False),
                name="patrols_an_order_is_started_before_it_is_finished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.station_id}"

    @property
    def next_step(self) -> str | None:
        """What the station does next: accept, start or finish; None when it is done."""
        if self.accepted_at is None:
            return "accept"
        if self.started_at is None:
            return "start"
        return "finish" if self.finished_at is None else None


class SolveRun(models.Model):
    """Work on a plan in the background: how far it is, and how it ended."""

    QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"
    UNDER_WAY = (QUEUED, RUNNING)
    STATES = [
        (QUEUED, pgettext_lazy("solve run", "Waiting")),
        (RUNNING, pgettext_lazy("solve run", "Planning")),
        (DONE, pgettext_lazy("solve run", "Done")),
        (FAILED, pgettext_lazy("solve run", "Failed")),
    ]

    station = models.ForeignKey(Station, models.PROTECT, related_name="runs")
    night = models.DateField()
    cpu_s = models.FloatField()
    seed = models.PositiveBigIntegerField()
    n_variants = models.PositiveSmallIntegerField(default=0)
    """Near-best plans to draw the night from by lot; 0: the best one is taken."""
    is_resolve = models.BooleanField(default=False)
    """It begins with the plan in force, to answer for a change by hand at once."""
    again_at = models.DateTimeField(null=True, blank=True)
    """The night was changed while it ran: it is followed by another run."""
    again_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    state = models.CharField(max_length=10, choices=STATES, default=QUEUED)
    done_share = models.FloatField(default=0.0)
    value = models.FloatField(null=True, blank=True)
    upper_bound = models.FloatField(null=True, blank=True)
    error_code = models.CharField(max_length=80, blank=True)
    stop_asked_at = models.DateTimeField(null=True, blank=True)
    plan = models.ForeignKey(Plan, models.SET_NULL, null=True, related_name="runs")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    heard_at = models.DateTimeField(null=True, blank=True)
    """When its worker was last heard of."""
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "id"]
        indexes = [models.Index(fields=["night", "station", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "night"],
                condition=Q(state__in=["queued", "running"]),
                name="patrols_a_night_is_planned_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(again_at=None, again_by=None)
                | Q(again_at__isnull=False, again_by__isnull=False),
                name="patrols_a_run_that_is_followed_says_for_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.night} {self.station_id} {self.state}"

    @property
    def is_under_way(self) -> bool:
        """Whether a plan may still come of it."""
        return self.state in self.UNDER_WAY
