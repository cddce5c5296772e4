"""Market rules as people say them, and the words people search markets by.

An officer writes 农历逢一四七 or 每周日, not a table of digits; what is typed is read into
a rule, or refused with the reason. Nothing is guessed: 逢一四七 alone could be either
calendar, 空三赶四 alone could be any of four sets of days.
"""

import re
from collections.abc import Iterable

from xunfang.core.calendars.lunar import BRANCHES
from xunfang.core.calendars.markets import (
    Daily,
    EarthlyBranches,
    LunarDays,
    LunarLastDigit,
    Market,
    MarketRule,
    ShortMonth,
    SolarLastDigit,
    Unknown,
    Weekdays,
)
from xunfang.core.errors import DomainError

MARKET_WORDS = (
    *("赶场", "赶集", "赶圩", "赶墟", "赶街", "逢场", "逢集", "逢圩", "逢墟"),
    *("趕場", "趕集", "趕圩", "趕墟", "趕街", "逢場"),
    *("庙会", "廟會", "集市", "大集", "场期", "圩日", "墟日", "集日", "場期"),
    "market",
)
"""What the same thing is called from Sichuan to Guangdong to Hebei."""

_LUNAR_WORDS = ("农历", "農曆", "阴历", "陰曆", "旧历", "舊曆")
_SOLAR_WORDS = ("公历", "公曆", "阳历", "陽曆", "新历", "新曆", "西历")
_CALENDAR_WORDS = (*_LUNAR_WORDS, *_SOLAR_WORDS)
_DAILY_WORDS = frozenset({"天天", "每天", "每日", "日日", "天天场", "百日场"})
_UNKNOWN_WORDS = frozenset({"不详", "不明", "未知", "待查", "不定期", "不定"})
_SHORT_MONTH_WORDS = ("廿九补", "补廿九", "二十九补", "补二十九", "29补", "补29")

_NUMERALS = "〇一二三四五六七八九"
_NUMERAL_VALUES = {sign: value for value, sign in enumerate(_NUMERALS)} | {"零": 0}
_WEEKDAY_VALUES = {sign: day for day, sign in enumerate("一二三四五六日", start=1)} | {
    "天": 7,
    **{str(day): day for day in range(1, 8)},
}
_ZODIAC = dict(zip("鼠牛虎兔龙蛇马羊猴鸡狗猪", BRANCHES, strict=True))

# Brackets, commas and semicolons come in two widths.
_BRACKETS = re.compile(r"[(\uff08](.*?)[)\uff09]")
_SEPARATORS = re.compile(r"[\s、\uff64,\uff0c。.;\uff1b和及]+")
_WEEKDAY_RULE = re.compile(r"每?(?:逢)?(?:周|星期|礼拜|週)([一二三四五六日天1-7]+)")
_DAY_OF_MONTH = re.compile(r"1[1-9]|2[1-9]|31|[二三]?十[一二三四五六七八九]|[二三]十")
_LUNAR_DAY = re.compile(
    r"初[一二三四五六七八九十]|三十|(?:二?十|廿)[一二三四五六七八九]?|\d+"
)


class MarketRuleUnclear(DomainError):
    """The text of a market rule can be read in no way, or in more than one."""

    code = "calendars.market_rule_unclear"


def parse_market_rule(text: str) -> MarketRule:
    """Read a market rule as it is said.

    Understood are 农历逢一四七, 公历逢5、10, 农历初二、十六, 周日 or 每周三、六, 丑巳酉日 or
    牛蛇鸡日, 空三赶四(丑巳酉日), 逢单日 and 逢双日 of either calendar, 天天, 不详; and the
    remark 小月无三十则廿九补.

    Raises
    ------
    MarketRuleUnclear
        The text has no or several meanings; the message says what is missing.
    """
    plain, remarks = _without_brackets(text)
    short_month = (
        ShortMonth.USE_29TH
        if any(word in text for word in _SHORT_MONTH_WORDS)
        else ShortMonth.SKIP
    )

    if plain in _DAILY_WORDS:
        return Daily()
    if plain in _UNKNOWN_WORDS:
        return Unknown()
    if said := _WEEKDAY_RULE.fullmatch(_SEPARATORS.sub("", plain)):
        return Weekdays(frozenset(_WEEKDAY_VALUES[sign] for sign in said[1]))
    if branches := _branches(plain):
        return EarthlyBranches(branches)
    if "空三赶四" in plain or "空五赶六" in plain:
        for remark in remarks:
            if branches := _branches(remark):
                return EarthlyBranches(branches)
        raise MarketRuleUnclear(
            f"{text}: 空三赶四 says how often, not when; add the days, as in (丑巳酉日)"
        )
    if body := _after(plain, _SOLAR_WORDS):
        return SolarLastDigit(_last_digits(body, text))
    if body := _after(plain, _LUNAR_WORDS):
        if body.startswith("逢"):
            return LunarLastDigit(_last_digits(body, text), short_month)
        return LunarDays(_lunar_days(body, text), short_month)
    if plain.startswith("逢"):
        raise MarketRuleUnclear(f"{text}: say 农历逢… or 公历逢…, it may be either")
    raise MarketRuleUnclear(
        f"{text}: not understood; write for example 农历逢一四七, 公历逢五、十, 周日, "
        "丑巳酉日, 农历初二、十六, 天天 or 不详"
    )


