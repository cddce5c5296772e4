"""Where crews on duty were: raw, for three days, and what is left when it is deleted."""

from django.db import connection, models
from django.db.models import F, Q

from xunfang.units.models.stations import Shift


class Fix(models.Model):
    """Where a crew on duty was at a moment, as one of its devices said. Kept 72 hours.

    The same fix sent again is the same fix: one per crew and time. The device is named so
    that one that is set up wrongly can be told from the others; a crew's own telephone
    is none.
    """

    # The first constraint below is index enough.
    shift = models.ForeignKey(
        Shift, models.PROTECT, related_name="fixes", db_index=False
    )
    device = models.ForeignKey(
        "units.Device",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    fixed_at = models.DateTimeField()
    """By the device's clock, unless that is wrong."""
    device_at = models.DateTimeField(null=True, blank=True)
    """What the device's own clock said, where ``fixed_at`` may be another moment: of a
    telephone, and of a device whose clock is wrong."""
    received_at = models.DateTimeField()
    lon = models.FloatField()
    lat = models.FloatField()
    """WGS 84, whatever the device speaks."""
    speed_mps = models.FloatField(null=True, blank=True)
    heading_deg = models.FloatField(null=True, blank=True)
    accuracy_m = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ["shift", "fixed_at"]
        indexes = [models.Index(fields=["fixed_at"], name="units_fix_fixed_at")]
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "fixed_at"], name="units_a_fix_is_kept_once"
            ),
            models.UniqueConstraint(
                fields=["shift", "device_at"],
                condition=Q(device_at__isnull=False),
                name="units_a_fix_of_a_clock_ahead_is_kept_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} {self.fixed_at}"


class FixDeletion(models.Model):
    """A certificate: that raw fixes were deleted, how many, of when, and their digest."""

    older_than = models.DateTimeField()
    """Every fix from before this moment is gone."""
    deleted_at = models.DateTimeField()
    n_fixes = models.PositiveIntegerField()
    first_fixed_at = models.DateTimeField()
    last_fixed_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    """SHA-256 over the deleted lines; ``docs/reference/positions-in.md`` says how."""

    class Meta:
        ordering = ["-deleted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(n_fixes__gt=0),
                name="units_a_certificate_is_about_something",
            ),
            models.CheckConstraint(
                condition=Q(first_fixed_at__lte=F("last_fixed_at"))
                & Q(last_fixed_at__lt=F("older_than")),
                name="units_a_certificate_names_what_was_old_enough",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.n_fixes} before {self.older_than}"


class PositionsClock(models.Model):
    """One row that counts, and is held while positions are written.

    Whoever writes positions holds it until that is on disk, and so does whoever changes
    which device goes with which crew. A fix is therefore judged by what holds while it is
    written: nothing is kept of a crew that has just gone off duty. For the same reason
    batches become visible in the order of their numbers, so that nobody who asks "what
    is new since batch 41" misses anything.

    Count before anything else is locked: whoever writes positions holds the clock first.
    """

    edition = models.PositiveBigIntegerField(default=0)
    """Of the devices, their secrets and the crews they are with."""
    batch = models.PositiveBigIntegerField(default=0)
    """Of the positions."""

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(pk=1), name="units_there_is_one_clock_of_positions"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition} {self.batch}"

    @classmethod
    def devices_changed(cls) -> None:
        """Say within a change of devices or their crews that there is one."""
        cls._count("edition")

    @classmethod
    def next_batch(cls) -> "PositionsClock":
        """Begin a batch within a transaction; no other begins before its end."""
        return cls._count("batch")

    @classmethod
    def _count(cls, what: str) -> "PositionsClock":
        """Count in one statement: every batch waits for it, whatever else it does."""
        sql = (
            f"UPDATE {cls._meta.db_table} SET {what} = {what} + 1 WHERE id = 1 "  # noqa: S608 -- our names
            "RETURNING edition, batch"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql)
            row = cursor.fetchone()
            if row is None:
                cls.objects.get_or_create(pk=1)
                cursor.execute(sql)
                row = cursor.fetchone()
        return cls(pk=1, edition=row[0], batch=row[1])
