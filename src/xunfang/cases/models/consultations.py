"""Schools and residents who were asked before something was done: groups, never names."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from xunfang.audit.append_only import AppendOnlyModel
from xunfang.cases.models.cases import Case
from xunfang.units.models import Station


class Consultation(AppendOnlyModel):
    """That people were asked somewhere on a day, and what was heard.

    Who is a kind of people and how many; there is no place for a name. A mistake is put
    right by another row.
    """

    number = models.CharField(max_length=20, unique=True)
    station = models.ForeignKey(Station, models.PROTECT, null=True, related_name="+")
    """Whose ground it is; null: the city's."""
    place_name = models.CharField(max_length=80)
    """A school, a street, a market."""
    held_on = models.DateField()
    asked = models.CharField(max_length=600)
    """What they were asked."""
    heard = models.CharField(max_length=2000)
    """What was heard, for and against."""
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return self.number


class ConsultedGroup(AppendOnlyModel):
    """How many people of a kind were asked."""

    GROUPS = [
        ("pupils", pgettext_lazy("consulted", "Pupils")),
        ("teachers", pgettext_lazy("consulted", "Teachers")),
        ("parents", pgettext_lazy("consulted", "Parents")),
        ("residents", pgettext_lazy("consulted", "Residents")),
        ("shops", pgettext_lazy("consulted", "Shops and firms")),
        ("offices", pgettext_lazy("consulted", "Other offices")),
    ]

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="groups"
    )
    group = models.CharField(max_length=10, choices=GROUPS)
    n_asked = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["consultation", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "group"],
                name="cases_a_group_is_counted_once",
            ),
            models.CheckConstraint(
                condition=Q(n_asked__gt=0), name="cases_a_group_has_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.n_asked}"


class ConsultationLink(AppendOnlyModel):
    """That a consultation led to what is done in a case."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="links")
    case = models.ForeignKey(Case, models.PROTECT, related_name="consultation_links")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["case", "at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "case"],
                name="cases_a_consultation_is_linked_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.consultation.number} to {self.case.number}"
