"""What somebody types when they set the measures card of an area."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xunfang.places.models.measures import MeasuresCard, TroubleSpot
from xunfang.places.safety.fields import day_field
from xunfang.places.safety.measures.services import MOST_SPOTS


class SetCard(forms.Form):
    """The measures, three trouble spots at most, and from when it holds."""

    text = forms.CharField(
        label=pgettext_lazy("measures", "Measures"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What is done here, and when. About places; no names."),
    )
    valid_from = day_field(pgettext_lazy("measures", "Holds from"))

    def __init__(
        self, *args: Any, card: MeasuresCard | None, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        earliest = max(today, card.valid_from) if card else today
        self.fields["valid_from"].widget.attrs["min"] = earliest.isoformat()
        self.initial["text"] = card.text if card else ""
        self.initial["valid_from"] = earliest
        spots = card.trouble_spots if card else ()
        for n in range(MOST_SPOTS):
            self.fields[f"where_{n}"] = forms.CharField(
                label=pgettext_lazy("measures", "Trouble spot"),
                max_length=40,
                required=False,
            )
            self.fields[f"tried_{n}"] = forms.CharField(
                label=pgettext_lazy("measures", "What was tried"),
                max_length=160,
                required=False,
            )
            if n < len(spots):
                self.initial[f"where_{n}"] = spots[n].where
                self.initial[f"tried_{n}"] = spots[n].tried

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for n in range(MOST_SPOTS):
            if cleaned.get(f"tried_{n}") and not cleaned.get(f"where_{n}"):
                self.add_error(f"where_{n}", _("Say where this was tried."))
        return cleaned

    @property
    def spot_fields(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return where and what was tried, spot by spot."""
        return [(self[f"where_{n}"], self[f"tried_{n}"]) for n in range(MOST_SPOTS)]

    def spots(self) -> list[TroubleSpot]:
        """Return the trouble spots that were named."""
        return [
            TroubleSpot(
                self.cleaned_data[f"where_{n}"], self.cleaned_data[f"tried_{n}"]
            )
            for n in range(MOST_SPOTS)
            if self.cleaned_data[f"where_{n}"]
        ]
