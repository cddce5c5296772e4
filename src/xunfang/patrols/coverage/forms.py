"""What somebody chooses or types on the pages of what was done."""

from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy

from xunfang.core.calendars.shift_bands import BAND_HOURS
from xunfang.patrols.coverage.figures import TARGET_MIN, TARGETS
from xunfang.patrols.models import KEPT
from xunfang.patrols.runs.covering import N_HOURS

NIGHTS_BACK = (1, 3, 7, 14, 30)
NIGHTS_AT_FIRST = 7


def chosen(request_data: Any) -> tuple[int, int | None, str]:
    """Read target, band and cell of a page's address; what is wrong is as if not said."""
    form = Cells(request_data)
    form.is_valid()
    found = form.cleaned_data
    return found.get("target") or TARGET_MIN, found.get("band"), found.get("cell") or ""


def _whole(value: str) -> int | None:
    return int(value) if value else None


class Cells(forms.Form):
    """Which cells are looked at, and how many minutes count."""

    target = forms.TypedChoiceField(
        label=pgettext_lazy("coverage", "Counts from"),
        choices=[
            (n, pgettext_lazy("coverage", "%(n)s min") % {"n": n}) for n in TARGETS
        ],
        coerce=_whole,
        empty_value=None,
        required=False,
        initial=TARGET_MIN,
    )
    band = forms.TypedChoiceField(
        choices=[(first, first) for first in range(0, N_HOURS, BAND_HOURS)],
        coerce=_whole,
        empty_value=None,
        required=False,
    )
    cell = forms.CharField(max_length=20, required=False)


class Stays(forms.Form):
    """Which planned stays are listed."""

    kept = forms.ChoiceField(
        label=pgettext_lazy("coverage", "What became of them"),
        choices=[("", pgettext_lazy("coverage", "All")), *KEPT],
        required=False,
    )
    q = forms.CharField(
        label=pgettext_lazy("coverage", "Place or crew"), max_length=40, required=False
    )


class Nights(forms.Form):
    """How many nights to look back."""

    nights = forms.TypedChoiceField(
        label=pgettext_lazy("coverage", "Last nights"),
        choices=[(n, n) for n in NIGHTS_BACK],
        coerce=_whole,
        empty_value=None,
        required=False,
        initial=NIGHTS_AT_FIRST,
    )

    def chosen(self) -> int:
        """Return how many; the usual number if none was said."""
        self.is_valid()
        return self.cleaned_data.get("nights") or NIGHTS_AT_FIRST


class ShortReason(forms.Form):
    """Why a crew's night was short."""

    reason = forms.CharField(
        label=pgettext_lazy("coverage", "Reason"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "short-reasons", "autocomplete": "off"}),
    )
    seen_min = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class WishForStreet(forms.Form):
    """Which blind street somebody should look into tonight, and why."""

    segment = forms.CharField(max_length=60, widget=forms.HiddenInput)
    reason = forms.CharField(max_length=200, widget=forms.HiddenInput)
