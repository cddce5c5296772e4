"""What the demo city consists of: stations, areas, cells, places, crews, counts.

Coordinates are (longitude, latitude) in degrees, WGS84; rings are closed implicitly
and counter-clockwise. Minutes count from midnight of the evening's date and pass 1440
after midnight: 02:00 is 1560. No field describes a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray

type LonLat = tuple[float, float]
type Ring = tuple[LonLat, ...]


@dataclass(frozen=True, slots=True)
class Station:
    """A police station (派出所) and its territory."""

    code: str
    zh: str
    en: str
    kind: str
    at: LonLat
    ring: Ring
    population: int
    n_sworn: int
    n_auxiliaries: int
    n_community_officers: int


@dataclass(frozen=True, slots=True)
class PatrolArea:
    """A patrol area (巡区): the union of its grid cells."""

    code: str
    station: str
    zh: str
    en: str
    ring: Ring
    roads: tuple[tuple[str, str], ...]
    """Named roads that lie mostly inside, longest first: (Chinese, English)."""


@dataclass(frozen=True, slots=True)
class GridCell:
    """A grid cell (警格), the smallest unit of presence."""

    code: str
    station: str
    area: str
    ring: Ring


@dataclass(frozen=True, slots=True)
class BusyWindow:
    """When a place asks for presence.

    ``months`` 1 to 12; ``weekdays`` 1 (Monday) to 7; ``to_min`` may pass 1440.
    """

    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    from_min: int
    to_min: int


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """A key place (重点部位): 536 in all.

    ``school_level`` is ``kindergarten``, ``primary``, ``middle`` or ``high``, and
    ``bells_min`` its bells at the end of a school day; both empty elsewhere.
    """

    code: str
    kind: str
    kind_zh: str
    zh: str
    en: str
    station: str
    area: str
    cell: str
    at: LonLat
    street: tuple[str, str] | None
    check_every_days: int
    busy: tuple[BusyWindow, ...]
    school_level: str | None = None
    bells_min: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class LoopStop:
    """One stop of a market team's round (row C04)."""

    zh: str
    en: str
    at: LonLat


@dataclass(frozen=True, slots=True)
class Market:
    """A market by calendar rule, or a night market; with the round of its team."""

    code: str
    zh: str
    en: str
    station: str
    at: LonLat
    street: tuple[str, str] | None
    loop: tuple[LoopStop, ...]
    busy: tuple[BusyWindow, ...]
    is_night_market: bool
    rule: str | None = None
    rule_text: str | None = None


@dataclass(frozen=True, slots=True)
class CirclePlace:
    """A place that a unit should reach within one, three or five minutes."""

    code: str
    zh: str
    en: str
    station: str
    at: LonLat
    target_min: int
    key_place: str | None


@dataclass(frozen=True, slots=True)
class PoliceRoom:
    """A police room (警务室) of a community."""

    code: str
    zh: str
    en: str
    station: str
    at: LonLat


@dataclass(frozen=True, slots=True)
class VillageCentre:
    """A village (村) that belongs to a station."""

    zh: str
    en: str
    station: str
    at: LonLat


@dataclass(frozen=True, slots=True)
class Crew:
    """People who are out together tonight.

    ``mode`` is ``car``, ``foot`` or ``bicycle``. A seconded night group walks its
    round; a local crew may be sent to calls at any minute of its shift.
    """

    code: str
    zh: str
    en: str
    station: str
    seconded: bool
    mode: str
    n_sworn: int
    n_auxiliaries: int
    start: LonLat
    end: LonLat
    shift_min: tuple[int, int]
    break_window_min: tuple[int, int]
    break_length_min: int
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IncidentCounts:
    """Incidents by place or cell, month, hour and class: counts only.

    Suggestions read ``by_cell`` and ``by_place`` of the source ``resident_reported``
    and never what patrols found themselves (rule CL-23).

    Attributes
    ----------
    months
        ``(year, month)`` of the first axis.
    classes
        Names of the last axis.
    by_cell
        Shape ``(n_months, n_cells, 24, n_classes)``, cells as in ``City.cells``.
    by_place
        Shape ``(n_months, n_places, 24, n_classes)``; these are counted in their
        cells as well.
    """

    source: str
    first_day: date
    last_day: date
    months: tuple[tuple[int, int], ...]
    classes: tuple[str, ...]
    by_cell: NDArray[np.int32]
    by_place: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class City:
    """Everything the police need to plan a night; ``real_streets`` says on what."""

    zh: str
    en: str
    disclaimer: str
    real_streets: bool
    stations: tuple[Station, ...]
    areas: tuple[PatrolArea, ...]
    cells: tuple[GridCell, ...]
    places: tuple[KeyPlace, ...]
    markets: tuple[Market, ...]
    circles: tuple[CirclePlace, ...]
    rooms: tuple[PoliceRoom, ...]
    villages: tuple[VillageCentre, ...]
    night_groups: tuple[Crew, ...]
    local_crews: tuple[Crew, ...]
    reported: IncidentCounts
    patrol_found: IncidentCounts
