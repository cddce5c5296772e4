"""A real server is killed while devices report, its disk fills up, its worker dies.

Nothing that was confirmed is lost or doubled.
"""

import os
import resource
import shutil
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

from tests.factories.ports import held_port

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

HAS_OLD_FIXES = """
import django
django.setup()
from datetime import timedelta
from django.utils import timezone
from xunfang.units.models import Fix, Shift
from xunfang.units.positions.tasks import see_that_fixes_are_deleted
now, shift = timezone.now(), Shift.objects.first()
Fix.objects.bulk_create(
    Fix(
        shift=shift,
        fixed_at=now - timedelta(hours=age_h, seconds=n),
        received_at=now,
        lon=104.0,
        lat=30.6,
    )
    for age_h, n_fixes in ((80, 50), (1, 7))
    for n in range(n_fixes)
)
see_that_fixes_are_deleted(at=now)
"""

WORKER_DIES = """
import django
django.setup()
import os, signal
from django.core.management import call_command
from xunfang.units.models import FixDeletion
from xunfang.units.positions import retention
retention.ROWS_AT_ONCE = 10
save, saved = FixDeletion.save, []
def dies_at_the_third(certificate, *arguments, **values):
    # Its fixes are deleted already, in a transaction that is still open.
    save(certificate, *arguments, **values)
    saved.append(certificate)
    if len(saved) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
FixDeletion.save = dies_at_the_third
call_command("db_worker", batch=True, verbosity=0)
"""

WORKER_FOLLOWS = """
import django
django.setup()
from datetime import timedelta
from django.core.management import call_command
from django.utils import timezone
from xunfang.units.positions.tasks import see_that_fixes_are_deleted
see_that_fixes_are_deleted(at=timezone.now() + timedelta(hours=2))
call_command("db_worker", batch=True, verbosity=0)
"""

N_DEVICES, N_FIXES = 4, 150


def environ_of(folder):
    kept = {n: v for n, v in os.environ.items() if n != "XUNFANG_DATABASE_URL"}
    return kept | {
        "XUNFANG_DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "xunfang.config.settings",
        "PYTHONPATH": f"{PROJECT}/src:{PROJECT}",
    }


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, embedded_database):
    """A data folder with crews out, and since when they are."""
    folder = tmp_path_factory.mktemp("prepared")
    shutil.copy(embedded_database, folder)
    since_s, _ = run(PREPARES, environ_of(folder), stdout=subprocess.PIPE).communicate(
        timeout=120
    )
    return folder, float(since_s)


@pytest.fixture
def since_s(prepared, tmp_path):
    folder, since_s = prepared
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return since_s


@pytest.fixture
def environ(tmp_path):
    return environ_of(tmp_path)


@pytest.fixture
def port():
    with held_port() as port:
        yield port


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
    def answers():
        assert server.poll() is None
        with closing(socket.socket()) as tried:
            return tried.connect_ex(("127.0.0.1", port)) == 0

    wait_until(answers)


class Device(threading.Thread):
    """Sends one fix after the other, each until it is answered 200, as telephones do."""

    def __init__(self, number, port, since_s):
        super().__init__(daemon=True)
        self.number, self.port, self.since_s = number, port, since_s
        self.confirmed, self.n_again = 0, 0
        self.statuses = set()

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
            else:
                self.statuses.add(response.status)
                self.n_again += 1
                time.sleep(0.1)
        connection.close()


def test_server_killed_while_devices_report_has_lost_and_doubled_nothing(
    tmp_path, environ, port, since_s
):
    server = run(SERVES, environ, str(port))
    try:
        wait_until_it_answers(server, port)
        devices = [Device(n, port, since_s) for n in range(N_DEVICES)]
        for device in devices:
            device.start()
        wait_until(lambda: sum(device.confirmed for device in devices) >= N_FIXES)

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


def test_disk_that_fills_up_while_devices_report_has_them_keep_what_they_have(
    tmp_path, environ, port, since_s
):
    """The server's files may not grow beyond a size, until somebody has made room."""
    database, log = tmp_path / "xunfang.sqlite3", tmp_path / "xunfang.sqlite3-wal"
    server = run(SERVES, environ, str(port))
    try:
        wait_until_it_answers(server, port)
        devices = [Device(n, port, since_s) for n in range(N_DEVICES)]
        for device in devices:
            device.start()
        wait_until(lambda: all(device.confirmed for device in devices))

        full = max(database.stat().st_size, log.stat().st_size)
        _, most = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (full, most))
        wait_until(lambda: all(device.n_again > 2 for device in devices))
        stuck = [device.confirmed for device in devices]
        kept_while_full = rows(database)

        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (most, most))
        for device in devices:
            device.join(timeout=120)
        assert server.poll() is None
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()

    assert {status for device in devices for status in device.statuses} == {503}
    assert all(n < N_FIXES for n in stuck)
    assert kept_while_full == stuck
    assert rows(database) == [N_FIXES] * N_DEVICES


@pytest.mark.rule("CL-06")
def test_worker_killed_while_it_deletes_old_positions_is_followed_by_another(
    tmp_path, environ, since_s
):
    assert run(HAS_OLD_FIXES, environ).wait(timeout=120) == 0
    database = tmp_path / "xunfang.sqlite3"

    assert run(WORKER_DIES, environ).wait(timeout=120) == -signal.SIGKILL
    killed = ask(database, CERTIFIED), rows(database), ask(database, UNDER_WAY)
    assert run(WORKER_FOLLOWS, environ).wait(timeout=120) == 0

    # Two blocks of ten were certified and gone; the third was neither.
    assert killed == ([(20,)], [37], [("RUNNING",)])
    assert ask(database, CERTIFIED) == [(20,), (30,)]
    assert rows(database) == [7]
    # The one that died, the one that did its work, and the next one in an hour.
    assert ask(database, UNDER_WAY) == [("READY",), ("RUNNING",), ("SUCCESSFUL",)]


CERTIFIED = "SELECT n_fixes FROM units_fixdeletion ORDER BY id"
UNDER_WAY = "SELECT status FROM django_tasks_database_dbtaskresult ORDER BY status"


def wait_until(is_so):
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def ask(database, question):
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(question).fetchall()


def rows(database):
    """Count the fixes of each crew, past everything of ours."""
    with closing(sqlite3.connect(database)) as connection:
        found = connection.execute(
            "SELECT count(*) FROM units_fix GROUP BY shift_id ORDER BY shift_id"
        )
        return [count for (count,) in found]
