"""Files of calls, sources and feeds."""

from collections.abc import Sequence
from typing import Any, cast
from zoneinfo import available_timezones

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from xunfang.calls.forms import StationField
from xunfang.calls.mirror.columns import FIELDS
from xunfang.calls.mirror.presets import PRESETS
from xunfang.calls.mirror.queries import Sign
from xunfang.calls.models import CallSource
from xunfang.units.models.duty import Device

BETWEEN_NAMES = ("、", "，", ";", "；", "\n")


class BringCalls(forms.Form):
    """Which file, and from where it is."""

    source = forms.ModelChoiceField[CallSource](
        label=pgettext_lazy("import", "Source"),
        queryset=CallSource.objects.none(),
        empty_label=None,
    )
    file = forms.FileField(
        label=pgettext_lazy("import", "CSV or XLSX file"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def __init__(
        self, *args: Any, sources: QuerySet[CallSource], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = sources  # type: ignore[attr-defined]  # a ModelChoiceField


class ChoosePreset(forms.Form):
    """From which known kind of table a new source begins."""

    preset = forms.ChoiceField(
        label=pgettext_lazy("source", "Template"),
        choices=[(preset.key, preset.name) for preset in PRESETS.values()],
    )


class NamesField(forms.CharField):
    """Names of a column, separated by commas."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        widget = forms.TextInput(attrs={"autocomplete": "off"})
        super().__init__(max_length=400, widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else ", ".join(value or [])

    def clean(self, value: Any) -> list[str]:
        text: str = super().clean(value)
        for mark in BETWEEN_NAMES:
            text = text.replace(mark, ",")
        return [name.strip() for name in text.split(",") if name.strip()]


class EditSource(forms.Form):
    """How the tables of a source are read: its columns by what they hold."""

    revision = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    name = forms.CharField(label=pgettext_lazy("source", "Name"), max_length=60)
    zone = forms.CharField(
        label=pgettext_lazy("source", "Time zone"),
        max_length=40,
        initial="Asia/Shanghai",
    )
    time_format = forms.CharField(
        label=pgettext_lazy("source", "Way of writing times"),
        help_text=pgettext_lazy(
            "source", "Empty: any of the usual ones. Otherwise as %d.%m.%Y %H:%M:%S"
        ),
        max_length=40,
        required=False,
    )
    datum = forms.ChoiceField(
        label=pgettext_lazy("source", "Coordinates are written in"),
        choices=Device.DATUMS,
    )
    station = StationField(
        label=pgettext_lazy("source", "Station where a line names none"),
    )
    is_active = forms.BooleanField(
        label=pgettext_lazy("source", "In use"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in FIELDS:
            self.fields[f"column_{field.key}"] = NamesField(
                label=field.label,
                help_text=field.help,
                required=field.key == "number",
            )

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"].strip()
        if zone not in available_timezones():
            raise forms.ValidationError(
                gettext_lazy("Enter a time zone like Asia/Shanghai.")
            )
        return zone

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        taken: dict[str, str] = {}
        for field in FIELDS:
            key = f"column_{field.key}"
            for name in cleaned.get(key) or []:
                if taken.setdefault(name.casefold(), key) != key:
                    self.add_error(
                        key,
                        forms.ValidationError(
                            gettext_lazy("%(name)s stands in another line as well."),
                            params={"name": name},
                        ),
                    )
        return cleaned

    def columns(self) -> dict[str, list[str]]:
        """Return the names of columns by what they hold."""
        return {
            field.key: self.cleaned_data[f"column_{field.key}"]
            for field in FIELDS
            if self.cleaned_data[f"column_{field.key}"]
        }


class MatchUnit(forms.Form):
    """Which crew 110 means by a name."""

    said = forms.CharField(
        label=pgettext_lazy("unit", "What 110 calls it"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    crew = forms.ChoiceField(label=pgettext_lazy("unit", "Our crew"))

    def __init__(self, *args: Any, signs: Sequence[Sign], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.signs = {sign.value: sign for sign in signs}
        crew = cast("forms.ChoiceField", self.fields["crew"])
        crew.choices = [(value, str(sign)) for value, sign in self.signs.items()]

    def sign(self) -> Sign:
        """Return the crew that was chosen."""
        return self.signs[self.cleaned_data["crew"]]


def as_initial(source: CallSource) -> dict[str, Any]:
    """Return what the form of a source says before anybody changes it."""
    return {
        name: getattr(source, name)
        for name in ("revision", "name", "zone", "time_format", "datum", "is_active")
    } | {
        "station": source.station_id,
        **{f"column_{key}": names for key, names in source.columns.items()},
    }


class OpenFeed(forms.Form):
    """What machine brings calls, and through which source."""

    name = forms.CharField(label=pgettext_lazy("feed", "Name"), max_length=60)
    source = forms.ModelChoiceField[CallSource](
        label=pgettext_lazy("feed", "Source"),
        queryset=CallSource.objects.filter(is_active=True),
        empty_label=None,
    )
