"""What somebody cannot sell or cannot get, who takes it, and that both sides said so."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from xunfang.cases.models.cases import Case
from xunfang.cases.models.confirmations import Confirmation
from xunfang.core.casework.quantities import UNITS, Base
from xunfang.feedback.models import Word

UNIT_WORDS = [
    ("jin", pgettext_lazy("unit", "jin (500 g)")),
    ("kg", pgettext_lazy("unit", "kg")),
    ("dan", pgettext_lazy("unit", "dan (50 kg)")),
    ("tonne", pgettext_lazy("unit", "tonnes")),
    ("mu", pgettext_lazy("unit", "mu")),
    ("m2", pgettext_lazy("unit", "m²")),
    ("hectare", pgettext_lazy("unit", "hectares")),
    ("litre", pgettext_lazy("unit", "litres")),
    ("head", pgettext_lazy("unit", "head")),
    ("piece", pgettext_lazy("unit", "pieces")),
]
BASE_WORDS = [
    (Base.KILOGRAM.value, pgettext_lazy("unit", "kg")),
    (Base.SQUARE_METRE.value, pgettext_lazy("unit", "m²")),
    (Base.LITRE.value, pgettext_lazy("unit", "litres")),
    (Base.PIECE.value, pgettext_lazy("unit", "pieces")),
]


class Amount(models.Model):
    """How much, as it was said and as it is kept."""

    quantity = models.DecimalField(max_digits=13, decimal_places=3)
    unit = models.CharField(max_length=8, choices=UNIT_WORDS)
    """As it was said."""
    amount = models.DecimalField(max_digits=18, decimal_places=3)
    """In the unit it is kept in: kg, m², litres or pieces."""

    class Meta:
        abstract = True

    @property
    def base(self) -> Base:
        """Return the unit of ``amount``."""
        return UNITS[self.unit].base

    def get_base_display(self) -> str:
        """Return that unit in words."""
        return str(dict(BASE_WORDS)[self.base.value])


class LivelihoodRequest(Amount):
    """Something that has to find a buyer, or be found, by a day."""

    OUTCOMES = [
        ("all", pgettext_lazy("livelihood", "All of it found a taker")),
        ("part", pgettext_lazy("livelihood", "A part of it found a taker")),
        ("none", pgettext_lazy("livelihood", "Nobody took it")),
    ]

    number = models.CharField(max_length=40, unique=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="livelihood_requests")
    word = models.ForeignKey(Word, models.PROTECT, related_name="livelihood_requests")
    """Who said it: the receipt of this word confirms for the resident's side."""
    what = models.CharField(max_length=80)
    due_on = models.DateField()
    """The last day on which it helps: what is green wilts."""
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    outcome = models.CharField(max_length=4, choices=OUTCOMES, blank=True)
    result = models.CharField(max_length=500, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, amount__gt=0),
                name="cases_a_livelihood_request_is_for_something",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, outcome="", result="")
                | (
                    Q(closed_at__isnull=False, closed_by__isnull=False)
                    & ~Q(outcome="")
                    & ~Q(result="")
                ),
                name="cases_a_livelihood_request_is_closed_with_its_result",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Offer(Amount):
    """What a partner would take of it, or give."""

    request = models.ForeignKey(
        LivelihoodRequest, models.PROTECT, related_name="offers"
    )
    number = models.PositiveSmallIntegerField()
    firm = models.CharField(max_length=80)
    terms = models.CharField(max_length=200, blank=True)
    """Price, transport, when it is fetched."""
    word = models.ForeignKey(
        Word, models.PROTECT, null=True, blank=True, related_name="offers"
    )
    """By which the buyer came: its receipt confirms for the buyer's side."""
    sealed = models.BinaryField(null=True)
    """How the firm's buyer is reached: encrypted, until some weeks after the end."""
    erase_on = models.DateField(null=True, blank=True)
    """Null while the request is open."""
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    agreed_at = models.DateTimeField(null=True, blank=True)
    """When the second of the two sides confirmed: the match is closed. Null again once a
    side takes it back, or says that it did not happen."""
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["request", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "number"], name="cases_offers_are_numbered"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, amount__gt=0),
                name="cases_an_offer_is_for_something",
            ),
            models.CheckConstraint(
                condition=Q(agreed_at=None) | Q(withdrawn_at=None),
                name="cases_what_is_agreed_is_not_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(agreed_at=None) | Q(agreed_at__gte=F("made_at")),
                name="cases_an_offer_is_made_before_it_is_agreed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request.number}/{self.number}"

    @property
    def sealed_for(self) -> str:
        """To what its contact is bound: sealed for one offer, it opens no other."""
        return f"{self.request.number}/{self.number}"


class OfferConfirmation(Confirmation):
    """What one side said of an offer: that it agrees, or that nothing comes of it."""

    RESIDENT, BUYER = "resident", "buyer"
    SIDES = [
        (RESIDENT, pgettext_lazy("side", "Resident")),
        (BUYER, pgettext_lazy("side", "Buyer")),
    ]

    offer = models.ForeignKey(Offer, models.PROTECT, related_name="confirmations")
    side = models.CharField(max_length=8, choices=SIDES)
    said_by = models.CharField(max_length=40, blank=True)
    """Who said it to us, as what: the owner, the buyer of the firm."""

    class Meta:
        ordering = ["offer", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel="receipt", by=None)
                | (Q(by__isnull=False) & ~Q(channel="receipt") & ~Q(said_by="")),
                name="cases_a_confirmation_says_who_said_it_and_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.side} {self.says}"
