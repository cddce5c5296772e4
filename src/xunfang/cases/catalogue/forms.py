"""What somebody types about a service."""

from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy

from xunfang.accounts.models import User
from xunfang.cases.catalogue.services import ServiceText
from xunfang.cases.models import ServiceItem
from xunfang.units.models import Station
from xunfang.web.names import local_name


class SearchServices(forms.Form):
    """Words or a number; and which."""

    q = forms.CharField(
        label=pgettext_lazy("services", "Words or number"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    shown = forms.ChoiceField(
        label=pgettext_lazy("services", "Show"),
        required=False,
        choices=[
            ("", pgettext_lazy("services", "Offered")),
            ("overdue", pgettext_lazy("services", "Review overdue")),
            ("ended", pgettext_lazy("services", "No longer offered")),
        ],
    )


class StationOrCity(forms.ModelChoiceField[Station]):
    """A station, or the city."""

    def label_from_instance(self, obj: Station) -> str:
        return local_name(obj.name, obj.name_en)


def _lines(label: Any, *, is_needed: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=2000,
        required=is_needed,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WriteService(forms.Form):
    """A service as everybody reads it."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    number = forms.IntegerField(
        label=pgettext_lazy("service", "Number"), min_value=1, max_value=9999
    )
    audience = forms.ChoiceField(
        label=pgettext_lazy("service", "For whom"), choices=ServiceItem.AUDIENCES
    )
    title = forms.CharField(label=pgettext_lazy("service", "Title"), max_length=60)
    text = _lines(pgettext_lazy("service", "What is done"), is_needed=True)
    conditions = _lines(pgettext_lazy("service", "Conditions, papers, time"))
    office = forms.CharField(
        label=pgettext_lazy("service", "Unit that answers for it"),
        max_length=60,
        required=False,
    )
    station = StationOrCity(
        label=pgettext_lazy("service", "Station"),
        queryset=Station.objects.order_by("code"),
        required=False,
        empty_label=pgettext_lazy("case station", "The city's"),
    )
    title_en = forms.CharField(
        label=pgettext_lazy("service", "Title in English"),
        max_length=120,
        required=False,
    )
    text_en = _lines(pgettext_lazy("service", "What is done, in English"))
    conditions_en = _lines(pgettext_lazy("service", "Conditions in English"))
    office_en = forms.CharField(
        label=pgettext_lazy("service", "Unit in English"), max_length=80, required=False
    )
    ended_on = forms.DateField(
        label=pgettext_lazy("service", "Last day it is offered"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(
        self, *args: Any, user: User, item: ServiceItem | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if user.station_code:
            own = Station.objects.filter(code=user.station_code)
            self.fields["station"] = StationOrCity(
                label=self.fields["station"].label, queryset=own
            )
        if item is not None:
            # A number that answers have cited stays with its service.
            del self.fields["number"]

    @classmethod
    def initial_of(cls, item: ServiceItem) -> dict[str, Any]:
        """Return the form's values as a service stands."""
        return {name: getattr(item, name) for name in cls.base_fields}

    @property
    def text_of_service(self) -> ServiceText:
        """What was typed; only of a valid form."""
        known = dict(self.cleaned_data)
        known.pop("revision", None)
        known.pop("number", None)
        return ServiceText(**known)
