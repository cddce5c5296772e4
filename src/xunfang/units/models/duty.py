"""The duty as it is done: a crew's own log, what it is bound to, where it is."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from xunfang.core.dispatching.sheets import Source
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.units.models.stations import MODES, Shift, Station

SOURCES = [
    (Source.DESK.value, pgettext_lazy("source", "Desk")),
    (Source.PHONE.value, pgettext_lazy("source", "Phone")),
    (Source.MIRROR.value, pgettext_lazy("source", "110")),
    (Source.MACHINE.value, pgettext_lazy("source", "Device")),
]

DUTY_STEPS = [
    (DutyStep.ON.value, pgettext_lazy("duty", "On duty")),
    (DutyStep.PATROL.value, pgettext_lazy("duty", "Patrol")),
    (DutyStep.WAIT.value, pgettext_lazy("duty", "Waiting at a post")),
    (DutyStep.STAND_BY.value, pgettext_lazy("duty", "Standby")),
    (DutyStep.PAUSE.value, pgettext_lazy("duty", "Pause")),
    (DutyStep.RETURN.value, pgettext_lazy("duty", "On the way back")),
    (DutyStep.ESCORT.value, pgettext_lazy("duty", "Escort")),
    (DutyStep.UNAVAILABLE.value, pgettext_lazy("duty", "Not available")),
    (DutyStep.EMERGENCY.value, pgettext_lazy("duty", "Officer needs help")),
    (DutyStep.EMERGENCY_OVER.value, pgettext_lazy("duty", "Help is there")),
    (DutyStep.MODE.value, pgettext_lazy("duty", "Other way of moving")),
    (DutyStep.OFF.value, pgettext_lazy("duty", "Off duty")),
]


class DutyEntry(models.Model):
    """One line of a crew's log (勤务日志). It is added to, never changed.

    A correction is a further line that names the one it takes the place of.
    """

    shift = models.ForeignKey(Shift, models.PROTECT, related_name="duty_entries")
    step = models.CharField(max_length=20, choices=DUTY_STEPS)
    happened_at = models.DateTimeField()
    """When it happened, by the server's clock as well as is known."""
    recorded_at = models.DateTimeField()
    device_at = models.DateTimeField(null=True, blank=True)
    """What the device's own clock said."""
    source = models.CharField(max_length=10, choices=SOURCES)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    key = models.UUIDField(unique=True)
    """Made where it was entered: the same line sent again is the same line."""
    mode = models.CharField(max_length=10, choices=MODES, blank=True)
    """How the crew moves from here on; empty: as before."""
    note = models.CharField(max_length=200, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    is_withdrawal = models.BooleanField(default=False)
    """Only says that the line it corrects does not count."""

    class Meta:
        ordering = ["shift", "happened_at", "recorded_at", "id"]
        indexes = [models.Index(fields=["shift", "happened_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(step__in=[step.value for step in DutyStep]),
                name="units_a_duty_entry_has_a_known_step",
            ),
            models.CheckConstraint(
                condition=Q(is_withdrawal=False) | Q(corrects__isnull=False),
                name="units_a_withdrawal_names_its_entry",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} {self.step} {self.happened_at}"


class GearCheck(models.Model):
    """That a crew looked through its gear before it went out, or why it could not."""

    shift = models.ForeignKey(Shift, models.PROTECT, related_name="gear_checks")
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    overridden_because = models.CharField(max_length=200, blank=True)
    """Why the crew goes out without the check; empty: everything was looked at."""
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    """It was said by mistake, by whoever said it; the line stays."""

    class Meta:
        ordering = ["shift", "confirmed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["shift"],
                condition=Q(withdrawn_at=None),
                name="units_gear_is_looked_through_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} {self.confirmed_at}"


class DutyStay(models.Model):
    """What a published plan binds a crew to: a post or a stop, when and why.

    Written by whoever publishes a night, so that the desk and the crew's phone know it;
    a new publication takes its place, a withdrawal removes it.
    """

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="stays")
    number = models.PositiveSmallIntegerField()
    """As on the sheet."""
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    lon = models.FloatField()
    lat = models.FloatField()
    place_code = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    why = models.CharField(max_length=300, blank=True)
    why_en = models.CharField(max_length=300, blank=True)
    is_post = models.BooleanField(default=False)
    is_mandatory = models.BooleanField(default=False)
    worth = models.FloatField(default=0.0)
    """As in the plan: what is lost if the crew does not come."""
    edition = models.PositiveIntegerField()
    """Of the publication."""

    class Meta:
        ordering = ["shift", "begins_at", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "number"], name="units_a_stay_has_its_own_number"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gte=F("begins_at")),
                name="units_a_stay_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} {self.number}"


class CrewDeclaration(models.Model):
    """What a crew said of itself for a night that helps to choose whom to send."""

    KINDS = [
        ("woman_officer", pgettext_lazy("declared", "A woman officer is with us")),
        ("local_speech", pgettext_lazy("declared", "Speaks the local dialect")),
        ("first_aid", pgettext_lazy("declared", "First-aid kit and training")),
        ("water_rescue", pgettext_lazy("declared", "Rope and life vests")),
        ("riot_gear", pgettext_lazy("declared", "Shields and helmets")),
    ]

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="declarations")
    kind = models.CharField(max_length=20, choices=KINDS)
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["shift", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "kind"], name="units_a_crew_declares_a_thing_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} {self.kind}"


class Device(models.Model):
    """A telephone, radio or vehicle terminal that reports where a crew on duty is."""

    DATUMS = [
        ("wgs84", "WGS-84"),
        ("cgcs2000", "CGCS2000"),
        ("gcj02", "GCJ-02"),
        ("bd09", "BD-09"),
    ]
    PROTOCOLS = [
        ("xunfang", pgettext_lazy("protocol", "xunfang on the phone")),
        ("osmand", "OsmAnd / Traccar Client"),
        ("owntracks", "OwnTracks"),
        ("jt808", "JT/T 808"),
    ]

    code = models.CharField(max_length=40, unique=True)
    """What the device calls itself: an identifier, or the terminal's number."""
    name = models.CharField(max_length=60)
    station = models.ForeignKey(Station, models.PROTECT, related_name="devices")
    protocol = models.CharField(max_length=10, choices=PROTOCOLS)
    datum = models.CharField(max_length=10, choices=DATUMS, default="wgs84")
    datum_set_at = models.DateTimeField(null=True, blank=True)
    """Since when another datum holds than when it was added."""
    token_digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of the secret it shows; the secret itself is shown once and not kept."""
    registers_until = models.DateTimeField(null=True, blank=True)
    """Until when a JT/T 808 terminal may register once and is handed a new secret."""
    is_active = models.BooleanField(default=True)
    last_heard_at = models.DateTimeField(null=True, blank=True)
    """While it was out with a crew; when it speaks at other times is not kept."""
    clock_ahead_s = models.PositiveIntegerField(null=True, blank=True)
    """By how much its clock ran ahead when it was last heard; None: it did not."""
    clock_behind_s = models.PositiveIntegerField(null=True, blank=True)
    """By how much its clock was found to be behind: its times are put right by that."""
    likely_datum = models.CharField(max_length=10, choices=DATUMS, blank=True)
    """What it seems to speak, by the streets that its crew went along; empty: ``datum``,
    or nobody can tell."""
    n_off_duty = models.PositiveBigIntegerField(default=0)
    """How many fixes came while it was with no crew on duty. Nothing else of them is kept."""
    n_unusable = models.PositiveBigIntegerField(default=0)
    """How many fixes named no place on earth or no time of the last three days."""
    revision = models.PositiveIntegerField(default=0)
    """Grows with every change, so that a form made from an older one is noticed."""
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["station__code", "code"]

    def __str__(self) -> str:
        return self.code


class DeviceUse(models.Model):
    """With which crew a device goes out. Nothing it says counts at any other time."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="uses")
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="device_uses")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["shift", "begins_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(ends_at=None),
                name="units_a_device_is_with_one_crew_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("begins_at")),
                name="units_a_device_use_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device_id} with {self.shift_id}"


class Position(models.Model):
    """Where a crew was last, by the newest fix of any of its devices. Only on duty."""

    shift = models.OneToOneField(Shift, models.CASCADE, related_name="position")
    lon = models.FloatField()
    lat = models.FloatField()
    fixed_at = models.DateTimeField()
    received_at = models.DateTimeField()
    speed_mps = models.FloatField(null=True, blank=True)
    heading_deg = models.FloatField(null=True, blank=True)
    accuracy_m = models.FloatField(null=True, blank=True)
    battery_pct = models.PositiveSmallIntegerField(null=True, blank=True)
    batch = models.PositiveBigIntegerField(default=0, db_index=True)
    """Number of the batch with which it came: what has moved since another one."""

    class Meta:
        ordering = ["shift"]

    def __str__(self) -> str:
        return f"{self.shift_id} {self.fixed_at}"
