"""A case: one matter that is owed an answer, and its log.

What happened is a log that is only added to (``CaseEvent``); ``Case.state`` is what
``core.casework.steps`` makes of it, kept beside it so that an inbox is one query.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from xunfang.audit.append_only import AppendOnlyModel
from xunfang.cases.models.causes import RootCause
from xunfang.cases.models.topics import URGENCIES, Topic
from xunfang.core.casework.steps import Actor, State, Step
from xunfang.feedback.models import Word
from xunfang.units.models import Station

STATES = [
    (State.NEW.value, pgettext_lazy("case", "New")),
    (State.SORTED.value, pgettext_lazy("case", "Sorted")),
    (State.IN_HAND.value, pgettext_lazy("case", "In hand")),
    (State.PAUSED.value, pgettext_lazy("case", "Waiting")),
    (State.ELSEWHERE.value, pgettext_lazy("case", "With another department")),
    (State.ANSWERED.value, pgettext_lazy("case", "Answered")),
    (State.CLOSED.value, pgettext_lazy("case", "Closed")),
]

STEPS = [
    (Step.OPENED.value, pgettext_lazy("case step", "Came in")),
    (Step.SORTED.value, pgettext_lazy("case step", "Sorted")),
    (Step.TAKEN.value, pgettext_lazy("case step", "Taken")),
    (Step.PAUSED.value, pgettext_lazy("case step", "Clock stopped")),
    (Step.RESUMED.value, pgettext_lazy("case step", "Clock runs again")),
    (Step.REFERRED.value, pgettext_lazy("case step", "Passed on")),
    (Step.CAME_BACK.value, pgettext_lazy("case step", "Came back")),
    (Step.NOTED.value, pgettext_lazy("case step", "Note")),
    (Step.ACTED.value, pgettext_lazy("case step", "Ordered")),
    (Step.ANSWERED.value, pgettext_lazy("case step", "Answered")),
    (Step.NOT_ANSWERED.value, pgettext_lazy("case step", "“Not answered”")),
    (Step.REOPENED.value, pgettext_lazy("case step", "Opened again")),
    (Step.CLOSED.value, pgettext_lazy("case step", "Closed")),
]

ACTORS = [
    (Actor.HOUSE.value, pgettext_lazy("actor", "By itself")),
    (Actor.HANDLER.value, pgettext_lazy("actor", "Staff")),
    (Actor.SUPERVISOR.value, pgettext_lazy("actor", "Supervisor")),
    (Actor.RESIDENT.value, pgettext_lazy("actor", "Resident")),
]


class Case(models.Model):
    """One matter that is owed an answer. Several words may be one case."""

    number = models.CharField(max_length=20, unique=True)
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="cases"
    )
    """What it is about; null until somebody said so."""
    second_topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="+"
    )
    suggested = models.JSONField(default=list)
    """``[[code, how sure], ...]``: what the model thinks, two at most."""
    causes = models.ManyToManyField(RootCause, blank=True, related_name="cases")
    """What staff found behind it. Who said so, and when, is in the log."""
    urgency = models.PositiveSmallIntegerField(choices=URGENCIES, default=3)
    station = models.ForeignKey(
        Station, models.PROTECT, null=True, blank=True, related_name="cases"
    )
    """Whose ground it is; null: the city's."""
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_cases",
    )
    place_name = models.CharField(max_length=80, blank=True)
    """Where, as staff name it: a street or a place, never a door."""
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    state = models.CharField(
        max_length=10, choices=STATES, default=State.NEW.value, db_index=True
    )
    opened_at = models.DateTimeField()
    reply_by = models.DateTimeField()
    settle_by = models.DateTimeField()
    replied_at = models.DateTimeField(null=True, blank=True)
    """When a person first replied."""
    settled_at = models.DateTimeField(null=True, blank=True)
    """When it was last answered; null while it is open."""
    paused_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    """When a duty officer has seen that it is of life and death."""
    sealed_from = models.CharField(max_length=12, blank=True)
    """Code of the station that may not see it: it is about an officer of theirs."""
    is_sealed = models.BooleanField(default=False)
    """Only supervisors see it; everybody else sees number and state."""
    public_since = models.DateTimeField(null=True, blank=True)
    """When a person let it be shown to the public, its words made unrecognisable."""
    warned = models.CharField(max_length=20, blank=True)
    """Which of its clocks runs late, and who has been told: ``reply.owner``."""
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["urgency", "opened_at", "id"]
        indexes = [
            models.Index(fields=["urgency", "settle_by", "id"], name="cases_first_due"),
            models.Index(fields=["state", "urgency", "opened_at"], name="cases_inbox"),
            models.Index(fields=["-public_since"], name="cases_public_since"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(urgency__gte=1, urgency__lte=4),
                name="cases_a_case_has_a_known_urgency",
            ),
            models.CheckConstraint(
                condition=Q(is_sealed=False) | Q(public_since=None),
                name="cases_what_is_sealed_is_not_public",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CaseEvent(AppendOnlyModel):
    """One line of a case's log."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    step = models.CharField(max_length=14, choices=STEPS)
    actor = models.CharField(max_length=10, choices=ACTORS)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True)
    detail = models.JSONField(default=dict)
    """What was before and after, codes and numbers only."""
    key = models.UUIDField(unique=True)
    """The same press of a button is one line."""

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["case", "at"], name="cases_event_case_at")]

    def __str__(self) -> str:
        return f"{self.case.number} {self.step}"


class WordLink(models.Model):
    """That a word belongs to a case. Undone by being ended, never removed."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="links")
    word = models.ForeignKey(Word, models.PROTECT, related_name="links")
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        ordering = ["case", "at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "word"],
                condition=Q(ended_at=None),
                name="cases_a_word_is_in_a_case_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.word.number} in {self.case.number}"
