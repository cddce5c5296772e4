"""A real server is killed while devices report: nothing it confirmed is lost or doubled."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]

PREPARES = """
from datetime import timedelta
from zoneinfo import ZoneInfo
from xunfang.cli import serve
serve.set_up()
from django.conf import settings
from django.utils import timezone
from tests.factories.calls import add_shift, go_on_duty
from tests.factories.devices import add_device, take
from xunfang.accounts.models import User
from xunfang.units.models import Station
now = timezone.now()
station = Station.objects.create(code="S01", name="临河所", lon=104.0, lat=30.6)
users = [
    User.objects.create(username=role, display_name=role, role=role, password="!")
    for role in ("administrator", "duty_officer")
]
night = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
on_at = now - timedelta(hours=2)
for n in range(4):
    shift = add_shift(night, station, f"{n}", begins_min=0, ends_min=2880)
    go_on_duty(shift, by=users[1], at=on_at)
    device = add_device(f"D{n}", station, by=users[0], at=on_at)
    take(device, shift, by=users[1], at=on_at)
print(on_at.timestamp())
"""

SERVES = """
import sys
from xunfang.cli import serve
serve.set_up()
serve.serve_pages(host="127.0.0.1", port=int(sys.argv[1]))
"""

N_DEVICES, N_FIXES = 4, 150


@pytest.fixture
def environ(tmp_path):
    kept = {n: v for n, v in os.environ.items() if n != "XUNFANG_DATABASE_URL"}
    return kept | {
        "XUNFANG_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "xunfang.config.settings",
        "PYTHONPATH": f"{PROJECT}/src:{PROJECT}",
    }


@pytest.fixture
def port():
    with closing(socket.socket()) as bound:
        bound.bind(("127.0.0.1", 0))
        return bound.getsockname()[1]


def run(script, environ, *arguments, stdout=subprocess.DEVNULL):
    return subprocess.Popen(  # noqa: S603 -- our own interpreter
        [sys.executable, "-c", script, *arguments],
        env=environ,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def wait_until_it_answers(server, port):
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        assert server.poll() is None
        with closing(socket.socket()) as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)


class Device(threading.Thread):
    """Sends one fix after the other, each until it is answered 200, as telephones do."""

    def __init__(self, number, port, since_s):
        super().__init__(daemon=True)
        self.number, self.port, self.since_s = number, port, since_s
        self.confirmed, self.n_again = 0, 0

    def run(self):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        while self.confirmed < N_FIXES:
            at = self.since_s + 10 + self.confirmed
            path = (
                f"/positions/osmand?token=secret-of-D{self.number}&id=D{self.number}"
                f"&lat=30.6&lon=104.{self.confirmed:04d}&timestamp={at:.0f}"
            )
            try:
                connection.request("GET", path)
                with connection.getresponse() as response:
                    response.read()
            except (OSError, HTTPException):
                # It dials again by itself.
                connection.close()
                self.n_again += 1
                time.sleep(0.1)
                continue
            if response.status == 200:
                self.confirmed += 1
        connection.close()


def test_server_killed_while_devices_report_has_lost_and_doubled_nothing(
    tmp_path, environ, port
):
    prepared, _ = run(PREPARES, environ, stdout=subprocess.PIPE).communicate(
        timeout=120
    )
    since_s = float(prepared)
    server = run(SERVES, environ, str(port))
    try:
        wait_until_it_answers(server, port)
        devices = [Device(n, port, since_s) for n in range(N_DEVICES)]
        for device in devices:
            device.start()
        deadline = time.monotonic() + 60
        while sum(d.confirmed for d in devices) < N_FIXES:
            assert time.monotonic() < deadline
            time.sleep(0.02)

        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        before = [device.confirmed for device in devices]
        database = tmp_path / "xunfang.sqlite3"
        kept_before = rows(database)
        server = run(SERVES, environ, str(port))
        for device in devices:
            device.join(timeout=120)
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()

    assert sum(device.n_again for device in devices) > 0
    assert all(n < N_FIXES for n in before)
    assert all(
        n <= kept <= n + 1 for n, kept in zip(before, kept_before, strict=True)
    ), "at most the fix under way is there without having been confirmed"
    assert rows(database) == [N_FIXES] * N_DEVICES


def rows(database):
    """Count the fixes of each crew, past everything of ours."""
    with closing(sqlite3.connect(database)) as connection:
        found = connection.execute(
            "SELECT count(*) FROM units_fix GROUP BY shift_id ORDER BY shift_id"
        )
        return [count for (count,) in found]
