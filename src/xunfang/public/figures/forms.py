"""What a leader enters."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xunfang.public.models import SentCount, ThanksItem


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SentCountForm(forms.Form):
    """Days, how many, from where."""

    first_on = forms.DateField(label=pgettext_lazy("sent", "First day"), widget=_day())
    last_on = forms.DateField(label=pgettext_lazy("sent", "Last day"), widget=_day())
    n_sent = forms.IntegerField(label=_("Messages sent"), min_value=0, max_value=10**12)
    source = forms.CharField(
        label=_("Source"),
        help_text=_("Where the figure is from, as everybody will read it."),
        max_length=120,
    )
    corrects = forms.ModelChoiceField(
        label=_("Corrects"),
        queryset=SentCount.objects.none(),
        required=False,
        empty_label=pgettext_lazy("sent", "Nothing: these are new days"),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they come
        field = self.fields["corrects"]
        field.queryset = SentCount.objects.filter(corrected_by=None)  # type: ignore[attr-defined]  # a ModelChoiceField


class ThanksItemForm(forms.Form):
    """What came with thanks, and on which day."""

    number = forms.CharField(label=_("Number of the word"), max_length=20)
    item = forms.ChoiceField(
        label=_("What came with it"), choices=ThanksItem.ITEMS, required=False
    )
    given_on = forms.DateField(label=_("Given on"), widget=_day())
