"""``xunfang import``: bring a city's own streets and calendars into the database."""

import argparse
import os
from pathlib import Path

from xunfang.cli import serve
from xunfang.core.errors import DomainError
from xunfang.core.geo import Datum


class FileUnreadable(DomainError):
    """A file cannot be opened, or is not text."""

    code = "cli.file_unreadable"


def add_parser(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the verb."""
    parser = subparsers.add_parser(
        "import", help="bring streets and calendars into the database / 导入数据"
    )
    things = parser.add_subparsers(title="what", required=True, metavar="WHAT")
    streets = things.add_parser("streets", help="streets and base map / 街道与底图")
    streets.add_argument("file", type=Path, metavar="FILE")
    streets.add_argument("--name", help="name shown on the pages; the file's if absent")
    streets.add_argument(
        "--datum", choices=list(Datum), type=Datum, default=Datum.WGS84
    )
    streets.add_argument("--attribution", default="© OpenStreetMap contributors")
    streets.set_defaults(handler=import_streets)
    for name, sentence in (
        ("calendar", "the city's calendar / 本市日历"),
        ("holidays", "the holidays of a year / 全年节假日"),
    ):
        sheet = things.add_parser(name, help=sentence)
        sheet.add_argument("file", type=Path, metavar="FILE")
        sheet.set_defaults(handler=import_sheet, kind=name)


def import_streets(arguments: argparse.Namespace) -> int:
    """Make a street file the network in use."""
    serve.set_up()
    from django.utils import timezone  # noqa: PLC0415 -- Django is set up only now

    from xunfang.places import services  # noqa: PLC0415 -- after set-up

    row = services.import_streets(
        path=arguments.file,
        name=arguments.name or arguments.file.name,
        datum=arguments.datum,
        attribution=arguments.attribution,
        by=None,
        at=timezone.now(),
    )
    length_km = row.report["length_m"] / 1000
    print(
        f"{row.name}: {row.report['n_segments']} streets, {length_km:,.0f} km, in use"
    )
    return 0


def import_sheet(arguments: argparse.Namespace) -> int:
    """Make a calendar or a year of holidays the one in use."""
    serve.set_up()
    from django.utils import timezone  # noqa: PLC0415 -- Django is set up only now

    from xunfang.places import services  # noqa: PLC0415 -- after set-up

    keep = {
        "calendar": services.import_calendar,
        "holidays": services.import_holidays,
    }[arguments.kind]
    try:
        text = arguments.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(
            f"{arguments.file}: {error}; save it as UTF-8 text"
        ) from error
    try:
        keep(
            text=text,
            source_name=os.fspath(arguments.file),
            by=None,
            at=timezone.now(),
        )
    except DomainError as refusal:
        refusal.args = (f"{arguments.file}: {refusal}",)
        raise
    print(f"{arguments.file}: in use / 已启用")
    return 0
