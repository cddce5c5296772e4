"""A date as the calendar page shows it: what falls on it, what does not, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from xunfang.core.calendars.agenda import Agenda
from xunfang.core.calendars.duties import Duty, DutyKind
from xunfang.core.calendars.festivals import Festival
from xunfang.core.calendars.holidays import DayKind
from xunfang.patrols.wording import clock

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
class DutyGroup:
    """Duties of one kind."""

    kind: str
    title: str
    rows: tuple[DutyRow, ...]


@dataclass(frozen=True, slots=True)
class DayPage:
    """What the page shows."""

    day_kind: str
    lunar: str
    groups: tuple[DutyGroup, ...]
    not_today: tuple[DutyRow, ...]


def lay_out_day(found: Agenda, stations: Mapping[str, str]) -> DayPage:
    """Arrange an agenda for the page."""
    groups = []
    for kind in DutyKind:
        rows = tuple(_row(duty, stations) for duty in found.duties if duty.kind is kind)
        if rows:
            groups.append(DutyGroup(kind.value, kind_title(kind), rows))
    return DayPage(
        day_kind=day_kind(found.status.kind),
        lunar=_("Lunar %(day)s, day of %(branch)s")
        % {
            "day": lunar_text(
                found.lunar.month, found.lunar.day, is_leap=found.lunar.is_leap_month
            ),
            "branch": found.branch,
        },
        groups=tuple(groups),
        not_today=tuple(_row(duty, stations) for duty in found.not_today),
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
    if not (get_language() or "zh").startswith("zh"):
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
        return _("No door is knocked on")
    is_chinese = (get_language() or "zh").startswith("zh")
    return duty.title if is_chinese else duty.title_en or duty.title


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
    said = {name: _param(name, value) for name, value in duty.params.items()}
    is_leap = bool(duty.params.get("is_leap"))
    month, day = duty.params.get("lunar_month"), duty.params.get("lunar_day")
    if isinstance(month, int) and isinstance(day, int):
        said["lunar"] = lunar_text(month, day, is_leap=is_leap)
    return _sentence(duty.reason) % said


def _param(name: str, value: object) -> str:
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if name.endswith("_min") and isinstance(value, int) and name != "lead_min":
        return clock(value)
    if isinstance(value, tuple):
        return "、".join(str(item) for item in value)
    if name == "level":
        return school_level(str(value))
    return str(value)


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
        "market.weekday": _("Rule “%(rule)s”: weekday %(weekday)s."),
        "market.earthly_branch": _("Rule “%(rule)s”: today is a day of %(branch)s."),
        "market.lunar_day": _("Rule “%(rule)s”: today is lunar %(lunar)s."),
        "market.daily": _("Rule “%(rule)s”."),
        "market.extra": _("Held besides the rule “%(rule)s”: %(said)s."),
        "market.moved_here": _("Moved here from %(from)s: %(said)s."),
        "market.called_off": _("Called off: %(said)s."),
        "market.moved_away": _("Moved to %(to)s: %(said)s."),
        "night_market.season": _("Open in months %(months)s on weekdays %(weekdays)s."),
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
