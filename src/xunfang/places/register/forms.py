from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from xunfang.core.geo import Datum, to_wgs84
from xunfang.places.models import KEY_PLACE_KINDS, BusyWindow, KeyPlace
from xunfang.places.register.import_judging import (
    CODE,
    DIGITS,
    LONGEST_CODE,
    LONGEST_INTERVAL_DAYS,
    LONGEST_NAME,
    LONGEST_NAME_EN,
    USUAL_INTERVAL_DAYS,
    is_plain,
)
from xunfang.places.register.queries import CheckState, Wanted
from xunfang.places.register.rows import unmarked
from xunfang.places.register.services import PlaceValues

DAY_MIN = 24 * 60
N_BLANK_WINDOWS = 2
"""Empty lines offered below the busy windows there are."""

DATUMS = [
    (Datum.WGS84.value, pgettext_lazy("datum", "WGS84 (GPS)")),
    (Datum.CGCS2000.value, pgettext_lazy("datum", "CGCS2000")),
    (Datum.GCJ02.value, pgettext_lazy("datum", "GCJ-02 (Amap, Tencent)")),
    (Datum.BD09.value, pgettext_lazy("datum", "BD-09 (Baidu)")),
]
STATES = [
    (CheckState.OVERDUE.value, pgettext_lazy("check", "Check overdue")),
    (CheckState.DUE.value, pgettext_lazy("check", "Check due within 7 days")),
    (CheckState.DONE.value, pgettext_lazy("check", "Checked in time")),
    (CheckState.CLOSED.value, pgettext_lazy("check", "Closed places")),
]
WEEKDAYS = [
    ("1", pgettext_lazy("weekday", "Mon")),
    ("2", pgettext_lazy("weekday", "Tue")),
    ("3", pgettext_lazy("weekday", "Wed")),
    ("4", pgettext_lazy("weekday", "Thu")),
    ("5", pgettext_lazy("weekday", "Fri")),
    ("6", pgettext_lazy("weekday", "Sat")),
    ("7", pgettext_lazy("weekday", "Sun")),
]


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """A date the browser helps to choose."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **kwargs)


class SearchPlaces(forms.Form):
    """What somebody looks for in the register."""

    q = forms.CharField(
        label=pgettext_lazy("place", "Name or code"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("place", "Kind"),
        required=False,
        choices=[("", pgettext_lazy("filter", "All")), *KEY_PLACE_KINDS],
    )
    station = forms.ChoiceField(label=pgettext_lazy("place", "Station"), required=False)
    state = forms.ChoiceField(
        label=pgettext_lazy("place", "Checks"),
        required=False,
        choices=[("", pgettext_lazy("filter", "All in use")), *STATES],
    )

    def __init__(self, *args: Any, stations: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_stations(self, stations)

    def wanted(self) -> Wanted:
        """Return what is looked for; what makes no sense is left out."""
        self.is_valid()
        return Wanted(
            **{name: text for name, text in self.cleaned_data.items() if text}
        )


class SearchAreas(forms.Form):
    """What somebody looks for among the patrol areas."""

    q = forms.CharField(
        label=pgettext_lazy("areas", "Name or code"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    station = forms.ChoiceField(label=pgettext_lazy("place", "Station"), required=False)

    def __init__(self, *args: Any, stations: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_stations(self, stations)

    def wanted(self) -> dict[str, str]:
        """Return what is looked for; what makes no sense is left out."""
        self.is_valid()
        return {
            "q": self.cleaned_data.get("q", ""),
            "station": self.cleaned_data.get("station", ""),
        }


def offer_stations(form: forms.Form, stations: Sequence[str]) -> None:
    """Let a form choose among stations; the template writes their names."""
    if len(stations) < 2:
        del form.fields["station"]
        return
    form.fields["station"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
        ("", pgettext_lazy("filter", "All")),
        *((code, code) for code in stations),
    ]


class Period(forms.Form):
    """From one day to another."""

    first = day_field(pgettext_lazy("period", "From"))
    last = day_field(pgettext_lazy("period", "To"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", gettext_lazy("It must not end before it begins."))
        return cleaned


class EditPlace(forms.Form):
    """All that is kept of a place, but its hours."""

    code = forms.RegexField(
        label=pgettext_lazy("place", "Code"),
        regex=f"^{CODE.pattern}$",
        max_length=LONGEST_CODE,
        help_text=gettext_lazy("Letters, digits, dots, hyphens and underscores."),
    )
    name = forms.CharField(
        label=pgettext_lazy("place", "Name"), max_length=LONGEST_NAME
    )
    name_en = forms.CharField(
        label=pgettext_lazy("place", "English name"),
        max_length=LONGEST_NAME_EN,
        required=False,
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("place", "Kind"), choices=KEY_PLACE_KINDS
    )
    lon = forms.FloatField(
        label=pgettext_lazy("place", "Longitude"), min_value=-180, max_value=180
    )
    lat = forms.FloatField(
        label=pgettext_lazy("place", "Latitude"), min_value=-90, max_value=90
    )
    datum = forms.ChoiceField(
        label=pgettext_lazy("place", "Coordinate system"),
        choices=DATUMS,
        initial=Datum.WGS84.value,
        help_text=gettext_lazy("A point taken from Amap or Baidu must say so."),
    )
    check_every_days = forms.IntegerField(
        label=pgettext_lazy("place", "Check every … days"),
        min_value=1,
        max_value=LONGEST_INTERVAL_DAYS,
        initial=USUAL_INTERVAL_DAYS,
    )
    revision = forms.IntegerField(
        min_value=0, required=False, initial=0, widget=forms.HiddenInput
    )

    def __init__(
        self, *args: Any, place: KeyPlace | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in ("lon", "lat"):
            self.fields[name].widget.attrs["step"] = "any"
        if place is not None:
            del self.fields["code"]
            for name in (
                *("name", "name_en", "kind", "lon", "lat", "check_every_days"),
                "revision",
            ):
                self.initial.setdefault(name, getattr(place, name))

    def clean_name(self) -> str:
        return self._plain("name")

    def clean_name_en(self) -> str:
        return self._plain("name_en")

    def _plain(self, field: str) -> str:
        text = unmarked(self.cleaned_data[field])
        if not is_plain(text) or (not text and self.fields[field].required):
            raise forms.ValidationError(gettext_lazy("Write the name on one line."))
        return text

    def values(self) -> PlaceValues:
        """Return what was typed, the position in WGS84."""
        chosen = self.cleaned_data
        lon, lat = chosen["lon"], chosen["lat"]
        datum = Datum(chosen["datum"])
        if datum is not Datum.WGS84:
            point = to_wgs84(np.array([lon, lat]), datum).round(DIGITS)
            lon, lat = float(point[0]), float(point[1])
        return PlaceValues(
            name=chosen["name"],
            name_en=chosen["name_en"],
            kind=chosen["kind"],
            lon=lon,
            lat=lat,
            check_every_days=chosen["check_every_days"],
        )


class RecordCheck(forms.Form):
    """Somebody looked in."""

    checked_on = day_field(pgettext_lazy("check", "Day"))
    unit_code = forms.CharField(
        label=pgettext_lazy("check", "Crew or station"), max_length=20
    )

    def __init__(self, *args: Any, today: date, unit: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("checked_on", today)
        self.initial.setdefault("unit_code", unit)
        self.fields["checked_on"].widget.attrs["max"] = today.isoformat()


class EditWindow(forms.Form):
    """One stretch in which a place is busy; an empty line is passed over."""

    first_month = forms.IntegerField(
        label=pgettext_lazy("hours", "First month"),
        min_value=1,
        max_value=12,
        initial=1,
    )
    last_month = forms.IntegerField(
        label=pgettext_lazy("hours", "Last month"),
        min_value=1,
        max_value=12,
        initial=12,
    )
    weekdays = forms.MultipleChoiceField(
        label=pgettext_lazy("hours", "Weekdays"),
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
        initial=[day for day, _ in WEEKDAYS],
        required=False,
    )
    begins = forms.TimeField(
        label=pgettext_lazy("hours", "From"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    ends = forms.TimeField(
        label=pgettext_lazy("hours", "Until"),
        required=False,
        help_text=gettext_lazy("Earlier than “from” means the next morning."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    remove = forms.BooleanField(
        label=pgettext_lazy("hours", "Remove this period"), required=False
    )

    @property
    def is_wanted(self) -> bool:
        """Whether the line says anything that is to be kept."""
        chosen = self.cleaned_data
        return not chosen["remove"] and chosen["begins"] is not None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("remove"):
            return cleaned
        begins, ends = cleaned.get("begins"), cleaned.get("ends")
        if (begins is None) != (ends is None):
            missing = "begins" if begins is None else "ends"
            self.add_error(missing, gettext_lazy("Give both times, or neither."))
        if begins is not None and not cleaned.get("weekdays"):
            self.add_error("weekdays", gettext_lazy("Choose at least one weekday."))
        return cleaned

    def window(self) -> dict[str, int | str]:
        """Return the fields of a ``BusyWindow``."""
        chosen = self.cleaned_data
        begins = chosen["begins"].hour * 60 + chosen["begins"].minute
        ends = chosen["ends"].hour * 60 + chosen["ends"].minute
        return {
            "first_month": chosen["first_month"],
            "last_month": chosen["last_month"],
            "weekdays": "".join(sorted(chosen["weekdays"])),
            "begins_min": begins,
            "ends_min": ends if ends > begins else ends + DAY_MIN,
        }


EditWindows = forms.formset_factory(EditWindow, extra=N_BLANK_WINDOWS, max_num=20)


def as_initial(window: BusyWindow) -> dict[str, Any]:
    """Return a window as its form shows it."""
    return {
        "first_month": window.first_month,
        "last_month": window.last_month,
        "weekdays": list(window.weekdays),
        "begins": _clock(window.begins_min),
        "ends": _clock(window.ends_min),
    }


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


class Revision(forms.Form):
    """From which state of a place a page was made."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class BringPlaces(forms.Form):
    """A file of places."""

    file = forms.FileField(
        label=pgettext_lazy("import", "File"),
        help_text=gettext_lazy("CSV, XLSX or GeoJSON points, up to 30 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.json,.geojson"}),
    )
    datum = forms.ChoiceField(
        label=pgettext_lazy("import", "Coordinate system where the line does not say"),
        choices=DATUMS,
        initial=Datum.WGS84.value,
    )


