"""How a crew's sheet is laid out: on one page if it can be, and its map as large as can be.

The template measures how high each part would be in each of its styles; here the first
layout that fits is taken, from roomy to dense. A night too long for one page gets the
front and the back of one sheet.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from django.utils.translation import pgettext

from xunfang.patrols import wording

WIDTH_MM, PAGE_MM = 186.0, 275.0
"""What a page holds between its margins."""
GAP_MM = 2.2
"""Between one part of a page and the next."""
SPARE_MM = 1.0
"""Kept free, so that no page is set to the last hair."""
LIST_GAP_MM = 5.0
BESIDE_MM = 74.0
"""Width of the crew's names where the map stands beside them."""
MAP_GAP_MM = 3.0
MOST_MAP_MM = 150.0
MOST_ROWS = 18
"""A table of more stays leaves its map too little, whatever they are called."""
STYLES = ("roomy", "plain", "close", "dense")
"""Of the template, each closer than the one before."""
TABLE = "table"
DAY_MIN = 24 * 60

type Json = dict[str, Any]
type Lists = tuple[tuple[int, int], ...]
"""The lists of a page, each from one stay up to, not including, another."""
type Pages = tuple[Lists, ...]
type Measure = Callable[[str, Sequence[Json]], Iterable[Json]]


@dataclass(frozen=True, slots=True)
class Step:
    """One way to set a sheet, and how small its map may become by it."""

    style: str
    beside: bool
    """Whether the map stands beside the crew's names, not across the page."""
    least_map_mm: float

    @property
    def measured_in(self) -> str:
        """The round in which it is tried; a table is measured in the first."""
        return STYLES[0] if self.style == TABLE else self.style


