"""Areas redrawn from boundaries or roads: looked at, in force, taken back."""

import dataclasses
import json
from datetime import date, timedelta

import pytest

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT, box
from tests.towns.linhe import between, linhe_source, segment_between
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.core.geo import Datum
from xunfang.core.streets.build import build_network
from xunfang.places import queries
from xunfang.places.areas import drafts as area_drafts
from xunfang.places.areas import queries as area_queries
from xunfang.places.areas import redraw_wording
from xunfang.places.areas import services as areas
from xunfang.places.areas.preview import preview
from xunfang.places.models import (
    AreaEdition,
    AreaStreet,
    FormerCellArea,
    GridCell,
    PatrolArea,
    Redraw,
    StreetNetwork,
)
from xunfang.places.services import BoundaryInThePast
from xunfang.places.streets import osm
from xunfang.places.streets.files import network_file

pytestmark = pytest.mark.django_db

NINE_ROADS = (
    *("健康路", "优胜南路", "经六路", "纬三路", "人民路"),
    *("顺河路", "紫荆山路", "东里路", "东明路"),
)
CALLED = {"北门街": "优胜南路", "河滨路": "纬三路", "经三路": "东里路"}
"""Streets of Linhe that bear the name of one of the nine roads here."""
TOMORROW = NIGHT + timedelta(days=1)


@pytest.fixture(autouse=True)
def _own_data_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    queries.load_streets.cache_clear()


@pytest.fixture
def officer(account):
    return account("duty_officer", station_code="")


@pytest.fixture
def streets():
    """Linhe's streets, all of them on the ground of one station."""
    linhe_city.import_streets()
    linhe_city.add_ground()
    return areas.current_streets()


@pytest.fixture
def nine_roads():
    """A town of exactly the nine roads, in two areas that have no street yet."""
    source = linhe_source()
    kept = tuple(
        dataclasses.replace(
            way, tags=way.tags | {"name": CALLED.get(name := way.tags["name"], name)}
        )
        for way in source.ways
        if CALLED.get(way.tags["name"], way.tags["name"]) in NINE_ROADS
    )
    network = build_network(dataclasses.replace(source, ways=kept))
    osm.save_network(network, network_file("nine"))
    row = linhe_city.import_streets()
    StreetNetwork.objects.filter(pk=row.pk).update(code="nine")
    linhe_city.add_ground()
    return areas.current_streets()


def roads(text: str, network, *, day=NIGHT) -> list[area_drafts.AreaDraft]:
    return area_drafts.drafts_of_roads(text, day=day, network=network)


def boundaries(network, *features: tuple[dict, list]) -> list[area_drafts.AreaDraft]:
    """Drafts of polygons; each feature is its properties and its outer ring."""
    collection = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": properties,
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
            for properties, ring in features
        ],
    }
    return area_drafts.drafts_of_boundaries(
        json.dumps(collection).encode(), datum=Datum.WGS84, network=network
    )


def draw(officer, drafts, *, valid_from=NIGHT, takes_over=True) -> Redraw:
    return areas.draft_redraw(
        drafts=drafts,
        source="test",
        valid_from=valid_from,
        takes_over=takes_over,
        by=officer,
        at=AFTERNOON,
    )


def apply(officer, redraw: Redraw, *, moment=AFTERNOON) -> Redraw:
    found = preview(redraw, network=areas.current_streets())
    areas.apply_redraw(redraw=redraw, seen_digest=found.digest, by=officer, at=moment)
    redraw.refresh_from_db()
    return redraw


def claims(day: date) -> dict[str, list[str]]:
    """Areas by segment on a day."""
    found: dict[str, list[str]] = {}
    rows = AreaStreet.objects.filter(edition__in=AreaEdition.objects.on(day))
    for segment, code in rows.values_list("segment_id", "edition__area__code"):
        found.setdefault(segment, []).append(code)
    return found


def cells_on(day: date) -> dict[str, str]:
    return {cell.code: cell.area.code for cell in queries.all_cells(day=day)}


# Nine roads


@pytest.mark.row("A02")
def test_nine_roads_are_imported_each_segment_in_exactly_one_area(nine_roads, officer):
    text = "A1：东里路、紫荆山路、健康路、优胜南路、人民路\nA2 经六路，纬三路；顺河路 东明路"

    apply(officer, draw(officer, roads(text, nine_roads)))

    keys = [nine_roads.segment_key(s) for s in range(nine_roads.n_segments)]
    assert {nine_roads.segment_name_of(s) for s in range(nine_roads.n_segments)} == set(
        NINE_ROADS
    )
    assert sorted(claims(NIGHT)) == sorted(keys)
    assert all(len(of_segment) == 1 for of_segment in claims(NIGHT).values())
    assert area_queries.report_ground(officer, nine_roads, day=NIGHT) == []


