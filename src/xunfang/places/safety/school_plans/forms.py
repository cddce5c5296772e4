"""What somebody types at the review of a school's safety plan."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xunfang.core.calendars.schools import ALLOWED_LEADS_MIN, DEFAULT_LEAD_MIN
from xunfang.places.models.school_plans import (
    FUNCTIONS,
    HELD_BY,
    REVIEWED_WITHIN,
    Check,
    Contact,
    PlanText,
    Post,
    SchoolPlan,
)
from xunfang.places.safety.fields import day_field

MOST_ROWS = 8
BLANK_ROWS = 2
CHECKED_EVERY_DAYS = 30

type Rows = forms.BaseFormSet[Any]


class PostRow(forms.Form):
    """One post; a row without a place is not there."""

    where = forms.CharField(
        label=pgettext_lazy("school plan", "Where somebody stands"),
        max_length=60,
        required=False,
    )
    minutes_before = forms.TypedChoiceField(
        label=pgettext_lazy("school plan", "Minutes before the bell"),
        coerce=int,
        choices=[(minutes, f"{minutes}") for minutes in ALLOWED_LEADS_MIN],
        initial=DEFAULT_LEAD_MIN,
    )
    held_by = forms.ChoiceField(
        label=pgettext_lazy("school plan", "Who stands there"),
        choices=list(HELD_BY.items()),
    )


class ContactRow(forms.Form):
    """One office of the school; a row without both is not there."""

    function = forms.ChoiceField(
        label=pgettext_lazy("school plan", "Office"),
        choices=[("", "—"), *FUNCTIONS.items()],
        required=False,
    )
    phone = forms.CharField(
        label=pgettext_lazy("school plan", "Its telephone"),
        max_length=30,
        required=False,
        validators=[
            RegexValidator(
                r"^[0-9 +()（）#*-]{3,}$",
                _("Write a telephone number: digits, and nobody's name."),
            )
        ],
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("function") and not cleaned.get("phone") and not self.errors:
            self.add_error("phone", _("Write the telephone of this office."))
        if cleaned.get("phone") and not cleaned.get("function"):
            self.add_error("function", _("Choose whose telephone this is."))
        return cleaned


class CheckRow(forms.Form):
    """One thing that is looked at; a row without it is not there."""

    what = forms.CharField(
        label=pgettext_lazy("school plan", "What is looked at"),
        max_length=80,
        required=False,
    )
    every_days = forms.IntegerField(
        label=pgettext_lazy("school plan", "Every how many days"),
        min_value=1,
        max_value=REVIEWED_WITHIN.days,
        initial=CHECKED_EVERY_DAYS,
    )


class Review(forms.Form):
    """When the plan is looked at next, and what else is to be said."""

    next_review_on = day_field(
        pgettext_lazy("school plan", "Next review"),
        help_text=_("At most 180 days from today."),
    )
    notes = forms.CharField(
        label=pgettext_lazy("school plan", "Notes"),
        max_length=500,
        required=False,
        help_text=_("About the place. No names, nothing about a child."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _rows(row: type[forms.Form], initial: list[Any], data: Any, prefix: str) -> Rows:
    made = forms.formset_factory(
        row, extra=BLANK_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS
    )
    # What was typed stands alone: beside initial values, a row that happens to equal one
    # would count as untouched, and be lost.
    shown = initial if data is None else None
    return made(data, initial=shown or None, prefix=prefix)


class PlanForms:
    """The review of one plan: its dates and its three lists, each with blank rows."""

    def __init__(
        self, plan: SchoolPlan | None, *, today: date, data: Any = None
    ) -> None:
        self.review = Review(
            data,
            initial={
                "next_review_on": today + REVIEWED_WITHIN,
                "notes": plan.notes if plan else "",
            },
        )
        self.posts = _rows(PostRow, plan.posts if plan else [], data, "posts")
        self.contacts = _rows(
            ContactRow, plan.contacts if plan else [], data, "contacts"
        )
        self.checks = _rows(CheckRow, plan.checks if plan else [], data, "checks")

    @property
    def lists(self) -> Iterator[tuple[Promise, Rows]]:
        """Yield each list with its heading."""
        yield pgettext_lazy("school plan", "Posts"), self.posts
        yield pgettext_lazy("school plan", "Contacts at the school"), self.contacts
        yield pgettext_lazy("school plan", "Checks"), self.checks

    def is_valid(self) -> bool:
        """Say whether everything can be read; asks all, so that all errors are shown."""
        parts = (self.review, self.posts, self.contacts, self.checks)
        answers = [part.is_valid() for part in parts]
        return all(answers)

    def text(self) -> PlanText:
        """Return what was typed, without the rows that were left blank."""
        return PlanText(
            posts=tuple(Post(**row) for row in self._said(self.posts, "where")),
            contacts=tuple(
                Contact(**row) for row in self._said(self.contacts, "function")
            ),
            checks=tuple(Check(**row) for row in self._said(self.checks, "what")),
            notes=self.review.cleaned_data["notes"],
        )

    def _said(self, rows: Rows, key: str) -> Iterator[dict[str, Any]]:
        # Kept in JSON: text and numbers, in the order they were typed.
        yield from (row for row in rows.cleaned_data if row.get(key))
