"""What a duty officer changed by hand for one station's night.

A row is never changed but once: when it is undone. The changes of a night are numbered;
making one takes a number and undoing one takes a number, so that "everything up to the
seventh change" says exactly what a plan was made with, and what somebody had before them.
"""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from xunfang.units.models import Station


class EditKind(models.TextChoices):
    """What was done. Values are stored: never rename one."""

    LOCK = "lock", pgettext_lazy("edit", "Locked")
    MOVE = "move", pgettext_lazy("edit", "Moved")
    LEAVE_OUT = "leave_out", pgettext_lazy("edit", "Left out")
    EXCLUDE = "exclude", pgettext_lazy("edit", "Crew excluded")
    WISH = "wish", pgettext_lazy("edit", "Wish")


HOLDS = (EditKind.LOCK, EditKind.MOVE)
"""A stay is put somewhere and held there."""

_IN_FORCE = Q(undone_no=None)


class NightEditQuerySet(models.QuerySet["NightEdit"]):
    def in_force(self) -> "NightEditQuerySet":
        """Return what has not been undone."""
        return self.filter(_IN_FORCE)

    def of_night(self, station: Station, night: date) -> "NightEditQuerySet":
        """Return every edit of a station's night, undone or not, in order."""
        return self.filter(station=station, night=night).order_by("made_no")


class NightEdit(models.Model):
    """One change by hand, for one station and one night, and when it was undone."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="edits")
    night = models.DateField()
    kind = models.CharField(max_length=10, choices=EditKind.choices)

    made_no = models.PositiveIntegerField()
    """Which change of the night it is."""
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    undone_no = models.PositiveIntegerField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    # What it is about, as it was called when it was changed.
    name = models.CharField(max_length=120, blank=True)
    name_en = models.CharField(max_length=120, blank=True)

    # Locked, moved, left out.
    target_kind = models.CharField(max_length=10, blank=True)
    """``EventKind`` of the stop, post, loop or presence."""
    target_id = models.CharField(max_length=120, blank=True)
    held_as = models.CharField(max_length=140, blank=True)
    """What the edited problem calls the stay or the wish (``core.planning.edits``)."""
    was_unit = models.CharField(max_length=20, blank=True)
    was_begins_min = models.PositiveSmallIntegerField(null=True, blank=True)
    was_minutes = models.PositiveSmallIntegerField(null=True, blank=True)

    # Locked and moved: by whom and from when. Excluded: who, and from when.
    unit = models.CharField(max_length=20, blank=True)
    begins_min = models.PositiveSmallIntegerField(null=True, blank=True)

    # A wish.
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    from_min = models.PositiveSmallIntegerField(null=True, blank=True)
    until_min = models.PositiveSmallIntegerField(null=True, blank=True)
    is_mandatory = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)

    objects = NightEditQuerySet.as_manager()

    class Meta:
        ordering = ["night", "station__code", "made_no"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "night", "made_no"],
                name="patrols_an_edit_has_its_own_number",
            ),
            models.CheckConstraint(
                condition=Q(undone_no=None, undone_at=None, undone_by=None)
                | Q(
                    undone_no__isnull=False,
                    undone_at__isnull=False,
                    undone_by__isnull=False,
                    undone_no__gte=F("made_no"),
                ),
                name="patrols_an_edit_undone_says_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["lock", "move"])
                | (
                    ~Q(target_id="")
                    & ~Q(held_as="")
                    & Q(was_begins_min__isnull=False, was_minutes__isnull=False)
                    & (~Q(unit="") | Q(begins_min__isnull=False))
                ),
                name="patrols_a_held_stay_says_which_and_where",
            ),
            models.CheckConstraint(
                condition=~Q(kind="leave_out") | ~Q(target_id=""),
                name="patrols_what_is_left_out_has_a_name",
            ),
            models.CheckConstraint(
                condition=~Q(kind="exclude") | ~Q(unit=""),
                name="patrols_an_excluded_crew_has_a_name",
            ),
            models.CheckConstraint(
                condition=~Q(kind="wish")
                | ~Q(held_as="")
                & Q(
                    lon__isnull=False,
                    lat__isnull=False,
                    minutes__gte=1,
                    from_min__isnull=False,
                    until_min__gte=F("from_min") + F("minutes"),
                ),
                name="patrols_a_wish_says_where_how_long_and_when",
            ),
            models.UniqueConstraint(
                fields=["station", "night", "held_as"],
                condition=_IN_FORCE & Q(kind__in=["lock", "move"]),
                name="patrols_a_stay_is_held_in_one_way_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["station", "night", "target_kind", "target_id"],
                condition=_IN_FORCE & Q(kind="leave_out"),
                name="patrols_a_stop_is_left_out_once_a_night",
            ),
            models.UniqueConstraint(
                fields=["station", "night", "unit"],
                condition=_IN_FORCE & Q(kind="exclude"),
                name="patrols_a_crew_is_excluded_once_a_night",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.night} {self.station_id} {self.kind} {self.made_no}"
