"""What one line of a table says of a call, and what is wrong with it. No database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from xunfang.calls.mirror.columns import (
    CLASSES,
    CLOCKS,
    FINAL_CLASSES,
    HOUR_ENDS,
    MINUTES,
)
from xunfang.calls.mirror.moments import UnreadableMoment, plain, read_moment
from xunfang.calls.models import UNNAMED_UNIT
from xunfang.core.dispatching.sheets import OF_A_UNIT, Step
from xunfang.core.geo import Datum, to_wgs84
from xunfang.web.tables import Row

NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z._:-]{0,39}")
NUMBERS_IN_TEXT = re.compile(r"-?\d+(?:\.\d+)?")
LONGEST = {"words": 2000, "phone": 30, "place": 200, "unit": 60, "outcome": 300}
AT_MOST = timedelta(days=2)
"""No unit takes longer from the report to any of its steps; a table that says so errs."""
CLOSED_AT_MOST = timedelta(days=366)
AHEAD_AT_MOST = timedelta(hours=1)
"""A clock may be ahead of ours by this."""

ORDER = (
    *(Step.REPORTED, Step.ASSIGNED, Step.ACKNOWLEDGED, Step.DEPARTED, Step.ARRIVED),
    *(Step.FINISHED, Step.CLOSED),
)
"""Steps that follow one another; where they do not, the line is doubtful."""

YES = frozenset({"y", "yes", "true", "t", "1", "是", "officer initiated"})
CHANNELS: Mapping[str, tuple[str, ...]] = {
    "patrol": ("巡逻", "巡查", "自行发现", "主动发现", "patrol", "officer", "self"),
    "alarm": ("技防", "报警器", "自动报警", "一键报警", "alarm"),
    "office": ("移交", "转办", "联动", "12345", "119", "120", "other agency"),
}
"""Who noticed it, by what the channel's name holds; a resident otherwise."""
URGENCIES = {"一级": "1", "二级": "2", "三级": "3", "四级": "4"}

type Facts = dict[str, str | int]
type Problem = tuple[str, Facts]


@dataclass(slots=True)
class Reading:
    """One line: whose it is, what it says, and what is wrong with it."""

    row: Row
    number: str = ""
    unit: str = ""
    said: dict[str, str] = field(default_factory=dict)
    """Text by field, only where there is something; coordinates are WGS84."""
    clocks: dict[Step, datetime] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    is_refused: bool = False
    """Whether nothing of the line may go in."""

    def refuse(self, code: str, **facts: str | int) -> None:
        """Note why nothing of the line may go in."""
        self.problems.append((code, facts))
        self.is_refused = True

    def doubt(self, code: str, **facts: str | int) -> None:
        """Note what is wrong with part of the line; the rest goes in."""
        self.problems.append((code, facts))


@dataclass(frozen=True, slots=True)
class Manner:
    """How the lines of a table are to be read."""

    zone: ZoneInfo
    datum: Datum
    time_format: str = ""
    is_sheet: bool = False
    """Whether it comes from a workbook, which keeps a midnight as its date."""


def read_row(row: Row, manner: Manner, *, at: datetime) -> Reading:
    """Say what a line means. ``at`` is now: nothing happened later."""
    reading = Reading(row, number=plain(row.cells.get("number", "")).lstrip("'"))
    if not reading.number:
        reading.refuse("number_missing")
    elif not NUMBER.fullmatch(reading.number):
        reading.refuse("number_unreadable", number=reading.number[:60])
    _read_clocks(reading, manner, at)
    _read_spans(reading)
    _check_spans(reading)
    if not reading.clocks:
        reading.refuse("no_clock")
    if set(reading.clocks) & OF_A_UNIT:
        reading.unit = _text(reading, "unit") or UNNAMED_UNIT
    for key in ("words", "phone", "place", "outcome"):
        _say(reading, key, _text(reading, key))
    _say(reading, "station", plain(row.cells.get("station", "")))
    _say(reading, "class", _finest(row, CLASSES))
    _say(reading, "final_class", _finest(row, FINAL_CLASSES))
    _read_point(reading, manner)
    _read_urgency(reading)
    _read_reporter(reading)
    return reading


def _say(reading: Reading, key: str, text: str) -> None:
    if text:
        reading.said[key] = text


def _text(reading: Reading, key: str) -> str:
    """Return a text, cut where it is longer than we keep, and say so."""
    text = (
        plain(reading.row.cells.get(key, ""))
        if key != "words"
        else (reading.row.cells.get(key, "").strip())
    )
    if len(text) > LONGEST[key]:
        reading.doubt("too_long", field=key, n=LONGEST[key])
    return text[: LONGEST[key]]


