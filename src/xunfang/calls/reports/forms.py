"""Which period, which clock, which groups a report is asked for."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from xunfang.calls.reports.queries import By
from xunfang.core.dispatching.sheets import Step

DAYS_AT_FIRST = 30
MOST_DAYS = 92

CLOCKS = [
    (Step.ASSIGNED.value, pgettext_lazy("clock", "From the order to the arrival")),
    (Step.REPORTED.value, pgettext_lazy("clock", "From the report to the arrival")),
    (Step.TAKEN.value, pgettext_lazy("clock", "From the answering to the arrival")),
    (
        Step.ACKNOWLEDGED.value,
        pgettext_lazy("clock", "From the acknowledgement to the arrival"),
    ),
]
GROUPS = [
    (By.CIRCLE.value, pgettext_lazy("group", "1-3-5 circles")),
    (By.CLASS.value, pgettext_lazy("group", "Class")),
    (By.HOUR.value, pgettext_lazy("group", "Hour")),
    (By.STATION.value, pgettext_lazy("group", "Station")),
]


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, required=False)


class Period(forms.Form):
    """A first and a last day; the last thirty where nobody says otherwise."""

    first = _day(pgettext_lazy("period", "From"))
    last = _day(pgettext_lazy("period", "To"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        last = cleaned.get("last") or self.today
        first = cleaned.get("first") or last - timedelta(days=DAYS_AT_FIRST - 1)
        if first > last:
            self.add_error("last", gettext_lazy("It must not end before it begins."))
        elif last - first >= timedelta(days=MOST_DAYS):
            self.add_error(
                "first", gettext_lazy("Ask for a quarter of a year at most.")
            )
        return cleaned | {"first": first, "last": last}

    def days(self) -> tuple[date, date]:
        """Return the period, also where what was typed is wrong."""
        if self.is_valid():
            return self.cleaned_data["first"], self.cleaned_data["last"]
        return self.today - timedelta(days=DAYS_AT_FIRST - 1), self.today

    def moments(self) -> tuple[datetime, datetime]:
        """Return when the first day begins and the last one ends."""
        first, last = self.days()
        zone = timezone.get_current_timezone()
        return (
            datetime.combine(first, time(), zone),
            datetime.combine(last + timedelta(days=1), time(), zone),
        )


class AskResponses(Period):
    """Which times, and how they are grouped."""

    since = forms.ChoiceField(
        label=pgettext_lazy("clock", "Clock"), choices=CLOCKS, required=False
    )
    by = forms.ChoiceField(
        label=pgettext_lazy("group", "Grouped by"), choices=GROUPS, required=False
    )

    def wanted(self) -> tuple[Step, By]:
        """Return the clock and the groups, the first ones where nothing is chosen."""
        chosen = self.cleaned_data if self.is_valid() else {}
        return (
            Step(chosen.get("since") or Step.ASSIGNED),
            By(chosen.get("by") or By.CIRCLE),
        )
