"""Lists of key places: what becomes of each line, and that nothing happens twice."""

import json
import time
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.house.sources import PACKAGE
from tests.towns.linhe import at
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.core.geo import Datum, from_wgs84
from xunfang.places.models import (
    KEY_PLACE_KINDS,
    GridCell,
    KeyPlace,
    PatrolArea,
    PlaceImport,
    SetAside,
)
from xunfang.places.register import import_wording
from xunfang.places.register import importing as import_places
from xunfang.places.register.import_judging import judge
from xunfang.places.register.rows import (
    Format,
    GeojsonUnreadable,
    read_rows,
    write_places,
)
from xunfang.web.tables import ColumnsMissing, write_csv, write_xlsx

pytestmark = pytest.mark.django_db

HEADER = ["编号", "名称", "英文名", "类别", "经度", "纬度", "坐标系", "检查周期"]


@pytest.fixture(autouse=True)
def _ground():
    linhe_city.add_ground()


@pytest.fixture
def officer(account):
    return account("duty_officer", station_code="")


def line(code: str, node: str = "B", **changed: object) -> list[object]:
    """A line as a spreadsheet has it; ``changed`` by name of the column."""
    lon, lat = at(node)[0].tolist()
    cells = [code, f"{code}银行", "", "银行", lon, lat, "", 30]
    for name, value in changed.items():
        cells[HEADER.index(name)] = value
    return cells


def judged(*lines: list[object], datum=Datum.WGS84, **options):
    rows = read_rows(write_csv(HEADER, lines)).rows
    return judge(rows, datum=datum, day=NIGHT, **options)


def problems(*lines: list[object], **options) -> list[list[dict]]:
    return [one.problems for one in judged(*lines, **options).set_aside]


def bring(
    officer, content: bytes, *, moment=AFTERNOON, datum=Datum.WGS84
) -> PlaceImport:
    kept = import_places.keep_import(
        content=content, source_name="places.csv", datum=datum, by=officer, at=moment
    )
    judgement = import_places.judge_import(kept, at=moment)
    return import_places.apply_import(
        kept=kept, seen_digest=judgement.digest, by=officer, at=moment
    )


def counts(kept: PlaceImport) -> tuple[int, int, int, int]:
    return kept.n_new, kept.n_changed, kept.n_same, kept.n_set_aside


# What becomes of a line


@pytest.mark.parametrize("kind", ["银行", "Bank", "bank", "BANK"])
def test_kind_is_read_as_chinese_label_english_label_or_key(kind):
    [one] = judged(line("K1", 类别=kind)).new

    assert one.values.kind == "bank"


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_position_of_another_datum_is_converted_at_the_border(datum):
    """In the column of the line, or as what holds for the whole file."""
    here = at("B")[0]
    lon, lat = from_wgs84(here, datum).tolist()

    by_line = judged(line("K1", 经度=lon, 纬度=lat, 坐标系=datum.value)).new
    by_file = judged(line("K1", 经度=lon, 纬度=lat), datum=datum).new

    for [one] in (by_line, by_file):
        assert (one.values.lon, one.values.lat) == pytest.approx(tuple(here), abs=1e-6)
        assert one.cell.code == "C1"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"编号": ""}, "code_missing"),
        ({"编号": "K 1"}, "code_unusable"),
        ({"编号": "K" * 21}, "code_unusable"),
        ({"名称": ""}, "name_missing"),
        ({"名称": "长" * 81}, "name_too_long"),
        ({"名称": "两\n行"}, "name_unusable"),
        ({"类别": "庙"}, "kind_unknown"),
        ({"经度": ""}, "position_missing"),
        ({"经度": "东经113"}, "position_not_a_number"),
        ({"纬度": "nan"}, "position_invalid"),
        ({"经度": "34.76", "纬度": "113.65"}, "position_swapped"),
        ({"坐标系": "北京54"}, "datum_unknown"),
        ({"检查周期": "每月"}, "interval_unusable"),
        ({"检查周期": "0"}, "interval_unusable"),
    ],
)
def test_line_that_cannot_be_used_says_why_in_words(changed, expected):
    [[problem]] = problems(line("K1", **changed))

    assert problem["code"] == expected
    assert import_wording.what_is_wrong(problem)
    assert import_wording.remedy_of(problem)


def test_line_with_two_faults_names_both():
    [found] = problems(line("K1", 类别="庙", 名称=""))

    assert [problem["code"] for problem in found] == ["name_missing", "kind_unknown"]


def test_point_off_the_map_says_how_far_the_nearest_area_is():
    lon, lat = at("P", east_m=1000, north_m=300)[0].tolist()

    [[problem]] = problems(line("K1", 经度=lon, 纬度=lat))

    assert problem == {"code": "off_map", "metres": 100, "area": "二号巡区"}


def test_code_that_stands_twice_names_the_first_line():
    judgement = judged(line("K1"), line("K2", "C"), line("K1", "L"))

    assert [one.code for one in judgement.new] == ["K1", "K2"]
    assert [one.problems for one in judgement.set_aside] == [
        [{"code": "twice_in_file", "line": 2}]
    ]


