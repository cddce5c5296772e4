"""Rows of streets by unit and hour, beside the dense tables they stand for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.towns.linhe import at, linhe, segment_between
from tests.towns.patrolled import patrol
from xunfang.core.streets.matching.bins import StreetBins, cover_streets
from xunfang.core.streets.matching.blind import NearStreets
from xunfang.core.streets.matching.fixes import tidy_fixes
from xunfang.core.streets.matching.hours import (
    BITS,
    HOUR_S,
    near_by_hour,
    passed_by_hour,
)
from xunfang.core.streets.matching.keys import number_rows
from xunfang.core.streets.matching.match import Path
from xunfang.core.streets.modes import Mode


@pytest.fixture(scope="module")
def network():
    return linhe()


def bins_of(bins: StreetBins, chunks, *, direction: int) -> np.ndarray:
    """Write the masks of a direction out as bins."""
    found = np.zeros(bins.n_bins, dtype=np.bool_)
    for row in np.flatnonzero(chunks.direction == direction).tolist():
        first = bins.first[chunks.segment[row]] + BITS * chunks.chunk[row]
        for bit in range(BITS):
            if chunks.mask[row] >> bit & 1:
                found[first + bit] = True
    return found


@pytest.mark.parametrize("bin_m", [2.0, 10.0])
def test_rows_of_all_hours_together_are_the_dense_coverage(network, bin_m):
    """With bins of 2 m the streets of 200 m need two numbers each."""
    rng = np.random.default_rng(5)
    path = patrol(
        network, Mode.CAR, rng=rng, n_units=3, minutes=150, stay_every_min=20
    ).path
    bins = StreetBins.cut(network, bin_m=bin_m)

    chunks = passed_by_hour(bins, path)

    dense = cover_streets(bins, path)
    for direction in (0, 1):
        found = bins_of(bins, chunks, direction=direction)
        assert (found == (dense.passes[0, direction] > 0)).all()
    driven = np.zeros((2, network.n_segments))
    np.add.at(driven, (chunks.direction, chunks.segment), chunks.metres)
    # A street of which no bin was reached has no row.
    assert driven == pytest.approx(np.where(driven > 0, dense.driven_m[0], 0.0))
    assert driven.sum() > 0.99 * dense.driven_m.sum()
    assert sorted(set(chunks.hour.tolist())) == [0, 1, 2]
    assert (chunks.mask & ~chunks.full == 0).all()


def test_pass_over_the_turn_of_an_hour_is_one_pass(network):
    """200 m from 10 s before the hour to 10 s after it: 100 m in each, ten bins each."""
    segment = segment_between(network, "E", "F")
    one = np.zeros(1, dtype=np.int64)
    path = Path(
        one, one, one + 2 * segment, one + 0.0,
        one + network.segment_length_m[segment], one + HOUR_S - 10, one + HOUR_S + 10,
    )  # fmt: skip

    chunks = passed_by_hour(StreetBins.cut(network), path)

    assert chunks.hour.tolist() == [0, 1]
    assert chunks.passes.tolist() == [1, 0]
    assert chunks.metres == pytest.approx([100, 100], abs=0.5)
    low, high = chunks.mask.tolist()
    assert (low | high, low & high) == (chunks.full[0], 0)


def test_street_is_near_in_the_hour_of_the_fix_only(network):
    place = at("E", east_m=100, north_m=12)
    fixes = tidy_fixes([7, 7], [10.0, HOUR_S + 10], np.vstack([place, at("T")]))

    chunks = near_by_hour(NearStreets(StreetBins.cut(network)), fixes)

    found = set(
        zip(
            chunks.unit.tolist(),
            chunks.hour.tolist(),
            chunks.segment.tolist(),
            strict=True,
        )
    )
    assert found == {
        (7, 0, segment_between(network, "E", "F")),
        (7, 1, segment_between(network, "S", "T")),
    }


def test_nothing_heard_makes_no_rows(network):
    bins = StreetBins.cut(network)
    nothing = tidy_fixes([], [], np.empty((0, 2)))

    assert len(near_by_hour(NearStreets(bins), nothing)) == 0
    assert len(passed_by_hour(bins, Path(*[np.empty(0)] * 7))) == 0


@given(
    rows=st.lists(
        st.tuples(st.integers(-5, 5), st.integers(0, 3), st.integers(10**6, 10**6 + 9)),
        max_size=30,
    )
)
def test_rows_are_numbered_as_numpy_numbers_the_rows_of_a_table(rows):
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)

    found, number = number_rows(*table.T)

    expected, expected_number = np.unique(table, axis=0, return_inverse=True)
    assert np.stack(found, axis=1).tolist() == expected.tolist()
    assert number.tolist() == expected_number.ravel().tolist()


def test_rows_that_range_too_far_to_be_packed_are_refused():
    far = np.array([0, 2**40])

    with pytest.raises(OverflowError):
        number_rows(far, far)
