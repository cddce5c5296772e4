"""Lost and found things as everybody sees them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from xunfang.cases.lost import queries as lost
from xunfang.cases.models import LostItem
from xunfang.cases.models.lost import PAPERS
from xunfang.units.models import Station


@dataclass(frozen=True, slots=True)
class PublicItem:
    """What everybody may read of a thing.

    Of a document or card: kind, day, place, first character and last four signs. Neither
    what was written about it nor a photo.
    """

    number: str
    side: str
    kind: str
    on: date
    place_name: str
    station: Station | None
    description: str
    name_sign: str
    last_four: str
    has_photo: bool


def public_item(item: LostItem) -> PublicItem:
    """Return what everybody may read of a thing, and no more."""
    return PublicItem(
        number=item.number,
        side=str(item.get_side_display()),
        kind=str(item.get_kind_display()),
        on=item.on,
        place_name=item.place_name,
        station=item.station,
        description="" if item.is_paper else item.description,
        name_sign=item.name_sign,
        last_four=item.last_four,
        has_photo=bool(item.photo_path) and not item.is_paper,
    )


def search(*, q: str = "", side: str = "", kind: str = "") -> QuerySet[LostItem]:
    """Return the open things that match, the latest first.

    What is not shown is not searched either: who asks learns nothing by asking.
    """
    found = lost.shown_to_all()
    if side:
        found = found.filter(side=side)
    if kind:
        found = found.filter(kind=kind)
    if q := q.strip():
        found = found.filter(
            Q(place_name__icontains=q)
            | Q(number__iexact=q)
            | Q(last_four__iexact=q)
            | (Q(description__icontains=q) & ~Q(kind__in=PAPERS))
        )
    return found


def with_photo() -> QuerySet[LostItem]:
    """Return the things whose photo everybody may see."""
    return lost.shown_to_all().exclude(photo_path="").exclude(kind__in=PAPERS)
