"""A school holiday is moved at short notice, and a bell for one night."""

from datetime import timedelta

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, CALENDAR, NIGHT
from xunfang.core.planning.budget import Budget
from xunfang.core.planning.plan import EventKind
from xunfang.patrols import queries
from xunfang.patrols.models import NightEdit, Plan, SolveRun
from xunfang.patrols.plans import making
from xunfang.patrols.tasks import queue_plan
from xunfang.places import services as places

pytestmark = pytest.mark.django_db

HOLIDAY = f"""
format = "xunfang.holidays/1"
year = 2026
source = "县教育局通知"

[[holidays]]
code = "local"
name = "停课"
from = {NIGHT}
to = {NIGHT}
"""
NO_HOLIDAY = HOLIDAY.replace(str(NIGHT), str(NIGHT + timedelta(days=3)))
NEWS = "日历在本方案生成后有变"


@pytest.fixture(autouse=True)
def _own_data_folder(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(making, "budget_of", lambda run, **_: Budget(iterations=60))
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTERNOON)


def work() -> None:
    while run := SolveRun.objects.filter(state=SolveRun.QUEUED).first():
        making.make_plan(run_id=run.pk, clock=lambda: AFTERNOON, queue=queue_plan)


def gates() -> dict[str, int]:
    """School posts of the plan in force, each with the minute from which it stands."""
    kept = queries.documents_by_id(Plan.objects.get(is_current=True).pk)
    return {
        event.id: event.start
        for route in kept.routes.routes
        for event in route.events
        if event.kind is EventKind.POST
    }


def test_moved_holiday_takes_the_gate_away_and_brings_it_back_and_a_bell_moves_once(
    client, account
):
    officer = account("duty_officer", station_code="")
    client.force_login(officer)
    linhe_city.import_streets(by=officer)
    linhe_city.build_city()
    url = f"/tonight/{NIGHT}/S01/"
    later = iter(AFTERNOON + timedelta(minutes=n) for n in range(1, 9))

    def bring_in(text: str) -> None:
        places.import_holidays(
            text=text, source_name="通知", by=officer, at=next(later)
        )

    def plan_again() -> None:
        client.post(f"/tonight/{NIGHT}/solve/", {"station": "S01", "cpu_s": "3"})
        work()
        # The clock of these tests stands still: a plan is made after what it knows.
        Plan.objects.filter(is_current=True).update(made_at=next(later))

    # A school night: the post stands at 21:00, half an hour before the bell.
    plan_again()
    assert gates() == {"gate:K3:1260": 21 * 60}
    assertNotContains(client.get(url), NEWS)

    # The holiday comes to fall on this night: the page asks for a new plan.
    bring_in(HOLIDAY)
    assertContains(client.get(url), NEWS)
    plan_again()
    assert gates() == {}
    assertNotContains(client.get(url), NEWS)

    # It is put off after all: the gate is back.
    bring_in(NO_HOLIDAY)
    assertContains(client.get(url), NEWS)
    plan_again()
    assert gates() == {"gate:K3:1260": 21 * 60}

    # A calendar that asks for the same of this night is no news.
    places.import_calendar(
        text=CALENDAR, source_name="again", by=officer, at=next(later)
    )
    assertNotContains(client.get(url), NEWS)

    # Tonight alone the bell rings at 20:50: the duty officer says so on the board.
    edition = Plan.objects.get(is_current=True).edition
    page = client.get(url).content.decode()
    [stay] = [
        row.split('value="')[1].split('"')[0]
        for row in page.split("<li ")
        if "stop--post" in row
    ]
    client.post(
        f"{url}edits/move/",
        {"edition": edition, "stay": stay, "seen": 0, "quick": 20 * 60 + 20},
    )
    work()
    assert NightEdit.objects.get().made_by == officer
    assert gates() == {"gate:K3:1260": 20 * 60 + 20}
    assertContains(client.get(url), "20:50")
