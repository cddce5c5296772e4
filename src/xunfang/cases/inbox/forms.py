"""Which cases are listed."""

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import pgettext_lazy

from xunfang.accounts.models import User
from xunfang.cases.models import Topic
from xunfang.cases.models.topics import URGENCIES
from xunfang.units.models import Station
from xunfang.web.names import local_name

SHOWN = [
    ("", pgettext_lazy("cases", "Open")),
    ("mine", pgettext_lazy("cases", "Mine")),
    ("overdue", pgettext_lazy("cases", "Overdue")),
    ("new", pgettext_lazy("cases", "Not sorted")),
    ("answered", pgettext_lazy("cases", "Answered")),
    ("all", pgettext_lazy("cases", "All")),
]


def topic_choices() -> list[tuple[str, Any]]:
    """Return the leaves by branch, in the order of their codes; one query."""
    branches: dict[str, list[tuple[str, str]]] = {}
    for leaf in Topic.objects.exclude(parent=None).select_related("parent"):
        if leaf.parent is None:
            continue
        branch = local_name(leaf.parent.name, leaf.parent.name_en)
        name = local_name(leaf.name, leaf.name_en)
        branches.setdefault(branch, []).append((leaf.code, f"{leaf.code} {name}"))
    return list(branches.items())


class SearchCases(forms.Form):
    """Filters of the list; every one may be left out."""

    q = forms.CharField(
        label=pgettext_lazy("cases", "Words or number"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    shown = forms.ChoiceField(
        label=pgettext_lazy("cases", "Show"), choices=SHOWN, required=False
    )
    urgency = forms.TypedChoiceField(
        label=pgettext_lazy("cases", "Urgency"),
        choices=[("", pgettext_lazy("cases urgency", "Every")), *URGENCIES],
        coerce=int,
        empty_value=None,
        required=False,
    )
    station = forms.ChoiceField(label=pgettext_lazy("cases", "Station"), required=False)
    topic = forms.ChoiceField(label=pgettext_lazy("cases", "Topic"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user.station_code:
            del self.fields["station"]
        else:
            every = pgettext_lazy("cases station", "Every")
            nobodys = pgettext_lazy("cases station", "The city's")
            self.fields["station"].choices = lazy(  # type: ignore[attr-defined]  # a ChoiceField
                lambda: [("", every), ("-", nobodys), *station_choices()], list
            )()
        every_topic = ("", pgettext_lazy("cases topic", "Every"))
        self.fields["topic"].choices = [every_topic, *topic_choices()]  # type: ignore[attr-defined]  # a ChoiceField


def station_choices() -> list[tuple[str, str]]:
    """Return the stations by code."""
    return [
        (station.code, local_name(station.name, station.name_en))
        for station in Station.objects.order_by("code")
    ]
