"""Market days: the rule a market keeps, the days it breaks it, and why a day is one.

Country markets (赶场, 赶集, 赶圩) are held by the last digit of the lunar or the civil
date, by weekday, by the earthly branch of the day (every 4th or 6th day), or on named
lunar days. A market held daily has no market day: nothing sets one day apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from xunfang.core.calendars.lunar import (
    BRANCHES,
    LunarDate,
    earthly_branch,
    lunar_date,
)
from xunfang.core.errors import DomainError


class ShortMonth(StrEnum):
    """What happens to the 30th in a lunar month of 29 days (小月)."""

    SKIP = "skip"
    USE_29TH = "use_29th"
    """小月无三十则廿九补: the 29th stands in for the 30th."""


@dataclass(frozen=True, slots=True)
class SolarLastDigit:
    """Civil days of the month whose last digit is one of ``digits`` (公历逢…)."""

    digits: frozenset[int]

    def __post_init__(self) -> None:
        _check_members(self.digits, range(10), "last digit")


@dataclass(frozen=True, slots=True)
class LunarLastDigit:
    """Lunar days of the month whose last digit is one of ``digits`` (农历逢…)."""

    digits: frozenset[int]
    short_month: ShortMonth = ShortMonth.SKIP

    def __post_init__(self) -> None:
        _check_members(self.digits, range(10), "last digit")


@dataclass(frozen=True, slots=True)
class Weekdays:
    """ISO weekdays, Monday 1 to Sunday 7."""

    weekdays: frozenset[int]

    def __post_init__(self) -> None:
        _check_members(self.weekdays, range(1, 8), "weekday")


@dataclass(frozen=True, slots=True)
class EarthlyBranches:
    """Days of one of these earthly branches; 丑巳酉 is every 4th day (空三赶四)."""

    branches: frozenset[str]

    def __post_init__(self) -> None:
        _check_members(self.branches, BRANCHES, "earthly branch")


@dataclass(frozen=True, slots=True)
class LunarDays:
    """Named days of every lunar month, leap months too (农历初二、十六)."""

    days: frozenset[int]
    short_month: ShortMonth = ShortMonth.SKIP

    def __post_init__(self) -> None:
        _check_members(self.days, range(1, 31), "lunar day")


@dataclass(frozen=True, slots=True)
class Daily:
    """Every day."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody has told us yet; only the extra days somebody announced are known."""


type MarketRule = (
    SolarLastDigit
    | LunarLastDigit
    | Weekdays
    | EarthlyBranches
    | LunarDays
    | Daily
    | Unknown
)


class MarketReason(StrEnum):
    """Why a day is a market day, or why it is none although the rule says so."""

    SOLAR_LAST_DIGIT = "market.solar_last_digit"
    LUNAR_LAST_DIGIT = "market.lunar_last_digit"
    SHORT_MONTH = "market.short_month"
    WEEKDAY = "market.weekday"
    EARTHLY_BRANCH = "market.earthly_branch"
    LUNAR_DAY = "market.lunar_day"
    DAILY = "market.daily"
    EXTRA = "market.extra"
    MOVED_HERE = "market.moved_here"
    CALLED_OFF = "market.called_off"
    MOVED_AWAY = "market.moved_away"


