"""Receipts for what phones sent, and how long their forms take."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from xunfang.units.models import Shift, Station

ENTRY_KINDS = [
    ("press", pgettext_lazy("entry", "How far with a call")),
    ("give_back", pgettext_lazy("entry", "Order given back")),
    ("feedback", pgettext_lazy("entry", "Report on a call")),
    ("duty", pgettext_lazy("entry", "Duty")),
    ("gear", pgettext_lazy("entry", "Gear check")),
    ("declared", pgettext_lazy("entry", "What we have with us")),
    ("observation", pgettext_lazy("entry", "Observation")),
    ("tick", pgettext_lazy("entry", "Step of a card done")),
    ("look", pgettext_lazy("entry", "Restricted call read")),
    ("undo", pgettext_lazy("entry", "Withdrawn")),
]


class Receipt(models.Model):
    """That an entry made on a phone has come, and what became of it.

    What came once is not taken a second time, and what was refused is not lost: the
    crew and its desk can read here that it was tried, when, and why it was refused.
    """

    DONE, REFUSED = "done", "refused"
    OUTCOMES = [
        (DONE, pgettext_lazy("receipt", "Taken")),
        (REFUSED, pgettext_lazy("receipt", "Refused")),
    ]

    key = models.UUIDField(unique=True)
    """Made on the phone."""
    kind = models.CharField(max_length=12, choices=ENTRY_KINDS)
    what = models.CharField(max_length=60, blank=True)
    """The step, and the number of the call it is about."""
    shift = models.ForeignKey(
        Shift, models.PROTECT, null=True, blank=True, related_name="phone_receipts"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()
    device_at = models.DateTimeField(null=True, blank=True)
    """What the phone's own clock said; None where it was entered without scripts."""
    received_at = models.DateTimeField()
    skew_s = models.IntegerField(default=0)
    """Server's clock minus the phone's, in seconds."""
    outcome = models.CharField(max_length=10, choices=OUTCOMES)
    code = models.CharField(max_length=60, blank=True)
    """Of the refusal."""

    class Meta:
        ordering = ["-received_at", "-id"]
        indexes = [models.Index(fields=["shift", "happened_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="done", code="")
                | (Q(outcome="refused") & ~Q(code="")),
                name="field_a_refusal_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class BurdenDay(models.Model):
    """How long one kind of form took at a station on a day: a sum, of nobody."""

    day = models.DateField()
    station = models.ForeignKey(Station, models.CASCADE, related_name="+")
    form = models.CharField(max_length=12, choices=ENTRY_KINDS)
    n_entries = models.PositiveIntegerField(default=0)
    seconds = models.PositiveIntegerField(default=0)
    """From the first touch of each form to its sending, by the phone's clock."""

    class Meta:
        ordering = ["day", "station__code", "form"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "station", "form"],
                name="field_a_form_is_summed_once_a_day_and_station",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.station_id} {self.form}"
