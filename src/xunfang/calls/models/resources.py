"""Help that is at hand in the neighbourhood: a pump, a boat, a key, and whom to ring."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from xunfang.calls.models.calls import Call
from xunfang.units.models import Station

HELP_KINDS = [
    ("pump", pgettext_lazy("local help", "Pump")),
    ("boat", pgettext_lazy("local help", "Boat")),
    ("life_buoy", pgettext_lazy("local help", "Life buoy and rope")),
    ("sandbags", pgettext_lazy("local help", "Sandbags")),
    ("generator", pgettext_lazy("local help", "Generator")),
    ("lighting", pgettext_lazy("local help", "Lighting")),
    ("ladder", pgettext_lazy("local help", "Ladder")),
    ("keys", pgettext_lazy("local help", "Keys")),
    ("locksmith", pgettext_lazy("local help", "Locksmith")),
    ("digger", pgettext_lazy("local help", "Digger or crane")),
    ("towing", pgettext_lazy("local help", "Towing")),
    ("saw", pgettext_lazy("local help", "Chain saw")),
    ("first_aid", pgettext_lazy("local help", "First aid, defibrillator")),
    ("shelter", pgettext_lazy("local help", "Shelter for a night")),
    ("other", pgettext_lazy("local help", "Other")),
]


class LocalHelp(models.Model):
    """One thing that somebody in the neighbourhood lends, and where to ring for it."""

    kind = models.CharField(max_length=12, choices=HELP_KINDS)
    name = models.CharField(max_length=60)
    """Whose it is: a village committee, a company, a fire post. No private person."""
    name_en = models.CharField(max_length=80, blank=True)
    place_text = models.CharField(max_length=120)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    """WGS84; None where only words are known."""
    station = models.ForeignKey(
        Station, models.PROTECT, null=True, blank=True, related_name="local_help"
    )
    phone = models.CharField(max_length=30)
    """Of an office, reached at any hour where possible."""
    note = models.CharField(max_length=120, blank=True)
    """What must be known before one rings: capacity, hours, who has to come along."""
    confirmed_on = models.DateField(null=True, blank=True)
    """When somebody last rang and it was right."""
    ended_on = models.DateField(null=True, blank=True)
    """First day on which it is not to be had any more."""
    revision = models.PositiveIntegerField(default=0)
    """Grows with every change, so that a stale page is noticed."""

    class Meta:
        ordering = ["kind", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "name", "place_text"],
                name="calls_a_help_is_listed_once",
            ),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None)
                | Q(lon__isnull=False, lat__isnull=False),
                name="calls_the_point_of_a_help_has_two_coordinates",
            ),
            models.CheckConstraint(
                condition=~Q(phone=""), name="calls_a_help_has_a_telephone"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class HelpRequest(models.Model):
    """Somebody was rung for help with a call: when, and what they answered."""

    ANSWERS = [
        ("coming", pgettext_lazy("answer", "Coming")),
        ("cannot", pgettext_lazy("answer", "Cannot come")),
        ("silent", pgettext_lazy("answer", "Nobody answered")),
    ]

    call = models.ForeignKey(Call, models.PROTECT, related_name="help_requests")
    help = models.ForeignKey(LocalHelp, models.PROTECT, related_name="requests")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answer = models.CharField(max_length=10, choices=ANSWERS, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["call", "asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="calls_an_answer_has_a_time",
            ),
            models.UniqueConstraint(
                fields=["call", "help"],
                condition=Q(answer=""),
                name="calls_a_help_is_asked_once_until_it_answers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.help_id}"
