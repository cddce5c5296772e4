"""How soon a request posted over Open311 is answered, and whether any is lost.

    .venv/bin/python benchmarks/open311.py [--rate 50] [--seconds 20]

Starts the real server on a data folder of its own (SQLite) with the starter topics and
400 cells on the map, and posts texts from another process, over HTTP keep-alive, at their
appointed times whether or not the server keeps up: latency runs from the appointed time.
After the time is up the sending goes on for two seconds, in the middle of which the server
is killed (SIGKILL). Then the words are counted past everything of ours: stored >= confirmed.

Goal: p95 at most 100 ms at 50 requests/s. Client and server share the cores of the
machine, and others may be at work: the table says the server's processor time for a
request and the load.
"""

import argparse
import multiprocessing
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

KEY = "a-key-for-the-benchmark"
N_THREADS = 24
WARM_UP_S = 2.0
GOES_ON_S = 2.0
KILLED_AFTER_S = 1.0
SERVES = """
import sys
from xunfang.cli import serve
serve.set_up()
serve.serve_pages(host="127.0.0.1", port=int(sys.argv[1]))
"""
PREPARES = f"""
from xunfang.cli import serve
serve.set_up()
from django.utils import timezone
from xunfang.accounts.models import User
from xunfang.api.senders.services import add_sender
from xunfang.cases.topics.services import ensure_topics
from xunfang.places.models import GridCell, PatrolArea
from xunfang.units.models import Station
now = timezone.now()
ensure_topics(at=now)
day = now.date()
for n in range(12):
    Station.objects.create(code=f"S{{n:02}}", name=f"第{{n}}派出所", lon=112, lat=27)
    PatrolArea.objects.create(code=f"A{{n:02}}", name=f"第{{n}}巡区", station_code=f"S{{n:02}}")
areas = list(PatrolArea.objects.all())
GridCell.objects.bulk_create(
    GridCell(
        code=f"G{{row:02}}{{column:02}}",
        area=areas[(row + column) % 12],
        lon=112.0 + (column + 0.5) * 0.005,
        lat=26.9 + (row + 0.5) * 0.005,
        polygon=[
            [112.0 + (column + x) * 0.005, 26.9 + (row + y) * 0.005]
            for x, y in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))
        ],
    )
    for row in range(20)
    for column in range(20)
)
by = User.objects.create(
    username="a", display_name="a", role="administrator", password="!"
)
add_sender(
    name="city-app", kind="open311", office="-", secret="{KEY}", by=by, at=now
)
"""
TEXTS = (
    ("0401", "三里巷口又停满了车,盲道完全走不了,晚上七点以后最严重,请管一管"),
    ("1002", "建议赶集的日子在菜市场东门多放两个民警,人太挤,老人容易摔"),
    ("0502", "楼上每天夜里十一点以后还在拖桌子,劝过好几次都没有用"),
    ("1001", "上次说要加装路灯,三个月了一点动静都没有,只会做样子"),
    ("0704", "新港三路十字路口的井盖松了,车一过就响,怕有人掉下去"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xunfang-open311-") as folder:
        environ = os.environ | {
            "XUNFANG_DATA_DIR": folder,
            "XUNFANG_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "xunfang.config.settings",
        }
        environ.pop("XUNFANG_DATABASE_URL", None)
        subprocess.run(  # noqa: S603 -- our own interpreter
            [sys.executable, "-c", PREPARES], env=environ, check=True
        )
        measure(folder, environ, arguments.rate, arguments.seconds)


def measure(folder: str, environ: dict[str, str], rate: float, seconds: float) -> None:
    """Post for some seconds, kill the server, and print what came of it."""
    port = free_port()
    server = subprocess.Popen(  # noqa: S603 -- our own interpreter
        [sys.executable, "-c", SERVES, str(port)], env=environ
    )
    try:
        wait_for(port)
        # The first one waits until the model is learnt, a second or two.
        send(port, 1.0, 1.0)
        before_s = cpu_s(server.pid)
        with multiprocessing.Pool(1) as pool:
            latencies, numbers, n_failed = pool.apply(send, (port, rate, seconds))
            used_s, n_measured = cpu_s(server.pid) - before_s, len(numbers)
            threading.Timer(KILLED_AFTER_S, server.kill).start()
            last = pool.apply(send, (port, rate, GOES_ON_S, int(rate * seconds)))
        numbers |= last[1]
    finally:
        server.kill()
        server.wait()
    with closing(sqlite3.connect(Path(folder) / "xunfang.sqlite3")) as database:
        kept = {row[0] for row in database.execute("SELECT number FROM feedback_word")}
    cuts = statistics.quantiles(latencies, n=100)
    print(
        f"{'requests/s':>11}{'p50 ms':>8}{'p95 ms':>8}{'p99 ms':>8}{'max ms':>8}"
        f"{'confirmed':>11}{'lost':>6}{'failed':>8}{'CPU ms each':>12}{'load':>6}"
    )
    print(
        f"{rate:>11.0f}{cuts[49] * 1e3:>8.1f}{cuts[94] * 1e3:>8.1f}"
        f"{cuts[98] * 1e3:>8.1f}{max(latencies) * 1e3:>8.1f}{len(numbers):>11}"
        f"{len(numbers - kept):>6}{n_failed:>8}"
        f"{used_s / n_measured * 1e3:>12.1f}{os.getloadavg()[0]:>6.1f}"
    )
    print(f"killed while sending: {last[2]} of {round(rate * GOES_ON_S)} not confirmed")


def send(
    port: int, rate: float, seconds: float, first: int = 0
) -> tuple[list[float], set[str], int]:
    """Post at appointed times; return latencies, the numbers confirmed, and failures.

    ``first`` numbers the texts: one that was sent before is no new request.
    """
    connections: dict[int, HTTPConnection] = {}
    begins_s = time.perf_counter() + 0.2

    def post(n: int) -> tuple[float, str]:
        due_s = begins_s + n / rate
        time.sleep(max(0.0, due_s - time.perf_counter()))
        code, text = TEXTS[n % len(TEXTS)]
        number = first + n
        form = {
            "api_key": KEY,
            "service_code": code,
            "lat": f"{26.9 + n % 97 / 1000:.4f}",
            "long": f"{112.0 + n % 89 / 1000:.4f}",
            "description": f"{text}。第{number}条",
            "phone": f"138{number:08}",
        }
        # One connection a thread: the number of a slot stands for the thread.
        slot = n % N_THREADS
        held = connections.get(slot) or HTTPConnection("127.0.0.1", port, timeout=30)
        connections[slot] = held
        try:
            held.request(
                "POST",
                "/open311/v2/requests.json",
                urlencode(form),
                {"Content-Type": "application/x-www-form-urlencoded"},
            )
            answer = held.getresponse()
            body = answer.read().decode()
        except (OSError, HTTPException):
            connections.pop(slot).close()
            return time.perf_counter() - due_s, ""
        took_s = time.perf_counter() - due_s
        if answer.status != 200:
            return took_s, ""
        return took_s, body.split('"service_request_id": "')[1].split('"')[0]

    def post_all(slot: int) -> list[tuple[int, float, str]]:
        return [(n, *post(n)) for n in range(slot, int(rate * seconds), N_THREADS)]

    with ThreadPoolExecutor(N_THREADS) as threads:
        done = [
            each for some in threads.map(post_all, range(N_THREADS)) for each in some
        ]
    warm = [took_s for n, took_s, number in done if number and n >= rate * WARM_UP_S]
    numbers = {number for _, _, number in done if number}
    return warm, numbers, sum(not number for _, _, number in done)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Return once the server answers; whoever asks first waits for the model."""
    for _ in range(600):
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
                connection.request("GET", "/open311/discovery.json")
                if connection.getresponse().status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server does not start")


def cpu_s(pid: int) -> float:
    """Return the processor time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
