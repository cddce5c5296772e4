"""A town's calendar file (``xunfang.calendar/1``): text in, a ``TownCalendar`` out.

The format is described in ``docs/reference/calendar-file.md``.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from xunfang.core.calendars.agenda import TownCalendar
from xunfang.core.calendars.campaigns import Campaign, DailyTarget
from xunfang.core.calendars.documents import Table, read_document
from xunfang.core.calendars.halfmonths import HalfMonthDuty
from xunfang.core.calendars.market_text import parse_market_rule
from xunfang.core.calendars.markets import (
    CalledOff,
    ExtraDay,
    Market,
    MarketException,
    Moved,
)
from xunfang.core.calendars.night_markets import (
    ALL_MONTHS,
    ALL_WEEKDAYS,
    NightMarket,
)
from xunfang.core.calendars.quiet_hours import MINUTES_PER_DAY, QuietHours
from xunfang.core.calendars.schools import (
    DEFAULT_LEAD_MIN,
    DEFAULT_STAY_MIN,
    MONDAY,
    Bell,
    Closure,
    School,
    SchoolLevel,
    SchoolTimetable,
    Term,
)

FORMAT = "xunfang.calendar/1"

LONGEST_CAMPAIGN_DAYS = 3_660
"""Ten years. A longer one is a slip of the pen."""

_TABLES_WITH_CODES = (
    *("markets", "night_markets", "schools", "half_month_duties", "campaigns"),
)
_WEEKDAYS_OF_SCHOOL = frozenset(range(1, 6))


def parse_town_calendar(text: str) -> TownCalendar:
    """Read a town's calendar file.

    Raises
    ------
    DocumentRefused
        With the line, what is wrong there, and what to write instead.
    """
    document = read_document(text, document_format=FORMAT)
    town = TownCalendar(
        place=document.text("place", ""),
        markets=tuple(_market(row) for row in document.tables("markets")),
        night_markets=tuple(
            _night_market(row) for row in document.tables("night_markets")
        ),
        schools=tuple(_school(row) for row in document.tables("schools")),
        timetable=SchoolTimetable(
            terms=tuple(_term(row) for row in document.tables("terms")),
            bells=tuple(_bell(row) for row in document.tables("bells")),
            closures=tuple(_closure(row) for row in document.tables("closures")),
            makeup_weekday=_makeup_weekday(document),
        ),
        half_month_duties=tuple(
            _half_month_duty(row) for row in document.tables("half_month_duties")
        ),
        campaigns=tuple(_campaign(row) for row in document.tables("campaigns")),
        quiet_hours=_quiet_hours(document),
    )
    document.check_no_more_keys()
    for key in _TABLES_WITH_CODES:
        _check_codes_differ(document.tables(key))
    _check_closures_name_schools(document, town)
    return town


def _market(table: Table) -> Market:
    code, name = table.text("code"), table.text("name")
    said = table.text("rule")
    rule = table.built(
        lambda: parse_market_rule(said),
        key="rule",
        remedy="the forms are listed in docs/reference/calendar-file.md",
    )
    from_min, until_min = _hours(table)
    name_en, station = table.text("name_en", ""), table.text("station", "")
    exceptions = tuple(_exception(row) for row in table.tables("exceptions"))
    table.check_no_more_keys()
    return table.built(
        lambda: Market(
            code=code,
            name=name,
            rule=rule,
            name_en=name_en or name,
            station=station,
            rule_text=said,
            from_min=from_min,
            until_min=until_min,
            exceptions=exceptions,
        ),
        remedy="correct the date of the exception, or the rule of the market",
    )


def _exception(table: Table) -> MarketException:
    on = table.day("date")
    reason = table.text("reason")
    kind = table.text("kind")
    to = table.day("to") if kind == "moved" else None
    table.check_no_more_keys()
    if kind == "extra":
        return ExtraDay(on=on, reason=reason)
    if kind == "called_off":
        return CalledOff(on=on, reason=reason)
    if to is not None and to != on:
        return Moved(on=on, to=to, reason=reason)
    if to == on:
        raise table.refuse("to", "moved onto the same day", "name another day in `to`")
    raise table.refuse(
        "kind", f"`kind` is {kind!r}", "use one of extra, called_off, moved"
    )


def _night_market(table: Table) -> NightMarket:
    code, name = table.text("code"), table.text("name")
    name_en, station = table.text("name_en", ""), table.text("station", "")
    from_min, until_min = _hours(table)
    if from_min is None or until_min is None:
        raise table.refuse(
            "from", "a night market needs its hours", 'write from = "18:00"'
        )
    months = table.numbers("months", low=1, high=12)
    weekdays = table.numbers("weekdays", low=1, high=7)
    table.check_no_more_keys()
    return NightMarket(
        code=code,
        name=name,
        from_min=from_min,
        until_min=until_min,
        months=months or ALL_MONTHS,
        weekdays=weekdays or ALL_WEEKDAYS,
        name_en=name_en or name,
        station=station,
    )


def _school(table: Table) -> School:
    code, name = table.text("code"), table.text("name")
    level = table.choice("level", SchoolLevel)
    name_en, station = table.text("name_en", ""), table.text("station", "")
    lead_min = table.number("lead_min", DEFAULT_LEAD_MIN)
    stay_min = table.number("stay_min", DEFAULT_STAY_MIN)
    table.check_no_more_keys()
    return table.built(
        lambda: School(
            code=code,
            name=name,
            level=level,
            name_en=name_en or name,
            station=station,
            lead_min=lead_min,
            stay_min=stay_min,
        ),
        key="lead_min" if table.has("lead_min") else "stay_min",
        remedy="a post comes 10, 15, 20 or 30 minutes early and stays 0 or more",
    )


def _bell(table: Table) -> Bell:
    level = table.choice("level", SchoolLevel)
    at_min = table.minute("at")
    if at_min is None:
        raise table.refuse("at", "`at` is missing", 'write at = "16:40"')
    weekdays = table.numbers("weekdays", low=1, high=7) or _WEEKDAYS_OF_SCHOOL
    label = table.text("label", "")
    label_en = table.text("label_en", "") or label
    table.check_no_more_keys()
    return table.built(
        lambda: Bell(
            level=level,
            at_min=at_min,
            weekdays=weekdays,
            label=label,
            label_en=label_en,
        ),
        key="at",
        remedy="a bell rings between 00:30 and 23:59",
    )


def _term(table: Table) -> Term:
    name = table.text("name")
    first_day, last_day = table.day("from"), table.day("to")
    levels = frozenset(_levels(table))
    table.check_no_more_keys()
    return table.built(
        lambda: Term(name=name, first_day=first_day, last_day=last_day, levels=levels),
        key="to",
        remedy="let `to` be `from` or later",
    )


def _levels(table: Table) -> Iterable[SchoolLevel]:
    for level in table.texts("levels"):
        try:
            yield SchoolLevel(level)
        except ValueError:
            raise table.refuse(
                "levels",
                f"`levels` holds {level!r}",
                f"use some of {', '.join(SchoolLevel)}, or leave it out for all",
            ) from None


def _closure(table: Table) -> Closure:
    first_day = table.day("from")
    last_day = table.day("to", first_day)
    reason, reason_en = table.text("reason"), table.text("reason_en", "")
    codes = frozenset(table.texts("schools"))
    table.check_no_more_keys()
    return table.built(
        lambda: Closure(
            first_day=first_day,
            last_day=last_day,
            reason=reason,
            school_codes=codes,
            reason_en=reason_en,
        ),
        key="to",
        remedy="let `to` be `from` or later",
    )


def _makeup_weekday(document: Table) -> int:
    weekday = document.number("makeup_weekday", MONDAY)
    if not 1 <= weekday <= 7:
        raise document.refuse(
            "makeup_weekday", f"{weekday} is no weekday", "use 1 (Monday) to 7 (Sunday)"
        )
    return weekday


def _half_month_duty(table: Table) -> HalfMonthDuty:
    code, title = table.text("code"), table.text("title")
    title_en = table.text("title_en", "")
    first_day, last_day = table.day("from"), table.day("to")
    n_wanted = table.number("times", 1)
    table.check_no_more_keys()
    return table.built(
        lambda: HalfMonthDuty(
            code=code,
            title=title,
            title_en=title_en or title,
            first_day=first_day,
            last_day=last_day,
            n_wanted=n_wanted,
        ),
        key="to",
        remedy="let `to` be `from` or later and `times` 1 or more",
    )


def _campaign(table: Table) -> Campaign:
    code, title = table.text("code"), table.text("title")
    title_en = table.text("title_en", "")
    first_day = table.day("from")
    last_day = _last_day_of_campaign(table)
    hours = _hours(table, from_key="from_time", until_key="until_time")
    targets = tuple(_target(row) for row in table.tables("targets"))
    table.check_no_more_keys()
    return table.built(
        lambda: Campaign(
            code=code,
            title=title,
            title_en=title_en or title,
            first_day=first_day,
            last_day=last_day,
            from_min=hours[0],
            until_min=hours[1],
            targets=targets,
        ),
        key="to",
        remedy="let `to` be `from` or later, and name each measure once",
    )


def _last_day_of_campaign(table: Table) -> date:
    if table.has("days"):
        n_days = table.number("days")
        if not 1 <= n_days <= LONGEST_CAMPAIGN_DAYS:
            raise table.refuse(
                "days", f"{n_days} days", f"write 1 to {LONGEST_CAMPAIGN_DAYS}"
            )
        if table.has("to"):
            raise table.refuse("days", "both `days` and `to`", "write one of them")
        return table.day("from") + timedelta(days=n_days - 1)
    return table.day("to")


def _target(table: Table) -> DailyTarget:
    measure = table.text("measure")
    low, high = table.number("low"), table.number("high")
    table.check_no_more_keys()
    return table.built(
        lambda: DailyTarget(measure=measure, low=low, high=high),
        key="low",
        remedy="let `low` be 0 or more and `high` not below it",
    )


def _quiet_hours(document: Table) -> QuietHours:
    table = document.table("quiet_hours")
    if table is None:
        return QuietHours()
    start_min, end_min = table.minute("from"), table.minute("until")
    table.check_no_more_keys()
    if start_min is None or end_min is None:
        raise table.refuse(
            "", "quiet hours need both ends", 'write from = "22:00", until = "08:00"'
        )
    return table.built(
        lambda: QuietHours(start_min=start_min, end_min=end_min),
        key="from",
        remedy="write times between 00:00 and 23:59",
    )


def _hours(
    table: Table, *, from_key: str = "from", until_key: str = "until"
) -> tuple[int | None, int | None]:
    """Read hours that may pass midnight; both or none are written."""
    from_min, until_min = table.minute(from_key), table.minute(until_key)
    if (from_min is None) != (until_min is None):
        raise table.refuse(
            from_key if until_min is None else until_key,
            f"only one of `{from_key}` and `{until_key}`",
            "write both, or none if the hours are not decided",
        )
    if from_min is not None and from_min >= MINUTES_PER_DAY:
        raise table.refuse(
            from_key, f"`{from_key}` is on the next day", "begin before midnight"
        )
    if from_min is not None and until_min is not None and until_min <= from_min:
        until_min += MINUTES_PER_DAY
    return from_min, until_min


def _check_codes_differ(tables: Iterable[Table]) -> None:
    seen: set[str] = set()
    for table in tables:
        code = table.text("code")
        if code in seen:
            raise table.refuse("code", f"{code} is used twice", "give it its own code")
        seen.add(code)


def _check_closures_name_schools(document: Table, town: TownCalendar) -> None:
    known = {school.code for school in town.schools}
    for table in document.tables("closures"):
        for code in table.texts("schools"):
            if code not in known:
                raise table.refuse(
                    "schools",
                    f"no school {code}",
                    "use the `code` of one of the [[schools]]",
                )
