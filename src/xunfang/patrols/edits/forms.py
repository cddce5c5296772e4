"""What somebody types to change a night by hand."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from xunfang.core.planning.night import LOOK_IN_MIN
from xunfang.core.planning.problem import Window
from xunfang.patrols.wording import clock

MORNING = 12
"""A time before noon is after midnight: 01:00 belongs to the end of the night."""
ON_THE_MAP = "map"
"""Choice of a wish's place: where the map was pointed at."""

type Choices = Sequence[tuple[str, str] | tuple[str, Sequence[tuple[str, str]]]]


class NightClockField(forms.TimeField):
    """A time of the night, as minutes after the midnight that begins its date."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")

    def to_python(self, value: Any) -> Any:
        time = super().to_python(value)
        if time is None:
            return None
        hour = time.hour + 24 if time.hour < MORNING else time.hour
        return hour * 60 + time.minute

    def prepare_value(self, value: Any) -> Any:
        return clock(value) if isinstance(value, int) else value


class Seen(forms.Form):
    """Up to which change the night was seen; and whether it is meant all the same."""

    seen = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    anyway = forms.BooleanField(required=False, widget=forms.HiddenInput)

    @property
    def seen_number(self) -> int | None:
        if self.cleaned_data["anyway"]:
            return None
        number: int | None = self.cleaned_data["seen"]
        return number


class TouchStay(Seen):
    """A stay of an edition, by the name the page has for it."""

    edition = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    stay = forms.CharField(max_length=40, widget=forms.HiddenInput)


class UndoEdit(Seen):
    """Which change to undo."""

    edit = forms.IntegerField(min_value=1)


class MoveStay(TouchStay):
    """Another crew, another time, or both."""

    unit = forms.ChoiceField(label=pgettext_lazy("edit", "Crew"), required=False)
    begins = NightClockField(label=pgettext_lazy("edit", "Begins at"), required=False)
    any_time = forms.BooleanField(
        label=pgettext_lazy("edit", "At any time it fits"), required=False
    )
    quick = forms.IntegerField(min_value=0, max_value=34 * 60, required=False)

    def __init__(self, *args: Any, crews: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", pgettext_lazy("edit", "Whichever fits best")),
            *crews,
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("quick") is not None:
            cleaned["begins"] = cleaned["quick"]
        elif cleaned.get("any_time"):
            cleaned["begins"] = None
        if not cleaned.get("unit") and cleaned.get("begins") is None:
            raise forms.ValidationError(gettext_lazy("Choose a crew, a time, or both."))
        return cleaned


class ExcludeCrew(Seen):
    """Which crew is not there, and from when."""

    ALL_NIGHT, FROM = "night", "from"

    unit = forms.ChoiceField(label=pgettext_lazy("edit", "Crew"))
    how = forms.ChoiceField(choices=[(ALL_NIGHT, ALL_NIGHT), (FROM, FROM)])
    since = NightClockField(
        label=pgettext_lazy("edit", "Back at the station by"), required=False
    )

    def __init__(self, *args: Any, crews: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = crews  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("how") == self.ALL_NIGHT:
            cleaned["since"] = None
        elif cleaned.get("since") is None:
            self.add_error("since", gettext_lazy("Say when it is to be back."))
        return cleaned


class AddWish(Seen):
    """A place where somebody should be tonight."""

    place = forms.ChoiceField(label=pgettext_lazy("edit", "Place"))
    lon = forms.FloatField(
        min_value=-180, max_value=180, required=False, widget=forms.HiddenInput
    )
    lat = forms.FloatField(
        min_value=-90, max_value=90, required=False, widget=forms.HiddenInput
    )
    name = forms.CharField(
        label=pgettext_lazy("edit", "Name (leave empty for the street's)"),
        max_length=120,
        required=False,
    )
    minutes = forms.IntegerField(
        label=pgettext_lazy("edit", "Minutes"),
        min_value=5,
        max_value=240,
        initial=LOOK_IN_MIN,
    )
    begins = NightClockField(label=pgettext_lazy("edit", "Between"))
    ends = NightClockField(label=pgettext_lazy("edit", "and"))
    is_mandatory = forms.BooleanField(
        label=pgettext_lazy("edit", "It must be held"), required=False, initial=True
    )
    reason = forms.CharField(
        label=pgettext_lazy("edit", "Reason"), max_length=200, required=False
    )

    def __init__(
        self, *args: Any, places: Choices, horizon: Window, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (ON_THE_MAP, pgettext_lazy("edit", "The place chosen on the map")),
            *places,
        ]
        self.initial.setdefault("begins", horizon[0])
        self.initial.setdefault("ends", horizon[1])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        on_map = cleaned.get("place") == ON_THE_MAP
        if on_map and (cleaned.get("lon") is None or cleaned.get("lat") is None):
            self.add_error(
                "place", gettext_lazy("Choose a place of the list, or one on the map.")
            )
        if cleaned.get("begins", 0) >= cleaned.get("ends", 1 << 20):
            self.add_error("ends", gettext_lazy("It must end after it begins."))
        return cleaned


class TwoEditions(forms.Form):
    """Which two editions to lay side by side."""

    a = forms.IntegerField(min_value=1)
    b = forms.IntegerField(min_value=1)
