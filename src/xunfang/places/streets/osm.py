"""Read streets from OpenStreetMap files and GeoJSON lines.

What cannot be used is put aside with its reason and counted, never dropped in
silence. Positions are converted to WGS84 here, once.
"""

import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from xunfang.core.geo import Datum
from xunfang.core.streets.build import NoStreets, build_network_with_findings
from xunfang.core.streets.modes import MODES, Mode, is_one_way
from xunfang.core.streets.network import StreetNetwork
from xunfang.core.streets.source import (
    Quarantined,
    Reason,
    StreetSource,
    count_reasons,
)
from xunfang.core.streets.turns import NoStreetsForMode, build_turn_graph
from xunfang.places.streets.formats import (
    StreetFileBroken,
    StreetFileMissing,
    StreetFileWithoutStreets,
    is_osm_file,
)
from xunfang.places.streets.geojson_lines import read_geojson
from xunfang.places.streets.osm_document import read_osm

_ORDER: Final = "order_"

# Real extracts, clipped through one-way streets, keep 0.80 and more (Shanghai's
# bicycles, of a file with main roads only); a file whose lines do not meet, next to nothing.
_IN_PIECES_BELOW: Final = 0.75


@dataclass(frozen=True, slots=True)
class ModeReport:
    """What one mode finds in a network."""

    street_length_m: float
    largest_part_share: float


@dataclass(frozen=True, slots=True)
class StreetReport:
    """What an import found, for the person who brought the file."""

    n_ways: int
    n_nodes: int
    n_segments: int
    n_names: int
    n_one_ways: int
    n_turn_restrictions: int
    n_assumed_class: int
    length_m: float
    bounds: tuple[float, float, float, float]
    modes: dict[Mode, ModeReport]
    n_quarantined: dict[Reason, int]

    @property
    def modes_in_pieces(self) -> tuple[Mode, ...]:
        """Modes of which much of the streets does not hang together.

        Lines that cross without sharing a point, or an extract cut too tight, do
        that; places there would be put on the next street of the largest part.
        """
        return tuple(
            mode
            for mode, found in self.modes.items()
            if 0 < found.largest_part_share < _IN_PIECES_BELOW
        )

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain numbers and texts, to be stored or printed."""
        return asdict(self) | {
            "bounds": list(self.bounds),
            "modes_in_pieces": [mode.value for mode in self.modes_in_pieces],
            "modes": {mode.value: asdict(found) for mode, found in self.modes.items()},
            "n_quarantined": {
                reason.value: count for reason, count in self.n_quarantined.items()
            },
        }


@dataclass(frozen=True, eq=False)
class BuiltStreets:
    """A network, what was found in its source, and what was put aside."""

    network: StreetNetwork
    findings: StreetReport
    quarantine: tuple[Quarantined, ...]

    @property
    def report(self) -> dict[str, Any]:
        """The findings as JSON."""
        return self.findings.as_json()


def read_streets(path: Path | str, *, datum: Datum = Datum.WGS84) -> StreetSource:
    """Read the streets of a file.

    Parameters
    ----------
    path
        ``.osm``, ``.osm.pbf`` (also ``.osm.gz``, ``.osm.bz2``), or GeoJSON: a
        FeatureCollection, or one feature a line.
    datum
        What the positions in the file are written in; they are converted to WGS84.

    Raises
    ------
    StreetFileMissing, StreetFileUnknown, StreetFileEmpty, StreetFileBroken, StreetFileWithoutStreets
        Each says in one sentence what is wrong and in one what to do.
    """
    path = Path(path)
    is_osm = is_osm_file(path)
    draft = read_osm(path) if is_osm else read_geojson(path)
    if not draft.ways:
        message = (
            f"{path}: no usable street among {draft.n_seen:,} features. "
            "Export ways with a highway tag, or lines with a street class."
        )
        raise StreetFileWithoutStreets(message)
    return draft.finish(datum)


def build(source: StreetSource) -> BuiltStreets:
    """Build the network of a source and say what was found and what was put aside.

    Raises
    ------
    StreetFileWithoutStreets
        The source has no street.
    """
    try:
        built = build_network_with_findings(source)
    except NoStreets as error:
        message = "There is no street in this source. Choose another file."
        raise StreetFileWithoutStreets(message) from error
    network, quarantine = built.network, source.quarantine + built.quarantine
    west, south = network.shape_lonlat.min(axis=0)
    east, north = network.shape_lonlat.max(axis=0)
    findings = StreetReport(
        n_ways=len({way.id for way in source.ways}),
        n_nodes=network.n_nodes,
        n_segments=network.n_segments,
        n_names=len(network.names) - 1,
        n_one_ways=len({way.id for way in source.ways if is_one_way(way.tags)}),
        n_turn_restrictions=built.n_turn_restrictions,
        n_assumed_class=source.n_assumed_class,
        length_m=float(network.segment_length_m.sum()),
        bounds=(float(west), float(south), float(east), float(north)),
        modes={mode: _report_mode(network, mode) for mode in MODES},
        n_quarantined=count_reasons(quarantine),
    )
    return BuiltStreets(network, findings, quarantine)


def save_network(
    network: StreetNetwork,
    path: Path | str,
    *,
    orders: Mapping[Mode, NDArray[np.int32]] | None = None,
) -> None:
    """Write a network to one ``.npz`` file.

    ``orders`` are those of `TravelTimes.order`; with them the travel times of a mode
    are ready in a fraction of the time (`load_orders`).
    """
    kept = {f"{_ORDER}{mode.value}": order for mode, order in (orders or {}).items()}
    with Path(path).open("wb") as file:
        np.savez(file, allow_pickle=False, **network.to_arrays(), **kept)


def load_network(path: Path | str) -> StreetNetwork:
    """Read what `save_network` wrote.

    Raises
    ------
    StreetFileMissing, StreetFileBroken
        The file is not there, or damaged.
    NetworkUnreadable
        Made by another version: import the streets again.
    """
    return StreetNetwork.from_arrays(_load_arrays(Path(path)))


def load_orders(path: Path | str) -> dict[Mode, NDArray[np.int32]]:
    """Read the orders that were stored beside a network; empty if there were none.

    Raises
    ------
    StreetFileMissing, StreetFileBroken
        As `load_network`.
    """
    arrays = _load_arrays(Path(path), prefix=_ORDER)
    return {Mode(name.removeprefix(_ORDER)): order for name, order in arrays.items()}


def _load_arrays(path: Path, prefix: str = "") -> dict[str, NDArray[Any]]:
    if not path.is_file():
        message = f"{path}: no such file. Import the streets first."
        raise StreetFileMissing(message)
    try:
        with np.load(path, allow_pickle=False) as stored:
            return {
                name: stored[name] for name in stored.files if name.startswith(prefix)
            }
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        message = (
            f"{path}: not a stored street network ({error}). Import the streets again."
        )
        raise StreetFileBroken(message) from error


def _report_mode(network: StreetNetwork, mode: Mode) -> ModeReport:
    usable = (network.edge_speed_mps(mode) > 0).reshape(-1, 2).any(axis=1)
    length_m = float(network.segment_length_m[usable].sum())
    try:
        return ModeReport(
            length_m, build_turn_graph(network, mode).connected_length_share
        )
    except NoStreetsForMode:
        return ModeReport(length_m, 0.0)
