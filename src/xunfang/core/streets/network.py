"""The street network as plain arrays, shared by all modes.

A **segment** is a piece of street between two junctions. Every segment has two
**directed edges**: edge ``2 * s`` runs as the segment is drawn, ``2 * s + 1`` back.
A mode may use an edge if its speed there is above zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from xunfang.core.errors import DomainError
from xunfang.core.geo import Floats, LocalProjection, short_distance_m
from xunfang.core.streets.modes import MODES, STREET_CLASSES, Mode

type Ints = NDArray[np.int64]

# Raised when an array is added or changes its meaning.
ARRAYS_VERSION = 1


class NetworkUnreadable(DomainError):
    """The stored network is not one that this version can read."""

    code = "streets.network_unreadable"


class SegmentUnknown(DomainError):
    """A segment is named that this network does not have."""

    code = "streets.segment_unknown"


@dataclass(frozen=True, eq=False)
class StreetNetwork:
    """Streets of a city.

    Parameters
    ----------
    node_source_id, node_lonlat
        Junctions and street ends: the source's id, and WGS84 ``(n_nodes, 2)``.
    segment_way_id, segment_part
        Which way of the source a segment is cut from, and its number along it. The
        pair is the segment's lasting name (`segment_key`).
    segment_start, segment_end
        Node at which a segment, as drawn, begins and ends.
    segment_length_m
        Length along the street, above zero.
    segment_name, segment_class
        Index into ``names`` and into `STREET_CLASSES`.
    segment_one_way
        Whether vehicles may use it in one direction only.
    names
        Street names; the first is empty, for streets without one.
    shape_offset, shape_lonlat
        Segment ``s`` is drawn through
        ``shape_lonlat[shape_offset[s]:shape_offset[s + 1]]``.
    speed_mps
        For each mode and directed edge, shape ``(len(MODES), n_edges)``; 0 where the
        mode may not go.
    banned_from, banned_to
        Pairs of directed edges that may not follow one another, for modes that obey
        turn bans.
    """

    node_source_id: Ints
    node_lonlat: Floats
    segment_way_id: Ints
    segment_part: Ints
    segment_start: Ints
    segment_end: Ints
    segment_length_m: Floats
    segment_name: Ints
    segment_class: Ints
    segment_one_way: NDArray[np.bool_]
    names: NDArray[np.str_]
    shape_offset: Ints
    shape_lonlat: Floats
    speed_mps: Floats
    banned_from: Ints
    banned_to: Ints

    @property
    def n_nodes(self) -> int:
        """Number of junctions and street ends."""
        return len(self.node_source_id)

    @property
    def n_segments(self) -> int:
        """Number of pieces of street between junctions."""
        return len(self.segment_way_id)

    @property
    def n_edges(self) -> int:
        """Number of directed edges, usable or not: two for each segment."""
        return 2 * self.n_segments

    @cached_property
    def edge_tail(self) -> Ints:
        """Node where each directed edge begins, shape ``(n_edges,)``."""
        return np.stack((self.segment_start, self.segment_end), axis=1).ravel()

    @cached_property
    def edge_head(self) -> Ints:
        """Node where each directed edge ends, shape ``(n_edges,)``."""
        return np.stack((self.segment_end, self.segment_start), axis=1).ravel()

    @cached_property
    def projection(self) -> LocalProjection:
        """A flat map around the middle of the network."""
        return LocalProjection.around(self.shape_lonlat)

    @cached_property
    def shape_along_m(self) -> Floats:
        """How far along its segment each shape point lies, in metres."""
        steps = np.zeros(len(self.shape_lonlat))
        steps[1:] = short_distance_m(self.shape_lonlat[:-1], self.shape_lonlat[1:])
        steps[self.shape_offset[:-1]] = 0.0
        total = np.cumsum(steps)
        first = total[self.shape_offset[:-1]]
        return total - np.repeat(first, np.diff(self.shape_offset))

    def edge_speed_mps(self, mode: Mode) -> Floats:
        """Speed of a mode on each directed edge, shape ``(n_edges,)``; 0: closed."""
        return np.asarray(self.speed_mps[MODES.index(mode)])

    def segment_name_of(self, segment: int) -> str:
        """Name of the street a segment belongs to; empty if it has none."""
        return str(self.names[self.segment_name[segment]])

    def segment_class_of(self, segment: int) -> str:
        """Class of the street, one of `STREET_CLASSES`."""
        return STREET_CLASSES[int(self.segment_class[segment])]

    def shape_of(self, segment: int) -> Floats:
        """Points a segment is drawn through, WGS84, shape ``(n, 2)``."""
        return self.shape_lonlat[
            self.shape_offset[segment] : self.shape_offset[segment + 1]
        ]

    def segment_key(self, segment: int) -> str:
        """Return a segment's lasting name, ``way/part``, for patrol areas to keep.

        It stays the same as long as the source cuts its ways at the same junctions.
        """
        return f"{self.segment_way_id[segment]}/{self.segment_part[segment]}"

    def segment_by_key(self, key: str) -> int:
        """Return the segment with a lasting name.

        Raises
        ------
        SegmentUnknown
            There is none: the streets were imported anew and have changed there.
        """
        try:
            return self._segment_by_key[key]
        except KeyError:
            message = f"no street segment {key}: were the streets imported anew?"
            raise SegmentUnknown(message) from None

    @cached_property
    def _segment_by_key(self) -> dict[str, int]:
        return {
            self.segment_key(segment): segment for segment in range(self.n_segments)
        }

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return all that the network is made of, for `numpy.savez`."""
        arrays = {item.name: getattr(self, item.name) for item in fields(self)}
        arrays["version"] = np.array(ARRAYS_VERSION)
        arrays["modes"] = np.array([mode.value for mode in MODES])
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """Build a network from what `to_arrays` returned.

        Raises
        ------
        NetworkUnreadable
            An array is missing, or the arrays are of another version.
        """
        wanted = [item.name for item in fields(cls)]
        missing = [name for name in (*wanted, "version", "modes") if name not in arrays]
        if missing:
            message = f"not a street network: {', '.join(missing)} missing"
            raise NetworkUnreadable(message)
        if int(np.asarray(arrays["version"]).item()) != ARRAYS_VERSION or [
            *np.asarray(arrays["modes"])
        ] != [mode.value for mode in MODES]:
            message = "made by another version of xunfang: import the streets again"
            raise NetworkUnreadable(message)
        return cls(**{name: np.asarray(arrays[name]) for name in wanted})
