"""What somebody types to look help up, and to keep the directory."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from xunfang.calls.models import HELP_KINDS, LocalHelp
from xunfang.calls.resources.queries import Point
from xunfang.calls.resources.services import HelpValues
from xunfang.units.models import Station

DISTANCES_KM = [
    ("", pgettext_lazy("distance", "Any distance")),
    ("1", pgettext_lazy("distance", "Within 1 km")),
    ("2", pgettext_lazy("distance", "Within 2 km")),
    ("5", pgettext_lazy("distance", "Within 5 km")),
    ("10", pgettext_lazy("distance", "Within 10 km")),
]


class SearchHelp(forms.Form):
    """What is wanted, and how near to what."""

    q = forms.CharField(
        label=pgettext_lazy("local help", "What is wanted"),
        required=False,
        max_length=60,
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("local help", "Kind"),
        required=False,
        choices=[("", pgettext_lazy("local help", "All kinds")), *HELP_KINDS],
    )
    near = forms.ChoiceField(
        label=pgettext_lazy("local help", "Near to"), required=False
    )
    km = forms.ChoiceField(
        label=pgettext_lazy("local help", "How far"),
        required=False,
        choices=DISTANCES_KM,
    )
    point = forms.CharField(required=False, widget=forms.HiddenInput)
    """Longitude and latitude of a call, where the search was begun there."""

    def __init__(self, *args: Any, stations: list[Station], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stations = {station.code: station for station in stations}
        nowhere = pgettext_lazy("local help", "No place")
        self.fields["near"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", nowhere),
            *((station.code, station.name) for station in stations),
        ]

    def clean_point(self) -> Point | None:
        said: str = self.cleaned_data["point"]
        if not said:
            return None
        try:
            lon, lat = (float(part) for part in said.split(","))
        except ValueError as error:
            raise forms.ValidationError(
                gettext_lazy("This is no longitude and latitude.")
            ) from error
        return lon, lat

    def wanted(self) -> dict[str, Any]:
        """Return what ``queries.search`` takes."""
        chosen = self.cleaned_data if self.is_valid() else {}
        station = self._stations.get(chosen.get("near") or "")
        near = chosen.get("point") or (
            None if station is None else (station.lon, station.lat)
        )
        kind, km = chosen.get("kind"), chosen.get("km")
        return {
            "q": chosen.get("q") or "",
            "kinds": [kind] if kind else [],
            "near": near,
            "within_m": float(km) * 1000 if km and near else None,
        }


class EditHelp(forms.ModelForm[LocalHelp]):
    """One thing that is lent, made from a revision of it."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    class Meta:
        model = LocalHelp
        fields = (
            *("kind", "name", "name_en", "place_text", "phone"),
            *("station", "lon", "lat", "note", "confirmed_on"),
        )
        labels = {
            "kind": pgettext_lazy("local help", "Kind"),
            "name": pgettext_lazy("local help", "Whose it is"),
            "name_en": pgettext_lazy("local help", "In English"),
            "place_text": pgettext_lazy("local help", "Where it is"),
            "phone": pgettext_lazy("local help", "Telephone"),
            "station": pgettext_lazy("local help", "Station"),
            "lon": pgettext_lazy("local help", "Longitude (WGS-84)"),
            "lat": pgettext_lazy("local help", "Latitude (WGS-84)"),
            "note": pgettext_lazy("local help", "To know before ringing"),
            "confirmed_on": pgettext_lazy("local help", "Last confirmed"),
        }
        help_texts = {
            "name": gettext_lazy("An office, a company, a post. No private person."),
            "phone": gettext_lazy("Of the office, answered day and night if possible."),
        }
        widgets = {
            "confirmed_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        }

    def __init__(self, *args: Any, stations: list[Station], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["revision"] = self.instance.revision
        codes = [station.pk for station in stations]
        self.fields["station"].queryset = Station.objects.filter(pk__in=codes)  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if (cleaned.get("lon") is None) != (cleaned.get("lat") is None):
            self.add_error("lat", gettext_lazy("Enter both longitude and latitude."))
        for name, most in (("lon", 180), ("lat", 90)):
            if abs(cleaned.get(name) or 0) > most:
                self.add_error(name, gettext_lazy("This is not on the globe."))
        return cleaned

    def validate_unique(self) -> None:
        """Leave it to the service, which says it in the same words for a list."""

    def validate_constraints(self) -> None:
        """As above."""

    def values(self) -> HelpValues:
        """Return what the services take."""
        return HelpValues(
            **{name: self.cleaned_data[name] for name in self._meta.fields or ()}
        )


class BringHelp(forms.Form):
    """A list to be brought in."""

    file = forms.FileField(
        label=pgettext_lazy("local help", "List (CSV or XLSX)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )
