"""The same expressions on PostgreSQL come to the same figures as on the daily file."""

import ibis
import pytest
from django.db import connection

from tests.factories.linhe_city import NIGHT
from tests.factories.patrolled_night import bind, clock, go, log, stay
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.patrols.coverage import expressions, figures, queries
from xunfang.patrols.coverage.figures import NightRows
from xunfang.patrols.runs import covering, files
from xunfang.places import queries as places
from xunfang.units.models import Shift

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        "connection.vendor != 'postgresql'", reason="asks a PostgreSQL database"
    ),
]


@pytest.fixture
def postgres():
    """A connection of its own to the test's database, with tables that end with it."""
    wanted = connection.get_connection_params()
    base = ibis.postgres.connect(
        host=wanted.get("host") or "127.0.0.1",
        port=int(wanted.get("port") or 5432),
        user=wanted.get("user"),
        password=wanted.get("password") or "",
        database=wanted["dbname"],
    )
    yield base
    base.disconnect()


def all_figures(rows):
    cells = figures.table_of_cells(places.all_cells(day=NIGHT))
    hours = figures.table_of_hours(queries.bands_asked(until=NIGHT))
    of_cells = expressions.cells_by_band(rows, cells, hours)
    return {
        "minutes": expressions.minutes_by_cell_hour(rows),
        "cells": of_cells,
        "outside": expressions.cells_outside_bands(rows, cells, hours),
        "by clock": expressions.minutes_by_cell_band(rows, band_hours=3),
        "crews": expressions.crews_on_patrol(rows),
        "streets": expressions.streets_patrolled(rows),
        "directions": expressions.streets_by_direction(rows),
        "modes": expressions.minutes_by_mode(rows),
        "planned": expressions.planned_and_done(rows),
        "seen": expressions.last_seen(rows),
    }


def told(found: list[dict[str, object]]) -> list[dict[str, object]]:
    return [
        {
            key: pytest.approx(float(value))
            if isinstance(value, float) or type(value).__name__ == "Decimal"
            else value
            for key, value in row.items()
        }
        for row in found
    ]


def test_same_expressions_come_to_the_same_figures(streets, station, postgres):
    car, walkers = Shift.objects.order_by("code")
    # Nobody was to be out before half past eight: what was heard then is in no band.
    Shift.objects.update(begins_min=20 * 60 + 30)
    log(car, ("18:00", DutyStep.ON, "car"))
    log(walkers, ("18:00", DutyStep.ON, "foot"))
    go(car, "EFVGHMLKFE", begins="18:58")
    stay(walkers, "L", begins="20:50", minutes=40)
    bind(walkers, 1, "L", "21:00", "21:15")
    covering.fold_what_is_due(at=clock("22:00"))
    table = files.read_rows(files.night_file(NIGHT))
    in_postgres = postgres.create_table("night_rows", table, temp=True)

    with NightRows(NIGHT) as night:
        on_duckdb = {
            name: night.answer(expression)
            for name, expression in all_figures(night.rows).items()
        }

    on_postgres = {
        name: postgres.to_pyarrow(expression).to_pylist()
        for name, expression in all_figures(in_postgres).items()
    }
    assert {name: len(rows) for name, rows in on_duckdb.items() if not rows} == {}
    for name, found in on_duckdb.items():
        assert on_postgres[name] == told(found), name