def _finest(row: Row, keys: tuple[str, ...]) -> str:
    """Return the names of all levels, the finest first, as one text.

    Which of them is known is seen where the classes are.
    """
    said = [plain(row.cells.get(key, "")) for key in keys]
    return "\n".join(dict.fromkeys(text for text in reversed(said) if text))


def _read_clocks(reading: Reading, manner: Manner, at: datetime) -> None:
    cells = reading.row.cells
    for key, step in CLOCKS.items():
        said = cells.get(key, "")
        try:
            moment = read_moment(
                said,
                zone=manner.zone,
                time_format=manner.time_format,
                hour=cells.get(f"{key}{HOUR_ENDS}", ""),
                whole=manner.is_sheet,
            )
        except UnreadableMoment:
            reading.doubt("time_unreadable", field=key, said=said[:60])
            continue
        if moment is None:
            continue
        if moment > at + AHEAD_AT_MOST:
            reading.doubt("time_ahead", field=key, said=said[:60])
            continue
        reading.clocks[step] = moment


def _read_spans(reading: Reading) -> None:
    """Make times of spans in minutes: each begins where the one before it ended."""
    for key, begin, end in MINUTES:
        said = plain(reading.row.cells.get(key, ""))
        if not said or begin not in reading.clocks or end in reading.clocks:
            continue
        try:
            minutes = float(said)
            span = timedelta(seconds=round(60 * minutes))
        except (ValueError, OverflowError):
            reading.doubt("span_unreadable", field=key, said=said[:60])
            continue
        if minutes < 0:
            reading.doubt("span_negative", field=key, said=said[:60])
        elif span > (CLOSED_AT_MOST if end is Step.CLOSED else AT_MOST):
            reading.doubt("span_absurd", field=key, said=said[:60])
        else:
            reading.clocks[end] = reading.clocks[begin] + span


def _check_spans(reading: Reading) -> None:
    """Leave out what cannot be, and say what contradicts itself."""
    reported = reading.clocks.get(Step.REPORTED)
    for step, moment in list(reading.clocks.items()):
        longest = AT_MOST if step in OF_A_UNIT else CLOSED_AT_MOST
        if reported is not None and abs(moment - reported) > longest:
            del reading.clocks[step]
            reading.doubt("span_absurd", field=_key_of(step), said=moment.isoformat())
    known = [step for step in ORDER if step in reading.clocks]
    for earlier, later in pairwise(known):
        if reading.clocks[later] < reading.clocks[earlier]:
            reading.doubt("out_of_order", field=_key_of(earlier), later=_key_of(later))


def _key_of(step: Step) -> str:
    return next(key for key, one in CLOCKS.items() if one is step)


def _read_point(reading: Reading, manner: Manner) -> None:
    cells = reading.row.cells
    said = [plain(cells.get(key, "")) for key in ("lon", "lat")]
    if not all(said):
        text = plain(cells.get("point", ""))
        if not text:
            return
        said = NUMBERS_IN_TEXT.findall(text)[:2]
        if "point" not in text.casefold():
            said.reverse()  # (latitude, longitude), as portals write it
    try:
        lon, lat = (float(number) for number in said)
    except ValueError:
        reading.doubt("point_unreadable", said="; ".join(said)[:60])
        return
    if abs(lon) < 1e-6 and abs(lat) < 1e-6:
        return  # No place: tables write it so.
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        reading.doubt("point_unreadable", said=f"{lon}, {lat}")
        return
    point = to_wgs84(np.array([lon, lat]), manner.datum)
    reading.said["lon"], reading.said["lat"] = (
        f"{value:.6f}" for value in point.tolist()
    )


def _read_urgency(reading: Reading) -> None:
    said = plain(reading.row.cells.get("urgency", ""))
    if not said:
        return
    number = URGENCIES.get(said, said.upper().removeprefix("U").lstrip("0"))
    if number in {"1", "2", "3", "4"}:
        reading.said["urgency"] = number
    else:
        reading.doubt("urgency_unknown", said=said[:60])


def _read_reporter(reading: Reading) -> None:
    cells = reading.row.cells
    channel = plain(cells.get("channel", "")).casefold()
    if plain(cells.get("self_initiated", "")).casefold() in YES:
        reading.said["reporter"] = "patrol"
    elif channel or plain(cells.get("self_initiated", "")):
        reading.said["reporter"] = next(
            (
                reporter
                for reporter, words in CHANNELS.items()
                if any(word in channel for word in words)
            ),
            "resident",
        )
