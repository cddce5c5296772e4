"""What the administrator types in about a sender."""

from django import forms
from django.utils.translation import pgettext_lazy

from xunfang.api.models import Sender


class AddSender(forms.Form):
    """A system that may bring words."""

    name = forms.SlugField(
        label=pgettext_lazy("sender", "Short name"),
        help_text=pgettext_lazy(
            "sender",
            "Letters, digits and hyphens, as in city-app. It stands with every message.",
        ),
        max_length=30,
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("sender", "How it connects"), choices=Sender.KINDS
    )
    office = forms.CharField(
        label=pgettext_lazy("sender", "Office responsible, and its telephone"),
        max_length=80,
    )
