"""How fast help came, from the press on the telephone to the figure that opens."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import calls as factory
from tests.factories.linhe_city import add_station
from xunfang.calls import services
from xunfang.calls.models import ArrivalWitness, Call
from xunfang.calls.reports import queries
from xunfang.calls.reports.queries import By
from xunfang.core.dispatching.response_times import Trust
from xunfang.core.dispatching.sheets import Source, Step
from xunfang.places.models import ResponseCircle
from xunfang.units.models import Position, Shift

pytestmark = pytest.mark.django_db

EIGHT = datetime(2026, 8, 14, 12, tzinfo=UTC)
NIGHT = date(2026, 8, 14)
HERE = (120.0, 30.0)
FAR = (120.1, 30.0)
PAGE = "/calls/response-times/?first=2026-08-14&last=2026-08-14"


def at(seconds: float) -> datetime:
    return EIGHT + timedelta(seconds=seconds)


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(4 * 3600))


@pytest.fixture
def desk(account):
    return account("duty_officer")


@pytest.fixture
def station():
    return add_station()


@pytest.fixture
def crew(station):
    return factory.add_shift(NIGHT, station, "1")


@pytest.fixture(autouse=True)
def _circles():
    for code, minutes, (lon, lat) in (("R1", 3, HERE), ("R2", 5, FAR)):
        ResponseCircle.objects.create(
            code=code, name=code, station_code="S01", lon=lon, lat=lat, minutes=minutes
        )


@pytest.fixture
def respond(desk, station, crew):
    """Return a function that has a call reached after some seconds from the order."""

    def respond_to(
        number: str,
        seconds: float | None,
        *,
        begins: float = 0,
        source: Source = Source.MACHINE,
        point: tuple[float, float] | None = HERE,
        position: tuple[float, float] | None = None,
        **values: object,
    ) -> Call:
        call = factory.add_call(
            number, by=desk, at=at(begins), station=station, point=point, **values
        )
        order = begins + 60
        dispatch = services.send_unit(
            call=call, shift=crew, knows=_all_open(crew), by=desk, at=at(order)
        )
        if seconds is not None:
            if position is not None:
                Position.objects.update_or_create(
                    shift=crew,
                    defaults={
                        "lon": position[0],
                        "lat": position[1],
                        "fixed_at": at(order + seconds - 30),
                        "received_at": at(order + seconds),
                    },
                )
            services.press(
                dispatch=dispatch,
                step=Step.ARRIVED,
                by=desk,
                at=at(order + seconds),
                key=uuid4(),
                source=source,
            )
        return call

    return respond_to


def _all_open(crew: Shift) -> list[int]:
    return list(crew.dispatches.values_list("pk", flat=True))


def test_a_press_near_the_place_is_witnessed_by_the_position(respond):
    near = respond("1", 100, source=Source.PHONE, position=HERE)
    far = respond("2", 100, source=Source.PHONE, position=FAR)
    unseen = respond("3", 100, source=Source.PHONE, point=None)

    witnesses = {
        witness.event.call_id: (witness.distance_m < 1, witness.position_age_s)
        for witness in ArrivalWitness.objects.select_related("event")
    }

    assert witnesses == {near.pk: (True, 30.0), far.pk: (False, 30.0)}
    assert unseen.pk not in witnesses
    # No place is kept: a distance and an age.
    assert {field.name for field in ArrivalWitness._meta.get_fields()} == {
        *("id", "event", "distance_m", "position_age_s", "noted_at"),
    }


@pytest.mark.row("H12")
def test_p50_and_p90_by_circle_leave_untrusted_arrivals_out_and_count_them(
    client, desk, respond
):
    """Ten timed by a device at 30, 60 … 300 s: P50 is 150, P90 270; 6 within 180 s.

    Two pressed far away are left out: 2 of 12 arrivals, 83.3 % trusted.
    """
    for n in range(1, 11):
        respond(f"m{n}", 30 * n, begins=n)
    for n in (11, 12):
        respond(f"p{n}", 1, begins=n, source=Source.PHONE, position=FAR)
    respond("never", None, begins=20)
    respond("elsewhere", 600, begins=21, point=(121.0, 31.0))
    client.force_login(desk)

    page = client.get(PAGE)

    lines = {line.group.key: line for line in page.context["lines"]}
    circle = lines["3"]
    assert (circle.p50, circle.p90) == ("2:30", "4:30")
    assert (circle.summary.n_calls, circle.summary.n_measured) == (13, 10)
    assert (circle.n_untrusted, circle.n_no_arrival) == (2, 1)
    assert (circle.summary.n_within, circle.summary.within_share) == (6, 0.6)
    assert lines["outside"].p50 == "10:00"
    assertContains(page, "83.3 %")
    assertContains(page, "6/10 = 60.0 %")


def test_too_much_untrusted_gets_no_per_cent(client, desk, respond):
    for n in range(1, 4):
        respond(f"m{n}", 30 * n, begins=n)
    respond("p", 1, begins=11, source=Source.PHONE, position=FAR)
    client.force_login(desk)

    page = client.get(PAGE)

    assertContains(page, "不可信过多")
    assertNotContains(page, "3/3")


def test_each_clock_is_asked_for_by_its_name(client, desk, respond):
    respond("1", 100)
    client.force_login(desk)

    order, report = (
        client.get(f"{PAGE}&since={since}").context["lines"][-1].p50
        for since in ("assigned", "reported")
    )

    assert (order, report) == ("1:40", "2:40")


def test_calls_are_grouped_by_class_hour_and_station(client, desk, respond):
    theft = factory.add_class("C")
    respond("1", 100, call_class=factory.add_class("C2", parent=theft, depth=2))
    respond("2", 100, begins=3600)
    first, last = at(-3600), at(4 * 3600)

    report = queries.report_responses(desk, first=first, last=last)

    assert {
        by.value: [(group.key, len(group.rows)) for group in report.groups(by)]
        for by in By
    } == {
        "circle": [("3", 2)],
        "class": [("C", 1), ("none", 1)],
        "hour": [("20", 1), ("21", 1)],
        "station": [("S01", 2)],
    }


@pytest.mark.row("H12")
def test_each_figure_opens_to_its_rows_in_two_clicks(client, desk, respond):
    slow = respond("slow", 500, begins=1)
    quick = respond("quick", 100, begins=2)
    respond("pressed", 1, begins=3, source=Source.PHONE, position=FAR)
    client.force_login(desk)
    page = client.get(PAGE)
    url = "/calls/response-times/3/?first=2026-08-14&amp;last=2026-08-14"
    assertContains(page, f"{url}&amp;since=assigned&amp;by=circle&amp;which=trusted")

    rows = client.get(
        f"{url}&since=assigned&by=circle&which=trusted".replace("amp;", "")
    )

    assert [one.row.facts.pk for one in rows.context["rows"]] == [quick.pk, slow.pk]
    assertContains(rows, "8:20")
    assertContains(rows, f"/calls/care/{slow.pk}/")
    assertContains(rows, "设备计时")


def test_a_group_or_a_figure_that_is_not_there_is_not_found(client, desk, respond):
    respond("1", 100)
    client.force_login(desk)

    for rest in ("1/?by=circle", "all/?which=best"):
        url = f"/calls/response-times/{rest}&first=2026-08-14&last=2026-08-14"
        assert client.get(url).status_code == 404


def test_the_bulletins_bands_say_what_was_entered(client, desk, respond):
    respond("1", 300)
    respond("2", 301, begins=1)
    client.force_login(desk)

    bands = {table.name: table for table in client.get(PAGE).context["bands"]}

    assert bands["派警至到场"].cells == [
        *(("5 分以内", 1), ("5 分 – 10 分", 1), ("10 分 – 15 分", 0)),
        *(("15 分 – 30 分", 0), ("30 分以上", 0)),
    ]
    assert bands["派警至反馈"].n_known == 0


def test_every_call_is_handed_out_to_be_counted_again(client, desk, respond):
    respond("1", 100)
    respond("2", 200, begins=1, source=Source.PHONE, position=FAR)
    client.force_login(desk)

    out = client.get(PAGE.replace("/?", "/export/?")).content.decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(out)))
    assert [
        (row["number"], row["assigned_to_arrived_s"], row["trust"]) for row in rows
    ] == [("1", "100", "machine"), ("2", "200", "untrusted")]


def test_a_restricted_call_counts_for_who_may_open_it(account, desk, respond):
    secret = factory.add_class("A1", restriction="self_harm")
    respond("1", 100, call_class=secret)
    period = {"first": at(-3600), "last": at(3600)}

    assert len(queries.report_responses(desk, **period).rows) == 1
    assert queries.report_responses(account("leader"), **period).rows == []


def test_a_wrong_period_is_said_and_kept(client, desk):
    client.force_login(desk)

    answer = client.get("/calls/response-times/?first=2026-08-14&last=2026-08-01")

    assert answer.status_code == 422
    assertContains(answer, 'value="2026-08-01"', status_code=422)


def test_a_contradiction_is_left_out_and_counted(desk, respond, crew):
    call = respond("1", 100)
    event = call.events.get(step="arrived")
    services.correct_event(
        event=event, happened_at=at(10), reason="录错", by=desk, at=at(1000)
    )

    [row] = queries.report_responses(desk, first=at(-1), last=at(1)).rows

    assert row.response.trust is Trust.CONTRADICTORY


def test_the_report_asks_as_often_for_one_row_as_for_three(client, desk, respond):
    client.force_login(desk)
    respond("1", 100)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as one:
        client.get(PAGE)
    respond("2", 200, begins=1)
    respond("3", 300, begins=2)

    with CaptureQueriesContext(connection) as three:
        client.get(PAGE)

    assert len(one) == len(three)
