"""The public map of matters on a phone, in Chinese: with scripts and without."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.factories import linhe_city
from tests.factories.public_matters import public_matter
from tests.towns.linhe import at
from xunfang.cases.topics.services import ensure_topics
from xunfang.places.models import AddressCount, GridCell
from xunfang.public.matters import alike

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def matters(account, settings, tmp_path):
    """Two matters in the west, where ten addresses are, one in the east, where twenty."""
    settings.DATA_DIR = tmp_path
    alike.forget()
    now = timezone.now()
    ensure_topics(at=now)
    leader = account("leader", station_code="")
    linhe_city.import_streets_with_map(tmp_path, by=leader)
    linhe_city.add_ground()
    for code, n in (("C1", 9), ("C2", 1), ("C3", 20)):
        AddressCount.objects.create(
            cell=GridCell.objects.get(code=code),
            n_addresses=n,
            source="标准地址库",
            counted_on=timezone.localdate(now),
            at=now,
            by=leader,
        )
    return [
        public_matter(
            text,
            by=leader,
            lonlat=tuple(at("P", east_m=east_m, north_m=north_m)[0].tolist()),
            at=now,
        ).case.number
        for text, east_m, north_m in (
            ("路灯坏了", 50, 20),
            ("夜里太吵", 90, 500),
            ("谢谢", 500, 100),
        )
    ]


def test_matters_are_found_by_map_by_keyboard_and_without_scripts(
    open_context, browser, live_server, check_accessible, take_screenshot, matters
):
    page = open_context(size="phone", language="zh-hans").new_page()
    page.goto("/matters/map/")
    expect(page.locator("city-map[data-state=ready]")).to_be_attached(timeout=20_000)

    # From point to point on the map: the matters of each are named beside it.
    page.locator(".city-map__canvas canvas").focus()
    page.keyboard.press("PageDown")
    expect(page.locator("#chosen a")).to_have_text(matters[1::-1])
    take_screenshot(page, "matters-map-phone-zh-hans")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # By the table: the point is marked on the map.
    link = page.locator("a[data-point]").nth(1)
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#chosen a")).to_have_text(matters[2:])
    status = page.locator("city-map [role=status]")
    expect(status).to_contain_text("二号巡区")

    without = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, locale="zh-CN"
    )
    try:
        page = without.new_page()
        page.goto("/matters/map/")
        expect(page.locator("tbody td:last-child")).to_have_text(["2", "1"])
        page.locator("a[data-point]").first.click()
        expect(page.locator(".matters h2 a")).to_have_text(matters[1::-1])
    finally:
        without.close()
