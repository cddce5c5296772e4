"""What was published: the sheets of a station's night, frozen, and who printed them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from xunfang.units.models import Station


class Publication(models.Model):
    """One edition of a station's sheets for a night, put in force under a name.

    All that is printed is in ``sheet``, word for word: a reprint is the same paper,
    whatever has become of the roster and the plan since.
    """

    REPLACED, WITHDRAWN = "replaced", "withdrawn"
    ENDINGS = [
        (REPLACED, pgettext_lazy("publication", "Replaced")),
        (WITHDRAWN, pgettext_lazy("publication", "Withdrawn")),
    ]

    station = models.ForeignKey(Station, models.PROTECT, related_name="publications")
    night = models.DateField()
    edition = models.PositiveIntegerField()
    """Of the sheets; the plan counts its own editions."""
    plan = models.ForeignKey("patrols.Plan", models.PROTECT, related_name="+")
    sheet = models.JSONField()
    """``xunfang.duty-sheets/1``: see ``sheets/content.py``."""
    digest = models.CharField(max_length=64)
    """SHA-256 of the sheet; its beginning stands on every page of paper."""
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    is_in_force = models.BooleanField(default=True)
    ending = models.CharField(max_length=10, choices=ENDINGS, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    ended_why = models.CharField(max_length=200, blank=True)
    """Why it was withdrawn."""

    class Meta:
        ordering = ["-night", "station__code", "-edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "night", "edition"],
                name="patrols_an_edition_of_sheets_has_its_own_number",
            ),
            models.UniqueConstraint(
                fields=["station", "night"],
                condition=Q(is_in_force=True),
                name="patrols_a_night_has_one_edition_in_force",
            ),
            models.CheckConstraint(
                condition=Q(is_in_force=True, ending="", ended_at=None, ended_by=None)
                | Q(
                    is_in_force=False,
                    ending__in=["replaced", "withdrawn"],
                    ended_at__isnull=False,
                    ended_by__isnull=False,
                ),
                name="patrols_an_ended_edition_says_how_and_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(ending="withdrawn") | ~Q(ended_why=""),
                name="patrols_a_withdrawal_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.night} {self.station_id} sheets #{self.edition}"

    @property
    def is_withdrawn(self) -> bool:
        """Whether crews were told that its sheets no longer count."""
        return self.ending == self.WITHDRAWN


class SheetPrint(models.Model):
    """Somebody opened sheets to print them: paper of this edition may be in pockets."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="prints")
    crew_code = models.CharField(max_length=20, blank=True)
    """Of the one crew whose sheet it was; empty: all crews of the station."""
    printed_at = models.DateTimeField()
    printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["printed_at", "id"]

    def __str__(self) -> str:
        return f"{self.publication_id} {self.crew_code}"
