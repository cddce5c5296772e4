"""Which period and ground the index of repeats is of, and the names of causes.

Who spoke cannot be asked for.
"""

from typing import Any

from django import forms
from django.utils.translation import ngettext, pgettext_lazy

from xunfang.accounts.models import User
from xunfang.cases.causes.queries import PERIODS, WITHIN, counted, name_of
from xunfang.units.models import Station
from xunfang.web.names import local_name


def _days(n: int) -> str:
    return ngettext("%(n)d day", "%(n)d days", n) % {"n": n}


class AskRepeats(forms.Form):
    """A period, and within how many days the same counts as having come again."""

    days = forms.TypedChoiceField(
        label=pgettext_lazy("causes", "The last"), coerce=int, required=False
    )
    within = forms.TypedChoiceField(
        label=pgettext_lazy("causes", "Came again within"), coerce=int, required=False
    )
    station = forms.ChoiceField(
        label=pgettext_lazy("causes", "Station"), required=False
    )
    cause = forms.ChoiceField(
        label=pgettext_lazy("causes", "Root cause"), required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = pgettext_lazy("causes", "Every")
        choices: dict[str, list[tuple[Any, Any]]] = {
            "days": [(n, _days(n)) for n in PERIODS],
            "within": [(n, _days(n)) for n in WITHIN],
            "station": [
                ("", every),
                *(
                    (station.code, local_name(station.name, station.name_en))
                    for station in Station.objects.order_by("code")
                ),
            ],
            "cause": [
                ("", every),
                *((one.code, name_of(one)) for one in counted()),
            ],
        }
        for name, some in choices.items():
            self.fields[name].choices = some  # type: ignore[attr-defined]  # a ChoiceField
        self.initial.update(days=90, within=30)
        if user.station_code:
            del self.fields["station"]

    def asked(self) -> dict[str, Any]:
        """Return what is asked for; what is wrong is as if not chosen."""
        self.is_valid()
        typed = self.cleaned_data
        return {
            "days": typed.get("days") or 90,
            "within": typed.get("within") or 30,
            "station": typed.get("station") or "",
            "cause": typed.get("cause") or "",
        }


class AddCause(forms.Form):
    """What a cause is called in both languages, and what it means."""

    name = forms.CharField(
        label=pgettext_lazy("causes", "Name in Chinese"), max_length=40
    )
    name_en = forms.CharField(
        label=pgettext_lazy("causes", "Name in English"), max_length=60
    )
    meaning = forms.CharField(
        label=pgettext_lazy("causes", "What it means: of a place, a rule or a service"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    meaning_en = forms.CharField(
        label=pgettext_lazy("causes", "The same in English (if you like)"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
