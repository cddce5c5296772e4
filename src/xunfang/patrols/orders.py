"""One order, many stations: who has accepted, started and finished (row A08)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Prefetch

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.patrols import policies
from xunfang.patrols.models import Order, OrderStation
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


def standings(night: date, stations: Iterable[Station]) -> list[OrderStanding]:
    """Return the night's orders with the stations among ``stations``; two queries."""
    rows = OrderStation.objects.filter(station__in=list(stations))
    orders = (
        Order.objects.filter(night=night, stations__in=rows)
        .distinct()
        .prefetch_related(Prefetch("stations", queryset=rows.select_related("station")))
    )
    return [OrderStanding(order, tuple(order.stations.all())) for order in orders]


def of_station(night: date, station: Station) -> list[OrderStation]:
    """Return what a station was ordered for a night."""
    return list(
        OrderStation.objects.filter(order__night=night, station=station).select_related(
            "order"
        )
    )


@transaction.atomic
def issue_order(
    *, night: date, title: str, stations: Iterable[Station], by: User, at: datetime
) -> Order:
    """Give one order to several stations for a night.

    Raises
    ------
    NotAllowed
        This person neither plans nor publishes for the whole city.
    """
    policies.check_can_issue_order(by)
    chosen = list(stations)
    order = Order.objects.create(night=night, title=title, issued_at=at, issued_by=by)
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
        This person neither plans nor publishes for the whole city.
    """
    policies.check_can_issue_order(by)
    chosen = list(stations)
    order = (
        Order.objects.select_for_update()
        .filter(night=night, title=title)
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
