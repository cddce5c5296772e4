"""A worker is killed while it plans and while it folds, a server while calls come in.

They are processes of their own, and are really killed. Everything is done once.
"""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.factories.ports import held_port
from xunfang.patrols import services
from xunfang.patrols.models import SolveRun

PROJECT = Path(__file__).resolve().parents[3]

PREPARES = """
from datetime import timedelta
from zoneinfo import ZoneInfo
from xunfang.cli import serve
serve.set_up()
from django.conf import settings
from django.utils import timezone
from tests.factories import linhe_city
from tests.factories.patrolled_night import log, stay
from xunfang.accounts.models import User
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.patrols import services, tasks
now = timezone.now()
night = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date() - timedelta(days=1)
user = User.objects.create(username="desk", display_name="值班", role="duty_officer",
                           standing="sworn", station_code="", password="!")
linhe_city.import_streets(by=user)
linhe_city.NIGHT = night
station = linhe_city.build_city()
shift = station.shifts.get(code="1")
log(shift, ("18:00", DutyStep.ON, "car"), ("26:00", DutyStep.OFF))
stay(shift, "F", begins="19:00", minutes=20)
services.ask_for_plans(night=night, stations=[station], cpu_s=4, seed=1, by=user, at=now)
tasks.fold_positions.enqueue()
from tests.factories.calls import add_source
from xunfang.calls.mirror import services as mirror
head = User.objects.create(username="head", display_name="管理员", role="administrator",
                           password="!")
source = add_source(by=user, at=now)
mirror.open_feed(source=source, name="110", secret="of-110", by=head, at=now)
"""

KEEPS = """
import time
from xunfang.cli import serve
serve.set_up()
serve.RESTS_S = 0.0
with serve.workers(1):
    time.sleep(600)
"""

SERVES = """
import sys
from xunfang.cli import serve
serve.set_up()
serve.serve_pages(host="127.0.0.1", port=int(sys.argv[1]))
"""

TASKS = """
    SELECT status, json_array_length(worker_ids) FROM django_tasks_database_dbtaskresult
    WHERE task_path LIKE ? AND run_after > '9999-01'
"""
"""Of those that were asked for at once; a fold asks for the next one in an hour."""


N_CALLS = 60

pytestmark = pytest.mark.skipif(
    not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"),
    reason="these have a database of their own, and are tried once",
)


def run(script, folder, *arguments):
    environ = {n: v for n, v in os.environ.items() if n != "XUNFANG_DATABASE_URL"}
    return subprocess.Popen(  # noqa: S603 -- our own interpreter
        [sys.executable, "-c", script, *arguments],
        env=environ
        | {
            "XUNFANG_DATA_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "xunfang.config.settings",
            "PYTHONPATH": f"{PROJECT}/src:{PROJECT}",
        },
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def asked(database, question, *values):
    return database.execute(question, values).fetchall()


def wait_until(happens):
    deadline = time.monotonic() + 180
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def worker_of(keeper):
    """Return the one process that the keeper has started and that lives."""
    children = Path(f"/proc/{keeper.pid}/task")
    found = {
        int(child)
        for thread in children.iterdir()
        for child in (thread / "children").read_text().split()
    }
    [worker] = [
        pid
        for pid in found
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    ]
    return worker


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, embedded_database):
    """A data folder: a night to plan, one to fold, and a machine that brings calls."""
    folder = tmp_path_factory.mktemp("prepared")
    shutil.copy(embedded_database, folder)
    assert run(PREPARES, folder).wait(timeout=180) == 0
    return folder


@pytest.fixture
def folder(prepared, tmp_path):
    return shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)


@pytest.fixture
def database(folder):
    """Return one line to the database: it is asked often, and opening it takes long."""
    with closing(sqlite3.connect(folder / "xunfang.sqlite3", timeout=20)) as connection:
        yield connection


