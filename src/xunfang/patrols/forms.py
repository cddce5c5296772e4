from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from xunfang.core.planning.problem import Window
from xunfang.patrols.models import Campaign, LayerSlot
from xunfang.patrols.orders import FIELD_OF_STEP
from xunfang.patrols.wording import clock
from xunfang.web.choices import NamedChoice

QUICK_S, NORMAL_S, THOROUGH_S = 3, 10, 60
N_VARIANTS = 40
MINUTES_MORE = 30
OFFICERS_MORE = 4
NIGHTS_AT_FIRST = timedelta(days=6)
"""Until when more is asked for, unless somebody says otherwise: a week of nights."""
HALF_HOUR = 30

type Choices = Sequence[tuple[str, str] | tuple[str, Sequence[tuple[str, str]]]]


class AskForPlans(forms.Form):
    """Which station to plan for, and how long to think."""

    station = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    cpu_s = forms.TypedChoiceField(
        label=pgettext_lazy("plan", "How thoroughly"),
        coerce=float,
        initial=NORMAL_S,
        choices=[
            (QUICK_S, pgettext_lazy("plan", "Quickly (3 s)")),
            (NORMAL_S, pgettext_lazy("plan", "Normally (10 s)")),
            (THOROUGH_S, pgettext_lazy("plan", "Thoroughly (60 s)")),
        ],
    )
    by_lot = forms.BooleanField(
        label=pgettext_lazy(
            "plan", "Draw by lot from 40 near-best plans, so that nobody can guess it"
        ),
        required=False,
    )


class Moment(forms.Form):
    """A minute of the night, counted from the midnight that begins its date."""

    minute = forms.IntegerField(min_value=0, max_value=30 * 60)


class Shown(forms.Form):
    """Which edition of a night somebody has before them; 0 for none."""

    shown = forms.IntegerField(min_value=0)


class ChosenDay(forms.Form):
    """A date of the calendar."""

    day = forms.DateField(
        label=pgettext_lazy("calendar", "Date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class SearchMarkets(forms.Form):
    """A word for market day, a market's name, station or rule; empty means all."""

    q = forms.CharField(
        label=pgettext_lazy("calendar", "Search markets"),
        required=False,
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "placeholder": pgettext_lazy("calendar", "a name, or market"),
            }
        ),
    )


class IssueOrder(forms.Form):
    """One order to all stations one sees."""

    title = forms.CharField(label=pgettext_lazy("order", "Order"), max_length=80)
    campaign = NamedChoice(
        label=pgettext_lazy("order", "For the campaign"),
        queryset=Campaign.objects.none(),
        required=False,
        empty_label=pgettext_lazy("choice", "None"),
    )

    def __init__(self, *args: Any, night: date, **kwargs: Any) -> None:
        # Its page has another form with a title: each field needs an id of its own.
        super().__init__(*args, **{"auto_id": "order_%s", **kwargs})
        campaigns = Campaign.objects.filter(begins_on__lte=night, ends_on__gte=night)
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]  # a ModelChoiceField


class OrderStep(forms.Form):
    """The next step of a station with an order."""

    step = forms.ChoiceField(choices=[(step, step) for step in FIELD_OF_STEP])
    back = forms.BooleanField(required=False)
    """Whether the button was on the order's own page."""


def _day(label: Any, **kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **kwargs)


def _clocks(first: int, last: int, step: int) -> list[tuple[int, str]]:
    return [(minute, clock(minute)) for minute in range(first, last + 1, step)]


