"""From a resident's message to the patrol it caused, and back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.factories.words import case_about
from xunfang.cases.models import CaseEvent
from xunfang.patrols import services
from xunfang.patrols.extras import services as extras
from xunfang.patrols.models import Reinforcement
from xunfang.patrols.plans import making
from xunfang.patrols.tasks import queue_plan
from xunfang.places.models import KeyPlace

pytestmark = pytest.mark.django_db

WORDS = "农村偏远地区能不能再增加点警察"


@pytest.fixture(autouse=True)
def _it_is_that_afternoon(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AFTERNOON)


@pytest.fixture
def case(streets, station):
    place = KeyPlace.objects.get(code="K1")
    return case_about(
        WORDS, at=AFTERNOON, station=station, lonlat=(place.lon, place.lat)
    )


@pytest.fixture
def desk(client, duty_officer):
    client.force_login(duty_officer)
    return client


def ordered_from(page) -> dict[str, object]:
    """Return what the form is filled in with: nobody types anything."""
    form = page.context["form"]
    return {form.add_prefix(name): form[name].value() for name in form.fields}


@pytest.mark.row("J08")
@pytest.mark.row("B14")
def test_from_a_stop_of_tonight_the_message_is_one_click_away_and_back(
    desk, case, station, duty_officer
):
    url = f"/cases/{case.number}/patrols/"
    filled = ordered_from(desk.get(url))
    assert filled["reinforce-place"] == "K1"

    assert desk.post(url, filled).status_code == 303
    order = Reinforcement.objects.get()
    assert (order.case, order.until - NIGHT) == (case, timedelta(days=6))

    # The plan of the night carries the case with the stop.
    [run] = services.ask_for_plans(
        night=NIGHT,
        stations=[station],
        cpu_s=1,
        seed=1,
        by=duty_officer,
        at=AFTERNOON,
    )
    making.make_plan(run_id=run.pk, clock=lambda: AFTERNOON, queue=queue_plan)
    link = f'href="/cases/{case.number}/"'
    assert link in desk.get(f"/tonight/{NIGHT}/S01/").content.decode()
    assert link in desk.get(f"/tonight/{NIGHT}/S01/more/").content.decode()
    page = desk.get(f"/cases/{case.number}/").content.decode()
    assert WORDS in page
    # And from the message to the duty.
    assert url in page
    assert order.place.name in page
    assert f"/tonight/{NIGHT}/S01/" in desk.get(url).content.decode()
    [event] = CaseEvent.objects.filter(case=case, step="acted")
    assert event.detail["order"] == order.pk


@pytest.mark.row("B14")
def test_an_order_for_a_case_ends_after_21_nights_and_is_renewed_with_a_new_reason(
    case, duty_officer
):
    def order(**values):
        return extras.order_reinforcement(
            **{
                "place": KeyPlace.objects.get(code="K1"),
                "minutes": 30,
                "begins_on": NIGHT,
                "reason": "群众留言",
                "case": case,
                "by": duty_officer,
                "at": AFTERNOON,
            }
            | values
        )

    first = order()
    assert first.until == NIGHT + timedelta(days=20)
    begins = first.until + timedelta(days=1)
    with pytest.raises(extras.ReasonMissing):
        order(renews=first, begins_on=begins, case=None)
    again = order(renews=first, begins_on=begins, case=None, reason="集市延长")
    assert again.case == case
