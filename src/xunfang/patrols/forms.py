from django import forms
from django.utils.translation import pgettext_lazy

from xunfang.patrols.orders import FIELD_OF_STEP

QUICK_S, NORMAL_S, THOROUGH_S = 3, 10, 60
N_VARIANTS = 40


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
            attrs={"type": "search", "placeholder": "赶场 · 逢集 · 周日"}
        ),
    )


class IssueOrder(forms.Form):
    """One order to all stations one sees."""

    title = forms.CharField(label=pgettext_lazy("order", "Order"), max_length=80)


class OrderStep(forms.Form):
    """The next step of a station with an order."""

    step = forms.ChoiceField(choices=[(step, step) for step in FIELD_OF_STEP])
