"""What residents are told of ourselves and no other room knows."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from xunfang.audit.append_only import AppendOnlyModel
from xunfang.feedback.models import Word


class SentCount(AppendOnlyModel):
    """How many messages were sent to people in some days, and who says so.

    Sending has no room of its own yet: the figure is taken from whoever sends. A wrong
    one is corrected by another row.
    """

    first_on = models.DateField()
    last_on = models.DateField()
    n_sent = models.PositiveBigIntegerField()
    source = models.CharField(max_length=120)
    """Where the figure is from: a bill, a report of the provider."""
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="corrected_by"
    )
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-last_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")) & ~Q(source=""),
                name="public_a_count_has_days_and_a_source",
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_on} {self.last_on} {self.n_sent}"


class ThanksItem(AppendOnlyModel):
    """What came with thanks: a banner, a letter. The last row of a word counts."""

    BANNER, LETTER, NOTHING = "banner", "letter", ""
    ITEMS = [
        (BANNER, pgettext_lazy("thanks", "Banner")),
        (LETTER, pgettext_lazy("thanks", "Letter")),
        (NOTHING, pgettext_lazy("thanks", "Words only")),
    ]

    word = models.ForeignKey(Word, models.PROTECT, related_name="thanks_items")
    item = models.CharField(max_length=8, choices=ITEMS, blank=True)
    given_on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["word", "-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.word.number} {self.item}"
