"""What is typed about counts of addresses."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xunfang.places.register.forms import day_field


class BringCounts(forms.Form):
    """A file of counts, where they are from and of which day."""

    file = forms.FileField(
        label=pgettext_lazy("import", "File"),
        help_text=_(
            "CSV or XLSX, one line a cell: 警格 (cell) and 地址数 (addresses)."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )
    source = forms.CharField(
        label=pgettext_lazy("addresses", "Where the numbers are from"), max_length=120
    )
    counted_on = day_field(pgettext_lazy("addresses", "Counted on"))