@dataclass(frozen=True, slots=True)
class ExtraDay:
    """A market on a day the rule does not give, or a big one (大集) on one it does."""

    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class CalledOff:
    """No market on a day the rule gives."""

    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The market of one day is held on another."""

    on: date
    to: date
    reason: str


type MarketException = ExtraDay | CalledOff | Moved


class ExceptionOffRule(DomainError):
    """A day was called off or moved that is no market day anyway."""

    code = "calendars.exception_off_rule"


class ExceptionsContradict(DomainError):
    """Two exceptions of one market speak of the same day."""

    code = "calendars.exceptions_contradict"


@dataclass(frozen=True, slots=True)
class Market:
    """One market, its rule, and the days it breaks it.

    ``rule_text`` is the rule as people there say it. ``from_min`` and ``until_min``
    are the hours of the market team in minutes after midnight, None if not decided.

    Raises
    ------
    ExceptionOffRule
        A day called off or moved is no day of the rule: most likely a slip.
    ExceptionsContradict
        Two exceptions name the same day.
    """

    code: str
    name: str
    rule: MarketRule
    name_en: str = ""
    station: str = ""
    rule_text: str = ""
    from_min: int | None = None
    until_min: int | None = None
    exceptions: tuple[MarketException, ...] = ()

    def __post_init__(self) -> None:
        seen: set[date] = set()
        for exception in self.exceptions:
            if exception.on in seen:
                raise ExceptionsContradict(
                    f"{self.code}: two exceptions for {exception.on}"
                )
            seen.add(exception.on)
            if isinstance(exception, ExtraDay):
                continue
            if rule_reason(self.rule, exception.on) is None:
                raise ExceptionOffRule(
                    f"{self.code}: {exception.on} is no market day of this rule"
                )


@dataclass(frozen=True, slots=True)
class MarketDay:
    """A market on a day, held or not, and why.

    ``moved_from`` and ``moved_to`` are set for the two ends of a move;
    ``said_reason`` is what the person wrote who entered the exception.
    """

    market_code: str
    on: date
    is_held: bool
    reason: MarketReason
    said_reason: str = ""
    moved_from: date | None = None
    moved_to: date | None = None


def rule_reason(rule: MarketRule, day: date) -> MarketReason | None:
    """Return why the bare rule makes a day a market day; None if it does not."""
    match rule:
        case SolarLastDigit(digits):
            return MarketReason.SOLAR_LAST_DIGIT if day.day % 10 in digits else None
        case Weekdays(weekdays):
            return MarketReason.WEEKDAY if day.isoweekday() in weekdays else None
        case EarthlyBranches(branches):
            found = earthly_branch(day) in branches
            return MarketReason.EARTHLY_BRANCH if found else None
        case LunarLastDigit(digits, short_month):
            lunar = lunar_date(day)
            if lunar.day % 10 in digits:
                return MarketReason.LUNAR_LAST_DIGIT
            return _short_month_reason(lunar, short_month, wants_30th=0 in digits)
        case LunarDays(days, short_month):
            lunar = lunar_date(day)
            if lunar.day in days:
                return MarketReason.LUNAR_DAY
            return _short_month_reason(lunar, short_month, wants_30th=30 in days)
        case Daily():
            return MarketReason.DAILY
        case Unknown():
            return None


def market_day(market: Market, day: date) -> MarketDay | None:
    """Say whether a market is held on a day, and why or why not.

    None on a day that neither the rule nor an exception names. Where an exception
    speaks, it is the reason; a day moved onto another market day leaves one market.
    """
    for exception in market.exceptions:
        match exception:
            case ExtraDay(on, reason) if on == day:
                return MarketDay(
                    market_code=market.code,
                    on=day,
                    is_held=True,
                    reason=MarketReason.EXTRA,
                    said_reason=reason,
                )
            case CalledOff(on, reason) if on == day:
                return MarketDay(
                    market_code=market.code,
                    on=day,
                    is_held=False,
                    reason=MarketReason.CALLED_OFF,
                    said_reason=reason,
                )
            case Moved(on, to, reason) if on == day:
                return MarketDay(
                    market_code=market.code,
                    on=day,
                    is_held=False,
                    reason=MarketReason.MOVED_AWAY,
                    said_reason=reason,
                    moved_to=to,
                )
    # A second pass: what is said of the day itself outweighs what is moved onto it.
    for exception in market.exceptions:
        match exception:
            case Moved(on, to, reason) if to == day:
                return MarketDay(
                    market_code=market.code,
                    on=day,
                    is_held=True,
                    reason=MarketReason.MOVED_HERE,
                    said_reason=reason,
                    moved_from=on,
                )
    reason_of_rule = rule_reason(market.rule, day)
    if reason_of_rule is None:
        return None
    return MarketDay(
        market_code=market.code, on=day, is_held=True, reason=reason_of_rule
    )


def market_days(
    market: Market, *, first_day: date, last_day: date
) -> tuple[MarketDay, ...]:
    """Return the days a market is held from ``first_day`` to ``last_day``, both in."""
    if last_day < first_day:
        return ()
    return tuple(
        row
        for year in range(first_day.year, last_day.year + 1)
        for row in _market_days_of_year(market, year)
        if first_day <= row.on <= last_day
    )


@lru_cache(maxsize=1024)
def _market_days_of_year(market: Market, year: int) -> tuple[MarketDay, ...]:
    first_day = date(year, 1, 1)
    n_days = (date(year + 1, 1, 1) - first_day).days
    days = (first_day + timedelta(days=i) for i in range(n_days))
    rows = (market_day(market, day) for day in days)
    return tuple(row for row in rows if row is not None and row.is_held)


def _short_month_reason(
    lunar: LunarDate, short_month: ShortMonth, *, wants_30th: bool
) -> MarketReason | None:
    stands_in = (
        wants_30th
        and short_month is ShortMonth.USE_29TH
        and lunar.n_days_in_month == 29
        and lunar.is_last_of_month
    )
    return MarketReason.SHORT_MONTH if stands_in else None


def _check_members[T](
    chosen: frozenset[T], allowed: Iterable[object], what: str
) -> None:
    if not chosen:
        raise ValueError(f"a rule needs at least one {what}")
    strange = chosen - set(allowed)
    if strange:
        raise ValueError(f"{sorted(map(str, strange))} is no {what}")
