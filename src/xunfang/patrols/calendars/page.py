"""A date as the calendar page shows it: what falls on it, what does not, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from xunfang.core.calendars.agenda import Agenda
from xunfang.core.calendars.duties import Duty, DutyKind
from xunfang.core.calendars.festivals import Festival
from xunfang.core.calendars.holidays import DayKind
from xunfang.patrols.calendars.market_rules import branch_name, rule_said
from xunfang.patrols.wording import clock
from xunfang.web.names import listed

MOST_ROWS_OPEN = 3
"""More duties alike than that are folded into one line with their number."""
LUNAR_DIGITS = "日一二三四五六七八九十"
LUNAR_MONTHS = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊")


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One duty of the day."""

    hours: str
    title: str
    station: str
    why: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """Duties of the same hours and for the same reason: ninety schools on a holiday."""

    hours: str
    why: str
    rows: tuple[DutyRow, ...]

    @property
    def is_folded(self) -> bool:
        return len(self.rows) > MOST_ROWS_OPEN


@dataclass(frozen=True, slots=True)
class DutyGroup:
    """Duties of one kind."""

    kind: str
    title: str
    bundles: tuple[Bundle, ...]

    @property
    def n_rows(self) -> int:
        return sum(len(bundle.rows) for bundle in self.bundles)


@dataclass(frozen=True, slots=True)
class DayPage:
    """What the page shows."""

    day_kind: str
    lunar: str
    warning: str
    groups: tuple[DutyGroup, ...]
    not_today: tuple[DutyGroup, ...]


def lay_out_day(
    found: Agenda, stations: Mapping[str, str], *, missing_years: Sequence[int] = ()
) -> DayPage:
    """Arrange an agenda for the page.

    ``missing_years`` are years whose holidays nobody has brought in.
    """
    return DayPage(
        day_kind=day_kind(found.status.kind),
        lunar=_("Lunar %(day)s, day of %(branch)s")
        % {
            "day": lunar_text(
                found.lunar.month, found.lunar.day, is_leap=found.lunar.is_leap_month
            ),
            "branch": branch_name(found.branch),
        },
        warning=_missing_text(missing_years),
        groups=_groups(found.duties, stations),
        not_today=_groups(found.not_today, stations),
    )


def _missing_text(years: Sequence[int]) -> str:
    if not years:
        return ""
    return _(
        "The holidays of %(year)s have not been imported: only weekends are known. "
        "Import them: xunfang import holidays %(year)s.toml"
    ) % {"year": years[0]}


def _groups(
    duties: Iterable[Duty], stations: Mapping[str, str]
) -> tuple[DutyGroup, ...]:
    by_kind: dict[DutyKind, dict[tuple[str, str], list[DutyRow]]] = {}
    for duty in duties:
        row = _row(duty, stations)
        bundles = by_kind.setdefault(duty.kind, {})
        bundles.setdefault((row.hours, row.why), []).append(row)
    return tuple(
        DutyGroup(
            kind.value,
            kind_title(kind),
            tuple(
                Bundle(hours, why, tuple(rows))
                for (hours, why), rows in by_kind[kind].items()
            ),
        )
        for kind in DutyKind
        if kind in by_kind
    )


def kind_title(kind: DutyKind) -> str:
    """Name a kind of duty."""
    return {
        DutyKind.HOLIDAY: pgettext("duty", "Holiday"),
        DutyKind.MAKEUP_WORKDAY: pgettext("duty", "Make-up workday"),
        DutyKind.FESTIVAL: pgettext("duty", "Festival"),
        DutyKind.MARKET: pgettext("duty", "Market day"),
        DutyKind.DAILY_MARKET: pgettext("duty", "Daily market"),
        DutyKind.NIGHT_MARKET: pgettext("duty", "Night market"),
        DutyKind.SCHOOL_GATE: pgettext("duty", "School gate post"),
        DutyKind.HALF_MONTH: pgettext("duty", "Half-month round"),
        DutyKind.CAMPAIGN: pgettext("duty", "Campaign"),
        DutyKind.QUIET_HOURS: pgettext("duty", "Quiet hours"),
    }[kind]


def day_kind(kind: DayKind) -> str:
    """Name what sort of day it is."""
    return {
        DayKind.WORKDAY: pgettext("day", "Workday"),
        DayKind.WEEKEND: pgettext("day", "Weekend"),
        DayKind.HOLIDAY: pgettext("day", "Holiday"),
        DayKind.MAKEUP_WORKDAY: pgettext("day", "Make-up workday"),
    }[kind]


