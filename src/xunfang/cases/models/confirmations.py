"""What a side says of something that concerns it, and how we know."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from xunfang.audit.append_only import AppendOnlyModel
from xunfang.core.casework.confirming import Says, Statement

RECEIPT = "receipt"
TOLD = [
    ("phone", pgettext_lazy("confirmed by", "by telephone")),
    ("face", pgettext_lazy("confirmed by", "face to face")),
    ("letter", pgettext_lazy("confirmed by", "in writing")),
    ("chat", pgettext_lazy("confirmed by", "by chat")),
    ("signed", pgettext_lazy("confirmed by", "signed for it")),
]
"""In what ways staff are told."""
CHANNELS = [
    *TOLD,
    (RECEIPT, pgettext_lazy("confirmed by", "with the code of the receipt")),
]


class Confirmation(AppendOnlyModel):
    """One thing that one side said; what it said last counts.

    Whoever adds one names the constraint that staff and receipts are told apart.
    """

    SAYS = [
        (Says.YES.value, pgettext_lazy("side says", "confirmed")),
        (Says.NO.value, pgettext_lazy("side says", "it did not happen")),
        (Says.BACK.value, pgettext_lazy("side says", "taken back")),
    ]

    says = models.CharField(
        max_length=4, choices=SAYS, default=Says.YES.value, db_default=Says.YES.value
    )
    channel = models.CharField(max_length=8, choices=CHANNELS)
    said_at = models.DateTimeField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    """Who entered what they were told; null: they said it with their receipt."""

    class Meta:
        abstract = True

    @property
    def statement(self) -> Statement:
        """Return it as the rule of what may follow on what reads it."""
        day = self.at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
        return Statement(Says(self.says), self.channel == RECEIPT, day)


def last_of[Row: Confirmation](said: Iterable[Row]) -> Row | None:
    """Return what counts of what one side said, oldest first; None where nothing does."""
    rows = list(said)
    return rows[-1] if rows and rows[-1].says != Says.BACK else None
