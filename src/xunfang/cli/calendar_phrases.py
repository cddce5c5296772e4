"""What falls on a day, said in Chinese and in English for the shell."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from xunfang.core.calendars.agenda import Agenda
from xunfang.core.calendars.duties import Duty, DutyKind, Param
from xunfang.core.calendars.holidays import DayKind
from xunfang.core.calendars.lunar import LunarDate

type Lang = Literal["zh", "en"]

KINDS: Mapping[DutyKind, tuple[str, str]] = {
    DutyKind.HOLIDAY: ("节假日", "Holiday"),
    DutyKind.MAKEUP_WORKDAY: ("调休上班", "Make-up workday"),
    DutyKind.FESTIVAL: ("节日", "Festival"),
    DutyKind.MARKET: ("赶场", "Market day"),
    DutyKind.DAILY_MARKET: ("常设市场", "Daily market"),
    DutyKind.NIGHT_MARKET: ("夜市", "Night market"),
    DutyKind.SCHOOL_GATE: ("护学岗", "School gate post"),
    DutyKind.HALF_MONTH: ("半月任务", "Half-month duty"),
    DutyKind.CAMPAIGN: ("专项行动", "Campaign"),
    DutyKind.QUIET_HOURS: ("安静时段", "Quiet hours"),
}

DAY_KINDS: Mapping[DayKind, tuple[str, str]] = {
    DayKind.WORKDAY: ("工作日", "workday"),
    DayKind.WEEKEND: ("周末", "weekend"),
    DayKind.HOLIDAY: ("放假", "day off"),
    DayKind.MAKEUP_WORKDAY: ("调休上班", "make-up workday"),
}

FESTIVALS: Mapping[str, tuple[str, str]] = {
    "new_year": ("元旦", "New Year's Day"),
    "laba": ("腊八节", "Laba"),
    "lunar_new_years_eve": ("除夕", "Lunar New Year's Eve"),
    "spring_festival": ("春节", "Spring Festival"),
    "lantern": ("元宵节", "Lantern Festival"),
    "qingming": ("清明", "Qingming"),
    "labour_day": ("劳动节", "Labour Day"),
    "childrens_day": ("儿童节", "Children's Day"),
    "dragon_boat": ("端午节", "Dragon Boat Festival"),
    "qixi": ("七夕", "Qixi"),
    "zhongyuan": ("中元节", "Zhongyuan"),
    "mid_autumn": ("中秋节", "Mid-Autumn Festival"),
    "double_ninth": ("重阳节", "Double Ninth"),
    "national_day": ("国庆节", "National Day"),
    "police_day": ("中国人民警察节 · 110宣传日", "Police Day and 110 Day"),
    "national_security_day": ("全民国家安全教育日", "National Security Education Day"),
    "anti_drug_day": ("国际禁毒日", "Day against Drug Abuse"),
    "fire_safety_day": ("全国消防日", "Fire Safety Day"),
    "traffic_safety_day": ("全国交通安全日", "Traffic Safety Day"),
    "constitution_day": ("国家宪法日", "Constitution Day"),
}

LEVELS: Mapping[str, tuple[str, str]] = {
    "kindergarten": ("幼儿园", "kindergarten"),
    "primary": ("小学", "primary school"),
    "middle": ("初中", "middle school"),
    "high": ("高中", "high school"),
}

REASONS: Mapping[str, tuple[str, str]] = {
    "holiday.statutory": ("法定节日（{source}）", "statutory holiday ({source})"),
    "holiday.exchanged": (
        "{name}放假调休（{source}）",
        "day off around {name_en} ({source})",
    ),
    "holiday.announced": ("{name}放假（{source}）", "off for {name_en} ({source})"),
    "makeup_workday.announced": (
        "为{name}调休，照常上班上学（{source}）",
        "worked in exchange for {name_en}; schools are open ({source})",
    ),
    "festival.solar": ("每年{month}月{day}日", "every year on {date_en}"),
    "festival.lunar": ("农历{lunar}", "lunar calendar: {lunar_en}"),
    "festival.solar_term": ("节气", "solar term"),
    "market.solar_last_digit": (
        "{rule}：今天是{day}日",
        "{rule}: the day of the month is {day}",
    ),
    "market.lunar_last_digit": ("{rule}：今天是{lunar}", "{rule}: it is {lunar_en}"),
    "market.short_month": (
        "{rule}：本月是小月，{lunar}代三十",
        "{rule}: the month has 29 days, {lunar_en} stands in for the 30th",
    ),
    "market.weekday": ("{rule}：今天是{weekday}", "{rule}: it is {weekday_en}"),
    "market.earthly_branch": (
        "{rule}：今天是{branch}日",
        "{rule}: it is a {branch} day",
    ),
    "market.lunar_day": ("{rule}：今天是{lunar}", "{rule}: it is {lunar_en}"),
    "market.daily": ("{rule}", "{rule}: every day"),
    "market.extra": ("加场：{said}", "extra market: {said}"),
    "market.moved_here": ("由{from}改期：{said}", "moved here from {from}: {said}"),
    "market.called_off": ("停场：{said}", "called off: {said}"),
    "market.moved_away": ("改到{to}：{said}", "moved to {to}: {said}"),
    "night_market.season": ("在开市季节内：{season}", "in season: {season_en}"),
    "school.bell": (
        "{level}{label}{bell}放学，提前{lead_min}分钟到岗",
        "{level_en}{label_en}, bell at {bell}, {lead_min} min before",
    ),
    "school.bell_on_makeup_workday": (
        "调休上课：{level}{label}{bell}放学，提前{lead_min}分钟到岗",
        (
            "make-up school day: {level_en}{label_en}, bell at {bell}, "
            "{lead_min} min before"
        ),
    ),
    "school.no_bell_holiday": ("{said}放假，无需设岗", "no school: {said_en}"),
    "school.no_bell_closed": ("停课：{said}", "closed: {said_en}"),
    "half_month.open": (
        "第{number}/{n_windows}个半月（{first_day}至{last_day}），应开展{n_wanted}次",
        (
            "half-month {number} of {n_windows} ({first_day} to {last_day}), "
            "{n_wanted} wanted"
        ),
    ),
    "half_month.due": (
        "第{number}/{n_windows}个半月，{last_day}前应开展{n_wanted}次，已开展{n_held}次",
        (
            "half-month {number} of {n_windows}, {n_wanted} due by {last_day}, "
            "{n_held} held"
        ),
    ),
    "half_month.done": (
        "第{number}/{n_windows}个半月已完成：{n_held}/{n_wanted}次",
        "half-month {number} of {n_windows} done: {n_held} of {n_wanted}",
    ),
    "half_month.overdue": (
        (
            "逾期：第{number}/{n_windows}个半月（{first_day}至{last_day}）"
            "应开展{n_wanted}次，只开展{n_held}次"
        ),
        (
            "overdue: half-month {number} of {n_windows} ({first_day} to {last_day}), "
            "{n_held} of {n_wanted} held"
        ),
    ),
    "campaign.day": (
        "第{day_number}天，共{n_days}天（{first_day}至{last_day}）",
        "day {day_number} of {n_days} ({first_day} to {last_day})",
    ),
    "quiet_hours.every_night": (
        "不入户走访，不发可以缓发的消息",
        "no home visits, no messages that can wait",
    ),
}

_WEEKDAYS = (
    ("星期一", "Monday"),
    ("星期二", "Tuesday"),
    ("星期三", "Wednesday"),
    ("星期四", "Thursday"),
    ("星期五", "Friday"),
    ("星期六", "Saturday"),
    ("星期日", "Sunday"),
)
_MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_LUNAR_MONTHS = (
    *("正月", "二月", "三月", "四月", "五月", "六月"),
    *("七月", "八月", "九月", "十月", "冬月", "腊月"),
)
_NUMERALS = "一二三四五六七八九十"


def kind_name(kind: DutyKind, lang: Lang) -> str:
    """Name a kind of duty."""
    return _choose(KINDS[kind], lang)


def duty_title(duty: Duty, lang: Lang) -> str:
    """Name a duty: its own name, or the translated code where it has none."""
    if duty.kind is DutyKind.FESTIVAL:
        return _choose(FESTIVALS[duty.code], lang)
    if duty.kind is DutyKind.QUIET_HOURS:
        return ""
    return duty.title if lang == "zh" else duty.title_en or duty.title


def duty_reason(duty: Duty, lang: Lang) -> str:
    """Say why a duty falls on its day, or why it does not."""
    return _choose(REASONS[duty.reason], lang).format(**_said(duty))


def duty_hours(duty: Duty, lang: Lang) -> str:
    """Say when， as ``18：00–次日01：00``； all day if no hour is named."""
    if duty.from_min is None or duty.until_min is None:
        return _choose(("全天", "all day"), lang)
    return f"{clock(duty.from_min, lang)}–{clock(duty.until_min, lang)}"


def clock(minute: int, lang: Lang) -> str:
    """Write minutes after midnight as a time of day."""
    days, minute = divmod(minute, 24 * 60)
    time = f"{minute // 60:02d}:{minute % 60:02d}"
    if days and lang == "zh":
        return f"次日{time}"
    return f"{time}+{days}" if days else time


def day_heading(day: Agenda, lang: Lang) -> str:
    """Write a date with its weekday, its lunar date and what kind of day it is."""
    weekday = _choose(_WEEKDAYS[day.on.weekday()], lang)
    kind = _choose(DAY_KINDS[day.status.kind], lang)
    if lang == "zh":
        return (
            f"{day.on.year}年{day.on.month}月{day.on.day}日 {weekday} · "
            f"农历{lunar_zh(day.lunar)} · {day.branch}日 · {kind}"
        )
    return (
        f"{weekday} {_date_en(day.on)} {day.on.year} · {lunar_en(day.lunar)} of the "
        f"lunar calendar · {day.branch} day · {kind}"
    )


def lunar_zh(lunar: LunarDate) -> str:
    """Write a lunar date as 闰六月初九."""
    leap = "闰" if lunar.is_leap_month else ""
    return f"{leap}{_LUNAR_MONTHS[lunar.month - 1]}{_lunar_day_zh(lunar.day)}"


def lunar_en(lunar: LunarDate) -> str:
    """Write a lunar date as ``day 9 of leap month 6``."""
    leap = "leap " if lunar.is_leap_month else ""
    return f"day {lunar.day} of {leap}month {lunar.month}"


def weekend_warning(year: int, lang: Lang) -> str:
    """Warn that a year has no holiday file, and say what to do."""
    zh = (
        f"没有{year}年的节假日文件，只按周末推算，调休未知；"
        "请按 docs/reference/holiday-file.md 编写后用 --holidays 文件 指定"
    )
    en = (
        f"no holiday file for {year}: weekends only, exchanged days unknown; write one "
        "as docs/reference/holiday-file.md says and give it with --holidays FILE"
    )
    return _choose((zh, en), lang)


def _choose(both: tuple[str, str], lang: Lang) -> str:
    return both[0] if lang == "zh" else both[1]


def _said(duty: Duty) -> dict[str, object]:
    """Put a duty's parameters into words that the phrases use."""
    params: Mapping[str, Param] = duty.params
    said: dict[str, object] = {**params}
    if not params.get("rule", "-"):
        said["rule"] = duty.title
    if "lunar_month" in params:
        lunar = LunarDate(
            year=duty.on.year,
            month=_whole(params["lunar_month"]),
            is_leap_month=bool(params.get("is_leap", False)),
            day=_whole(params["lunar_day"]),
            n_days_in_month=30,
        )
        said |= {"lunar": lunar_zh(lunar), "lunar_en": lunar_en(lunar)}
    if "weekday" in params:
        zh, en = _WEEKDAYS[_whole(params["weekday"]) - 1]
        said |= {"weekday": zh, "weekday_en": en}
    if "bell_min" in params:
        said["bell"] = clock(_whole(params["bell_min"]), "zh")
        said["label"] = params["label"]
        said["label_en"] = f" ({params['label_en']})" if params["label_en"] else ""
    if "level" in params:
        said["level"], said["level_en"] = LEVELS[str(params["level"])]
    if "months" in params:
        said["season"] = _season(params, "zh")
        said["season_en"] = _season(params, "en")
    if duty.reason == "festival.solar":
        said["date_en"] = _date_en(duty.on)
    return said


def _season(params: Mapping[str, Param], lang: Lang) -> str:
    months, weekdays = params["months"], params["weekdays"]
    if not isinstance(months, tuple) or not isinstance(weekdays, tuple):
        raise TypeError("months and weekdays are tuples")
    when_zh = "全年" if len(months) == 12 else "、".join(map(str, months)) + "月"
    when_en = (
        "all year"
        if len(months) == 12
        else ", ".join(_MONTHS_EN[_whole(month) - 1] for month in months)
    )
    if len(weekdays) < 7:
        named = [_WEEKDAYS[_whole(day) - 1] for day in weekdays]
        when_zh += " " + "、".join(zh for zh, _ in named)
        when_en += "; " + ", ".join(en for _, en in named)
    return _choose((when_zh, when_en), lang)


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"{value!r} is no whole number")
    return value


def _date_en(day: date) -> str:
    return f"{day.day} {_MONTHS_EN[day.month - 1]}"


def _lunar_day_zh(day: int) -> str:
    if day == 10:
        return "初十"
    if day in (20, 30):
        return "二十" if day == 20 else "三十"
    return ("初", "十", "廿")[day // 10] + _NUMERALS[day % 10 - 1]
