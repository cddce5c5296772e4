"""``xunfang calendar``: what falls on a day, or on each day of a period, and why."""

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from xunfang.cli.calendar_files import load_holidays, load_town_calendar
from xunfang.cli.calendar_phrases import (
    Lang,
    day_heading,
    duty_hours,
    duty_reason,
    duty_title,
    kind_name,
    lunar_zh,
    weekend_warning,
)
from xunfang.core.calendars.agenda import (
    Agenda,
    TownCalendar,
    agendas,
)
from xunfang.core.calendars.duties import Duty, DutyKind
from xunfang.core.calendars.holidays import Holidays
from xunfang.core.calendars.lunar import lunar_date
from xunfang.core.calendars.market_text import find_markets
from xunfang.core.calendars.markets import Market
from xunfang.core.calendars.proposals import (
    Engagement,
    Proposals,
    propose_market_days,
)
from xunfang.core.errors import DomainError

EXIT_DONE, EXIT_REFUSED, EXIT_USAGE = 0, 1, 2

CHINA_TIME = timezone(timedelta(hours=8))
"""The whole country keeps one clock, without summer time."""

_MARKET_KINDS = frozenset({DutyKind.MARKET, DutyKind.DAILY_MARKET})


class UnknownHalfMonthDuty(DomainError):
    """Rounds were reported for a half-month duty the calendar does not have."""

    code = "cli.unknown_half_month_duty"


