"""Places and their boundaries. Coordinates are WGS84 degrees, longitude first."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from xunfang.places.models.redraws import Redraw

KEY_PLACE_KINDS = [
    ("school", pgettext_lazy("key place", "School")),
    ("kindergarten", pgettext_lazy("key place", "Kindergarten")),
    ("clinic", pgettext_lazy("key place", "Hospital or clinic")),
    ("bank", pgettext_lazy("key place", "Bank")),
    ("mall_market", pgettext_lazy("key place", "Mall, supermarket or market")),
    ("hotel", pgettext_lazy("key place", "Hotel")),
    ("entertainment", pgettext_lazy("key place", "Entertainment")),
    ("restaurant", pgettext_lazy("key place", "Restaurant or night stalls")),
    ("fuel", pgettext_lazy("key place", "Fuel or gas")),
    ("station", pgettext_lazy("key place", "Railway or bus station")),
    ("park_square", pgettext_lazy("key place", "Park or square")),
    ("estate", pgettext_lazy("key place", "Estate or old yard")),
    ("logistics", pgettext_lazy("key place", "Parcels and logistics")),
    ("water_bridge", pgettext_lazy("key place", "Water or bridge")),
    ("warehouse", pgettext_lazy("key place", "Warehouse or factory")),
]


class StreetNetwork(models.Model):
    """One imported street network. Its arrays and base map lie beside the database."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    attribution = models.CharField(max_length=200, blank=True)
    datum = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)
    """SHA-256 of the file it came from."""
    report = models.JSONField(default=dict)
    """What the import found and what it set aside, as shown on the page."""
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    is_current = models.BooleanField(default=False)
    is_fictional = models.BooleanField(default=False)
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-imported_at", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"],
                condition=Q(is_current=True),
                name="places_at_most_one_network_is_current",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PatrolArea(models.Model):
    """A patrol area (巡区). Its boundary is in its editions."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    station_code = models.CharField(max_length=20, db_index=True)
    is_rideable = models.BooleanField(default=True)
    """Whether a bicycle team may be sent here."""

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class AreaEditionQuerySet(models.QuerySet["AreaEdition"]):
    def on(self, day: date) -> "AreaEditionQuerySet":
        """Return the boundaries that hold on a day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class AreaEdition(models.Model):
    """The boundary of a patrol area for a time. An old night shows its old boundary."""

    area = models.ForeignKey(PatrolArea, models.PROTECT, related_name="editions")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    """First day on which it no longer holds; None while it does."""
    polygons = models.JSONField(default=list)
    """Outer rings, each a closed list of ``[lon, lat]``."""
    redraw = models.ForeignKey(
        Redraw, models.PROTECT, null=True, related_name="editions"
    )
    """With which it came; None for the first boundaries."""

    objects = AreaEditionQuerySet.as_manager()

    class Meta:
        ordering = ["area__code", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["area"],
                condition=Q(valid_to=None),
                name="places_an_area_has_one_boundary_now",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="places_a_boundary_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.valid_from}"


class AreaStreet(models.Model):
    """A street segment that belongs to an area in one edition of its boundary."""

    edition = models.ForeignKey(AreaEdition, models.CASCADE, related_name="streets")
    segment_id = models.CharField(max_length=40)
    name = models.CharField(max_length=80, blank=True)
    length_m = models.FloatField()

    class Meta:
        ordering = ["segment_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "segment_id"],
                name="places_a_street_is_named_once_in_an_area",
            ),
        ]

    def __str__(self) -> str:
        return self.segment_id


