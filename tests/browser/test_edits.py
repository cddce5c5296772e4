"""The night changed by hand in a real browser: presses counted, by key, touch and drag."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LANGUAGES, SIZES, THEMES
from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from xunfang.core.planning.budget import Budget
from xunfang.patrols import services
from xunfang.patrols.edits import page as edits_page
from xunfang.patrols.edits import services as edits
from xunfang.patrols.models import NightEdit, Plan, SolveRun
from xunfang.patrols.plans import making
from xunfang.patrols.tasks import queue_plan

pytestmark = pytest.mark.django_db(transaction=True)

URL = f"/tonight/{NIGHT}/S01/"
MOST_PRESSES = 4


@pytest.fixture(autouse=True)
def _own_data_folder(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(making, "budget_of", lambda run, **_: Budget(iterations=60))
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTERNOON)


@pytest.fixture
def officer(account):
    return account("duty_officer", station_code="")


@pytest.fixture
def station(officer, tmp_path):
    linhe_city.import_streets_with_map(tmp_path, by=officer)
    return linhe_city.build_city()


@pytest.fixture
def plan(station, officer) -> Plan:
    services.ask_for_plans(
        night=NIGHT, stations=[station], cpu_s=1, seed=1, by=officer, at=AFTERNOON
    )
    work()
    return Plan.objects.get(is_current=True)


@pytest.fixture
def desk(station, officer):
    return edits.Desk(station=station, night=NIGHT, by=officer, at=AFTERNOON)


def work() -> None:
    """Do what a worker does: make the plans that are asked for."""
    while run := SolveRun.objects.filter(state=SolveRun.QUEUED).first():
        making.make_plan(run_id=run.pk, clock=lambda: AFTERNOON, queue=queue_plan)


class Hand:
    """Somebody at the page: every key and every tap is counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.n_presses = page, 0

    def tap(self, selector: str) -> None:
        self.n_presses += 1
        self.page.locator(selector).first.click()

    def press(self, key: str) -> None:
        self.n_presses += 1
        self.page.keyboard.press(key)


def open_night(page: Page, url: str = URL) -> None:
    page.goto(url)
    expect(page.locator("city-map[data-state=ready]")).to_be_attached(timeout=30_000)


def see_edition(page: Page, number: int) -> None:
    expect(page.locator(f"#night-state[data-edition='{number}']")).to_be_attached(
        timeout=10_000
    )


def one(kind: str) -> NightEdit:
    return NightEdit.objects.get(kind=kind, undone_no=None)


# Four of the six commonest changes, counted from the open page.


def test_locked_stop_takes_few_presses_and_the_new_edition_comes_by_itself(
    open_context, officer, plan
):
    page = open_context(user=officer).new_page()
    open_night(page)
    hand = Hand(page)

    hand.tap(".unit[open] [data-act=l]")
    expect(page.locator("#edits .edits__row")).to_have_count(1)
    work()

    see_edition(page, 2)
    expect(page.locator(".stop--held")).to_have_count(1)
    assert hand.n_presses <= MOST_PRESSES
    assert one("lock").made_by == officer


def test_excluded_crew_takes_few_presses(open_context, officer, plan):
    page = open_context(user=officer).new_page()
    open_night(page)
    hand = Hand(page)

    hand.tap(".unit[open] [data-exclude]")
    hand.tap("dialog [name=how][value=night]")
    expect(page.locator("#edits .edits__row")).to_have_count(1)
    work()

    see_edition(page, 2)
    expect(page.locator("details.unit")).to_have_count(1)
    assert hand.n_presses <= MOST_PRESSES


def test_moved_bell_takes_few_presses(open_context, officer, plan):
    page = open_context(language="en", user=officer).new_page()
    open_night(page)
    hand = Hand(page)
    post = page.locator(".stop--post").first
    if not post.is_visible():
        hand.n_presses += 1
        page.locator("details.unit", has=post).locator("summary").click()

    hand.tap(".stop--post [data-act=m]")
    expect(page.locator("dialog")).to_contain_text("The bell rings at 21:30")
    hand.tap("dialog .edit__quick button:has-text('20:50')")
    expect(page.locator("#edits .edits__row")).to_have_count(1)
    work()

    see_edition(page, 2)
    assert hand.n_presses <= MOST_PRESSES
    assert one("move").begins_min == 20 * 60 + 20
    expect(page.locator(".stop--post .stop__why").first).to_contain_text("20:50")


def test_extra_wish_takes_few_presses_by_key_and_by_touch(open_context, officer, plan):
    page = open_context(user=officer).new_page()
    open_night(page)
    keys, taps = Hand(page), Hand(page)

    keys.press("w")
    expect(page.locator("dialog button[autofocus]")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("#edits .edits__row")).to_have_count(1)
    taps.tap("#edits [data-wish]")
    expect(page.locator("[data-pointing-hint]")).to_be_visible()
    taps.n_presses += 1
    page.locator(".city-map__canvas canvas").click(position={"x": 260, "y": 200})
    taps.tap("dialog button[autofocus]")
    expect(page.locator("#edits .edits__row")).to_have_count(2)
    work()

    see_edition(page, 2)
    assert max(keys.n_presses, taps.n_presses) <= MOST_PRESSES
    assert all(wish.name for wish in NightEdit.objects.filter(kind="wish"))


# By keyboard alone, and by dragging.


