"""The rule a market keeps, in the reader's language.

An officer writes 农历逢一四七, and in Chinese it is read back as it was written. Whoever
reads another language gets the rule itself, said again.
"""

from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from xunfang.core.calendars.lunar import BRANCHES
from xunfang.core.calendars.market_text import MarketRuleUnclear, parse_market_rule
from xunfang.core.calendars.markets import (
    Daily,
    EarthlyBranches,
    LunarDays,
    LunarLastDigit,
    MarketRule,
    ShortMonth,
    SolarLastDigit,
    Weekdays,
)
from xunfang.web.names import listed

PINYIN = (
    *("zi", "chou", "yin", "mao", "chen", "si"),
    *("wu", "wei", "shen", "you", "xu", "hai"),
)
"""The earthly branches in their order, for whoever cannot read them."""


def branch_name(branch: str) -> str:
    """Name an earthly branch: 丑, or "chou (丑)" for whoever cannot read it."""
    if (get_language() or "zh").startswith("zh"):
        return branch
    return f"{PINYIN[BRANCHES.index(branch)]} ({branch})"


def rule_said(text: str) -> str:
    """Say a rule as it was written, or what it means in the reader's language.

    >>> rule_said("农历逢一四七")
    '农历逢一四七'
    """
    if (get_language() or "zh").startswith("zh"):
        return text
    try:
        return _meaning(parse_market_rule(text))
    except MarketRuleUnclear:
        return text


def _meaning(rule: MarketRule) -> str:
    match rule:
        case SolarLastDigit(digits):
            return _("dates ending in %(digits)s") % {"digits": _numbers(digits)}
        case LunarLastDigit(digits, short_month):
            said = _("lunar dates ending in %(digits)s") % {"digits": _numbers(digits)}
            return said + _remark(short_month)
        case LunarDays(days, short_month):
            said = _("lunar days %(days)s") % {"days": _numbers(days)}
            return said + _remark(short_month)
        case Weekdays(weekdays):
            names = listed(str(WEEKDAYS[day - 1]) for day in sorted(weekdays))
            return _("every %(weekdays)s") % {"weekdays": names}
        case EarthlyBranches(branches):
            names = listed(branch_name(b) for b in BRANCHES if b in branches)
            return _("days of %(branches)s") % {"branches": names}
        case Daily():
            return pgettext("season", "every day")
        case _:
            return pgettext("market rule", "not known")


def _numbers(numbers: frozenset[int]) -> str:
    return listed(str(number) for number in sorted(numbers))


def _remark(short_month: ShortMonth) -> str:
    if short_month is not ShortMonth.USE_29TH:
        return ""
    return " " + _("(the 29th where there is no 30th)")
