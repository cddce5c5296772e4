"""What was pressed by mistake is withdrawn on the phone, without signal too."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.phone.conftest import minutes_pass, press
from tests.browser.phone.test_phone_offline import find_signal, lose_signal, open_again
from xunfang.calls.models import CallEvent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]


def test_what_was_pressed_by_mistake_is_withdrawn_without_signal_and_stays_in_sight(
    open_phone, officer, dispatch, clock, check_accessible, take_screenshot
):
    page = open_phone(officer)
    lose_signal(page)
    press(page, "到场")
    last = page.locator("#last")
    expect(last).to_contain_text("到场")
    take_screenshot(page, "phone-undo-zh-hans-night")
    check_accessible(page)
    minutes_pass(page, clock, 1)

    last.get_by_role("button", name="撤回").tap()

    expect(last).to_contain_text("撤回 · 到场")
    expect(last.get_by_role("button")).to_be_hidden()
    page.locator("[data-queue-sum]").tap()
    mistake = page.locator(".queue__row").filter(has_text="已撤回")
    expect(mistake).to_have_count(1)
    take_screenshot(page, "phone-undone-zh-hans-night")
    expect(
        page.locator("#calls").get_by_role("button", name=re.compile("到场"))
    ).to_be_enabled()
    open_again(page)
    minutes_pass(page, clock, 30)
    find_signal(page)

    expect(page.locator(".queue__row")).to_have_count(0, timeout=15_000)
    dispatch.refresh_from_db()
    assert dispatch.status == "assigned"
    done = CallEvent.objects.filter(step="arrived").order_by("pk")
    assert [one.is_withdrawal for one in done] == [False, True]
    expect(last).to_be_hidden()
    # With signal at once, and no longer than three minutes.
    press(page, "签收")
    expect(last).to_contain_text("签收")
    minutes_pass(page, clock, 3.1)
    expect(last.locator("undo-line")).to_be_hidden()
