"""What follows from a path: metres, passes, minutes of cells, gaps, blind spots."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.streets.test_matching import wander
from tests.core.streets.walks import CAR, FOOT, NETWORK, stand, together, walk
from tests.towns.linhe import at, between, segment_between
from xunfang.core.streets.matching.bins import StreetBins, cover_streets
from xunfang.core.streets.matching.blind import (
    NearStreets,
    blind_spots,
    seen_of_night,
)
from xunfang.core.streets.matching.fixes import tidy_fixes
from xunfang.core.streets.matching.loops import LongestGap, longest_gaps
from xunfang.core.streets.matching.match import match_fixes
from xunfang.core.streets.matching.presence import presence_by_cell_hour
from xunfang.core.streets.matching.stays import find_stays
from xunfang.core.streets.snapping import Snapper

BINS = StreetBins.cut(NETWORK)
NEAR = NearStreets(BINS)
SNAPPER = Snapper(NETWORK)
EF, FV = segment_between(NETWORK, "E", "F"), segment_between(NETWORK, "F", "V")


def test_a_street_is_cut_into_equal_bins_of_at_most_ten_metres():
    """E-F is 200 m: 20 bins, or 21 if it is a hair longer on the ground."""
    n_bins = BINS.first[EF + 1] - BINS.first[EF]

    assert n_bins in {20, 21}
    assert (BINS.length_m <= 10).all()
    assert np.bincount(BINS.segment, BINS.bin_length_m) == pytest.approx(
        NETWORK.segment_length_m
    )


def test_there_and_back_is_two_passes_one_in_each_direction():
    """E to F and back on foot: 200 m each way, covered once, driven twice."""
    out, home = walk("EF", pace_mps=2.0), walk("FE", pace_mps=2.0, begins_s=105)

    coverage = cover_streets(BINS, match_fixes(FOOT, together(out, home)).path)

    mine = slice(BINS.first[EF], BINS.first[EF + 1])
    assert (coverage.passes[0, :, mine] == 1).all()
    assert coverage.driven_m[0, :, EF] == pytest.approx([200, 200], abs=4)
    assert coverage.covered_m()[0, :, EF] == pytest.approx([200, 200], abs=1)
    assert coverage.end_to_end().tolist() == [EF]


def test_half_a_street_is_half_covered_and_not_end_to_end():
    fixes = walk("EF", pace_mps=1.0)
    half = tidy_fixes(fixes.unit[:21], fixes.t_s[:21], fixes.lonlat[:21])

    coverage = cover_streets(BINS, match_fixes(FOOT, half).path)

    assert coverage.share_by_segment()[EF] == pytest.approx(0.5, abs=0.03)
    assert coverage.end_to_end().tolist() == []


def test_metres_go_to_the_band_in_which_they_were_driven():
    """200 m at 10 m/s from 3590 s on: 100 m before the hour, 100 m after."""
    path = match_fixes(CAR, walk("EF", begins_s=3590)).path

    coverage = cover_streets(BINS, path, bounds_s=[0, 3600, 7200])

    assert coverage.driven_m[:, 0, EF] == pytest.approx([100, 100], abs=1)
    n_passed = (coverage.passes[:, 0, BINS.first[EF] : BINS.first[EF + 1]]).sum(axis=1)
    assert abs(n_passed[0] - 10) <= 1
    assert (coverage.passes.sum(axis=0) <= 1).all()


def test_bands_that_do_not_ascend_are_the_callers_bug():
    path = match_fixes(CAR, walk("EF")).path

    with pytest.raises(ValueError, match="ascending"):
        cover_streets(BINS, path, bounds_s=[0, 0])
    with pytest.raises(ValueError, match="longer than"):
        StreetBins.cut(NETWORK, bin_m=0)


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), cut_s=st.floats(1, 470))
def test_bands_of_time_take_nothing_away(seed, cut_s):
    path = match_fixes(CAR, wander(seed)).path

    whole = cover_streets(BINS, path)
    parts = cover_streets(BINS, path, bounds_s=[-1, cut_s, 1e6])

    assert parts.driven_m.sum(axis=0) == pytest.approx(whole.driven_m[0], abs=1e-6)
    assert np.array_equal(parts.passes.sum(axis=0), whole.passes[0])
    assert whole.driven_m.sum() == pytest.approx(path.length_m)


def test_minutes_of_a_cell_stop_at_the_hour():
    """Six fixes a minute apart from 3480 s on: 2 min in hour 0, 3 min in hour 1."""
    fixes = tidy_fixes([4] * 6, 3480 + 60 * np.arange(6), at(*"EEEEEE"))

    presence = presence_by_cell_hour(fixes, [3] * 6)

    assert presence.minutes(n_cells=5, hours=range(2)).tolist() == [
        [0, 0, 0, 2, 0],
        [0, 0, 0, 3, 0],
    ]


def test_time_between_two_cells_is_shared_and_silence_is_nobodys():
    """One minute between cells 0 and 1, then three minutes of silence."""
    fixes = tidy_fixes([1] * 3, [0, 60, 240], at(*"EFG"))

    presence = presence_by_cell_hour(fixes, [0, 1, -1])

    assert presence.minutes(n_cells=2, hours=range(1)).tolist() == [[0.5, 0.5]]
    assert presence.seconds.sum() == 60


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), n_cells=st.integers(1, 5))
def test_the_minutes_of_all_cells_are_the_time_heard_of(seed, n_cells):
    fixes = wander(seed)
    cell = np.random.default_rng(seed).integers(-1, n_cells, len(fixes))

    presence = presence_by_cell_hour(fixes, cell)

    joined = fixes.follows()
    heard_s = np.diff(fixes.t_s, prepend=0)[joined].sum()
    assert presence.seconds.sum() == pytest.approx(heard_s)


def test_cells_for_other_fixes_are_the_callers_bug():
    with pytest.raises(ValueError, match="cells for 1"):
        presence_by_cell_hour(walk("EF"), [0])


def test_the_longest_gap_of_a_loop_is_between_two_passes_or_at_the_edge():
    """Half of E-F is passed at 10 s and, coming back, 610 s; the window is an hour."""
    fixes = together(walk("EF"), walk("FE", begins_s=600))
    points = SNAPPER.snap(between("E", "F"))

    (early,) = longest_gaps(
        NETWORK, points, match_fixes(CAR, fixes).path, (), opens_s=0, closes_s=700
    )
    (late,) = longest_gaps(
        NETWORK, points, match_fixes(CAR, fixes).path, (), opens_s=0, closes_s=3600
    )

    assert (early.from_s, early.to_s) == pytest.approx((10, 610), abs=0.2)
    assert early.n_passes == 2
    assert (late.from_s, late.to_s) == pytest.approx((610, 3600), abs=0.2)


def test_a_stay_at_a_point_is_no_gap_however_long():
    fixes = stand("G", minutes=20, begins_s=100)
    points = SNAPPER.snap(at("G"))
    stays = find_stays(fixes, at("G"))

    found = longest_gaps(
        NETWORK,
        points,
        match_fixes(FOOT, fixes).path,
        stays,
        opens_s=0,
        closes_s=1350,
    )

    assert found == (LongestGap(0, 0, 100.0, 1),)
    assert found[0].gap_s == 100.0


def test_a_point_nobody_came_to_was_alone_all_the_time():
    nobody = match_fixes(CAR, tidy_fixes([], [], np.empty((0, 2)))).path

    found = longest_gaps(
        NETWORK, SNAPPER.snap(at("G")), nobody, (), opens_s=5, closes_s=65
    )

    assert found == (LongestGap(0, 5, 65, 0),)
    with pytest.raises(ValueError, match="window of a loop"):
        longest_gaps(NETWORK, SNAPPER.snap(at("G")), nobody, (), opens_s=5, closes_s=5)


@settings(max_examples=40)
@given(
    east=st.lists(st.floats(-50, 850), min_size=1, max_size=6),
    north=st.floats(-50, 650),
)
def test_no_street_with_a_fix_within_fifteen_metres_is_called_blind(east, north):
    lonlat = np.concatenate([at("P", east_m=x, north_m=north) for x in east])
    nobody = cover_streets(
        BINS, match_fixes(CAR, tidy_fixes([], [], np.empty((0, 2)))).path
    )

    night = seen_of_night(NEAR, lonlat, nobody)
    blind = blind_spots(BINS, [night], n_nights=1).segments

    for segment in range(NETWORK.n_segments):
        away_m = Snapper(NETWORK, np.array([segment])).snap(lonlat).distance_m.min()
        if away_m <= 15:
            assert segment not in blind
        if away_m > 15.2:
            assert segment in blind


def test_a_street_filled_in_between_two_fixes_is_not_blind():
    """One fix a minute, at E and H: F-V has none near it and was driven along."""
    fixes = tidy_fixes([0, 0], [0, 60], at("E", "H"))

    night = seen_of_night(
        NEAR, fixes.lonlat, cover_streets(BINS, match_fixes(CAR, fixes).path)
    )

    assert not NEAR.mark(fixes.lonlat)[BINS.first[FV]]
    assert FV not in blind_spots(BINS, [night], n_nights=1).segments


def test_blind_spots_of_some_nights_say_when_each_was_seen_last():
    """E-F was seen three nights ago, F-V never; only the two are asked about."""
    none = np.zeros(BINS.n_bins, dtype=bool)
    long_ago = none.copy()
    long_ago[BINS.first[EF]] = True

    found = blind_spots(
        BINS, [long_ago, none, none, none], n_nights=3, segments=np.array([FV, EF])
    )

    seen = dict(zip(found.segments.tolist(), found.last_seen_nights_ago, strict=True))
    assert seen == {EF: 3, FV: None}
    assert blind_spots(
        BINS, [long_ago, none], n_nights=2, segments=np.array([FV, EF])
    ).segments.tolist() == [FV]


@pytest.mark.parametrize("n_nights", [0, 2])
def test_more_nights_than_are_known_are_the_callers_bug(n_nights):
    with pytest.raises(ValueError, match="1 nights are known"):
        blind_spots(BINS, [np.zeros(BINS.n_bins, dtype=bool)], n_nights=n_nights)
