"""What residents say that asking first has kept them from paying."""

from django.conf import settings
from django.db import models

from xunfang.audit.append_only import AppendOnlyModel
from xunfang.feedback.models import Word


class StatedSaving(AppendOnlyModel):
    """An amount that a resident has stated, never one that staff reckon.

    Said by the sender on the page of their own word (``by`` is null), or taken down by
    staff from a word whose text names the amount. The last row of a case counts.
    """

    word = models.ForeignKey(Word, models.PROTECT, related_name="stated_savings")
    """The sender's word; or the one that says it."""
    amount_yuan = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.word.number} {self.amount_yuan}"
