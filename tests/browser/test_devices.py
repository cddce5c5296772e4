"""Devices in a real browser: added, taken along, certificates of what was deleted."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LANGUAGES, SIZES, THEMES
from tests.factories import linhe_city
from tests.factories.calls import add_shift, go_on_duty
from tests.factories.devices import add_device, take
from tests.factories.linhe_city import AFTERNOON, NIGHT
from xunfang.units.models import Device, DeviceUse, Fix
from xunfang.units.positions.retention import delete_old_fixes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _it_is_that_afternoon(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTERNOON)


@pytest.fixture
def administrator(account):
    return account("administrator", station_code="")


@pytest.fixture
def desk(account):
    return account("duty_officer", station_code="")


@pytest.fixture
def devices(administrator, desk):
    """Three devices; the first is out with a crew, the second has a clock ahead."""
    station = linhe_city.add_station()
    found = [
        add_device(code, station, by=administrator, at=AFTERNOON, protocol=protocol)
        for code, protocol in (
            ("phone-1", "owntracks"),
            ("phone-2", "osmand"),
            ("13800138000", "jt808"),
        )
    ]
    for code in ("1", "2"):
        shift = add_shift(NIGHT, station, code)
        go_on_duty(shift, by=desk, at=AFTERNOON)
        if code == "1":
            take(found[0], shift, by=desk, at=AFTERNOON)
    Device.objects.filter(code="phone-2").update(
        clock_ahead_s=3600, last_heard_at=AFTERNOON, n_off_duty=12
    )
    old = AFTERNOON - timedelta(hours=80)
    Fix.objects.create(shift=shift, fixed_at=old, received_at=old, lon=104.0, lat=30.6)
    delete_old_fixes(at=AFTERNOON)
    return found


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_pages_are_legible_everywhere(
    open_context,
    administrator,
    desk,
    devices,
    check_accessible,
    take_screenshot,
    size,
    language,
    theme,
):
    for user, name, url in (
        (administrator, "devices", "/devices/"),
        (administrator, "device-add", "/devices/add/"),
        (administrator, "device", f"/devices/{devices[1].pk}/"),
        (administrator, "device-terminal", f"/devices/{devices[2].pk}/"),
        (administrator, "fix-deletions", "/devices/deleted/"),
        (desk, "crew-devices", "/duty/devices/"),
    ):
        page = open_context(
            size=size, language=language, theme=theme, user=user
        ).new_page()

        page.goto(url)
        if name == "device":
            page.locator(".confirm summary").first.click()

        take_screenshot(page, f"{name}-{size}-{language}-{theme}")
        check_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("size", SIZES)
def test_device_is_added_by_keyboard_and_its_secret_shown(
    open_context, administrator, devices, check_accessible, take_screenshot, size
):
    page = open_context(size=size, user=administrator).new_page()
    page.goto("/devices/add/")

    page.get_by_label("标识").fill("phone-3")
    page.get_by_label("名称").fill("三号手机")
    page.get_by_label("派出所").select_option(label="临河所")
    page.get_by_label("协议").select_option(value="osmand")
    page.get_by_label("名称").press("Enter")

    secret = page.locator(".device-code", has_text="token=")
    expect(secret).to_contain_text("/positions/osmand?token=")
    take_screenshot(page, f"device-secret-{size}")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="已记下").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("三号手机")
    expect(page.locator(".device-code", has_text="token=…")).to_be_visible()


def test_crew_takes_a_device_along_by_keyboard(open_context, desk, devices):
    page = open_context(user=desk).new_page()
    page.goto("/duty/devices/")

    crew = page.locator("section", has_text="2组")
    crew.get_by_label("随带设备").select_option(value="phone-2")
    crew.get_by_role("button", name="领用").press("Enter")

    expect(crew.get_by_role("button", name="手机phone-2不再随2组")).to_be_visible()
    assert DeviceUse.objects.filter(shift__code="2", ends_at=None).count() == 1
