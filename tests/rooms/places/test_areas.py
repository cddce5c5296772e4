"""Patrol areas are made of streets, and each boundary holds from a day on."""

from datetime import date

import pytest

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON
from tests.towns.linhe import linhe
from xunfang.audit.models import Event
from xunfang.places import queries, services
from xunfang.places.models import AreaEdition, PatrolArea

pytestmark = pytest.mark.django_db

NINE_ROADS = {
    "W": {"北门街", "人民路", "紫荆山路", "经三路", "柳巷"},
    "E": {"东明路", "经六路", "健康路", "顺河路"},
}
"""Nine roads of Linhe in two areas; the river bank stays open until a test closes it."""
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


@pytest.fixture
def streets():
    """Return Linhe's segments: key to name and length."""
    network = linhe()
    return {
        network.segment_key(segment): (
            network.segment_name_of(segment),
            float(network.segment_length_m[segment]),
        )
        for segment in range(network.n_segments)
    }


def area(code: str) -> PatrolArea:
    return PatrolArea.objects.create(code=code, name=code, station_code="S01")


def draw(which, streets, names, *, valid_from=MARCH, polygons=()) -> AreaEdition:
    return services.redraw_area(
        area=which,
        polygons=list(polygons),
        streets=[
            (key, name, length)
            for key, (name, length) in streets.items()
            if name in names
        ],
        valid_from=valid_from,
        by=None,
        at=AFTERNOON,
    )


def on_nine_roads(streets) -> frozenset[str]:
    wanted = NINE_ROADS["W"] | NINE_ROADS["E"]
    return frozenset(key for key, (name, _) in streets.items() if name in wanted)


@pytest.mark.row("A02")
def test_nine_roads_are_in_one_area_each_without_gap_or_overlap(streets):
    for code, names in NINE_ROADS.items():
        draw(area(code), streets, names)

    segments = on_nine_roads(streets)
    report = queries.report_areas(day=MARCH, segments=segments)

    drawn = [s.segment_id for e in AreaEdition.objects.all() for s in e.streets.all()]
    assert len(segments) > 9
    assert sorted(drawn) == sorted(segments)
    assert report == queries.AreasReport(gaps=(), overlaps={})


@pytest.mark.row("A02")
def test_street_in_no_area_and_street_in_two_are_reported(streets):
    draw(area("W"), streets, NINE_ROADS["W"])
    draw(area("E"), streets, NINE_ROADS["E"] - {"健康路"} | {"柳巷"})

    report = queries.report_areas(day=MARCH, segments=on_nine_roads(streets))

    of_road = {
        road: tuple(sorted(key for key, (name, _) in streets.items() if name == road))
        for road in ("健康路", "柳巷")
    }
    assert report.gaps == of_road["健康路"]
    assert report.overlaps == dict.fromkeys(of_road["柳巷"], ("E", "W"))


@pytest.mark.row("A02")
def test_old_day_keeps_its_boundary_when_an_area_is_redrawn(streets):
    west = area("W")
    old, new = linhe_city.box(0, 0, 100, 100), linhe_city.box(0, 0, 200, 200)
    draw(west, streets, {"柳巷"}, polygons=[old])
    draw(west, streets, {"柳巷", "北门街"}, valid_from=APRIL, polygons=[new])

    shown = [
        queries.area_features(station_code="S01", day=day)
        for day in (date(2026, 2, 28), MARCH, date(2026, 3, 31), APRIL)
    ]

    rings = [
        [feature["geometry"]["coordinates"] for feature in features]
        for features in shown
    ]
    assert rings == [[], [[[old]]], [[[old]]], [[[new]]]]
    assert queries.count_areas(day=APRIL) == 1


def test_boundary_is_not_redrawn_into_the_past(streets):
    west = area("W")
    draw(west, streets, {"柳巷"}, valid_from=APRIL)

    with pytest.raises(services.BoundaryInThePast):
        draw(west, streets, {"北门街"}, valid_from=APRIL)

    [edition] = AreaEdition.objects.all()
    assert (edition.valid_from, edition.valid_to) == (APRIL, None)
    assert Event.objects.filter(kind="area.redrawn").count() == 1


def test_point_lies_in_the_area_that_held_on_the_day(streets):
    draw(area("W"), streets, {"柳巷"}, polygons=[linhe_city.box(0, 0, 300, 600)])
    inside, outside = linhe_city.at("P", "T", east_m=10, north_m=10)

    around = queries.areas_around(station_code="S01", day=MARCH)

    assert around.find(*inside).code == "W"
    assert around.find(*outside) is None
