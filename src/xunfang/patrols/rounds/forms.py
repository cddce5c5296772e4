"""Forms of concentrated rounds and their muster."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from xunfang.core.calendars.halfmonths import half_month_of
from xunfang.patrols.campaigns.forms import NONE, day_field, search_field
from xunfang.patrols.models import Campaign, MusterEntry, MusterVehicle, Round
from xunfang.patrols.rounds.services import RoundPlan
from xunfang.patrols.wording import clock
from xunfang.units.models import Person, Unit
from xunfang.web.choices import NamedChoice
from xunfang.web.names import listed

FIRST_MIN, LAST_MIN, STEP_MIN = 6 * 60, 30 * 60, 30
MOST_VEHICLES_AT_ONCE = 60
VEHICLE_LINE = re.compile(
    r"(?P<call_sign>\S{1,20})\s+(?P<seats>\d{1,2})(?:\s+(?P<mark>.{1,20}))?"
)
CODES_APART = re.compile(r"[\s,，;；、]+")


class SearchRounds(forms.Form):
    """Words or a date, and how far they are."""

    q = search_field(pgettext_lazy("round", "Title, campaign or date"))
    state = forms.ChoiceField(
        label=pgettext_lazy("round", "Which"),
        required=False,
        choices=[("", pgettext_lazy("rounds", "All")), *Round.STATES],
    )


class SearchOrders(forms.Form):
    """Words, a station's name or a date."""

    q = search_field(pgettext_lazy("order", "Order, station or date"))


