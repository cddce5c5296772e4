"""What is typed of a call that does not come through 110."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from xunfang.calls.forms import ClassField, PointField, StationField
from xunfang.calls.models import Call, CallLink
from xunfang.calls.models.calls import URGENCIES

JOINS = [
    (CallLink.MERGED, pgettext_lazy("joins", "the same matter: handle it there")),
    ("repeat", pgettext_lazy("joins", "reported again")),
    ("chase_up", pgettext_lazy("joins", "asks where help is")),
    ("nuisance", pgettext_lazy("joins", "nuisance")),
]


class EnterCall(forms.Form):
    """One call, in the order in which it is told. Only the words are needed."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=pgettext_lazy("call", "What was said"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
    )
    place_text = forms.CharField(
        label=pgettext_lazy("call", "Place"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    call_class = ClassField(
        label=pgettext_lazy("call", "Class: code, letters or name"), required=False
    )
    urgency = forms.TypedChoiceField(
        label=pgettext_lazy("call", "Urgency"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", pgettext_lazy("urgency", "by its class")), *URGENCIES],
    )
    phone = forms.CharField(
        label=pgettext_lazy("call", "Telephone"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    reporter = forms.ChoiceField(
        label=pgettext_lazy("call", "Noticed by"), choices=Call.REPORTERS
    )
    point = PointField()
    station = StationField(
        empty_label=pgettext_lazy("call", "by the place"),
    )
    found_at = forms.CharField(required=False, widget=forms.HiddenInput)
    """The place that was chosen among those found by words, as ``lon,lat``."""
    joins = forms.CharField(required=False, widget=forms.HiddenInput)
    """Number of the known call that this one hangs on."""
    joins_as = forms.ChoiceField(
        label=pgettext_lazy("call", "This call is"), required=False, choices=JOINS
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    """Keys of the similar calls that were shown."""

    def __init__(self, *args: Any, near_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Looks for similar calls while the rest is typed; without scripts on Enter.
        for name in ("words", "place_text", "point"):
            self.fields[name].widget.attrs |= {
                "hx-post": near_url,
                "hx-trigger": "change",
                "hx-target": "#near",
                "hx-swap": "innerHTML",
            }

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"].replace("\r\n", "\n").strip()
        if not words:
            raise forms.ValidationError(gettext_lazy("Say what was said."))
        return words

    def chosen_point(self) -> tuple[float, float] | None:
        """Return the point that was typed, or chosen among those found."""
        typed: tuple[float, float] | None = self.cleaned_data.get("point")
        if typed is not None:
            return typed
        found: str = self.cleaned_data.get("found_at", "")
        try:
            lon, lat = (float(part) for part in found.split(","))
        except ValueError:
            return None
        return (lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None

    def seen_keys(self) -> set[int]:
        """Return the keys of the similar calls that the person has been shown."""
        said: str = self.cleaned_data.get("seen", "")
        return {int(part) for part in said.split(",") if part.isdecimal()}
