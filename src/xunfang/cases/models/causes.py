"""What lies behind matters: of a place, a rule or a service; never of somebody who spoke."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class RootCause(models.Model):
    """One cause that staff may find behind a case.

    None is ever removed. A retired one is offered no longer; one that was merged counts as
    the other. Of which cases it was said stays with it, so that both can be undone.
    """

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    meaning = models.CharField(max_length=200, blank=True, db_default="")
    meaning_en = models.CharField(max_length=200, blank=True, db_default="")
    added_at = models.DateTimeField(null=True, blank=True)
    """Null, with ``added_by``: it came with the starter list."""
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged"
    )
    """As which it counts: one that was itself merged into none."""

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(added_at=None, added_by=None)
                | Q(added_at__isnull=False, added_by__isnull=False),
                name="cases_a_cause_is_added_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(retired_at=None, retired_by=None, merged_into=None)
                | Q(retired_at__isnull=False, retired_by__isnull=False),
                name="cases_a_cause_is_retired_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.code
