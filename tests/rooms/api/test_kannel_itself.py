"""The real Kannel brings text messages, set up as the how-to says, on free ports.

The city's text message centre is this test: what Kannel calls a fake one is a line per
message over TCP. Its own ``fakesmsc`` sends several messages in an order of chance, and
could send no parts.
"""

import re
import shutil
import socket
import subprocess
import time
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import OperationalError
from django.test.testcases import LiveServerThread
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from xunfang.api.models import Sender
from xunfang.api.senders.services import add_sender
from xunfang.api.words import services
from xunfang.cases.topics.services import ensure_topics
from xunfang.feedback.models import Word
from xunfang.feedback.sealing import unseal

PATH = "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"
BEARERBOX, SMSBOX = (shutil.which(box, path=PATH) for box in ("bearerbox", "smsbox"))

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not (BEARERBOX and SMSBOX), reason="Kannel is not installed (apt: kannel)"
    ),
]

KEY = "key_of-Kannel"
NUMBER = "+8613800001111"
OURS = "10690110"

HOW_TO = Path(__file__).resolve().parents[3] / "docs/how-to/connect-a-sender.md"


def configuration(folder, *, admin, boxes, centre, house):
    """Return the configuration of the how-to, for these ports and less patience."""
    [shown] = re.findall(r"```kannel\n(.*?)```", HOW_TO.read_text(), re.DOTALL)
    for told, here in {
        "port = 13000": f"port = {admin}",
        "port = 13001": f"port = {boxes}",
        "port = 10000": f"port = {centre}",
        "/var/spool/kannel": f"{folder}/spool",
        "/var/log/kannel": f"{folder}",
        "NAME:KEY@127.0.0.1:8000": f"kannel:{KEY}@127.0.0.1:{house}",
        "delay = 5": "delay = 1",
        "timeout = 60": "timeout = 1",
    }.items():
        assert told in shown
        shown = shown.replace(told, here)
    return shown


class Server(ThreadedWSGIServer):
    """Ends what is open when it stops, and listens where another one has just listened."""

    def __init__(self, *address, **details):
        super().__init__(*address, **details | {"allow_reuse_address": True})
        self._open = []

    def get_request(self):
        connection, address = super().get_request()
        self._open.append(connection)
        return connection, address

    def server_close(self):
        super().server_close()
        # Kannel would go on speaking to whoever served it: it keeps its lines.
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class Centre:
    """The text message centre: sends what a resident writes, gets what goes back."""

    def __init__(self, port):
        self._lines = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._replies = self._lines.makefile("rb")

    def send(self, text):
        self._send("ucs2", quote(text.encode("utf-16-be")))

    def send_in_parts(self, *texts, lost=()):
        for part, text in enumerate(texts, start=1):
            header = bytes((5, 0, 3, 42, len(texts), part))
            if part not in lost:
                self._send("udh-text", f"{quote(header)} {text}")

    def _send(self, kind, data):
        self._lines.sendall(f"{NUMBER} {OURS} {kind} {data}\n".encode())

    def reply(self):
        """Return the next reply, and that it went to whoever wrote, as one message."""
        sender, receiver, kind, data = self._replies.readline().decode().split()
        assert (sender, receiver, kind) == (OURS, NUMBER, "ucs-2")
        return unquote_to_bytes(data.replace("+", " ")).decode("utf-16-be")

    def close(self):
        self._replies.close()
        self._lines.close()


def free_ports(n):
    bound = [socket.create_server(("127.0.0.1", 0)) for _ in range(n)]
    ports = [each.getsockname()[1] for each in bound]
    for each in bound:
        each.close()
    return ports


def wait_until_it_listens(port):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(f"nobody listens at {port}")


@pytest.fixture(scope="module")
def kannel(tmp_path_factory):
    """Return Kannel's folder, the port of its text message centre, and ours."""
    folder = tmp_path_factory.mktemp("kannel")
    admin, boxes, centre, house = free_ports(4)
    (folder / "spool").mkdir()
    settings = folder / "kannel.conf"
    settings.write_text(
        configuration(folder, admin=admin, boxes=boxes, centre=centre, house=house)
    )
    with (folder / "output").open("w") as output, ExitStack() as running:
        for box in (BEARERBOX, SMSBOX):
            started = running.enter_context(
                subprocess.Popen(  # noqa: S603 -- the real one
                    [box, "-v", "3", settings], stdout=output, stderr=output
                )
            )
            running.callback(started.kill)
            wait_until_it_listens(boxes)
        wait_until_it_listens(centre)
        yield folder, centre, house