def lunar_text(month: int, day: int, *, is_leap: bool = False) -> str:
    """Write a lunar date: 八月十五, or 8/15 where Chinese is not read.

    >>> lunar_text(8, 15)
    '八月十五'
    >>> lunar_text(1, 2)
    '正月初二'
    >>> lunar_text(6, 21, is_leap=True)
    '闰六月廿一'
    """
    if not _is_chinese():
        leap = _("leap ") if is_leap else ""
        return f"{leap}{month}/{day}"
    tens, ones = divmod(day, 10)
    if ones == 0:
        text = {1: "初十", 2: "二十", 3: "三十"}[tens]
    else:
        text = ("初", "十", "廿")[tens] + LUNAR_DIGITS[ones]
    return f"{'闰' if is_leap else ''}{LUNAR_MONTHS[month - 1]}月{text}"


def _row(duty: Duty, stations: Mapping[str, str]) -> DutyRow:
    return DutyRow(
        hours=_hours(duty),
        title=_title(duty),
        station=stations.get(duty.station, duty.station),
        why=why(duty),
    )


def _hours(duty: Duty) -> str:
    if duty.from_min is None or duty.until_min is None:
        return ""
    return f"{clock(duty.from_min)}–{clock(duty.until_min)}"


def _title(duty: Duty) -> str:
    if duty.kind is DutyKind.FESTIVAL:
        return festival_name(duty.code)
    if duty.kind is DutyKind.QUIET_HOURS:
        return _("No knocking on doors")
    return duty.title if _is_chinese() else duty.title_en or duty.title


def festival_name(code: str) -> str:
    """Name a festival."""
    names = {
        Festival.NEW_YEAR: pgettext("festival", "New Year's Day"),
        Festival.LABA: pgettext("festival", "Laba"),
        Festival.NEW_YEARS_EVE_LUNAR: pgettext("festival", "Spring Festival Eve"),
        Festival.SPRING_FESTIVAL: pgettext("festival", "Spring Festival"),
        Festival.LANTERN: pgettext("festival", "Lantern Festival"),
        Festival.QINGMING: pgettext("festival", "Qingming"),
        Festival.LABOUR_DAY: pgettext("festival", "Labour Day"),
        Festival.CHILDRENS_DAY: pgettext("festival", "Children's Day"),
        Festival.DRAGON_BOAT: pgettext("festival", "Dragon Boat Festival"),
        Festival.QIXI: pgettext("festival", "Qixi"),
        Festival.ZHONGYUAN: pgettext("festival", "Zhongyuan"),
        Festival.MID_AUTUMN: pgettext("festival", "Mid-Autumn"),
        Festival.DOUBLE_NINTH: pgettext("festival", "Double Ninth"),
        Festival.NATIONAL_DAY: pgettext("festival", "National Day"),
        Festival.POLICE_DAY: pgettext("festival", "Police Day"),
        Festival.NATIONAL_SECURITY_DAY: pgettext("festival", "National Security Day"),
        Festival.ANTI_DRUG_DAY: pgettext("festival", "Anti-Drug Day"),
        Festival.FIRE_SAFETY_DAY: pgettext("festival", "Fire Safety Day"),
        Festival.TRAFFIC_SAFETY_DAY: pgettext("festival", "Traffic Safety Day"),
        Festival.CONSTITUTION_DAY: pgettext("festival", "Constitution Day"),
    }
    return names[Festival(code)]


def why(duty: Duty) -> str:
    """Say why a duty falls on the day, or why it does not."""
    return say(duty.reason, duty.params)


def say(reason: str, params: Mapping[str, object]) -> str:
    """Say a reason of ``core.calendars.duties.REASONS`` with its parameters."""
    said = {name: _param(name, value) for name, value in params.items()}
    if not _is_chinese():
        # Where the data has an English text beside the Chinese one, it is read.
        said |= {
            name: said[f"{name}_en"] for name in tuple(said) if said.get(f"{name}_en")
        }
    is_leap = bool(params.get("is_leap"))
    month, day = params.get("lunar_month"), params.get("lunar_day")
    if isinstance(month, int) and isinstance(day, int):
        said["lunar"] = lunar_text(month, day, is_leap=is_leap)
    return _sentence(reason) % said


