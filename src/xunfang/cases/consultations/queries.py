"""Consultations that somebody may see, and those behind a case."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q, QuerySet

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.cases.models import Case, Consultation, ConsultationLink


def visible_to(user: User) -> QuerySet[Consultation]:
    """Return the consultations of one's ground and the city's, the latest first."""
    found = Consultation.objects.select_related("station", "by").prefetch_related(
        "groups"
    )
    if not can(user, Capability.SEE_CASES):
        return found.none()
    if user.station_code:
        found = found.filter(Q(station=None) | Q(station__code=user.station_code))
    return found.order_by("-held_on", "-pk")


def search(found: QuerySet[Consultation], words: str) -> QuerySet[Consultation]:
    """Leave those in which each word stands."""
    for word in words.split():
        found = found.filter(
            Q(number__iexact=word)
            | Q(place_name__icontains=word)
            | Q(asked__icontains=word)
            | Q(heard__icontains=word)
        )
    return found


def consultations_of(cases: Iterable[Case]) -> Mapping[int, Sequence[Consultation]]:
    """Return, by case, who was asked before, the earliest first. Two queries."""
    found: dict[int, list[Consultation]] = defaultdict(list)
    links = (
        ConsultationLink.objects.filter(case__in=list(cases))
        .select_related("consultation")
        .prefetch_related("consultation__groups")
        .order_by("consultation__held_on", "pk")
    )
    for link in links:
        found[link.case_id].append(link.consultation)
    return found
