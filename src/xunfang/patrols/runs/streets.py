"""Rows of a night's fixes: cells, streets and what lay near, by crew and hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import pyarrow as pa

from xunfang.core.geo import rings_of_points
from xunfang.core.streets.matching.bins import StreetBins
from xunfang.core.streets.matching.blind import NearStreets
from xunfang.core.streets.matching.fixes import Fixes
from xunfang.core.streets.matching.graph import MatchGraph
from xunfang.core.streets.matching.hours import Chunks, near_by_hour, passed_by_hour
from xunfang.core.streets.matching.match import Path, match_fixes
from xunfang.core.streets.matching.presence import presence_by_cell_hour
from xunfang.core.streets.modes import Mode
from xunfang.core.streets.snapping import Snapper
from xunfang.core.streets.turns import NoStreetsForMode
from xunfang.patrols.runs.files import table_of
from xunfang.patrols.runs.heard import Heard, pick
from xunfang.places import queries as places
from xunfang.places.models import GridCell

MATCHED_AS = {
    "foot": Mode.FOOT,
    "bicycle": Mode.BICYCLE,
    "ebike": Mode.EBIKE,
    # Marked cars: they enter gated estates, and turn where they must.
    "car": Mode.CAR_URGENT,
}


@lru_cache(maxsize=8)
def match_graph(code: str, mode: Mode) -> MatchGraph:
    """Return a network made ready for matching; it takes a moment, and is kept."""
    return MatchGraph.build(places.load_streets(code), mode)


@lru_cache(maxsize=2)
def near_streets(code: str) -> NearStreets:
    """Return a network cut into bins, with what tells which streets are near."""
    return NearStreets(StreetBins.cut(places.load_streets(code)))


@lru_cache(maxsize=2)
def all_streets(code: str) -> Snapper:
    """Return what puts points on a network's streets, whoever may use them."""
    return Snapper(places.load_streets(code))


@lru_cache(maxsize=2)
def street_keys(code: str) -> pa.Array:
    """Return the lasting names of a network's segments, in their order."""
    network = places.load_streets(code)
    return pa.array(
        [network.segment_key(segment) for segment in range(network.n_segments)]
    )


@dataclass(frozen=True, slots=True)
class Gone:
    """The ways crews went in one mode; ``path.unit`` as ``Heard.in_mode`` numbers."""

    mode: str
    fixes: Fixes
    path: Path


def ways_gone(heard: Heard, code: str) -> list[Gone]:
    """Match what was heard, each leg in its mode."""
    gone = []
    for mode in sorted({mode for legs in heard.legs for mode in legs}):
        fixes = heard.in_mode(mode)
        try:
            graph = match_graph(code, MATCHED_AS[mode])
        except NoStreetsForMode:
            # Nobody can go there that way; what the fixes say of cells stays.
            continue
        gone.append(Gone(mode, fixes, match_fixes(graph, fixes).path))
    return gone


def street_rows(
    heard: Heard, gone: Sequence[Gone], code: str, *, night: date
) -> list[pa.Table]:
    """Return rows of the streets that were passed, and of those that lay near."""
    near = near_streets(code)
    tables = [
        _of_chunks(
            heard,
            passed_by_hour(near.bins, way.path),
            code,
            kind="street",
            mode=way.mode,
            night=night,
        )
        for way in gone
    ]
    # A leg's mode says how it was gone, not who was near: all modes in one.
    found = near_by_hour(near, heard.fixes)
    tables.append(_of_chunks(heard, found, code, kind="near", mode="", night=night))
    return tables


def _of_chunks(
    heard: Heard, chunks: Chunks, code: str, *, kind: str, mode: str, night: date
) -> pa.Table:
    crew = chunks.unit if kind == "near" else heard.crews_of(chunks.unit)
    crews = pa.array([shift.code for shift in heard.shifts], pa.string())
    stations = pa.array([shift.station.code for shift in heard.shifts], pa.string())
    return table_of(
        {
            "kind": kind,
            "night": night,
            "station": stations.take(pa.array(crew)),
            "crew": crews.take(pa.array(crew)),
            "mode": mode,
            "hour": chunks.hour,
            "street": street_keys(code).take(pa.array(chunks.segment)),
            "direction": chunks.direction,
            "chunk": chunks.chunk,
            "mask": chunks.mask,
            "full": chunks.full,
            "metres": chunks.metres,
            "passes": chunks.passes,
        },
        len(chunks),
    )


def cell_rows(heard: Heard, cells: Sequence[GridCell], *, night: date) -> pa.Table:
    """Return rows of how long crews were in which cell, by hour and mode.

    Time outside all cells is kept under no name, so that the rows of a crew are the time
    it was heard of on patrol.
    """
    with_ring = [cell for cell in cells if len(cell.polygon) > 3]
    rings = [cell.polygon for cell in with_ring]
    codes = np.array([*(cell.code for cell in with_ring), ""], dtype=object)
    rows: list[tuple[str, str, str, int, str, float]] = []
    for mode in sorted({mode for legs in heard.legs for mode in legs}):
        fixes = heard.in_mode(mode)
        cell = rings_of_points(fixes.lonlat, rings)
        crew = heard.crews_of(fixes.unit)
        for n in np.unique(crew).tolist():
            low, high = np.searchsorted(crew, [n, n + 1]).tolist()
            some = pick(fixes, slice(low, high))
            found = presence_by_cell_hour(some, cell[low:high])
            shift = heard.shifts[n]
            rows += [
                (shift.station.code, shift.code, mode, hour, codes[row], seconds)
                for row, hour, seconds in zip(
                    found.cell.tolist(),
                    found.hour.tolist(),
                    found.seconds.tolist(),
                    strict=True,
                )
            ]
    names = ("station", "crew", "mode", "hour", "cell", "seconds")
    columns = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}
    return table_of({"kind": "cell", "night": night} | columns, len(rows))
