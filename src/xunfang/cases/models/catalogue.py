"""What the police offer to people and firms: a numbered catalogue that is looked after."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from xunfang.audit.append_only import AppendOnlyModel
from xunfang.units.models import Station
from xunfang.web.names import local_name


class ServiceItem(models.Model):
    """One service: what is done, for whom, under what conditions, who answers for it."""

    PEOPLE, FIRMS, BOTH = "people", "firms", "both"
    AUDIENCES = [
        (PEOPLE, pgettext_lazy("service", "People")),
        (FIRMS, pgettext_lazy("service", "Firms")),
        (BOTH, pgettext_lazy("service", "People and firms")),
    ]

    number = models.PositiveSmallIntegerField(unique=True)
    """What answers cite; it is never given to another service."""
    audience = models.CharField(max_length=6, choices=AUDIENCES, default=BOTH)
    title = models.CharField(max_length=60)
    title_en = models.CharField(max_length=120, blank=True)
    text = models.TextField()
    text_en = models.TextField(blank=True)
    conditions = models.TextField(blank=True)
    conditions_en = models.TextField(blank=True)
    office = models.CharField(max_length=60, blank=True)
    """Who answers for it: a unit of the bureau, or of the station."""
    office_en = models.CharField(max_length=80, blank=True)
    station = models.ForeignKey(
        Station, models.PROTECT, null=True, blank=True, related_name="services"
    )
    """Whose it is; null: the city's."""
    reviewed_on = models.DateField()
    """When somebody last said that all of it still holds."""
    ended_on = models.DateField(null=True, blank=True)
    """The last day it was offered; answers that cite it still lead to it."""
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(office="") | Q(station__isnull=False),
                name="cases_a_service_has_an_owner",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def local_title(self) -> str:
        """Its title in the reader's language; the next two likewise."""
        return local_name(self.title, self.title_en)

    @property
    def local_text(self) -> str:
        return local_name(self.text, self.text_en)

    @property
    def local_conditions(self) -> str:
        return local_name(self.conditions, self.conditions_en)

    @property
    def owner(self) -> str:
        """Who answers for it: the station, the unit, or both."""
        station = self.station
        names = (
            local_name(station.name, station.name_en) if station else "",
            local_name(self.office, self.office_en),
        )
        return " · ".join(filter(None, names))


class ServiceChange(AppendOnlyModel):
    """A service as it read from some moment on, or a look at it that changed nothing."""

    ADDED, CHANGED, REVIEWED = "added", "changed", "reviewed"
    KINDS = [
        (ADDED, pgettext_lazy("service change", "Added")),
        (CHANGED, pgettext_lazy("service change", "Changed")),
        (REVIEWED, pgettext_lazy("service change", "Reviewed")),
    ]

    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=8, choices=KINDS)
    revision = models.PositiveIntegerField()
    before: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    """The fields that were changed, as they read until then."""
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["item", "-at", "-id"]

    def __str__(self) -> str:
        return f"{self.item_id} {self.revision}"
