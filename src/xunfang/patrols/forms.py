from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy

from xunfang.patrols.models import Campaign
from xunfang.patrols.orders import FIELD_OF_STEP
from xunfang.web.choices import NamedChoice

QUICK_S, NORMAL_S, THOROUGH_S = 3, 10, 60
N_VARIANTS = 40

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
