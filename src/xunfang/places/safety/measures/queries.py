"""Which measures hold in an area on a day, what is new, and the card on one page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.core.calendars.agenda import Duty, DutyKind, agenda
from xunfang.core.calendars.markets import market_days
from xunfang.places import queries
from xunfang.places.models import KEY_PLACE_KINDS, KeyPlace, MarketGround, PatrolArea
from xunfang.places.models.measures import MeasuresCard
from xunfang.places.models.service_points import ServicePoint

REVIEWED_EVERY = timedelta(days=31)
MARKETS_AHEAD = timedelta(days=31)
_MARKETS = {DutyKind.MARKET, DutyKind.DAILY_MARKET, DutyKind.NIGHT_MARKET}


def areas_visible_to(user: User) -> QuerySet[PatrolArea]:
    """Return every patrol area for those who see places."""
    if not can(user, Capability.SEE_PLACES):
        return PatrolArea.objects.none()
    return PatrolArea.objects.all()


def cards_for(areas: Iterable[PatrolArea], day: date) -> dict[int, MeasuresCard]:
    """Return the card in force in each area on a day, by the area's key; one query.

    An area without a card is absent.
    """
    return {
        card.area_id: card
        for card in _in_force(day)
        .filter(area__in=[area.pk for area in areas])
        .select_related("area", "set_by", "reviewed_by")
    }


def new_since(
    at: datetime, *, now: datetime, station_code: str | None = None
) -> list[MeasuresCard]:
    """Return the cards that hold now and did not at ``at``, the latest change first.

    New is what was set since, and what was set before and holds only from a day since.
    """
    cards = _in_force(timezone.localdate(now)).filter(
        Q(set_at__gt=at) | Q(valid_from__gt=timezone.localdate(at))
    )
    if station_code is not None:
        cards = cards.filter(area__station_code=station_code)
    return list(
        cards.select_related("area", "set_by", "reviewed_by").order_by(
            "-set_at", "area__code"
        )
    )


def _in_force(day: date) -> QuerySet[MeasuresCard]:
    last = (
        MeasuresCard.objects.filter(area=OuterRef("area"), valid_from__lte=day)
        .order_by("-edition")
        .values("edition")[:1]
    )
    return MeasuresCard.objects.filter(edition=Subquery(last))


def is_review_due(card: MeasuresCard, day: date) -> bool:
    """Say whether nobody has found the card right for more than 31 days."""
    return day - timezone.localdate(card.reviewed_at) > REVIEWED_EVERY


def history_of(area: PatrolArea) -> list[MeasuresCard]:
    """Return every card an area ever had, the last first; their texts as they stood."""
    return list(
        MeasuresCard.objects.filter(area=area)
        .select_related("set_by", "reviewed_by")
        .order_by("-edition")
    )


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area as an officer reads it at the beginning of a shift."""

    area: PatrolArea
    card: MeasuresCard | None
    former: MeasuresCard | None
    """What held before, where the card is new; None for a first card."""
    is_new: bool
    is_due: bool


def cards_of_tonight(
    *, station_code: str, now: datetime, since: datetime
) -> list[AreaRow]:
    """Return a station's areas: newly changed first, then in the order of their codes.

    Four queries, however many areas there are.
    """
    day = timezone.localdate(now)
    areas = list(PatrolArea.objects.filter(station_code=station_code).order_by("code"))
    cards = cards_for(areas, day)
    new = [c.area_id for c in new_since(since, now=now, station_code=station_code)]
    before = _cards_before([cards[pk] for pk in new])
    rows = {
        area.pk: AreaRow(
            area=area,
            card=(card := cards.get(area.pk)),
            former=before.get(area.pk),
            is_new=area.pk in new,
            is_due=card is not None and is_review_due(card, day),
        )
        for area in areas
    }
    return [
        *(rows[pk] for pk in new),
        *(row for pk, row in rows.items() if pk not in new),
    ]


def _cards_before(cards: Iterable[MeasuresCard]) -> dict[int, MeasuresCard]:
    """Return the edition before each of these, by area; one query."""
    wanted = Q(pk__in=[])
    for card in cards:
        wanted |= Q(area=card.area_id, edition=card.edition - 1)
    return {card.area_id: card for card in MeasuresCard.objects.filter(wanted)}


@dataclass(frozen=True, slots=True)
class MarketOnCard:
    """A market held in the area: its hours today, or its next day."""

    name: str
    name_en: str
    is_night_market: bool
    today: Duty | None
    next_on: date | None
    """The next day on which it is held, if that is not today."""


@dataclass(frozen=True, slots=True)
class AreaCard:
    """Everything somebody needs who has never been there, on one page."""

    area: PatrolArea
    day: date
    measures: MeasuresCard | None
    is_review_due: bool
    n_places_by_kind: tuple[tuple[str, int], ...]
    """Kinds as ``KEY_PLACE_KINDS`` names them, those that are there."""
    markets: tuple[MarketOnCard, ...]
    service_points: tuple[ServicePoint, ...]


def area_card(area: PatrolArea, day: date) -> AreaCard:
    """Return the card of an area for a day.

    The telephone of the station's duty desk is its unit's and known to higher rooms;
    whoever shows the card puts it beside.
    """
    measures = cards_for([area], day).get(area.pk)
    counted = dict(
        KeyPlace.objects.in_use(day)
        .filter(cell__area=area)
        .order_by("kind")
        .values_list("kind")
        .annotate(n=Count("pk"))
    )
    return AreaCard(
        area=area,
        day=day,
        measures=measures,
        is_review_due=measures is not None and is_review_due(measures, day),
        n_places_by_kind=tuple(
            (kind, counted[kind]) for kind, _ in KEY_PLACE_KINDS if kind in counted
        ),
        markets=tuple(_markets_in(area, day)),
        service_points=tuple(
            ServicePoint.objects.filter(area=area, is_listed=True).order_by("code")
        ),
    )


def _markets_in(area: PatrolArea, day: date) -> Iterable[MarketOnCard]:
    around = queries.areas_around(station_code=area.station_code, day=day)
    grounds = [
        ground
        for ground in MarketGround.objects.filter(station_code=area.station_code)
        if around.find(ground.lon, ground.lat) == area
    ]
    if not grounds:
        return
    town = queries.get_town_calendar()
    duties = agenda(day, town=town, holidays=queries.get_holidays()).duties
    today = {duty.code: duty for duty in duties if duty.kind in _MARKETS}
    by_code = {market.code: market for market in town.markets}
    night_markets = {market.code: market for market in town.night_markets}
    for ground in grounds:
        duty, next_on = today.get(ground.code), None
        if duty is None and ground.code in by_code:
            coming = market_days(
                by_code[ground.code],
                first_day=day + timedelta(days=1),
                last_day=day + MARKETS_AHEAD,
            )
            next_on = next((found.on for found in coming if found.is_held), None)
        elif duty is None and ground.code in night_markets:
            days = (day + timedelta(days=n) for n in range(1, 366))
            is_open = night_markets[ground.code].is_open
            next_on = next(filter(is_open, days), None)
        yield MarketOnCard(
            name=ground.name,
            name_en=ground.name_en,
            is_night_market=ground.code in night_markets,
            today=duty,
            next_on=next_on,
        )
