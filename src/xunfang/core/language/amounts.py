"""Which amounts of money a text can be said to name.

Whether somebody who writes "三千块" has named 3000 yuan. Every number counts, with or
without a unit of money: this answers "could it be theirs", and a person looks.
"""

import re

from xunfang.core.language.scripts import aligned

_DIGITS = {each: n for n, each in enumerate("零一二三四五六七八九")} | {
    "两": 2,
    "〇": 0,
}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_GREAT = {"万": 10_000, "亿": 100_000_000}
_IN_FIGURES = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)\s*([千百万亿kw]?)")
_IN_WORDS = re.compile(r"[一二两三四五六七八九十][零〇一二两三四五六七八九十百千万亿]*")
_AFTER_FIGURES = {"k": 1000, "w": 10_000} | _UNITS | _GREAT


def amounts_in(text: str) -> frozenset[int]:
    """Return the whole numbers a text names, in figures or in words.

    >>> sorted(amounts_in("先转3,000,说好再给1.2万"))
    [3000, 12000]
    >>> sorted(amounts_in("差点垫進去三千五,還有兩萬零八百"))
    [3500, 20800]
    """
    text = aligned(text)
    found = {
        round(float(figures.replace(",", "")) * _AFTER_FIGURES.get(unit, 1))
        for figures, unit in _IN_FIGURES.findall(text)
        if len(figures) <= _LONGEST
    }
    return frozenset(found | {_read(run) for run in _IN_WORDS.findall(text)})


_LONGEST = 16
"""Signs of a figure that can be an amount; longer ones are numbers of something else."""


def _read(run: str) -> int:
    """Read a number in words; "三千五" is 3500, "三千零五" is 3005."""
    total = section = digit = 0
    last = 1
    for sign in run:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
            last = 1 if digit == 0 else last
        elif sign in _UNITS:
            last = _UNITS[sign]
            section += (digit or 1) * last
            digit = 0
        else:
            last = _GREAT[sign]
            total = (total + section + digit) * last
            section = digit = 0
    return total + section + digit * max(last // 10, 1)
