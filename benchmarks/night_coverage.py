"""From a night's positions to the figures of its pages: seconds of each step.

    python benchmarks/night_coverage.py [--nights 30]

60 crews of the demo city for 4 hours, a fix every 5 s with 7 m of noise, in a database
of its own; then as many nights as asked for, as daily files, under the same expressions.
Every row states its goal; a row that misses it ends with "MISSED" and the run with exit
code 1. Seconds are of the processor on one core; the clock stands beside them.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

N_CREWS, N_HOURS = 60, 4
NIGHT = date(2026, 8, 14)
missed = 0


def row(what: str, took: tuple[float, float], goal_s: float | None = None) -> None:
    global missed  # noqa: PLW0603 -- one table, one count
    cpu_s, clock_s = took
    is_missed = goal_s is not None and cpu_s > goal_s
    missed += is_missed
    goal = "" if goal_s is None else f"<= {goal_s:g} s"
    verdict = "MISSED" if is_missed else ""
    print(f"{what:<52} {cpu_s:7.2f} s {clock_s:7.2f} s  {goal:<10} {verdict}".rstrip())


def timed[T](call: Callable[[], T]) -> tuple[T, tuple[float, float]]:
    began, cpu_began = time.perf_counter(), time.process_time()
    answer = call()
    return answer, (time.process_time() - cpu_began, time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nights", type=int, default=30)
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="xunfang-coverage-"))
    os.environ["XUNFANG_DATA_DIR"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "xunfang.config.settings"
    os.environ.pop("XUNFANG_DATABASE_URL", None)
    from xunfang.cli import compiled

    compiled.choose_folder()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    try:
        print(f"load of the machine {os.getloadavg()[0]:.1f}")
        print(f"{'':<52} {'processor':>9} {'clock':>9}  goal")
        run(arguments.nights)
    finally:
        shutil.rmtree(folder)
    sys.exit(missed > 0)


def run(n_nights: int) -> None:
    from xunfang.patrols.coverage import expressions, queries
    from xunfang.patrols.coverage.figures import NightRows
    from xunfang.patrols.runs import covering, files, streets
    from xunfang.patrols.runs.heard import listen
    from xunfang.patrols.runs.times import ZONE, crew_times
    from xunfang.places import queries as places
    from xunfang.units.models import Shift
    from xunfang.units.nights import midnight_before

    n_fixes = build_night()
    midnight = midnight_before(NIGHT, ZONE)
    at = midnight + timedelta(hours=31)
    shifts = list(Shift.objects.select_related("station"))
    network = places.find_current_network()
    assert network is not None

    _, took = timed(
        lambda: streets.match_graph(network.code, streets.MATCHED_AS["car"])
    )
    row("streets made ready, once a worker", took)
    streets.near_streets(network.code)
    due, took = timed(lambda: covering.nights_due(at=at))
    assert len(due) == 1
    row(f"what is due among {n_fixes:,} fixes", took, 2)
    times, took = timed(lambda: crew_times(shifts, at=at))
    row(f"logs and calls of {len(shifts)} crews", took, 1)
    heard, took = timed(lambda: listen(shifts, times, midnight=midnight))
    row("read from the table, judged by the logs", took, 5)
    # Compiled beforehand, as in a worker that has folded once.
    one = listen(shifts[:1], times, midnight=midnight)
    streets.ways_gone(one, network.code)
    streets.street_rows(one, [], network.code, night=NIGHT)
    gone, took = timed(lambda: streets.ways_gone(heard, network.code))
    row("matched", took, 2)
    _, took = timed(lambda: streets.street_rows(heard, gone, network.code, night=NIGHT))
    row("rows of streets", took, 3)
    cells = places.all_cells(day=NIGHT)
    _, took = timed(lambda: streets.cell_rows(heard, cells, night=NIGHT))
    row(f"rows of {len(cells)} cells", took, 3)
    _, took = timed(lambda: covering.fold_night(night=NIGHT, at=at))
    row("the whole fold, file and all", took, 12)
    path = files.night_file(NIGHT)
    n_rows = files.read_rows(path).num_rows
    print(f"  {n_rows:,} rows, {path.stat().st_size / 1e6:.1f} MB a night")
    with NightRows(NIGHT) as nights:
        nights.streets()

    asked = queries.bands_asked(until=NIGHT)

    def page() -> None:
        with NightRows(NIGHT) as nights:
            nights.shares(cells, asked, target_min=15)
            nights.cells_outside(cells, asked)
            nights.streets()

    _, took = timed(page)
    row("figures of a night's page", took, 1)

    table = files.read_rows(path)
    for ago in range(1, n_nights):
        night = NIGHT - timedelta(days=ago)
        asked |= {
            (night, station): bands
            for (day, station), bands in asked.items()
            if day == NIGHT
        }
        index = table.schema.get_field_index("night")
        files.replace_rows(
            night,
            [
                table.set_column(
                    index, "night", files.pa.array([night] * n_rows, "date32")
                )
            ],
            crews=[],
            from_hour=0,
        )
    with NightRows(NIGHT, n_nights) as nights:
        questions = {
            "minutes by cell and hour": expressions.minutes_by_cell_hour(nights.rows),
            "cells by band, with empty ones": nights.cells_by_band(cells, asked),
            "streets patrolled": expressions.streets_patrolled(nights.rows),
            "planned and done": expressions.planned_and_done(nights.rows),
            "when streets were seen last": expressions.last_seen(nights.rows),
        }
        for name, expression in questions.items():
            found, took = timed(lambda e=expression: nights.answer(e))
            row(f"{n_nights} nights: {name} ({len(found):,} rows)", took, 5)


def build_night() -> int:
    """60 crews that wander for 4 hours; return how many fixes they sent."""
    import numpy as np

    from tests.towns.patrolled import Receiver, patrol
    from xunfang.cli.demo import load, load_force
    from xunfang.cli.demo.city import generate_city
    from xunfang.cli.demo.town import generate_town
    from xunfang.core.dispatching.unit_states import DutyStep
    from xunfang.core.streets.modes import Mode
    from xunfang.patrols.runs.times import ZONE
    from xunfang.places import queries as places
    from xunfang.units.models import DutyEntry, Fix, Shift, Station
    from xunfang.units.nights import midnight_before

    midnight = midnight_before(NIGHT, ZONE)
    town = generate_town()
    path = Path(os.environ["XUNFANG_DATA_DIR"]) / "yunting.osm"
    path.write_text(town.osm_xml(), encoding="utf-8")
    city = generate_city(town)
    officer = load.load_people()
    network = load.load_streets(path, city=city, by=officer, at=midnight)
    load.load_city(city, network=network, at=midnight)
    load_force.load_force(city, at=midnight)
    begins = midnight + timedelta(hours=19)
    stations = list(Station.objects.all())
    shifts = [
        Shift.objects.create(
            night=NIGHT,
            code=f"B{n:02d}",
            name=f"{n}组",
            station=stations[n % len(stations)],
            mode="car",
            n_sworn=1,
            n_auxiliary=1,
            begins_min=18 * 60,
            ends_min=26 * 60,
        )
        for n in range(N_CREWS)
    ]
    for shift in shifts:
        DutyEntry.objects.create(
            shift=shift,
            step=DutyStep.ON,
            happened_at=begins - timedelta(minutes=5),
            recorded_at=begins,
            source="desk",
            key=uuid4(),
            mode="car",
        )
    day = patrol(
        places.load_streets(network.code),
        Mode.CAR,
        rng=np.random.default_rng(7),
        n_units=N_CREWS,
        minutes=60 * N_HOURS,
        receiver=Receiver(),
        stay_every_min=25,
    )
    Fix.objects.bulk_create(
        (
            Fix(
                shift=shifts[unit],
                fixed_at=begins + timedelta(seconds=t_s),
                received_at=begins + timedelta(seconds=t_s),
                lon=lon,
                lat=lat,
            )
            for unit, t_s, (lon, lat) in zip(
                day.unit.tolist(), day.t_s.tolist(), day.lonlat.tolist(), strict=True
            )
        ),
        batch_size=5_000,
    )
    return len(day.unit)


if __name__ == "__main__":
    main()
