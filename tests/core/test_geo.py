"""Datums at the border, distances, the flat map, points in polygons."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.geo import (
    Datum,
    LocalProjection,
    from_wgs84,
    haversine_m,
    metres_per_degree,
    points_in_polygon,
    short_distance_m,
    to_wgs84,
    wgs84_to_gcj02,
)

places_in_china = st.lists(
    st.tuples(st.floats(74.0, 134.0), st.floats(18.0, 53.0)), min_size=1, max_size=20
).map(np.array)


@given(lonlat=places_in_china, datum=st.sampled_from(Datum))
def test_a_place_there_and_back_moves_less_than_a_tenth_of_a_millimetre(lonlat, datum):
    back = to_wgs84(from_wgs84(lonlat, datum), datum)

    assert short_distance_m(back, lonlat).max() < 1e-4


@given(lonlat=places_in_china, datum=st.sampled_from([Datum.GCJ02, Datum.BD09]))
def test_a_shifted_place_read_in_and_shifted_again_is_where_it_was(lonlat, datum):
    again = from_wgs84(to_wgs84(lonlat, datum), datum)

    assert short_distance_m(again, lonlat).max() < 1e-4


def test_the_shift_has_the_size_that_was_measured_in_five_towns():
    """Offsets of reference/streets.md, section 5, measured with other libraries."""
    towns = np.array(
        [
            [113.625, 34.746],  # Zhengzhou
            [104.546, 30.411],  # Jianyang
            [117.000, 32.625],  # Huainan
            [112.851, 35.491],  # Jincheng
            [116.397, 39.909],  # Beijing
        ]
    )

    shift_m = haversine_m(wgs84_to_gcj02(towns), towns)

    assert shift_m == pytest.approx([568, 384, 557, 556, 555], abs=25)


def test_gcj02_of_tiananmen_agrees_with_the_published_implementations():
    """116.397389, 39.908722 -> 116.403632, 39.910125, within 20 cm."""
    tiananmen = np.array([116.397389, 39.908722])

    shifted = wgs84_to_gcj02(tiananmen)

    assert shifted == pytest.approx([116.403632, 39.910125], abs=2e-6)


@pytest.mark.parametrize("datum", [Datum.WGS84, Datum.CGCS2000])
def test_wgs84_and_cgcs2000_are_taken_as_they_are(datum):
    lonlat = np.array([[104.06, 30.64]])

    read = to_wgs84(lonlat, datum)

    assert read.tolist() == lonlat.tolist()


def test_outside_china_gcj02_shifts_nothing():
    helsinki = np.array([[24.94, 60.17]])

    assert wgs84_to_gcj02(helsinki).tolist() == helsinki.tolist()


def test_one_degree_of_latitude_is_111_km():
    """A great circle of 6,371,008.8 m: pi / 180 * 6,371,008.8 = 111,195.08 m."""
    assert haversine_m([116.0, 39.0], [116.0, 40.0]) == pytest.approx(
        111_195.08, abs=0.01
    )


def test_degrees_have_the_lengths_of_the_wgs84_ellipsoid():
    """NGA's table: at 30° N 96.486 km by 110.852 km, at 45° N 78.847 by 111.132."""
    per_lon_m, per_lat_m = metres_per_degree([30.0, 45.0])

    assert (per_lon_m / 1000).round(3).tolist() == [96.486, 78.847]
    assert (per_lat_m / 1000).round(3).tolist() == [110.852, 111.132]


def test_a_short_distance_is_measured_at_the_latitude_in_the_middle():
    """0.001° east at 30° N: 96.486 m; the sphere would say 96.30 m."""
    distance_m = short_distance_m([104.0, 30.0], [104.001, 30.0])

    assert distance_m == pytest.approx(96.486, abs=0.001)


@given(
    lonlat=places_in_china,
    east=st.floats(-20_000, 20_000),
    north=st.floats(-20_000, 20_000),
)
def test_the_flat_map_takes_metres_there_and_back(lonlat, east, north):
    projection = LocalProjection(*lonlat[0])

    xy_m = projection.to_xy_m(projection.to_lonlat([east, north]))

    assert xy_m == pytest.approx([east, north], abs=1e-5)


def test_points_in_an_l_shaped_area():
    """The area is [0, 2] x [0, 2] without its upper right quarter."""
    ring = [(0, 0), (2, 0), (2, 1), (1, 1), (1, 2), (0, 2)]

    inside = points_in_polygon([(0.5, 0.5), (1.5, 0.5), (0.5, 1.5), (1.5, 1.5)], ring)

    assert inside.tolist() == [True, True, True, False]


@given(
    points=st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1),
    border=st.integers(1, 7),
)
def test_of_two_areas_that_share_a_border_exactly_one_holds_a_point(points, border):
    left = [(-1, -1), (border, -1), (border, 9), (-1, 9)]
    right = [(border, -1), (9, -1), (9, 9), (border, 9)]

    held = points_in_polygon(points, left).astype(int) + points_in_polygon(
        points, right
    )

    assert held.tolist() == [1] * len(points)


def test_a_polygon_of_two_corners_is_the_callers_bug():
    with pytest.raises(ValueError, match="three corners"):
        points_in_polygon([(0, 0)], [(0, 0), (1, 1)])


def test_positions_that_are_no_pairs_are_the_callers_bug():
    with pytest.raises(ValueError, match="shape"):
        to_wgs84([[1.0, 2.0, 3.0]], Datum.GCJ02)
