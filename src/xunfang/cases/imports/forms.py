"""What is typed in beside a list."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xunfang.cases.models import WordImport


class BringList(forms.Form):
    """A list of what people said."""

    list_name = forms.CharField(
        label=pgettext_lazy("words", "Name of the list"),
        help_text=_(
            "As in “12345 daily list”. Numbers count within a list of one name: use the "
            "same one every time."
        ),
        max_length=30,
    )
    channel = forms.ChoiceField(
        label=pgettext_lazy("words", "How it was said, where a line does not say so"),
        choices=WordImport.CHANNELS,
    )
    file = forms.FileField(
        label=_("CSV or XLSX file"),
        widget=forms.ClearableFileInput(
            attrs={
                "accept": ".csv,.xlsx,text/csv,"
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
        ),
    )
