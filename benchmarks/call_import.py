"""A file of 110's sheets brought in, and the same file again.

    python benchmarks/call_import.py [--rows 12500 25000 50000]

Each size in a process of its own, in a database of its own, through the service and the
task that the upload page uses. One line is one unit sent; every fourth call has two. The
second time nothing may change. Prints rows, megabytes, seconds of the processor and of
the clock, rows a second and how far memory grew at most. Goals: twice the rows take no
more than 2.6 times as long, 50,000 rows grow memory by no more than 500 MB, and the
second time writes nothing; a row that misses one ends with "MISSED" and the run with
exit code 1.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GROWS_AT_MOST = 2.6
MOST_MB = 500.0
NOW = datetime(2027, 8, 1, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[12_500, 25_000, 50_000])
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(measure(arguments.one)))
        return
    print(f"load of the machine {os.getloadavg()[0]:.1f}")
    print(
        f"{'rows':>7s} {'MB':>5s} {'':8s} {'processor':>9s} {'clock':>9s} "
        f"{'rows/s':>8s} {'grew by':>9s}  calls new / changed / same"
    )
    before: tuple[int, list[float]] | None = None
    missed = 0
    for n_rows in arguments.rows:
        done = subprocess.run(  # noqa: S603 -- ourselves
            [sys.executable, __file__, "--one", str(n_rows)],
            check=True,
            stdout=subprocess.PIPE,
        )
        found = json.loads(done.stdout)
        for number, turn in enumerate(found["turns"]):
            is_missed = turn["peak_mb"] > MOST_MB or (number == 1 and turn["wrote"] > 0)
            if before is not None:
                allowed = (n_rows / before[0]) * GROWS_AT_MOST / 2.0
                is_missed |= turn["cpu_s"] > allowed * before[1][number]
            missed += is_missed
            print(
                f"{n_rows:7,d} {found['mb']:5.1f} {('first', 'again')[number]:8s} "
                f"{turn['cpu_s']:7.1f} s {turn['clock_s']:7.1f} s "
                f"{n_rows / turn['cpu_s']:8,.0f} {turn['peak_mb']:6.0f} MB  "
                f"{turn['counts']} {'MISSED' if is_missed else ''}".rstrip(),
                flush=True,
            )
        before = n_rows, [turn["cpu_s"] for turn in found["turns"]]
    sys.exit(missed > 0)


def measure(n_rows: int) -> dict[str, object]:
    """Bring a file in twice; return what it took."""
    with tempfile.TemporaryDirectory(prefix="xunfang-import-") as folder:
        os.environ["XUNFANG_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "xunfang.config.settings"
        os.environ.pop("XUNFANG_DATABASE_URL", None)
        sys.path.insert(0, str(ROOT))
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
        return _measured(n_rows)


def _measured(n_rows: int) -> dict[str, object]:
    from tests.factories import calls as factory
    from tests.factories import linhe_city
    from xunfang.accounts.models import User
    from xunfang.calls.mirror import importing
    from xunfang.calls.mirror import services as mirror
    from xunfang.calls.models import CallEvent

    linhe_city.add_station()
    linhe_city.add_ground()
    desk = User.objects.create(
        username="desk", display_name="值班", role="duty_officer"
    )
    source = factory.add_source(by=desk, at=NOW)
    content = sheets(n_rows)
    turns = []
    for _ in range(2):
        n_before, began_mb = CallEvent.objects.count(), peak_mb()
        clock, cpu = time.perf_counter(), time.process_time()
        done = mirror.bring_file(
            source=source,
            content=content,
            file_name="110.csv",
            by=desk,
            clock=lambda: NOW,
        )
        importing.run(import_id=done.pk, clock=lambda: NOW)
        done.refresh_from_db()
        assert done.state == done.DONE, done.failure
        turns.append(
            {
                "cpu_s": time.process_time() - cpu,
                "clock_s": time.perf_counter() - clock,
                "peak_mb": peak_mb() - began_mb,
                "counts": f"{done.n_new:,} / {done.n_changed:,} / {done.n_same:,}",
                "wrote": CallEvent.objects.count() - n_before + done.n_changed
                if done.n_same
                else 0,
            }
        )
    return {"mb": len(content) / 1e6, "turns": turns}


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def sheets(n_rows: int) -> bytes:
    """Lines of the year before ``NOW`` as 110's own system writes them."""
    from tests.towns.linhe import at as place
    from xunfang.web.tables import write_csv

    header = (
        *("接警单编号", "报警时间", "接警时间", "接警完成时间", "派警时间"),
        *("签收时间", "出警时间", "到达现场时间", "处理完毕时间", "反馈时间"),
        *("结案时间", "处警单位", "报警内容", "联系电话", "警情地址", "经度", "纬度"),
        *("警情类别", "警情等级", "处理结果", "警情来源方式"),
    )
    lon, lat = place("F")[0]
    words = "报警人称楼下烧烤摊音响声音很大影响老人休息,请民警到场处理"
    rows, call, n_of_call = [], 0, 0
    for row in range(n_rows):
        if n_of_call >= (2 if call % 4 == 0 else 1):
            call, n_of_call = call + 1, 0
        n_of_call += 1
        begin = datetime(2026, 8, 1, tzinfo=UTC) + timedelta(minutes=10 * call)
        clocks = [
            begin + timedelta(seconds=seconds)
            for seconds in (0, 6, 60, 90, 110, 170, 400, 1500, 1800, 3000)
        ]
        rows.append(
            (
                f"37010020260801{call:08d}",
                *(f"{clock:%Y-%m-%d %H:%M:%S}" for clock in clocks),
                f"{'东西'[n_of_call - 1]}街{row % 40}组",
                f"{words}({call})",
                f"120{call % 100_000_000:08d}",
                f"滨河路{call % 300}号院{call % 20}号楼",
                f"{lon:.6f}",
                f"{lat:.6f}",
                *("求助", "三级", "当场处置", "电话报警"),
            )
        )
    return write_csv(header, rows)


if __name__ == "__main__":
    main()
