"""The next market days on which an event would be in nobody's way."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from xunfang.core.calendars.agenda import TownCalendar
from xunfang.core.calendars.holidays import Holidays
from xunfang.core.calendars.market_text import find_markets
from xunfang.core.calendars.markets import Daily, Market
from xunfang.core.calendars.proposals import propose_market_days
from xunfang.patrols.calendars.market_rules import rule_said
from xunfang.web.names import local_name

N_DAYS = 3
HORIZON_DAYS = 90


@dataclass(frozen=True, slots=True)
class MarketRow:
    """One market: its rule, and the next days that are free of clashes."""

    name: str
    station: str
    rule: str
    is_daily: bool
    days: tuple[date, ...]
    n_passed_over: int
    """Market days before the last of them on which something else claims the people."""


def lay_out_markets(
    query: str,
    *,
    first_day: date,
    town: TownCalendar,
    holidays: Holidays,
    stations: Mapping[str, str],
) -> tuple[MarketRow, ...]:
    """Return the markets that a search means; an empty one means all.

    Every word for market day finds every market: 赶场, 赶集, 逢集 and the others.
    """
    return tuple(
        _row(market, first_day, town, holidays, stations)
        for market in find_markets(town.markets, query)
    )


def _row(
    market: Market,
    first_day: date,
    town: TownCalendar,
    holidays: Holidays,
    stations: Mapping[str, str],
) -> MarketRow:
    is_daily = isinstance(market.rule, Daily)
    days: tuple[date, ...] = ()
    n_passed_over = 0
    if not is_daily:
        found = propose_market_days(
            first_day=first_day,
            town=_of_station(town, market.station),
            holidays=holidays,
            n_wanted=N_DAYS,
            market_codes={market.code},
            horizon_days=HORIZON_DAYS,
        )
        days = tuple(duty.on for duty in found.proposed)
        n_passed_over = len(found.passed_over)
    return MarketRow(
        name=local_name(market.name, market.name_en),
        station=stations.get(market.station, market.station),
        rule=rule_said(market.rule_text),
        is_daily=is_daily,
        days=days,
        n_passed_over=n_passed_over,
    )


def _of_station(town: TownCalendar, station: str) -> TownCalendar:
    """What can claim a station's people: a month is looked through in milliseconds."""
    return replace(
        town,
        markets=tuple(m for m in town.markets if m.station in {station, ""}),
        schools=tuple(s for s in town.schools if s.station in {station, ""}),
        night_markets=(),
        half_month_duties=(),
        campaigns=(),
    )
