"""Hold the lines of a list against what is known: set by set, and nothing is written."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from xunfang.cases.imports.table import (
    ASKS,
    CHANNELS,
    LONGEST,
    Problem,
    read_time,
)
from xunfang.cases.models import Topic
from xunfang.feedback.models import Asks, Channel, Said, Word
from xunfang.feedback.services import plain
from xunfang.web.tables import Row

ZONE = ZoneInfo(settings.TIME_ZONE)
DIGEST_SIGNS = 40
A_DAY = timedelta(days=1)


@dataclass(slots=True)
class Line:
    """A line, what it means, and what is wrong with it."""

    row: Row
    text: str
    place: str
    contact: str
    channel: Channel
    external_id: str = ""
    asks: Asks = Asks.UNSAID
    topic: Topic | None = None
    said_at: datetime | None = None
    is_known: bool = False
    """It was said before, here or in the file: nothing comes of it."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        """Whether it would be taken in."""
        return not self.problems and not self.is_known


def source_of(list_name: str) -> str:
    """Return what words of a list have as their source; no sender can be called so."""
    return f"import:{list_name}"


def read_lines(
    rows: Sequence[Row], *, list_name: str, channel: Channel, at: datetime
) -> list[Line]:
    """Say of each line what it means. Three queries for any number of lines."""
    topics: dict[str, Topic] = {}
    for topic in Topic.objects.exclude(parent=None).order_by("code"):
        for name in (topic.code, topic.name, topic.name_en):
            topics.setdefault(name.casefold(), topic)
    lines = [_read(row, channel, topics, at) for row in rows]
    _find_known(lines, source_of(list_name))
    _find_doubles(lines)
    return lines


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _read(
    row: Row, channel: Channel, topics: Mapping[str, Topic], at: datetime
) -> Line:
    cells = row.cells
    line = Line(
        row,
        plain(cells["text"]),
        plain(cells["place"]),
        plain(cells["contact"]),
        channel,
    )
    if not line.text:
        line.problems.append(("text_missing", {}))
    elif len(line.text) > Word.MAX_LENGTH:
        line.problems.append(("text_too_long", {"n": len(line.text)}))
    for key, most in LONGEST.items():
        if len(cells[key]) > most:
            line.problems.append(("cell_too_long", {"column": key, "most": most}))
    if said := _plain(cells["said_at"]):
        line.said_at = read_time(said, zone=ZONE)
        if line.said_at is None:
            line.problems.append(("time_unreadable", {"time": said[:40]}))
        elif line.said_at > at:
            line.problems.append(("time_ahead", {"time": said}))
    if said := _plain(cells["channel"]).casefold():
        line.channel = CHANNELS.get(said, channel)
        if said not in CHANNELS:
            line.problems.append(("channel_unknown", {"channel": said[:40]}))
    if said := _plain(cells["asks"]).casefold():
        line.asks = ASKS.get(said, Asks.UNSAID)
        if said not in ASKS:
            line.problems.append(("asks_unknown", {"kind": said[:40]}))
    if said := _plain(cells["topic"]):
        line.topic = topics.get(said.casefold())
        if line.topic is None:
            line.problems.append(("topic_unknown", {"topic": said[:40]}))
    line.external_id = _external_id(_plain(cells["number"]), line)
    return line


def _external_id(number: str, line: Line) -> str:
    """Return by what a line is known again: its number, else its words and their day."""
    if number:
        return f"no:{number[: LONGEST['number']]}"
    day = "" if line.said_at is None else line.said_at.date().isoformat()
    said = sha256(f"{day}\n{line.text}".encode()).hexdigest()[:DIGEST_SIGNS]
    return f"text:{said}"


def _find_known(lines: Sequence[Line], source: str) -> None:
    """Note what came before: by number in this list, or by words and day anywhere."""
    before = dict(
        Said.objects.filter(
            word__source=source,
            word__external_id__in={each.external_id for each in lines},
        ).values_list("word__external_id", "text")
    )
    # Whose words were erased by law came before all the same.
    came = set(
        Word.objects.filter(
            source=source, external_id__in={each.external_id for each in lines}
        ).values_list("external_id", flat=True)
    )
    for line in lines:
        if line.external_id not in came:
            continue
        if before.get(line.external_id, line.text) == line.text:
            line.is_known = True
        else:
            number = line.row.cells["number"]
            line.problems.append(("number_differs", {"number": number}))
    _find_said_elsewhere(lines)


def _find_said_elsewhere(lines: Sequence[Line]) -> None:
    dated = [
        (line, line.said_at)
        for line in lines
        if line.said_at is not None and line.external_id.startswith("text:")
    ]
    if not dated:
        return
    first = min(said_at for _, said_at in dated) - A_DAY
    last = max(said_at for _, said_at in dated) + A_DAY
    said: set[tuple[date, str]] = set()
    rows = (
        Said.objects.filter(
            Q(word__received_at__range=(first, last))
            | Q(word__said_at__range=(first, last)),
            text__in={line.text for line, _ in dated},
        )
        .order_by("pk")
        .values_list("text", "word__said_at", "word__received_at")
    )
    for text, said_at, received_at in rows:
        moment = said_at or received_at
        said.add((moment.astimezone(ZONE).date(), text))
    for line, said_at in dated:
        if (said_at.date(), line.text) in said:
            line.is_known = True


def _find_doubles(lines: Sequence[Line]) -> None:
    """Of lines that say the same the first counts; where they differ, neither does."""
    first: dict[str, Line] = {}
    for line in lines:
        other = first.setdefault(line.external_id, line)
        if other is line or not line.text:
            continue
        if other.text == line.text:
            line.is_known = True
            continue
        for one, two in ((line, other), (other, line)):
            facts = {"line": two.row.line}
            one.problems.append(("number_twice_differs", facts))
