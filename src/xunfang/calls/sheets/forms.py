"""What is searched for, and what is set right about a call."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from xunfang.calls.forms import ClassField, PointField, StationField
from xunfang.calls.models import Call, CallClass, CallLink
from xunfang.calls.models.calls import CALL_STATUSES, URGENCIES

ANY = ("", pgettext_lazy("filter", "any"))


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class SearchCalls(forms.Form):
    """Filters of the list; what is wrong in them is passed over."""

    q = forms.CharField(
        label=pgettext_lazy("call", "Number, place or words"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    status = forms.ChoiceField(
        label=pgettext_lazy("call", "Status"),
        required=False,
        choices=[ANY, *CALL_STATUSES],
    )
    call_class = forms.CharField(
        label=pgettext_lazy("call", "Class"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"list": "classes", "autocomplete": "off"}),
    )
    reporter = forms.ChoiceField(
        label=pgettext_lazy("call", "Noticed by"),
        required=False,
        choices=[ANY, *Call.REPORTERS],
    )
    first_on = _day(pgettext_lazy("call", "From"))
    last_on = _day(pgettext_lazy("call", "Until"))


class FeedBack(forms.Form):
    """How a call ended."""

    outcome = forms.ChoiceField(
        label=pgettext_lazy("call", "Outcome"), choices=Call.OUTCOMES
    )
    note = forms.CharField(
        label=pgettext_lazy("call", "In a few words"), max_length=300, required=False
    )
    final_class = ClassField(
        label=pgettext_lazy("call", "Actual class, if it was another one"),
        required=False,
    )


class Revise(forms.Form):
    """What a call is about, how urgent, and where."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    call_class = ClassField(required=False)
    urgency = forms.TypedChoiceField(
        label=pgettext_lazy("call", "Urgency"), choices=URGENCIES, coerce=int
    )
    place_text = forms.CharField(
        label=pgettext_lazy("call", "Place"), max_length=200, required=False
    )
    point = PointField()
    station = StationField()


class Merge(forms.Form):
    """Into which call."""

    into = forms.CharField(
        label=pgettext_lazy("call", "Number of the other call"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class Link(forms.Form):
    """How, and to which call."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("call", "This call"),
        choices=[one for one in CallLink.KINDS if one[0] != CallLink.MERGED],
    )
    to = forms.CharField(
        label=pgettext_lazy("call", "Number of the other call"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class Reason(forms.Form):
    """Why."""

    reason = forms.CharField(label=pgettext_lazy("call", "Reason"), max_length=200)


class Restrict(forms.Form):
    """Why only its units and the duty officer see it; empty: everybody who may see calls."""

    restriction = forms.ChoiceField(
        label=pgettext_lazy("call", "Because of"),
        required=False,
        choices=[
            ("", pgettext_lazy("restriction", "Not restricted")),
            *CallClass.RESTRICTIONS,
        ],
    )
    reason = forms.CharField(label=pgettext_lazy("call", "Reason"), max_length=200)


class Correct(forms.Form):
    """When a line of the log really happened, or that it did not."""

    happened_at = forms.DateTimeField(
        label=pgettext_lazy("call", "It happened at"),
        required=False,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": 1}, format="%Y-%m-%dT%H:%M:%S"
        ),
    )
    withdraw = forms.BooleanField(
        label=pgettext_lazy("call", "It did not happen"), required=False
    )
    reason = forms.CharField(label=pgettext_lazy("call", "Reason"), max_length=200)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("withdraw") and not cleaned.get("happened_at"):
            self.add_error(
                "happened_at",
                gettext_lazy("Enter the time, or say that it did not happen."),
            )
        return cleaned


class Refer(forms.Form):
    """Which office, and what it is told."""

    office = forms.CharField(
        label=pgettext_lazy("referral", "Office"), max_length=60, initial="12345"
    )
    matter = forms.CharField(
        label=pgettext_lazy("referral", "What it is told"),
        help_text=pgettext_lazy(
            "referral", "The matter and the place. Who called stays here."
        ),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