@pytest.mark.row("A02")
def test_old_night_keeps_its_areas_when_the_nine_roads_change_hands(
    nine_roads, officer
):
    west = "东里路、紫荆山路、健康路、优胜南路、人民路"
    apply(
        officer,
        draw(
            officer, roads(f"A1 {west}\nA2 经六路、纬三路、顺河路、东明路", nine_roads)
        ),
    )
    before = claims(NIGHT)

    apply(
        officer,
        draw(
            officer,
            roads("A2 经六路、纬三路、顺河路、东明路、健康路", nine_roads),
            valid_from=TOMORROW,
        ),
    )

    assert claims(NIGHT) == before
    changed = {key for key, of_key in claims(TOMORROW).items() if of_key != before[key]}
    assert {
        nine_roads.segment_name_of(nine_roads.segment_by_key(key)) for key in changed
    } == {"健康路"}
    assert area_queries.report_ground(officer, nine_roads, day=TOMORROW) == []


# What a preview says


def test_preview_names_streets_that_change_hands_gaps_and_overlaps(streets, officer):
    apply(
        officer, draw(officer, roads("A1 人民路、经三路\nA2 健康路、东明路", streets))
    )
    redraw = draw(
        officer,
        roads("A2 人民路、东明路", streets),
        valid_from=TOMORROW,
        takes_over=False,
    )

    found = preview(redraw, network=streets)

    [change] = found.changes
    assert [street.name for street in change.gained] == ["人民路"]
    assert [street.name for street in change.lost] == ["健康路"]
    overlapping = {
        streets.segment_name_of(streets.segment_by_key(k))
        for k in found.report.overlaps
    }
    assert overlapping == {"人民路"}
    gaps = {
        streets.segment_name_of(streets.segment_by_key(k)) for k in found.report.gaps
    }
    assert "健康路" in gaps
    assert not gaps & {"人民路", "经三路", "东明路"}
    assert claims(TOMORROW) == claims(NIGHT)


def test_area_that_is_not_drawn_gives_up_the_streets_that_are_taken(streets, officer):
    apply(officer, draw(officer, roads("A1 人民路、经三路\nA2 健康路", streets)))

    apply(
        officer, draw(officer, roads("A2 健康路、人民路", streets), valid_from=TOMORROW)
    )

    names = {
        code: {
            s.name
            for s in area_queries.streets_of(
                area_queries.find_edition(PatrolArea.objects.get(code=code), TOMORROW)
            )
        }
        for code in ("A1", "A2")
    }
    assert names == {"A1": {"经三路"}, "A2": {"健康路", "人民路"}}


def test_road_that_is_not_there_is_named(streets, officer):
    [draft] = roads("A1 人民路、王府井大街", streets)

    assert draft.absent_roads == ("王府井大街",)


def test_road_of_another_stations_ground_is_not_taken(streets):
    """人民路 runs from 0 to 600 m east; west of 299 m it is the other station's."""
    PatrolArea.objects.filter(code="A1").update(station_code="S02")

    [draft] = roads("A2 人民路", streets)

    assert set(draft.segments) == {
        streets.segment_key(segment_between(streets, *ends)) for ends in ("VG", "GH")
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("Z9 人民路", "unknown"),
        ("A1", "no_roads"),
        ("A1 人民路\n一号巡区 健康路", "twice"),
    ],
)
def test_line_that_cannot_be_used_is_refused_in_words(streets, text, why):
    with pytest.raises(area_drafts.DraftUnusable) as refusal:
        roads(text, streets)

    assert refusal.value.why == why
    assert redraw_wording.why_unusable(refusal.value)


@pytest.mark.parametrize(
    ("properties", "ring", "why"),
    [
        ({}, box(0, 0, 9, 9), "code"),
        ({"code": "Z9"}, box(0, 0, 9, 9), "unknown"),
        ({"code": "A1"}, [[113, 34], [114, 34]], "not_a_polygon"),
        (
            {"code": "A1"},
            [[34.7, 113.6], [34.8, 113.6], [34.8, 113.7]],
            "not_a_polygon",
        ),
        ({"code": "A1"}, "nonsense", "not_a_polygon"),
    ],
)
def test_feature_that_cannot_be_used_is_refused_in_words(
    streets, properties, ring, why
):
    with pytest.raises(area_drafts.DraftUnusable) as refusal:
        boundaries(streets, (properties, ring))

    assert refusal.value.why == why
    assert redraw_wording.why_unusable(refusal.value)