@pytest.fixture
def port():
    with held_port() as port:
        yield port


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_what_a_killed_worker_had_in_hand_is_done_by_the_next(folder, database):
    keeper = run(KEEPS, folder)
    try:
        far = "SELECT state FROM patrols_solverun WHERE done_share > 0.05"
        wait_until(lambda: asked(database, far) == [("running",)])
        os.kill(worker_of(keeper), signal.SIGKILL)
        planned = ("SUCCESSFUL", 2)
        wait_until(lambda: asked(database, TASKS, "%make_plan") == [planned])

        wait_until(
            lambda: asked(database, TASKS, "%fold_positions") == [("RUNNING", 1)]
        )
        os.kill(worker_of(keeper), signal.SIGKILL)
        folded = ("SUCCESSFUL", 2)
        wait_until(lambda: asked(database, TASKS, "%fold_positions") == [folded])
    finally:
        keeper.send_signal(signal.SIGTERM)
        os.killpg(keeper.pid, signal.SIGKILL)
        keeper.wait()

    assert asked(
        database,
        """SELECT run.state, plan.edition, plan.is_current FROM patrols_solverun run
           JOIN patrols_plan plan ON plan.id = run.plan_id""",
    ) == [("done", 1, 1)]
    assert asked(database, "SELECT edition FROM patrols_runnight") == [(1,)]
    assert asked(database, "SELECT heard_s FROM patrols_run") == [(1200,)]


class Machine(threading.Thread):
    """Tells of one call after the other, each until it is answered 200, as 110's does."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.since = port, timezone.now() - timedelta(hours=1)
        self.confirmed, self.n_again = 0, 0

    def run(self):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        head = {
            "Authorization": "Bearer of-110",
            "Content-Type": "application/json",
        }
        while self.confirmed < N_CALLS:
            at = self.since + timedelta(seconds=self.confirmed)
            call = {
                "number": f"37{self.confirmed:02}",
                "reported": at.isoformat(timespec="seconds"),
                "words": f"第{self.confirmed}起",
            }
            try:
                connection.request(
                    "POST", "/api/calls/", json.dumps({"calls": [call]}), head
                )
                with connection.getresponse() as response:
                    response.read()
            except (OSError, HTTPException):
                connection.close()
                self.n_again += 1
                time.sleep(0.1)
                continue
            assert response.status == 200
            self.confirmed += 1
        connection.close()


COUNTS = """
    SELECT (SELECT count(DISTINCT number) FROM calls_call),
           (SELECT count(*) FROM calls_callevent),
           (SELECT count(*) FROM calls_callerwords)
"""


def test_calls_that_come_in_while_the_server_is_killed_are_there_once_each(
    folder, database, port
):
    server, machine = run(SERVES, folder, str(port)), Machine(port)
    try:
        machine.start()
        wait_until(lambda: machine.confirmed >= N_CALLS // 4)
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        confirmed, n_again = machine.confirmed, machine.n_again
        [(kept, *_)] = asked(database, COUNTS)
        wait_until(lambda: machine.n_again > n_again)
        server = run(SERVES, folder, str(port))
        machine.join(timeout=180)
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()

    assert confirmed < N_CALLS
    assert confirmed <= kept <= confirmed + 1, "at most the one under way"
    # Each call once, one line in its log, its words once.
    assert asked(database, COUNTS) == [(N_CALLS, N_CALLS, N_CALLS)]


@pytest.mark.django_db
def test_page_says_that_the_planner_is_silent_then_that_it_is_lost(
    client: Client, account, monkeypatch
):
    station = linhe_city.add_station()
    officer = account("duty_officer", station_code="")
    client.force_login(officer)
    run = services.ask_for_plans(
        night=NIGHT, stations=[station], cpu_s=3, seed=1, by=officer, at=AFTERNOON
    )[0]
    SolveRun.objects.filter(pk=run.pk).update(
        state=SolveRun.RUNNING, heard_at=AFTERNOON
    )

    def page(seconds):
        at = AFTERNOON + seconds * services.LOST_AFTER / 300
        monkeypatch.setattr("django.utils.timezone.now", lambda: at)
        return client.get(f"/tonight/{NIGHT}/S01/?part=run&shown=0").content.decode()

    assert "未收到规划进程的进展" not in page(20)
    assert "自 16:00:00 起未收到规划进程的进展" in page(60)
    lost = page(301)
    assert "规划中途失去响应" in lost
    assert "<progress" not in lost
