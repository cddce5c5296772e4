"""How soon a change by hand is answered: from the change to the checked plan on file.

    XUNFANG_DATA_DIR=FOLDER .venv/bin/python benchmarks/resolve.py [--station S01]

``FOLDER`` holds a demo whose night is planned (``xunfang demo``); it is copied first and
stays as it is. Makes each kind of change three times in a warm worker and undoes it.
Prints the seconds until the change is on file, until its plan is kept, and both with
what the worker waits before it looks for work; the same in CPU seconds, which is what a
machine with nothing else to do takes; whether the plan was checked; how many stays were
changed with it. The goal: three seconds.
"""

import argparse
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from xunfang.cli.serve import LOOKS_EVERY_S

N_ROUNDS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--station", default="S01")
    station_code = parser.parse_args().station
    source = Path(os.environ["XUNFANG_DATA_DIR"])
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "data"
        shutil.copytree(source, copy)
        os.environ["XUNFANG_DATA_DIR"] = str(copy)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xunfang.config.settings")
        from xunfang.cli import compiled

        compiled.choose_folder()
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        measure(station_code)


def measure(station_code: str) -> None:
    """Make each kind of change and print the table."""
    from django.utils import timezone

    from xunfang.accounts.models import User
    from xunfang.core.planning import check
    from xunfang.core.planning.compare import Change, pair_up
    from xunfang.core.planning.plan import EventKind
    from xunfang.patrols import queries
    from xunfang.patrols.edits import services as edits
    from xunfang.patrols.models import NightEdit, Plan, SolveRun
    from xunfang.patrols.plans import making
    from xunfang.patrols.plans.stays import stays
    from xunfang.patrols.tasks import queue_plan

    plan = Plan.objects.filter(station__code=station_code, is_current=True).latest(
        "night"
    )
    officer = User.objects.filter(role="duty_officer", station_code="").first()
    assert officer is not None
    night, station = plan.night, plan.station
    midday = timezone.now().replace(
        year=night.year, month=night.month, day=night.day, hour=8
    )

    def desk() -> edits.Desk:
        return edits.Desk(station=station, night=night, by=officer, at=midday)

    def in_force() -> queries.Documents:
        row = Plan.objects.get(station=station, night=night, is_current=True)
        return queries.documents_by_id(row.pk)

    def stay(kind: EventKind, number: int) -> edits.SeenStay:
        kept = in_force()
        found = [
            (route.unit, event)
            for route in kept.routes.routes
            for _n, event in stays(route)
            if event.kind is kind
        ]
        unit, event = found[number % len(found)]
        return edits.SeenStay(kept.problem, event, unit, (event.id, event.id))

    def lonlat(number: int) -> tuple[float, float]:
        points = in_force().problem.points
        return points[(number * 17 + 5) % len(points)]

    def unit(number: int) -> str:
        units = in_force().problem.units
        return units[number % len(units)].id

    kinds = {
        "lock": lambda n: edits.lock_stay(desk(), stay=stay(EventKind.PRESENCE, 7 * n)),
        "move a stop": lambda n: edits.move_stay(
            desk(), stay=stay(EventKind.STOP, 5 * n), unit=unit(n), begins_min=1260
        ),
        "move a bell": lambda n: edits.move_stay(
            desk(), stay=stay(EventKind.POST, n), unit=None, begins_min=1220
        ),
        "leave out": lambda n: edits.leave_out(desk(), stay=stay(EventKind.STOP, n)),
        "exclude": lambda n: edits.exclude_crew(desk(), unit=unit(n)),
        "wish": lambda n: edits.add_wish(
            desk(),
            lonlat=lonlat(n),
            minutes=15,
            window=(1200, 1320),
            is_mandatory=True,
        ),
    }

    def answer() -> tuple[float, float, bool, int]:
        before = in_force().routes
        begun, begun_cpu = time.perf_counter(), time.process_time()
        run = SolveRun.objects.get(station=station, state=SolveRun.QUEUED)
        making.make_plan(run_id=run.pk, clock=lambda: midday, queue=queue_plan)
        took_s = time.perf_counter() - begun
        cpu_s = time.process_time() - begun_cpu
        kept = in_force()
        pairs = pair_up(
            *(
                [(r.unit, e) for r in routes.routes for _n, e in stays(r)]
                for routes in (before, kept.routes)
            )
        )
        n_changed = sum(pair.change is not Change.SAME for pair in pairs)
        is_checked = check.violations(kept.problem, kept.routes) == ()
        return took_s, cpu_s, is_checked, n_changed

    warm = kinds["lock"](0)
    answer()
    edits.undo(desk(), edit=warm)
    answer()
    print(f"{station.code} {night}, seconds; the worker looks every {LOOKS_EVERY_S}")
    print(
        f"{'change':12s} {'on file':>8s} {'plan kept':>10s} {'in all':>8s} "
        f"{'worst':>8s} {'CPU s':>8s} {'checked':>8s} {'stays changed':>14s}"
    )
    for name, change in kinds.items():
        on_file, kept, cpu, changed, checked = [], [], [], [], True
        for number in range(N_ROUNDS):
            begun = time.perf_counter()
            edit: NightEdit = change(number)
            on_file.append(time.perf_counter() - begun)
            took_s, cpu_s, is_checked, n_changed = answer()
            cpu.append(cpu_s)
            kept.append(took_s)
            changed.append(n_changed)
            checked &= is_checked
            edits.undo(desk(), edit=edit)
            answer()
        in_all = [a + b + LOOKS_EVERY_S for a, b in zip(on_file, kept, strict=True)]
        print(
            f"{name:12s} {statistics.median(on_file):8.2f} "
            f"{statistics.median(kept):10.2f} {statistics.median(in_all):8.2f} "
            f"{max(in_all):8.2f} {statistics.median(cpu):8.2f} {'yes' if checked else 'NO':>8s} "
            f"{statistics.median(changed):14.0f}"
        )


if __name__ == "__main__":
    main()
