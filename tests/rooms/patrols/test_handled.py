"""How many matters the patrol found or handled where it was measured to be."""

from datetime import UTC
from uuid import uuid4

import duckdb
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import calls as factory
from tests.factories import devices, linhe_city
from tests.factories.linhe_city import NIGHT
from tests.factories.patrolled_night import bind, clock, log, stay
from tests.towns.linhe import at as place
from xunfang.calls import services
from xunfang.core.dispatching.sheets import Step
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.patrols.coverage import handled
from xunfang.patrols.coverage.patrolled import Grade, Silence
from xunfang.patrols.runs import covering, files
from xunfang.units.models import DeviceUse

pytestmark = pytest.mark.django_db

MORNING = clock("31:00")
URL = f"/coverage/handled/?first={NIGHT}&last={NIGHT}"


@pytest.fixture(autouse=True)
def _morning(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: MORNING)


@pytest.fixture
def desk(duty_officer):
    return duty_officer


def call_in(number, node, when, *, by, station, **values):
    lon, lat = place(node)[0]
    return factory.add_call(
        number, by=by, at=clock(when), station=station, point=(lon, lat), **values
    )


def go_to(call, shift, *, by):
    sent = services.send_unit(
        call=call, shift=shift, knows=(), by=by, at=clock("26:10")
    )
    for step in (Step.ARRIVED, Step.FINISHED):
        services.press(dispatch=sent, step=step, by=by, at=clock("26:20"), key=uuid4())


@pytest.fixture
def ground():
    station = linhe_city.add_station()
    linhe_city.add_ground()
    return station


@pytest.fixture
def night(desk, ground):
    """By its positions crew 1 is in C1 20:00-20:30 and in C4 21:30-21:50; C3 it passes.

    Its plan has it in C3 for an hour, where nobody was. Above the line: one found by the
    patrol, one to which crew 1 went. Below it also: one to which only crew 9 went, which
    was on no patrol, and one nobody went to. Not counted: in a cell that was only planned,
    in C1 in the band after, in C4 in the band before, and what is no police matter.
    """
    crew = factory.add_shift(NIGHT, ground, "1")
    other = factory.add_shift(NIGHT, ground, "9")
    log(crew, ("18:00", DutyStep.ON, "car"), ("26:00", DutyStep.OFF))
    stay(crew, "F", begins="20:00", minutes=30)
    stay(crew, "G", begins="20:45", minutes=5)
    stay(crew, "L", begins="21:30", minutes=20)
    bind(crew, 1, "G", "18:30", "19:30")
    covering.fold_night(night=NIGHT, at=MORNING)
    litter = factory.add_class("N1", is_police_matter=False)
    calls = {
        number: call_in(number, node, when, by=desk, station=ground, **values)
        for number, node, when, values in (
            ("found", "F", "18:05", {"reporter": "patrol"}),
            ("went", "F", "20:10", {}),
            ("other", "L", "21:00", {}),
            ("nobody", "L", "23:59", {}),
            ("planned-only", "G", "19:00", {}),
            ("later", "F", "21:05", {}),
            ("earlier", "L", "20:59", {}),
            ("litter", "F", "20:15", {"call_class": litter}),
        )
    }
    go_to(calls["went"], crew, by=desk)
    go_to(calls["other"], other, by=desk)
    services.feed_back(
        call=calls["went"], outcome="settled", note="", by=desk, at=clock("26:30")
    )