class ForNights(forms.Form):
    """Something for some nights, the first of which is known."""

    until = _day(pgettext_lazy("more", "Last night"))

    def __init__(self, *args: Any, night: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.night = night
        self.initial.setdefault("until", night + NIGHTS_AT_FIRST)
        self.fields["until"].widget.attrs["min"] = night.isoformat()

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        if until is not None and until < self.night:
            raise forms.ValidationError(
                gettext_lazy("Choose %(night)s or a later night."),
                params={"night": self.night.isoformat()},
            )
        return until


class Reinforce(ForNights):
    """More minutes at a place."""

    place = forms.ChoiceField(label=pgettext_lazy("more", "Place"))
    minutes = forms.IntegerField(
        label=pgettext_lazy("more", "Minutes a night"),
        min_value=5,
        max_value=240,
        initial=MINUTES_MORE,
    )
    reason = forms.CharField(label=pgettext_lazy("more", "Reason"), max_length=200)
    field_order = ["place", "minutes", "until", "reason"]

    def __init__(self, *args: Any, places: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places  # type: ignore[attr-defined]  # a ChoiceField


class Renew(ForNights):
    """The same again, from its last night on, for a new reason."""

    reason = forms.CharField(label=pgettext_lazy("more", "New reason"), max_length=200)
    field_order = ["until", "reason"]


class Extend(ForNights):
    """More officers in a cell in some hours, for a campaign."""

    name = forms.CharField(
        label=pgettext_lazy("more", "Campaign"),
        max_length=40,
        widget=forms.TextInput(attrs={"list": "campaigns", "autocomplete": "off"}),
    )
    cell = forms.ChoiceField(label=pgettext_lazy("more", "Cell"))
    begins = forms.TypedChoiceField(label=pgettext_lazy("more", "From"), coerce=int)
    ends = forms.TypedChoiceField(label=pgettext_lazy("more", "Until"), coerce=int)
    n_officers = forms.IntegerField(
        label=pgettext_lazy("more", "Officers"),
        min_value=1,
        max_value=40,
        initial=OFFICERS_MORE,
    )
    field_order = ["name", "cell", "begins", "ends", "n_officers", "until"]

    def __init__(
        self, *args: Any, cells: Choices, horizon: Window, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        first, last = horizon
        self.fields["cell"].choices = cells  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["begins"].choices = _clocks(first, last - 60, 60)  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["ends"].choices = _clocks(first + 60, last, 60)  # type: ignore[attr-defined]  # a ChoiceField
        self.initial.setdefault("begins", 21 * 60)
        self.initial.setdefault("ends", 22 * 60)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name == LayerSlot.BASELINE:
            raise forms.ValidationError(
                gettext_lazy("This is the name of the daily patrol. Choose another.")
            )
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("begins", 0) >= cleaned.get("ends", 1 << 20):
            self.add_error("ends", gettext_lazy("It must end after it begins."))
        return cleaned


class SetLights(ForNights):
    """When the light is on at posts; without a last night, until somebody ends it."""

    place_code = forms.ChoiceField(label=pgettext_lazy("more", "Post"), required=False)
    begins = forms.TypedChoiceField(label=pgettext_lazy("more", "On from"), coerce=int)
    ends = forms.TypedChoiceField(label=pgettext_lazy("more", "Until"), coerce=int)
    until = _day(pgettext_lazy("more", "Last night (empty: no end)"), required=False)
    field_order = ["place_code", "begins", "ends", "until"]

    def __init__(
        self, *args: Any, posts: Choices, dark: Window | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial["until"] = None
        clocks = _clocks(15 * 60, 34 * 60, HALF_HOUR)
        self.fields["place_code"].choices = posts  # type: ignore[attr-defined]  # a ChoiceField
        for name in ("begins", "ends"):
            self.fields[name].choices = clocks  # type: ignore[attr-defined]  # a ChoiceField
        if dark is not None:
            self.initial.setdefault("begins", dark[0] // HALF_HOUR * HALF_HOUR)
            self.initial.setdefault("ends", -(-dark[1] // HALF_HOUR) * HALF_HOUR)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("begins", 0) >= cleaned.get("ends", 1 << 20):
            self.add_error("ends", gettext_lazy("It must end after it begins."))
        return cleaned


class WhereFrom(forms.Form):
    """The page somebody pressed a button on: a station and a night."""

    station = forms.CharField(max_length=20)
    night = forms.DateField()
