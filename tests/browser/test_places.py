"""The register and the areas in a real browser: at both sizes, by day and night."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LANGUAGES, SIZES, THEMES
from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT, box
from tests.towns.linhe import at
from xunfang.places import queries
from xunfang.places.models import BusyWindow, KeyPlace, PlaceCheck
from xunfang.web.tables import write_csv

pytestmark = pytest.mark.django_db(transaction=True)

HEADER = ["编号", "名称", "类别", "经度", "纬度"]


@pytest.fixture(autouse=True)
def _own_data_folder(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    queries.load_streets.cache_clear()
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTERNOON)


@pytest.fixture
def officer(account):
    return account("duty_officer", station_code="")


@pytest.fixture
def city(officer, tmp_path):
    """Linhe with its map, some places, a busy evening."""
    linhe_city.import_streets_with_map(tmp_path, by=officer)
    linhe_city.build_city()
    BusyWindow.objects.create(
        place=KeyPlace.objects.get(code="K1"),
        weekdays="56",
        begins_min=1140,
        ends_min=1500,
    )
    PlaceCheck.objects.create(
        place=KeyPlace.objects.get(code="K2"), checked_on=NIGHT, unit_code="1"
    )


@pytest.fixture
def list_of_places(tmp_path):
    """A file with a new place, a changed one and two that cannot be used."""
    lines = []
    for code, node, kind in (
        ("K1", "B", "银行"),
        ("N1", "J", "学校"),
        ("N2", "J", "庙"),
        ("N3", "J", "bank"),
    ):
        lon, lat = at(node)[0].tolist()
        lines.append([code, f"{code}部位", kind, lon + (code == "N3"), lat])
    path = tmp_path / "places.csv"
    path.write_bytes(write_csv(HEADER, lines))
    return path


@pytest.fixture
def boundaries(tmp_path):
    """Two boundaries with a strip between them that is in no area."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for code, ring in (
            ("A1", box(-1, -50, 150, 650)),
            ("A2", box(250, -50, 900, 650)),
        )
    ]
    path = tmp_path / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def wait_for_map(page) -> None:
    expect(page.locator("city-map[data-state=ready]")).to_be_attached(timeout=20_000)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_pages_about_places_are_legible_everywhere(
    open_context,
    officer,
    city,
    list_of_places,
    boundaries,
    check_accessible,
    take_screenshot,
    size,
    language,
    theme,
):
    page = open_context(
        size=size, language=language, theme=theme, user=officer
    ).new_page()

    def look(name: str) -> None:
        take_screenshot(page, f"places-{name}-{size}-{language}-{theme}")
        check_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.goto("/places/")
    wait_for_map(page)
    look("register")
    page.goto("/places/at/K1/")
    wait_for_map(page)
    page.locator("summary", has_text="…").first.click()
    look("place")
    for name, url in (
        ("checks", "/places/checks/"),
        ("edit", "/places/at/K1/edit/"),
        ("hours", "/places/at/K1/hours/"),
        ("areas", "/places/areas/"),
        ("area", "/places/areas/at/A1/"),
        ("report", "/places/areas/report/"),
    ):
        page.goto(url)
        look(name)

    page.goto("/places/imports/")
    look("imports")
    page.locator("input[type=file]").set_input_files(list_of_places)
    page.locator("main form .button--primary").first.click()
    look("import")

    page.goto("/places/redraws/")
    look("redraws")
    page.locator("input[type=file]").set_input_files(boundaries)
    page.locator("main form .button--primary").first.click()
    wait_for_map(page)
    look("redraw")
    page.locator(".city-map__canvas").scroll_into_view_if_needed()
    take_screenshot(page, f"places-redraw-map-{size}-{language}-{theme}")


def test_list_is_brought_in_and_mended_by_keyboard(
    open_context, officer, city, list_of_places
):
    page = open_context(user=officer).new_page()
    page.goto("/places/imports/")

    page.get_by_label("文件", exact=True).set_input_files(list_of_places)
    page.get_by_role("button", name="查看清单").press("Enter")
    expect(page.locator(".sentence")).to_have_text("新增 1，变更 1，待修正 2，无变化 0")
    page.get_by_role("button", name="写入台账").press("Enter")

    expect(page.locator(".message--success")).to_contain_text("2 处部位")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载待修正的行").click()
    aside = download.value.path().read_text(encoding="utf-8-sig")
    assert [line.split(",")[0] for line in aside.splitlines()] == ["编号", "N2", "N3"]
    assert KeyPlace.objects.get(code="N1").kind == "school"


def test_check_is_recorded_and_taken_back_by_keyboard(open_context, officer, city):
    page = open_context(user=officer).new_page()
    page.goto("/places/at/K1/")

    page.locator("summary", has_text="登记检查").press("Enter")
    page.get_by_label("警组或派出所").fill("1组")
    page.get_by_label("警组或派出所").press("Enter")
    row = page.locator("#checks tbody tr", has_text="1组")
    expect(row).to_contain_text("2026-08-14")
    row.get_by_role("button", name="撤销").press("Enter")

    expect(page.locator("#checks tbody tr", has_text="1组")).to_have_count(0)


def test_map_and_list_say_the_same(open_context, officer, city):
    """The circle of a place has the number of its row; Page Down goes down the list."""
    page = open_context(user=officer).new_page()
    page.goto("/places/")
    wait_for_map(page)

    page.locator(".city-map__canvas canvas").focus()
    page.keyboard.press("PageDown")

    first = page.locator("tbody tr").first
    expect(page.locator("city-map [role=status]")).to_have_text(
        f"{first.locator('td').first.inner_text()} {first.locator('a').first.inner_text()}"
    )
