"""What somebody types about an idea: the idea, its trial, its figures, the decision."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xunfang.places.models import PatrolArea
from xunfang.places.models.ideas import LONGEST_IDEA, IdeaState, Measure
from xunfang.places.safety.fields import SearchWords, day_field

TRIAL_DAYS = 28


def _area_field(label: Any, **kwargs: Any) -> forms.Field:
    return forms.ModelChoiceField(
        label=label,
        queryset=PatrolArea.objects.all(),
        to_field_name="code",
        empty_label="—",
        **kwargs,
    )


class FilterIdeas(SearchWords):
    """Which ideas are listed."""

    state = forms.ChoiceField(
        label=pgettext_lazy("idea", "State"),
        required=False,
        choices=[("", pgettext_lazy("idea", "All")), *IdeaState.choices],
    )

    @property
    def chosen_state(self) -> str:
        """Return the state; empty for all."""
        return str(self.cleaned_data["state"]) if self.is_valid() else ""


class SubmitIdea(forms.Form):
    """An idea, and whether its author wishes to be named."""

    text = forms.CharField(
        label=pgettext_lazy("idea", "Your idea"),
        max_length=LONGEST_IDEA,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("At most 300 characters. What would you do otherwise, and where?"),
    )
    area = _area_field(
        pgettext_lazy("idea", "Patrol area (if it is about one)"), required=False
    )
    is_named = forms.BooleanField(
        label=pgettext_lazy("idea", "Name me as its author"),
        required=False,
        help_text=_("Without this, who wrote it is kept nowhere, not even on record."),
    )


class BeginTrial(forms.Form):
    """Where an idea is tried, beside what, for how long, measured by what."""

    area = _area_field(pgettext_lazy("trial", "Area of the trial"))
    comparison = _area_field(
        pgettext_lazy("trial", "Comparison area, where all goes on as before")
    )
    begins_on = day_field(pgettext_lazy("trial", "First day"))
    ends_on = day_field(pgettext_lazy("trial", "Last day"))
    measure = forms.ChoiceField(
        label=pgettext_lazy("trial", "Measured by"), choices=Measure.choices
    )
    what = forms.CharField(
        label=pgettext_lazy("trial", "If by hand: what is counted, with its unit"),
        max_length=60,
        required=False,
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("begins_on", today + timedelta(days=1))
        self.initial.setdefault("ends_on", today + timedelta(days=TRIAL_DAYS))
        self.fields["begins_on"].widget.attrs["min"] = today.isoformat()


def _count(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=10_000_000)


class EnterFigures(forms.Form):
    """Four numbers and where they come from."""

    before = _count(pgettext_lazy("trial", "Area of the trial: before"))
    during = _count(pgettext_lazy("trial", "Area of the trial: during"))
    comparison_before = _count(pgettext_lazy("trial", "Comparison area: before"))
    comparison_during = _count(pgettext_lazy("trial", "Comparison area: during"))
    source = forms.CharField(
        label=pgettext_lazy("trial", "Where they were read off"), max_length=120
    )


class Decide(forms.Form):
    """Why an idea is adopted or rejected."""

    reason = forms.CharField(
        label=pgettext_lazy("idea", "Reason"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class Reject(Decide):
    """Whoever had the idea is owed a reason."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
