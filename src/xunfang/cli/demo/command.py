"""``xunfang demo``: build the demo city, plan its night, serve it."""

import argparse
import os
import re
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from importlib import resources
from pathlib import Path

from xunfang.cli import compiled, serve
from xunfang.cli.demo.city import generate_city, place_city_on
from xunfang.cli.demo.city_model import City
from xunfang.cli.demo.ground import ground_of_network
from xunfang.cli.demo.town import generate_town
from xunfang.core.errors import DomainError
from xunfang.places import osm

CPU_S_A_STATION = 3.0
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
    with compiled.compiling() as compiler:
        night = _prepare(arguments, say)
        say("Compiling the patrol search … 编译规划程序")
        compiler.wait()
    with serve.workers(arguments.workers):
        _plan(night, cpu_s=arguments.cpu_s, say=say)
        _print_welcome(arguments.port, say)
        if not arguments.no_serve:
            serve.serve_pages(host="127.0.0.1", port=arguments.port)
    return 0


def _prepare(arguments: argparse.Namespace, say: Callable[[str], None]) -> date:
    """Bring the database and the city up; return the night to be planned."""
    say("Preparing the database … 准备数据库")
    serve.prepare()
    from django.utils import timezone  # noqa: PLC0415 -- Django is set up only now

    from xunfang.patrols.statement import tonight  # noqa: PLC0415

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
    from xunfang.cli.demo import load  # noqa: PLC0415 -- Django is set up only now
    from xunfang.units.models import Station  # noqa: PLC0415

    path, city = _city_on(streets, say)
    there = set(Station.objects.values_list("code", flat=True))
    if there and there != {station.code for station in city.stations}:
        raise NotTheDemo(
            "this database holds another city; set XUNFANG_DATA_DIR to an empty folder"
        )
    officer = load.load_people()
    if not there:
        say("Importing streets and making the base map … 导入街道、制作底图")
        network = load.load_streets(path, city=city, by=officer, at=at)
        say("Writing stations, areas, places … 写入派出所、巡区、重点部位")
        load.load_city(city, network=network, at=at)
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
    load.load_night(city, night=night)


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


def _plan(night: date, *, cpu_s: float, say: _Teller) -> None:
    """Have every station's night planned that has no plan yet; show how far it is."""
    from django.utils import timezone  # noqa: PLC0415 -- Django is set up only now

    from xunfang.accounts.models import Role, User  # noqa: PLC0415
    from xunfang.patrols import services  # noqa: PLC0415
    from xunfang.patrols.models import Plan, SolveRun  # noqa: PLC0415
    from xunfang.units.models import Station  # noqa: PLC0415

    planned = Plan.objects.filter(night=night, is_current=True).values("station")
    stations = Station.objects.exclude(pk__in=planned)
    runs = services.ask_for_plans(
        night=night,
        stations=stations,
        cpu_s=cpu_s,
        seed=1,
        by=User.objects.filter(role=Role.DUTY_OFFICER).earliest("pk"),
        at=timezone.now(),
    )
    if not runs:
        say(f"The night of {night} is planned already. 当晚计划已存在")
        return
    ids = [run.pk for run in runs]
    ended: dict[int, SolveRun] = {}
    deadline = time.monotonic() + 60 + 20 * cpu_s * len(ids)
    while len(ended) < len(ids):
        rows = SolveRun.objects.filter(pk__in=ids).select_related("station")
        for run in rows:
            if run.ended_at and run.pk not in ended:
                ended[run.pk] = run
                say(f"  {len(ended):2d}/{len(ids)}  {run.station.name}  {_result(run)}")
        if time.monotonic() > deadline:
            raise PlanningStuck("no plan was finished in time; see the log above")
        if sys.stdout.isatty():
            share = sum(run.done_share for run in rows) / len(ids)
            print(f"\rPlanning the night … 规划今夜 {share:4.0%}", end="\r", flush=True)
        time.sleep(0.2)


def _result(run: "object") -> str:
    from xunfang.patrols.models import SolveRun  # noqa: PLC0415

    assert isinstance(run, SolveRun)  # noqa: S101
    if run.state == SolveRun.FAILED:
        return f"failed: {run.error_code}"
    if run.upper_bound and run.value is not None:
        return f"≥ {run.value / run.upper_bound:.1%} of the best possible"
    return "done"


def _print_welcome(port: int, say: _Teller) -> None:
    from xunfang.cli.demo.load import ACCOUNTS, PASSWORD  # noqa: PLC0415

    say(f"Open http://127.0.0.1:{port}/  打开网页")
    print(f"Sign in with one of these; the password is always {PASSWORD}")
    for username, name, role, _station in ACCOUNTS:
        print(f"  {username:8s} {name}  ({role.label})")
