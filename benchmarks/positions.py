"""How many fixes a second one server process keeps, none lost, and how soon it answers.

    .venv/bin/python benchmarks/positions.py [--seconds 60] [--rate 10000] [--kill]

Starts the real server on a data folder of its own, with crews on duty that have a device
each, and sends over HTTP keep-alive from another process, tokens checked: our own format
with some fixes a request, as the phone sends them, and OsmAnd with one. Requests leave at
their appointed times whether or not the server keeps up, and are waited for from then on;
``--rate 0`` sends whatever is taken instead, each device as soon as it was answered. With
``--kill`` the server is killed (SIGKILL) in the middle and started again; whoever was not
answered sends again. At the end the rows are counted past everything of ours: stored =
confirmed.

Goal: 10,000 fixes/s for 60 s, none lost, p99 at most 50 ms. Client and server share the
cores of the machine, and others may be at work: therefore the client writes bytes made
beforehand, and the table says the processor time that both used and the load. How many
fixes a core can take follows from the server's time alone.
"""

import argparse
import importlib.util
import multiprocessing
import os
import selectors
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import deque
from contextlib import closing
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
DIALS_AGAIN_AFTER_S = 0.05
COMES_BACK_AFTER_S = 0.2
"""After a 503; a device would wait longer."""
LOOKS_EVERY_S = 0.001


@dataclass
class Tally:
    """What the client did."""

    confirmed: int = 0
    n_again: int = 0
    cpu_s: float = 0.0
    took_s: float = 0.0
    latencies_s: list[float] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument(
        "--rate", type=float, default=10_000.0, help="fixes/s; 0: all it takes"
    )
    parser.add_argument("--per-request", type=int, nargs="*", default=[20, 10, 1])
    parser.add_argument("--kill", action="store_true")
    arguments = parser.parse_args()
    parsers = [
        name for name in ("httptools", "uvloop") if importlib.util.find_spec(name)
    ]
    print(f"{os.cpu_count()} cores; server: uvicorn with {parsers or 'h11, asyncio'}\n")
    print(
        f"{'fixes a request':>16}{'fixes/s':>9}{'p50 ms':>8}{'p99 ms':>8}{'max ms':>8}"
        f"{'confirmed':>11}{'stored':>10}{'sent again':>11}{'server CPU':>11}"
        f"{'s/1,000 fixes':>14}{'fixes/CPU s':>12}{'client CPU':>11}{'load':>6}"
    )
    with tempfile.TemporaryDirectory(prefix="xunfang-positions-") as folder:
        prepared = subprocess.run(  # noqa: S603 -- our own interpreter
            [sys.executable, __file__, "prepare"],
            env=environ_of(folder),
            check=True,
            stdout=subprocess.PIPE,
        )
        for n_fixes in arguments.per_request:
            one_run(n_fixes, Path(folder), float(prepared.stdout), arguments)


def environ_of(folder: str) -> dict[str, str]:
    environ = os.environ | {
        "XUNFANG_DATA_DIR": folder,
        "DJANGO_SETTINGS_MODULE": "xunfang.config.settings",
    }
    environ.pop("XUNFANG_DATABASE_URL", None)
    return environ


def one_run(
    n_fixes: int, prepared: Path, since_s: float, arguments: argparse.Namespace
) -> None:
    """Measure one size of request, and print its line."""
    with tempfile.TemporaryDirectory(prefix="xunfang-positions-") as folder:
        data = Path(folder)
        shutil.copytree(prepared, data, dirs_exist_ok=True)
        environ = environ_of(folder)
        port = free_port()
        server = start(port, environ)
        wait_until_quiet(server.pid)
        results: multiprocessing.Queue[Tally] = multiprocessing.Queue()
        sending = multiprocessing.Event()
        client = multiprocessing.Process(
            target=be_the_devices,
            args=(port, since_s, n_fixes, arguments, sending, results),
        )
        client.start()
        sending.wait()
        server_cpu_s = -cpu_s_of(server.pid)
        if arguments.kill:
            time.sleep(arguments.seconds / 2)
            server_cpu_s += cpu_s_of(server.pid)
            server.send_signal(signal.SIGKILL)
            server.wait()
            server = start(port, environ)
        tally = results.get()
        server_cpu_s += cpu_s_of(server.pid)
        client.join()
        server.send_signal(signal.SIGKILL)
        server.wait()
        with closing(sqlite3.connect(data / "xunfang.sqlite3")) as database:
            [(stored,)] = database.execute("SELECT count(*) FROM units_fix")
        latencies = sorted(tally.latencies_s)
        print(
            f"{n_fixes:>16}{tally.confirmed / tally.took_s:>9.0f}"
            f"{1e3 * latencies[len(latencies) // 2]:>8.1f}"
            f"{1e3 * latencies[int(len(latencies) * 0.99)]:>8.1f}"
            f"{1e3 * latencies[-1]:>8.0f}"
            f"{tally.confirmed:>11}{stored:>10}{tally.n_again:>11}"
            f"{server_cpu_s / tally.took_s:>11.0%}"
            f"{1e3 * server_cpu_s / tally.confirmed:>14.4f}"
            f"{tally.confirmed / server_cpu_s:>12.0f}"
            f"{tally.cpu_s / tally.took_s:>11.0%}{os.getloadavg()[0]:>6.1f}",
            flush=True,
        )
        assert stored == tally.confirmed, "every fix that was confirmed is there, once"


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


