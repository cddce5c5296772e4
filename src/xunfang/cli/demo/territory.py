"""The knitted map of one city: cells in areas in stations, and who lies where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.cluster.vq import kmeans2
from scipy.spatial import cKDTree

from xunfang.cli.demo.city_model import GridCell, Ring
from xunfang.cli.demo.partition import (
    PartitionTorn,
    Piece,
    holds,
    knit,
    outline_of,
    split_evenly,
    territories,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from xunfang.cli.demo.ground import StreetGround


@dataclass(frozen=True, slots=True)
class Territory:
    """The knitted pieces of the map: cells in areas in stations.

    Attributes
    ----------
    corners_m
        Common corners of all cells, shape ``(n, 2)``.
    rings
        Corner numbers of each cell, counter-clockwise.
    cell_codes, area_of_cell, station_of_cell
        Code of each cell, and of the area and station that hold it.
    cell_of_point
        The cell of each street point of the ground.
    sites_m, station_codes
        Centre of each station's territory and the station's code.
    """

    corners_m: NDArray[np.float64]
    rings: list[list[int]]
    cell_codes: list[str]
    area_of_cell: list[str]
    station_of_cell: list[str]
    cell_of_point: NDArray[np.int64]
    sites_m: NDArray[np.float64]
    station_codes: list[str]

    def station_at(self, point_m: NDArray[np.float64]) -> str:
        """The station whose site is nearest: the one whose territory holds a point."""
        return self.station_codes[int(np.hypot(*(self.sites_m - point_m).T).argmin())]

    def ring(self, ground: StreetGround, corners: list[int]) -> Ring:
        """Coordinates of a ring of corner numbers."""
        return tuple(
            (float(lon), float(lat))
            for lon, lat in ground.lonlat(self.corners_m[corners])
        )

    def outline(self, ground: StreetGround, codes: list[str], code: str) -> Ring:
        """The outline of all cells whose entry in ``codes`` is ``code``."""
        rings = [r for r, c in zip(self.rings, codes, strict=True) if c == code]
        return self.ring(ground, outline_of(rings))

    def cells(self, ground: StreetGround) -> tuple[GridCell, ...]:
        """All grid cells."""
        rows = zip(
            self.cell_codes,
            self.station_of_cell,
            self.area_of_cell,
            self.rings,
            strict=True,
        )
        return tuple(
            GridCell(code, station, area, self.ring(ground, ring))
            for code, station, area, ring in rows
        )

    def cell_near(self, point_m: NDArray[np.float64], street_point: int) -> int:
        """The cell that holds a point beside a street point.

        Raises
        ------
        PartitionTorn
            The point lies outside the border.
        """
        likely = int(self.cell_of_point[street_point])
        station = self.station_of_cell[likely]
        others = (i for i, s in enumerate(self.station_of_cell) if s == station)
        for i in (likely, *others):
            if holds(self.corners_m[self.rings[i]], point_m[None])[0]:
                return i
        raise PartitionTorn("a place lies in no cell of its station")


def divide(
    ground: StreetGround, figures: dict[str, Any], rng: np.random.Generator
) -> Territory:
    """Cut the ground into the agreed numbers of territories, areas and cells."""
    rows = figures["stations"]
    points = ground.points_m
    sites = ground.station_sites_m
    if sites is None:
        sites = _centres(points, len(rows), rng)
    n_cells = _shares(
        np.array([row["population"] for row in rows], dtype=float),
        figures["totals"]["grid_cells"],
    )
    outlines: list[NDArray[np.float64]] = []
    codes: list[str] = []
    area_codes: list[str] = []
    station_codes: list[str] = []
    cell_of_point = np.full(len(points), -1)
    nearest = cKDTree(sites).query(points)[1]
    for i, (row, outline) in enumerate(
        zip(rows, territories(ground.border_m, sites), strict=True)
    ):
        piece = Piece(outline, np.flatnonzero(nearest == i))
        areas = split_evenly(piece, points, ground.along, row["patrol_areas"], rng)
        per_area = _shares(np.ones(len(areas)), int(n_cells[i]))
        for a, area in enumerate(areas, start=1):
            area_code = f"{row['code']}-A{a}"
            cells = split_evenly(area, points, ground.along, int(per_area[a - 1]), rng)
            for c, cell in enumerate(cells, start=1):
                cell_of_point[cell.members] = len(outlines)
                outlines.append(cell.outline)
                codes.append(f"{area_code}-{c:02d}")
                area_codes.append(area_code)
                station_codes.append(row["code"])
    corners, rings = knit(outlines)
    return Territory(
        corners,
        rings,
        codes,
        area_codes,
        station_codes,
        cell_of_point,
        sites,
        [r["code"] for r in rows],
    )


def _centres(
    points: NDArray[np.float64], n: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Centres of ``n`` clusters of streets, the densest first."""
    some = points[rng.permutation(len(points))[:20_000]]
    centres, label = kmeans2(some, n, minit="++", seed=rng)
    radius = [
        float(np.median(np.hypot(*(some[label == i] - centres[i]).T)))
        if (label == i).any()
        else np.inf
        for i in range(n)
    ]
    return np.asarray(centres[np.argsort(radius, kind="stable")])


def _shares(weights: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Whole numbers in proportion to weights (largest remainders; Hamilton 1792)."""
    quota = weights / weights.sum() * total
    whole = np.floor(quota).astype(np.int64)
    rest = total - int(whole.sum())
    whole[np.argsort(-(quota - whole), kind="stable")[:rest]] += 1
    return whole