# In force


def test_boundary_holds_from_its_day_and_cells_follow_it(streets, officer):
    """The border moves 199 m west: the middles of C1 and C2 are 149 m east of P."""
    drafts = boundaries(
        streets,
        ({"code": "A1"}, box(-1, -50, 100, 650)),
        ({"code": "A2"}, box(100, -50, 900, 650)),
    )

    apply(officer, draw(officer, drafts, valid_from=TOMORROW))

    assert cells_on(NIGHT) == {"C1": "A1", "C2": "A1", "C3": "A2", "C4": "A2"}
    assert cells_on(TOMORROW) == {"C1": "A2", "C2": "A2", "C3": "A2", "C4": "A2"}
    assert area_queries.count_cells(day=NIGHT) == {
        area.pk: 2 for area in PatrolArea.objects.all()
    }
    [old] = AreaEdition.objects.on(NIGHT).filter(area__code="A1")
    [new] = AreaEdition.objects.on(TOMORROW).filter(area__code="A1")
    assert (old.polygons, new.polygons) == (
        [box(-1, -50, 299, 650)],
        [box(-1, -50, 100, 650)],
    )
    assert area_queries.report_ground(officer, streets, day=TOMORROW) == []
    assert Event.objects.filter(kind="area.redrawn").count() == 2


def test_cell_moves_twice_and_each_day_shows_its_area(streets, officer):
    for days, border in ((1, 100), (2, 299)):
        drafts = boundaries(
            streets,
            ({"code": "A1"}, box(-1, -50, border, 650)),
            ({"code": "A2"}, box(border, -50, 900, 650)),
        )
        apply(officer, draw(officer, drafts, valid_from=NIGHT + timedelta(days=days)))

    seen = [cells_on(NIGHT + timedelta(days=days))["C1"] for days in range(4)]

    assert seen == ["A1", "A2", "A1", "A1"]


def test_cell_follows_its_street_when_roads_change_hands(streets, officer):
    """C1 stands on 人民路, which goes to A2; C2 on 经三路, which stays with A1."""
    for code, ends in (("C1", "EF"), ("C2", "BF")):
        lon, lat = between(*ends)[0].tolist()
        GridCell.objects.filter(code=code).update(lon=lon, lat=lat)

    apply(officer, draw(officer, roads("A1 经三路\nA2 人民路", streets)))

    assert cells_on(NIGHT) == {"C1": "A2", "C2": "A1", "C3": "A2", "C4": "A2"}
    assert cells_on(NIGHT - timedelta(days=1))["C1"] == "A1"
    assert [row.cell.code for row in FormerCellArea.objects.all()] == ["C1"]


def test_new_area_comes_with_its_boundary_and_goes_when_it_is_undone(streets, officer):
    drafts = boundaries(
        streets,
        ({"code": "A3", "name": "三号巡区", "station": "S01"}, box(299, -50, 900, 300)),
        ({"code": "A2"}, box(299, 300, 900, 650)),
    )
    redraw = apply(officer, draw(officer, drafts))
    assert cells_on(NIGHT)["C4"] == "A3"

    areas.undo_redraw(redraw=redraw, by=officer, at=AFTERNOON)

    assert not PatrolArea.objects.filter(code="A3").exists()
    assert cells_on(NIGHT)["C4"] == "A2"


# Taken back


def test_redraw_of_today_is_taken_back_whole(streets, officer):
    before = list(AreaEdition.objects.values()), cells_on(NIGHT)
    drafts = boundaries(
        streets,
        ({"code": "A1"}, box(-1, -50, 100, 650)),
        ({"code": "A2"}, box(100, -50, 900, 650)),
    )
    redraw = apply(officer, draw(officer, drafts))

    areas.undo_redraw(redraw=redraw, by=officer, at=AFTERNOON + timedelta(hours=1))

    assert (list(AreaEdition.objects.values()), cells_on(NIGHT)) == before
    redraw.refresh_from_db()
    assert redraw.undone_by == officer
    [event] = Event.objects.filter(kind="redraw.undone")
    assert event.detail["areas"] == ["A1", "A2"]
    with pytest.raises(areas.RedrawSettled):
        areas.undo_redraw(redraw=redraw, by=officer, at=AFTERNOON)


