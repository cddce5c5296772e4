"""What the phone keeps of the screen is what was on it last, whatever came in between."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.phone.conftest import minutes_pass, press, wait_for
from tests.factories import on_duty
from tests.factories.on_duty import after

pytestmark = pytest.mark.django_db(transaction=True)


def state_kept(page):
    return page.evaluate(
        """async () => {
            const pages = await caches.open("xunfang-field-pages");
            return (await (await pages.match("/field/state/")).json()).screen;
        }"""
    )


def test_a_call_that_came_after_the_page_is_there_when_it_is_opened_without_signal(
    open_phone, officer, out, desk, clock
):
    """What waits to be sent must not hide it: without signal the first round stops there."""
    page = open_phone(officer)
    dispatch = on_duty.send(out, by=desk, minutes=4, urgency=2)
    minutes_pass(page, clock, 0.25)
    card = page.locator(f'[data-dispatch="{dispatch.pk}"]')
    expect(card).to_be_visible()
    wait_for(page, lambda: "110-1" in state_kept(page), wanted=True)
    page.context.set_offline(True)
    press(page, "签收")
    expect(page.locator(".queue__row")).to_have_count(1)

    page.reload()

    expect(card.get_by_role("button", name=re.compile("出发"))).to_have_attribute(
        "data-state", "next"
    )
    expect(page.locator(".queue__row")).to_have_count(1)


def test_what_is_kept_is_what_is_on_the_screen_though_an_older_answer_came_last(
    open_phone, officer, out, desk, clock
):
    page = open_phone(officer)
    older = """async (entry) => {
        const pages = await caches.open("xunfang-field-pages");
        globalThis.older ??= await pages.match("/field/state/");
        if (entry === "put") await pages.put("/field/state/", globalThis.older.clone());
    }"""
    page.evaluate(older, "keep")
    on_duty.send(out, by=desk, minutes=4, urgency=2)
    minutes_pass(page, clock, 0.25)
    wait_for(page, lambda: "110-1" in state_kept(page), wanted=True)
    page.evaluate(older, "put")
    assert "110-1" not in state_kept(page)

    minutes_pass(page, clock, 0.25)

    wait_for(page, lambda: "110-1" in state_kept(page), wanted=True)


def test_a_page_that_came_is_not_covered_by_what_was_kept_before(
    open_phone, officer, out, desk, clock
):
    """The signal goes between the page and the screen it asks for."""
    page = open_phone(officer)
    dispatch = on_duty.send(out, by=desk, minutes=4, urgency=2)
    clock.now = after(6)
    page.context.route("**/field/state/", lambda route: route.abort())
    page.context.route("**/field/sync/", lambda route: route.abort())

    page.reload()

    expect(page.locator("[data-queue-sum]")).to_contain_text("无信号")
    expect(page.locator(f'[data-dispatch="{dispatch.pk}"]')).to_be_visible()
    assert "110-1" not in state_kept(page)
