"""What somebody says, as it is written down for them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from xunfang.cases.inbox.forms import topic_choices
from xunfang.cases.work.forms import StationChoice, TopicField
from xunfang.feedback.models import Channel, Word

CHANNELS = [
    (each.value, each.label)
    for each in (
        Channel.PHONE,
        Channel.FACE,
        Channel.MEETING,
        Channel.PATROL,
        Channel.PAPER,
    )
]


class PointField(forms.CharField):
    """Longitude and latitude in one line."""

    def clean(self, value: Any) -> tuple[float, float] | None:
        text: str = super().clean(value)
        if not text:
            return None
        try:
            lon, lat = (float(part) for part in text.replace("，", ",").split(","))
        except ValueError:
            lon, lat = 999.0, 999.0
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise forms.ValidationError(
                gettext_lazy("Enter longitude and latitude in degrees: 104.1, 30.6")
            )
        return lon, lat


class WriteDown(forms.Form):
    """One word, in the order in which it is said. Only the text is needed."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=pgettext_lazy("word", "What is said"),
        max_length=Word.MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
    )
    channel = forms.ChoiceField(
        label=pgettext_lazy("word", "How"), choices=CHANNELS, widget=forms.RadioSelect
    )
    place_words = forms.CharField(
        label=pgettext_lazy("word", "Place"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    contact = forms.CharField(
        label=pgettext_lazy("word", "How to reach them, if they wish"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    station = StationChoice(
        label=pgettext_lazy("word", "Station"),
        empty_label=pgettext_lazy("word station", "by the place"),
    )
    topic = TopicField(
        label=pgettext_lazy("word", "Topic"),
        required=False,
        empty_label=pgettext_lazy("word topic", "sorted later"),
    )
    point = PointField(
        label=pgettext_lazy("word", "Longitude, latitude"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["topic"]
        empty = ("", field.empty_label)  # type: ignore[attr-defined]  # a TopicField
        field.widget.choices = [empty, *topic_choices()]
