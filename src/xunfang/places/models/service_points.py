"""Service points (警务室): where, when, what for, and whether somebody is there now."""

from collections.abc import Iterable

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from xunfang.core.calendars.opening_hours import OpeningHours, parse_hours

OFFERS: dict[str, Promise] = {
    "report": pgettext_lazy("service point", "Reports and advice"),
    "papers": pgettext_lazy("service point", "Residence papers"),
    "lost": pgettext_lazy("service point", "Lost and found"),
    "mediation": pgettext_lazy("service point", "Settling disputes"),
    "tourists": pgettext_lazy("service point", "Help for visitors"),
    "fraud": pgettext_lazy("service point", "Advice on fraud"),
    "bicycles": pgettext_lazy("service point", "Marking e-bikes"),
    "first_aid": pgettext_lazy("service point", "First-aid kit"),
}
"""What can be done there."""

WEEKDAYS: dict[int, Promise] = {
    1: pgettext_lazy("weekday", "Monday"),
    2: pgettext_lazy("weekday", "Tuesday"),
    3: pgettext_lazy("weekday", "Wednesday"),
    4: pgettext_lazy("weekday", "Thursday"),
    5: pgettext_lazy("weekday", "Friday"),
    6: pgettext_lazy("weekday", "Saturday"),
    7: pgettext_lazy("weekday", "Sunday"),
}


class ServicePoint(models.Model):
    """A police room, or a desk of the police in somebody else's house."""

    code = models.CharField(
        max_length=20, unique=True, validators=[RegexValidator(r"^[A-Za-z0-9-]+$")]
    )
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=120)
    """Where it is, so that somebody who is looking for it finds it."""
    address_en = models.CharField(max_length=160, blank=True)
    station_code = models.CharField(max_length=20, db_index=True)
    area = models.ForeignKey(
        "places.PatrolArea",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="service_points",
    )
    phone = models.CharField(max_length=30, blank=True)
    offers = models.JSONField(default=list)
    """Keys of ``OFFERS``."""
    hours = models.JSONField(default=dict)
    """Hours as text by ISO weekday, "1" to "7"; a weekday that is absent is closed."""
    is_listed = models.BooleanField(default=True)
    """Whether residents find it in the list; one that was given up stays on record."""
    revision = models.PositiveIntegerField(default=1)
    """Grows with every change, so that a stale page is noticed."""
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(address=""),
                name="places_a_service_point_has_a_name_and_an_address",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def opening_hours(
        self, exceptions: Iterable["ServicePointException"]
    ) -> OpeningHours:
        """Return its hours with the days that differ."""
        return OpeningHours(
            by_weekday={
                int(day): parse_hours(text) for day, text in self.hours.items()
            },
            by_date={row.day: parse_hours(row.hours) for row in exceptions},
        )

    @property
    def offer_names(self) -> list[Promise]:
        """Return what can be done there, in the reader's language."""
        return [name for key, name in OFFERS.items() if key in self.offers]

    @property
    def week(self) -> list[tuple[Promise, str]]:
        """Return each weekday with its hours; empty where it is closed."""
        return [(name, self.hours.get(str(day), "")) for day, name in WEEKDAYS.items()]


class ServicePointException(models.Model):
    """A date on which a service point keeps other hours, or stays closed."""

    point = models.ForeignKey(ServicePoint, models.CASCADE, related_name="exceptions")
    day = models.DateField()
    hours = models.CharField(max_length=100, blank=True)
    """As text; empty means closed."""
    reason = models.CharField(max_length=60, blank=True)
    """As residents read it."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["point", "day"],
                name="places_a_service_point_has_one_exception_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.point_id} {self.day}"


class ServicePointStaffing(models.Model):
    """Officers are at a service point for a time: how many or which crew, no names."""

    point = models.ForeignKey(ServicePoint, models.CASCADE, related_name="staffings")
    n_officers = models.PositiveSmallIntegerField(default=2)
    crew_code = models.CharField(max_length=20, blank=True)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    """When they leave; brought forward if they leave earlier."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["begins_at", "id"]
        indexes = [models.Index(fields=["point", "ends_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gte=F("begins_at")),
                name="places_a_staffing_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(n_officers__gte=1), name="places_a_staffing_is_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.point_id} {self.begins_at}"
