"""Where a point lies: in which cell, in which area, on whose ground; set by set."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from xunfang.core.geo import Floats, distance_to_ring_m, rings_of_points
from xunfang.core.streets.network import StreetNetwork
from xunfang.places import queries
from xunfang.places.models import AreaEdition, GridCell


@dataclass(frozen=True, slots=True)
class OffMap:
    """How far a point lies from the ground that is patrolled."""

    metres: int
    area: str
    """Name of the nearest area; empty where there is none at all."""


@dataclass(frozen=True)
class Ground:
    """The cells and areas of a day, to be asked about many points at once."""

    cells: tuple[GridCell, ...]
    editions: tuple[AreaEdition, ...]

    @classmethod
    def on(cls, day: date) -> Self:
        """Read the ground as it is divided on a day. Three queries."""
        cells = queries.all_cells(day=day)
        return cls(tuple(cells), queries.areas_around(day=day).editions)

    @staticmethod
    def station_code_at(lonlat: tuple[float, float], *, day: date) -> str | None:
        """Return the code of the station on whose ground a point lies on a day."""
        cell = _cell_around(lonlat)
        return None if cell is None else queries.station_code_before(cell, day=day)

    def cells_of_points(self, lonlat: Floats) -> list[GridCell | None]:
        """Return the cell each point lies in, shape ``(n, 2)``."""
        with_ring = [cell for cell in self.cells if len(cell.polygon) > 3]
        found = rings_of_points(lonlat, [cell.polygon for cell in with_ring])
        return [None if row < 0 else with_ring[row] for row in found.tolist()]

    def how_far_off(self, lonlat: Floats) -> list[OffMap]:
        """Return how far points off the map lie from the nearest area.

        Where no area has a boundary, from the nearest cell.
        """
        rings = self._rings
        if not rings or not len(lonlat):
            return [OffMap(0, "")] * len(lonlat)
        metres = np.stack([distance_to_ring_m(lonlat, ring) for _, ring in rings])
        return [
            OffMap(round(float(column[nearest])), rings[nearest][0])
            for column, nearest in zip(
                metres.T, metres.argmin(axis=0).tolist(), strict=True
            )
        ]

    @cached_property
    def _rings(self) -> list[tuple[str, Floats]]:
        rings = [
            (edition.area.name, np.array(ring))
            for edition in self.editions
            for ring in edition.polygons
        ]
        return rings or [
            (cell.area.name, np.array(cell.polygon))
            for cell in self.cells
            if len(cell.polygon) > 3
        ]

    def segments_of(
        self, network: StreetNetwork, station_codes: frozenset[str]
    ) -> NDArray[np.bool_]:
        """Tell which segments lie on the ground of some stations, ``(n_segments,)``.

        Their ground is what their areas and cells hold. Where nothing of the city has
        a boundary yet, all streets are on it.
        """
        mine = [
            *_rings_of(self.editions, station_codes),
            *(
                cell.polygon
                for cell in self.cells
                if cell.area.station_code in station_codes and len(cell.polygon) > 3
            ),
        ]
        if not self._rings:
            return np.ones(network.n_segments, dtype=np.bool_)
        return np.asarray(rings_of_points(middles_of(network), mine) >= 0)

    @property
    def station_codes(self) -> frozenset[str]:
        """Stations that have ground."""
        return frozenset(
            [cell.area.station_code for cell in self.cells]
            + [edition.area.station_code for edition in self.editions]
        )


def _rings_of(
    editions: Sequence[AreaEdition], station_codes: frozenset[str]
) -> list[list[list[float]]]:
    return [
        ring
        for edition in editions
        if edition.area.station_code in station_codes
        for ring in edition.polygons
    ]


@lru_cache(maxsize=2)
def middles_of(network: StreetNetwork) -> Floats:
    """Return one point of each segment that decides in whose ground it lies.

    The mean of the points it is drawn through, WGS84, shape ``(n_segments, 2)``.
    """
    if not network.n_segments:
        return np.empty((0, 2))
    sums = np.add.reduceat(network.shape_lonlat, network.shape_offset[:-1], axis=0)
    middles: Floats = sums / np.diff(network.shape_offset)[:, None]
    return middles


def _cell_around(lonlat: tuple[float, float]) -> queries.CellRing | None:
    """Return the cell a point lies in, without reading the whole ground."""
    point = np.array([lonlat])
    # A cell in the country may be larger than we looked around at first.
    for near in (lonlat, None):
        cells = queries.cell_rings(near)
        row = int(rings_of_points(point, [cell.ring for cell in cells])[0])
        if row >= 0:
            return cells[row]
    return None