def add_parser(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the verb."""
    parser = subparsers.add_parser(
        "calendar",
        help="what falls on a day, and why / 查看某日的勤务与缘由",
        description=(
            "What falls on a day, and why: holidays, festivals, market days, school "
            "gates, half-month duties, campaigns. "
            "查看某一天（或一段时间）有哪些勤务、为什么。"
        ),
    )
    parser.add_argument(
        "date", nargs="?", type=_day, metavar="DATE", help="2026-09-28; default: today"
    )
    parser.add_argument("--from", dest="first_day", type=_day, metavar="DATE")
    parser.add_argument("--to", dest="last_day", type=_day, metavar="DATE")
    parser.add_argument(
        "--kind",
        action="append",
        choices=[kind.value for kind in DutyKind],
        help="only this kind; may be repeated",
    )
    parser.add_argument(
        "--find",
        metavar="WORDS",
        help="only these markets: a name, a code, a rule; 赶场, 赶集, 赶圩 find all",
    )
    parser.add_argument(
        "--calendar",
        type=Path,
        metavar="FILE",
        help="the town's calendar file; default: the demo city's",
    )
    parser.add_argument(
        "--holidays",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a yearly holiday file, besides those that come with us",
    )
    parser.add_argument(
        "--held",
        type=_held,
        action="append",
        default=[],
        metavar="CODE=DATE,…",
        help="when the rounds of a half-month duty were held",
    )
    parser.add_argument(
        "--propose",
        type=_count,
        metavar="N",
        help="the next N market days on which an event clashes with nothing",
    )
    parser.add_argument(
        "--at", type=_hours, metavar="09:00-11:00", help="hours of that event"
    )
    parser.add_argument(
        "--busy",
        type=_engagement,
        action="append",
        default=[],
        metavar="DATE[@STATION][=TITLE]",
        help="something already planned; may be repeated",
    )
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    parser.add_argument(
        "--json", action="store_true", help="one JSON object a line, for machines"
    )
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Print what was asked for and return the exit code."""
    try:
        first_day, last_day = _period(arguments)
    except ValueError as error:
        print(f"xunfang calendar: {error}", file=sys.stderr)
        return EXIT_USAGE
    try:
        town = load_town_calendar(arguments.calendar)
        holidays = load_holidays(arguments.holidays)
        _print(arguments, first_day, last_day, town, holidays)
    except DomainError as refusal:
        print(f"xunfang calendar: {refusal}", file=sys.stderr)
        return EXIT_REFUSED
    return EXIT_DONE


def _print(
    arguments: argparse.Namespace,
    first_day: date,
    last_day: date,
    town: TownCalendar,
    holidays: Holidays,
) -> None:
    lang: Lang = arguments.lang
    warnings = [
        weekend_warning(year, lang)
        for year in holidays.missing_years(first_day, last_day)
    ]
    for warning in warnings:
        print(warning, file=sys.stderr)

    found = find_markets(town.markets, arguments.find or "")
    if arguments.propose is not None:
        _propose(arguments, first_day, town, found, holidays)
        return

    held = _held_by_code(arguments.held, town)
    kinds = _kinds(arguments)
    days = (
        _only(day, kinds)
        for day in agendas(
            first_day,
            last_day,
            town=replace(town, markets=found),
            holidays=holidays,
            held=held,
        )
    )
    is_one_day = arguments.first_day is None
    for day in days:
        if arguments.json and is_one_day:
            print(_json(_day_object(day, warnings)))
        elif arguments.json:
            for duty in day.duties:
                print(_json(duty_object(duty)))
        elif is_one_day or day.duties or day.not_today:
            print("\n".join([day_heading(day, lang), *_day_lines(day, lang)]))


def _propose(
    arguments: argparse.Namespace,
    first_day: date,
    town: TownCalendar,
    found: Sequence[Market],
    holidays: Holidays,
) -> None:
    from_min, until_min = arguments.at or (None, None)
    proposals = propose_market_days(
        first_day=first_day,
        town=town,
        holidays=holidays,
        n_wanted=arguments.propose,
        # The others stay in the town: two markets may need the same people.
        market_codes=[market.code for market in found],
        from_min=from_min,
        until_min=until_min,
        engagements=arguments.busy,
    )
    _print_proposals(proposals, arguments.lang, as_json=arguments.json)


def duty_object(duty: Duty) -> dict[str, object]:
    """Return a duty as plain JSON; documented in ``docs/reference/calendar-file.md``."""
    row: dict[str, object] = {
        "date": duty.on.isoformat(),
        "kind": duty.kind.value,
        "code": duty.code,
        "name": duty_title(duty, "zh"),
        "name_en": duty_title(duty, "en"),
        "station": duty.station or None,
        "from_min": duty.from_min,
        "until_min": duty.until_min,
        "reason": duty.reason,
        "why": duty_reason(duty, "zh"),
        "why_en": duty_reason(duty, "en"),
        "params": dict(duty.params),
    }
    if duty.kind in _MARKET_KINDS:
        row["market"] = duty.code
        row["rule"] = duty.params["rule"]
        row["lunar"] = lunar_zh(lunar_date(duty.on))
    return row


def _day_object(day: Agenda, warnings: list[str]) -> dict[str, object]:
    return {
        "date": day.on.isoformat(),
        "day_kind": day.status.kind.value,
        "is_workday": day.status.is_workday,
        "is_announced": day.status.is_announced,
        "lunar": lunar_zh(day.lunar),
        "branch": day.branch,
        "duties": [duty_object(duty) for duty in day.duties],
        "not_today": [duty_object(duty) for duty in day.not_today],
        "warnings": warnings,
    }


def _day_lines(day: Agenda, lang: Lang) -> Iterator[str]:
    yield from (f"  {_duty_line(duty, lang)}" for duty in day.duties)
    if day.not_today:
        yield "  今日没有" if lang == "zh" else "  not today"
        yield from (f"    {_name_and_reason(duty, lang)}" for duty in day.not_today)


def _duty_line(duty: Duty, lang: Lang) -> str:
    return f"{duty_hours(duty, lang)}  {_name_and_reason(duty, lang)}"


def _name_and_reason(duty: Duty, lang: Lang) -> str:
    words = (kind_name(duty.kind, lang), duty_title(duty, lang), duty.station)
    name = " ".join(word for word in words if word)
    return f"{name}{_colon(lang)}{duty_reason(duty, lang)}"


def _colon(lang: Lang) -> str:
    return "\uff1a" if lang == "zh" else ": "


def _print_proposals(proposals: Proposals, lang: Lang, *, as_json: bool) -> None:
    if as_json:
        for duty in proposals.proposed:
            print(_json(duty_object(duty)))
        return
    for duty in proposals.proposed:
        print(f"{duty.on}  {_duty_line(duty, lang)}")
    for row in proposals.passed_over:
        passed = "不选" if lang == "zh" else "passed over"
        clashes = "; ".join(_clash_text(clash, lang) for clash in row.clashes)
        name = duty_title(row.market_day, lang)
        print(
            f"{row.market_day.on}  {passed} {name}{_colon(lang)}{clashes}",
            file=sys.stderr,
        )


def _clash_text(clash: Engagement | Duty, lang: Lang) -> str:
    return clash.title if isinstance(clash, Engagement) else _duty_line(clash, lang)


def _only(day: Agenda, kinds: frozenset[DutyKind]) -> Agenda:
    return replace(
        day,
        duties=tuple(duty for duty in day.duties if duty.kind in kinds),
        not_today=tuple(duty for duty in day.not_today if duty.kind in kinds),
    )


def _kinds(arguments: argparse.Namespace) -> frozenset[DutyKind]:
    if arguments.kind:
        return frozenset(DutyKind(kind) for kind in arguments.kind)
    if arguments.find is not None:
        return _MARKET_KINDS
    return frozenset(DutyKind)


def _period(arguments: argparse.Namespace) -> tuple[date, date]:
    first_day, last_day = arguments.first_day, arguments.last_day
    if first_day is None and last_day is None:
        # The one place where the clock is read: today, as people here say it.
        today = datetime.now(tz=CHINA_TIME).date()
        day = arguments.date or today
        return day, day
    if arguments.date is not None:
        raise ValueError("give a DATE, or --from and --to, not both")
    if first_day is None or last_day is None:
        raise ValueError("--from and --to belong together")
    if last_day < first_day:
        raise ValueError(f"--to {last_day} is before --from {first_day}")
    if arguments.propose is not None:
        raise ValueError("--propose looks ahead from one DATE")
    return first_day, last_day


def _held_by_code(
    held: Iterable[tuple[str, tuple[date, ...]]], town: TownCalendar
) -> Mapping[str, tuple[date, ...]] | None:
    known = [duty.code for duty in town.half_month_duties]
    by_code: dict[str, tuple[date, ...]] = {}
    for code, days in held:
        if code not in known:
            raise UnknownHalfMonthDuty(
                f"--held {code}: no half-month duty of that code; "
                f"the calendar has {', '.join(known) or 'none'}"
            )
        by_code[code] = (*by_code.get(code, ()), *days)
    return by_code or None


def _json(row: Mapping[str, object]) -> str:
    return json.dumps(row, ensure_ascii=False, default=str)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text} is no date; write it as 2026-09-28"
        ) from None


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text}: write 1 or more")
    return int(text)


def _held(text: str) -> tuple[str, tuple[date, ...]]:
    code, _, days = text.partition("=")
    if not code or not days:
        raise argparse.ArgumentTypeError(f"{text}: write CODE=2026-05-10,2026-05-20")
    return code, tuple(_day(day) for day in days.split(","))


def _hours(text: str) -> tuple[int, int]:
    said = re.fullmatch(r"(\d{1,2}):([0-5]\d)-(\d{1,2}):([0-5]\d)", text)
    if said is None:
        raise argparse.ArgumentTypeError(f"{text}: write 09:00-11:00")
    from_min = int(said[1]) * 60 + int(said[2])
    until_min = int(said[3]) * 60 + int(said[4])
    if until_min <= from_min:
        raise argparse.ArgumentTypeError(f"{text}: it ends before it begins")
    return from_min, until_min


def _engagement(text: str) -> Engagement:
    where, _, title = text.partition("=")
    day, _, station = where.partition("@")
    return Engagement(on=_day(day), title=title or text, station=station)
