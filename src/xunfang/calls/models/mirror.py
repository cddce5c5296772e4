"""What is taken over from 110: through which source, by which file, and what was left."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from xunfang.calls.models.calls import Call
from xunfang.units.models import Station
from xunfang.units.models.duty import Device


class CallSource(models.Model):
    """Where calls come from, and how its tables are to be read."""

    name = models.CharField(max_length=60, unique=True)
    columns = models.JSONField(default=dict)
    """Names of columns by what they hold: ``{"number": ["接警单编号", "JJDBH"], ...}``."""
    datum = models.CharField(max_length=10, choices=Device.DATUMS, default="wgs84")
    zone = models.CharField(max_length=40, default="Asia/Shanghai")
    """Of times that do not say it themselves."""
    time_format = models.CharField(max_length=40, blank=True)
    """As ``strptime`` takes it; empty: any of the usual ways of writing."""
    station = models.ForeignKey(
        Station, models.PROTECT, null=True, blank=True, related_name="call_sources"
    )
    """On whose ground a call is where nothing else says it."""
    is_active = models.BooleanField(default=True)
    revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""), name="calls_a_source_has_a_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CallFeed(models.Model):
    """A machine that brings calls by HTTP. It shows a secret that we do not keep."""

    name = models.CharField(max_length=60)
    source = models.ForeignKey(CallSource, models.PROTECT, related_name="feeds")
    token_digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of the secret it shows; the secret itself is shown once and not kept."""
    is_active = models.BooleanField(default=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    heard_at = models.DateTimeField(null=True, blank=True)
    """When it last brought something that could be read."""

    class Meta:
        ordering = ["source__name", "name", "id"]

    def __str__(self) -> str:
        return self.name


class CallImport(models.Model):
    """One table that was brought in: how far it is, and what became of its lines."""

    WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
    STATES = [
        (WAITING, pgettext_lazy("import", "Waiting")),
        (RUNNING, pgettext_lazy("import", "Being read")),
        (DONE, pgettext_lazy("import", "Import finished")),
        (FAILED, pgettext_lazy("import", "Could not be read")),
    ]

    source = models.ForeignKey(CallSource, models.PROTECT, related_name="imports")
    feed = models.ForeignKey(
        CallFeed, models.PROTECT, null=True, blank=True, related_name="imports"
    )
    file_name = models.CharField(max_length=120, blank=True)
    content = models.BinaryField(null=True)
    """The file until it has been read; it is not kept beyond that."""
    state = models.CharField(max_length=10, choices=STATES, default=WAITING)
    failure = models.JSONField(default=dict)
    """Code of the refusal and its facts where the file could not be read."""
    n_calls = models.PositiveIntegerField(default=0)
    """Numbers in the table."""
    n_calls_read = models.PositiveIntegerField(default=0)
    """Of them, those that are on disk; an interrupted import goes on behind them."""
    n_new = models.PositiveIntegerField(default=0)
    n_changed = models.PositiveIntegerField(default=0)
    n_same = models.PositiveIntegerField(default=0)
    """Calls of which the table said what was known already."""
    n_set_aside = models.PositiveIntegerField(default=0)
    """Lines of which nothing went in."""
    n_doubtful = models.PositiveIntegerField(default=0)
    """Lines that went in without what was wrong in them, or with times in doubt."""
    unknown_columns = models.JSONField(default=list)
    unknown_classes = models.JSONField(default=dict)
    """How many calls, by what 110 calls a class that none of ours is mapped to."""
    unknown_units = models.JSONField(default=dict)
    """How many orders, by what 110 calls a unit, of nights and stations that had crews of
    ours, none of which is called so."""
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    touched_at = models.DateTimeField()
    """When it last got on."""

    class Meta:
        ordering = ["-imported_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(feed__isnull=False) | Q(imported_by__isnull=False),
                name="calls_an_import_is_brought_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name or f"{self.source_id} {self.imported_at}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in {self.DONE, self.FAILED}


class CallSetAside(models.Model):
    """A line with something wrong in it, as it stood, to be mended and brought again.

    What it said is deleted after 30 days, or once it is settled (``retention``): what is
    wrong, which line of which table, and the call's number stay.
    """

    call_import = models.ForeignKey(
        CallImport, models.CASCADE, related_name="set_aside"
    )
    line = models.PositiveIntegerField()
    """As a spreadsheet counts: the first line, with the names, is 1."""
    number = models.CharField(max_length=40, blank=True)
    """110's number of the call; empty: it has none that can be read."""
    cells = models.JSONField()
    """Text by field; empty once it is deleted."""
    problems = models.JSONField()
    """Pairs of a code and its facts; ``mirror/wording.py`` has the sentences."""
    is_taken = models.BooleanField()
    """Whether the rest of the line went in."""
    digest = models.CharField(max_length=64)
    """Of cells and problems: a machine that repeats itself is not kept again."""
    deleted_at = models.DateTimeField(null=True, blank=True)
    """When what it said was deleted."""

    class Meta:
        ordering = ["call_import", "line"]
        indexes = [
            models.Index(fields=["digest"]),
            models.Index(
                fields=["number"],
                condition=Q(deleted_at=None),
                name="calls_lines_still_whole",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["call_import", "line"],
                name="calls_a_line_is_set_aside_once",
            ),
            models.CheckConstraint(
                condition=Q(deleted_at=None) | Q(cells={}),
                name="calls_a_deleted_line_says_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_import_id} {self.line}"


class LineDeletion(models.Model):
    """A certificate: that what lines set aside said was deleted, of how many, and why."""

    PERIOD, SETTLED = "period", "settled"
    REASONS = [
        (PERIOD, pgettext_lazy("deletion", "30 days are over")),
        (SETTLED, pgettext_lazy("deletion", "Settled")),
    ]

    reason = models.CharField(max_length=10, choices=REASONS)
    deleted_at = models.DateTimeField()
    n_lines = models.PositiveIntegerField()
    first_set_aside_at = models.DateTimeField()
    last_set_aside_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    """SHA-256 over the deleted lines; ``docs/how-to/mirror-110.md`` says how."""

    class Meta:
        ordering = ["-deleted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(n_lines__gt=0),
                name="calls_a_certificate_is_about_something",
            ),
            models.CheckConstraint(
                condition=Q(first_set_aside_at__lte=F("last_set_aside_at"))
                & Q(last_set_aside_at__lte=F("deleted_at")),
                name="calls_a_certificate_names_what_was_there",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.n_lines} at {self.deleted_at}"


class UnitName(models.Model):
    """What 110 calls one of our crews, where it is neither its code nor its name."""

    source = models.ForeignKey(CallSource, models.CASCADE, related_name="unit_names")
    said = models.CharField(max_length=60)
    """As 110 writes it."""
    plain = models.CharField(max_length=60)
    """Without what only the spelling adds: by it the name is found."""
    sign = models.CharField(max_length=60)
    """Code or name of the crew, as it stands in the roster of each night."""
    station = models.ForeignKey(Station, models.PROTECT, related_name="+")
    """Whose crew it is, on whatever ground the call."""
    matched_at = models.DateTimeField()
    matched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["source", "said"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "plain"], name="calls_a_name_means_one_crew"
            ),
            models.CheckConstraint(
                condition=~Q(plain="") & ~Q(sign=""),
                name="calls_a_name_means_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.said}: {self.sign}"


class MirroredCall(models.Model):
    """What 110 last said of a call: what it repeats is no news, whatever the desk did."""

    call = models.OneToOneField(Call, models.CASCADE, related_name="mirrored")
    source = models.ForeignKey(CallSource, models.PROTECT, related_name="+")
    said = models.JSONField(default=dict)
    """Text by field, without words and telephone numbers."""
    changed_at = models.DateTimeField()
    """When it last said something new."""

    class Meta:
        ordering = ["call"]

    def __str__(self) -> str:
        return f"{self.call_id} {self.changed_at}"
