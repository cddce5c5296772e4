"""People, units and gear in a real browser: at both sizes, by day and night."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LANGUAGES, SIZES, THEMES
from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.factories.people import add_person, add_station_unit, add_unit, assign
from xunfang.cli.demo.load_gear import load_gear
from xunfang.units.gear.services import note_missing
from xunfang.units.models import GearTemplate, Person, TeamTemplate
from xunfang.units.people.absences import enter_absence
from xunfang.units.people.importing import import_people
from xunfang.units.people.mentors import pair_mentor
from xunfang.units.people.table import HEADER
from xunfang.web.tables import write_csv

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _it_is_that_afternoon(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTERNOON)


@pytest.fixture
def desk(account):
    return account("duty_officer", station_code="", username="desk")


@pytest.fixture
def pages(account, desk):
    """Return the address of every page, with something on each."""
    station = linhe_city.add_station()
    market = TeamTemplate.objects.create(
        code="market", name="赶场警务小分队", min_sworn=2, min_total=6
    )
    province = add_unit("GA", level="province", name="省公安厅")
    city = add_unit("SJ", name="云汀市公安局", parent=province)
    brigade = add_unit("ZA", name="治安支队", name_en="Public order", parent=city)
    own = add_station_unit(station, parent=city)
    newcomer = add_person(
        "1001", brigade, name="林晓", skills=("traffic", "water"), phone="13800000001"
    )
    newcomer.account = desk
    newcomer.save()
    mentor = add_person("2001", own, name="赵城", knows=(station,))
    add_person("2002", own, name="陈帆", standing="auxiliary", skills=("first_aid",))
    add_person("2003", own, name="周溪", standing="civil")
    pair_mentor(
        newcomer=newcomer,
        mentor=mentor,
        station=station,
        begins_on=NIGHT,
        by=desk,
        at=AFTERNOON,
    )
    enter_absence(
        person=mentor,
        begins_at=AFTERNOON,
        ends_at=AFTERNOON + timedelta(hours=20),
        kind="leave",
        by=desk,
        at=AFTERNOON,
    )
    load_gear(by=desk, at=AFTERNOON)
    crew = linhe_city.add_crew(station, "1", template=market, n_auxiliary=4)
    assign(crew, newcomer)
    note_missing(shift=crew, name="手电", n_missing=1, by=desk, at=AFTERNOON)
    done = import_people(
        content=write_csv(
            HEADER,
            [
                ("3001", "吴波", "民警", "SJ", "", "", "", ""),
                ("3002", "郑岭", "警察", "无此单位", "", "13912345678", "S01", ""),
                ("2001", "赵诚", "民警", "S01", "", "", "", "nobody"),
            ],
        ),
        file_name="人员名单.csv",
        by=desk,
        at=AFTERNOON,
    )
    return {
        "people": "/people/",
        "person": "/people/number/1001/",
        "edit": "/people/number/1001/edit/",
        "away": "/people/away/",
        "units": "/people/units/",
        "unit": "/people/units/code/S01/",
        "skills": "/people/skills/?task=traffic+markings",
        "me": "/me/",
        "import": "/people/import/",
        "imported": f"/people/import/{done.pk}/",
        "gear": "/people/gear/",
        "gear-list": f"/people/gear/{GearTemplate.objects.earliest('pk').pk}/",
        "crews": "/people/gear/crews/",
        "crew": f"/people/gear/crews/{crew.pk}/",
    }


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_pages_are_legible_everywhere(
    open_context, desk, pages, check_accessible, take_screenshot, size, language, theme
):
    page = open_context(size=size, language=language, theme=theme, user=desk).new_page()

    for name, url in pages.items():
        response = page.goto(url)
        assert response is not None
        assert response.ok, name
        for summary in page.locator("main details > summary").all():
            summary.click()

        take_screenshot(page, f"people-{name}-{size}-{language}-{theme}")
        check_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def test_absence_is_entered_and_taken_back_by_keyboard(open_context, desk, pages):
    page = open_context(user=desk).new_page()

    page.goto("/people/away/")
    page.get_by_label("警号或姓名").fill("陈帆")
    page.get_by_label("警号或姓名").press("Enter")

    row = page.locator("tbody tr", has_text="陈帆")
    expect(row).to_contain_text("08-14 12:00")
    expect(page.locator(".messages")).to_contain_text("已登记 陈帆：缺勤")
    row.get_by_role("button").press("Enter")
    expect(page.locator("tbody tr", has_text="陈帆")).to_have_count(0)
    [absence] = Person.objects.get(code="2002").absences.all()
    assert (absence.cancelled_by, absence.cancelled_at) == (desk, AFTERNOON)


def test_file_is_brought_in_and_its_lines_to_mend_are_taken_out(
    open_context, desk, pages, tmp_path
):
    file = tmp_path / "新警.csv"
    file.write_bytes(
        write_csv(HEADER, [("4001", "高原", "民警", "ZA", *[""] * 4), ("",) * 8])
        + "4002,方圆,警员,ZA,,,,\r\n".encode()
    )
    page = open_context(user=desk).new_page()

    page.goto("/people/import/")
    page.get_by_label("CSV 或 XLSX 文件").set_input_files(file)
    page.get_by_role("button", name="导入").press("Enter")

    expect(page.locator("tbody tr")).to_contain_text("“警员”不是有效身份。")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 CSV").click()
    text = download.value.path().read_text("utf-8-sig")
    assert "4002,方圆,警员,ZA" in text
    assert Person.objects.get(code="4001").home_unit.code == "ZA"
