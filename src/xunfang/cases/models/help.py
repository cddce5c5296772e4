"""Help that was given because somebody asked, or on a visit: counted in times."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from xunfang.cases.models.cases import Case
from xunfang.units.models import Shift, Station


class HelpType(models.Model):
    """What kind of help it is. There is none called "other": help that fits no type
    is a type somebody has to name."""

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=20)
    name_en = models.CharField(max_length=40)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Help(models.Model):
    """One time that somebody was helped, tied to what they asked or to a visit.

    Times are counted, never people: how many were helped is not asked and not kept. A
    second entry of the same help stays as a mention of the first (``part_of``).
    """

    kind = models.ForeignKey(HelpType, models.PROTECT, related_name="times")
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="help_given"
    )
    """The request."""
    shift = models.ForeignKey(
        Shift, models.PROTECT, null=True, blank=True, related_name="help_given"
    )
    visit_begins_at = models.DateTimeField(null=True, blank=True)
    """The visit: which crew, from when. The stay itself is written anew with every
    publication of a night, so it is named by what stays true of it."""
    station = models.ForeignKey(
        Station, models.PROTECT, null=True, blank=True, related_name="help_given"
    )
    """Whose ground; null: the city's."""
    place_name = models.CharField(max_length=80)
    place_key = models.CharField(max_length=80)
    """The place as it is compared: one script, one width, no spaces."""
    what = models.CharField(max_length=200)
    given_at = models.DateTimeField()
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    part_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="mentions"
    )
    """The entry it is counted with; null: it is counted itself."""
    parted_at = models.DateTimeField(null=True, blank=True)
    parted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    """Who said that it was help of its own, after it had been put with another."""

    class Meta:
        ordering = ["-given_at", "-id"]
        indexes = [
            models.Index(
                fields=["place_key", "given_at"], name="cases_help_at_a_place"
            ),
            models.Index(fields=["-given_at", "-id"], name="cases_help_latest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=False, shift=None, visit_begins_at=None)
                | Q(case=None, shift__isnull=False, visit_begins_at__isnull=False),
                name="cases_help_is_tied_to_a_request_or_a_visit",
            ),
            models.CheckConstraint(
                condition=~Q(place_key="") & ~Q(what=""),
                name="cases_help_says_where_and_what",
            ),
            models.CheckConstraint(
                condition=Q(part_of=None) | ~Q(part_of=F("id")),
                name="cases_help_is_no_part_of_itself",
            ),
            models.CheckConstraint(
                condition=Q(parted_at=None, parted_by=None)
                | Q(parted_at__isnull=False, parted_by__isnull=False, part_of=None),
                name="cases_help_of_its_own_says_who_said_so",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind_id} {self.place_name} {self.given_at:%F}"
