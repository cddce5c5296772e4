"""The log at a million entries: adding, proving, verifying, with SQLite and PostgreSQL.

    .venv/bin/python benchmarks/ledger.py [--entries 1000000] [--postgres]

Adds entries in batches of 1,000, each a transaction that is on disk when it counts (SQLite
with synchronous=FULL, PostgreSQL with fsync), signs a checkpoint every 20,000, then asks
for proofs at random and goes over everything, as ``xunfang verify ledger`` does. With
``--postgres`` the same on a PostgreSQL that is started for it and removed again. Times are
processor time of this process where it says so: others may be at work.

Goals: a proof in 1 ms and 1 kB, 10,000 durable entries/s, all of it verified in seconds,
a receipt in a browser like a telephone's (Chromium, processor slowed down fourfold) in
50 ms.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

KIND = "benchmark.entry"
"""Of no room: leaves of a word whose row is not there are a fault, and are named."""
BATCH = 1_000
SIGNS_EVERY = 20_000
N_PROOFS = 1_000
N_BROWSERS = 9
START = datetime(2026, 5, 4, 4, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        measure(arguments.entries)
        return
    print(f"{arguments.entries} entries; load {os.getloadavg()[0]:.1f}\n")
    with tempfile.TemporaryDirectory(prefix="xunfang-ledger-") as folder:
        environ = os.environ | {
            "XUNFANG_DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "xunfang.config.settings",
        }
        environ.pop("XUNFANG_DATABASE_URL", None)
        with postgres() if arguments.postgres else contextlib.nullcontext() as url:
            if url:
                environ["XUNFANG_DATABASE_URL"] = url
            subprocess.run(  # noqa: S603 -- our own interpreter
                [
                    *(sys.executable, __file__, "--measure"),
                    *("--entries", str(arguments.entries)),
                ],
                env=environ,
                check=True,
            )


@contextlib.contextmanager
def postgres():
    """Start a PostgreSQL on a free port, with fsync, and remove it at the end."""
    import pwd
    import shutil
    import socket

    binaries = max(Path("/usr/lib/postgresql").glob("*/bin"))
    user = pwd.getpwnam("postgres").pw_uid if os.getuid() == 0 else None
    folder = tempfile.mkdtemp(prefix="xunfang-postgres-")
    if user is not None:
        os.chown(folder, user, -1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(*command: str) -> None:
        subprocess.run(  # noqa: S603 -- of the system
            [str(binaries / command[0]), "-D", f"{folder}/data", *command[1:]],
            user=user,
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    run("initdb", *("-U", "xunfang", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"))
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    )
    run("pg_ctl", "-w", "-l", f"{folder}/log", "-o", options, "start")
    try:
        yield f"postgresql://xunfang@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder)


def measure(n_entries: int) -> None:
    """Do all of it in the database that the environment names, and print the table."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from django.db import connection

    from xunfang.audit.ledger import keys, queries, services, verifying

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")
    key = keys.our_key()
    print(f"{connection.vendor:34}{'goal':>12}")

    took_s, cpu_s = 0.0, -time.process_time()
    seals_ms = []
    for first in range(0, n_entries, BATCH):
        batch = [os.urandom(32) for _ in range(min(BATCH, n_entries - first))]
        at = START + timedelta(milliseconds=first)
        begun = time.perf_counter()
        services.append(batch, kind=KIND, at=at)
        took_s += time.perf_counter() - begun
        if (first + BATCH) % SIGNS_EVERY == 0 or first + BATCH >= n_entries:
            begun = time.perf_counter()
            services.make_checkpoint(at=at, key=key)
            seals_ms.append((time.perf_counter() - begun) * 1e3)
    cpu_s += time.process_time()
    row("added, durable, batches of 1,000", f"{n_entries / took_s:,.0f}/s", "10,000/s")
    row("  processor time", f"{cpu_s / n_entries * 1e6:.0f} µs each", "")
    row("checkpoint signed", f"{median(seals_ms):.1f} ms", "")

    singles_ms = []
    for number in range(200):
        begun = time.perf_counter()
        at = START + timedelta(milliseconds=n_entries + number)
        services.append([os.urandom(32)], kind=KIND, at=at)
        singles_ms.append((time.perf_counter() - begun) * 1e3)
    row("added one by one, durable", f"{median(singles_ms):.2f} ms", "")
    size = n_entries + len(singles_ms)
    services.make_checkpoint(at=at, key=key)

    for name, prove in (
        ("inclusion", lambda index: queries.inclusion(index, size)),
        ("consistency", lambda old: queries.consistency(old + 1, size)),
    ):
        times_ms, cpu_s, n_bytes = [], -time.process_time(), 0
        for number in range(N_PROOFS):
            index = (number * 7_919_777) % size
            begun = time.perf_counter()
            proof = prove(index)
            times_ms.append((time.perf_counter() - begun) * 1e3)
            n_bytes = max(n_bytes, 32 * len(proof))
        cpu_s += time.process_time()
        p99 = quantiles(times_ms, n=100)[-1]
        row(f"proof of {name}, median", f"{median(times_ms):.2f} ms", "1 ms")
        row("  99 of 100", f"{p99:.2f} ms", "")
        row("  processor time", f"{cpu_s / N_PROOFS * 1e3:.2f} ms", "")
        row("  size, at most", f"{n_bytes} bytes", "1 kB")

    begun, cpu_s = time.perf_counter(), -time.process_time()
    report = verifying.verify(verifiers=[key.verifier])
    cpu_s += time.process_time()
    assert report.is_good, report.findings[:5]
    assert report.n_leaves == size
    row("all verified", f"{time.perf_counter() - begun:.1f} s", "seconds")
    row("  processor time", f"{cpu_s:.1f} s", "")
    if connection.vendor == "sqlite":
        receipt = queries.receipt(size // 3, salt=bytes(16))
        row("receipt as JSON", f"{len(receipt.text.encode())} bytes", "")
        in_browser(receipt.text)


def in_browser(receipt: str) -> None:
    """Verify a receipt in new Chromiums, the processor slowed down fourfold."""
    import http.server
    import threading

    from playwright.sync_api import sync_playwright

    import xunfang.audit

    folder = Path(xunfang.audit.__file__).parent / "static" / "audit" / "ledger"

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(folder))

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    chromium = "/usr/bin/chromium"
    firsts_ms, later_ms = [], []
    with sync_playwright() as playwright:
        for _ in range(N_BROWSERS):
            browser = playwright.chromium.launch(
                executable_path=chromium if Path(chromium).exists() else None,
                args=["--no-sandbox", "--disable-dev-shm-usage"],
            )
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{server.server_port}/verify_receipt.js")
            session = page.context.new_cdp_session(page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
            first, *later = page.evaluate(
                """async (receipt) => {
                  const { verifyReceipt } = await import("/verify_receipt.js");
                  const times = [];
                  for (let time = 0; time < 20; time += 1) {
                    const begun = performance.now();
                    const { faults } = await verifyReceipt(receipt);
                    if (faults.length) throw new Error(faults);
                    times.push(performance.now() - begun);
                  }
                  return times;
                }""",
                json.loads(receipt),
            )
            firsts_ms.append(first)
            later_ms.extend(later)
            browser.close()
    server.shutdown()
    row("verified in a browser, first time", f"{median(firsts_ms):.1f} ms", "50 ms")
    row(f"  slowest of {N_BROWSERS} new browsers", f"{max(firsts_ms):.1f} ms", "")
    row("  again, median", f"{median(later_ms):.1f} ms", "")


def row(name: str, value: str, goal: str) -> None:
    print(f"{name:34}{value:>16}{goal:>12}", flush=True)


if __name__ == "__main__":
    main()
