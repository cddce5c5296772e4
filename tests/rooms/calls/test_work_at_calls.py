"""Work at a call and what came of it on the spot: once, in numbers, without names."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django.asserts import assertContains

from tests.factories import calls as factory
from tests.factories.linhe_city import add_station
from xunfang.calls import services as call_services
from xunfang.calls.care import queries, services
from xunfang.calls.models import Call, CallTask, OnSpotResult

pytestmark = pytest.mark.django_db

EIGHT = datetime(2026, 8, 14, 12, tzinfo=UTC)
NIGHT = date(2026, 8, 14)


def at(minutes: float) -> datetime:
    return EIGHT + timedelta(minutes=minutes)


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(10))


@pytest.fixture
def desk(account):
    return account("duty_officer")


@pytest.fixture
def station():
    return add_station()


def page_of(call: Call) -> str:
    return f"/calls/care/{call.pk}/"


@pytest.mark.row("H08")
def test_two_hours_of_pumping_by_three_parties_are_reported_once(client, desk, station):
    flood = factory.add_call("110-5", by=desk, at=at(0), station=station)
    client.force_login(desk)
    begun = client.post(
        f"{page_of(flood)}tasks/",
        {
            "kind": "pumping",
            "parties": "1组，柳坪村委会",
            "begun_at": "2026-08-14T20:05",
        },
    )
    assert begun.status_code == 303
    task = CallTask.objects.get()
    services.join_task(task=task, parties=["消防站", "1组"], by=desk, at=at(30))
    services.end_task(task=task, by=desk, at=at(125))

    report = client.get("/calls/work/?first=2026-08-14&last=2026-08-14")

    assertContains(report, "现场工作：120 分钟，3 方参与")
    assert list(task.parties.values_list("name", flat=True)) == [
        *("1组", "柳坪村委会", "消防站"),
    ]


def test_a_crew_among_the_parties_is_that_crew(desk, station):
    flood = factory.add_call("110-5", by=desk, at=at(0), station=station)
    crew = factory.add_shift(NIGHT, station, "1")
    call_services.send_unit(call=flood, shift=crew, knows=(), by=desk, at=at(1))

    task = services.begin_task(
        call=flood, kind="pumping", parties=["1组", "村委会"], by=desk, at=at(2)
    )

    assert list(task.parties.values_list("name", "shift")) == [
        ("1组", crew.pk),
        ("村委会", None),
    ]


def test_work_without_parties_and_work_in_the_future_are_refused(desk, station):
    flood = factory.add_call("110-5", by=desk, at=at(0), station=station)
    begin = {"call": flood, "kind": "pumping", "by": desk, "at": at(5)}

    with pytest.raises(services.PartiesMissing):
        services.begin_task(**begin, parties=[" "])
    with pytest.raises(services.EndsBeforeItBegins):
        services.begin_task(**begin, parties=["1组"], begun_at=at(6))

    assert not CallTask.objects.exists()


def test_work_does_not_end_before_it_began_nor_twice(desk, station):
    flood = factory.add_call("110-5", by=desk, at=at(0), station=station)
    task = services.begin_task(
        call=flood, kind="pumping", parties=["1组"], by=desk, at=at(5)
    )

    with pytest.raises(services.EndsBeforeItBegins):
        services.end_task(task=task, by=desk, at=at(9), ended_at=at(4))
    services.end_task(task=task, by=desk, at=at(9))
    with pytest.raises(services.TaskOver):
        services.end_task(task=task, by=desk, at=at(10))


def test_a_refused_form_keeps_what_was_typed(client, desk, station):
    flood = factory.add_call("110-5", by=desk, at=at(0), station=station)
    client.force_login(desk)

    answer = client.post(
        f"{page_of(flood)}tasks/",
        {"kind": "pumping", "parties": "1组", "begun_at": "2026-08-14T23:00"},
    )

    assert answer.status_code == 422
    assertContains(answer, 'value="1组"', status_code=422)
    assertContains(answer, "请更正", status_code=422)


@pytest.mark.row("H09")
def test_result_on_the_spot_is_a_kind_and_a_number_and_nothing_else(
    client, desk, station
):
    theft = factory.add_call("110-6", by=desk, at=at(0), station=station)
    client.force_login(desk)

    client.post(f"{page_of(theft)}results/", {"kind": "theft", "n_counted": 3})

    result = OnSpotResult.objects.get()
    assert (result.kind, result.n_counted) == ("theft", 3)
    assert {field.name for field in OnSpotResult._meta.get_fields()} == {
        *("id", "call", "kind", "n_counted", "noted_at", "noted_by"),
        *("undone_at", "undone_by"),
    }
    # No free text: nothing to write a name into.
    assert [
        field.name
        for field in OnSpotResult._meta.fields
        if field.get_internal_type() in {"CharField", "TextField", "JSONField"}
        and not field.choices
    ] == []


def test_a_count_is_taken_back_before_it_is_made_anew(client, desk, station):
    theft = factory.add_call("110-6", by=desk, at=at(0), station=station)
    first = services.note_result(
        call=theft, kind="theft", n_counted=30, by=desk, at=at(1)
    )
    with pytest.raises(services.CountedAlready):
        services.note_result(call=theft, kind="theft", n_counted=3, by=desk, at=at(2))
    services.take_back_result(result=first, by=desk, at=at(3))
    services.note_result(call=theft, kind="theft", n_counted=3, by=desk, at=at(4))

    assert queries.count_results(desk, first=at(0), last=at(10)) == [
        ("当场抓获盗窃", 3)
    ]
    assert OnSpotResult.objects.count() == 2