def find_markets(markets: Iterable[Market], query: str) -> tuple[Market, ...]:
    """Return the markets a search means, in their order.

    Every word for market day means the same, so 赶场, 赶集, 赶圩 and the others find all
    of them; what remains of the query must stand in the name, the code, the station
    or the rule. An empty query finds everything.
    """
    rest = query.casefold()
    for word in MARKET_WORDS:
        rest = rest.replace(word, " ")
    terms = rest.split()
    return tuple(
        market
        for market in markets
        if all(term in _searched_text(market) for term in terms)
    )


def _searched_text(market: Market) -> str:
    fields = (
        market.code,
        market.name,
        market.name_en,
        market.station,
        market.rule_text,
    )
    return " ".join(fields).casefold()


def _without_brackets(text: str) -> tuple[str, list[str]]:
    remarks = [_SEPARATORS.sub("", remark) for remark in _BRACKETS.findall(text)]
    # Separators stay while numbers are read: 5、10 is not 510.
    plain = _BRACKETS.sub("", text).replace(" ", "").strip()
    # 每月农历逢…, 每逢农历… and 逢农历… all mean 农历逢….
    said = re.match(rf"每?[月逢]({'|'.join(_CALENDAR_WORDS)})逢?", plain)
    if said is not None:
        is_by_digit = "逢" in said[0]
        plain = said[1] + ("逢" if is_by_digit else "") + plain[said.end() :]
    return plain, remarks


def _after(plain: str, words: Iterable[str]) -> str:
    for word in words:
        if plain.startswith(word):
            return plain.removeprefix(word).removeprefix("的").removeprefix("每月")
    return ""


def _branches(text: str) -> frozenset[str]:
    """Return the branches if the text names nothing else, else the empty set."""
    signs = _SEPARATORS.sub("", text).removeprefix("每").removeprefix("逢")
    signs = signs.removesuffix("日").removesuffix("场")
    named = [_ZODIAC.get(sign, sign) for sign in signs]
    if named and all(sign in BRANCHES for sign in named):
        return frozenset(named)
    return frozenset()


def _last_digits(body: str, text: str) -> frozenset[int]:
    signs = body.removeprefix("逢").removesuffix("日").removesuffix("号")
    if signs in {"单", "單"}:
        return frozenset({1, 3, 5, 7, 9})
    if signs in {"双", "雙"}:
        return frozenset({0, 2, 4, 6, 8})
    digits: set[int] = set()
    # 逢五逢十 says 逢 again where others put a comma.
    for word in filter(None, _SEPARATORS.split(signs.replace("逢", " "))):
        if word in {"10", "20", "30"}:
            digits.add(0)
        elif _DAY_OF_MONTH.fullmatch(word):
            raise MarketRuleUnclear(
                f"{text}: is {word} one day or two digits? put 、 between digits"
            )
        elif word.isdecimal():
            digits.update(int(sign) for sign in word)
        elif all(sign in _NUMERAL_VALUES or sign == "十" for sign in word):
            # 逢五十 means the fives and the tens, as 逢一四七 means three digits.
            digits.update(_NUMERAL_VALUES.get(sign, 0) for sign in word)
        else:
            raise MarketRuleUnclear(f"{text}: {word} is no last digit of a day")
    if not digits:
        raise MarketRuleUnclear(f"{text}: which last digits?")
    return frozenset(digits)


def _lunar_days(body: str, text: str) -> frozenset[int]:
    days: set[int] = set()
    for word in filter(None, _SEPARATORS.split(body.removesuffix("日"))):
        if _LUNAR_DAY.sub("", word):
            raise MarketRuleUnclear(
                f"{text}: {word} is no lunar day; write 农历初二、十六, or 农历逢… for "
                "last digits"
            )
        days.update(_lunar_day(found) for found in _LUNAR_DAY.findall(word))
    strange = sorted(day for day in days if not 1 <= day <= 30)
    if strange or not days:
        raise MarketRuleUnclear(f"{text}: a lunar month has the days 1 to 30")
    return frozenset(days)


def _lunar_day(word: str) -> int:
    if word.isdecimal():
        return int(word)
    tens_of = {"初": 0, "十": 10, "廿": 20}
    for prefix, tens in (("二十", 20), ("三十", 30)):
        if word.startswith(prefix):
            return tens + _NUMERAL_VALUES.get(word.removeprefix(prefix), 0)
    if word == "初十":
        return 10
    return tens_of[word[0]] + _NUMERAL_VALUES.get(word[1:], 0)
