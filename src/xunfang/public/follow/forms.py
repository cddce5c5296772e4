"""The code on a receipt, and what somebody says to an answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from xunfang.cases.models.confirmations import Confirmation

N_SIGNS_READ = 40
"""More than a code has, with whatever somebody typed between its signs."""


class CodeForm(forms.Form):
    """The code. Whatever is typed is looked up: a wrong one looks like any other."""

    code = forms.CharField(
        label=_("Code on your receipt"),
        required=False,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "placeholder": "XXXX-XXXX-XXXX",
            }
        ),
    )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        return code[:N_SIGNS_READ]


class NotAnsweredForm(forms.Form):
    """What is missing in the answer, if somebody wants to say it."""

    note = forms.CharField(
        label=_("What is missing? (if you like)"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SayForm(forms.Form):
    """What somebody says of an offer or a return that concerns them: one press."""

    says = forms.ChoiceField(choices=Confirmation.SAYS)


class SavingForm(forms.Form):
    """What asking first has kept somebody from paying, as they state it."""

    amount_yuan = forms.IntegerField(
        label=_("Asking first kept me from paying (yuan)"),
        min_value=0,
        max_value=10**9,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
