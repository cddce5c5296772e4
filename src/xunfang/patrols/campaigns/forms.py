"""Forms of campaigns: found, begun, changed, tagged."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy, pgettext_lazy

from xunfang.patrols.campaigns.page import COMING, OVER, RUNNING
from xunfang.patrols.campaigns.services import CampaignPlan, Range
from xunfang.patrols.forms import Choices
from xunfang.patrols.models import Campaign, CampaignTarget
from xunfang.units.models import Unit
from xunfang.web.choices import NamedChoice

MOST_A_DAY = 100_000
NONE = pgettext_lazy("choice", "None")


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """A date, picked or typed."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **kwargs)


def search_field(label: Any) -> forms.CharField:
    """Words to look for."""
    widget = forms.TextInput(attrs={"type": "search"})
    return forms.CharField(label=label, required=False, max_length=60, widget=widget)


class SearchCampaigns(forms.Form):
    """Words, and whether they are running."""

    q = search_field(pgettext_lazy("campaign", "Code, name or goal"))
    state = forms.ChoiceField(
        label=pgettext_lazy("campaign", "Which"),
        required=False,
        choices=[
            ("", pgettext_lazy("campaigns", "All")),
            (RUNNING, pgettext_lazy("campaigns", "Running")),
            (COMING, pgettext_lazy("campaigns", "Coming")),
            (OVER, pgettext_lazy("campaigns", "Over")),
        ],
    )


class CampaignForm(forms.Form):
    """What is said of a campaign. The code is given once and never changed."""

    code = forms.CharField(
        label=pgettext_lazy("campaign", "Code"),
        max_length=40,
        help_text=gettext_lazy(
            "Letters, digits and hyphens, as in the calendar file if it is there."
        ),
        validators=[
            RegexValidator(
                r"^[A-Z0-9][A-Z0-9_-]*$",
                gettext_lazy("Use capital letters, digits and hyphens."),
            )
        ],
    )
    name = forms.CharField(label=pgettext_lazy("campaign", "Name"), max_length=60)
    name_en = forms.CharField(
        label=pgettext_lazy("campaign", "Name in English"),
        max_length=80,
        required=False,
    )
    goal = forms.CharField(
        label=pgettext_lazy("campaign", "Goal"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    begins_on = day_field(pgettext_lazy("campaign", "First day"))
    ends_on = day_field(pgettext_lazy("campaign", "Last day"))
    lead_unit = NamedChoice(
        label=pgettext_lazy("campaign", "Lead unit"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=NONE,
    )
    parent = NamedChoice(
        label=pgettext_lazy("campaign", "Branch of"),
        queryset=Campaign.objects.none(),
        required=False,
        empty_label=NONE,
    )
    revision = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, parents: Iterable[Campaign], is_new: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["code"]
        self.fields["lead_unit"].queryset = Unit.objects.all()  # type: ignore[attr-defined]  # a ModelChoiceField
        keys = [row.pk for row in parents]
        self.fields["parent"].queryset = Campaign.objects.filter(pk__in=keys)  # type: ignore[attr-defined]  # a ModelChoiceField
        for figure, label in CampaignTarget.FIGURES:
            for end in ("low", "high"):
                self.fields[f"{figure}_{end}"] = forms.IntegerField(
                    label=label, required=False, min_value=0, max_value=MOST_A_DAY
                )

    @property
    def said(self) -> list[Any]:
        """The fields but the ranges and the revision."""
        names = ("code", "name", "name_en", "begins_on", "ends_on", "lead_unit")
        return [self[n] for n in (*names, "parent", "goal") if n in self.fields]

    @property
    def ranges(self) -> list[tuple[Any, Any, Any]]:
        """Label, low and high of each figure."""
        return [
            (label, self[f"{figure}_low"], self[f"{figure}_high"])
            for figure, label in CampaignTarget.FIGURES
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        begins, ends = cleaned.get("begins_on"), cleaned.get("ends_on")
        if begins and ends and ends < begins:
            self.add_error("ends_on", gettext_lazy("It must end after it begins."))
        for figure, _label in CampaignTarget.FIGURES:
            low, high = cleaned.get(f"{figure}_low"), cleaned.get(f"{figure}_high")
            if (low is None) != (high is None):
                missing = "low" if low is None else "high"
                self.add_error(
                    f"{figure}_{missing}",
                    gettext_lazy("A range has two ends. Fill in both, or none."),
                )
            elif low is not None and high is not None and high < low:
                self.add_error(
                    f"{figure}_high", gettext_lazy("The upper end is below the lower.")
                )
        return cleaned

    def plan(self) -> CampaignPlan:
        """Return what was filled in."""
        said = self.cleaned_data
        targets: dict[str, Range] = {
            figure: (said[f"{figure}_low"], said[f"{figure}_high"])
            for figure, _label in CampaignTarget.FIGURES
            if said[f"{figure}_low"] is not None
        }
        return CampaignPlan(
            name=said["name"],
            name_en=said["name_en"],
            goal=said["goal"],
            begins_on=said["begins_on"],
            ends_on=said["ends_on"],
            lead_unit=said["lead_unit"],
            parent=said["parent"],
            targets=targets,
        )


def said_of(campaign: Campaign) -> dict[str, Any]:
    """Return the first values of a form that changes a campaign."""
    said: dict[str, Any] = {
        name: getattr(campaign, name)
        for name in ("name", "name_en", "goal", "begins_on", "ends_on", "revision")
    }
    said |= {"lead_unit": campaign.lead_unit_id, "parent": campaign.parent_id}
    for target in campaign.targets.all():
        said |= {
            f"{target.figure}_low": target.low,
            f"{target.figure}_high": target.high,
        }
    return said


class TagCrews(forms.Form):
    """One press: the crews of a night, of every station or of one."""

    ALL, SECONDED = "all", "seconded"

    night = day_field(pgettext_lazy("campaign", "Night"))
    station = forms.ChoiceField(
        label=pgettext_lazy("campaign", "Station"), required=False
    )
    crews = forms.ChoiceField(
        label=pgettext_lazy("campaign", "Crews"),
        choices=[
            (ALL, pgettext_lazy("campaign", "All crews")),
            (SECONDED, pgettext_lazy("campaign", "Seconded groups only")),
        ],
    )

    def __init__(
        self, *args: Any, stations: Choices, first_day: date, last_day: date, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.fields["station"].choices = stations  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["night"].widget.attrs |= {
            "min": first_day.isoformat(),
            "max": last_day.isoformat(),
        }


class ChosenShifts(forms.Form):
    """Which rows of a figure are shown."""

    night = forms.DateField(required=False)
    station = forms.CharField(required=False, max_length=20)
    branch = forms.CharField(required=False, max_length=40)
    shared = forms.BooleanField(required=False)

    def filters(self) -> Mapping[str, Any]:
        """Return what was chosen; what makes no sense was not chosen."""
        said = self.cleaned_data if self.is_valid() else {}
        return {
            "night": said.get("night"),
            "station": said.get("station", ""),
            "branch": said.get("branch", ""),
            "only_shared": bool(said.get("shared")),
        }


class ChosenNight(forms.Form):
    """A night, or none."""

    night = forms.DateField(required=False)
