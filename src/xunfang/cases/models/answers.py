"""What residents are answered, what was decided, and what everybody may read."""

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from xunfang.audit.append_only import AppendOnlyModel
from xunfang.cases.models.cases import Case
from xunfang.feedback.models import Word


class AnswerTemplate(models.Model):
    """A beginning of an answer that was approved; it must still name the point."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    text = models.TextField()
    approved_by = models.CharField(max_length=60)
    approved_on = models.DateField()
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]

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
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["case", "at", "id"]

    def __str__(self) -> str:
        return f"{self.case.number} {self.at:%F}"


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
