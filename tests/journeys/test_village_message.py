"""One message: a village asks for patrol, gets it, and everybody can read what came of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.factories.measured_weeks import measured
from tests.factories.patrolled_night import clock, log, stay
from tests.factories.published_night import name_crews, plan_night
from tests.towns.linhe import at as node
from xunfang.cases.models import Case, CaseEvent, Topic
from xunfang.cases.topics.services import ensure_topics
from xunfang.cli.demo.load_words import messages
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.core.planning.budget import Budget
from xunfang.patrols.models import Reinforcement
from xunfang.patrols.plans import making
from xunfang.patrols.runs import covering
from xunfang.places.models import KeyPlace
from xunfang.units.models import DutyStay

pytestmark = pytest.mark.django_db

MESSAGE = next(each["text"] for each in messages() if each["id"] == "M058")
PLAN = f"/tonight/{NIGHT}/S01/"
ANSWER = "石门坳上月巡逻确实少。8月14日起每晚加巡三十分钟，前后分钟数在这里公布。"


@pytest.fixture
def set_clock(monkeypatch, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(making, "budget_of", lambda run, **_: Budget(iterations=60))

    def set_to(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set_to(AFTERNOON)
    return set_to


def filled(form) -> dict[str, object]:
    """Return what a form is filled in with: nobody types anything."""
    return {form.add_prefix(name): form[name].value() for name in form.fields}


@pytest.mark.row("J08", "J09", "B14")
def test_the_message_leads_to_the_patrol_and_the_patrol_to_the_message(
    client, account, set_clock
):
    officer = account("duty_officer", station_code="")
    linhe_city.import_streets(by=officer)
    station = linhe_city.build_city()
    name_crews(station)
    KeyPlace.objects.filter(code="K1").update(name="石门坳集市")
    ensure_topics(at=AFTERNOON)
    resident, desk = client, Client()
    desk.force_login(officer)

    # Said, without an account, with a pin and in the sender's words.
    lon, lat = node("B")[0]
    pin = {"lon": f"{lon:.6f}", "lat": f"{lat:.6f}"}
    said = {"key": "7" * 32, "text": MESSAGE, "place": "石门坳", **pin}
    assert resident.post("/say/", said).status_code == 303
    case = Case.objects.get()
    assert case.station == station
    url = f"/cases/{case.number}/"

    # Sorted and taken.
    to_sort = {
        "sort-topic": Topic.PATROL,
        "sort-urgency": case.urgency,
        "sort-station": station.pk,
        "sort-place_name": "石门坳",
        "sort-revision": case.revision,
    }
    assert desk.post(f"{url}sort/", to_sort).status_code == 303
    assert desk.post(f"{url}take/").status_code == 303

    # More patrol in one press: the place is the one next to the pin.
    ordered = filled(desk.get(f"{url}patrols/").context["form"])
    assert ordered["reinforce-place"] == "K1"
    assert desk.post(f"{url}patrols/", ordered).status_code == 303
    order = Reinforcement.objects.get()
    assert (order.case, order.until - NIGHT) == (case, timedelta(days=6))
    [event] = CaseEvent.objects.filter(case=case, step="acted")
    assert event.detail["order"] == order.pk

    # Answered, and shown to everybody after a person's look.
    case.refresh_from_db()
    answer = {"answer-text": ANSWER, "answer-revision": case.revision}
    answer["answer-is_confirmed"] = "on"
    assert desk.post(f"{url}answer/", answer).status_code == 303
    forms = desk.get(url).context["forms"]
    looked_at = filled(forms["publish"])
    assert desk.post(f"{url}publish/", looked_at).status_code == 303

    # Planned and published: the crew's stop says why, and carries the case.
    plan_night(station, by=officer)
    published = {"plan_edition": 1, "accepts_warnings": "on"}
    assert desk.post(f"{PLAN}publish/", published).status_code == 303
    stop = DutyStay.objects.get(place_code=f"extra:{order.pk}")
    assert (stop.name, case.number in stop.why) == ("石门坳集市", True)

    # From the duty to the message in one click; from the message to the duty.
    link = f'href="{url}"'
    assertContains(desk.get(PLAN), link)
    assertContains(desk.get(f"{PLAN}more/"), link)
    page = desk.get(url)
    for part in (MESSAGE, f'href="{url}patrols/"', "石门坳集市"):
        assertContains(page, part)
    assertContains(desk.get(f"{url}patrols/"), f'href="{PLAN}"')

    # Before: ten minutes on one of two nights. After: the crew stayed for half an hour.
    measured(station, NIGHT - timedelta(days=2), "C1", 10)
    measured(station, NIGHT - timedelta(days=9), "C3", 50)
    shift = stop.shift
    log(shift, ("18:00", DutyStep.ON, shift.mode), ("26:00", DutyStep.OFF))
    stay(shift, "B", begins="20:00", minutes=30, every_s=30)
    morning = clock("32:00") + timedelta(hours=11)
    covering.fold_what_is_due(at=morning)
    set_clock(morning)
    desk.force_login(officer)

    # What came of it: minutes a week before and after, with dates, for staff …
    assertContains(desk.get(url), f'href="{url}patrols/K1/"')
    page = desk.get(f"{url}patrols/K1/")
    minutes = page.context["minutes"]
    assert (minutes.since, minutes.before, minutes.after) == (
        NIGHT,
        (35.0, 2, 56),
        (210.0, 1, 1),
    )
    assertContains(page, "2026-08-07 – 08-13")
    assertContains(page, '<rect class="weeks__bar weeks__bar--after"', count=1)
    # … and for everybody, from the public matter.
    public = f"/matters/{case.number}/"
    matter = resident.get(public)
    assertContains(matter, MESSAGE)
    assertContains(matter, ANSWER)
    assertContains(matter, f'href="{public}patrol/K1/"')
    shown = resident.get(f"{public}patrol/K1/")
    assertContains(shown, "每周 210 分钟")
    assertNotContains(shown, officer.display_name)
    table = resident.get(f"{public}patrol/K1/minutes.csv").content.decode("utf-8-sig")
    assert table.splitlines()[-1].startswith("2026-08-14,2026-08-14,之后,1,1,30,210")

    # What is no longer public is not public by this way either.
    Case.objects.update(public_since=None)
    assert resident.get(f"{public}patrol/K1/").status_code == 404
    assert resident.get(f"{public}patrol/K1/minutes.csv").status_code == 404
