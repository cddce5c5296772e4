"""What may be typed or pressed on the pages of a roster."""

from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from xunfang.units.models import MODES, Part, Person, Shift, TeamTemplate
from xunfang.units.roster.crews import CrewValues
from xunfang.units.roster.importing import ABSENCES, ROSTER

MORNING_MIN = 6 * 60
"""An hour before this one belongs to the night that began the evening before."""
DAY_MIN = 24 * 60


class Place(forms.Form):
    """Somebody for a place, from a button; the crew as it was when it was pressed."""

    person = forms.IntegerField()
    part = forms.ChoiceField(choices=Part.choices, required=False)
    seen = forms.CharField(required=False)


class Allocate(forms.Form):
    """How the night's groups are filled."""

    is_afresh = forms.BooleanField(
        label=gettext_lazy("Begin afresh: forget who is in a group now"),
        required=False,
    )
    may_join_local = forms.BooleanField(
        label=gettext_lazy(
            "Let a free officer of the station go along where nobody knows the ground"
        ),
        required=False,
        initial=True,
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget)


class CopyCrews(forms.Form):
    """From which night crews are copied."""

    from_night = _day(pgettext_lazy("roster", "Crews of the night of"))


class Swap(forms.Form):
    """Two places whose holders change over."""

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.places = [
            int(key) for key in data.getlist("place") if str(key).isdecimal()
        ]

    def clean(self) -> dict[str, Any]:
        if len(self.places) != 2:
            raise forms.ValidationError(gettext_lazy("Choose two people to swap."))
        return self.cleaned_data


class SignWaiver(forms.Form):
    """Whose rest is waived, and why."""

    number = forms.CharField(
        label=pgettext_lazy("roster", "Service number"), max_length=20
    )
    reason = forms.CharField(label=pgettext_lazy("roster", "Reason"), max_length=200)


class PostNotice(forms.Form):
    """What all crews of the night should know."""

    text = forms.CharField(
        label=pgettext_lazy("roster", "Notice for all crews"), max_length=200
    )


class AnswerSwap(forms.Form):
    """Yes, or no with a reason."""

    answer = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    reason = forms.CharField(
        label=pgettext_lazy("roster", "Reason for a refusal"),
        max_length=200,
        required=False,
    )


class PersonChoice(forms.ModelChoiceField[Person]):
    """Somebody, by service number and name."""

    def label_from_instance(self, obj: Person) -> str:
        return f"{obj.code} {obj.name}"


class AskForSwap(forms.Form):
    """Who would take one's place."""

    instead = PersonChoice(
        label=pgettext_lazy("roster", "Who takes my place"),
        queryset=Person.objects.none(),
        empty_label="—",
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["instead"].queryset = people  # type: ignore[attr-defined]  # a ModelChoiceField


class Search(forms.Form):
    """Words of a name, a number or a unit."""

    q = forms.CharField(
        label=pgettext_lazy("roster", "Name, number or unit"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


class Period(forms.Form):
    """From one night to another, both included."""

    first = _day(pgettext_lazy("roster", "First night"))
    last = _day(pgettext_lazy("roster", "Last night"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("first", date.min) > cleaned.get("last", date.max):
            self.add_error("last", gettext_lazy("It must not end before it begins."))
        return cleaned


class ImportTable(forms.Form):
    """A CSV or XLSX file, and what is in it."""

    what = forms.ChoiceField(
        label=pgettext_lazy("roster", "What is in the file"),
        choices=[
            (ROSTER, pgettext_lazy("roster", "Roster: who is in which crew")),
            (ABSENCES, pgettext_lazy("roster", "Absences")),
        ],
        initial=ROSTER,
    )
    table = forms.FileField(
        label=pgettext_lazy("roster", "CSV or XLSX file"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )


def _clock(label: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget)


class TeamChoice(forms.ModelChoiceField[TeamTemplate]):
    """A kind of team, with how many it needs."""

    def label_from_instance(self, obj: TeamTemplate) -> str:
        return gettext(
            "%(name)s: at least %(min_sworn)d sworn, %(min_total)d in all"
        ) % {
            "name": obj.name,
            "min_sworn": obj.min_sworn,
            "min_total": obj.min_total,
        }


class EditCrew(forms.Form):
    """When a crew goes out, how, and in what numbers."""

    code = forms.CharField(label=pgettext_lazy("crew", "Code"), max_length=20)
    name = forms.CharField(label=pgettext_lazy("crew", "Name"), max_length=60)
    template = TeamChoice(
        label=pgettext_lazy("crew", "Kind of team"),
        queryset=TeamTemplate.objects.all(),
        required=False,
        empty_label=pgettext_lazy("crew", "At least one sworn officer"),
    )
    n_sworn = forms.IntegerField(
        label=pgettext_lazy("crew", "Sworn officers"),
        min_value=1,
        max_value=20,
        initial=2,
    )
    n_auxiliary = forms.IntegerField(
        label=pgettext_lazy("crew", "Auxiliaries"),
        min_value=0,
        max_value=40,
        initial=2,
    )
    begins = _clock(pgettext_lazy("crew", "Goes on duty"))
    ends = _clock(pgettext_lazy("crew", "Comes off duty"))
    mode = forms.ChoiceField(label=pgettext_lazy("crew", "Travels"), choices=MODES)
    is_seconded = forms.BooleanField(
        label=pgettext_lazy("crew", "Numbered group, filled from headquarters"),
        required=False,
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, may_second: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_second:
            del self.fields["is_seconded"]

    @staticmethod
    def initial_of(shift: Shift) -> dict[str, object]:
        """Return what stands in the form for a crew that there is."""
        return {
            "code": shift.code,
            "name": shift.name,
            "template": shift.template_id,
            "n_sworn": shift.n_sworn,
            "n_auxiliary": shift.n_auxiliary,
            "begins": _time(shift.begins_min),
            "ends": _time(shift.ends_min),
            "mode": shift.mode,
            "is_seconded": shift.is_seconded,
        }

    def values(self, *, is_seconded: bool = False) -> CrewValues:
        """Return the crew as it was typed; what the form has not stays as given."""
        typed = self.cleaned_data
        begins = typed["begins"].hour * 60 + typed["begins"].minute
        if begins < MORNING_MIN:
            begins += DAY_MIN
        ends = typed["ends"].hour * 60 + typed["ends"].minute
        while ends <= begins:
            ends += DAY_MIN
        return CrewValues(
            code=typed["code"],
            name=typed["name"],
            mode=typed["mode"],
            n_sworn=typed["n_sworn"],
            n_auxiliary=typed["n_auxiliary"],
            begins_min=begins,
            ends_min=ends,
            template=typed["template"],
            is_seconded=typed.get("is_seconded", is_seconded),
        )


def _time(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)
