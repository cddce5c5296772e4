"""Lost and found things, as staff see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from xunfang.accounts.models import User
from xunfang.cases import policies
from xunfang.cases.models import Case, LostItem, LostReturn, ReturnConfirmation
from xunfang.core.casework.belongings import (
    BEFORE_MISSED,
    LONGEST,
    Reason,
    Thing,
    likeliest_first,
    reasons,
)
from xunfang.feedback.models import Word

N_SUGGESTED = 5


def shown_to_all() -> QuerySet[LostItem]:
    """Return what everybody may see of open things: a person has let it be shown, it was
    not given back, and what it came with is neither sealed nor sensitive. The latest
    first."""
    return (
        LostItem.objects.filter(
            public_since__isnull=False,
            closed_at=None,
            erased_at=None,
            back=None,
            case__is_sealed=False,
            case__topic__is_sensitive=False,
        )
        .exclude(case__second_topic__is_sensitive=True)
        .select_related("station")
        .order_by("-on", "-pk")
    )


def visible_to(user: User) -> QuerySet[LostItem]:
    """Return the things of cases a person may see, the latest first."""
    cases = Case.objects.filter(policies.seen_by(user))
    return (
        LostItem.objects.filter(case__in=cases.values("pk"))
        .select_related("case__station", "case__topic", "station")
        .order_by("-on", "-pk")
    )


def search(
    user: User, *, q: str = "", side: str = "", kind: str = "", shown: str = ""
) -> QuerySet[LostItem]:
    """Return the things that match: open ones, closed ones, or all."""
    found = visible_to(user)
    if shown == "":
        found = found.filter(closed_at=None)
    elif shown == "closed":
        found = found.exclude(closed_at=None)
    if side:
        found = found.filter(side=side)
    if kind:
        found = found.filter(kind=kind)
    if q := q.strip():
        found = found.filter(
            Q(description__icontains=q)
            | Q(place_name__icontains=q)
            | Q(number__icontains=q)
            | Q(case__number__iexact=q)
            | Q(last_four__iexact=q)
        )
    return found


def of_case(case: Case) -> Sequence[LostItem]:
    """Return the things of a case."""
    return list(case.lost_items.order_by("on", "pk"))


def returns_of(item: LostItem) -> Sequence[LostReturn]:
    """Return when a thing went back, as we noted it and as the owner says; latest last."""
    return list(_returns().filter(Q(found=item) | Q(lost=item)))


def returns_to(word: Word) -> Sequence[LostReturn]:
    """Return what was given back to the sender of a word; the latest last."""
    return list(_returns().filter(lost__word=word))


def _returns() -> QuerySet[LostReturn]:
    said = ReturnConfirmation.objects.select_related("by").order_by("pk")
    return (
        LostReturn.objects.select_related("found", "lost", "by")
        .prefetch_related(Prefetch("confirmations", said))
        .order_by("pk")
    )


@dataclass(frozen=True, slots=True)
class Likely:
    """A thing of the other side that may be the same, and why."""

    item: LostItem
    reasons: Sequence[Reason]


def could_be(user: User, item: LostItem) -> QuerySet[LostItem]:
    """Return the open things of the other side that this person may put together with
    one: those of cases they see, and what everybody sees, of whatever station."""
    wanted = LostItem.LOST if item.side == LostItem.FOUND else LostItem.FOUND
    known = Q(pk__in=visible_to(user).order_by().values("pk"))
    known |= Q(pk__in=shown_to_all().order_by().values("pk"))
    return LostItem.objects.filter(
        known, side=wanted, kind=item.kind, closed_at=None, back=None
    ).select_related("case", "station")


def suggested(user: User, item: LostItem) -> list[Likely]:
    """Return what may be the same thing, the likeliest first; one query."""
    if item.closed_at is not None or item.back_id is not None:
        return []
    near = could_be(user, item).filter(**_days(item))
    ours = thing_of(item)
    matches = []
    for other in near:
        theirs = thing_of(other)
        lost, found = (theirs, ours) if item.side == LostItem.FOUND else (ours, theirs)
        if why := reasons(lost=lost, found=found):
            matches.append((other, why, found.on - lost.on))
    return [Likely(*each) for each in likeliest_first(matches)[:N_SUGGESTED]]


def _days(item: LostItem) -> dict[str, date]:
    if item.side == LostItem.FOUND:
        return {"on__gte": item.on - LONGEST, "on__lte": item.on + BEFORE_MISSED}
    return {"on__gte": item.on - BEFORE_MISSED, "on__lte": item.on + LONGEST}


def thing_of(item: LostItem) -> Thing:
    """Return what is compared of an item."""
    return Thing(
        kind=item.kind,
        on=item.on,
        place=item.place_name,
        description=item.description,
        name_sign=item.name_sign,
        last_four=item.last_four,
    )
