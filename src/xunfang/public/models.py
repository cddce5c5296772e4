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


class PublicClaim(AppendOnlyModel):
    """A figure of ours that everybody reads: what is counted, of which days.

    What stands beside it, and what it came to, is in its editions.
    """

    slug = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=20)
    """By which it is counted, and its rows are found: a code of `claims.kinds`."""
    first_on = models.DateField()
    last_on = models.DateField()

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")),
                name="public_a_claim_is_of_days",
            )
        ]

    def __str__(self) -> str:
        return self.slug


class ClaimEdition(AppendOnlyModel):
    """A claim as it was published once, with the value of that day. The last row counts."""

    claim = models.ForeignKey(PublicClaim, models.PROTECT, related_name="editions")
    title = models.CharField(max_length=80)
    title_en = models.CharField(max_length=120, blank=True)
    effort = models.CharField(max_length=600)
    """What was done."""
    effort_en = models.CharField(max_length=900, blank=True)
    outcome = models.CharField(max_length=600)
    """What came of it, for better or worse."""
    outcome_en = models.CharField(max_length=900, blank=True)
    value = models.PositiveBigIntegerField()
    out_of = models.PositiveBigIntegerField(null=True)
    withdrawn_because = models.CharField(max_length=300, blank=True)
    """Not empty: with this row it was withdrawn; everybody reads why."""
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["claim", "-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.claim.slug} {self.at:%F} {self.value}"


class ClaimWord(AppendOnlyModel):
    """That somebody has said something about a claim."""

    claim = models.ForeignKey(PublicClaim, models.PROTECT, related_name="words")
    word = models.ForeignKey(Word, models.PROTECT, related_name="claims")
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    """Who has seen that it is about it; null: the sender said so."""

    class Meta:
        ordering = ["claim", "-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "word"], name="public_a_word_is_about_a_claim_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.word.number} on {self.claim.slug}"
