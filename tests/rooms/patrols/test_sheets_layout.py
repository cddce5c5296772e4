"""One sheet a crew: what fits on a page, what goes on its back, and whose front it is."""

from itertools import pairwise

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from django.utils import translation

from tests.factories import linhe_city
from tests.factories.published_night import name_crews, pages_of, plan_night, publish
from xunfang.patrols.models import Publication
from xunfang.patrols.sheets import pdf as sheets_pdf
from xunfang.patrols.sheets.layout import (
    GAP_MM,
    PAGE_MM,
    SPARE_MM,
    Layout,
    lay_out,
    rows_of,
)
from xunfang.patrols.sheets.map import draw_map
from xunfang.patrols.sheets.pdf import print_sheets, text_of

LANGUAGES = ("zh-hans", "en")
LEAST_PT, LEAST_WHY_PT, LEAST_MAP_MM = 9.5, 7.5, 60.0
# Places and reasons as long as those of a car's night in the demo.
CELL = {
    "zh-hans": (
        "青石集市街 · 警格 S06-A4-{n:02}",
        "90 天内群众在此报告 {n} 起，其中遗失与求助 6 起。",
    ),
    "en": (
        "青石集市街 · Cell S06-A4-{n:02}",
        "Residents reported {n} incidents here in 90 days, 6 of them lost and help.",
    ),
}
PLACE = {
    "zh-hans": ("青石云上加油站 {n}", "上次检查在 {n} 天前，应每 30 天检查一次。"),
    "en": (
        "Qingshi Yunshang Fuel Station {n}",
        "Last looked in on {n} days ago; due every 30 days.",
    ),
}


@pytest.fixture
def published(db, streets, station, duty_officer):
    name_crews(station)
    plan_night(station, by=duty_officer)
    return publish(station, by=duty_officer)


def set_stays(publication: Publication, crew_code: str, n: int) -> None:
    """Send a crew to ``n`` stays: half of them in a dozen cells, half at places."""
    for language, text in publication.sheet["texts"].items():
        [crew] = [crew for crew in text["crews"] if crew["code"] == crew_code]
        crew["stops"] = [stay(k, language) for k in range(n)]


def a_stop(number: int | None, begins: str, ends: str, **values) -> dict[str, object]:
    return {
        "number": number,
        "is_post": False,
        "from": begins,
        "until": ends,
        "minutes": "",
        "place": "老桥",
        "why": "每晚",
        "light": "",
        "unlit": "",
    } | values


def stay(k: int, language: str) -> dict[str, object]:
    (place, why), n = (CELL[language], k % 24) if k % 2 else (PLACE[language], k)
    return a_stop(
        k + 1,
        clock(18 * 60 + 13 * k),
        clock(18 * 60 + 13 * k + 12),
        place=place.format(n=n),
        why=why.format(n=n),
    )


def clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def flat(page: str) -> str:
    return page.replace("\n", "").replace(" ", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_forty_stays_are_one_page_with_every_time_and_place(published, language):
    set_stays(published, "1", 40)

    with translation.override(language):
        pdf = print_sheets([published], crew_code="1").pdf
        [crew] = [c for c in text_of(published)["crews"] if c["code"] == "1"]

    [page] = map(flat, pages_of(pdf))
    wanted = [
        flat(f"{stop['from']}–{stop['until']}{stop['place']}") for stop in crew["stops"]
    ]
    assert [words for words in wanted if words not in page] == []
    reasons = {flat(stop["why"]) for stop in crew["stops"]}
    assert [words for words in reasons if words not in page] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_forty_stays_can_be_read_by_a_torch_and_nothing_is_cut_off(
    published, language, monkeypatch
):
    set_stays(published, "1", 40)
    maps_mm = []

    def drawn(features, *, height_mm, **values):
        maps_mm.append(height_mm)
        return draw_map(features, height_mm=height_mm, **values)

    monkeypatch.setattr(sheets_pdf, "draw_map", drawn)

    with translation.override(language):
        pdf = print_sheets([published], crew_code="1").pdf
        [crew] = [c for c in text_of(published)["crews"] if c["code"] == "1"]

    assert [mm >= LEAST_MAP_MM for mm in maps_mm] == [True]
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        width, height = page.get_size()
        text = page.get_textpage()
        signed = spot(text, {"zh-hans": "返所时间", "en": "Back at"}[language])
        for stop in crew["stops"]:
            words = (f"{stop['from']}–{stop['until']}", stop["place"].split()[0])
            for word in words:
                for at in spots(text, word):
                    assert at.size_pt >= LEAST_PT, word
        for stop in crew["stops"]:
            at = spot(text, f"{stop['from']}–{stop['until']}")
            assert 0 < at.left < at.right < width
            assert signed.top < at.bottom < at.top < height
        first_words = {"zh-hans": ("群众在此", "上次检查"), "en": ("Residents", "Last")}
        for word in first_words[language]:
            assert all(at.size_pt >= LEAST_WHY_PT for at in spots(text, word))
        text.close()


class Spot:
    """Where a word stands on a page, in points from the lower left, and how large."""

    def __init__(self, text: pypdfium2.PdfTextPage, index: int, count: int) -> None:
        boxes = [text.get_charbox(n) for n in range(index, index + count)]
        self.left = min(box[0] for box in boxes)
        self.bottom = min(box[1] for box in boxes)
        self.right = max(box[2] for box in boxes)
        self.top = max(box[3] for box in boxes)
        self.size_pt = round(
            min(
                pdfium.FPDFText_GetFontSize(text, n)
                for n in range(index, index + count)
            ),
            2,
        )


def spots(text: pypdfium2.PdfTextPage, word: str) -> list[Spot]:
    searcher = text.search(word, match_case=True)
    found = []
    while (hit := searcher.get_next()) is not None:
        found.append(Spot(text, *hit))
    searcher.close()
    assert found, f"{word!r} is not on the page"
    return found


def spot(text: pypdfium2.PdfTextPage, word: str) -> Spot:
    return spots(text, word)[0]


def blank(page: str) -> bool:
    return not page.strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_night_too_long_for_a_page_goes_on_on_its_back(published, language):
    set_stays(published, "1", 66)

    with translation.override(language):
        pdf = print_sheets([published], crew_code="1").pdf
        [crew] = [c for c in text_of(published)["crews"] if c["code"] == "1"]

    front, back = map(flat, pages_of(pdf))
    times = [f"{stop['from']}–{stop['until']}" for stop in crew["stops"]]
    n_front = sum(time in front for time in times)
    assert [time for time in times if time in front] == times[:n_front]
    assert [time for time in times if time in back] == times[n_front:]
    assert 0 < n_front < len(times)
    for words in ("1/2", {"zh-hans": "背面续", "en": "Continuesontheback"}[language]):
        assert words in front
    for words in ("2/2", crew["name"].replace(" ", ""), "0830-2201110"):
        assert words in back


def test_sheets_of_one_page_waste_no_paper_and_are_for_one_side(published):
    pdf = print_sheets([published]).pdf

    assert [blank(page) for page in pages_of(pdf)] == [False, False]
    assert sides(pdf) == pdfium.Simplex


def test_each_crew_begins_on_a_front_once_one_needs_its_back(
    published, station, duty_officer
):
    other = linhe_city.add_station("S02", "二号所")
    linhe_city.add_crew(other, "21", "car")
    name_crews(other)
    plan_night(other, by=duty_officer)
    last = publish(other, by=duty_officer)
    set_stays(published, "2", 66)

    pdf = print_sheets([published, last]).pdf

    pages = pages_of(pdf)
    first, second = (crew["name"] for crew in text_of(published)["crews"])
    assert [blank(page) for page in pages] == [False, True, False, False, False]
    fronts = [flat(page) for page in pages[::2]]
    assert flat(first) in fronts[0]
    assert flat(second) in fronts[1]
    assert "二号所" in fronts[2]
    assert sides(pdf) == pdfium.DuplexFlipLongEdge


def sides(pdf: bytes) -> int:
    """Return on how many sides the file asks to be printed."""
    with pypdfium2.PdfDocument(pdf) as document:
        return pdfium.FPDF_VIEWERREF_GetDuplex(document)


def test_a_withdrawn_sheet_says_so_on_its_back_too(published, duty_officer):
    set_stays(published, "1", 66)
    published.ended_at, published.ended_by = published.published_at, duty_officer
    published.ended_why, published.ending = "大桥封闭", Publication.WITHDRAWN

    pages = pages_of(print_sheets([published], crew_code="1").pdf)

    assert ["大桥封闭" in page for page in pages] == [True, True]


# ---- Without paper


def test_stays_without_a_pause_at_one_place_are_one_row():
    rows = rows_of(
        [
            a_stop(1, "22:00", "23:00", is_post=True, light="亮灯 22:00–23:00"),
            a_stop(2, "23:00", "00:30", is_post=True, light="亮灯 23:00–24:00"),
            a_stop(3, "00:30", "01:00", is_post=True),
        ]
    )

    assert rows == [
        {
            "number": "1–3",
            "is_post": True,
            "from": "22:00",
            "until": "01:00",
            "minutes": "180 分钟",
            "place": "老桥",
            "reason": "每晚",
            "why": "每晚 亮灯 22:00–23:00 亮灯 23:00–24:00",
            "why_as_at": "",
        }
    ]


@pytest.mark.parametrize(
    "then",
    [
        a_stop(2, "22:13", "22:25"),
        a_stop(2, "22:12", "22:24", place="新桥"),
        a_stop(2, "22:12", "22:24", why="今晚"),
        a_stop(2, "22:12", "22:24", is_post=True),
        a_stop(None, "22:12", "22:24"),
    ],
    ids=["a pause", "elsewhere", "another reason", "a post", "a meal"],
)
def test_other_stays_keep_their_rows(then):
    rows = rows_of([a_stop(1, "22:00", "22:12"), then])

    assert [row["number"] for row in rows] == ["1", "2" if then["number"] else ""]


def test_a_reason_given_before_of_the_same_place_is_known_by_its_number():
    rows = rows_of(
        [
            a_stop(1, "22:00", "22:12"),
            a_stop(2, "22:20", "22:32", place="新桥"),
            a_stop(3, "22:40", "22:52"),
            a_stop(None, "23:00", "23:30", place="用餐", why=""),
            a_stop(4, "23:40", "23:52", why="今晚"),
        ]
    )

    assert [row["why_as_at"] for row in rows] == ["", "", "事由同 1", "", ""]


def heights(n: int, each_mm: float) -> dict[str, object]:
    """Say that a sheet has ``n`` stays, all of one height, and a head of 50 mm."""
    return {
        "opening": 14.0,
        "across": 30.0,
        "beside": 60.0,
        "notices": 0.0,
        "table": None,
        "stays": [each_mm] * n,
        "closing": 18.0,
        "opening_of_back": 9.0,
        "overleaf": 4.0,
    }


def laid(n: int, **each_mm: float) -> Layout:
    asked = []

    def measure(style, sheets):
        asked.append(style)
        return [heights(n, each_mm[style]) for _ in sheets]

    [layout] = lay_out([{}], measure)
    assert asked == list(each_mm), "styles that were not needed were measured"
    return layout


def test_the_first_style_that_leaves_room_for_the_map_is_taken():
    """15 rows of 8 mm: 275 - 1 - 14 - 30 - 4 gaps of 2.2 - 120 - 18 = 83.2 mm."""
    layout = laid(30, roomy=8.0)

    assert (layout.style, layout.beside) == ("roomy", False)
    assert layout.pages == (((0, 15), (15, 30)),)
    assert layout.map_height_mm == pytest.approx(83.2)


def test_the_map_goes_beside_the_names_before_the_rows_are_made_lower():
    """17 rows of 8 mm leave 67 mm across, but 99.4 mm beside names of 60 mm."""
    layout = laid(34, roomy=8.0)

    assert (layout.style, layout.beside) == ("roomy", True)
    assert layout.map_height_mm == pytest.approx(99.4)


def test_front_and_back_when_the_closest_style_does_not_fit():
    layout = laid(60, roomy=10.0, plain=9.0, close=8.5, dense=8.0)

    assert (layout.style, len(layout.pages)) == ("roomy", 2)
    [(begin, first), (second, front_end)] = layout.pages[0]
    assert (begin, second) == (0, first)
    back = layout.pages[1]
    assert (back[0][0], back[1][1]) == (front_end, 60)
    left, right = (last - first for first, last in back)
    assert abs(left - right) <= 1
    used = 14.0 + 30.0 + layout.map_height_mm + 10.0 * first + 4.0 + 4 * GAP_MM
    assert used == pytest.approx(PAGE_MM - SPARE_MM)


def test_no_stay_is_lost_however_many_there_are():
    layout = laid(400, roomy=10.0, plain=9.0, close=8.5, dense=8.0)

    lists = [each for page in layout.pages for each in page]
    assert lists[0][0] == 0
    assert lists[-1][1] == 400
    assert all(end == begin for (_, end), (begin, _) in pairwise(lists))
    assert len(layout.pages) > 2


def test_a_stay_higher_than_a_page_does_not_go_on_for_ever():
    layout = laid(3, roomy=400.0, plain=400.0, close=400.0, dense=400.0)

    assert layout.pages[-1][-1][1] == 3