class PlanRound(forms.Form):
    """When a round begins and ends, what for, and which stations are ordered."""

    title = forms.CharField(label=pgettext_lazy("round", "Title"), max_length=80)
    night = day_field(pgettext_lazy("round", "Night"))
    begins_min = forms.TypedChoiceField(
        label=pgettext_lazy("round", "Begins"), coerce=int
    )
    ends_min = forms.TypedChoiceField(label=pgettext_lazy("round", "Ends"), coerce=int)
    required_minutes = forms.IntegerField(
        label=pgettext_lazy("round", "Must last (minutes)"),
        min_value=10,
        max_value=12 * 60,
        initial=180,
        help_text=gettext_lazy("A shorter round is marked, and a reason is asked for."),
    )
    duty_code = forms.ChoiceField(
        label=pgettext_lazy("round", "Counts for"), required=False
    )
    campaign = NamedChoice(
        label=pgettext_lazy("round", "Campaign"),
        queryset=Campaign.objects.none(),
        required=False,
        empty_label=NONE,
    )
    stations = forms.MultipleChoiceField(
        label=pgettext_lazy("round", "Order to"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    revision = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        duties: Sequence[tuple[str, str]],
        stations: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        none = ("", pgettext_lazy("round", "No half-month duty"))
        self.fields["duty_code"].choices = [none, *duties]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["campaign"].queryset = Campaign.objects.all()  # type: ignore[attr-defined]  # a ModelChoiceField
        if stations:
            self.fields["stations"].choices = stations  # type: ignore[attr-defined]  # a ChoiceField
        else:
            del self.fields["stations"]
        minutes = range(FIRST_MIN, LAST_MIN + 1, STEP_MIN)
        clocks = [(minute, clock(minute)) for minute in minutes]
        for name in ("begins_min", "ends_min"):
            self.fields[name].choices = clocks  # type: ignore[attr-defined]  # a ChoiceField
        self.initial.setdefault("begins_min", 20 * 60)
        self.initial.setdefault("ends_min", 23 * 60 + 30)

    @property
    def said(self) -> list[Any]:
        """The fields but the stations and the revision."""
        return [field for field in self if field.name not in {"stations", "revision"}]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        begins, ends = cleaned.get("begins_min"), cleaned.get("ends_min")
        if begins is None or ends is None:
            return cleaned
        if begins >= ends:
            self.add_error("ends_min", gettext_lazy("It must end after it begins."))
        elif ends - begins < cleaned.get("required_minutes", 0):
            self.add_error(
                "ends_min", gettext_lazy("It is planned shorter than it must last.")
            )
        return cleaned

    def plan(self) -> RoundPlan:
        """Return what was filled in."""
        said = self.cleaned_data
        return RoundPlan(
            title=said["title"],
            night=said["night"],
            begins_min=said["begins_min"],
            ends_min=said["ends_min"],
            required_minutes=said["required_minutes"],
            duty_code=said["duty_code"],
            campaign=said["campaign"],
        )


def said_of(row: Round) -> dict[str, Any]:
    """Return the first values of a form that changes a round."""
    names = ("title", "night", "begins_min", "ends_min", "required_minutes")
    return {name: getattr(row, name) for name in (*names, "duty_code", "revision")} | {
        "campaign": row.campaign_id
    }


def _moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(
        attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
    )
    return forms.DateTimeField(label=label, widget=widget)


class Depart(forms.Form):
    """When the round departed: now, unless it is entered later."""

    departed_at = _moment(pgettext_lazy("round", "Departs at"))

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("departed_at", timezone.localtime(now))


class CloseRound(forms.Form):
    """When the round ended, and why it was short if it was."""

    ended_at = _moment(pgettext_lazy("round", "Ended at"))
    reason = forms.CharField(
        label=pgettext_lazy("round", "Reason, if it was short"),
        required=False,
        max_length=200,
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("ended_at", timezone.localtime(now))


class CallOff(forms.Form):
    """Why a round is called off."""

    reason = forms.CharField(label=pgettext_lazy("round", "Reason"), max_length=200)


class NamePeople(forms.Form):
    """People for the list: everybody of a unit, or some by their service numbers."""

    unit = NamedChoice(
        label=pgettext_lazy("muster", "Everybody of"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=NONE,
    )
    codes = forms.CharField(
        label=pgettext_lazy("muster", "or service numbers"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    force = forms.ChoiceField(
        label=pgettext_lazy("muster", "Force"), choices=MusterEntry.Force.choices
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.all()  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        codes = {code for code in CODES_APART.split(cleaned.get("codes") or "") if code}
        people = Person.objects.filter(is_serving=True).select_related("home_unit")
        if cleaned.get("unit"):
            chosen = people.filter(home_unit=cleaned["unit"])
        else:
            chosen = people.filter(code__in=codes)
            if unknown := codes - {person.code for person in chosen}:
                self.add_error(
                    "codes",
                    forms.ValidationError(
                        gettext_lazy("Nobody serves under: %(codes)s"),
                        params={"codes": listed(sorted(unknown))},
                    ),
                )
        if not cleaned.get("unit") and not codes:
            self.add_error(
                "codes", gettext_lazy("Choose a unit, or type service numbers.")
            )
        cleaned["people"] = list(chosen)
        return cleaned


class AddVehicles(forms.Form):
    """Vehicles, one a line: call sign, seats, and perhaps the masked mark."""

    vehicles = forms.CharField(
        label=pgettext_lazy("muster", "Vehicles, one a line"),
        help_text=gettext_lazy(
            "Call sign, seats, and the mark with its middle hidden: 巡01 5 云A·**12"
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
    )
    unit = NamedChoice(
        label=pgettext_lazy("muster", "Unit they belong to"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=NONE,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Its page has another form with a unit: each field needs an id of its own.
        super().__init__(*args, **{"auto_id": "vehicles_%s", **kwargs})
        self.fields["unit"].queryset = Unit.objects.all()  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean_vehicles(self) -> list[tuple[str, int, str]]:
        rows = []
        lines = [ln for ln in self.cleaned_data["vehicles"].splitlines() if ln.strip()]
        for number, line in enumerate(lines, 1):
            said = VEHICLE_LINE.fullmatch(line.strip())
            if said is None or not 1 <= int(said["seats"]) <= 60:
                raise forms.ValidationError(
                    gettext_lazy(
                        "Line %(number)s: write the call sign, then the number of seats."
                    ),
                    params={"number": number},
                )
            masked = said["mark"] or ""
            if masked and "**" not in masked:
                raise forms.ValidationError(
                    gettext_lazy(
                        "Line %(number)s: hide the middle of the mark with **."
                    ),
                    params={"number": number},
                )
            rows.append((said["call_sign"], int(said["seats"]), masked))
        if len(rows) > MOST_VEHICLES_AT_ONCE:
            raise forms.ValidationError(gettext_lazy("Add at most 60 at once."))
        return rows


class MovePeople(forms.Form):
    """People chosen from the muster, and where they go."""

    ON_FOOT, OUT, STRIKE = "foot", "out", "strike"

    entries = forms.ModelMultipleChoiceField(queryset=MusterEntry.objects.none())
    to = forms.ChoiceField(label=pgettext_lazy("muster", "Where to"))

    def __init__(
        self, *args: Any, planned: Round, vehicles: Sequence[MusterVehicle], **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.fields["entries"].queryset = MusterEntry.objects.filter(round=planned)  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["to"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            *((str(v.pk), v.call_sign) for v in vehicles),
            (self.ON_FOOT, pgettext_lazy("muster", "On foot")),
            (self.OUT, pgettext_lazy("muster", "No place yet")),
            (self.STRIKE, pgettext_lazy("muster", "Off the list")),
        ]


class RollCall(forms.Form):
    """One answer at the roll-call."""

    presence = forms.ChoiceField(choices=MusterEntry.PRESENCE, required=False)


class NewRoundFrom(forms.Form):
    """Where a new round comes from: a duty with its window, or a campaign."""

    duty = forms.CharField(required=False, max_length=40)
    night = forms.DateField(required=False)
    campaign = forms.CharField(required=False, max_length=40)


def first_night(given: date | None, tonight: date) -> date:
    """Return the night a new round is proposed for.

    In the half-month that runs it is tonight at the earliest. In one that is over it is
    what was given: a round that was held is entered afterwards.
    """
    if given is None:
        return tonight
    runs = half_month_of(given) == half_month_of(tonight)
    return max(given, tonight) if runs else given
