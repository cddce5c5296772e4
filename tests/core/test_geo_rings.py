"""Rings: which holds a point, and how far off a point is."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.geo import (
    LocalProjection,
    distance_to_ring_m,
    points_in_polygon,
    rings_of_points,
)

FLAT = LocalProjection(113.65, 34.76)


def square(west: float, south: float, side: float = 100.0) -> np.ndarray:
    corners = [(0, 0), (1, 0), (1, 1), (0, 1)]
    return FLAT.to_lonlat(
        np.array([(west + side * x, south + side * y) for x, y in corners])
    )


def at(*xy: tuple[float, float]) -> np.ndarray:
    return FLAT.to_lonlat(np.array(xy, dtype=float))


def test_each_point_is_in_the_first_ring_that_holds_it():
    rings = [square(0, 0), square(100, 0), square(50, 0)]

    found = rings_of_points(
        at((10, 10), (60, 10), (110, 10), (149, 10), (300, 10)), rings
    )

    assert found.tolist() == [0, 0, 1, 1, -1]


def test_distance_to_a_square_is_to_its_side_or_its_corner():
    """Outside: 30 m from the side; 3-4-5 from the corner (50 m). Inside: 10 m."""
    metres = distance_to_ring_m(at((130, 50), (130, 140), (50, 10)), square(0, 0))

    assert np.allclose(metres, [30, 50, 10], atol=0.01)


def test_no_point_and_no_ring_are_no_trouble():
    assert rings_of_points(np.empty((0, 2)), [square(0, 0)]).tolist() == []
    assert rings_of_points(at((1, 1)), []).tolist() == [-1]


@given(
    st.lists(
        st.tuples(st.integers(-50, 350), st.integers(-50, 350)), min_size=1, max_size=30
    )
)
def test_rings_of_points_agrees_with_asking_ring_by_ring(points):
    rings = [square(x, y) for x in (0, 100, 150) for y in (0, 100)]
    places = at(*points)

    found = rings_of_points(places, rings)

    inside = np.array([points_in_polygon(places, ring) for ring in rings])
    expected = np.where(inside.any(axis=0), inside.argmax(axis=0), -1)
    assert found.tolist() == expected.tolist()
