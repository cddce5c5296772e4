"""Observations as somebody may see them: those of their station's crews, or all."""

from django.db.models import Q, QuerySet

from xunfang.accounts.models import User
from xunfang.patrols.models import Observation
from xunfang.patrols.queries import stations_visible_to


def visible_to(user: User) -> QuerySet[Observation]:
    """Return the observations this person may see, the newest first."""
    return Observation.objects.filter(
        shift__station__in=stations_visible_to(user).values("pk")
    ).select_related("shift__station", "settled_by")


def search(
    observations: QuerySet[Observation], *, words: str, kind: str, state: str
) -> QuerySet[Observation]:
    """Return those of a kind, open or settled, with every word in place or note."""
    if kind:
        observations = observations.filter(kind=kind)
    if state:
        observations = observations.filter(settled_at__isnull=state == "open")
    for word in words.split():
        observations = observations.filter(
            Q(place_text__icontains=word)
            | Q(note__icontains=word)
            | Q(settled_how__icontains=word)
            | Q(shift__name__icontains=word)
        )
    return observations
