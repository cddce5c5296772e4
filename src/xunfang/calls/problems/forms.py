"""What somebody says of a place, and of what was done there."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from xunfang.calls.classes.queries import tree
from xunfang.calls.models import PlaceProblem


class OpenProblem(forms.Form):
    """Where, what, and why; the case has said most of it."""

    place = forms.ChoiceField(label=pgettext_lazy("place problem", "Place"))
    kind = forms.ChoiceField(
        label=pgettext_lazy("place problem", "Kind of incident"),
        help_text=gettext_lazy("Counted with every class below it."),
    )
    radius_m = forms.TypedChoiceField(
        label=pgettext_lazy("place problem", "Counts as at the place within"),
        choices=[(metres, f"{metres} m") for metres in PlaceProblem.RADII_M],
        coerce=int,
        initial=200,
    )
    why = forms.CharField(
        label=pgettext_lazy("place problem", "Why"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, places: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [
            (line.call_class.code, f"{line.call_class.code} {line.path}")
            for line in tree()
            if not line.call_class.restriction
        ]
        self.fields["place"].choices = places  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["kind"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", gettext_lazy("Choose a kind …")),
            *kinds,
        ]


class WithdrawProblem(forms.Form):
    """Why a place problem was opened wrongly."""

    because = forms.CharField(
        label=pgettext_lazy("place problem", "Why it is withdrawn"), max_length=300
    )


class CorrectMeasure(forms.Form):
    """On which day something was done at the place; what was done stays as it is."""

    done_on = forms.DateField(
        label=pgettext_lazy("place problem", "Done on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("done_on", today)
        self.fields["done_on"].widget.attrs["max"] = today.isoformat()


class NoteMeasure(CorrectMeasure):
    """What was done at the place, and on which day."""

    text = forms.CharField(
        label=pgettext_lazy("place problem", "What was done"), max_length=300
    )

    field_order = ("text", "done_on")