def test_redraw_of_yesterday_is_not_taken_back(streets, officer):
    redraw = apply(officer, draw(officer, roads("A1 人民路", streets)))

    with pytest.raises(areas.RedrawSettled):
        areas.undo_redraw(redraw=redraw, by=officer, at=AFTERNOON + timedelta(days=1))

    assert AreaEdition.objects.filter(redraw=redraw).exists()


def test_redraw_that_was_built_on_is_not_taken_back_before_the_other(streets, officer):
    first = apply(officer, draw(officer, roads("A1 人民路", streets)))
    apply(officer, draw(officer, roads("A1 健康路", streets), valid_from=TOMORROW))

    with pytest.raises(areas.RedrawBuiltOn):
        areas.undo_redraw(redraw=first, by=officer, at=AFTERNOON)


# Refused


def test_nobody_redraws_the_past(streets, officer):
    with pytest.raises(BoundaryInThePast):
        draw(officer, roads("A1 人民路", streets), valid_from=NIGHT - timedelta(days=1))

    late = draw(officer, roads("A1 人民路", streets))
    with pytest.raises(BoundaryInThePast):
        apply(officer, late, moment=AFTERNOON + timedelta(days=1))


def test_area_is_redrawn_once_a_day(streets, officer):
    apply(officer, draw(officer, roads("A1 人民路", streets)))

    with pytest.raises(areas.BoundaryNewer):
        apply(officer, draw(officer, roads("A1 健康路", streets)))

    assert AreaEdition.objects.filter(area__code="A1").count() == 2


def test_preview_that_is_stale_is_not_put_in_force(streets, officer):
    redraw = draw(officer, roads("A1 人民路", streets), valid_from=TOMORROW)
    seen = preview(redraw, network=streets).digest
    apply(officer, draw(officer, roads("A1 健康路", streets)))

    with pytest.raises(areas.RedrawStale):
        areas.apply_redraw(redraw=redraw, seen_digest=seen, by=officer, at=AFTERNOON)

    redraw.refresh_from_db()
    assert redraw.applied_at is None


def test_drawing_that_is_put_away_changes_no_boundary(streets, officer):
    redraw = draw(officer, roads("A1 人民路", streets))

    areas.drop_redraw(redraw=redraw, by=officer, at=AFTERNOON)

    assert (Redraw.objects.count(), claims(NIGHT)) == (0, {})
    applied = apply(officer, draw(officer, roads("A1 人民路", streets)))
    with pytest.raises(areas.RedrawApplied):
        areas.drop_redraw(redraw=applied, by=officer, at=AFTERNOON)
    with pytest.raises(areas.RedrawApplied):
        apply(officer, applied)


def test_station_does_not_redraw_its_own_areas(streets, account, officer):
    of_station = account("duty_officer", station_code="S01", username="station")
    drafts = roads("A1 人民路", streets)
    redraw = draw(officer, drafts)

    for act in (
        lambda: draw(of_station, drafts),
        lambda: apply(of_station, redraw),
        lambda: areas.drop_redraw(redraw=redraw, by=of_station, at=AFTERNOON),
        lambda: areas.undo_redraw(redraw=redraw, by=of_station, at=AFTERNOON),
    ):
        with pytest.raises(NotAllowed):
            act()


# The report


def test_report_of_a_station_leaves_out_the_ground_of_others(streets, account, officer):
    PatrolArea.objects.filter(code="A2").update(station_code="S02")
    of_station = account("duty_officer", station_code="S02", username="station")

    whole = area_queries.report_ground(officer, streets, day=NIGHT)
    mine = area_queries.report_ground(of_station, streets, day=NIGHT)

    assert len(whole) == streets.n_segments
    assert {row.key for row in mine} < {row.key for row in whole}
    assert "渡口路" in {row.name for row in mine}
    assert "紫荆山路" not in {row.name for row in mine}


def test_areas_that_are_handed_out_are_read_again_as_they_were(streets, officer):
    whole = area_queries.export_areas(officer, day=NIGHT)

    drafts = area_drafts.drafts_of_boundaries(
        json.dumps(whole).encode(), datum=Datum.WGS84, network=streets
    )

    assert preview(draw(officer, drafts), network=streets).moves == ()
    assert {d.code: d.polygons for d in drafts} == {
        e.area.code: e.polygons for e in AreaEdition.objects.select_related("area")
    }