def test_every_change_has_its_key(open_context, officer, plan):
    page = open_context(user=officer).new_page()
    open_night(page)
    rows = page.locator("#edits .edits__row")
    page.locator(".unit[open] button[data-select]").first.focus()

    page.keyboard.press("l")
    expect(rows).to_have_count(1)
    page.keyboard.press("u")
    expect(rows).to_have_count(0)
    page.locator(".unit[open] button[data-select]").first.focus()
    page.keyboard.press("m")
    expect(page.locator("dialog[open]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.locator(".unit[open] button[data-select]").first.focus()
    page.keyboard.press("x")
    expect(rows).to_have_count(1)
    page.locator(".unit[open] button[data-select]").first.focus()
    page.keyboard.press("e")
    expect(page.locator("dialog [name=unit]")).to_have_value("1")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(2)

    assert list(
        NightEdit.objects.order_by("made_no").values_list("kind", flat=True)
    ) == [
        "lock",
        "leave_out",
        "exclude",
    ]


def test_stop_is_moved_by_keyboard_to_a_crew_and_a_time(open_context, officer, plan):
    page = open_context(user=officer).new_page()
    open_night(page)
    page.locator(".unit[open] button[data-select]").first.focus()

    page.keyboard.press("m")
    page.locator("dialog [name=unit]").select_option("2")
    page.locator("dialog [name=begins]").fill("22:05")
    page.locator("dialog .button--primary").press("Enter")
    expect(page.locator("#edits .edits__row")).to_have_count(1)

    assert (one("move").unit, one("move").begins_min) == ("2", 22 * 60 + 5)


def test_bar_is_dragged_to_another_crew_and_time(open_context, officer, plan):
    page = open_context(user=officer).new_page()
    open_night(page)
    bar = page.locator("g[data-crew='1'] rect[data-stay]").first
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    assert box is not None
    x, y = box["x"] + 2, box["y"] + box["height"] / 2

    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 20, steps=4)
    page.mouse.move(x + 120, y + 34, steps=4)
    page.mouse.up()

    expect(page.locator("#edits .edits__row")).to_have_count(1)
    edit = one("move")
    assert edit.unit == "2"
    assert abs(edit.begins_min - (edit.was_begins_min + 60)) <= 3


def test_double_click_locks_once(open_context, officer, plan):
    page = open_context(user=officer).new_page()
    open_night(page)

    page.locator(".unit[open] [data-act=l]").first.dblclick()

    expect(page.locator("#edits .edits__row")).to_have_count(1)
    assert NightEdit.objects.count() == 1
    assert SolveRun.objects.filter(is_resolve=True).count() == 1


# Two people, a closed window, a refusal.


def test_what_another_officer_did_is_shown_before_mine_is_applied(
    open_context, officer, plan, desk, account
):
    other = account("duty_officer", station_code="S01", username="other")
    page = open_context(language="en", user=officer).new_page()
    open_night(page)
    edits.exclude_crew(
        edits.Desk(station=desk.station, night=NIGHT, by=other, at=AFTERNOON), unit="2"
    )

    page.locator(".unit[open] [data-act=l]").first.click()
    expect(page.locator("dialog [role=alert]")).to_contain_text(other.display_name)
    expect(page.locator("dialog [role=alert]")).to_contain_text(
        "not planned for tonight"
    )
    assert NightEdit.objects.filter(kind="lock").count() == 0
    page.get_by_role("button", name="Apply mine all the same").click()

    expect(page.locator("#edits .edits__row")).to_have_count(2)
    assert one("lock").made_no == 2


def test_wish_off_the_streets_is_refused_and_what_was_typed_is_kept(
    open_context, officer, plan
):
    page = open_context(language="en", user=officer).new_page()
    page.goto(f"{URL}edits/wish/?lon=10&lat=10")
    page.locator("[name=name]").fill("Old gate")

    page.get_by_role("button", name="Add the wish").click()

    expect(page.get_by_role("alert")).to_contain_text("outside the city")
    expect(page.locator("[name=name]")).to_have_value("Old gate")
    assert NightEdit.objects.count() == 0


def test_window_closed_during_a_solve_shows_the_new_edition_on_return(
    open_context, officer, plan
):
    context = open_context(user=officer)
    page = context.new_page()
    open_night(page)
    page.locator(".unit[open] [data-act=l]").first.click()
    expect(page.locator("#edits .edits__row")).to_have_count(1)
    page.close()
    work()

    page = context.new_page()
    open_night(page)

    see_edition(page, 2)
    expect(page.locator("#difference-title")).to_be_visible()


# What it looks like.


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_edited_night_and_its_editions_are_legible_everywhere(
    open_context,
    officer,
    plan,
    desk,
    check_accessible,
    take_screenshot,
    size,
    language,
    theme,
):
    kept = edits_page.find_stay(officer, desk.station, NIGHT, 1, "1-1")
    assert kept is not None
    edits.lock_stay(desk, stay=kept)
    edits.exclude_crew(desk, unit="2")
    work()
    page = open_context(
        size=size, language=language, theme=theme, user=officer
    ).new_page()
    name = f"{size}-{language}-{theme}"

    open_night(page)
    take_screenshot(page, f"edited-{name}")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(".unit[open] [data-act=m]").first.click()
    expect(page.locator("dialog[open] form")).to_be_visible()
    take_screenshot(page, f"edited-move-{name}")
    check_accessible(page)
    page.goto(f"{URL}versions/")

    take_screenshot(page, f"editions-{name}")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_edition_is_put_back_in_force(open_context, officer, plan, desk):
    edits.exclude_crew(desk, unit="2")
    work()
    page = open_context(language="en", user=officer).new_page()
    page.goto(f"{URL}versions/")

    page.get_by_text("Put back in force…").click()
    page.get_by_role("button", name="Yes, put it back").click()

    expect(page.locator(".proof__count")).to_contain_text("Edition 3")
    assert Plan.objects.get(is_current=True).restores == 1
