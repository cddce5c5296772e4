"""Life-risk cards, local help, disputes and reports, in a real browser."""

import re
from datetime import date, timedelta
from time import monotonic

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LANGUAGES, SIZES, THEMES
from tests.factories import calls as factory
from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.towns.linhe import at as place
from xunfang.calls import services as calls
from xunfang.calls.care import services as care
from xunfang.calls.models import CallTask, CardTick, LocalHelp
from xunfang.core.dispatching.sheets import Source, Step
from xunfang.mediations.models import Dispute
from xunfang.places.models import ResponseCircle

pytestmark = pytest.mark.django_db(transaction=True)

EVENING = AFTERNOON + timedelta(hours=5)


@pytest.fixture(autouse=True)
def _own_data_folder(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("django.utils.timezone.now", lambda: EVENING)


@pytest.fixture
def officer(account):
    return account("duty_officer", station_code="")


@pytest.fixture
def night(officer):
    """A bridge rescue that is going on, a flood, three thefts from one shop."""
    linhe_city.import_streets(by=officer)
    station = linhe_city.build_city()
    crew = factory.add_shift(NIGHT, station, "7")
    lon, lat = place("B")[0]
    ResponseCircle.objects.create(
        code="R1", name="河滨大桥", station_code="S01", lon=lon, lat=lat, minutes=3
    )
    for number, (kind, name) in enumerate(
        (("pump", "柳坪村委会"), ("boat", "水上救援队"), ("life_buoy", "大桥管理处"))
    ):
        LocalHelp.objects.create(
            kind=kind,
            name=name,
            name_en=f"Office {number}",
            place_text="河滨路",
            lon=lon,
            lat=lat + 0.002 * number,
            phone=f"1200000000{number}",
            station=station,
            note="昼夜有人",
            confirmed_on=date(2026, 8, 1),
        )
    found = {}
    for code, name, protocol, minutes in (
        ("A1", "有人欲自杀、自伤", "self_harm", 2),
        ("G1", "水淹、漏水", "flood", 60),
        ("C2.2", "商铺盗窃", "", 90),
    ):
        row = factory.add_class(
            code, name=name, name_en=f"Class {code}", protocol=protocol
        )
        for number in range(3 if code == "C2.2" else 1):
            call = found[code] = factory.add_call(
                f"{code}-{number}",
                by=officer,
                at=EVENING - timedelta(minutes=minutes + number),
                words="快来人",
                call_class=row,
                station=station,
                place_text="河滨大桥",
                point=(lon, lat),
            )
            dispatch = calls.send_unit(
                call=call,
                shift=crew,
                knows=list(crew.dispatches.values_list("pk", flat=True)),
                by=officer,
                at=EVENING - timedelta(minutes=minutes),
            )
            if code != "A1":
                calls.press(
                    dispatch=dispatch,
                    step=Step.ARRIVED,
                    by=officer,
                    at=EVENING - timedelta(minutes=minutes - 3),
                    key=f"00000000-0000-0000-0000-00000000{number}{code[0]}00".replace(
                        "G", "a"
                    ).replace("C", "c"),
                    source=Source.MACHINE,
                )
    care.tick_step(call=found["A1"], step="listen", by=officer, at=EVENING)
    task = care.begin_task(
        call=found["G1"],
        kind="pumping",
        parties=["7组", "柳坪村委会"],
        by=officer,
        at=EVENING - timedelta(minutes=50),
    )
    care.end_task(task=task, by=officer, at=EVENING)
    care.note_result(
        call=found["C2.2"], kind="theft", n_counted=3, by=officer, at=EVENING
    )
    CallTask.objects.filter(call=found["A1"]).update(
        due_at=EVENING - timedelta(minutes=1)
    )
    dispute = care.open_dispute(call=found["C2.2"], by=officer, at=EVENING)
    days = "first=2026-08-14&last=2026-08-14"
    return {
        "care": f"/calls/care/{found['A1'].pk}/",
        "flood": f"/calls/care/{found['G1'].pk}/",
        "after-care": "/calls/after-care/",
        "cards": "/calls/cards/",
        "help": "/calls/help/?q=pump&near=S01&km=5",
        "help-new": "/calls/help/new/",
        "help-import": "/calls/help/import/",
        "repeats": "/calls/repeats/",
        "response-times": f"/calls/response-times/?{days}",
        "response-rows": f"/calls/response-times/3/?{days}",
        "work": f"/calls/work/?{days}",
        "disputes": "/mediations/",
        "dispute": f"/mediations/{dispute.number}/",
    }


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_pages_are_legible_everywhere(
    open_context,
    officer,
    night,
    check_accessible,
    take_screenshot,
    size,
    language,
    theme,
):
    page = open_context(
        size=size, language=language, theme=theme, user=officer
    ).new_page()

    for name, url in night.items():
        response = page.goto(url)
        assert response is not None
        assert response.status == 200, url
        take_screenshot(page, f"care-{name}-{size}-{language}-{theme}")
        check_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), url


@pytest.mark.row("H02")
def test_a_card_opens_within_a_second_without_the_network(open_context, account):
    context = open_context(size="phone", user=account("patrol_officer"))
    page = context.new_page()
    page.goto("/calls/cards/")
    context.set_offline(True)

    began = monotonic()
    page.get_by_text("有人欲自杀、自伤", exact=True).click()
    expect(page.get_by_text("先稳住人", exact=False)).to_be_visible()

    assert monotonic() - began < 1.0


def test_a_step_is_ticked_by_keyboard_and_the_clock_goes_on(
    open_context, officer, night
):
    page = open_context(user=officer).new_page()
    page.goto(night["care"])
    clock = page.locator(".risk-card__clock elapsed-time")
    expect(clock).to_have_text(re.compile(r"2:0[1-9]"))
    expect(page.locator(".is-late").first).to_contain_text("已超")

    page.get_by_role("button", name="完成：定一人说话").press("Enter")

    expect(page.locator(".is-done")).to_have_count(2)
    assert CardTick.objects.filter(step="speaker").count() == 1


def test_from_a_call_to_a_dispute_in_one_tap(open_context, officer, night):
    page = open_context(size="phone", user=officer).new_page()
    page.goto(night["flood"])

    page.get_by_role("button", name="转为纠纷").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("纠纷 D")
    expect(page.locator("blockquote")).to_have_text("快来人")
    assert Dispute.objects.filter(source_call="G1-0").count() == 1
