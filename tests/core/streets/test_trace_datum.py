"""Noticing that a device writes another datum than it says."""

import numpy as np
import pytest

from tests.core.streets.walks import CAR, FOOT, NETWORK, stand, walk
from tests.towns.linhe import at
from tests.towns.patrolled import patrol
from xunfang.core.geo import Datum, from_wgs84
from xunfang.core.streets.datum_check import DatumSuspicion
from xunfang.core.streets.matching.fixes import Fixes, tidy_fixes
from xunfang.core.streets.matching.graph import MatchGraph
from xunfang.core.streets.matching.trace_datum import (
    shown_datum,
    suspect_trace_datum,
)
from xunfang.core.streets.modes import Mode
from xunfang.core.streets.snapping import Snapper
from xunfang.places.streets.osm import build, read_streets

SNAPPER = Snapper(NETWORK)
CITIES = ("beijing", "chengdu", "shanghai_center", "shenzhen_futian", "ninghua")


def moved(fixes: Fixes, datum: Datum) -> Fixes:
    return tidy_fixes(fixes.unit, fixes.t_s, from_wgs84(fixes.lonlat, datum))


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_a_drive_written_in_another_datum_is_noticed_and_named(datum):
    suspicion = suspect_trace_datum(CAR, SNAPPER, moved(walk("AEFVGHMS"), datum))

    assert suspicion is not None
    assert suspicion.likely is datum
    assert suspicion.distance_m > 10 * suspicion.likely_distance_m


def test_a_right_drive_is_not_suspected():
    assert suspect_trace_datum(CAR, SNAPPER, walk("AEFVGHMS", aside_m=6)) is None


def test_a_stay_says_too_little():
    shifted = moved(stand("G", minutes=30, noise_m=5), Datum.GCJ02)

    found = suspect_trace_datum(FOOT, SNAPPER, shifted)

    assert found is None or found.likely is None
    assert suspect_trace_datum(FOOT, SNAPPER, stand("G", minutes=30)) is None


def test_fixes_far_off_the_map_are_noticed_without_a_guess():
    away = tidy_fixes([0] * 3, [0, 5, 10], at("A", "A", "A", north_m=1000))

    suspicion = suspect_trace_datum(CAR, SNAPPER, away)

    assert suspicion == DatumSuspicion(None, pytest.approx(1000, rel=0.01), None)


@pytest.mark.parametrize("sent", [Datum.WGS84, Datum.GCJ02, Datum.BD09])
@pytest.mark.parametrize("declared", list(Datum))
def test_what_a_device_sends_is_named_whatever_was_declared(sent, declared):
    the_same = {sent, declared} == {Datum.WGS84, Datum.CGCS2000}

    shown = shown_datum(CAR, moved(walk("AEFVGHMS"), sent), declared=declared)

    assert shown is (declared if the_same else sent)


def test_a_stay_shows_no_datum():
    assert shown_datum(FOOT, stand("G", minutes=30), declared=Datum.WGS84) is None


def test_no_fixes_are_not_suspected():
    assert (
        suspect_trace_datum(CAR, SNAPPER, tidy_fixes([], [], np.empty((0, 2)))) is None
    )


@pytest.mark.shared
@pytest.mark.parametrize("name", CITIES)
def test_every_shifted_trace_is_noticed_and_no_right_one(shared_data, name):
    network = build(read_streets(shared_data / "streets" / f"{name}.osm.pbf")).network
    snapper = Snapper(network)
    found, expected = [], []

    for mode, minutes, speed_kmh in ((Mode.CAR, 30, 25), (Mode.FOOT, 60, 4.5)):
        graph = MatchGraph.build(network, mode)
        for seed in range(4):
            day = patrol(
                network,
                mode,
                rng=np.random.default_rng(seed),
                minutes=minutes,
                speed_kmh=speed_kmh,
            )
            fixes = tidy_fixes(day.unit, day.t_s, day.lonlat)
            for datum in (Datum.WGS84, Datum.GCJ02, Datum.BD09):
                given = moved(fixes, datum)
                suspicion = suspect_trace_datum(graph, snapper, given)
                found.append(suspicion.likely if suspicion else Datum.WGS84)
                expected.append(datum)

    assert found == expected
