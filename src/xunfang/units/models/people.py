"""Who serves: units and their people. Facts a roster needs, and no judgement of anybody."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from xunfang.accounts.models import Standing
from xunfang.units.models.stations import Station


class Unit(models.Model):
    """A unit of the organisation: a province's, a city's or a county's, a station."""

    LEVELS = [
        ("province", pgettext_lazy("unit level", "Province")),
        ("city", pgettext_lazy("unit level", "City")),
        ("county", pgettext_lazy("unit level", "County or district")),
        ("station", pgettext_lazy("unit level", "Station")),
    ]

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    level = models.CharField(max_length=10, choices=LEVELS)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    station = models.OneToOneField(
        Station, models.PROTECT, null=True, blank=True, related_name="unit"
    )
    """The station it is, with its ground; None for an office."""
    phone = models.CharField(max_length=30, blank=True)
    """Of its duty desk, as printed on every sheet."""
    is_seconding = models.BooleanField(default=False)
    """Whether its people may be sent to a station's street for a night."""
    revision = models.PositiveIntegerField(default=0)
    """Grows with every change, so that a form made from an older one is noticed."""

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """Somebody who serves. A leader is a person like any other: no field spares anybody."""

    code = models.CharField(max_length=20, unique=True)
    """Service number (警号)."""
    name = models.CharField(max_length=40)
    standing = models.CharField(max_length=10, choices=Standing.choices)
    home_unit = models.ForeignKey(Unit, models.PROTECT, related_name="people")
    phone = models.CharField(max_length=30, blank=True)
    """At work; printed on the sheet of the own crew and nowhere else."""
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="person",
    )
    is_serving = models.BooleanField(default=True)
    revision = models.PositiveIntegerField(default=0)
    """Grows with every change, so that a form made from an older one is noticed."""

    class Meta:
        ordering = ["home_unit__code", "code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(code=""),
                name="units_a_person_has_a_name_and_a_number",
            ),
            models.CheckConstraint(
                condition=Q(standing__in=Standing.values),
                name="units_a_person_has_a_known_standing",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Skill(models.Model):
    """What a person said of themselves that they can do, and may take back."""

    KINDS = [
        ("first_aid", pgettext_lazy("skill", "First aid")),
        ("traffic", pgettext_lazy("skill", "Traffic")),
        ("fire", pgettext_lazy("skill", "Fire safety")),
        ("water", pgettext_lazy("skill", "Water rescue")),
        ("mediation", pgettext_lazy("skill", "Mediation")),
        ("language", pgettext_lazy("skill", "Language or sign language")),
        ("computing", pgettext_lazy("skill", "Computers and telephones")),
        ("drone", pgettext_lazy("skill", "Flying a drone")),
    ]

    person = models.ForeignKey(Person, models.CASCADE, related_name="skills")
    kind = models.CharField(max_length=20, choices=KINDS)
    detail = models.CharField(max_length=40, blank=True)
    """Which language, which certificate."""
    declared_at = models.DateTimeField()

    class Meta:
        ordering = ["person__code", "kind", "detail"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "detail"],
                name="units_a_skill_is_declared_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"


class KnownGround(models.Model):
    """A station where the person serves or has served, so that the ground is known."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="known_grounds")
    station = models.ForeignKey(Station, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["person__code", "station__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "station"], name="units_a_ground_is_named_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.station_id}"


class Absence(models.Model):
    """When somebody cannot be on duty. Why is between them and their unit: not kept."""

    KINDS = [
        ("leave", pgettext_lazy("absence", "Leave")),
        ("duty", pgettext_lazy("absence", "Other duty")),
        ("absent", pgettext_lazy("absence", "Absent")),
    ]

    person = models.ForeignKey(Person, models.PROTECT, related_name="absences")
    kind = models.CharField(max_length=10, choices=KINDS, default="absent")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        ordering = ["begins_at", "person__code"]
        indexes = [models.Index(fields=["begins_at", "ends_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("begins_at")),
                name="units_an_absence_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancelled_by=None)
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
                name="units_a_cancelled_absence_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.begins_at}"


class MentorPair(models.Model):
    """An experienced officer goes with somebody who is new to a station's ground."""

    newcomer = models.ForeignKey(Person, models.CASCADE, related_name="mentors")
    mentor = models.ForeignKey(Person, models.CASCADE, related_name="newcomers")
    station = models.ForeignKey(Station, models.PROTECT, related_name="+")
    begins_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    """First night without; None while it lasts."""
    paired_at = models.DateTimeField()
    paired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-begins_on", "newcomer__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["newcomer", "station"],
                condition=Q(ends_on=None),
                name="units_a_newcomer_has_one_mentor_at_a_station",
            ),
            models.CheckConstraint(
                condition=~Q(newcomer=F("mentor")),
                name="units_nobody_is_their_own_mentor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.newcomer_id} {self.mentor_id}"

    def holds_on(self, night: date) -> bool:
        """Say whether they go together on a night."""
        return self.begins_on <= night and (
            self.ends_on is None or night < self.ends_on
        )
