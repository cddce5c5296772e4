"""What people type in about devices."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xunfang.core.geo import Datum
from xunfang.units.models import Device, Station
from xunfang.units.people.forms import StationChoice

CODE = r"^[0-9A-Za-z_-]{1,40}$"


class DeviceFilter(forms.Form):
    """Which devices to list."""

    q = forms.CharField(
        label=_("Name, identifier or station"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


class DeviceForm(forms.Form):
    """What a device is called, and in which datum it says where it is."""

    revision = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    name = forms.CharField(label=pgettext_lazy("device", "Name"), max_length=60)
    datum = forms.TypedChoiceField(
        label=pgettext_lazy("device", "Datum"),
        choices=Device.DATUMS,
        initial=Datum.WGS84,
        coerce=Datum,
        help_text=_(
            "Satellite receivers and most apps: WGS-84. Maps and mini-programs of China: "
            "GCJ-02. Wrong, everything lies some 500 m off."
        ),
    )


class NewDeviceForm(DeviceForm):
    """A device that is to report."""

    code = forms.CharField(
        label=pgettext_lazy("device", "Identifier"),
        max_length=40,
        validators=[
            RegexValidator(
                CODE, _("Letters, digits, hyphens and underscores, at most 40.")
            )
        ],
        help_text=_(
            "What the device calls itself. Of a JT/T 808 terminal its number, without "
            "noughts in front."
        ),
    )
    protocol = forms.ChoiceField(
        label=pgettext_lazy("device", "Speaks"), choices=Device.PROTOCOLS
    )
    station = StationChoice(
        label=_("Station"),
        queryset=Station.objects.none(),
        to_field_name="code",
        empty_label="—",
    )
    field_order = ("code", "name", "station", "protocol", "datum")

    def __init__(self, *args: Any, stations: QuerySet[Station], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["station"].queryset = stations  # type: ignore[attr-defined]  # a choice of rows

    def clean_code(self) -> str:
        """Return the number of a terminal as the terminal's frames are read."""
        code: str = self.cleaned_data["code"]
        is_terminal = self.data.get("protocol") == "jt808"
        return code.lstrip("0") if is_terminal and code.isdigit() else code