ONE_PAGE = (
    Step(TABLE, beside=False, least_map_mm=75.0),
    Step("roomy", beside=False, least_map_mm=80.0),
    Step("roomy", beside=True, least_map_mm=68.0),
    Step("plain", beside=False, least_map_mm=75.0),
    Step("plain", beside=True, least_map_mm=66.0),
    Step("close", beside=True, least_map_mm=60.0),
    Step("close", beside=False, least_map_mm=60.0),
    Step("dense", beside=True, least_map_mm=60.0),
    Step("dense", beside=False, least_map_mm=60.0),
)
FRONT_AND_BACK = (
    Step("roomy", beside=False, least_map_mm=95.0),
    Step("roomy", beside=True, least_map_mm=60.0),
    Step("plain", beside=True, least_map_mm=60.0),
    Step("dense", beside=True, least_map_mm=60.0),
)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a sheet is set."""

    style: str
    beside: bool
    map_width_mm: float
    map_height_mm: float
    pages: Pages


def page_measures() -> Json:
    """Return what the template has to keep to, in millimetres."""
    return {
        "width": WIDTH_MM,
        "gap": GAP_MM,
        "lane": (WIDTH_MM - LIST_GAP_MM) / 2,
        "lane_gap": LIST_GAP_MM,
        "beside": BESIDE_MM,
        "most_rows": MOST_ROWS,
    }


def rows_of(stops: Iterable[Json]) -> list[Json]:
    """Return the stays as they are printed, two without a pause at one place as one.

    ``why_as_at`` says in short that a reason has been given before, at the same place.
    """
    rows: list[Json] = []
    for stop in stops:
        row = _row(stop)
        if rows and _goes_on(rows[-1], row):
            rows[-1] = _joined(rows[-1], row)
        else:
            rows.append(row)
    first_said: dict[tuple[str, str], str] = {}
    for row in rows:
        number = first_said.setdefault((row["place"], row["why"]), row["number"])
        row["why_as_at"] = (
            pgettext("sheet", "why: as at %(number)s") % {"number": number}
            if row["why"] and number != row["number"]
            else ""
        )
    return rows


def _row(stop: Json) -> Json:
    return {
        "number": "" if stop["number"] is None else str(stop["number"]),
        "is_post": stop["is_post"],
        "from": stop["from"],
        "until": stop["until"],
        "minutes": stop["minutes"],
        "place": stop["place"],
        "reason": stop["why"],
        "why": _sentences(stop["why"], stop["light"], stop["unlit"]),
    }


def _goes_on(before: Json, after: Json) -> bool:
    same = ("place", "reason", "is_post")
    return (
        all(before[name] == after[name] for name in same)
        and before["until"] == after["from"]
        and "" not in {before["number"], after["number"]}
    )


def _joined(before: Json, after: Json) -> Json:
    first = before["number"].partition("–")[0]
    # Both have the reason; the hours of the lights are each one's own.
    lights = after["why"].removeprefix(after["reason"]).strip()
    return before | {
        "number": f"{first}–{after['number']}",
        "until": after["until"],
        "minutes": wording.minutes_text(_minutes(before["from"], after["until"])),
        "why": _sentences(before["why"], lights),
    }


def _sentences(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _minutes(begin: str, end: str) -> int:
    """Count from one clock time to the next; nobody stands anywhere for a whole day."""
    (h, m), (h_end, m_end) = (map(int, clock.split(":")) for clock in (begin, end))
    return (60 * (h_end - h) + m_end - m) % DAY_MIN


def lay_out(sheets: Sequence[Json], measure: Measure) -> list[Layout]:
    """Return the first layout of each sheet that fits: on one page, or front and back.

    ``measure`` says of some sheets how high their parts are, in millimetres, the stays
    in one style. Only what does not fit yet is measured in the next one.
    """
    layouts: dict[int, Layout] = {}
    measured: dict[int, dict[str, Json]] = {n: {} for n in range(len(sheets))}
    for style in STYLES:
        waiting = [n for n in measured if n not in layouts]
        if not waiting:
            break
        found = measure(style, [sheets[n] for n in waiting])
        for n, parts in zip(waiting, found, strict=True):
            measured[n][style] = parts
            if laid := _on_one_page(style, parts):
                layouts[n] = laid
    return [
        layouts[n] if n in layouts else _on_front_and_back(of_sheet)
        for n, of_sheet in measured.items()
    ]


def _on_one_page(style: str, measured: Json) -> Layout | None:
    for step in ONE_PAGE:
        if step.measured_in != style:
            continue
        if step.style != TABLE:
            lists, list_mm = _beside_each_other(measured["stays"], begin=0)
        elif measured["table"] is not None:
            lists, list_mm = (), measured["table"]
        else:
            continue
        room = _room(measured, step) - list_mm - measured["closing"]
        if room >= _least_map_mm(measured, step):
            return _layout(step, room, pages=(lists,))
    return None


def _on_front_and_back(measured: Mapping[str, Json]) -> Layout:
    *steps, densest = FRONT_AND_BACK
    for step in steps:
        laid = _on_pages(measured[step.style], step)
        if len(laid.pages) <= 2:
            return laid
    return _on_pages(measured[densest.style], densest)


def _on_pages(measured: Json, step: Step) -> Layout:
    """Fill the front, and as many pages after it as there must be."""
    heights = measured["stays"]
    room = _room(measured, step) - measured["overleaf"]
    lists, list_mm = _filled(
        heights, begin=0, room_mm=room - _least_map_mm(measured, step)
    )
    pages = [lists]
    page_mm = PAGE_MM - SPARE_MM - measured["opening_of_back"] - 2 * GAP_MM
    while True:
        begin = pages[-1][-1][1]
        rest, rest_mm = _beside_each_other(heights, begin=begin)
        filled, _ = _filled(
            heights, begin=begin, room_mm=page_mm - measured["overleaf"]
        )
        # What is higher than a page by itself flows on; there is no room to wait for.
        if rest_mm <= page_mm - measured["closing"] or filled[-1][1] == begin:
            return _layout(step, room - list_mm, pages=(*pages, rest))
        pages.append(filled)


def _layout(step: Step, room_mm: float, *, pages: Pages) -> Layout:
    return Layout(
        style=step.style,
        beside=step.beside,
        map_width_mm=WIDTH_MM - (BESIDE_MM + MAP_GAP_MM) * step.beside,
        map_height_mm=min(room_mm, MOST_MAP_MM),
        pages=pages,
    )


def _room(measured: Json, step: Step) -> float:
    """Return what a front leaves for its map, its list and what stands under it."""
    parts = [measured["opening"], measured["notices"]]
    if not step.beside:
        parts.append(measured["across"])
    # A gap after each of them, after the map and after the list.
    n_gaps = 2 + sum(part > 0 for part in parts)
    return float(PAGE_MM - SPARE_MM - sum(parts) - n_gaps * GAP_MM)


def _least_map_mm(measured: Json, step: Step) -> float:
    """Return how high the map must be: as the names that it stands beside, at least."""
    if step.beside:
        return max(step.least_map_mm, float(measured["beside"]))
    return step.least_map_mm


def _beside_each_other(heights: Sequence[float], *, begin: int) -> tuple[Lists, float]:
    """Return the rest as two lists of about one height, and the height of the larger."""
    below = [0.0, *accumulate(heights[begin:])]

    def larger(n: int) -> float:
        return max(below[n], below[-1] - below[n])

    n = min(range(len(below)), key=larger)
    return ((begin, begin + n), (begin + n, len(heights))), larger(n)


def _filled(
    heights: Sequence[float], *, begin: int, room_mm: float
) -> tuple[Lists, float]:
    """Return two lists filled one after the other, and the height of the larger."""
    ends, used = [begin], []
    for _list in range(2):
        below = list(accumulate(heights[ends[-1] :]))
        n = bisect_right(below, room_mm)
        used.append(below[n - 1] if n else 0.0)
        ends.append(ends[-1] + n)
    return tuple(pairwise(ends)), max(used)