def wait_until_quiet(pid: int) -> None:
    """Wait until a server has got ready: what the desk needs is loaded behind its back."""
    used_s = -1.0
    while (now_s := cpu_s_of(pid)) - used_s > 0.02:
        used_s = now_s
        time.sleep(0.5)


class Device:
    """Sends what is appointed, one request after the other, and again if need be."""

    def __init__(self, number: int, since_s: float, n_fixes: int) -> None:
        # No two devices count the same moments.
        self._at_s = since_s + 10.0 + 0.0007 * number
        self._n_fixes = n_fixes
        self._template = template(number, n_fixes)
        self.line: socket.socket | None = None
        self.due: deque[float] = deque()
        """When requests were to leave; the first of them is under way."""
        self.not_before = 0.0
        self._request = b""
        self._heard = b""

    def send(self, port: int, lines: selectors.BaseSelector) -> None:
        """Send what is under way; raises OSError."""
        if self.line is None:
            self.line = socket.create_connection(("127.0.0.1", port))
            self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            lines.register(self.line, selectors.EVENT_READ, self)
        if not self._request:
            # Every crew's fixes have times of their own: thousandths of a second apart.
            self._request = self._template % tuple(
                self._at_s + 0.001 * n for n in range(self._n_fixes)
            )
            self._at_s += 0.001 * self._n_fixes
        self.line.sendall(self._request)

    def hear(self) -> bool | None:
        """Return whether it is confirmed; None: there is more to come."""
        assert self.line is not None
        data = self.line.recv(4096)
        if not data:
            raise ConnectionResetError
        self._heard += data
        if not self._heard.endswith(b"\r\n\r\n"):
            return None
        status, self._heard = self._heard[9:12], b""
        assert status in {b"200", b"503"}, status
        if status == b"503":
            return False
        self._request = b""
        return True

    def hang_up(self, lines: selectors.BaseSelector) -> None:
        """Close the line, to dial again."""
        if self.line is not None:
            lines.unregister(self.line)
            self.line.close()
        self.line, self._heard = None, b""


def be_the_devices(
    port: int,
    since_s: float,
    n_fixes: int,
    arguments: argparse.Namespace,
    sending: Any,
    results: "multiprocessing.Queue[Tally]",
) -> None:
    """Send from one process over a line for each device, and tell what came of it."""
    devices = [Device(n, since_s, n_fixes) for n in range(N_CREWS)]
    tally, lines = Tally(), selectors.DefaultSelector()
    again: set[Device] = set()
    every_s = n_fixes / arguments.rate if arguments.rate else 0.0

    def try_to_send(device: Device) -> None:
        try:
            device.send(port, lines)
        except OSError:
            come_back(device, DIALS_AGAIN_AFTER_S)

    def come_back(device: Device, after_s: float) -> None:
        if after_s == DIALS_AGAIN_AFTER_S:
            device.hang_up(lines)
        device.not_before = time.monotonic() + after_s
        again.add(device)
        tally.n_again += 1

    def appoint(device: Device, due: float) -> None:
        device.due.append(due)
        if len(device.due) == 1:
            try_to_send(device)

    sending.set()
    cpu_s, began = time.process_time(), time.monotonic()
    until, n_appointed = began + arguments.seconds, 0
    if not every_s:
        for device in devices:
            appoint(device, time.monotonic())
    while True:
        now = time.monotonic()
        if every_s:
            while (due := began + n_appointed * every_s) <= min(now, until):
                appoint(devices[n_appointed % N_CREWS], due)
                n_appointed += 1
        for device in [one for one in again if one.not_before <= now]:
            again.remove(device)
            try_to_send(device)
        if now >= until and not any(device.due for device in devices):
            break
        for key, _ in lines.select(LOOKS_EVERY_S):
            device = key.data
            try:
                is_confirmed = device.hear()
            except OSError:
                come_back(device, DIALS_AGAIN_AFTER_S)
                continue
            if is_confirmed is None:
                continue
            if not is_confirmed:
                come_back(device, COMES_BACK_AFTER_S)
                continue
            now = time.monotonic()
            tally.latencies_s.append(now - device.due.popleft())
            tally.confirmed += n_fixes
            if device.due:
                try_to_send(device)
            elif not every_s and now < until:
                appoint(device, now)
    tally.took_s = time.monotonic() - began
    tally.cpu_s = time.process_time() - cpu_s
    results.put(tally)


def template(device: int, n_fixes: int) -> bytes:
    """Return a request of our own format, or of OsmAnd's for a single fix, less times."""
    if n_fixes == 1:
        return (
            f"GET /positions/osmand?token=secret-{device}&id=D{device}&lat=30.61"
            f"&lon=104.01&timestamp=%.4f&speed=5.2&bearing=45&accuracy=7"
            f" HTTP/1.1\r\nHost: x\r\n\r\n"
        ).encode()
    fix = (
        '{"at": %.4f, "lon": 104.01, "lat": 30.61, "speed_mps": 2.7, '
        '"heading_deg": 45, "accuracy_m": 7}'
    )
    body = f'{{"fixes": [{", ".join([fix] * n_fixes)}]}}'
    # A time takes fifteen characters until the year 2286.
    n_bytes = len(body) + n_fixes * (15 - len("%.4f"))
    head = (
        f"POST /positions/fixes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
        f"secret-{device}\r\nContent-Length: {n_bytes}\r\n\r\n"
    )
    return (head + body).encode()


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
