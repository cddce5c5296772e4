"""What a kind of duty is there for."""

from django.db import models
from django.db.models import Q

from xunfang.units.models import TeamTemplate


class TeamFocus(models.Model):
    """A type of incident that a kind of team is there to prevent, as it is counted."""

    template = models.ForeignKey(TeamTemplate, models.CASCADE, related_name="focus")
    category = models.CharField(max_length=20)
    """As in ``places.IncidentCount.category``."""

    class Meta:
        ordering = ["template__code", "category"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "category"],
                name="patrols_a_team_names_a_focus_once",
            ),
            models.CheckConstraint(
                condition=~Q(category=""), name="patrols_a_focus_has_a_name"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template_id} {self.category}"
