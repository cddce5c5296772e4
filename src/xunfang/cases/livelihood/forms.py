"""What somebody types about a livelihood request."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from xunfang.cases.models import LivelihoodRequest, OfferConfirmation
from xunfang.cases.models.confirmations import TOLD
from xunfang.cases.models.livelihood import UNIT_WORDS
from xunfang.core.casework.quantities import LARGEST
from xunfang.feedback.models import Word

SHOWN = [
    ("", pgettext_lazy("livelihood", "Open")),
    ("near", pgettext_lazy("livelihood", "Near their last day, or past it")),
    ("closed", pgettext_lazy("livelihood", "Closed")),
    ("all", pgettext_lazy("livelihood", "All")),
]


class SearchRequests(forms.Form):
    """Which requests are listed."""

    q = forms.CharField(
        label=pgettext_lazy("livelihood", "What, number or firm"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    shown = forms.ChoiceField(
        label=pgettext_lazy("cases", "Show"), choices=SHOWN, required=False
    )


class HowMuch(forms.Form):
    """A quantity and the unit it was said in."""

    quantity = forms.DecimalField(
        label=pgettext_lazy("livelihood", "How much"),
        max_digits=13,
        decimal_places=3,
        min_value=0,
        max_value=LARGEST,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )
    unit = forms.ChoiceField(
        label=pgettext_lazy("livelihood", "Unit"), choices=UNIT_WORDS
    )


class OpenRequest(HowMuch):
    """What, how much, by when."""

    what = forms.CharField(label=pgettext_lazy("livelihood", "What"), max_length=80)
    due_on = forms.DateField(
        label=pgettext_lazy("livelihood", "Last day on which it helps"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    word = forms.ModelChoiceField(
        label=pgettext_lazy("livelihood", "Who asks: word"),
        queryset=Word.objects.none(),
        to_field_name="number",
        empty_label=None,
        help_text=gettext_lazy("Its receipt confirms for the resident's side."),
    )
    field_order = ["what", "quantity", "unit", "due_on", "word"]

    def __init__(self, *args: Any, words: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["word"].queryset = words  # type: ignore[attr-defined]  # a ModelChoiceField


class AddOffer(HowMuch):
    """Who would take how much of it."""

    firm = forms.CharField(
        label=pgettext_lazy("livelihood", "Buyer: name of the firm"), max_length=80
    )
    terms = forms.CharField(
        label=pgettext_lazy("livelihood", "Price, transport, when"),
        max_length=200,
        required=False,
    )
    contact = forms.CharField(
        label=pgettext_lazy("livelihood", "How its buyer is reached"),
        help_text=gettext_lazy(
            "Encrypted; opened with a reason, and erased 30 days after the end."
        ),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    word = forms.ModelChoiceField(
        label=pgettext_lazy("livelihood", "Number of the buyer's word"),
        help_text=gettext_lazy(
            "If they came by one: its receipt confirms for the buyer's side."
        ),
        queryset=Word.objects.none(),
        to_field_name="number",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "invalid_choice": gettext_lazy("No word that you see has this number.")
        },
    )
    field_order = ["firm", "quantity", "unit", "terms", "contact", "word"]

    def __init__(self, *args: Any, words: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["word"].queryset = words  # type: ignore[attr-defined]  # a ModelChoiceField


class Confirm(forms.Form):
    """What a side told us of an offer: who said so, how and when."""

    offer = forms.TypedChoiceField(
        label=pgettext_lazy("livelihood", "Offer"), coerce=int
    )
    side = forms.ChoiceField(
        label=pgettext_lazy("livelihood", "Side"), choices=OfferConfirmation.SIDES
    )
    says = forms.ChoiceField(
        label=pgettext_lazy("livelihood", "What they said"),
        choices=OfferConfirmation.SAYS,
    )
    channel = forms.ChoiceField(
        label=pgettext_lazy("livelihood", "How they told us"),
        choices=TOLD,
    )
    said_by = forms.CharField(
        label=pgettext_lazy("livelihood", "Who said it, as what"),
        help_text=gettext_lazy("The grower, the buyer of the firm: a role is enough."),
        max_length=40,
    )
    said_at = forms.DateTimeField(
        label=pgettext_lazy("livelihood", "When it was said"),
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        ),
    )

    def __init__(self, *args: Any, offers: list[tuple[int, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["offer"].choices = offers  # type: ignore[attr-defined]  # a ChoiceField


class CloseRequest(forms.Form):
    """What came of it."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=pgettext_lazy("livelihood", "Outcome"),
        choices=LivelihoodRequest.OUTCOMES,
    )
    result = forms.CharField(
        label=pgettext_lazy("livelihood", "What came of it"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class OpenContact(forms.Form):
    """Of which offer, and why."""

    offer = forms.IntegerField()
    reason = forms.CharField(max_length=200)


class OneOffer(forms.Form):
    """Which offer is meant."""

    offer = forms.IntegerField()
