"""What people type in to get in, and to ask the record."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from xunfang.audit import queries as audit
from xunfang.audit.wording import words_for


class SignIn(forms.Form):
    """Name and password. The password never travels back to the browser."""

    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def kinds_to_choose_from() -> list[tuple[str, str | Promise]]:
    """Return every kind on record, after the choice of all."""
    everything = pgettext("kinds of event", "Everything")
    return [
        ("", everything),
        *((kind, words_for(kind)) for kind in audit.kinds_on_record()),
    ]


class RecordFilter(forms.Form):
    """Which part of the record to show; every field may stay empty."""

    kind = forms.ChoiceField(
        label=_("What was done"), required=False, choices=kinds_to_choose_from
    )
    first_on = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last_on = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a span of days that ends before it begins."""
        cleaned = super().clean() or {}
        first_on, last_on = cleaned.get("first_on"), cleaned.get("last_on")
        if first_on and last_on and last_on < first_on:
            self.add_error("last_on", _("This day is before the first one."))
        return cleaned
