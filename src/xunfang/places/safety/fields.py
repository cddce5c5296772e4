"""Fields that the forms of this room have in common."""

from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """Return a field for a date, with the browser's own picker."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **kwargs)


class SearchWords(forms.Form):
    """Words to look for in a list; empty means everything."""

    q = forms.CharField(
        label=pgettext_lazy("list", "Search"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    @property
    def words(self) -> str:
        """Return what was asked for."""
        return str(self.cleaned_data.get("q", "")).strip() if self.is_valid() else ""


class ShownEdition(forms.Form):
    """Which edition somebody had before them; 0 for none."""

    edition = forms.IntegerField(min_value=0)

    @property
    def number(self) -> int:
        """Return it; -1, which is never current, if the page did not say."""
        return int(self.cleaned_data["edition"]) if self.is_valid() else -1
