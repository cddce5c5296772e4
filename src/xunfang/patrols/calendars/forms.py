"""What somebody asks of the calendar: a date, a market."""

from django import forms
from django.utils.translation import pgettext_lazy


class ChosenDay(forms.Form):
    """A date of the calendar."""

    day = forms.DateField(
        label=pgettext_lazy("calendar", "Date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class SearchMarkets(forms.Form):
    """A word for market day, a market's name, station or rule; empty means all."""

    q = forms.CharField(
        label=pgettext_lazy("calendar", "Search markets"),
        required=False,
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "placeholder": pgettext_lazy("calendar", "a name, or market"),
            }
        ),
    )
