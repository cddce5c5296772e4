"""What somebody types about observations."""

from django import forms
from django.utils.translation import pgettext_lazy

from xunfang.patrols.models import Observation


class SearchObservations(forms.Form):
    """Which of them are shown."""

    STATES = [
        ("", pgettext_lazy("observations", "All")),
        ("open", pgettext_lazy("observations", "Open")),
        ("settled", pgettext_lazy("observations", "Settled")),
    ]

    q = forms.CharField(
        label=pgettext_lazy("observations", "Search"), required=False, max_length=80
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("observations", "Matter"),
        required=False,
        choices=[("", pgettext_lazy("observations", "All")), *Observation.KINDS],
    )
    state = forms.ChoiceField(
        label=pgettext_lazy("observations", "State"), required=False, choices=STATES
    )


class SettleObservation(forms.Form):
    """What became of one."""

    how = forms.CharField(
        label=pgettext_lazy("observations", "What became of it"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
