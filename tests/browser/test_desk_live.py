"""The desk before a real server: what happens is seen within two seconds, and a server
that dies is seen at once. The server is a process of its own, and is really killed.
"""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.factories.ports import held_port

SERVE = """
import os, sys
import django
django.setup()
import uvicorn
uvicorn.run("xunfang.config.asgi:application", host="127.0.0.1", port=int(sys.argv[1]),
            log_level="warning", lifespan="off", timeout_graceful_shutdown=1)
"""

SCENE = """
import sys
import django
django.setup()
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
call_command("migrate", verbosity=0)
call_command("collectstatic", verbosity=0, interactive=False)
from tests.factories import desk_night
from xunfang.accounts.models import User
from xunfang.units.nights import tonight
from xunfang.calls.sending.offers import ZONE
from tests.factories import linhe_city
now = timezone.now()
desk_night.NOW = now
linhe_city.NIGHT = tonight(now, ZONE)
user = User.objects.create(username="desk", display_name="值班", role="duty_officer",
                           standing="sworn", station_code="S01", password="!")
desk_night.build(by=user)
client = Client()
client.force_login(user)
from django.conf import settings
print(client.cookies[settings.SESSION_COOKIE_NAME].value)
"""

ADD_CALL = """
import sys
import django
django.setup()
from django.utils import timezone
from tests.factories import calls
from xunfang.accounts.models import User
from xunfang.units.models import Station
calls.add_call(sys.argv[1], by=User.objects.get(), at=timezone.now(), words="来电",
               station=Station.objects.get(), point=(113.652, 34.764),
               urgency=int(sys.argv[2]) if sys.argv[2:] else 3)
"""

FALL_SILENT = """
import django
django.setup()
from datetime import timedelta
from django.utils import timezone
from xunfang.units.models import Position
Position.objects.filter(shift__code="1").update(
    fixed_at=timezone.now() - timedelta(minutes=6), received_at=timezone.now())
"""

CRY_FOR_HELP = """
import django
django.setup()
from uuid import uuid4
from django.utils import timezone
from xunfang.accounts.models import User
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.units.duty import services
from xunfang.units.models import Shift
services.report(shift=Shift.objects.get(code="2"), step=DutyStep.EMERGENCY, key=uuid4(),
                by=User.objects.get(), at=timezone.now())
"""

COUNT_TONES = """
globalThis.nTones = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) {
  globalThis.nTones += 1;
  return start.apply(this, when);
};
"""


