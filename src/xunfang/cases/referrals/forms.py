"""What an office answered."""

from django import forms
from django.utils.translation import pgettext_lazy

from xunfang.cases.models import CaseReferral


class ReferralAnswer(forms.Form):
    """Their receipt, and how far they are."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    status = forms.ChoiceField(
        label=pgettext_lazy("referral", "How far it is"), choices=CaseReferral.STATUSES
    )
    receipt_number = forms.CharField(
        label=pgettext_lazy("referral", "Number of their receipt"),
        max_length=60,
        required=False,
    )
    answer = forms.CharField(
        label=pgettext_lazy("referral", "What they say"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