def test_near_place_of_one_kind_and_name_is_perhaps_the_same():
    """40 m away it is; 60 m away, of another kind or another name it is not."""
    linhe_city.add_place("K1", "B", "C1", name="北门 银行")

    def beside(code: str, east_m: float, **changed: object) -> list[object]:
        lon, lat = at("B", east_m=east_m)[0].tolist()
        kept = {"名称": "北门银行", "经度": lon, "纬度": lat}
        return line(code, **kept | changed)

    judgement = judged(
        beside("K2", 40),
        beside("K3", 60),
        beside("K4", 40, 类别="hotel"),
        beside("K5", 40, 名称="北门第二银行"),
        beside("K6", 70),
    )

    assert [one.code for one in judgement.new] == ["K3", "K4", "K5"]
    assert [(one.code, one.problems) for one in judgement.set_aside] == [
        ("K2", [{"code": "perhaps_same", "other": "K1", "metres": 40}]),
        ("K6", [{"code": "perhaps_same", "other": "K3", "metres": 10}]),
    ]


def test_station_brings_in_only_what_lies_on_its_ground():
    PatrolArea.objects.filter(code="A2").update(station_code="S02")

    judgement = judged(line("K1", "B"), line("K2", "L"), station_code="S01")

    assert [one.code for one in judgement.new] == ["K1"]
    assert [one.problems for one in judgement.set_aside] == [
        [{"code": "other_station"}]
    ]


def test_change_says_what_was_and_what_would_be():
    linhe_city.add_place("K1", "B", "C1", name="旧名")
    KeyPlace.objects.update(name_en="")

    [one] = judged(line("K1", 名称="新名", 检查周期=7)).changed

    assert one.changes == {"name": ("旧名", "新名"), "check_every_days": (30, 7)}


def test_closed_place_is_not_changed_by_a_list():
    linhe_city.add_place("K1", "B", "C1", name="K1银行")
    KeyPlace.objects.update(ended_on=NIGHT, name_en="")

    assert len(judged(line("K1")).same) == 1
    [[problem]] = problems(line("K1", 名称="新名"))
    assert problem["code"] == "place_closed"


def test_every_problem_that_is_given_has_words():
    """The codes stand in one file, beside the checks."""
    source = (PACKAGE / "places/register/import_judging.py").read_text(encoding="utf-8")

    assert {code for code in import_wording.PROBLEMS if f'"{code}"' in source} == set(
        import_wording.PROBLEMS
    )
    given = {part.split('"')[0] for part in source.split('{"code": "')[1:]}
    assert given <= set(import_wording.PROBLEMS)


# Applying


def test_good_lines_come_in_and_the_others_are_kept_aside(officer):
    linhe_city.add_place("K1", "B", "C1", name="旧名")
    content = write_csv(HEADER, [line("K1"), line("K2", "L"), line("K3", 类别="庙")])

    kept = bring(officer, content)

    assert counts(kept) == (1, 1, 0, 1)
    assert [
        (p.code, p.name, p.cell.code, p.revision) for p in KeyPlace.objects.all()
    ] == [("K1", "K1银行", "C1", 1), ("K2", "K2银行", "C4", 0)]
    [aside] = SetAside.objects.all()
    assert (aside.line, aside.cells["code"]) == (4, "K3")
    assert aside.problems == [{"code": "kind_unknown", "kind": "庙"}]
    [event] = Event.objects.filter(kind="places.imported")
    assert (event.detail["n_new"], event.detail["n_set_aside"]) == (1, 1)


def test_same_file_again_changes_nothing(officer):
    content = write_csv(HEADER, [line("K1"), line("K2", "L"), line("K3", 类别="庙")])
    bring(officer, content)
    before = list(KeyPlace.objects.values())

    again = bring(officer, content, moment=AFTERNOON + timedelta(hours=1))

    assert counts(again) == (0, 0, 2, 1)
    assert list(KeyPlace.objects.values()) == before
    assert SetAside.objects.count() == 1


def test_mended_line_is_no_longer_aside(officer):
    bring(officer, write_csv(HEADER, [line("K1", 类别="庙")]))

    bring(officer, write_csv(HEADER, [line("K1")]))

    [aside] = SetAside.objects.all()
    assert aside.settled_at == AFTERNOON


def test_register_that_has_moved_on_is_looked_at_again(officer):
    kept = import_places.keep_import(
        content=write_csv(HEADER, [line("K1")]),
        source_name="places.csv",
        datum=Datum.WGS84,
        by=officer,
        at=AFTERNOON,
    )
    seen = import_places.judge_import(kept, at=AFTERNOON).digest
    linhe_city.add_place("K1", "B", "C1", name="抢先一步")

    with pytest.raises(import_places.ImportStale):
        import_places.apply_import(
            kept=kept, seen_digest=seen, by=officer, at=AFTERNOON
        )

    assert [place.name for place in KeyPlace.objects.all()] == ["抢先一步"]


