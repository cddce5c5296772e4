"""Papers of a night: what stands on them, who gets them, and that they stay the same."""

from datetime import timedelta

import pytest
from django.utils import translation

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.factories.published_night import name_crews, pages_of, plan_night, publish
from xunfang.audit.models import Event
from xunfang.core.streets.network import StreetNetwork
from xunfang.patrols.models import Publication, SheetPrint
from xunfang.patrols.publishing import page as publishing_page
from xunfang.patrols.publishing import services as publishing
from xunfang.patrols.sheets.map import draw_map
from xunfang.patrols.sheets.pdf import DIGEST_SHOWN, print_sheets
from xunfang.places import queries as places
from xunfang.places.models import KeyPlace
from xunfang.units.models import GearItem, GearTemplate, NightNotice, Person, Station

pytestmark = pytest.mark.django_db

SHEETS = f"/tonight/{NIGHT}/S01/sheets/"
ORDER = f"/tonight/{NIGHT}/order/"


@pytest.fixture(autouse=True)
def _chinese_first():
    """A page that was asked for in English leaves its language behind."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def published(streets, station, duty_officer):
    name_crews(station)
    plan_night(station, by=duty_officer)
    return publish(station, by=duty_officer)


def texts(publication):
    return publication.sheet["texts"]["zh-hans"]


def flat(page: str) -> str:
    """Text without line ends, which fall where the column is full."""
    return page.replace("\n", "").replace(" ", "")


def test_each_crew_has_one_page_with_people_times_and_places(
    client, published, duty_officer
):
    client.force_login(duty_officer)

    answer = client.get(SHEETS)

    assert answer.headers["Content-Type"] == "application/pdf"
    pages = pages_of(answer.content)
    crews = texts(published)["crews"]
    assert len(pages) == len(crews) == 2
    for page, crew in zip(pages, crews, strict=True):
        said = flat(page)
        wanted = [
            crew["name"],
            crew["muster"],
            "0830-2201110",
            "第1版",
            published.digest[:DIGEST_SHOWN],
            *(p["name"] + p["number"] for p in (*crew["people"], *crew["stand_ins"])),
            *(f"{stop['from']}–{stop['until']}" for stop in crew["stops"]),
            *(flat(stop["place"]) for stop in crew["stops"]),
        ]
        assert [word for word in wanted if word not in said] == []


def test_sheet_of_one_crew_is_recorded_as_printed(client, published, account):
    patrol = account("patrol_officer", station_code="S01")
    client.force_login(patrol)

    answer = client.get(f"{SHEETS}2/")

    assert "2%E7%BB%84" in answer.headers["Content-Disposition"]
    assert [flat(page)[:11] for page in pages_of(answer.content)] == [
        "临河所·夜间勤务单2组"[:11]
    ]
    printed = SheetPrint.objects.get()
    assert (printed.publication, printed.crew_code, printed.printed_by) == (
        published,
        "2",
        patrol,
    )
    assert Event.objects.get(kind="sheets.printed").detail == {
        "editions": {"S01": 1},
        "crew": "2",
    }


def test_reprint_is_the_same_paper_whatever_became_of_the_roster(
    client, published, duty_officer
):
    client.force_login(duty_officer)
    first = client.get(SHEETS).content

    Person.objects.update(name="别人", phone="")
    Station.objects.update(name="改名所")
    linhe_city.import_calendar('format = "xunfang.calendar/1"\nplace = "临河"\n')

    assert client.get(SHEETS).content == first


def test_english_reader_gets_english(client, published, duty_officer):
    client.force_login(duty_officer)

    answer = client.get(SHEETS, headers={"accept-language": "en"})

    page = pages_of(answer.content)[0]
    assert "Night duty sheet" in page
    assert "Linhe station" in page
    assert "夜间勤务单" not in page


def test_markup_in_a_name_stays_what_it_is(streets, station, duty_officer):
    name = "#pagebreak() *x*"
    KeyPlace.objects.filter(code="K1").update(name=name)
    name_crews(station)
    Person.objects.filter(name="甲1").update(name="#box[镕堃]𠮷")
    plan_night(station, by=duty_officer)
    done = publish(station, by=duty_officer)

    made = print_sheets([done])

    pages = pages_of(made.pdf)
    assert len(pages) == 2
    assert any(flat(name) in flat(page) for page in pages)
    assert "#box[镕堃]〓" in flat(pages[0])
    assert "〓代表无法打印的字：U+20BB7" in flat(pages[0])


def test_notices_and_gear_of_the_night_are_printed(streets, station, duty_officer):
    template = GearTemplate.objects.create(name="夜间", when="night")
    for thing, is_per_person in (("强光手电", True), ("急救包", False)):
        GearItem.objects.create(
            template=template, name=thing, is_per_person=is_per_person
        )
    day = GearTemplate.objects.create(name="白天", when="day")
    GearItem.objects.create(template=day, name="遮阳帽")
    NightNotice.objects.create(
        night=NIGHT, text="22时后有雨", posted_at=AFTERNOON, posted_by=duty_officer
    )
    name_crews(station)
    plan_night(station, by=duty_officer)

    page = flat(pages_of(print_sheets([publish(station, by=duty_officer)]).pdf)[0])

    assert "注意事项22时后有雨" in page
    assert "□强光手电×4□急救包×1" in page
    assert "遮阳帽" not in page


def test_withdrawn_sheet_says_so_when_it_is_opened_again(
    client, published, duty_officer
):
    publishing.withdraw_plan(
        publication=published,
        reason="大桥封闭",
        by=duty_officer,
        at=AFTERNOON + timedelta(hours=1),
    )
    client.force_login(duty_officer)

    assert client.get(SHEETS).status_code == 409
    pages = pages_of(client.get(f"{SHEETS}?edition=1").content)

    assert len(pages) == 2
    for page in map(flat, pages):
        assert "作废：2026-08-1417:00由测试值班民警撤回，理由：大桥封闭" in page


def test_replaced_sheet_says_so(client, published, duty_officer):
    Person.objects.filter(name="替1").update(name="新替补")
    publish(published.station, by=duty_officer)
    client.force_login(duty_officer)

    (old, _) = pages_of(client.get(f"{SHEETS}?edition=1").content)
    (new, _) = pages_of(client.get(SHEETS).content)

    assert "新版替换" in flat(old)
    assert "新版替换" not in flat(new)
    assert "新替补" in flat(new)


def test_draft_has_no_sheet(client, streets, station, duty_officer):
    name_crews(station)
    plan_night(station, by=duty_officer)
    client.force_login(duty_officer)

    answer = client.get(SHEETS)

    assert answer.status_code == 409
    assert "尚未发布" in answer.content.decode()
    assert client.get(ORDER).status_code == 409


@pytest.mark.parametrize(
    ("crew", "status"), [("1/", 200), ("nobody/", 409), ("?edition=7", 404)]
)
def test_sheets_that_do_not_exist(client, published, duty_officer, crew, status):
    client.force_login(duty_officer)

    assert client.get(f"{SHEETS}{crew}").status_code == status


def test_sheets_of_another_station_are_not_seen(client, published, account):
    client.force_login(account("patrol_officer", station_code="S02"))

    assert client.get(SHEETS).status_code == 404
    assert client.get(f"/tonight/{NIGHT}/sheets/").status_code == 409
    assert not SheetPrint.objects.exists()


def test_city_prints_every_crew_of_every_station(client, published, duty_officer):
    other = linhe_city.add_station("S02", "二号所")
    linhe_city.add_crew(other, "21", "car")
    name_crews(other)
    plan_night(other, by=duty_officer)
    publish(other, by=duty_officer)
    client.force_login(duty_officer)

    pages = pages_of(client.get(f"/tonight/{NIGHT}/sheets/").content)

    assert [flat(page)[:9] for page in pages] == [
        "临河所·夜间勤务单",
        "临河所·夜间勤务单",
        "二号所·夜间勤务单",
    ]
    assert Event.objects.get(kind="sheets.printed").detail == {
        "editions": {"S01": 1, "S02": 1}
    }


def test_order_of_the_night_names_who_is_out_and_what_is_not_published(
    client, published, duty_officer
):
    linhe_city.add_station("S02", "二号所")
    publishing.publish_city(
        night=NIGHT,
        stations=[published.station],
        plan_editions={"S01": 1},
        title="平安夜巡第二轮",
        accepts_warnings=True,
        by=duty_officer,
        at=AFTERNOON,
    )
    client.force_login(duty_officer)

    cover, crews = map(flat, pages_of(client.get(ORDER).content))

    assert "平安夜巡第二轮" in cover
    assert "1/2个所已发布" in cover
    assert "二号所未发布" in cover
    assert "各项勤务均有保障" in cover or "无法落实" in cover
    assert "甲1、乙1、丙1、丁1替1" in crews
    assert "13800001" not in crews, "numbers stand on the crew's own sheet only"


def test_order_names_the_duties_that_are_missing(published, duty_officer, client):
    sheet = published.sheet
    for text in sheet["texts"].values():
        text["missing"] = [{"place": "老桥", "why": "每晚", "why_not": "无人"}]
    Publication.objects.update(sheet=sheet)
    client.force_login(duty_officer)

    cover = flat(pages_of(client.get(ORDER).content)[0])

    assert "临河所·老桥每晚无人" in cover


def test_map_shows_streets_way_posts_and_stops(published):
    network = places.load_streets("linhe")
    found = publishing_page.to_print(published.published_by, NIGHT).get()
    features = found.plan.drawing["features"]

    drawn = draw_map(
        features,
        network=network,
        station=(found.station.lon, found.station.lat),
        station_mark="所",
        width_mm=186.0,
        height_mm=90.0,
    )

    assert isinstance(network, StreetNetwork)
    assert drawn.count("<svg") == drawn.count("</svg>") == 1
    assert "经三路</text>" in drawn
    assert 'fill="#000" stroke="#fff" stroke-width="0.45"' in drawn  # a post
    assert ">所<" in drawn


def test_map_without_streets_is_still_drawn(published):
    published.sheet["network"] = ""
    published.save()

    assert len(pages_of(print_sheets([published]).pdf)) == 2


def test_sheets_are_the_same_bytes_twice(published):
    with translation.override("en"):
        assert print_sheets([published]).pdf == print_sheets([published]).pdf
