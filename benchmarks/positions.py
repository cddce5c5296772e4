"""How many fixes a second one server process keeps, none lost, and how soon it answers.

    .venv/bin/python benchmarks/positions.py [--seconds 60] [--kill] [--clients 2]

Starts the real server on a data folder of its own, with crews on duty that have a device
each, and sends over HTTP keep-alive from other processes, tokens checked: our own format
with some fixes a request, as the phone sends them, and OsmAnd with one. With ``--kill`` the
server is killed (SIGKILL) in the middle and started again; whoever was not answered sends
again. At the end the rows are counted past everything of ours: stored = confirmed.

Goal: 10,000 fixes/s for 60 s, none lost, p99 at most 50 ms. The clients take processor time
from the server where there are few cores: the table says what each used, and the load.
"""

import argparse
import asyncio
import importlib.util
import json
import multiprocessing
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

N_CREWS = 400
SERVES = """
import sys
from xunfang.cli import serve
serve.set_up()
serve.serve_pages(host="127.0.0.1", port=int(sys.argv[1]))
"""


@dataclass
class Tally:
    """What one client process did."""

    confirmed: int = 0
    n_again: int = 0
    cpu_s: float = 0.0
    latencies_s: list[float] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--clients", type=int, default=2, help="processes")
    parser.add_argument("--connections", type=int, default=32, help="in each")
    parser.add_argument(
        "--rate", type=float, default=0.0, help="fixes/s; 0: all it takes"
    )
    parser.add_argument("--per-request", type=int, nargs="*", default=[20, 1])
    parser.add_argument("--kill", action="store_true")
    arguments = parser.parse_args()
    parsers = [
        name for name in ("httptools", "uvloop") if importlib.util.find_spec(name)
    ]
    print(f"{os.cpu_count()} cores; server: uvicorn with {parsers or 'h11, asyncio'}\n")
    print(
        f"{'fixes a request':>16}{'fixes/s':>9}{'p50 ms':>8}{'p99 ms':>8}"
        f"{'confirmed':>11}{'stored':>10}{'sent again':>11}"
        f"{'server CPU':>11}{'clients CPU':>12}{'load':>6}"
    )
    for n_fixes in arguments.per_request:
        one_run(n_fixes, arguments)


def one_run(n_fixes: int, arguments: argparse.Namespace) -> None:
    """Measure one size of request, and print its line."""
    with tempfile.TemporaryDirectory(prefix="xunfang-positions-") as folder:
        data = Path(folder)
        environ = os.environ | {
            "XUNFANG_DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "xunfang.config.settings",
        }
        environ.pop("XUNFANG_DATABASE_URL", None)
        prepare = [sys.executable, __file__, "prepare"]
        prepared = subprocess.run(  # noqa: S603 -- our own interpreter
            prepare, env=environ, check=True, stdout=subprocess.PIPE
        )
        since_s = float(prepared.stdout)
        port = free_port()
        server = start(port, environ)
        results: multiprocessing.Queue[Tally] = multiprocessing.Queue()
        began = time.monotonic()
        clients = [
            multiprocessing.Process(
                target=client, args=(n, port, since_s, n_fixes, arguments, results)
            )
            for n in range(arguments.clients)
        ]
        for process in clients:
            process.start()
        server_cpu_s = 0.0
        if arguments.kill:
            time.sleep(arguments.seconds / 2)
            server_cpu_s += cpu_s_of(server.pid)
            server.send_signal(signal.SIGKILL)
            server.wait()
            server = start(port, environ)
        tallies = [results.get() for _ in clients]
        took_s = time.monotonic() - began
        for process in clients:
            process.join()
        server_cpu_s += cpu_s_of(server.pid)
        server.send_signal(signal.SIGKILL)
        server.wait()
        with closing(sqlite3.connect(data / "xunfang.sqlite3")) as database:
            [(stored,)] = database.execute("SELECT count(*) FROM units_fix")
        confirmed = sum(tally.confirmed for tally in tallies)
        latencies = sorted(one for tally in tallies for one in tally.latencies_s)
        print(
            f"{n_fixes:>16}{confirmed / took_s:>9.0f}"
            f"{1e3 * latencies[len(latencies) // 2]:>8.1f}"
            f"{1e3 * latencies[int(len(latencies) * 0.99)]:>8.1f}"
            f"{confirmed:>11}{stored:>10}"
            f"{sum(tally.n_again for tally in tallies):>11}"
            f"{server_cpu_s / took_s:>11.0%}"
            f"{sum(tally.cpu_s for tally in tallies) / took_s:>12.0%}"
            f"{os.getloadavg()[0]:>6.1f}",
            flush=True,
        )
        assert stored == confirmed, "every fix that was confirmed is there, once"


def prepare() -> None:
    """Make a station whose crews are on duty with a device each."""
    from xunfang.cli import serve

    serve.set_up()
    from django.db import transaction

    from xunfang.units.models import Station

    on_at = datetime.now(UTC) - timedelta(hours=2)
    station = Station.objects.create(code="S01", name="临河所", lon=104.0, lat=30.6)
    with transaction.atomic():
        for n in range(N_CREWS):
            add_crew(n, station, on_at)
    print(on_at.timestamp())


