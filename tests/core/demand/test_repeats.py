"""Places where small things add up: found with their evidence, and only those."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.demand.events import ResidentEvents, read_events
from xunfang.core.demand.repeats import Evidence, RepeatPlace, find_repeat_places
from xunfang.core.geo import LocalProjection, short_distance_m

FLAT = LocalProjection(origin_lon=103.5, origin_lat=29.5)
JUNE = datetime(2026, 6, 1, 21, tzinfo=UTC)


def _day(number: int) -> date:
    return (JUNE + timedelta(days=number)).date()


class Town:
    """Places on a flat map in metres, and what happened there."""

    def __init__(self, **places: tuple[float, float]) -> None:
        self.names = tuple(places)
        self.lonlat = FLAT.to_lonlat(np.array(list(places.values())))
        self.rows: list[tuple[str, str, datetime, str]] = []

    def happened(self, place: str, *days: float, class_code: str = "theft") -> None:
        for day in days:
            number = f"110-{len(self.rows):03d}"
            self.rows.append((number, place, JUNE + timedelta(days=day), class_code))

    def events(self) -> ResidentEvents:
        return read_events(
            {
                "place": [place for _, place, _, _ in self.rows],
                "at": [at for _, _, at, _ in self.rows],
                "class_code": [class_code for _, _, _, class_code in self.rows],
                "source": ["resident"] * len(self.rows),
                "link": ["first"] * len(self.rows),
            },
            places=self.names,
            zone=UTC,
        )

    def repeats(self, **limits: float) -> tuple[RepeatPlace, ...]:
        return find_repeat_places(
            self.events(),
            event_ids=[number for number, *_ in self.rows],
            lonlat_of_place=self.lonlat,
            small_classes={"theft", "damage"},
            **limits,
        )


@pytest.mark.row("H11")
def test_three_shops_with_small_thefts_are_named_with_evidence_and_none_with_two():
    town = Town(
        grocer=(0, 0),
        baker=(1_000, 0),
        chemist=(2_000, 0),
        kiosk=(3_000, 0),
        butcher=(4_000, 0),
        bar=(5_000, 0),
        next_door_to_baker=(1_150, 0),
    )
    town.happened("grocer", 0, 20, 45)
    town.happened("baker", 3, 10)
    town.happened("next_door_to_baker", 30)
    town.happened("chemist", 5, 6, 7, 8)
    town.happened("kiosk", 1, 2)  # two only
    town.happened("butcher", 0, 30, 61)  # three, but not within 60 days
    town.happened("bar", 1, 2, 3, class_code="robbery")  # three, but not small

    found = town.repeats()

    assert [town.names[place.place] for place in found] == [
        "chemist",
        "grocer",
        "baker",
    ]
    assert found[1] == RepeatPlace(
        place=0,
        evidence=(
            Evidence("110-000", 0, _day(0), 0.0),
            Evidence("110-001", 0, _day(20), 0.0),
            Evidence("110-002", 0, _day(45), 0.0),
        ),
    )
    assert found[2].evidence == (
        Evidence("110-003", 1, _day(3), 0.0),
        Evidence("110-004", 1, _day(10), 0.0),
        Evidence("110-005", 6, _day(30), 150.0),
    )
    assert (found[0].first_on, found[0].last_on) == (_day(5), _day(8))


@pytest.mark.parametrize(("apart_m", "n_found"), [(199.9, 1), (200, 1), (200.2, 0)])
def test_two_hundred_metres_are_within_reach_and_no_more(apart_m, n_found):
    town = Town(a=(0, 0), b=(apart_m, 0))
    town.happened("a", 0, 1)
    town.happened("b", 2)

    assert len(town.repeats()) == n_found


@pytest.mark.parametrize(("last_day", "n_found"), [(60, 1), (60.01, 0)])
def test_sixty_days_are_within_the_time_and_no_more(last_day, n_found):
    town = Town(a=(0, 0))
    town.happened("a", 0, 30, last_day)

    assert len(town.repeats()) == n_found


def test_a_long_street_does_not_become_one_long_place():
    """An event every 150 m along 1.5 km: each middle reaches one on either side."""
    town = Town(**{f"house_{n}": (150.0 * n, 0) for n in range(9)})
    for n in range(9):
        town.happened(f"house_{n}", n)

    found = town.repeats()

    assert [[place.place for place in spot.evidence] for spot in found] == [
        [0, 1, 2],
        [3, 4, 5],
        [6, 7, 8],
    ]


def test_an_event_is_evidence_for_one_place_only():
    """Four at the corner and the one between are five in 40 days. It would make three
    with the two at the far end, 45 days later, but is spoken for."""
    town = Town(corner=(0, 0), between=(150, 0), far=(300, 0))
    town.happened("corner", 1, 2, 3, 4)
    town.happened("between", 40)
    town.happened("far", 85, 90)

    found = town.repeats()

    assert [[place.event_id for place in spot.evidence] for spot in found] == [
        [f"110-00{n}" for n in range(5)]
    ]


def test_the_same_place_can_come_back_in_another_season():
    town = Town(a=(0, 0))
    town.happened("a", 0, 1, 2, 200, 201, 202)

    assert [spot.first_on for spot in town.repeats()] == [_day(0), _day(200)]


def test_nothing_repeats_where_nothing_happens():
    town = Town(a=(0, 0))

    assert town.repeats() == ()


@pytest.mark.parametrize(
    ("event_ids", "limits"),
    [
        (["x"], {}),
        (["x", "x"], {}),
        (["x", "y"], {"n_at_least": 1}),
        (["x", "y"], {"within_days": 0}),
        (["x", "y"], {"within_m": -1}),
    ],
)
def test_a_senseless_question_is_a_bug(event_ids, limits):
    town = Town(a=(0, 0))
    town.happened("a", 0, 1)

    with pytest.raises(ValueError, match=r"id of its own|at least two"):
        find_repeat_places(
            town.events(),
            event_ids=event_ids,
            lonlat_of_place=town.lonlat,
            small_classes={"theft"},
            **limits,
        )


happenings = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 120)), min_size=1, max_size=40
)


def _town_of(rows: list[tuple[int, int]]) -> Town:
    town = Town(**{f"p{n}": (90.0 * (n % 4), 110.0 * (n // 4)) for n in range(12)})
    for place, day in rows:
        town.happened(f"p{place}", day)
    return town


@given(rows=happenings)
def test_what_is_said_holds_and_what_is_left_holds_no_more(rows):
    town = _town_of(rows)

    found = town.repeats()

    told = [place.event_id for spot in found for place in spot.evidence]
    assert len(told) == len(set(told))
    for spot in found:
        assert len(spot.evidence) >= 3
        assert spot.last_on - spot.first_on <= timedelta(days=60)
        for place in spot.evidence:
            away_m = short_distance_m(town.lonlat[spot.place], town.lonlat[place.place])
            assert away_m <= 200.001
            assert place.distance_m == pytest.approx(away_m, abs=0.051)
    rest = _town_of([])
    rest.rows = [row for row in town.rows if row[0] not in told]
    assert rest.repeats() == ()


@given(rows=happenings, seed=st.integers(0, 2**32 - 1))
def test_the_order_of_the_events_changes_nothing(rows, seed):
    town = _town_of(rows)
    shuffled = _town_of([])
    order = np.random.default_rng(seed).permutation(len(rows))
    shuffled.rows = [town.rows[number] for number in order]

    assert shuffled.repeats() == town.repeats()


@given(rows=happenings)
def test_places_are_the_same_as_when_looked_for_one_by_one(rows):
    town = _town_of(rows)
    by_time = {row[0]: (row[2], row[0]) for row in town.rows}

    found = [{place.event_id for place in spot.evidence} for spot in town.repeats()]

    assert found == sorted(
        _one_by_one(town), key=lambda names: (-len(names), min(map(by_time.get, names)))
    )


def _one_by_one(town: Town) -> list[set[str]]:
    """The plain way: look for the best group, take it away, look again."""
    at = dict(zip(town.names, town.lonlat, strict=True))
    left = sorted(town.rows, key=lambda row: (row[2], row[0]))
    taken = []
    while groups := [
        (-len(group), sum(mm for _, mm in group), first, middle, group)
        for middle in range(len(left))
        for first in range(len(left))
        if len(group := _group(left, at, middle, first)) >= 3
    ]:
        names = {name for name, _ in min(groups)[-1]}
        taken.append(names)
        left = [row for row in left if row[0] not in names]
    return taken


def _group(left, at, middle, first) -> list[tuple[str, int]]:
    """Events near the middle in the 60 days from the first; none if it is not there."""
    group = [
        (name, round(1000 * float(short_distance_m(at[left[middle][1]], at[place]))))
        for name, place, when, _ in left[first:]
        if when - left[first][2] <= timedelta(days=60)
    ]
    group = [(name, mm) for name, mm in group if mm <= 200_000]
    names = [name for name, _ in group]
    is_there = left[middle][0] in names and names[0] == left[first][0]
    return group if is_there else []