@pytest.mark.row("A11")
def test_the_rate_is_shown_with_formula_numbers_and_measured_rows(client, desk, night):
    client.force_login(desk)

    page = client.get(URL)

    part = page.context["report"].measured
    assert {
        row.call.number: (row.where.cell, row.where.band, row.crews)
        for row in part.rows
    } == {
        "found": ("C1", 18, ()),
        "went": ("C1", 18, ("1组",)),
        "other": ("C4", 21, ()),
        "nobody": ("C4", 21, ()),
    }
    assert [round(row.where.minutes) for row in part.rows] == [30, 30, 20, 20]
    assert (part.n_handled, part.n_incidents, part.share) == (2, 4, 0.5)
    assert (part.n_found, part.n_on_the_spot, part.n_cells) == (1, 1, 2)
    assertContains(page, "巡逻发现或处置的警情 2 ÷ 有巡警格内发生的警情 4 = 50.0 %")
    assertContains(page, f'href="/coverage/{NIGHT}/S01/cells/?band=18&amp;cell=C1#cell')
    assert page.context["report"].modelled.n_cells == 0


RECOUNT = """
WITH box(code, west, south, east, north) AS (VALUES {boxes}),
patrolled(code, begins_at, ends_at) AS (VALUES {patrolled}),
patrol(crew) AS (VALUES {crews}),
incident AS (
  SELECT c.id, c.reporter
  FROM calls_call c
  JOIN box ON c.lon BETWEEN box.west AND box.east
          AND c.lat BETWEEN box.south AND box.north
  JOIN patrolled p ON p.code = box.code
   AND c.reported_at >= {moment_begins} AND c.reported_at < {moment_ends}
  LEFT JOIN calls_callclass k ON k.id = COALESCE(c.final_class_id, c.initial_class_id)
  WHERE c.merged_into_id IS NULL AND COALESCE(k.is_police_matter, {true})
)
SELECT
  (SELECT COUNT(*) FROM incident
   WHERE reporter = 'patrol' OR EXISTS (
     SELECT 1 FROM calls_dispatch d JOIN units_shift s ON s.id = d.shift_id
     JOIN patrol ON patrol.crew = s.code
     WHERE s.night = '{night}' AND d.call_id = incident.id
       AND d.status IN ('on_scene', 'finished'))),
  (SELECT COUNT(*) FROM incident)
"""


@pytest.mark.row("A11")
def test_recount_by_sql_of_measured_cells_gives_the_same_value(desk, night):
    """Positions by DuckDB from the night's file, incidents by SQL from the database.

    Linhe's cells are boxes: SQL can say what lies in them without geometry.
    """
    part = handled.report_handled(desk, first=NIGHT, last=NIGHT, at=MORNING).measured
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
    file = files.night_file(NIGHT)
    patrolled = duckdb.sql(
        f"""
        select cell, hour // 3 * 3 from read_parquet('{file}')
        where kind = 'cell' and cell <> ''
        group by all having sum(seconds) >= 15 * 60
        """  # noqa: S608 -- our own file
    ).fetchall()
    crews = duckdb.sql(
        f"select distinct crew from read_parquet('{file}') where kind = 'cell'"  # noqa: S608 -- our own file
    ).fetchall()
    is_postgres = connection.vendor == "postgresql"
    moment = "CAST(p.{} AS timestamptz)" if is_postgres else "p.{}"

    def utc(hour: int) -> str:
        return f"{clock(f'{hour}:00').astimezone(tz=UTC):%Y-%m-%d %H:%M:%S}" + (
            "+00" if is_postgres else ""
        )

    with connection.cursor() as cursor:
        cursor.execute(
            RECOUNT.format(
                boxes=", ".join(boxes),
                patrolled=", ".join(
                    f"('{cell}', '{utc(band)}', '{utc(band + 3)}')"
                    for cell, band in patrolled
                ),
                crews=", ".join(f"('{crew}')" for (crew,) in crews),
                moment_begins=moment.format("begins_at"),
                moment_ends=moment.format("ends_at"),
                night=NIGHT,
                true="TRUE" if is_postgres else "1",
            )
        )
        counted = cursor.fetchone()

    assert sorted(patrolled) == [("C1", 18), ("C4", 21)]
    assert counted == (part.n_handled, part.n_incidents) == (2, 4)


