"""Market days for an event: the next few on which nothing else claims the people."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from xunfang.core.calendars.agenda import TownCalendar, agenda
from xunfang.core.calendars.duties import Duty, DutyKind
from xunfang.core.calendars.holidays import Holidays

DEFAULT_AVOIDED = frozenset({DutyKind.MARKET, DutyKind.SCHOOL_GATE})
"""Duties that take the same station's people: another market, the school gates."""

DEFAULT_HORIZON_DAYS = 366


@dataclass(frozen=True, slots=True)
class Engagement:
    """Something already planned; minutes after midnight, None for the whole day.

    An empty ``station`` claims the people of every station.
    """

    on: date
    title: str
    from_min: int | None = None
    until_min: int | None = None
    station: str = ""


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A market day that was not proposed, with everything in its way."""

    market_day: Duty
    clashes: tuple[Engagement | Duty, ...]


@dataclass(frozen=True, slots=True)
class Proposals:
    """Market days proposed for an event, and those passed over on the way.

    Fewer than asked for means the horizon ended first.
    """

    proposed: tuple[Duty, ...]
    passed_over: tuple[PassedOver, ...]


def propose_market_days(
    *,
    first_day: date,
    town: TownCalendar,
    holidays: Holidays,
    n_wanted: int = 3,
    market_codes: Collection[str] | None = None,
    from_min: int | None = None,
    until_min: int | None = None,
    engagements: Sequence[Engagement] = (),
    avoid: Collection[DutyKind] = DEFAULT_AVOIDED,
    horizon_days: int = DEFAULT_HORIZON_DAYS,
) -> Proposals:
    """Return the next market days on which an event clashes with nothing.

    Looks at ``first_day`` and after, by day and then by market. ``market_codes`` None
    means every market that has market days. The event takes ``from_min`` to
    ``until_min``; if not given, the hours of the market team, else the whole day. Two
    things clash when they may need the same station's people at the same minute;
    things without hours take the whole day.

    Raises
    ------
    ValueError
        Nothing is wanted, or the event ends before it begins: the caller's bug.
    """
    if n_wanted < 1 or horizon_days < 1:
        raise ValueError("ask for at least one day within at least one day")
    if from_min is not None and until_min is not None and until_min <= from_min:
        raise ValueError("the event ends before it begins")

    proposed: list[Duty] = []
    passed_over: list[PassedOver] = []
    for i in range(horizon_days):
        day = agenda(first_day + timedelta(days=i), town=town, holidays=holidays)
        for market in day.duties:
            if market.kind is not DutyKind.MARKET:
                continue
            if market_codes is not None and market.code not in market_codes:
                continue
            hours = (
                market.from_min if from_min is None else from_min,
                market.until_min if until_min is None else until_min,
            )
            clashes = _clashes(market, hours, engagements, day.duties, avoid)
            if clashes:
                passed_over.append(PassedOver(market, clashes))
                continue
            proposed.append(market)
            if len(proposed) == n_wanted:
                return Proposals(tuple(proposed), tuple(passed_over))
    return Proposals(tuple(proposed), tuple(passed_over))


type _Hours = tuple[int | None, int | None]


def _clashes(
    market: Duty,
    hours: _Hours,
    engagements: Sequence[Engagement],
    duties: Sequence[Duty],
    avoid: Collection[DutyKind],
) -> tuple[Engagement | Duty, ...]:
    of_engagements = [
        row
        for row in engagements
        if row.on == market.on
        and _same_people(row.station, market.station)
        and _overlap(hours, (row.from_min, row.until_min))
    ]
    of_duties = [
        row
        for row in duties
        if row.kind in avoid
        and not (row.kind is DutyKind.MARKET and row.code == market.code)
        and _same_people(row.station, market.station)
        and _overlap(hours, (row.from_min, row.until_min))
    ]
    return (*of_engagements, *of_duties)


def _same_people(one: str, other: str) -> bool:
    # No station named: it may be anybody's people, so it may be these.
    return not one or not other or one == other


def _overlap(one: _Hours, other: _Hours) -> bool:
    (one_from, one_until), (other_from, other_until) = one, other
    # An end nobody named may be any minute, so it keeps nothing apart.
    ends_before = (
        one_until is not None and other_from is not None and one_until <= other_from
    )
    begins_after = (
        one_from is not None and other_until is not None and other_until <= one_from
    )
    return not ends_before and not begins_after
