"""Putting points on the next street."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.towns.linhe import at, between, linhe, segment_between
from xunfang.core.streets.snapping import PositionInvalid, Snapper

NETWORK = linhe()
SNAPPER = Snapper(NETWORK)


def exact_distance_m(lonlat: np.ndarray) -> float:
    """Distance to the next street by measuring every piece of every street."""
    project = NETWORK.projection.to_xy_m
    point = project(lonlat)
    best = np.inf
    for segment in range(NETWORK.n_segments):
        shape = project(NETWORK.shape_of(segment))
        for start, end in pairwise(shape):
            step = end - start
            along = np.clip((point - start) @ step / (step @ step), 0, 1)
            best = min(best, float(np.hypot(*(point - start - along * step))))
    return best


def test_a_place_beside_a_street_is_put_on_it_with_its_distance():
    """10 m south of half of G-H."""
    beside = (at("G", north_m=-10) + at("H", north_m=-10)) / 2

    snapped = SNAPPER.snap(beside)

    assert snapped.segment.tolist() == [segment_between(NETWORK, "G", "H")]
    assert snapped.share == pytest.approx([0.5], abs=1e-3)
    assert snapped.distance_m == pytest.approx([10], abs=0.05)
    assert snapped.lonlat == pytest.approx(between("G", "H"), abs=2e-7)


@settings(max_examples=80)
@given(east=st.floats(-2000, 3000), north=st.floats(-2000, 3000))
def test_no_street_is_nearer_than_the_one_found(east, north):
    place = at("P", east_m=east, north_m=north)

    snapped = SNAPPER.snap(place)

    assert snapped.distance_m[0] == pytest.approx(exact_distance_m(place[0]), abs=1e-6)


@settings(max_examples=40)
@given(
    east=st.floats(-100, 900),
    north=st.floats(-100, 700),
    skipped=st.sets(st.integers(0, NETWORK.n_segments - 1), max_size=25),
)
def test_a_street_passed_over_is_never_the_answer(east, north, skipped):
    skip = np.isin(np.arange(NETWORK.n_segments), list(skipped))
    place = at("P", east_m=east, north_m=north)

    snapped = SNAPPER.snap(place, skip=skip)
    others = Snapper(NETWORK, np.flatnonzero(~skip)).snap(place)

    assert snapped.distance_m.tolist() == others.distance_m.tolist()
    assert not skip[snapped.segment].any()


def test_a_place_off_the_map_is_told_by_its_distance():
    places = np.concatenate((at("A", "B"), at("A", north_m=5000)))

    snapped = SNAPPER.snap(places)

    assert snapped.farther_than(500).tolist() == [2]


@pytest.mark.parametrize("place", [(34.76, 113.65), (np.nan, 34.76), (113.65, np.inf)])
def test_latitude_before_longitude_and_no_number_are_refused(place):
    with pytest.raises(PositionInvalid, match="position 1 "):
        SNAPPER.snap([at("A")[0], place])


def test_no_places_give_no_snaps():
    assert len(SNAPPER.snap(np.empty((0, 2)))) == 0


def test_no_street_to_look_among_is_the_callers_bug():
    with pytest.raises(ValueError, match="no street"):
        Snapper(NETWORK, np.empty(0, dtype=np.int64))