@pytest.fixture
def centre(kannel):
    _, port, _ = kannel
    centre = Centre(port)
    yield centre
    centre.close()


@pytest.fixture
def gateway(administrator, monkeypatch):
    # Kannel's clock is the machine's.
    monkeypatch.setattr(
        timezone, "now", lambda: datetime.fromtimestamp(time.time(), UTC)
    )
    at = timezone.now()
    ensure_topics(at=at)
    return add_sender(
        name="kannel",
        kind=Sender.KANNEL,
        office="短信平台",
        secret=KEY,
        by=administrator,
        at=at,
    )


@pytest.fixture
def house(kannel, gateway, settings, monkeypatch):
    """Return a function that starts our server, where Kannel looks for it."""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    monkeypatch.setattr(LiveServerThread, "server_class", Server)
    _, _, port = kannel
    started = []

    def start():
        started.append(LiveServer(f"127.0.0.1:{port}"))

    yield start
    for server in started:
        server.stop()


def test_a_text_is_a_word_and_its_writer_gets_a_receipt(kannel, centre, house, caplog):
    caplog.set_level("DEBUG")
    house()

    centre.send("三里巷路灯坏了，已经三天。")
    reply = centre.reply()

    word = Word.objects.select_related("said", "contact").get()
    assert word.said.text == "三里巷路灯坏了，已经三天。"
    assert (word.channel, word.source) == ("sms", "kannel")
    assert timezone.now() - word.said_at < timedelta(minutes=1)
    assert unseal(word.contact.sealed, of=word.number) == NUMBER
    assert "已收到。查询码" in reply
    assert len(reply) <= 70
    folder, _, _ = kannel
    names = ("bearerbox.log", "smsbox.log", "output")
    logs = caplog.text + "".join((folder / name).read_text() for name in names)
    assert NUMBER.strip("+") not in logs
    assert "三里巷" not in logs


def test_danger_to_life_is_answered_with_the_numbers_to_call(centre, house):
    house()

    centre.send("有人在桥上要跳河")
    reply = centre.reply()

    assert all(number in reply for number in ("110", "119", "120", "查询码"))
    assert len(reply) <= 70


def test_a_long_text_in_parts_is_one_word(centre, house):
    house()
    parts = ("三里巷" * 22, "路灯坏了" * 16, "请修理。")

    centre.send_in_parts(*parts)
    centre.reply()

    assert Word.objects.select_related("said").get().said.text == "".join(parts)


def test_a_part_that_is_lost_does_not_keep_the_others_back(centre, house):
    house()

    centre.send_in_parts("有人在桥上", "要跳河", lost={2})
    centre.reply()

    assert Word.objects.select_related("said").get().said.text == "有人在桥上"


def test_whoever_says_the_same_twice_has_said_it_twice(centre, house):
    house()

    centre.send("路灯坏了")
    centre.send("路灯坏了")
    receipts = {centre.reply(), centre.reply()}

    assert len(receipts) == Word.objects.count() == 2


def test_an_answer_that_is_lost_has_kannel_bring_the_same_once_more_and_it_is_one_word(
    centre, house, monkeypatch
):
    take_word, taken = services.take_word, []

    def keeps_it_and_is_gone(**told):
        taken.append(take_word(**told))
        if len(taken) == 1:
            raise OperationalError("gone before it answered")
        return taken[-1]

    monkeypatch.setattr(services, "take_word", keeps_it_and_is_gone)
    house()

    centre.send("路灯坏了")
    reply = centre.reply()

    assert [one.is_new for one in taken] == [True, False]
    assert taken[0].code in reply
    assert Word.objects.count() == 1


def test_a_text_sent_while_our_server_is_down_is_there_once_when_it_is_up(
    centre, house
):
    centre.send("路灯坏了")
    time.sleep(1.5)
    assert not Word.objects.exists()

    house()
    reply = centre.reply()

    assert "查询码" in reply
    assert Word.objects.count() == 1
