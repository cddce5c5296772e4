"""How soon the form for residents answers, and what is left of it when the power goes.

    .venv/bin/python benchmarks/public_form.py [--seconds 20] [--rate 50]

Starts the real server on a data folder of its own (SQLite) and sends the form over HTTP as
browsers do, multipart, each from a connection of its own and a neighbourhood of loopback
addresses, because one address may not say so much. Requests leave at their appointed
times whether or not the server keeps up, and are waited for from then on. After the time
is up the sending goes on for two seconds, in the middle of which the server is killed
(SIGKILL). Then the rows are counted past everything of ours: whoever was led to a receipt
must have a word with its text, a case and a place in the log.

Goal: 50 requests/s, p95 at most 100 ms, nothing acknowledged is lost. Client and server
share the cores of the machine, and others may be at work: the table says the processor
time of the server and the load.
"""

import argparse
import http.client
import os
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

SERVES = """
import sys
from xunfang.cli import serve
serve.prepare()
from django.utils import timezone
from xunfang.cases.topics.services import ensure_topics
ensure_topics(at=timezone.now())
serve.serve_pages(host="127.0.0.1", port=int(sys.argv[1]))
"""
FROM_ONE_ADDRESS = 10
WARMS_UP_S = 3.0
GOES_ON_S = 2.0
KILLED_AFTER_S = 1.0
TEXTS = (
    "长江路的路灯坏了三天,晚上看不清路",
    "只会做样子!",
    "夜里烧烤摊太吵,睡不着",
    "偏远村子能不能多派几个民警",
    "谢谢帮我找回电动车的民警",
)


@dataclass(frozen=True, slots=True)
class Answered:
    """One request: what was sent, what came, how long after its appointed time."""

    text: str
    status: int
    """0: nothing came."""
    took_s: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rate", type=float, default=50.0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xunfang-form-") as folder:
        port = free_port()
        environ = os.environ | {
            "XUNFANG_DATA_DIR": folder,
            "XUNFANG_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "xunfang.config.settings",
        }
        environ.pop("XUNFANG_DATABASE_URL", None)
        server = subprocess.Popen(  # noqa: S603 -- our own interpreter
            [sys.executable, "-c", SERVES, str(port)], env=environ
        )
        try:
            wait_until_it_listens(port, server)
            send_all(port, rate=5, seconds=WARMS_UP_S)
            cpu_before, began = cpu_s(server.pid), time.monotonic()
            measured = send_all(port, rate=arguments.rate, seconds=arguments.seconds)
            took_s = time.monotonic() - began
            used_s = cpu_s(server.pid) - cpu_before
            threading.Timer(KILLED_AFTER_S, server.kill).start()
            killed = send_all(port, rate=arguments.rate, seconds=GOES_ON_S)
        finally:
            server.kill()
            server.wait()
        kept = texts_kept(Path(folder))
    tell(measured, killed, kept, used_s=used_s, took_s=took_s)


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_until_it_listens(port: int, server: "subprocess.Popen[bytes]") -> None:
    while server.poll() is None:
        with (
            suppress(OSError),
            closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as line,
        ):
            line.request("GET", "/say/")
            if line.getresponse().status == 200:
                return
        time.sleep(0.2)
    sys.exit("the server did not start")


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


_sent = iter(range(1, 1 << 30))


def send_all(port: int, *, rate: float, seconds: float) -> list[Answered]:
    """Send at appointed times; wait for whatever comes."""
    n_requests = round(rate * seconds)
    begins = time.monotonic() + 0.1
    with ThreadPoolExecutor(max_workers=64) as workers:
        pending = [
            workers.submit(send, port, next(_sent), begins + n / rate)
            for n in range(n_requests)
        ]
        return [each.result() for each in pending]


def send(port: int, number: int, due: float) -> Answered:
    time.sleep(max(0.0, due - time.monotonic()))
    text = f"{TEXTS[number % len(TEXTS)]} ({number})"
    boundary = uuid4().hex
    parts = {
        "text": text,
        "where": "桥头",
        "key": uuid4().hex,
        "asks": "",
        "website": "",
    }
    body = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in parts.items()
    )
    content = f"{body}--{boundary}--\r\n".encode()
    neighbour = number // FROM_ONE_ADDRESS
    status = 0
    with (
        suppress(OSError, http.client.HTTPException),
        closing(
            http.client.HTTPConnection(
                "127.0.0.1",
                port,
                timeout=30,
                source_address=(
                    f"127.0.{1 + neighbour // 250}.{1 + neighbour % 250}",
                    0,
                ),
            )
        ) as line,
    ):
        line.request(
            "POST",
            "/say/",
            content,
            {"Content-Type": f"multipart/form-data; boundary={boundary}"},
        )
        status = line.getresponse().status
    return Answered(text, status, time.monotonic() - due)


def texts_kept(folder: Path) -> set[str]:
    """Return the texts that have a word, a case and a leaf of the log on disk."""
    [file] = folder.glob("*.sqlite3")
    with closing(sqlite3.connect(file)) as database:
        rows = database.execute(
            "SELECT said.text FROM feedback_said AS said"
            " JOIN feedback_word AS word ON word.id = said.word_id"
            " JOIN cases_wordlink AS link ON link.word_id = word.id"
            " JOIN cases_case ON cases_case.id = link.case_id"
            ' JOIN audit_ledgerleaf AS leaf ON leaf."index" = word.ledger_index'
        )
        return {text for (text,) in rows}


def tell(
    measured: list[Answered],
    killed: list[Answered],
    kept: set[str],
    *,
    used_s: float,
    took_s: float,
) -> None:
    good = [each for each in measured if each.status == 303]
    cuts = statistics.quantiles([each.took_s for each in measured], n=100)
    acknowledged = {each.text for each in [*measured, *killed] if each.status == 303}
    print(
        f"{'requests':>9}{'per s':>7}{'p50 ms':>8}{'p95 ms':>8}{'p99 ms':>8}{'max ms':>8}"
        f"{'errors':>8}{'server CPU ms each':>20}{'load':>6}"
    )
    print(
        f"{len(measured):>9}{len(measured) / took_s:>7.1f}"
        f"{1000 * cuts[49]:>8.0f}{1000 * cuts[94]:>8.0f}{1000 * cuts[98]:>8.0f}"
        f"{1000 * max(each.took_s for each in measured):>8.0f}"
        f"{len(measured) - len(good):>8}"
        f"{1000 * used_s / len(measured):>20.1f}{os.getloadavg()[0]:>6.1f}"
    )
    unanswered = sum(each.status == 0 for each in killed)
    print(
        f"\nkill -9 with {unanswered} of {len(killed)} requests unanswered: "
        f"acknowledged {len(acknowledged)}, of these on disk "
        f"{len(acknowledged & kept)}, lost {len(acknowledged - kept)}"
    )
    sys.exit(1 if acknowledged - kept else 0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    main()
