"""What somebody types about help that was given."""

from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy

from xunfang.cases.models import HelpType
from xunfang.web.names import local_name


class TypeField(forms.ModelChoiceField[HelpType]):
    """A type, by its code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=HelpType.objects.all(),
            to_field_name="code",
            label=pgettext_lazy("help", "Type"),
            **kwargs,
        )

    def label_from_instance(self, obj: HelpType) -> str:
        return local_name(obj.name, obj.name_en)


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, required=False)


class SearchHelp(forms.Form):
    """Filters of the list; every one may be left out."""

    q = forms.CharField(
        label=pgettext_lazy("help", "Place, words or case"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = TypeField(required=False, empty_label=pgettext_lazy("help type", "Every"))
    first_on = _day(pgettext_lazy("help", "From"))
    last_on = _day(pgettext_lazy("help", "To"))

    @property
    def wanted(self) -> dict[str, Any]:
        """What is asked for, as far as it can be read."""
        self.is_valid()
        typed = self.cleaned_data
        kind = typed.get("kind")
        return {
            "q": typed.get("q", ""),
            "kind": kind.code if kind else "",
            "first_on": typed.get("first_on"),
            "last_on": typed.get("last_on"),
        }


class NoteHelp(forms.Form):
    """Where, what, of which type; how many people were helped is not asked."""

    kind = TypeField(empty_label=pgettext_lazy("help type", "Choose one"))
    place_name = forms.CharField(
        label=pgettext_lazy("help", "Place: a street or a place, no door"),
        max_length=80,
    )
    what = forms.CharField(
        label=pgettext_lazy("help", "What was done, without names"), max_length=200
    )


class NoteHelpOnCase(NoteHelp):
    """The same, and when."""

    given_at = forms.DateTimeField(
        label=pgettext_lazy("help", "When"),
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        ),
    )
