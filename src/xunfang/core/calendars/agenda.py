"""Everything that falls on a day, and why.

Each calendar is asked in turn, and what it answers becomes a ``Duty``: a kind, a code,
hours, and a reason with its parameters.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from xunfang.core.calendars.campaigns import Campaign
from xunfang.core.calendars.duties import REASONS, Duty, DutyKind, Param
from xunfang.core.calendars.festivals import FestivalBasis, FestivalDay, festivals_on
from xunfang.core.calendars.halfmonths import (
    HalfMonthDuty,
    Standing,
    WindowStanding,
    standings,
)
from xunfang.core.calendars.holidays import DayKind, DayStatus, Holidays
from xunfang.core.calendars.lunar import LunarDate, earthly_branch, lunar_date
from xunfang.core.calendars.markets import (
    Daily,
    Market,
    MarketDay,
    MarketReason,
    market_day,
)
from xunfang.core.calendars.night_markets import NightMarket
from xunfang.core.calendars.quiet_hours import MINUTES_PER_DAY, QuietHours
from xunfang.core.calendars.schools import (
    NoBell,
    School,
    SchoolReason,
    SchoolTimetable,
    gate_posts,
    why_no_bell,
)

# An agenda is read by its duties, so their names come with it.
__all__ = [
    "REASONS",
    "Agenda",
    "Duty",
    "DutyKind",
    "TownCalendar",
    "agenda",
    "agendas",
    "duties_at",
]

_PLACE_OF_KIND = {kind: place for place, kind in enumerate(DutyKind)}


@dataclass(frozen=True, slots=True)
class Agenda:
    """A day: what kind it is, its lunar date, what falls on it and what does not.

    ``not_today`` are duties somebody might expect today, with the reason why they do
    not fall: a market called off, a school closed for a holiday.
    """

    on: date
    status: DayStatus
    lunar: LunarDate
    branch: str
    duties: tuple[Duty, ...]
    not_today: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class TownCalendar:
    """What a town keeps: its markets, schools, campaigns and standing duties."""

    place: str = ""
    markets: tuple[Market, ...] = ()
    night_markets: tuple[NightMarket, ...] = ()
    schools: tuple[School, ...] = ()
    timetable: SchoolTimetable = field(default_factory=SchoolTimetable)
    half_month_duties: tuple[HalfMonthDuty, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    quiet_hours: QuietHours = field(default_factory=QuietHours)


def agenda(
    day: date,
    *,
    town: TownCalendar,
    holidays: Holidays,
    held: Mapping[str, Sequence[date]] | None = None,
) -> Agenda:
    """Return everything that falls on a day, and why.

    ``held`` gives, by code of a half-month duty, the days a round was held. Without
    it nobody can say what is owed, and half-months are only shown as running.

    Raises
    ------
    DateOutsideLunarTable
        The day is before 1900 or after 2100.
    """
    status = holidays.status(day)
    duties = [
        *_days_off(status, holidays),
        *(_festival(row) for row in festivals_on(day)),
        *_night_markets(day, town.night_markets),
        *_half_months(day, town.half_month_duties, held),
        *_campaigns(day, town.campaigns),
        *_quiet_hours(day, town.quiet_hours),
    ]
    not_today: list[Duty] = []
    for market in town.markets:
        found = market_day(market, day)
        if found is not None:
            (duties if found.is_held else not_today).append(_market(market, found))
    for school in town.schools:
        missing = why_no_bell(school, day, timetable=town.timetable, holidays=holidays)
        if missing is not None:
            not_today.append(_no_bell(school, missing))
        else:
            duties.extend(_gate_posts(school, day, town.timetable, holidays))
    return Agenda(
        on=day,
        status=status,
        lunar=lunar_date(day),
        branch=earthly_branch(day),
        duties=tuple(sorted(duties, key=_order)),
        not_today=tuple(sorted(not_today, key=_order)),
    )


def agendas(
    first_day: date,
    last_day: date,
    *,
    town: TownCalendar,
    holidays: Holidays,
    held: Mapping[str, Sequence[date]] | None = None,
) -> Iterator[Agenda]:
    """Yield the agenda of each day from ``first_day`` to ``last_day``, both in."""
    for i in range((last_day - first_day).days + 1):
        day = first_day + timedelta(days=i)
        yield agenda(day, town=town, holidays=holidays, held=held)


def duties_at(
    day: date,
    minute: int,
    *,
    town: TownCalendar,
    holidays: Holidays,
) -> tuple[Duty, ...]:
    """Return the duties whose hours hold a minute of a day, 0 to 1439.

    At one in the morning these are last evening's: a duty belongs to the day it begins
    on. Duties without hours are left out; nobody can say whether they are running.

    Raises
    ------
    ValueError
        ``minute`` is no minute of the day: the caller's bug.
    """
    if not 0 <= minute < MINUTES_PER_DAY:
        raise ValueError(f"{minute} is not a minute of the day")
    running: list[Duty] = []
    for n_days_ago in (1, 0):
        began_on = day - timedelta(days=n_days_ago)
        at = minute + n_days_ago * MINUTES_PER_DAY
        running.extend(
            duty
            for duty in agenda(began_on, town=town, holidays=holidays).duties
            if duty.from_min is not None
            and duty.until_min is not None
            and duty.from_min <= at < duty.until_min
        )
    return tuple(running)


def _order(duty: Duty) -> tuple[int, int, str, str]:
    from_min = -1 if duty.from_min is None else duty.from_min
    return _PLACE_OF_KIND[duty.kind], from_min, duty.code, duty.reason


def _days_off(status: DayStatus, holidays: Holidays) -> Iterator[Duty]:
    holiday = status.holiday
    if holiday is None:
        return
    if status.kind is DayKind.MAKEUP_WORKDAY:
        kind, reason = DutyKind.MAKEUP_WORKDAY, "makeup_workday.announced"
    else:
        kind = DutyKind.HOLIDAY
        reason = {
            True: "holiday.statutory",
            False: "holiday.exchanged",
            None: "holiday.announced",
        }[status.is_statutory]
    yield Duty(
        on=status.on,
        kind=kind,
        code=holiday.code,
        reason=reason,
        title=holiday.name,
        title_en=holiday.name_en,
        params={
            "name": holiday.name,
            "name_en": holiday.name_en,
            "source": holidays.source_of(holiday),
        },
    )


def _festival(row: FestivalDay) -> Duty:
    params: dict[str, Param] = {}
    if row.basis is FestivalBasis.SOLAR:
        params = {"month": row.on.month, "day": row.on.day}
    elif row.basis is FestivalBasis.LUNAR:
        lunar = lunar_date(row.on)
        params = {"lunar_month": lunar.month, "lunar_day": lunar.day}
    return Duty(
        on=row.on,
        kind=DutyKind.FESTIVAL,
        code=row.festival.value,
        reason=f"festival.{row.basis}",
        params=params,
    )


def _market(market: Market, found: MarketDay) -> Duty:
    is_daily = isinstance(market.rule, Daily)
    return Duty(
        on=found.on,
        kind=DutyKind.DAILY_MARKET if is_daily else DutyKind.MARKET,
        code=market.code,
        reason=found.reason.value,
        title=market.name,
        title_en=market.name_en,
        station=market.station,
        from_min=market.from_min,
        until_min=market.until_min,
        params=_market_params(market, found),
    )


def _market_params(market: Market, found: MarketDay) -> dict[str, Param]:
    params: dict[str, Param] = {"rule": market.rule_text}
    match found.reason:
        case MarketReason.SOLAR_LAST_DIGIT:
            params["day"] = found.on.day
        case MarketReason.WEEKDAY:
            params["weekday"] = found.on.isoweekday()
        case MarketReason.EARTHLY_BRANCH:
            params["branch"] = earthly_branch(found.on)
        case (
            MarketReason.LUNAR_LAST_DIGIT
            | MarketReason.LUNAR_DAY
            | MarketReason.SHORT_MONTH
        ):
            lunar = lunar_date(found.on)
            params |= {
                "lunar_month": lunar.month,
                "lunar_day": lunar.day,
                "is_leap": lunar.is_leap_month,
            }
        case MarketReason.EXTRA | MarketReason.CALLED_OFF:
            params["said"] = found.said_reason
        case MarketReason.MOVED_HERE:
            params["said"] = found.said_reason
            params["from"] = found.moved_from or found.on
        case MarketReason.MOVED_AWAY:
            params["said"] = found.said_reason
            params["to"] = found.moved_to or found.on
        case MarketReason.DAILY:
            pass
    return params


def _night_markets(day: date, markets: Sequence[NightMarket]) -> Iterator[Duty]:
    for market in markets:
        if market.is_open(day):
            yield Duty(
                on=day,
                kind=DutyKind.NIGHT_MARKET,
                code=market.code,
                reason="night_market.season",
                title=market.name,
                title_en=market.name_en,
                station=market.station,
                from_min=market.from_min,
                until_min=market.until_min,
                params={
                    "months": tuple(sorted(market.months)),
                    "weekdays": tuple(sorted(market.weekdays)),
                },
            )


def _gate_posts(
    school: School, day: date, timetable: SchoolTimetable, holidays: Holidays
) -> Iterator[Duty]:
    for post in gate_posts(school, day, timetable=timetable, holidays=holidays):
        yield _school_duty(
            school,
            day,
            post.reason,
            from_min=post.from_min,
            until_min=post.until_min,
            params={
                "bell_min": post.bell_min,
                "lead_min": school.lead_min,
                "label": post.bell_label,
                "label_en": post.bell_label_en,
            },
        )


def _no_bell(school: School, missing: NoBell) -> Duty:
    params: dict[str, Param] = {
        "said": missing.said_reason,
        "said_en": missing.said_reason_en,
    }
    return _school_duty(school, missing.on, missing.reason, params=params)


def _school_duty(
    school: School,
    day: date,
    reason: SchoolReason,
    *,
    params: Mapping[str, Param],
    from_min: int | None = None,
    until_min: int | None = None,
) -> Duty:
    return Duty(
        on=day,
        kind=DutyKind.SCHOOL_GATE,
        code=school.code,
        reason=reason.value,
        title=school.name,
        title_en=school.name_en,
        station=school.station,
        from_min=from_min,
        until_min=until_min,
        params={"level": school.level.value, **params},
    )


def _half_months(
    day: date,
    duties: Sequence[HalfMonthDuty],
    held: Mapping[str, Sequence[date]] | None,
) -> Iterator[Duty]:
    for duty in duties:
        is_over = day > duty.last_day and held is None
        if day < duty.first_day or is_over:
            continue
        held_on = () if held is None else held.get(duty.code, ())
        rows = standings(duty, held_on=held_on, on=day)
        for row in rows:
            is_running = row.first_day <= day <= row.last_day
            is_owed = held is not None and row.standing is Standing.OVERDUE
            if not is_running and not is_owed:
                continue
            yield Duty(
                on=day,
                kind=DutyKind.HALF_MONTH,
                code=duty.code,
                reason=_half_month_reason(row, is_known=held is not None),
                title=duty.title,
                title_en=duty.title_en,
                params=_half_month_params(row, len(rows), is_known=held is not None),
            )


def _half_month_reason(row: WindowStanding, *, is_known: bool) -> str:
    return f"half_month.{row.standing}" if is_known else "half_month.open"


def _half_month_params(
    row: WindowStanding, n_windows: int, *, is_known: bool
) -> dict[str, Param]:
    params: dict[str, Param] = {
        "number": row.number,
        "n_windows": n_windows,
        "first_day": row.first_day,
        "last_day": row.last_day,
        "n_wanted": row.n_wanted,
    }
    if is_known:
        params["n_held"] = row.n_held
    return params


def _campaigns(day: date, campaigns: Sequence[Campaign]) -> Iterator[Duty]:
    for campaign in campaigns:
        day_number = campaign.day_number(day)
        if day_number is not None:
            yield Duty(
                on=day,
                kind=DutyKind.CAMPAIGN,
                code=campaign.code,
                reason="campaign.day",
                title=campaign.title,
                title_en=campaign.title_en,
                from_min=campaign.from_min,
                until_min=campaign.until_min,
                params={
                    "day_number": day_number,
                    "n_days": campaign.n_days,
                    "first_day": campaign.first_day,
                    "last_day": campaign.last_day,
                },
            )


def _quiet_hours(day: date, quiet: QuietHours) -> Iterator[Duty]:
    if quiet.length_min:
        yield Duty(
            on=day,
            kind=DutyKind.QUIET_HOURS,
            code="quiet_hours",
            reason="quiet_hours.every_night",
            from_min=quiet.start_min,
            until_min=quiet.start_min + quiet.length_min,
        )
