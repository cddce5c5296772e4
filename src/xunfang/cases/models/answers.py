"""What residents are answered, what was decided, and what everybody may read."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from xunfang.audit.append_only import AppendOnlyModel
from xunfang.cases.models.cases import Case
from xunfang.cases.models.catalogue import ServiceItem
from xunfang.cases.models.topics import Topic
from xunfang.feedback.models import Word


class AnswerTemplate(models.Model):
    """A beginning of an answer that was approved; it must still name the point."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    text = models.TextField()
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="+"
    )
    """The leaf or the branch it is for; null: any."""
    approved_by = models.CharField(max_length=60, blank=True)
    approved_on = models.DateField(null=True, blank=True)
    """Null until somebody has approved the text as it reads now."""
    is_current = models.BooleanField(default=False)
    """Whether it is offered: approved, and not retired."""
    retired_on = models.DateField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_current=False)
                | Q(approved_on__isnull=False, retired_on=None),
                name="cases_a_template_in_use_is_approved",
            )
        ]

    def __str__(self) -> str:
        return self.code


class Answer(AppendOnlyModel):
    """An answer that was given. A better one is another row."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="answers")
    text = models.TextField()
    """As the resident reads it, and the public where the case is shown."""
    findings = models.JSONField(default=list)
    """What the check of the answer found, as codes; the writer saw it and went on."""
    template = models.ForeignKey(AnswerTemplate, models.PROTECT, null=True)
    services = models.ManyToManyField(
        ServiceItem, through="CitedService", related_name="answers"
    )
    """What it cites of the catalogue, by number."""
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["case", "at", "id"]

    def __str__(self) -> str:
        return f"{self.case.number} {self.at:%F}"


class CitedService(AppendOnlyModel):
    """That an answer cites a service."""

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="cited")
    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="cited")

    class Meta:
        ordering = ["answer", "item__number"]
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "item"], name="cases_an_answer_cites_a_service_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.answer_id} {self.item_id}"


class Decision(AppendOnlyModel):
    """What became of a suggestion or a wish: yes, partly or no, and why."""

    WORDS = [
        ("yes", pgettext_lazy("decision", "Accepted")),
        ("partly", pgettext_lazy("decision", "Accepted in part")),
        ("no", pgettext_lazy("decision", "Not accepted")),
    ]

    case = models.ForeignKey(Case, models.PROTECT, related_name="decisions")
    decision = models.CharField(max_length=6, choices=WORDS)
    why = models.CharField(max_length=1000)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["case", "at", "id"]

    def __str__(self) -> str:
        return f"{self.case.number} {self.decision}"


class PublicText(AppendOnlyModel):
    """A word as everybody may read it, after a person's last look. The last row counts."""

    word = models.ForeignKey(Word, models.PROTECT, related_name="public_texts")
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["word", "-at", "-id"]

    def __str__(self) -> str:
        return self.word.number
