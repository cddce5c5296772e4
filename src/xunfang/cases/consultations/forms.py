"""What is typed after people were asked: where, when, how many of which kind, what."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xunfang.cases.models import ConsultedGroup
from xunfang.units.models import Station
from xunfang.web.names import local_name


class _StationField(forms.ModelChoiceField[Station]):
    def label_from_instance(self, obj: Station) -> str:
        return local_name(obj.name, obj.name_en)


class NoteConsultation(forms.Form):
    """A consultation. People are counted by kinds: there is no field for a name."""

    place_name = forms.CharField(
        label=pgettext_lazy("consultation", "Where"),
        help_text=_("A school, a street, a market. No names of people, no doors."),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    held_on = forms.DateField(
        label=pgettext_lazy("consultation", "On which day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    asked = forms.CharField(
        label=_("What they were asked"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    heard = forms.CharField(
        label=_("What was heard"),
        help_text=_("For and against, in their words as far as they name nobody."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    station = _StationField(
        label=pgettext_lazy("consultation", "Station"),
        queryset=Station.objects.none(),
        required=False,
        empty_label=pgettext_lazy("consultation", "The whole city"),
    )
    case = forms.CharField(
        label=_("Case it led to (number)"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, station_code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stations = Station.objects.order_by("code")
        field = self.fields["station"]
        if station_code:
            stations = stations.filter(code=station_code)
            field.initial = stations.first()
        field.queryset = stations  # type: ignore[attr-defined]  # a ModelChoiceField
        for group, label in ConsultedGroup.GROUPS:
            self.fields[f"n_{group}"] = forms.IntegerField(
                label=label, required=False, min_value=0, max_value=10_000
            )

    @property
    def group_fields(self) -> list[forms.BoundField]:
        """How many of each kind."""
        return [self[f"n_{group}"] for group, _label in ConsultedGroup.GROUPS]

    @property
    def n_asked(self) -> dict[str, int]:
        """How many of each kind were asked; only of a valid form."""
        return {
            group: self.cleaned_data[f"n_{group}"] or 0
            for group, _label in ConsultedGroup.GROUPS
        }


class LinkToCase(forms.Form):
    """The case to which a consultation led."""

    case = forms.CharField(label=_("Case it led to (number)"), max_length=20)
