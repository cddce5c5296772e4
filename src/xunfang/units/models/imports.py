"""Files of people that were brought in, and the lines that were set aside."""

from django.conf import settings
from django.db import models


class PeopleImport(models.Model):
    """One file that was brought in: what became of its lines."""

    file_name = models.CharField(max_length=120)
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    n_added = models.PositiveIntegerField()
    n_changed = models.PositiveIntegerField()
    n_same = models.PositiveIntegerField()
    """Lines that said what was known already."""
    n_set_aside = models.PositiveIntegerField()
    unknown_columns = models.JSONField(default=list)
    """Names in the first line that no column has: they were not read."""

    class Meta:
        ordering = ["-imported_at", "-id"]

    def __str__(self) -> str:
        return self.file_name


class SetAsideLine(models.Model):
    """A line that could not be brought in, as it stood, and what is wrong with it."""

    people_import = models.ForeignKey(
        PeopleImport, models.CASCADE, related_name="set_aside"
    )
    line = models.PositiveIntegerField()
    """As a spreadsheet counts: the first line, with the names, is 1."""
    cells = models.JSONField()
    """Text by column key, as ``web.tables`` read it."""
    problems = models.JSONField()
    """Pairs of a code and its facts; ``people/wording.py`` has the sentences."""

    class Meta:
        ordering = ["people_import", "line"]
        constraints = [
            models.UniqueConstraint(
                fields=["people_import", "line"],
                name="units_a_line_is_set_aside_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.people_import_id} {self.line}"