@pytest.mark.row("A11")
def test_plan_of_a_crew_without_device_is_an_estimate_and_stands_apart(
    client, desk, night, ground
):
    """Crew 2 has no device: on duty 19:00-22:00, planned in C2 21:00-21:30, away at 21:10.

    Crew 3 was to be in C3 and never came on duty: its plan counts for nothing.
    """
    crew = factory.add_shift(NIGHT, ground, "2")
    log(
        crew,
        ("19:00", DutyStep.ON, "foot"),
        ("21:10", DutyStep.PAUSE),
        ("21:20", DutyStep.PATROL),
        ("22:00", DutyStep.OFF),
    )
    bind(crew, 1, "J", "21:00", "21:30")
    bind(crew, 2, "J", "22:00", "23:00")
    bind(factory.add_shift(NIGHT, ground, "3"), 1, "G", "19:00", "20:00")
    call_in("in-c2", "J", "22:30", by=desk, station=ground, reporter="patrol")
    client.force_login(desk)

    page = client.get(URL)

    report = page.context["report"]
    [row] = report.modelled.rows
    assert (row.call.number, row.where.cell, row.where.grade) == (
        *("in-c2", "C2"),
        Grade.MODELLED,
    )
    assert (row.where.minutes, row.where.crews) == (20, ("2组",))
    assert (report.modelled.n_cells, report.modelled.share) == (1, 1.0)
    assert (report.measured.n_handled, report.measured.n_incidents) == (2, 4)
    assert [(one.shift.code, one.why) for one in report.silent] == [
        ("2", Silence.NO_DEVICE),
        ("3", Silence.NOT_ON_DUTY),
    ]
    assertContains(page, "证据等级 D")
    assertContains(page, "无定位设备")


def test_why_nothing_was_measured_of_a_crew_is_told(account, desk, ground):
    """A silent device is no device; positions that came an hour ago are not yet there."""
    for code in "12":
        shift = factory.add_shift(NIGHT, ground, code)
        log(shift, ("19:00", DutyStep.ON, "foot"), ("22:00", DutyStep.OFF))
        bind(shift, 1, "F", "19:00", "20:00")
        if code == "1":
            device = devices.add_device(
                "D1", ground, by=account("administrator"), at=clock("18:00")
            )
            DeviceUse.objects.create(
                device=device,
                shift=shift,
                begins_at=clock("19:00"),
                ends_at=clock("22:00"),
            )
        else:
            stay(shift, "L", begins="19:00", minutes=30)

    report = handled.report_handled(desk, first=NIGHT, last=NIGHT, at=MORNING)

    assert [one.why for one in report.silent] == [
        Silence.DEVICE_SILENT,
        Silence.NOT_FOLDED,
    ]
    assert (report.measured.n_cells, report.modelled.n_cells) == (0, 1)


def test_somebody_of_a_station_is_told_of_its_own_ground(client, account, night):
    client.force_login(account("patrol_officer", station_code="S02"))

    page = client.get(URL)

    report = page.context["report"]
    assert (report.measured.n_cells, list(report.measured.rows)) == (0, [])
    assertNotContains(page, "50.0 %")


def test_without_positions_and_without_a_plan_no_cell_is_patrolled(
    client, desk, ground
):
    client.force_login(desk)

    page = client.get(URL)

    assert page.context["report"].measured.share is None
    assertContains(page, "没有巡到任何警格")


def test_report_costs_the_same_queries_for_more_crews_and_calls(desk, night, ground):
    def queries_with(codes: str) -> int:
        for code in codes:
            shift = factory.add_shift(NIGHT, ground, code)
            log(shift, ("19:00", DutyStep.ON, "foot"), ("22:00", DutyStep.OFF))
            bind(shift, 1, "J", "21:00", "21:30")
            call_in(f"more-{code}", "J", "21:10", by=desk, station=ground)
        with CaptureQueriesContext(connection) as seen:
            handled.report_handled(desk, first=NIGHT, last=NIGHT, at=MORNING)
        return len(seen)

    assert queries_with("2") == queries_with("345")
