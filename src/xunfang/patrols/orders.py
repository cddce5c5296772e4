"""One order, many stations: who has accepted, started and finished (row A08)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.patrols import policies
from xunfang.patrols.models import Campaign, Order, OrderStation
from xunfang.units.models import Station

FIELD_OF_STEP = {
    "accept": "accepted_at",
    "start": "started_at",
    "finish": "finished_at",
}
"""Steps in their order, each with the moment it sets."""


class OrderStepOutOfTurn(DomainError):
    """The station has done this step already, or another one comes first."""

    code = "patrols.order_step_out_of_turn"


@dataclass(frozen=True, slots=True)
class OrderStanding:
    """How far an order is: for the board."""

    order: Order
    stations: tuple[OrderStation, ...]

    @property
    def n_finished(self) -> int:
        """Stations that have finished."""
        return sum(row.finished_at is not None for row in self.stations)

    @property
    def not_started(self) -> tuple[Station, ...]:
        """Stations that have not begun."""
        return tuple(row.station for row in self.stations if row.started_at is None)

    @property
    def under_way(self) -> tuple[Station, ...]:
        """Stations that have begun and not finished."""
        return tuple(
            row.station
            for row in self.stations
            if row.started_at is not None and row.finished_at is None
        )


def standings(night: date, stations: Iterable[Station]) -> list[OrderStanding]:
    """Return the night's orders with the stations among ``stations``; two queries."""
    return standings_of(Order.objects.filter(night=night), list(stations))


def standings_of(
    orders: QuerySet[Order], stations: Collection[Station] | QuerySet[Station]
) -> list[OrderStanding]:
    """Return how far orders are, with the stations among ``stations``; two queries."""
    return [standing_of(order) for order in orders_to(orders, stations)]


def orders_to(
    orders: QuerySet[Order], stations: Collection[Station] | QuerySet[Station]
) -> QuerySet[Order]:
    """Return those of ``orders`` that name one of the stations, with their rows."""
    rows = OrderStation.objects.filter(station__in=stations)
    return orders.filter(pk__in=rows.values("order")).prefetch_related(
        Prefetch("stations", queryset=rows.select_related("station"))
    )


def standing_of(order: Order) -> OrderStanding:
    """Return how far an order from ``orders_to`` is."""
    return OrderStanding(order, tuple(order.stations.all()))


def search(words: str) -> QuerySet[Order]:
    """Return the orders of all nights that say these words, the latest night first.

    A word is part of the title or of the name of a station that was ordered, or a date.
    """
    orders = Order.objects.select_related("campaign", "issued_by", "round")
    for word in words.split():
        said = Q(title__icontains=word) | Q(
            pk__in=OrderStation.objects.filter(
                Q(station__name__icontains=word) | Q(station__name_en__icontains=word)
            ).values("order")
        )
        if (night := date_in(word)) is not None:
            said |= Q(night=night)
        orders = orders.filter(said)
    return orders.order_by("-night", "-issued_at", "-id")


def date_in(word: str) -> date | None:
    """Return the date a word is, as 2026-08-14; None if it is none."""
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None


def of_station(night: date, station: Station) -> list[OrderStation]:
    """Return what a station was ordered for a night."""
    return list(
        OrderStation.objects.filter(order__night=night, station=station).select_related(
            "order"
        )
    )


@transaction.atomic
def issue_order(
    *,
    night: date,
    title: str,
    stations: Iterable[Station],
    by: User,
    at: datetime,
    campaign: Campaign | None = None,
) -> Order:
    """Give one order to several stations for a night, perhaps for a campaign.

    Raises
    ------
    NotAllowed
        This person may not order for the whole city.
    """
    policies.check_can_order_city(by)
    chosen = list(stations)
    order = Order.objects.create(
        night=night, title=title, campaign=campaign, issued_at=at, issued_by=by
    )
    OrderStation.objects.bulk_create(
        OrderStation(order=order, station=station) for station in chosen
    )
    audit.record(
        kind="order.issued",
        subject=night.isoformat(),
        by=by,
        at=at,
        title=title,
        stations=[station.code for station in chosen],
    )
    return order


@transaction.atomic
def order_stations(
    *, night: date, title: str, stations: Iterable[Station], by: User, at: datetime
) -> Order:
    """Let stations have the night's order of this title: a new one, or the one given.

    Raises
    ------
    NotAllowed
        This person may not order for the whole city.
    """
    policies.check_can_order_city(by)
    chosen = list(stations)
    order = (
        Order.objects.select_for_update()
        .filter(night=night, title=title, campaign=None)
        .order_by("issued_at", "id")
        .first()
    )
    if order is None:
        return issue_order(night=night, title=title, stations=chosen, by=by, at=at)
    have = set(order.stations.values_list("station_id", flat=True))
    joining = [station for station in chosen if station.pk not in have]
    if not joining:
        return order
    OrderStation.objects.bulk_create(
        OrderStation(order=order, station=station) for station in joining
    )
    audit.record(
        kind="order.extended",
        subject=night.isoformat(),
        by=by,
        at=at,
        title=title,
        stations=[station.code for station in joining],
    )
    return order


@transaction.atomic
def take_step(*, row: OrderStation, step: str, by: User, at: datetime) -> OrderStation:
    """Let a station accept, start or finish an order.

    Raises
    ------
    NotAllowed
        This person does not plan for the station.
    OrderStepOutOfTurn
        The step is not the station's next one; nothing is changed.
    """
    policies.check_can_solve(by, row.station)
    locked = OrderStation.objects.select_for_update().get(pk=row.pk)
    if step != locked.next_step:
        raise OrderStepOutOfTurn(f"{step!r}, but next is {locked.next_step!r}")
    setattr(locked, FIELD_OF_STEP[step], at)
    locked.save(update_fields=[FIELD_OF_STEP[step]])
    audit.record(
        kind="order.stepped",
        subject=f"{row.order.night} {row.station.code}",
        by=by,
        at=at,
        step=step,
    )
    return locked
