"""Travel times of a problem file that leaves them to a street network."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xunfang.core.errors import DomainError
from xunfang.core.planning.format.documents import NetworkRef
from xunfang.core.planning.problem import UNREACHABLE
from xunfang.core.streets.modes import Mode
from xunfang.core.streets.travel import TravelTimes
from xunfang.places.streets import osm

OFF_THE_MAP_M = 500.0
"""Farther from a street than this a place is taken to be a mistake."""


class ProfileUnknown(DomainError):
    """A problem asks for a way of moving that the street network does not know."""

    code = "cli.profile_unknown"


class PointOffTheStreets(DomainError):
    """A point of a problem lies too far from every street of its network."""

    code = "cli.point_off_the_streets"


def travel_from_streets(
    network: NetworkRef, folder: Path
) -> dict[str, NDArray[np.int32]]:
    """Return travel times by mode, rounded up to whole time units.

    Parameters
    ----------
    network
        What the problem says; its file is looked for beside the problem's own.
    folder
        Of the problem file.

    Raises
    ------
    DomainError
        The file cannot be used, a profile is unknown, or a point is off the map.
    """
    profiles = {mode: _profile(name) for mode, name in network.modes.items()}
    streets = osm.build(osm.read_streets(folder / network.file)).network
    lonlat = np.array(network.points, dtype=np.float64).reshape(-1, 2)
    tables: dict[Mode, NDArray[np.int32]] = {}
    for profile in sorted(set(profiles.values())):
        travel = TravelTimes(streets, profile)
        places = travel.snap(lonlat)
        far = places.farther_than(OFF_THE_MAP_M).tolist()
        if far:
            off_m = float(places.distance_m[far[0]])
            raise PointOffTheStreets(
                f"points[{far[0]}] is {off_m:,.0f} m from the next street for {profile}."
                " Check that longitude comes first and that the file covers the place."
            )
        times_s = travel.matrix_s(places, places)
        units = np.where(
            np.isfinite(times_s),
            np.ceil(times_s / network.time_unit_s),
            float(UNREACHABLE),
        )
        np.fill_diagonal(units, 0)
        tables[profile] = units.astype(np.int32)
    return {mode: tables[profile] for mode, profile in profiles.items()}


def _profile(name: str) -> Mode:
    try:
        return Mode(name)
    except ValueError:
        known = ", ".join(mode.value for mode in Mode)
        raise ProfileUnknown(f"{name}: no such profile. Choose from {known}.") from None
