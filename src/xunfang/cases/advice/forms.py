"""What somebody of the scam desk types."""

from django import forms
from django.utils.translation import pgettext_lazy

MOST_YUAN = 10**9


class AnswerQuestion(forms.Form):
    """The answer to one question of the queue."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    template = forms.CharField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=pgettext_lazy("advice", "In your own words"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_confirmed = forms.BooleanField(
        label=pgettext_lazy("case", "I have looked at it again. Send it as it is."),
        required=False,
    )


class TakeDownSaving(forms.Form):
    """The word that says it, and the amount that stands in it."""

    word = forms.CharField(
        label=pgettext_lazy("saving", "Number of the word that says it"), max_length=20
    )
    amount_yuan = forms.IntegerField(
        label=pgettext_lazy("saving", "Amount in yuan, as the word names it"),
        min_value=0,
        max_value=MOST_YUAN,
    )
