"""How long the points of a published loop were alone, by the positions of its crew."""

from datetime import timedelta

import numpy as np
import pytest
from pytest_django.asserts import assertContains

from tests.factories.linhe_city import NIGHT
from tests.factories.patrolled_night import bind, clock, log, stay
from tests.towns.linhe import at
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.core.planning.format.plan_format import write_plan
from xunfang.core.planning.format.problem_writing import write_problem
from xunfang.core.planning.plan import Event, EventKind, LoopVisit, Plan, Route
from xunfang.core.planning.problem import Loop, Problem, Unit
from xunfang.patrols import models
from xunfang.patrols.models import LoopGap
from xunfang.patrols.runs import covering
from xunfang.units.models import Shift

pytestmark = pytest.mark.django_db

AFTERNOON = clock("15:00")
MORNING = clock("31:00")
EIGHT, TEN = 20 * 60, 22 * 60


@pytest.fixture
def walkers(streets, station):
    shift = Shift.objects.get(code="2")
    log(shift, ("18:00", DutyStep.ON, "foot"), ("26:00", DutyStep.OFF))
    return shift


@pytest.fixture
def published(walkers, station, duty_officer):
    """Crew 2 goes round between F and L from 20:00 to 22:00, half an hour at most apart."""
    problem = Problem(
        travel={"foot": np.array([[0, 5], [5, 0]], dtype=np.int32)},
        units=(Unit("2", "foot", start=0, end=0, shift=(18 * 60, 26 * 60)),),
        loops=(Loop("夜市", (0, 1), 5, (EIGHT, TEN), max_gap=30, mode="foot"),),
        points=tuple((float(lon), float(lat)) for lon, lat in at("F", "L")),
    )
    visits = tuple(
        LoopVisit(at=n % 2, start=EIGHT + 10 * n, end=EIGHT + 10 * n + 5)
        for n in range(12)
    )
    event = Event(EventKind.LOOP, "夜市", 0, 1, EIGHT, EIGHT, TEN, visits)
    plan = Plan((Route("2", 18 * 60, (event,), 26 * 60),), value=0.0)
    bind(walkers, 1, "F", "20:00", "22:00", place_code="夜市")
    kept = models.Plan.objects.create(
        station=station,
        night=NIGHT,
        edition=1,
        problem=write_problem(problem),
        plan=write_plan(plan, problem),
        value=0.0,
        made_at=AFTERNOON,
    )
    return models.Publication.objects.create(
        station=station,
        night=NIGHT,
        edition=1,
        plan=kept,
        sheet={},
        digest="0" * 64,
        published_at=AFTERNOON,
        published_by=duty_officer,
    )


def gaps() -> list[tuple[int, str, str, int]]:
    """Return point, from when until when it was alone longest, and how often passed."""
    found = LoopGap.objects.order_by("point")
    return [(gap.point, gap.alone_from, gap.alone_until, gap.n_passes) for gap in found]


def test_the_longest_gap_at_each_point_of_a_published_loop(walkers, published):
    """The crew is at F 20:10-20:45, at L 20:50-21:20, at F again 21:25-21:30.

    F is alone from 20:00 to 20:10 (10 minutes), 20:45 to 21:25 (40) and 21:30 to 22:00
    (30): 40. L until 20:50 (50) and from 21:20 (40): 50. Allowed are 30.
    """
    stay(walkers, "F", begins="20:10", minutes=35)
    stay(walkers, "L", begins="20:50", minutes=30)
    stay(walkers, "F", begins="21:25", minutes=5)

    covering.fold_what_is_due(at=MORNING)

    assert gaps() == [
        (1, clock("20:45"), clock("21:25"), 2),
        (2, clock("20:00"), clock("20:50"), 1),
    ]
    assert [
        (gap.loop_code, gap.gap_s, gap.allowed_s, gap.is_too_long)
        for gap in LoopGap.objects.order_by("point")
    ] == [("夜市", 2400, 1800, True), ("夜市", 3000, 1800, True)]


def test_a_point_left_for_just_as_long_as_is_allowed_is_not_too_long(
    walkers, published
):
    stay(walkers, "F", begins="20:00", minutes=90)

    covering.fold_what_is_due(at=MORNING)

    first, second = LoopGap.objects.order_by("point")
    assert (first.gap_s, first.is_too_long) == (1800, False)
    assert (second.gap_s, second.is_too_long) == (7200, True)


def test_of_a_crew_heard_of_too_little_nothing_is_said(
    client, duty_officer, walkers, published
):
    """59 of 120 minutes: less than half."""
    stay(walkers, "F", begins="20:00", minutes=59)
    covering.fold_what_is_due(at=MORNING)
    client.force_login(duty_officer)

    page = client.get(f"/coverage/{NIGHT}/{published.station.code}/")

    assert gaps() == [(1, None, None, 1), (2, None, None, 0)]
    assertContains(page, "夜市")
    assertContains(page, "无法判断")


def test_a_loop_whose_window_is_not_over_is_not_judged(walkers, published):
    stay(walkers, "F", begins="20:00", minutes=60)

    covering.fold_what_is_due(at=clock("21:30"))

    assert gaps() == []
    covering.fold_what_is_due(at=clock("22:00") + timedelta(minutes=1))
    assert [point for point, *_ in gaps()] == [1, 2]
