"""What a redraw would do: streets that change hands, cells, gaps and overlaps."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from xunfang.core.geo import rings_of_points
from xunfang.core.streets.network import StreetNetwork
from xunfang.core.streets.snapping import Snapper
from xunfang.places.areas.drafts import AreaDraft
from xunfang.places.ground import Ground, middles_of
from xunfang.places.models import (
    AreaEdition,
    AreaStreet,
    FormerCellArea,
    GridCell,
    PatrolArea,
    Redraw,
)
from xunfang.places.queries import AreasReport, compare_claims


@dataclass(frozen=True, slots=True)
class Segment:
    """A street segment as an area keeps it."""

    key: str
    name: str
    length_m: float


@dataclass(frozen=True, slots=True)
class NamedStreet:
    """The segments of one name, together."""

    name: str
    n_segments: int
    length_m: float


@dataclass(frozen=True, slots=True)
class AreaChange:
    """One area before and after."""

    code: str
    name: str
    station_code: str
    before: tuple[Segment, ...]
    after: tuple[Segment, ...]
    is_drafted: bool
    """Whether it was asked for; else it only gives streets up."""
    is_new: bool
    polygons: list[list[list[float]]]
    has_new_boundary: bool
    absent_roads: tuple[str, ...]
    is_newer: bool
    """Whether its boundary in force begins on that day or later."""

    @property
    def gained(self) -> tuple[NamedStreet, ...]:
        """Streets it has only afterwards."""
        return by_name(set(self.after) - set(self.before))

    @property
    def lost(self) -> tuple[NamedStreet, ...]:
        """Streets it has no longer."""
        return by_name(set(self.before) - set(self.after))

    @property
    def before_m(self) -> float:
        """Street length before."""
        return sum(segment.length_m for segment in self.before)

    @property
    def after_m(self) -> float:
        """Street length afterwards."""
        return sum(segment.length_m for segment in self.after)


@dataclass(frozen=True, slots=True)
class CellMove:
    """A cell that would belong to another area of its station."""

    cell: GridCell
    to_code: str
    to_name: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a redraw would do, were it applied now."""

    changes: tuple[AreaChange, ...]
    moves: tuple[CellMove, ...]
    report: AreasReport
    """Gaps and overlaps on the ground of the stations it concerns, afterwards."""
    n_wrong_before: int
    """How many segments there were in no area or in several before."""

    @property
    def digest(self) -> str:
        """Short text that differs once the redraw would do something else."""
        told = [repr((c.code, c.before, c.after, c.polygons)) for c in self.changes]
        told += [f"{m.cell.code} {m.cell.area.code} {m.to_code}" for m in self.moves]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def by_name(segments: Iterable[Segment]) -> tuple[NamedStreet, ...]:
    """Group segments by the name of their street, in the order of the names."""
    lengths: dict[str, list[float]] = defaultdict(list)
    for segment in segments:
        lengths[segment.name].append(segment.length_m)
    return tuple(
        NamedStreet(name, len(of_name), sum(of_name))
        for name, of_name in sorted(
            lengths.items(), key=lambda item: (not item[0], item)
        )
    )


def preview(redraw: Redraw, *, network: StreetNetwork) -> Preview:
    """Work out what a redraw would do to the areas as they are now."""
    day = redraw.valid_from
    drafts = {kept["code"]: AreaDraft.from_json(kept) for kept in redraw.draft}
    areas = {area.code: area for area in PatrolArea.objects.all()}
    open_since = dict(
        AreaEdition.objects.filter(valid_to=None).values_list(
            "area__code", "valid_from"
        )
    )
    ground = Ground.on(day)
    polygons = {edition.area.code: edition.polygons for edition in ground.editions}
    before = _streets_on(day)
    after = _claims_after(before, drafts, network, takes_over=redraw.takes_over)
    concerned = {
        code
        for code in {*before, *after}
        if code in drafts or set(before.get(code, ())) != set(after.get(code, ()))
    }
    stations = frozenset(draft.station_code for draft in drafts.values())
    changes = tuple(
        AreaChange(
            code=code,
            name=areas[code].name if code in areas else drafts[code].name,
            station_code=(areas.get(code) or drafts[code]).station_code,
            before=tuple(before.get(code, ())),
            after=tuple(after.get(code, ())),
            is_drafted=code in drafts,
            is_new=code not in areas,
            polygons=_polygons_after(code, drafts, polygons),
            has_new_boundary=code in drafts and drafts[code].polygons is not None,
            absent_roads=drafts[code].absent_roads if code in drafts else (),
            is_newer=code in open_since and open_since[code] >= day,
        )
        for code in sorted(concerned)
    )
    should = _should_be_covered(ground, network, stations, drafts.values())
    of_stations = {
        code
        for code in {*before, *after}
        if (areas.get(code) or drafts[code]).station_code in stations
    }
    return Preview(
        changes=changes,
        moves=tuple(_moves(ground, network, stations, drafts, changes, after)),
        report=compare_claims(_claims(after, of_stations, should), should),
        n_wrong_before=n_wrong(
            compare_claims(_claims(before, of_stations, should), should)
        ),
    )


