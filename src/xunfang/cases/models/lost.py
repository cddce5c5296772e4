"""Things that were found and things that are missed, until their owner has them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from xunfang.audit.append_only import AppendOnlyModel
from xunfang.cases.models.cases import Case
from xunfang.cases.models.confirmations import Confirmation
from xunfang.feedback.models import Word
from xunfang.units.models import Station

PAPERS = ("identity", "bank", "licence")
"""Kinds that bear a name and a number. Of both little is kept, and of their photo nothing
that could be read."""


class LostItem(models.Model):
    """One thing: found by somebody, or missed by somebody.

    Of a document or card the first character of its name and the last four signs of its
    number are kept, and nothing else of either: not encrypted, not anywhere.
    """

    FOUND, LOST = "found", "lost"
    SIDES = [
        (FOUND, pgettext_lazy("lost and found", "Found")),
        (LOST, pgettext_lazy("lost and found", "Missed")),
    ]
    KINDS = [
        ("identity", pgettext_lazy("item", "Identity document")),
        ("bank", pgettext_lazy("item", "Bank card")),
        ("licence", pgettext_lazy("item", "Licence, permit or card with a name")),
        ("phone", pgettext_lazy("item", "Telephone")),
        ("computer", pgettext_lazy("item", "Computer, camera, earphones")),
        ("wallet", pgettext_lazy("item", "Wallet")),
        ("cash", pgettext_lazy("item", "Cash")),
        ("bag", pgettext_lazy("item", "Bag, suitcase")),
        ("keys", pgettext_lazy("item", "Keys")),
        ("jewellery", pgettext_lazy("item", "Jewellery, watch")),
        ("clothes", pgettext_lazy("item", "Clothes, umbrella, glasses")),
        ("vehicle", pgettext_lazy("item", "Bicycle, e-bike")),
        ("animal", pgettext_lazy("item", "Animal")),
        ("goods", pgettext_lazy("item", "Goods, tools")),
    ]
    RETURNED, OWN_FIND, HANDED_ON, UNCLAIMED = "returned", "own", "on", "unclaimed"
    OUTCOMES = [
        (RETURNED, pgettext_lazy("lost and found", "Back with its owner")),
        (OWN_FIND, pgettext_lazy("lost and found", "Its owner found it without us")),
        (HANDED_ON, pgettext_lazy("lost and found", "Handed on to whoever issued it")),
        (
            UNCLAIMED,
            pgettext_lazy("lost and found", "Nothing came of it within a year"),
        ),
    ]

    number = models.CharField(max_length=20, unique=True)
    side = models.CharField(max_length=5, choices=SIDES)
    kind = models.CharField(max_length=10, choices=KINDS)
    case = models.ForeignKey(Case, models.PROTECT, related_name="lost_items")
    """What the finder said, or who misses it."""
    station = models.ForeignKey(
        Station, models.PROTECT, null=True, blank=True, related_name="lost_items"
    )
    """Where it lies, or who looks for it; null: the city."""
    word = models.ForeignKey(
        Word, models.PROTECT, null=True, blank=True, related_name="lost_items"
    )
    """Whose word it is. Of what is missed its receipt confirms that it is back."""
    description = models.CharField(max_length=300, blank=True)
    place_name = models.CharField(max_length=80, blank=True)
    on = models.DateField()
    """The day on which it was found, or missed."""
    name_sign = models.CharField(max_length=1, blank=True)
    last_four = models.CharField(max_length=4, blank=True)
    photo_path = models.CharField(max_length=200, blank=True)
    """Below the data folder."""
    photo_is_blurred = models.BooleanField(default=True)
    public_since = models.DateTimeField(null=True, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    back = models.ForeignKey(
        "LostReturn", models.PROTECT, null=True, blank=True, related_name="+"
    )
    """The return that stands: noted by us, and not denied by the owner. Until the owner
    has confirmed it the record is open, and the thing is on no list."""
    outcome = models.CharField(max_length=10, choices=OUTCOMES, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    erase_on = models.DateField(null=True, blank=True)
    """Null while it is open."""
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["closed_at", "-on"], name="cases_lost_open_latest"),
            models.Index(fields=["kind", "side", "on"], name="cases_lost_alike"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="", erase_on=None)
                | (Q(closed_at__isnull=False, erase_on__isnull=False) & ~Q(outcome="")),
                name="cases_an_item_is_closed_with_what_became_of_it",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(
                    description="",
                    place_name="",
                    name_sign="",
                    last_four="",
                    photo_path="",
                ),
                name="cases_what_is_erased_of_an_item_is_gone",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=PAPERS)
                | Q(photo_path="")
                | Q(photo_is_blurred=True),
                name="cases_no_photo_shows_a_document",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_paper(self) -> bool:
        """Whether it is a document or card that bears a name and a number."""
        return self.kind in PAPERS


class LostReturn(AppendOnlyModel):
    """That a thing went back to its owner, as we noted it; they say whether it is so."""

    GIVERS = [
        ("finder", pgettext_lazy("gave it back", "The finder")),
        ("officer", pgettext_lazy("gave it back", "An officer")),
    ]

    found = models.ForeignKey(LostItem, models.PROTECT, related_name="returns")
    lost = models.ForeignKey(
        LostItem, models.PROTECT, null=True, related_name="came_back"
    )
    """Null where its owner came before they had said that they miss it."""
    given_by = models.CharField(max_length=8, choices=GIVERS)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.found_id} back"


class ReturnConfirmation(Confirmation):
    """What the owner said of a return: that they have it, or that it did not happen."""

    back = models.ForeignKey(LostReturn, models.PROTECT, related_name="confirmations")

    class Meta:
        ordering = ["back", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel="receipt", by=None)
                | (Q(by__isnull=False) & ~Q(channel="receipt")),
                name="cases_a_return_is_confirmed_to_us_or_by_receipt",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.back_id} {self.says}"
