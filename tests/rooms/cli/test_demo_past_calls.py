"""The demo city has a month of calls as real bulletins have it, and three stories."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains

from tests.factories import yunting_city
from tests.factories.yunting_city import AFTERNOON
from xunfang.calls import log
from xunfang.calls.models import Call, CallTask
from xunfang.calls.reports import queries
from xunfang.calls.reports.queries import By
from xunfang.cli.demo import load_past_calls
from xunfang.core.dispatching.response_times import Pattern
from xunfang.core.dispatching.sheets import Step

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(account):
    return account("duty_officer", station_code="", username="zhiban")


@pytest.fixture
def city(officer):
    yunting_city.build(by=officer)
    load_past_calls.load_past_calls(yunting_city.city(), by=officer, at=AFTERNOON)


def test_a_month_of_calls_is_there_and_its_pages_show_the_stories(
    city, client, officer, monkeypatch
):
    monkeypatch.setattr(timezone, "now", lambda: AFTERNOON)
    client.force_login(officer)

    mirrored = Call.objects.filter(origin="mirror")
    assert 240 * 29 <= mirrored.count() <= 255 * 31
    n_valid = mirrored.filter(initial_class__is_police_matter=True).count()
    assert 0.34 <= n_valid / mirrored.count() <= 0.36
    n_sent = mirrored.exclude(dispatches=None).count()
    assert 0.79 <= n_sent / n_valid <= 0.82
    repeats = client.get("/calls/repeats/")
    assertContains(repeats, "DEMO-SHOP-00")
    assertContains(client.get("/calls/after-care/"), "DEMO-BRIDGE")
    assertContains(client.get("/calls/work/"), "现场工作：120 分钟，3 方参与")

    # What is kept beside the log is what the log says.
    for call in mirrored.order_by("number")[:300:7]:
        kept = (call.status, call.reported_at, call.closed_at)
        dispatches = list(call.dispatches.values_list("status", "status_at", "is_open"))
        log.refold(call)
        assert (call.status, call.reported_at, call.closed_at) == kept
        assert (
            list(call.dispatches.values_list("status", "status_at", "is_open"))
            == dispatches
        )

    report = queries.report_responses(
        officer, first=AFTERNOON - timedelta(days=30), last=AFTERNOON
    )
    by_station = {
        group.key: group.summary(Step.ASSIGNED) for group in report.groups(By.STATION)
    }
    assert {code for code, one in by_station.items() if one.is_too_uncertain} == {
        *("S08", "S10"),
    }
    assert by_station["S10"].patterns == (Pattern.ON_THE_MINUTE,)
    assert by_station["S01"].patterns == ()
    assert CallTask.objects.filter(kind=CallTask.AFTER_CARE).count() >= 2