class Server:
    """A server with a database of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{self.port}"
        root = Path(__file__).resolve().parents[2]
        self.environ = {
            **os.environ,
            "XUNFANG_DATA_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "xunfang.config.settings",
            "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}",
        }
        self.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, script: str, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 -- our own interpreter
            [sys.executable, "-c", script, *arguments],
            env=self.environ,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def start(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603 -- our own interpreter
            [sys.executable, "-c", SERVE, str(self.port)], env=self.environ
        )
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{self.url}/account/sign-in/", timeout=1)  # noqa: S310
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError("the server did not start")

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None


@pytest.fixture(scope="module")
def server(tmp_path_factory, embedded_database):
    folder = tmp_path_factory.mktemp("desk")
    shutil.copy(embedded_database, folder)
    with held_port() as port:
        server = Server(folder, port)
        server.session = server.run(SCENE).splitlines()[-1]
        server.start()
        yield server
        server.kill()


@pytest.fixture
def page(browser, server):
    context = browser.new_context(
        base_url=server.url, viewport={"width": 1366, "height": 768}, locale="zh-CN"
    )
    context.add_cookies(
        [{"name": "xunfang_session", "value": server.session, "url": server.url}]
    )
    yield context.new_page()
    context.close()


def open_desk(page, told="stream"):
    """Open the desk, and wait until it is told of what happens."""
    with page.expect_response(f"**/desk/{told}/**"):
        page.goto("/desk/")


def seconds_until(locator, n):
    began = time.monotonic()
    expect(locator).to_have_count(n, timeout=8000)
    return timedelta(seconds=time.monotonic() - began)


def test_a_call_is_on_the_screen_within_two_seconds(page, server):
    open_desk(page)
    expect(page.locator(".data-age")).to_have_attribute("data-level", "ok")
    rows = page.locator(".queue__call")
    n_before = rows.count()

    server.run(ADD_CALL, "110-live")
    # The process that wrote it has ended: from here on it is the desk's time.
    took = seconds_until(rows, n_before + 1)

    assert took < timedelta(seconds=2)
    way = "performance.getEntriesByType('resource').some(e => e.name.includes('/now/'))"
    assert not page.evaluate(way), "there is a stream, so nothing is asked"


def test_a_killed_server_is_loud_and_calls_that_came_meanwhile_appear(
    page, server, take_screenshot
):
    open_desk(page)
    banner = page.locator("[data-frozen]")
    expect(banner).to_be_hidden()
    rows = page.locator(".queue__call")
    n_before = rows.count()

    server.kill()
    try:
        expect(banner).to_be_visible(timeout=9000)
        expect(banner).to_contain_text("画面已停止更新")
        assert page.title().startswith("■■■")
        take_screenshot(page, "desk-frozen")
        page.keyboard.press("j")
        expect(page.locator("[data-no-answer]")).to_be_visible()
        server.run(ADD_CALL, "110-meanwhile")
    finally:
        server.start()

    expect(rows).to_have_count(n_before + 1, timeout=15_000)
    expect(banner).to_be_hidden()
    assert not page.title().startswith("■■■")


def test_a_note_that_finds_the_database_locked_stays_and_is_written_once(page, server):
    """Somebody else writes for longer than the desk waits for an answer."""
    database = Path(server.environ["XUNFANG_DATA_DIR"]) / "xunfang.sqlite3"
    open_desk(page)
    page.keyboard.press("j")
    note = page.locator("[data-note]")
    expect(page.locator("#desk-work[aria-busy]")).to_have_count(0)
    expect(note).to_be_visible()
    page.keyboard.press("n")
    note.fill("后门没锁")

    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        page.keyboard.press("Enter")
        told = page.locator("[data-no-answer]")
        expect(told).to_be_visible(timeout=15_000)
        expect(told).to_contain_text("没有收到答复")
        expect(note).to_have_value("后门没锁")
        other.execute("ROLLBACK")
        note.press("Enter")
        expect(page.locator(".work__log")).to_contain_text("后门没锁", timeout=8000)
        expect(told).to_be_hidden()
        # What hung goes on once the lock is gone; it is the same order.
        page.wait_for_timeout(500)
        written = "SELECT count(*) FROM calls_callevent WHERE step = 'noted'"
        assert other.execute(written).fetchone() == (1,)


def test_without_a_stream_the_desk_asks_and_stays_up_to_date(page, server):
    page.add_init_script("delete window.EventSource")
    open_desk(page, told="now")
    rows = page.locator(".queue__call")
    n_before = rows.count()

    server.run(ADD_CALL, "110-asked")

    assert seconds_until(rows, n_before + 1) < timedelta(seconds=2.5)


def test_a_unit_that_goes_silent_is_said_to_be_in_words_and_by_shape(page, server):
    page.goto("/desk/")
    unit = page.locator("[data-list=units] > li", has_text="1巡")
    silent = page.locator("[data-silent-units]")
    expect(unit).not_to_have_attribute("data-is-silent", "")

    server.run(FALL_SILENT)

    expect(unit.locator(".units__fix")).to_contain_text("■ 失联 6:", timeout=4000)
    expect(unit).to_have_attribute("data-is-silent", "")
    expect(silent).to_be_visible()
    expect(silent).to_contain_text("■ 失联")


def test_an_urgent_call_and_a_cry_for_help_sound_only_where_somebody_asked_for_it(
    page, server
):
    page.add_init_script(COUNT_TONES)
    page.goto("/desk/")
    expect(page.locator("duty-desk [data-list=queue] > li").first).to_be_visible()
    sound = page.locator("desk-sound button")
    expect(sound).to_have_attribute("aria-pressed", "false")
    server.run(ADD_CALL, "110-s1", "1")
    expect(page.locator("[data-list=queue]")).to_contain_text("110-s1", timeout=4000)
    assert page.evaluate("nTones") == 0

    sound.click()
    expect(sound).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("nTones") == 1  # How it sounds.
    server.run(ADD_CALL, "110-s2", "3")
    expect(page.locator("[data-list=queue]")).to_contain_text("110-s2", timeout=4000)
    assert page.evaluate("nTones") == 1
    server.run(ADD_CALL, "110-s3", "1")
    expect(page.locator("[data-list=queue]")).to_contain_text("110-s3", timeout=4000)
    assert page.evaluate("nTones") == 3
    server.run(CRY_FOR_HELP)
    unit = page.locator("[data-list=units] > li", has_text="2巡")
    expect(unit).to_have_attribute("data-shape", "star", timeout=4000)
    assert page.evaluate("nTones") == 6


def test_who_is_signed_out_is_told_so(page, server):
    page.add_init_script("delete window.EventSource")
    open_desk(page, told="now")

    page.context.clear_cookies()

    expect(page.locator("[data-frozen]")).to_contain_text("已退出登录", timeout=5000)