class Seen(forms.Form):
    """Which preview somebody has looked at."""

    seen_digest = forms.CharField(max_length=16, widget=forms.HiddenInput)


class DrawAreas(forms.Form):
    """How areas are to be redrawn: a file of boundaries, or roads by name."""

    valid_from = day_field(pgettext_lazy("redraw", "Valid from"))
    file = forms.FileField(
        label=pgettext_lazy("redraw", "Or a file of boundaries"),
        required=False,
        help_text=gettext_lazy(
            "GeoJSON polygons, each with the “code” of its area. A new area needs “name” "
            "and “station” too."
        ),
        widget=forms.FileInput(attrs={"accept": ".json,.geojson"}),
    )
    datum = forms.ChoiceField(
        label=pgettext_lazy("redraw", "Coordinate system of the file"),
        choices=DATUMS,
        initial=Datum.WGS84.value,
    )
    roads = forms.CharField(
        label=pgettext_lazy("redraw", "Roads by name"),
        required=False,
        max_length=20_000,
        help_text=gettext_lazy(
            "One area a line: its code or name, a colon, its roads. All of a road that "
            "lies on the station's ground belongs to the area then."
        ),
        widget=forms.Textarea(
            attrs={"rows": 5, "placeholder": "A1: 健康路、优胜南路、经六路"}
        ),
    )
    takes_over = forms.BooleanField(
        label=pgettext_lazy(
            "redraw", "Take these streets from the areas that have them now"
        ),
        required=False,
        initial=True,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("file")) == bool(cleaned.get("roads", "").strip()):
            self.add_error(
                None,
                gettext_lazy("Choose a file, or write roads by name: one of the two."),
            )
        return cleaned


class ChosenDay(forms.Form):
    """The day a page speaks of; today where it is left empty."""

    day = day_field(pgettext_lazy("areas", "On the day"), required=False)
