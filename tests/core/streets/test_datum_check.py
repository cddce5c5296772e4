"""Noticing that places are written in another datum than they say."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from tests.towns.linhe import at, linhe
from xunfang.core.geo import Datum, from_wgs84, metres_per_degree
from xunfang.core.streets.datum_check import DatumSuspicion, suspect_datum
from xunfang.core.streets.network import StreetNetwork
from xunfang.core.streets.snapping import Snapper
from xunfang.places.streets.osm import build, read_streets

CITIES = (
    "beijing",
    "beijing_tsinghua",
    "beijing_xueqing",
    "chengdu",
    "ninghua",
    "shanghai_center",
    "shenzhen_futian",
    "shenzhen_longgang",
)
# Fixes of a patrol, doors along the kerb, doors inside estates.
NOISES_M = (6.0, 25.0, 60.0)


def places_along(
    network: StreetNetwork, *, n: int, noise_m: float, rng: np.random.Generator
) -> np.ndarray:
    """Places beside streets chosen at random, off by a normal error each way."""
    segment = rng.integers(0, network.n_segments, n)
    first, after = network.shape_offset[segment], network.shape_offset[segment + 1]
    point = first + (rng.random(n) * (after - first - 1)).astype(int)
    start, end = network.shape_lonlat[point], network.shape_lonlat[point + 1]
    lonlat = start + rng.random((n, 1)) * (end - start)
    scale = np.stack(metres_per_degree(lonlat[:, 1]), axis=1)
    return lonlat + rng.normal(0, noise_m, lonlat.shape) / scale


@cache
def city(path: Path) -> tuple[StreetNetwork, Snapper]:
    network = build(read_streets(path)).network
    return network, Snapper(network)


@pytest.mark.shared
@pytest.mark.parametrize("name", CITIES)
def test_every_shifted_set_is_noticed_and_no_right_one(shared_data, name):
    network, snapper = city(shared_data / "streets" / f"{name}.osm.pbf")
    rng = np.random.default_rng(20261122)

    found = {
        (noise_m, datum): [
            suspicion.likely if suspicion else None
            for suspicion in (
                suspect_datum(
                    snapper,
                    from_wgs84(
                        places_along(network, n=200, noise_m=noise_m, rng=rng), datum
                    ),
                )
                for _ in range(5)
            )
        ]
        for noise_m in NOISES_M
        for datum in (Datum.WGS84, Datum.GCJ02, Datum.BD09)
    }

    assert found == {
        (noise_m, datum): [None if datum is Datum.WGS84 else datum] * 5
        for noise_m, datum in found
    }


def test_a_dozen_places_far_off_the_map_are_noticed_without_a_guess():
    far_off = at(*["A"] * 12, north_m=5_000)

    suspicion = suspect_datum(Snapper(linhe()), far_off)

    # Distances are counted up to 300 m.
    assert suspicion == DatumSuspicion(None, 300.0, None)


def test_a_few_places_near_the_streets_are_not_suspected():
    assert suspect_datum(Snapper(linhe()), at("A", "G", "T", east_m=8)) is None


def test_no_places_are_not_suspected():
    assert suspect_datum(Snapper(linhe()), np.empty((0, 2))) is None
