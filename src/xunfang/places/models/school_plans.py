"""The safety plan of a school: posts, contacts, checks, and when it is looked at again."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

REVIEWED_WITHIN = timedelta(days=180)
"""The next review is not later than this after the last."""

HELD_BY: dict[str, Promise] = {
    "police": pgettext_lazy("school post", "Police"),
    "guards": pgettext_lazy("school post", "The school's guards"),
    "volunteers": pgettext_lazy("school post", "Volunteers"),
}

FUNCTIONS: dict[str, Promise] = {
    "gate": pgettext_lazy("school contact", "Gate room"),
    "security": pgettext_lazy("school contact", "Security office"),
    "duty": pgettext_lazy("school contact", "Duty room"),
    "head": pgettext_lazy("school contact", "Head's office"),
    "medical": pgettext_lazy("school contact", "Medical room"),
    "boarding": pgettext_lazy("school contact", "Boarding house"),
    "buses": pgettext_lazy("school contact", "School buses"),
}
"""Whom one rings: an office, never a name. Nobody of a school is kept as a person."""


@dataclass(frozen=True, slots=True)
class Post:
    """Somewhere somebody stands before the bell."""

    where: str
    minutes_before: int
    held_by: str

    @property
    def holder(self) -> Promise:
        return HELD_BY[self.held_by]


@dataclass(frozen=True, slots=True)
class Contact:
    """An office of the school and its telephone."""

    function: str
    phone: str

    @property
    def office(self) -> Promise:
        return FUNCTIONS[self.function]


@dataclass(frozen=True, slots=True)
class Check:
    """Something that is looked at, and how often."""

    what: str
    every_days: int


@dataclass(frozen=True, slots=True)
class PlanText:
    """What a plan says."""

    posts: tuple[Post, ...]
    contacts: tuple[Contact, ...]
    checks: tuple[Check, ...]
    notes: str = ""

    def said(self) -> Iterator[str]:
        """Yield everything that somebody typed freely."""
        yield from (post.where for post in self.posts)
        yield from (contact.phone for contact in self.contacts)
        yield from (check.what for check in self.checks)
        yield self.notes

    def as_columns(self) -> dict[str, Any]:
        """Return it as the columns of ``SchoolPlan`` keep it."""
        return {
            "posts": [asdict(post) for post in self.posts],
            "contacts": [asdict(contact) for contact in self.contacts],
            "checks": [asdict(check) for check in self.checks],
            "notes": self.notes,
        }


class SchoolPlan(models.Model):
    """A school's plan as it stood after one review. The next review is a new row."""

    place = models.ForeignKey(
        "places.KeyPlace", models.PROTECT, related_name="school_plans"
    )
    edition = models.PositiveIntegerField()
    posts = models.JSONField(default=list)
    contacts = models.JSONField(default=list)
    checks = models.JSONField(default=list)
    notes = models.CharField(max_length=500, blank=True)
    next_review_on = models.DateField()
    reviewed_on = models.DateField()
    """The day of ``reviewed_at`` where the school is."""
    reviewed_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering = ["place__code", "-edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "edition"],
                name="places_an_edition_of_a_school_plan_exists_once",
            ),
            models.UniqueConstraint(
                fields=["place"],
                condition=Q(is_current=True),
                name="places_a_school_has_one_plan_now",
            ),
            models.CheckConstraint(
                condition=Q(next_review_on__gt=F("reviewed_on")),
                name="places_a_school_plan_is_reviewed_again_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.edition}"

    @property
    def text(self) -> PlanText:
        """Return what it says."""
        return PlanText(
            posts=tuple(Post(**row) for row in self.posts),
            contacts=tuple(Contact(**row) for row in self.contacts),
            checks=tuple(Check(**row) for row in self.checks),
            notes=self.notes,
        )
