"""How many matters the patrol found or handled where its plan sent it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from pytest_django.asserts import assertContains

from tests.factories import calls as factory
from tests.factories import linhe_city
from tests.factories.linhe_city import NIGHT
from tests.towns.linhe import at as place
from xunfang.calls import services
from xunfang.calls.reports import handled
from xunfang.core.dispatching.sheets import Step
from xunfang.units.models import DutyStay

pytestmark = pytest.mark.django_db

EIGHT = datetime(2026, 8, 14, 12, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return EIGHT + timedelta(minutes=minutes)


def point(node: str) -> tuple[float, float]:
    lon, lat = place(node)[0]
    return lon, lat


@pytest.fixture
def desk(account):
    return account("duty_officer")


@pytest.fixture
def night(desk, monkeypatch):
    """C1 and C4 are patrolled from 20:00 to 22:00; seven matters come in.

    Above the line: one found by the patrol, one to which crew 1 went. Below it also: one
    to which only crew 9 went, which has no plan, and one nobody went to. Not counted: in a
    cell without a stay, after the last stay, and what is no police matter.
    """
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(300))
    station = linhe_city.add_station()
    linhe_city.add_ground()
    planned = factory.add_shift(NIGHT, station, "1")
    unplanned = factory.add_shift(NIGHT, station, "9")
    for number, (node, begins, ends) in enumerate((("F", 0, 15), ("L", 105, 120)), 1):
        lon, lat = point(node)
        DutyStay.objects.create(
            shift=planned,
            number=number,
            begins_at=at(begins),
            ends_at=at(ends),
            lon=lon,
            lat=lat,
            name=node,
            edition=1,
        )
    litter = factory.add_class("N1", is_police_matter=False)
    calls = {}
    for number, node, minutes, values in (
        ("found", "F", 10, {"reporter": "patrol"}),
        ("went", "F", 20, {}),
        ("other", "L", 30, {}),
        ("nobody", "L", 40, {}),
        ("elsewhere", "K", 50, {}),
        ("later", "F", 130, {}),
        ("litter", "F", 60, {"call_class": litter}),
    ):
        calls[number] = factory.add_call(
            number,
            by=desk,
            at=at(minutes),
            station=station,
            point=point(node),
            **values,
        )
    for number, shift in (("went", planned), ("other", unplanned)):
        dispatch = services.send_unit(
            call=calls[number], shift=shift, knows=(), by=desk, at=at(45)
        )
        for step in (Step.ARRIVED, Step.FINISHED):
            services.press(
                dispatch=dispatch, step=step, by=desk, at=at(46), key=uuid4()
            )
    services.feed_back(
        call=calls["went"], outcome="settled", note="", by=desk, at=at(50)
    )


@pytest.mark.row("A11")
def test_the_rate_is_shown_with_formula_numbers_and_rows(client, desk, night):
    client.force_login(desk)

    page = client.get("/calls/handled/?first=2026-08-14&last=2026-08-14")

    report = page.context["report"]
    assert {row.call.number: (row.cell, row.crews) for row in report.rows} == {
        "found": ("C1", ()),
        "went": ("C1", ("1组",)),
        "other": ("C4", ()),
        "nobody": ("C4", ()),
    }
    assert (report.n_handled, report.n_incidents, report.share) == (2, 4, 0.5)
    assert (report.n_found, report.n_on_the_spot, report.n_cell_nights) == (1, 1, 2)
    assertContains(page, "巡逻发现或处置的警情 2 ÷ 有巡警格内发生的警情 4 = 50.0 %")


RECOUNT = """
WITH box(code, west, south, east, north) AS (VALUES {boxes}),
patrolled AS (
  SELECT DISTINCT box.code, box.west, box.south, box.east, box.north
  FROM units_dutystay stay JOIN units_shift shift ON shift.id = stay.shift_id
  JOIN box ON stay.lon BETWEEN box.west AND box.east
          AND stay.lat BETWEEN box.south AND box.north
  WHERE shift.night = '2026-08-14'
),
hours AS (
  SELECT MIN(stay.begins_at) AS begins_at, MAX(stay.ends_at) AS ends_at
  FROM units_dutystay stay JOIN units_shift shift ON shift.id = stay.shift_id
  WHERE shift.night = '2026-08-14'
),
incident AS (
  SELECT c.id, c.reporter
  FROM calls_call c CROSS JOIN hours
  JOIN patrolled p ON c.lon BETWEEN p.west AND p.east
                  AND c.lat BETWEEN p.south AND p.north
  LEFT JOIN calls_callclass k ON k.id = COALESCE(c.final_class_id, c.initial_class_id)
  WHERE c.merged_into_id IS NULL
    AND c.reported_at >= hours.begins_at AND c.reported_at < hours.ends_at
    AND COALESCE(k.is_police_matter, {true})
)
SELECT
  (SELECT COUNT(*) FROM incident
   WHERE reporter = 'patrol' OR EXISTS (
     SELECT 1 FROM calls_dispatch d JOIN units_dutystay s ON s.shift_id = d.shift_id
     WHERE d.call_id = incident.id AND d.status IN ('on_scene', 'finished'))),
  (SELECT COUNT(*) FROM incident)
"""


@pytest.mark.row("A11")
def test_recount_by_sql_gives_the_same_value(desk, night):
    """Linhe's cells are boxes: SQL can say what lies in them without geometry."""
    report = handled.report_handled(desk, first=NIGHT, last=NIGHT)
    boxes = []
    for number, (column, south) in enumerate(
        (
            (linhe_city.WEST, 300),
            (linhe_city.WEST, -50),
            (linhe_city.EAST, 300),
            (linhe_city.EAST, -50),
        ),
        1,
    ):
        _, _, west, east = column
        ring = linhe_city.box(west, south, east, south + 350)
        (west_lon, south_lat), (east_lon, north_lat) = ring[0], ring[2]
        boxes.append(f"('C{number}', {west_lon}, {south_lat}, {east_lon}, {north_lat})")
    true = "TRUE" if connection.vendor == "postgresql" else "1"

    with connection.cursor() as cursor:
        cursor.execute(RECOUNT.format(boxes=", ".join(boxes), true=true))
        counted = cursor.fetchone()

    assert counted == (report.n_handled, report.n_incidents)


def test_without_a_published_plan_no_cell_is_patrolled(client, desk):
    linhe_city.add_station()
    linhe_city.add_ground()
    client.force_login(desk)

    page = client.get("/calls/handled/?first=2026-08-14&last=2026-08-14")

    assert page.context["report"].share is None
    assertContains(page, "没有发布方案的夜晚")