def n_wrong(report: AreasReport) -> int:
    """Count the segments in no area or in several."""
    return len(report.gaps) + len(report.overlaps)


def blocked_cells(moves: Sequence[CellMove], day: date) -> list[str]:
    """Return the cells that change their area on that day or later already."""
    return list(
        FormerCellArea.objects.filter(
            cell__in=[move.cell.pk for move in moves], until__gte=day
        ).values_list("cell__code", flat=True)
    )


def _streets_on(day: date) -> dict[str, list[Segment]]:
    streets: dict[str, list[Segment]] = defaultdict(list)
    rows = AreaStreet.objects.filter(
        edition__in=AreaEdition.objects.on(day)
    ).values_list("edition__area__code", "segment_id", "name", "length_m")
    for code, key, name, length_m in rows:
        streets[code].append(Segment(key, name, length_m))
    return streets


def _claims_after(
    before: Mapping[str, Sequence[Segment]],
    drafts: Mapping[str, AreaDraft],
    network: StreetNetwork,
    *,
    takes_over: bool,
) -> dict[str, list[Segment]]:
    taken = {key for draft in drafts.values() for key in draft.segments}
    after = {
        code: [s for s in streets if not takes_over or s.key not in taken]
        for code, streets in before.items()
        if code not in drafts
    }
    for code, draft in drafts.items():
        numbers = [network.segment_by_key(key) for key in draft.segments]
        after[code] = [
            Segment(
                key,
                network.segment_name_of(number),
                float(network.segment_length_m[number]),
            )
            for key, number in sorted(zip(draft.segments, numbers, strict=True))
        ]
    return after


def _polygons_after(
    code: str,
    drafts: Mapping[str, AreaDraft],
    polygons: Mapping[str, list[list[list[float]]]],
) -> list[list[list[float]]]:
    drawn = drafts[code].polygons if code in drafts else None
    return polygons.get(code, []) if drawn is None else drawn


def _should_be_covered(
    ground: Ground,
    network: StreetNetwork,
    stations: frozenset[str],
    drafts: Iterable[AreaDraft],
) -> frozenset[str]:
    on_ground = ground.segments_of(network, stations)
    rings = [ring for draft in drafts for ring in draft.polygons or ()]
    on_ground = on_ground | (rings_of_points(middles_of(network), rings) >= 0)
    return frozenset(
        network.segment_key(segment) for segment in np.flatnonzero(on_ground).tolist()
    )


def _claims(
    streets: Mapping[str, Sequence[Segment]],
    of_stations: set[str],
    should: frozenset[str],
) -> dict[str, list[str]]:
    """Areas by segment: those of the stations, and of others where they are met."""
    claims: dict[str, list[str]] = defaultdict(list)
    for code, segments in streets.items():
        for segment in segments:
            if code in of_stations or segment.key in should:
                claims[segment.key].append(code)
    return claims


def _moves(
    ground: Ground,
    network: StreetNetwork,
    stations: frozenset[str],
    drafts: Mapping[str, AreaDraft],
    changes: Sequence[AreaChange],
    after: Mapping[str, Sequence[Segment]],
) -> list[CellMove]:
    """Return the cells that follow: by the new boundaries, else by their street.

    In a boundary lies a cell whose middle does: the point where presence is given
    stands on a street, perhaps across the border. A cell keeps its station, and stays
    where its street is in no area or in several.
    """
    cells = [cell for cell in ground.cells if cell.area.station_code in stations]
    if not cells:
        return []
    points = np.array([[cell.lon, cell.lat] for cell in cells])
    rings = [
        (draft.code, ring) for draft in drafts.values() for ring in draft.polygons or ()
    ]
    middles = np.array(
        [
            np.mean(cell.polygon[:-1], axis=0) if len(cell.polygon) > 3 else point
            for cell, point in zip(cells, points, strict=True)
        ]
    )
    inside = rings_of_points(middles, [ring for _, ring in rings]).tolist()
    gained = {
        s.key for change in changes for s in set(change.after) - set(change.before)
    }
    owners: dict[str, list[str]] = defaultdict(list)
    for code, segments in after.items():
        for segment in segments:
            owners[segment.key].append(code)
    nearest = _snapper(network).snap(points).segment.tolist()
    names = {change.code: (change.name, change.station_code) for change in changes}
    moves = []
    for cell, ring, segment in zip(cells, inside, nearest, strict=True):
        key = network.segment_key(segment)
        if ring >= 0:
            to = rings[ring][0]
        elif key in gained and len(owners[key]) == 1:
            [to] = owners[key]
        else:
            continue
        name, station_code = names[to]
        if to != cell.area.code and station_code == cell.area.station_code:
            moves.append(CellMove(cell, to, name))
    return moves


@lru_cache(maxsize=2)
def _snapper(network: StreetNetwork) -> Snapper:
    return Snapper(network)
