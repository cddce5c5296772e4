"""The duty desk with a hundred units, and the map with two thousand.

    .venv/bin/python benchmarks/desk.py [--units 100] [--calls 200] [--marks 2000]

Builds a city of its own in a temporary folder, with as many crews on duty as there are
units, and serves it from a process of its own. Prints, in one table: how long a
recommendation takes in the service and over HTTP, how long an order takes from the click
to the answer with every outside service dead (there is none on the way), what a look at
the database costs that all screens share, and how long the browser paints a frame with
all units moving, in software. The goals stand beside each figure.
"""

import argparse
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

SERVE = """
import sys, django
from xunfang.cli import compiled
compiled.choose_folder()
django.setup()
from django.utils import timezone
from xunfang.calls.desk.readiness import get_ready
# As in "xunfang serve", where the pages are loaded while the desk gets ready.
import uvicorn, xunfang.config.asgi, xunfang.config.urls
get_ready(timezone.now())
uvicorn.run("xunfang.config.asgi:application", host="127.0.0.1", port=int(sys.argv[1]),
            log_level="error", lifespan="off", timeout_graceful_shutdown=1)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=100)
    parser.add_argument("--calls", type=int, default=200, help="recommendations asked")
    parser.add_argument("--marks", type=int, default=2000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XUNFANG_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "xunfang.config.settings"
        sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
        import django

        from xunfang.cli import compiled

        compiled.choose_folder()
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        rows = measure(arguments)
    print(f"{'':48s} {'p50':>9s} {'p95':>9s} {'p99':>9s} {'goal':>9s}")
    for name, times_ms, goal in rows:
        p50, p95 = statistics.median(times_ms), percentile(times_ms, 0.95)
        p99 = percentile(times_ms, 0.99)
        print(f"{name:48s} {p50:7.1f}ms {p95:7.1f}ms {p99:7.1f}ms {goal:>9s}")
    load = ", ".join(f"{share:.1f}" for share in os.getloadavg())
    print(
        f"Load of the machine over 1, 5 and 15 minutes: {load}; cores: {os.cpu_count()}"
    )


def percentile(values: list[float], share: float) -> float:
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - began)


def measure(arguments: argparse.Namespace) -> list[tuple[str, list[float], str]]:
    from uuid import uuid4

    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from tests.factories import calls as factory
    from tests.factories import desk_night, linhe_city
    from tests.towns.linhe import NODES
    from xunfang.accounts.models import User
    from xunfang.calls.desk.live import Hub, Viewer, cursor
    from xunfang.calls.desk.readiness import get_ready
    from xunfang.calls.sending.offers import ZONE, offers
    from xunfang.core.dispatching.unit_states import DutyStep
    from xunfang.units.duty import services as duty
    from xunfang.units.duty.crews import forget_nights
    from xunfang.units.nights import tonight

    now = timezone.now()
    desk_night.NOW, linhe_city.NIGHT = now, tonight(now, ZONE)
    user = User.objects.create(
        username="desk",
        display_name="值班",
        role="duty_officer",
        standing="sworn",
        station_code="S01",
        password="!",  # noqa: S106 -- nobody signs in with it
    )
    linhe_city.import_streets_with_map(Path(settings.DATA_DIR), by=user)
    night = desk_night.build(by=user, streets=False)
    nodes = sorted(NODES)
    for n in range(arguments.units - 3):
        crew = linhe_city.add_crew(night.station, f"u{n}", ends_min=30 * 60)
        factory.go_on_duty(crew, by=user, at=now)
        desk_night.put(crew, nodes[n % len(nodes)], seen_at=now)
    fill_night(now)
    get_ready(now)
    call = night.calls[0]
    offers(call=call, at=now)
    hub = Hub()
    viewer = Viewer(user, "zh-hans", hub=hub)
    viewer.next_message(now)

    def whole_board() -> None:
        hub.forget()
        Viewer(user, "zh-hans", hub=hub).next_message(now)

    def anew() -> None:
        forget_nights()
        offers(call=call, at=now)

    def after_a_report() -> float:
        step = DutyStep.PAUSE
        duty.report(shift=night.crews[0], step=step, key=uuid4(), by=user, at=now)
        return timed(lambda: offers(call=call, at=now))

    def on_cpu() -> float:
        began = time.process_time()
        offers(call=call, at=now)
        return 1000 * (time.process_time() - began)

    rows = [
        (
            f"recommendation of {arguments.units} units, service",
            [timed(lambda: offers(call=call, at=now)) for _ in range(arguments.calls)],
            "p99 20 ms",
        ),
        ("the same, on the processor", [on_cpu() for _ in range(arguments.calls)], ""),
        ("the same, after a unit's report", [after_a_report() for _ in range(40)], ""),
        (
            "the same, all logs and plans read anew",
            [timed(anew) for _ in range(40)],
            "",
        ),
        (
            "look at the database, all screens",
            [timed(lambda: cursor(now)) for _ in range(100)],
            "",
        ),
        ("whole board read and worded", [timed(whole_board) for _ in range(20)], ""),
    ]
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # Where an outside service would be asked for, nobody answers.
    dead = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    root = Path(__file__).resolve().parents[1]
    paths = f"{root / 'src'}{os.pathsep}{root}"
    server = subprocess.Popen(  # noqa: S603 -- our own interpreter
        [sys.executable, "-c", SERVE, str(port)],
        env=os.environ | dead | {"PYTHONPATH": paths},
    )
    try:
        rows += over_http(f"http://127.0.0.1:{port}", session, night, arguments)
        rows.append(in_browser(f"http://127.0.0.1:{port}", session, arguments))
    finally:
        server.terminate()
        server.wait()
    return rows


def fill_night(now: Any) -> None:
    """Give every crew ten lines in its log and ten stops to come: a night at its height."""
    from datetime import timedelta
    from uuid import uuid4

    from xunfang.units.models import DutyEntry, DutyStay, Shift

    shifts = list(Shift.objects.order_by("pk"))
    DutyEntry.objects.bulk_create(
        DutyEntry(
            shift=shift,
            step=("pause", "patrol")[n % 2],
            happened_at=now - timedelta(minutes=50 - n),
            recorded_at=now,
            source="phone",
            key=uuid4(),
        )
        for shift in shifts
        for n in range(10)
    )
    DutyStay.objects.bulk_create(
        DutyStay(
            shift=shift,
            number=n + 1,
            begins_at=now + timedelta(minutes=20 * n - 5),
            ends_at=now + timedelta(minutes=20 * n + 10),
            lon=shift.station.lon,
            lat=shift.station.lat,
            name=f"巡点{n}",
            edition=1,
        )
        for shift in shifts
        for n in range(10)
    )


def over_http(
    url: str, session: str, night: Any, arguments: argparse.Namespace
) -> list[tuple[str, list[float], str]]:
    cookies = f"xunfang_session={session}"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ask(path: str, data: dict[str, str] | None = None) -> str:
        body = None if data is None else urllib.parse.urlencode(data).encode()
        request = urllib.request.Request(  # noqa: S310 -- our own server
            url + path, data=body, headers={"Cookie": cookies, "X-Desk-Part": "work"}
        )
        answer = opener.open(request, timeout=20)
        for line in answer.headers.get_all("Set-Cookie") or ():
            jar[line.split("=")[0]] = line.split(";")[0]
        return str(answer.read().decode())

    jar: dict[str, str] = {}
    html = ""
    while not html:
        try:
            html = ask(f"/desk/?call={night.calls[0].pk}")
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.1)
    cookies = "; ".join([cookies, *jar.values()])
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
    token = found.group(1) if found else ""
    call = night.calls[0].pk
    shown = [
        timed(lambda: ask(f"/desk/?call={call}"))
        for _ in range(min(100, arguments.calls))
    ]
    pauses = []
    for n in range(40):
        step = ("pause", "patrol")[n % 2]
        data = {"csrfmiddlewaretoken": token, "step": step}
        unit = night.crews[n // 2 % 3].pk
        report = partial(ask, f"/desk/units/{unit}/report/", data)
        pauses.append(timed(report))
    notes = [
        timed(
            lambda: ask(
                f"/desk/calls/{call}/note/",
                {"csrfmiddlewaretoken": token, "words": "备注"},
            )
        )
        for _ in range(40)
    ]
    return [
        ("call in hand with its units, end to end", shown, "100 ms"),
        ("order: a unit pauses, end to end", pauses, "100 ms"),
        ("order: a note, the list shown again, end to end", notes, "100 ms"),
    ]


PAINT = """n => {
  const map = document.querySelector("desk-map");
  const [lon, lat] = document.querySelector("city-map").centre;
  const shapes = ["circle", "triangle", "square", "bar"];
  const units = {};
  for (let i = 0; i < n; i++) {
    units[`x${i}`] = [
      lon + 0.012 * (Math.random() - 0.5), lat + 0.006 * (Math.random() - 0.5),
      Math.floor(360 * Math.random()), Date.now(), shapes[i % 4],
      String.fromCharCode(65 + i % 26) + String.fromCharCode(65 + Math.floor(i / 26) % 26),
    ];
  }
  return new Promise((done) => requestAnimationFrame(() => {
    const began = performance.now();
    map.update({ units });
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - began), 0));
  }));
}"""


def in_browser(
    url: str, session: str, arguments: argparse.Namespace
) -> tuple[str, list[float], str]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        system = Path(os.environ.get("XUNFANG_CHROMIUM", "/usr/bin/chromium"))
        browser = playwright.chromium.launch(
            executable_path=str(system) if system.exists() else None,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        )
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        context.add_cookies([{"name": "xunfang_session", "value": session, "url": url}])
        page = context.new_page()
        page.goto(f"{url}/desk/")
        page.locator("city-map[data-state=ready]").wait_for()
        frames = [page.evaluate(PAINT, arguments.marks) for _ in range(40)]
        browser.close()
    return (f"frame with {arguments.marks} moving units, software", frames, "150 ms")


if __name__ == "__main__":
    main()
