"""What a matter can be about: classes and their leaves, as the bureau keeps them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

URGENCIES = [
    (1, pgettext_lazy("case urgency", "U1 · at once")),
    (2, pgettext_lazy("case urgency", "U2 · this shift")),
    (3, pgettext_lazy("case urgency", "U3 · five working days")),
    (4, pgettext_lazy("case urgency", "U4 · fifteen days")),
]

ROUTES = [
    ("duty_officer", pgettext_lazy("route", "Duty officer")),
    ("station_duty", pgettext_lazy("route", "Station on duty")),
    ("community_officer", pgettext_lazy("route", "Community officer")),
    ("traffic", pgettext_lazy("route", "Traffic police")),
    ("scam_desk", pgettext_lazy("route", "Scam desk")),
    ("service_window", pgettext_lazy("route", "Service window")),
    ("inbox_clerk", pgettext_lazy("route", "Inbox")),
    ("unit_head", pgettext_lazy("route", "Head of the unit")),
    ("supervisor", pgettext_lazy("route", "Supervisor")),
    ("followup_office", pgettext_lazy("route", "Follow-up office")),
    ("privacy_officer", pgettext_lazy("route", "Privacy officer")),
    ("duty_planner", pgettext_lazy("route", "Duty planner")),
]


class Topic(models.Model):
    """A leaf of the tree, or one of its eleven branches (without urgency)."""

    CRITICISM, SUGGESTION, COMPLAINT, THANKS = "1001", "1002", "1003", "1005"
    OWN_DATA, PATROL, LIVELIHOOD, EMPTY = "1007", "1008", "0904", "1103"
    LOST_AND_FOUND = "0806"
    BEFORE_PAYING = ("0301", "0302", "0303", "0304", "0305")
    """Questions about something that may be a scam, asked while nothing is lost."""
    SUSPICIOUS = "0305"
    ABOUT_SERVICES = ("0801", "0802", "0803", "0804", "0805", "0807")
    """Questions about what the police offer, answered from the catalogue."""

    POLICE = [
        ("yes", pgettext_lazy("police matter", "Police")),
        ("shared", pgettext_lazy("police matter", "Police and others")),
        ("no", pgettext_lazy("police matter", "Another department")),
    ]

    code = models.CharField(max_length=8, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    urgency = models.PositiveSmallIntegerField(choices=URGENCIES, null=True, blank=True)
    """With which a case begins at least; null for a branch."""
    police_matter = models.CharField(max_length=6, choices=POLICE, default="yes")
    route = models.CharField(max_length=20, choices=ROUTES, default="inbox_clerk")
    transfer_to = models.JSONField(default=list)
    """Which offices else are concerned, the first one first."""
    map_110 = models.CharField(max_length=20, blank=True)
    is_sensitive = models.BooleanField(default=False)
    """Nothing of it is ever shown to the public."""
    sorts_itself_above = models.FloatField(null=True, blank=True)
    """From how sure a suggestion is taken without a person; null: never."""

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent=None, urgency=None)
                | Q(parent__isnull=False, urgency__gte=1, urgency__lte=4),
                name="cases_a_leaf_has_an_urgency",
            ),
            models.CheckConstraint(
                condition=Q(sorts_itself_above=None)
                | Q(sorts_itself_above__gt=0, sorts_itself_above__lte=1),
                name="cases_a_threshold_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return self.code
