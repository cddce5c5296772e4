"""Stays at stops, and a plan's stops beside them."""

import numpy as np
import pytest

from tests.core.streets.walks import stand, together, walk
from tests.towns.linhe import at
from xunfang.core.streets.matching.fixes import Fixes, tidy_fixes
from xunfang.core.streets.matching.stays import (
    Kept,
    PlannedStop,
    Stay,
    compare_with_plan,
    find_stays,
)

G = at("G")


def visit(minutes: float, *, unit: int = 0, begins_s: float = 1000.0) -> Fixes:
    """Come from F in 40 s, stay at G, go on to H; a fix every 5 s."""
    stays = stand("G", minutes=minutes, begins_s=begins_s, unit=unit)
    return together(
        walk("FVG", begins_s=begins_s - 20, unit=unit),
        stays,
        walk("GH", begins_s=float(stays.t_s[-1]), unit=unit),
    )


def test_a_stay_of_fourteen_minutes_is_found_with_its_times():
    """Arrives within 50 m at -5 s, is beyond 70 m at +10 s: gone between +5 and +10."""
    (stay,) = find_stays(visit(14), G)

    assert stay == Stay(
        unit=0,
        stop=0,
        arrived_s=992.5,
        left_s=1847.5,
        at_least_s=850.0,
        at_most_s=860.0,
    )
    assert stay.counts
    assert stay.duration_s == 855.0


@pytest.mark.parametrize(
    ("minutes", "counts"), [(12, True), (14, True), (16, True), (11, False), (2, False)]
)
def test_twelve_to_sixteen_minutes_count_and_less_does_not(minutes, counts):
    stays = find_stays(visit(minutes), G)

    assert [stay.counts for stay in stays] == [counts]


def test_who_passes_makes_no_stay_that_counts():
    assert [stay.counts for stay in find_stays(walk("FVGH"), G)] == [False]


def test_wavering_on_the_edge_does_not_make_many_stays_of_one():
    """Every other fix is 60 m off: outside the radius, inside the margin."""
    near, far = (
        stand("G", minutes=14, every_s=10, east_m=45),
        stand("G", minutes=14, every_s=10, begins_s=5, east_m=60),
    )

    stays = find_stays(together(near, far), G)

    assert len(stays) == 1
    assert stays[0].at_least_s == 845


def test_a_fix_thrown_far_does_not_end_a_stay_and_a_walk_does():
    here = stand("G", minutes=14)
    thrown = tidy_fixes([0], [402.5], at("G", east_m=300))
    away = stand("H", minutes=2, begins_s=14 * 60 + 5)
    again = stand("G", minutes=13, begins_s=17 * 60)

    stays = find_stays(together(here, thrown, away, again), G)

    assert [(stay.at_least_s, stay.counts) for stay in stays] == [
        (840, True),
        (780, True),
    ]


def test_silence_of_more_than_two_minutes_is_not_counted_as_being_there():
    """7 min at G, 130 s of silence, 7 min at G."""
    fixes = together(stand("G", minutes=7), stand("G", minutes=7, begins_s=420 + 130))

    assert [stay.counts for stay in find_stays(fixes, G)] == [False, False]


def test_units_and_stops_are_kept_apart():
    fixes = together(visit(13, unit=1), visit(13, unit=2, begins_s=1010))

    stays = find_stays(fixes, at("A", "G"))

    assert [(stay.unit, stay.stop) for stay in stays] == [(1, 1), (2, 1)]
    assert find_stays(fixes, np.empty((0, 2))) == ()
    assert find_stays(tidy_fixes([], [], np.empty((0, 2))), G) == ()


def test_a_plan_beside_what_was_done():
    """Unit 1 was at G from about 1000 s for 14 minutes, and was heard of only then."""
    fixes = visit(14, unit=1)
    stays = find_stays(fixes, at("A", "G"))
    planned = [
        PlannedStop(unit=1, stop=1, opens_s=900, closes_s=2000, dwell_s=720),
        PlannedStop(unit=1, stop=1, opens_s=900, closes_s=1200, dwell_s=720),
        PlannedStop(unit=1, stop=1, opens_s=3000, closes_s=4000, dwell_s=720),
        PlannedStop(unit=1, stop=0, opens_s=1000, closes_s=1800, dwell_s=720),
        PlannedStop(unit=1, stop=0, opens_s=3000, closes_s=4000, dwell_s=720),
        PlannedStop(unit=9, stop=1, opens_s=900, closes_s=2000, dwell_s=720),
    ]

    found = compare_with_plan(fixes, stays, planned)

    assert [one.planned for one in found] == planned
    assert [(one.kept, one.inside_s, one.first_arrived_s) for one in found] == [
        (Kept.KEPT, 855.0, 992.5),
        (Kept.SHORT, 207.5, 992.5),
        (Kept.OUTSIDE_WINDOW, 0, 992.5),
        (Kept.NOT_SEEN, 0, None),
        (Kept.UNKNOWN, 0, None),
        (Kept.UNKNOWN, 0, None),
    ]
