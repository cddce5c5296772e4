"""``xunfang demo``: build the demo city, plan its night, serve it."""

import argparse
import os
import re
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from importlib import resources
from pathlib import Path
from threading import Thread

from xunfang.cli import compiled, serve
from xunfang.cli.demo.city import generate_city, place_city_on
from xunfang.cli.demo.city_model import City
from xunfang.cli.demo.ground import ground_of_network
from xunfang.cli.demo.town import generate_town
from xunfang.core.errors import DomainError
from xunfang.places.streets import osm

CPU_S_A_STATION = 8.0
PROJECT_DIR = Path(__file__).resolve().parents[4]


class NotTheDemo(DomainError):
    """The database holds stations that are not the demo's."""

    code = "demo.database_in_use"


class PlanningStuck(DomainError):
    """The workers that make plans have stopped working."""

    code = "demo.planning_stuck"


def add_parser(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the verb."""
    parser = subparsers.add_parser(
        "demo", help="build the demo city, plan its night and serve it / 演示城市"
    )
    parser.add_argument(
        "--streets",
        type=Path,
        metavar="FILE",
        help="put the demo on real streets (.osm, .osm.pbf, GeoJSON lines)",
    )
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--night", type=date.fromisoformat, metavar="YYYY-MM-DD")
    parser.add_argument(
        "--cpu-s",
        type=float,
        default=CPU_S_A_STATION,
        metavar="S",
        help="CPU seconds for each station's plan",
    )
    parser.add_argument("--workers", type=int, default=min(4, os.cpu_count() or 2))
    parser.add_argument("--no-serve", action="store_true", help="build and plan only")
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Build what is not there yet, plan the night, and serve until stopped."""
    os.environ.setdefault("XUNFANG_DATA_DIR", str(_data_folder(arguments.streets)))
    compiled.choose_folder()
    say = _Teller()
    with compiled.compiling() as wait_for_compiler, ExitStack() as workers:
        night = _prepare(arguments, say)
        run_ids = _ask_for_plans(night, cpu_s=arguments.cpu_s)

        def plan() -> None:
            say("Compiling the patrol search … 编译规划程序")
            wait_for_compiler()
            workers.enter_context(serve.workers(arguments.workers))
            _watch(run_ids, cpu_s=arguments.cpu_s, say=say)
            say("The night is planned. 今夜已规划完毕")

        if arguments.no_serve:
            plan()
            return 0
        # Pages are there while plans are still being made, and show how far they are.
        _print_welcome(arguments.port, say)
        Thread(target=plan, daemon=True).start()
        serve.serve_pages(host="127.0.0.1", port=arguments.port)
    return 0


def _prepare(arguments: argparse.Namespace, say: Callable[[str], None]) -> date:
    """Bring the database and the city up; return the night to be planned."""
    say("Preparing the database … 准备数据库")
    serve.prepare()
    from django.utils import timezone  # noqa: PLC0415 -- Django is set up only now

    from xunfang.patrols.wanted.statement import tonight  # noqa: PLC0415 -- after set-up

    at = timezone.now()
    night = arguments.night or tonight(at, timezone.get_default_timezone())
    build(arguments.streets, night=night, at=at, say=say)
    return night


class _Teller:
    """Says what is being done, and how long it took since the beginning."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self, sentence: str, *, end: str = "\n") -> None:
        seconds = time.monotonic() - self._began
        print(f"[{seconds:5.1f} s] {sentence}", end=end, flush=True)


def _data_folder(streets: Path | None) -> Path:
    name = "demo" if streets is None else f"demo-{re.sub(r'[^\w]+', '-', streets.stem)}"
    return PROJECT_DIR / "var" / name


def build(
    streets: Path | None, *, night: date, at: datetime, say: Callable[[str], None]
) -> None:
    """Build the demo city where it is not there yet, and put the night's crews on shift."""
    from django.utils import timezone  # noqa: PLC0415 -- Django is set up only now

    from xunfang.cli.demo import (  # noqa: PLC0415 -- Django is set up only now
        load,
        load_addresses,
        load_advice,
        load_calls,
        load_campaigns,
        load_claims,
        load_devices,
        load_duty,
        load_force,
        load_gear,
        load_ground,
        load_help,
        load_matches,
        load_past_calls,
        load_positions,
        load_roster,
        load_safety,
        load_services,
        load_words,
    )
    from xunfang.units.models import Station  # noqa: PLC0415 -- after set-up

    path, city = _city_on(streets, say)
    there = set(Station.objects.values_list("code", flat=True))
    if there and there != {station.code for station in city.stations}:
        raise NotTheDemo(
            "this database holds another city; set XUNFANG_DATA_DIR to an empty folder"
        )
    officer = load.load_people()
    # A night of the past is built as it was: ordered and filled that afternoon.
    tz = timezone.get_default_timezone()
    afternoon = datetime.combine(night, datetime.min.time(), tz) + timedelta(hours=16)
    ordered_at = min(at, afternoon)
    if not there:
        say("Importing streets and making the base map … 导入街道、制作底图")
        network = load.load_streets(path, city=city, by=officer, at=at)
        say("Writing stations, areas, places … 写入派出所、巡区、重点部位")
        load.load_city(city, network=network, at=at)
        say("Writing units and people … 写入单位、人员")
        load_force.load_force(city, at=at)
        load_gear.load_gear(by=officer, at=at)
        load.load_calendars(
            city,
            calendar_text=_data("xunfang.cli.demo", "data/yunting_calendar.toml"),
            holiday_texts=[
                (f"{year}.toml", _data("xunfang.cli", f"data/holidays/{year}.toml"))
                for year in (2025, 2026)
            ],
            by=officer,
            at=at,
        )
        load.load_orders(night=night, by=officer, at=ordered_at)
        load_safety.load_safety(city, by=officer, at=ordered_at)
        say("Writing a month of calls … 写入一个月警情")
        load_calls.load_classes(by=officer, at=ordered_at)
        load_past_calls.load_past_calls(city, by=officer, at=ordered_at)
    load.load_night(city, night=night)
    load_roster.load_roster(night=night, by=officer, at=ordered_at)
    load_campaigns.load_campaigns(night=night, by=officer, at=at)
    load_calls.load_calls(night=night, by=officer, at=at, zone=tz)
    load_duty.load_duty(night=night, by=officer, at=at)
    load_services.load_services(by=officer, at=at)
    load_addresses.load_addresses(by=officer, at=at)
    load_advice.load_advice(at=at)
    load_words.load_words(at=at)
    load_claims.load_claims(at=at)
    load_ground.load_ground(night=night, at=at)
    say("Driving last night's patrols … 生成昨夜的巡逻定位")
    load_positions.load_positions(city, night=night - timedelta(days=1), by=officer)
    load_help.load_help(by=officer, at=at)
    load_matches.load_matches(by=officer, at=at)
    load_devices.load_devices(night=night, by=officer, at=at)


def _city_on(streets: Path | None, say: Callable[[str], None]) -> tuple[Path, City]:
    if streets is None:
        say("Generating 云汀市 … 生成演示城市")
        town = generate_town()
        path = Path(os.environ["XUNFANG_DATA_DIR"]) / "yunting.osm"
        path.write_text(town.osm_xml(), encoding="utf-8")
        return path, generate_city(town)
    say(f"Reading {streets} … 读取街道")
    network = osm.build(osm.read_streets(streets)).network
    return streets, place_city_on(ground_of_network(network))


def _data(package: str, name: str) -> str:
    return resources.files(package).joinpath(name).read_text(encoding="utf-8")


def _ask_for_plans(night: date, *, cpu_s: float) -> list[int]:
    """Have every station's night planned that has no plan yet; return the runs' keys."""
    from django.utils import timezone  # noqa: PLC0415 -- Django is set up only now

    from xunfang.accounts.models import Role, User  # noqa: PLC0415 -- after set-up
    from xunfang.patrols import services  # noqa: PLC0415 -- after set-up
    from xunfang.patrols.models import Plan  # noqa: PLC0415 -- after set-up
    from xunfang.units.models import Station  # noqa: PLC0415 -- after set-up

    planned = Plan.objects.filter(night=night, is_current=True).values("station")
    runs = services.ask_for_plans(
        night=night,
        stations=Station.objects.exclude(pk__in=planned),
        cpu_s=cpu_s,
        seed=1,
        by=User.objects.filter(role=Role.DUTY_OFFICER).earliest("pk"),
        at=timezone.now(),
    )
    return [run.pk for run in runs]


def _watch(run_ids: list[int], *, cpu_s: float, say: Callable[[str], None]) -> None:
    """Tell each plan that is finished, until all are."""
    from xunfang.patrols.models import SolveRun  # noqa: PLC0415 -- as above
    from xunfang.web.templatetags.shares import percent  # noqa: PLC0415 -- after set-up

    told: set[int] = set()
    deadline = time.monotonic() + 60 + 20 * cpu_s * len(run_ids)
    while len(told) < len(run_ids):
        rows = list(SolveRun.objects.filter(pk__in=run_ids).select_related("station"))
        for run in rows:
            if not run.ended_at or run.pk in told:
                continue
            told.add(run.pk)
            result = run.error_code or "planned 已规划"
            if run.upper_bound and run.value is not None:
                share = percent(run.value / run.upper_bound)
                result = f"at least {share} of the best possible 不低于最优的 {share}"
            say(f"  {len(told):2d}/{len(run_ids)}  {run.station.name}  {result}")
        if time.monotonic() > deadline:
            raise PlanningStuck("no plan was finished in time; see the log above")
        if sys.stdout.isatty() and rows:
            share = percent(sum(run.done_share for run in rows) / len(rows), 0)
            print(f"Planning the night … 规划今夜 {share}", end="\r", flush=True)
        time.sleep(0.2)


def _print_welcome(port: int, say: _Teller) -> None:
    from xunfang.cli.demo.load import (  # noqa: PLC0415 -- after set-up
        ACCOUNTS,
        OFFICER_OUT,
        PASSWORD,
    )

    say(f"Open http://127.0.0.1:{port}/  打开网页")
    print(f"Sign in with one of these; the password is always {PASSWORD}")
    for username, name, role, _station in ACCOUNTS:
        print(f"  {username:8s} {name}  ({role.label})")
    print(
        f"The officer's phone, on duty with two calls 民警手机: /field/ as {OFFICER_OUT}"
    )
