"""An officer, a crew and a phone whose clock the test sets, as is the server's."""

import re
from datetime import datetime

import pytest

from tests.browser.conftest import SIZES
from tests.factories import calls as call_factory
from tests.factories import on_duty
from tests.factories.on_duty import after

URL = "/field/"
FIVE_INCHES = {"width": 360, "height": 740}


class Clock:
    """The server's clock, which a test sets."""

    now = after(5)


@pytest.fixture
def clock(monkeypatch):
    Clock.now = after(5)
    monkeypatch.setattr("django.utils.timezone.now", lambda: Clock.now)
    monkeypatch.setitem(SIZES, "phone", FIVE_INCHES)
    return Clock


@pytest.fixture
def desk(account):
    return account("duty_officer")


@pytest.fixture
def officer(account):
    return account("patrol_officer")


@pytest.fixture
def crew(officer, account):
    shift = on_duty.add_crew(
        officer, account("patrol_officer", username="second", standing="auxiliary")
    )
    on_duty.add_gear()
    on_duty.add_stays(shift)
    return shift


@pytest.fixture
def out(crew, officer):
    call_factory.go_on_duty(crew, by=officer, at=after(-60))
    return crew


@pytest.fixture
def dispatch(out, desk):
    return on_duty.send(
        out,
        by=desk,
        urgency=2,
        words="夜市口两名摊贩争执，有人推搡",
        place_text="河滨夜市东口12号摊",
        point=(110.0, 30.0),
        phone="12000000001",
        call_class=call_factory.add_class(name="纠纷", name_en="Dispute", urgency=2),
    )


@pytest.fixture
def open_phone(open_context, clock):
    """Open the screen on a phone whose clock is the server's, and wait for its worker."""

    def open_one(user, *, language="zh-hans", theme="night", at=None, worker=True):
        context = open_context(size="phone", language=language, theme=theme, user=user)
        page = context.new_page()
        page.clock.install(time=at or clock.now)
        page.goto(URL)
        if worker:
            wait_until_kept(page)
        return page

    return open_one


def wait_until_kept(page):
    """Wait until the worker has the page and everything on it, and keeps no more.

    Modules that others import come last; without one of them no script runs offline. The
    page's own list of what it has loaded cannot be asked: its clock is ours.
    """
    n_parts = """async () => {
        const pages = await caches.open("xunfang-field-pages");
        const parts = await caches.open("xunfang-field-parts");
        return navigator.serviceWorker.controller
            && (await pages.match("/field/")) && (await pages.match("/field/state/"))
            ? (await parts.keys()).length : 0;
    }"""
    seen = []
    for _ in range(100):
        seen.append(page.evaluate(n_parts))
        if seen[-1] > 10 and len(seen) > 5 and len(set(seen[-6:])) == 1:
            return
        page.wait_for_timeout(100)
    pytest.fail(f"the worker does not come to rest: {seen[-6:]}")


def wait_for(page, what, wanted):
    for _ in range(60):
        if what() == wanted:
            return
        page.wait_for_timeout(100)
    assert what() == wanted


def minutes_pass(page, clock, minutes):
    clock.now = clock.now + (after(minutes) - after(0))
    page.clock.fast_forward(int(minutes * 60_000))


def press(page, words):
    page.locator("#calls").get_by_role("button", name=re.compile(words)).click()


def rows_kept(page, store):
    """Return what lies in one of the phone's own stores."""
    return page.evaluate(
        """(store) => new Promise((resolve, reject) => {
            const opening = indexedDB.open("xunfang-field");
            opening.onerror = () => reject(opening.error);
            opening.onsuccess = () => {
                const db = opening.result;
                const asked = db.transaction(store).objectStore(store).getAll();
                asked.onsuccess = () => { db.close(); resolve(asked.result); };
            };
        })""",
        store,
    )


def times_noted(page):
    """Return what was entered and when, by the phone's clock, in order."""
    rows = sorted(rows_kept(page, "entries"), key=lambda row: row["noted_at"])
    return [
        (
            row["fields"].get("step", row["kind"]),
            datetime.fromisoformat(row["noted_at"]),
        )
        for row in rows
    ]