class GridCell(models.Model):
    """A grid cell (警格): the smallest ground that is counted by."""

    code = models.CharField(max_length=20, unique=True)
    area = models.ForeignKey(PatrolArea, models.PROTECT, related_name="cells")
    """The area by its last change; of earlier days ``FormerCellArea`` tells."""
    lon = models.FloatField()
    lat = models.FloatField()
    """The point beside a street where presence in this cell is given."""
    polygon = models.JSONField(default=list)
    """Outer ring: a closed list of ``[lon, lat]``."""

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class KeyPlaceQuerySet(models.QuerySet["KeyPlace"]):
    def in_use(self, day: date) -> "KeyPlaceQuerySet":
        """Return the places that are looked in on: those not closed by that day."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day))


class KeyPlace(models.Model):
    """A place that is looked in on: a school, a bank, a night market."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=20, choices=KEY_PLACE_KINDS)
    cell = models.ForeignKey(GridCell, models.PROTECT, related_name="places")
    lon = models.FloatField()
    lat = models.FloatField()
    check_every_days = models.PositiveSmallIntegerField(default=30)
    ended_on = models.DateField(null=True, blank=True)
    """First day on which nobody is sent there any more; None while it is in use."""
    revision = models.PositiveIntegerField(default=0)
    """Grows with every change, so that a stale page is noticed."""

    objects = KeyPlaceQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class BusyWindow(models.Model):
    """When a place is busy: by season, weekday and hour. May pass midnight."""

    place = models.ForeignKey(KeyPlace, models.CASCADE, related_name="busy_windows")
    first_month = models.PositiveSmallIntegerField(default=1)
    last_month = models.PositiveSmallIntegerField(default=12)
    weekdays = models.CharField(max_length=7, default="1234567")
    """ISO weekdays, Monday is 1."""
    begins_min = models.PositiveSmallIntegerField()
    ends_min = models.PositiveSmallIntegerField()
    """Minutes after midnight of the day it begins; the end may exceed 1440."""

    class Meta:
        ordering = ["place__code", "begins_min"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_min__gt=F("begins_min")),
                name="places_a_busy_window_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.begins_min}-{self.ends_min}"

    def is_in_season(self, day: date) -> bool:
        """Say whether it holds on a day. A season may pass the turn of the year."""
        first, last = self.first_month, self.last_month
        if first <= last:
            is_season = first <= day.month <= last
        else:
            is_season = day.month >= first or day.month <= last
        return is_season and str(day.isoweekday()) in self.weekdays


class MarketGround(models.Model):
    """Where a market of the calendar is held, by day or by night, and its team's round.

    When it is held, the calendar says: the code is the same there.
    """

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    station_code = models.CharField(max_length=20, db_index=True)
    lon = models.FloatField()
    lat = models.FloatField()
    round_stops = models.JSONField(default=list)
    """``{"name", "name_en", "lon", "lat"}`` for each stop of the team's round."""

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class ResponseCircle(models.Model):
    """A place that a unit should reach within one, three or five minutes (1-3-5 分钟)."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    station_code = models.CharField(max_length=20, db_index=True)
    lon = models.FloatField()
    lat = models.FloatField()
    minutes = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__in=[1, 3, 5]),
                name="places_a_circle_is_of_1_3_or_5_minutes",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CalendarSheet(models.Model):
    """A calendar file as it was brought in: the city's own, or a year's holidays.

    The text is kept whole. Which duties follow from it is worked out by
    ``core.calendars`` each time, so that a day of last year still shows its reasons.
    """

    CITY, HOLIDAYS = "city", "holidays"
    KINDS = [
        (CITY, pgettext_lazy("calendar sheet", "Markets, schools, rounds")),
        (HOLIDAYS, pgettext_lazy("calendar sheet", "Holidays of a year")),
    ]

    kind = models.CharField(max_length=10, choices=KINDS)
    year = models.PositiveSmallIntegerField(default=0)
    """The year of the holidays; 0 for the city's own calendar."""
    text = models.TextField()
    source_name = models.CharField(max_length=200)
    is_current = models.BooleanField(default=True)
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["kind", "year", "-imported_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "year"],
                condition=Q(is_current=True),
                name="places_one_calendar_of_a_kind_holds",
            ),
        ]

    def __str__(self) -> str:
        return self.source_name


class PlaceCheck(models.Model):
    """Somebody looked in on a key place. Two checks of one place are one place."""

    place = models.ForeignKey(KeyPlace, models.PROTECT, related_name="checks")
    checked_on = models.DateField()
    unit_code = models.CharField(max_length=20)
    """The crew or the station that was there."""
    recorded_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    """Who entered it; None where it came with the history."""

    class Meta:
        ordering = ["checked_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(recorded_at=None, recorded_by=None)
                | Q(recorded_at__isnull=False, recorded_by__isnull=False),
                name="places_a_check_is_recorded_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.checked_on}"


class IncidentCount(models.Model):
    """How many incidents a cell had, by class, month and hour. Places, never persons."""

    RESIDENT_REPORTED = "resident_reported"
    PATROL_FOUND = "patrol_found"
    SOURCES = [
        (RESIDENT_REPORTED, pgettext_lazy("incident source", "Reported by residents")),
        (PATROL_FOUND, pgettext_lazy("incident source", "Found on patrol")),
    ]

    cell = models.ForeignKey(GridCell, models.CASCADE, related_name="incidents")
    category = models.CharField(max_length=20)
    source = models.CharField(max_length=20, choices=SOURCES)
    first_day = models.DateField()
    n_days = models.PositiveSmallIntegerField()
    hour = models.PositiveSmallIntegerField()
    n_incidents = models.PositiveIntegerField()

    class Meta:
        ordering = ["cell__code", "category", "hour"]
        indexes = [models.Index(fields=["cell", "source", "hour"])]

    def __str__(self) -> str:
        return f"{self.cell_id} {self.category} {self.hour}"
