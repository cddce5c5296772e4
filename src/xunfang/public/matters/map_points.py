"""Where public matters stand on the map: at points that many addresses share.

The pin of a matter is never given out. What goes out is the point of its cell's group,
which is there whether or not anything was said (`core.evidence.shared_points`). Of a matter
without a point nobody is told why: that its surroundings are too empty would say where.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from xunfang.cases.models import Case
from xunfang.places import queries as places
from xunfang.places.addresses.queries import Pin, PublicPoints, lonlat_of
from xunfang.places.models import GridCell
from xunfang.places.streets.formats import StreetFileMissing


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the map, with how many matters stand at it."""

    code: str
    """Of the cell whose point it is."""
    street: str
    """The nearest street's name; empty where there is none."""
    area: str
    lonlat: tuple[float, float]
    n_matters: int


@dataclass(frozen=True, slots=True)
class Board:
    """What is on the map, and how much is not."""

    points: Sequence[Point]
    n_elsewhere: int
    """Matters that stand in the list only."""

    @property
    def n_shown(self) -> int:
        """Matters that stand at a point."""
        return sum(point.n_matters for point in self.points)


def board_of(found: QuerySet[Case], points: PublicPoints) -> Board:
    """Gather matters at their points, in the order of the points' codes."""
    cells = list(points.of_pins(_pins(found)).values())
    n_at = Counter(cell.code for cell in cells if cell)
    shown = sorted(
        {cell.code: cell for cell in cells if cell}.values(), key=lambda cell: cell.code
    )
    return Board(
        [
            Point(cell.code, street, cell.area.name, lonlat_of(cell), n_at[cell.code])
            for cell, street in zip(shown, _streets(shown), strict=True)
        ],
        n_elsewhere=sum(cell is None for cell in cells),
    )


def find_point(code: str, points: PublicPoints) -> Point | None:
    """Return the point of a cell, without its matters."""
    cell = points.of_cell(code)
    if cell is None:
        return None
    [street] = _streets([cell])
    return Point(cell.code, street, cell.area.name, lonlat_of(cell), 0)


def standing_at(
    found: QuerySet[Case], code: str, points: PublicPoints
) -> QuerySet[Case]:
    """Leave those that stand at the point of a cell; none where it has no point.

    Any cell of a group stands for the whole group: asking for one tells no more.
    """
    point = points.of_cell(code)
    if point is None:
        return found.none()
    cells = points.of_pins(_pins(found))
    return found.filter(pk__in=[key for key, cell in cells.items() if cell is point])


def points_of(
    cases: Iterable[Case], points: PublicPoints
) -> Mapping[int, tuple[float, float] | None]:
    """Return by key the point at which each case stands."""
    pins = [(case.pk, case.lon, case.lat) for case in cases]
    return {
        key: lonlat_of(cell) if cell else None
        for key, cell in points.of_pins(pins).items()
    }


def features_of(board: Board, label: Mapping[str, str]) -> dict[str, Any]:
    """Return the points as <city-map> draws them; labels by code."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": point.lonlat},
                "properties": {
                    "kind": "stop",
                    "id": point.code,
                    "number": point.n_matters,
                    "label": label[point.code],
                },
            }
            for point in board.points
        ],
    }


def _pins(found: QuerySet[Case]) -> list[Pin]:
    return list(found.order_by("pk").values_list("pk", "lon", "lat"))


def _streets(cells: Sequence[GridCell]) -> list[str]:
    network = places.find_current_network()
    if network is None:
        return [""] * len(cells)
    try:
        return places.street_names(network.code, [lonlat_of(cell) for cell in cells])
    except StreetFileMissing:
        return [""] * len(cells)