def _is_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def _param(name: str, value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if name.endswith("_min") and isinstance(value, int) and name != "lead_min":
        return clock(value)
    if name == "months" and isinstance(value, tuple):
        return months_text([int(month) for month in value])
    if name == "weekdays" and isinstance(value, tuple):
        return weekdays_text([int(day) for day in value])
    if name == "weekday" and isinstance(value, int):
        return weekday_name(value)
    if isinstance(value, tuple):
        return listed(str(item) for item in value)
    if name == "level":
        return school_level(str(value))
    if name == "rule":
        return rule_said(str(value))
    if name == "branch":
        return branch_name(str(value))
    return str(value)


def months_text(months: Sequence[int]) -> str:
    """Say months as ranges; a season may pass the turn of the year.

    >>> months_text([4, 5, 6, 7, 8, 9, 10])
    '4–10 月'
    >>> months_text([1, 2, 11, 12])
    '11–2 月'
    """
    spans = _spans(months, n=12)
    if spans == [(1, 12)]:
        return pgettext("season", "all year")
    if _is_chinese():
        return "、".join(f"{a}–{b}" if a != b else f"{a}" for a, b in spans) + " 月"
    return ", ".join(_span(str(MONTHS[a]), str(MONTHS[b])) for a, b in spans)


def weekdays_text(weekdays: Sequence[int]) -> str:
    """Say ISO weekdays as ranges.

    >>> weekdays_text([1, 2, 3, 4, 5, 6, 7])
    '每天'
    >>> weekdays_text([5, 6, 7])
    '星期五–星期日'
    """
    spans = _spans(weekdays, n=7)
    if spans == [(1, 7)]:
        return pgettext("season", "every day")
    return listed(_span(weekday_name(a), weekday_name(b)) for a, b in spans)


def weekday_name(weekday: int) -> str:
    """Name an ISO weekday."""
    return str(WEEKDAYS[weekday - 1])


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first}–{last}"


def _spans(numbers: Sequence[int], *, n: int) -> list[tuple[int, int]]:
    """Return the runs of numbers in 1 to n, where 1 follows n again.

    >>> _spans([1, 2, 5, 11, 12], n=12)
    [(5, 5), (11, 2)]
    """
    have = set(numbers)
    if len(have) == n:
        return [(1, n)]
    spans = []
    for first in sorted(have):
        if (first - 2) % n + 1 in have:
            continue
        last = first
        while last % n + 1 in have:
            last = last % n + 1
        spans.append((first, last))
    return spans


def school_level(level: str) -> str:
    """Name a level of school."""
    return {
        "kindergarten": pgettext("school level", "kindergarten"),
        "primary": pgettext("school level", "primary school"),
        "middle": pgettext("school level", "middle school"),
        "high": pgettext("school level", "high school"),
    }.get(level, level)


def _sentence(reason: str) -> str:
    return sentences()[reason]


def sentences() -> dict[str, str]:
    """Every reason of ``core.calendars.agenda.REASONS`` as a sentence."""
    moved = _(
        "The bell rings at %(bell_min)s (%(level)s); the post stands %(lead_min)s minutes before."
    )
    half_month = _(
        "Half-month %(number)s of %(n_windows)s, %(first_day)s to %(last_day)s"
    )
    return {
        "holiday.statutory": _("Statutory holiday: %(name)s (%(source)s)."),
        "holiday.exchanged": _("Day off in exchange: %(name)s (%(source)s)."),
        "holiday.announced": _("Announced as a day off: %(name)s (%(source)s)."),
        "makeup_workday.announced": _("Worked in exchange for %(name)s (%(source)s)."),
        "festival.solar": _("Every year on %(month)s/%(day)s."),
        "festival.lunar": _("Lunar %(lunar)s."),
        "festival.solar_term": _("By the sun's position."),
        "market.solar_last_digit": _(
            "Rule “%(rule)s”: today is day %(day)s of the month."
        ),
        "market.lunar_last_digit": _("Rule “%(rule)s”: today is lunar %(lunar)s."),
        "market.short_month": _(
            "Rule “%(rule)s”: the lunar month has 29 days, so %(lunar)s stands for the 30th."
        ),
        "market.weekday": _("Rule “%(rule)s”: today is %(weekday)s."),
        "market.earthly_branch": _("Rule “%(rule)s”: today is a day of %(branch)s."),
        "market.lunar_day": _("Rule “%(rule)s”: today is lunar %(lunar)s."),
        "market.daily": _("Rule “%(rule)s”."),
        "market.extra": _("Held besides the rule “%(rule)s”: %(said)s."),
        "market.moved_here": _("Moved here from %(from)s: %(said)s."),
        "market.called_off": _("Called off: %(said)s."),
        "market.moved_away": _("Moved to %(to)s: %(said)s."),
        "night_market.season": _("Open %(months)s, %(weekdays)s."),
        "school.bell": moved,
        "school.bell_on_makeup_workday": moved + " " + _("Today is a make-up workday."),
        "school.no_bell_holiday": _("No bell (%(level)s): holiday, %(said)s."),
        "school.no_bell_closed": _("No bell (%(level)s): closed, %(said)s."),
        "half_month.open": half_month,
        "half_month.due": half_month
        + " · "
        + _("due, %(n_held)s of %(n_wanted)s held"),
        "half_month.done": half_month
        + " · "
        + _("done, %(n_held)s of %(n_wanted)s held"),
        "half_month.overdue": half_month
        + " · "
        + _("overdue, %(n_held)s of %(n_wanted)s held"),
        "campaign.day": _(
            "Day %(day_number)s of %(n_days)s, %(first_day)s to %(last_day)s."
        ),
        "quiet_hours.every_night": _("Every night."),
    }
