"""Help that was given, as people may see it. Counts are of times, never of people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet

from xunfang.accounts.models import User
from xunfang.cases.help import policies
from xunfang.cases.log import ZONE
from xunfang.cases.models import Case, Help, HelpType
from xunfang.core.language.scripts import bare_form
from xunfang.units.models import DutyStay

VISITS_SINCE = timedelta(hours=72)
"""How long after a visit somebody may still note what was done there."""


def counted(user: User) -> QuerySet[Help]:
    """Return each time that counts and that a person may see, the latest first."""
    mentions = Help.objects.filter(policies.seen_by(user)).order_by("entered_at", "pk")
    return (
        Help.objects.filter(policies.seen_by(user), part_of=None)
        .select_related("kind", "case", "shift", "station")
        .prefetch_related(Prefetch("mentions", mentions))
        .order_by("-given_at", "-pk")
    )


def mentions_seen_by(user: User) -> QuerySet[Help]:
    """Return the entries that are counted with another one."""
    return Help.objects.filter(policies.seen_by(user)).exclude(part_of=None)


def search(
    user: User,
    *,
    q: str = "",
    kind: str = "",
    first_on: date | None = None,
    last_on: date | None = None,
) -> QuerySet[Help]:
    """Return the times that match: by place, by what was done, by a case's number."""
    found = counted(user)
    if kind:
        found = found.filter(kind__code=kind)
    if first_on is not None:
        begins = datetime.combine(first_on, time(), ZONE)
        found = found.filter(given_at__gte=begins)
    if last_on is not None:
        ends = datetime.combine(last_on, time(), ZONE) + timedelta(days=1)
        found = found.filter(given_at__lt=ends)
    if q := q.strip():
        words = Q(what__icontains=q) | Q(case__number__iexact=q)
        if bare := bare_form(q):
            words |= Q(place_key__contains=bare)
        found = found.filter(words)
    return found


@dataclass(frozen=True, slots=True)
class OfType:
    """How many times help of a type was given."""

    kind: HelpType
    n_times: int


def by_type(found: QuerySet[Help]) -> list[OfType]:
    """Count times by type, in the order of the types; two queries. Their sum is all."""
    rows = dict(
        found.order_by()
        .values_list("kind")
        .annotate(n_times=Count("pk"))
        .order_by("kind")
    )
    return [OfType(kind, rows.get(kind.pk, 0)) for kind in HelpType.objects.all()]


def of_case(case: Case) -> Sequence[Help]:
    """Return what was done because of a case, mentions too; one query."""
    return list(case.help_given.select_related("kind").order_by("given_at", "pk"))


def visits(user: User, at: datetime, *, q: str = "") -> QuerySet[DutyStay]:
    """Return the visits of the last days on which somebody could have helped."""
    found = (
        DutyStay.objects.filter(begins_at__lte=at, begins_at__gt=at - VISITS_SINCE)
        .select_related("shift__station")
        .order_by("-begins_at", "shift__code", "number")
    )
    if user.station_code:
        found = found.filter(shift__station__code=user.station_code)
    if q := q.strip():
        found = found.filter(
            Q(name__icontains=q) | Q(name_en__icontains=q) | Q(shift__name__icontains=q)
        )
    return found