def test_import_is_applied_once_and_what_was_applied_is_not_put_away(officer):
    kept = bring(officer, write_csv(HEADER, [line("K1")]))

    with pytest.raises(import_places.ImportApplied):
        import_places.apply_import(kept=kept, seen_digest="", by=officer, at=AFTERNOON)
    with pytest.raises(import_places.ImportApplied):
        import_places.drop_import(kept=kept, by=officer, at=AFTERNOON)


def test_import_that_is_put_away_leaves_nothing_but_the_record(officer):
    kept = import_places.keep_import(
        content=write_csv(HEADER, [line("K1")]),
        source_name="places.csv",
        datum=Datum.WGS84,
        by=officer,
        at=AFTERNOON,
    )

    import_places.drop_import(kept=kept, by=officer, at=AFTERNOON)

    assert (PlaceImport.objects.count(), KeyPlace.objects.count()) == (0, 0)
    assert [e.kind for e in Event.objects.order_by("pk")] == [
        "places.import_kept",
        "places.import_dropped",
    ]


def test_leader_brings_no_list_in(account):
    with pytest.raises(NotAllowed):
        import_places.keep_import(
            content=write_csv(HEADER, [line("K1")]),
            source_name="places.csv",
            datum=Datum.WGS84,
            by=account("leader"),
            at=AFTERNOON,
        )

    assert not PlaceImport.objects.exists()


# Files


def test_geojson_and_workbook_say_the_same_as_csv():
    lon, lat = at("B")[0].tolist()
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": {"编号": "K1", "name": "K1银行", "kind": "bank", "colour": "red"},
    }
    collection = {"type": "FeatureCollection", "features": [feature]}

    tables = [
        read_rows(content)
        for content in (
            write_csv(HEADER, [line("K1")]),
            write_xlsx(HEADER, [line("K1")]),
            json.dumps(collection).encode(),
        )
    ]

    told = [
        [one.values for one in judge(t.rows, datum=Datum.WGS84, day=NIGHT).new]
        for t in tables
    ]
    assert told[0] == told[1] == told[2]
    assert tables[2].unknown == ("colour",)


@pytest.mark.parametrize("text", ['{"type": "Fea', '{"features": 3}', "{}"])
def test_broken_geojson_is_refused_as_a_whole(text):
    with pytest.raises(GeojsonUnreadable):
        read_rows(text.encode())


def test_geojson_of_nonsense_is_set_aside_line_by_line():
    features = [
        None,
        {"geometry": None, "properties": None},
        {"geometry": {"type": "LineString", "coordinates": []}, "properties": []},
        {"geometry": {"type": "Point", "coordinates": [None, {}]}, "properties": {}},
    ]
    rows = read_rows(json.dumps({"features": features}).encode()).rows

    judgement = judge(rows, datum=Datum.WGS84, day=NIGHT)

    assert [one.row.line for one in judgement.set_aside] == [1, 2, 3, 4]


def test_missing_columns_are_named():
    with pytest.raises(ColumnsMissing) as refusal:
        read_rows(write_csv(["编号", "名称"], [["K1", "x"]]))

    assert refusal.value.columns == ("类别", "经度", "纬度")


texts = (
    st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=30)
    .map(str.strip)
    .map(lambda text: text.lstrip("'").strip())
)
places = st.lists(
    st.tuples(
        st.text("ABCk019.-_站", min_size=1, max_size=20),
        texts.filter(bool),
        texts,
        st.sampled_from([key for key, _ in KEY_PLACE_KINDS]),
        st.floats(113.6, 113.7),
        st.floats(34.7, 34.8),
        st.integers(1, 366),
    ),
    unique_by=lambda place: place[0],
    max_size=6,
)


@given(places=places, to=st.sampled_from(Format))
@hypothesis_settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_was_handed_out_and_comes_back_changes_nothing(places, to):
    KeyPlace.objects.all().delete()
    cell = GridCell.objects.get(code="C1")
    KeyPlace.objects.bulk_create(
        KeyPlace(
            code=code,
            name=name,
            name_en=name_en,
            kind=kind,
            lon=lon,
            lat=lat,
            check_every_days=days,
            cell=cell,
        )
        for code, name, name_en, kind, lon, lat, days in places
    )

    rows = read_rows(write_places(KeyPlace.objects.all(), to)).rows
    judgement = judge(rows, datum=Datum.BD09, day=NIGHT)

    assert (judgement.new, judgement.changed, judgement.set_aside) == ((), (), ())
    assert sorted(one.code for one in judgement.same) == sorted(p[0] for p in places)


def test_five_thousand_lines_take_seconds_and_a_dozen_queries(
    officer, django_assert_max_num_queries
):
    """On two shared cores; measured 1 s. Most queries are batches of inserts."""
    lines = []
    for number in range(5000):
        lon, lat = at("P", east_m=number % 800, north_m=number // 10)[0].tolist()
        lines.append(line(f"K{number}", 经度=lon, 纬度=lat))
    content = write_csv(HEADER, lines)

    begins = time.process_time()
    with django_assert_max_num_queries(100):
        kept = bring(officer, content)
    took_s = time.process_time() - begins

    assert counts(kept) == (5000, 0, 0, 0)
    assert took_s < 15
