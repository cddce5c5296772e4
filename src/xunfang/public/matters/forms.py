"""What can be asked of the public matters."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xunfang.cases.models import Topic
from xunfang.public.matters.queries import Asked
from xunfang.units.models import Station
from xunfang.web.names import local_name


class AskForm(forms.Form):
    """Words, station, topic and a point of the map; what is none of ours is as if it were not there."""

    q = forms.CharField(label=_("Words or number"), required=False, max_length=200)
    station = forms.ChoiceField(
        label=pgettext_lazy("matters", "Station"), required=False
    )
    topic = forms.ChoiceField(label=pgettext_lazy("matters", "Topic"), required=False)
    cell = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(
        self, data: Any, *, stations: Sequence[Station], topics: Sequence[Topic]
    ) -> None:
        super().__init__(data)
        self.fields["q"].widget.input_type = "search"
        self._choices("station").choices = [
            ("", pgettext_lazy("filter", "All")),
            *((each.code, local_name(each.name, each.name_en)) for each in stations),
        ]
        leaves: dict[int, list[tuple[str, str]]] = {}
        for each in topics:
            if each.parent_id is not None:
                row = (each.code, local_name(each.name, each.name_en))
                leaves.setdefault(each.parent_id, []).append(row)
        self._choices("topic").choices = [
            ("", pgettext_lazy("filter", "All")),
            *(
                (
                    local_name(each.name, each.name_en),
                    [(each.code, _("All of it")), *leaves.get(each.pk, [])],
                )
                for each in topics
                if each.parent_id is None
            ),
        ]

    def _choices(self, name: str) -> forms.ChoiceField:
        return cast("forms.ChoiceField", self.fields[name])

    @property
    def asked(self) -> Asked:
        """What is asked for, as far as it can be read."""
        self.is_valid()
        known = self.cleaned_data
        return Asked(
            words=known.get("q", "").strip(),
            station=known.get("station", ""),
            topic=known.get("topic", ""),
            cell=known.get("cell", ""),
        )