def add_crew(n: int, station: Any, on_at: datetime) -> None:
    """Put a crew with a device on the street, past all rules."""
    from xunfang.units.models import Device, DeviceUse, Shift
    from xunfang.units.positions.services import digest_of

    shift = Shift.objects.create(
        night=on_at.astimezone(timezone(timedelta(hours=8))).date(),
        code=f"{n}",
        name=f"{n}",
        station=station,
        mode="car",
        n_sworn=1,
        n_auxiliary=1,
        begins_min=0,
        ends_min=2880,
    )
    device = Device.objects.create(
        code=f"D{n}",
        name=f"D{n}",
        station=station,
        protocol="xunfang",
        token_digest=digest_of(f"secret-{n}"),
        added_at=on_at,
    )
    DeviceUse.objects.create(device=device, shift=shift, begins_at=on_at)


def start(port: int, environ: dict[str, str]) -> "subprocess.Popen[bytes]":
    """Start the server and wait until it listens."""
    server = subprocess.Popen(  # noqa: S603 -- our own interpreter
        [sys.executable, "-c", SERVES, str(port)],
        env=environ,
        stdout=subprocess.DEVNULL,
    )
    while True:
        with closing(socket.socket()) as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return server
        assert server.poll() is None
        time.sleep(0.05)


def client(
    number: int,
    port: int,
    since_s: float,
    n_fixes: int,
    arguments: argparse.Namespace,
    results: "multiprocessing.Queue[Tally]",
) -> None:
    """Send from one process over several connections, and tell what came of it."""
    tally = Tally()
    asyncio.run(_client(number, port, since_s, n_fixes, arguments, tally))
    tally.cpu_s = time.process_time()
    results.put(tally)


async def _client(
    number: int,
    port: int,
    since_s: float,
    n_fixes: int,
    arguments: argparse.Namespace,
    tally: Tally,
) -> None:
    n_connections = arguments.connections
    per_s = arguments.rate / (arguments.clients * n_connections * n_fixes)
    until = time.monotonic() + arguments.seconds
    await asyncio.gather(
        *(
            report(
                number * n_connections + n, port, since_s, n_fixes, until, per_s, tally
            )
            for n in range(n_connections)
        )
    )


async def report(
    device: int,
    port: int,
    since_s: float,
    n_fixes: int,
    until: float,
    per_s: float,
    tally: Tally,
) -> None:
    """Be a device: send, and send again what was not confirmed."""
    # Every crew's fixes have times of their own: thousandths of a second apart.
    at_s, streams = since_s + 10.0, None
    next_at = time.monotonic()
    while time.monotonic() < until:
        request = write(device % N_CREWS, at_s, n_fixes)
        if per_s:
            next_at += 1.0 / per_s
            await asyncio.sleep(max(0.0, next_at - time.monotonic()))
        while True:
            try:
                if streams is None:
                    streams = await asyncio.open_connection("127.0.0.1", port)
                began = time.perf_counter()
                streams[1].write(request)
                answer = await streams[0].readuntil(b"\r\n\r\n")
            except (OSError, asyncio.IncompleteReadError):
                if streams is not None:
                    streams[1].close()
                streams = None
                tally.n_again += 1
                await asyncio.sleep(0.05)
                continue
            if answer.startswith(b"HTTP/1.1 200"):
                break
            assert answer.startswith(b"HTTP/1.1 503"), answer
            tally.n_again += 1
            await asyncio.sleep(0.2)
        tally.latencies_s.append(time.perf_counter() - began)
        tally.confirmed += n_fixes
        at_s += 0.001 * n_fixes
    if streams is not None:
        streams[1].close()
        with suppress(OSError):
            await streams[1].wait_closed()


def write(device: int, at_s: float, n_fixes: int) -> bytes:
    """Write a request of our own format, or of OsmAnd's for a single fix."""
    if n_fixes == 1:
        return (
            f"GET /positions/osmand?token=secret-{device}&id=D{device}&lat=30.61"
            f"&lon=104.01&timestamp={at_s:.3f}&speed=5.2&bearing=45&accuracy=7"
            f" HTTP/1.1\r\nHost: x\r\n\r\n"
        ).encode()
    body = json.dumps(
        {
            "fixes": [
                {
                    "at": round(at_s + 0.001 * n, 3),
                    "lon": 104.01,
                    "lat": 30.61,
                    "speed_mps": 2.7,
                    "heading_deg": 45,
                    "accuracy_m": 7,
                }
                for n in range(n_fixes)
            ]
        }
    ).encode()
    head = (
        f"POST /positions/fixes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
        f"secret-{device}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def free_port() -> int:
    with closing(socket.socket()) as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port


def cpu_s_of(pid: int) -> float:
    """Return the processor time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    if sys.argv[1:] == ["prepare"]:
        prepare()
    else:
        main()
