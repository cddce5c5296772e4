"""The columns of a list of words, and what people write in them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from xunfang.feedback.models import Asks, Channel
from xunfang.web.tables import Column, Row

COLUMNS = (
    Column("text", ("内容", "text", "words"), is_needed=True),
    Column("number", ("编号", "工单编号", "number")),
    Column("said_at", ("时间", "日期", "said at", "date")),
    Column("channel", ("渠道", "channel")),
    Column("place", ("地点", "place")),
    Column("contact", ("联系方式", "电话", "contact")),
    Column("topic", ("类别", "topic")),
    Column("asks", ("性质", "kind")),
)
OURS = (
    Column("line", ("行号", "line")),
    Column("problem", ("问题", "what is wrong")),
)
"""What we add to lines set aside; read back and thrown away."""

CHANNELS: Mapping[str, Channel] = {
    **dict.fromkeys(("纸质", "信件", "意见箱", "paper"), Channel.PAPER),
    **dict.fromkeys(("电话", "热线", "12345", "phone", "telephone"), Channel.PHONE),
    **dict.fromkeys(("会议", "座谈", "meeting"), Channel.MEETING),
    **dict.fromkeys(("当面", "走访", "接访", "face", "face to face"), Channel.FACE),
    **dict.fromkeys(("巡逻", "patrol"), Channel.PATROL),
}
ASKS: Mapping[str, Asks] = {
    **dict.fromkeys(("咨询", "question"), Asks.QUESTION),
    **dict.fromkeys(("反映", "举报", "report"), Asks.REPORT),
    **dict.fromkeys(("建议", "suggestion"), Asks.SUGGESTION),
    **dict.fromkeys(("批评", "criticism"), Asks.CRITICISM),
    **dict.fromkeys(("投诉", "complaint"), Asks.COMPLAINT),
    **dict.fromkeys(("表扬", "感谢", "thanks"), Asks.THANKS),
}
LONGEST: Mapping[str, int] = {"number": 80, "place": 200, "contact": 120}

type Facts = Mapping[str, str | int]
type Problem = tuple[str, Facts]

PROBLEMS: dict[str, tuple[str | Promise, str | Promise]] = {
    "text_missing": (
        pgettext_lazy("import", "There is no text."),
        pgettext_lazy("import", "Write what was said."),
    ),
    "text_too_long": (
        pgettext_lazy("import", "The text has %(n)s characters."),
        pgettext_lazy("import", "Split it: 4,000 at most."),
    ),
    "cell_too_long": (
        pgettext_lazy("import", "“%(column)s” has more than %(most)s characters."),
        pgettext_lazy("import", "Shorten it."),
    ),
    "time_unreadable": (
        pgettext_lazy("import", "“%(time)s” is not a date or a time."),
        pgettext_lazy("import", "Write it like 2026-11-20 or 2026-11-20 08:30."),
    ),
    "time_ahead": (
        pgettext_lazy("import", "“%(time)s” has not come yet."),
        pgettext_lazy("import", "Correct the date."),
    ),
    "channel_unknown": (
        pgettext_lazy("import", "“%(channel)s” is not a way in that lists have."),
        pgettext_lazy(
            "import", "Write 纸质, 电话, 会议, 当面 or 巡逻, or leave it empty."
        ),
    ),
    "asks_unknown": (
        pgettext_lazy("import", "“%(kind)s” is not a kind."),
        pgettext_lazy(
            "import", "Write 咨询, 反映, 建议, 批评, 投诉 or 表扬, or leave it empty."
        ),
    ),
    "topic_unknown": (
        pgettext_lazy("import", "There is no topic “%(topic)s”."),
        pgettext_lazy("import", "Write its code or its name, or leave it empty."),
    ),
    "number_differs": (
        pgettext_lazy("import", "Number %(number)s is known with other words."),
        pgettext_lazy(
            "import", "What was said is not changed: give it its own number."
        ),
    ),
    "number_twice_differs": (
        pgettext_lazy("import", "Line %(line)s has the same number with other words."),
        pgettext_lazy("import", "Give each its own number."),
    ),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A problem in words."""

    what: str
    remedy: str


def said_of(problems: Iterable[Problem]) -> list[Said]:
    """Put problems into words."""
    return [
        Said(str(PROBLEMS[code][0]) % facts, str(PROBLEMS[code][1]) % facts)
        for code, facts in problems
    ]


def set_aside_header() -> list[str]:
    """Return the first line of the table of lines to be mended."""
    names = [column.names[0] for column in (*COLUMNS, *OURS)]
    return [*names[:-1], _("What is wrong, and what to do")]


def set_aside_rows(
    lines: Iterable[tuple[Row, Sequence[Problem]]],
) -> Iterator[Sequence[object]]:
    """Yield the lines to be mended, each with its number and what is wrong."""
    for row, problems in lines:
        said = " ".join(f"{one.what} {one.remedy}" for one in said_of(problems))
        yield [*(row.cells[column.key] for column in COLUMNS), row.line, said]


_CHINESE = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?")
_CLOCK = re.compile(r"\s*T?\s*(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2}))?\s*[分秒]?")


def read_time(text: str, *, zone: ZoneInfo) -> datetime | None:
    """Read a date with or without a time, as people write it; None where it is neither.

    >>> read_time("2026年11月3日 8时5分", zone=ZoneInfo("Asia/Shanghai")).isoformat()
    '2026-11-03T08:05:00+08:00'
    >>> read_time("2026/11/3", zone=ZoneInfo("Asia/Shanghai")).isoformat()
    '2026-11-03T00:00:00+08:00'
    """
    date = _CHINESE.match(text)
    if date is None:
        return None
    rest = text[date.end() :].strip()
    clock = _CLOCK.fullmatch(rest) if rest else None
    if rest and clock is None:
        return None
    try:
        year, month, day = (int(part) for part in date.groups())
        hour, minute, second = (
            int(part or 0) for part in (clock.groups() if clock else (0, 0, 0))
        )
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None
