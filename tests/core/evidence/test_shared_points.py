"""A point of a public map stands for at least eight addresses, whatever the cells."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.evidence.shared_points import LEAST_ADDRESSES, shared_points


def test_cells_with_few_addresses_are_shown_at_the_nearest_that_have_enough() -> None:
    """Six cells on a line; the first five are of one area.

    9 and 12 addresses stand for themselves. The empty cell is the poorest: it joins the 9
    (100 m off; the 12 is 200 m off). Next the 3 joins the 12 (100 m; the 4 is 120 m off),
    and then the 4 the group of the 3. The sixth cell, of another area, has 7 addresses:
    too few, and nobody to join.
    """
    east = np.array([0, 100, 300, 400, 520, 600]) / 111_320
    shown_at = shared_points(
        lonlat=np.column_stack([east, np.zeros(6)]),
        area=[1, 1, 1, 1, 1, 2],
        n_addresses=[9, 0, 12, 3, 4, 7],
    )

    assert shown_at.tolist() == [0, 0, 2, 2, 2, -1]


def test_cells_of_few_addresses_make_up_a_point_together() -> None:
    """5 and 3 make eight; they are shown at the five."""
    shown_at = shared_points(
        lonlat=[[0, 0], [0.001, 0]], area=[1, 1], n_addresses=[3, 5]
    )

    assert shown_at.tolist() == [1, 1]


def test_nothing_is_shown_where_nothing_was_counted_or_there_are_no_cells() -> None:
    empty = shared_points(lonlat=[], area=[], n_addresses=[])
    assert empty.tolist() == []
    uncounted = shared_points(lonlat=[[0, 0]] * 2, area=[1, 1], n_addresses=[0, 0])
    assert uncounted.tolist() == [-1, -1]


def test_shapes_that_disagree_and_negative_numbers_are_the_callers_bug() -> None:
    for n_addresses in ([1, 2], [-1]):
        with pytest.raises(ValueError, match=r"disagree|counted from 0"):
            shared_points(lonlat=[[0, 0]], area=[1], n_addresses=n_addresses)


CELLS = st.lists(
    st.tuples(
        st.floats(-0.05, 0.05),
        st.floats(30, 30.1),
        st.integers(1, 3),
        st.integers(0, 12),
    ),
    max_size=16,
)


@pytest.mark.rule("CL-16")
@given(CELLS)
def test_every_point_stands_for_at_least_eight_addresses_of_one_area(cells) -> None:
    lonlat = np.array([cell[:2] for cell in cells]).reshape(-1, 2)
    area = np.array([cell[2] for cell in cells], dtype=int)
    counts = np.array([cell[3] for cell in cells], dtype=int)

    shown_at = shared_points(lonlat=lonlat, area=area, n_addresses=counts)

    for point in set(shown_at.tolist()) - {-1}:
        group = shown_at == point
        assert counts[group].sum() >= LEAST_ADDRESSES
        assert set(area[group].tolist()) == {area[point]}
        assert group[point]
        assert counts[point] == counts[group].max()
    for each in set(area.tolist()):
        # All of an area is shown, or nothing: which cell of it is empty cannot be read off.
        is_shown = counts[area == each].sum() >= LEAST_ADDRESSES
        assert ((shown_at[area == each] >= 0) == is_shown).all()
    again = shared_points(lonlat=lonlat, area=area, n_addresses=counts)
    assert again.tolist() == shown_at.tolist()
