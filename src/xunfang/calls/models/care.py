"""What is owed to people after a call, and what was done at one: steps, work, results."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from xunfang.calls.models.calls import Call
from xunfang.calls.models.resources import LocalHelp
from xunfang.units.models import Shift

LONGEST_NOTE = 200


class CardTick(models.Model):
    """One step of a life-risk card that was done at a call: when, and who said so."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="card_ticks")
    card = models.CharField(max_length=20)
    """Key of the card; its words are in ``calls/care/data/cards.json``."""
    step = models.CharField(max_length=30)
    ticked_at = models.DateTimeField()
    """When it was done, by the server's clock as well as is known."""
    recorded_at = models.DateTimeField()
    ticked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    """It was ticked by mistake; the line stays."""
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        ordering = ["call", "ticked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "card", "step"],
                condition=Q(undone_at=None),
                name="calls_a_step_is_ticked_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.step}"


class CallTask(models.Model):
    """Something to be done for a call, or that took its time there: once, for all parties.

    It names no resident. Whom to contact after a call stands in the call itself.
    """

    AFTER_CARE = "after_care"
    KINDS = [
        (AFTER_CARE, pgettext_lazy("task", "After-care contact")),
        ("visit", pgettext_lazy("task", "Follow-up visit")),
        ("pumping", pgettext_lazy("task", "Pumping out water")),
        ("search", pgettext_lazy("task", "Search")),
        ("evacuation", pgettext_lazy("task", "Bringing people to safety")),
        ("cordon", pgettext_lazy("task", "Keeping a place clear")),
        ("other", pgettext_lazy("task", "Other work")),
    ]
    OUTCOMES = [
        ("reached", pgettext_lazy("after-care", "Reached")),
        ("declined", pgettext_lazy("after-care", "Wished no contact")),
        ("handed_over", pgettext_lazy("after-care", "Another office takes care")),
    ]

    call = models.ForeignKey(Call, models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=15, choices=KINDS)
    due_at = models.DateTimeField(null=True, blank=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    outcome = models.CharField(max_length=15, choices=OUTCOMES, blank=True)
    note = models.CharField(max_length=LONGEST_NOTE, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    """None where it follows from the call's class."""

    class Meta:
        ordering = ["call", "made_at", "id"]
        indexes = [models.Index(fields=["kind", "ended_at", "due_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["call"],
                condition=Q(kind="after_care"),
                name="calls_after_care_is_owed_once",
            ),
            models.CheckConstraint(
                condition=~Q(kind="after_care") | Q(due_at__isnull=False),
                name="calls_after_care_has_a_due_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None)
                | Q(begun_at=None)
                | Q(ended_at__gte=F("begun_at")),
                name="calls_a_task_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.kind}"

    @property
    def minutes(self) -> int | None:
        """How long it took, in whole minutes; None while it is not both begun and over."""
        if self.begun_at is None or self.ended_at is None:
            return None
        return round((self.ended_at - self.begun_at).total_seconds() / 60)


class TaskParty(models.Model):
    """An office, a crew or a partner that worked on a task. Never a person."""

    task = models.ForeignKey(CallTask, models.PROTECT, related_name="parties")
    name = models.CharField(max_length=60)
    shift = models.ForeignKey(
        Shift, models.PROTECT, null=True, blank=True, related_name="+"
    )
    help = models.ForeignKey(
        LocalHelp, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["task", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "name"], name="calls_a_party_is_named_once"
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="calls_a_party_has_a_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OnSpotResult(models.Model):
    """What came of a call on the spot: of what kind and how many. Nothing else is kept.

    Who it was belongs to the case system.
    """

    KINDS = [
        ("theft", pgettext_lazy("result", "Caught stealing")),
        ("fight", pgettext_lazy("result", "Fight ended")),
        ("drunk_driving", pgettext_lazy("result", "Drunk driving stopped")),
        ("fraud", pgettext_lazy("result", "Fraud prevented")),
        ("rescued", pgettext_lazy("result", "Brought to safety")),
        ("found", pgettext_lazy("result", "Missing, found")),
        ("settled", pgettext_lazy("result", "Reconciled")),
        ("hazard", pgettext_lazy("result", "Hazard removed")),
        ("other", pgettext_lazy("result", "Other")),
    ]

    call = models.ForeignKey(Call, models.PROTECT, related_name="results")
    kind = models.CharField(max_length=15, choices=KINDS)
    n_counted = models.PositiveSmallIntegerField()
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(
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
        ordering = ["call", "noted_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "kind"],
                condition=Q(undone_at=None),
                name="calls_a_result_of_a_kind_is_counted_once",
            ),
            models.CheckConstraint(
                condition=Q(n_counted__gte=1), name="calls_a_result_counts_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.kind} {self.n_counted}"
