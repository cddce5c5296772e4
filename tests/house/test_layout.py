"""The house keeps its plan: who imports whom, how long a file is, what it is called."""

import sys
import tomllib
from pathlib import Path

from tests.house.sources import PACKAGE, PROJECT, files, run

N_LINES_AT_MOST = 500
NAMES_THAT_SAY_NOTHING = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "tools",
}

# Folders that Django wants; they are no subjects.
DJANGO_FOLDERS = {"migrations", "templatetags", "management", "commands"}
LAYERS_IN_A_ROOM = ("views", "admin", "forms", "services", "queries", "policies")


def test_rooms_import_only_what_stands_below_them():
    outcome = run(Path(sys.executable).with_name("lint-imports"), "--no-cache")

    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_every_package_of_a_room_keeps_the_order_inside_a_room():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    [inside] = [
        contract
        for contract in project["tool"]["importlinter"]["contracts"]
        if contract["name"] == "Inside a room"
    ]
    rooms = [name for name in inside["containers"] if name.count(".") == 1]

    layered = {
        ".".join(("xunfang", *package.relative_to(PACKAGE).parts))
        for room in rooms
        for package in PACKAGE.joinpath(room.removeprefix("xunfang.")).rglob("*")
        if any((package / f"{layer}.py").exists() for layer in LAYERS_IN_A_ROOM)
    }

    assert layered == set(inside["containers"]) - set(rooms)


def test_no_file_is_too_long_to_read_in_one_sitting():
    ours = [
        *files(PACKAGE, ".py", ".js", ".css", ".html"),
        *files(PROJECT / "tests", ".py"),
    ]

    too_long = {
        path.relative_to(PROJECT).as_posix(): n_lines
        for path in ours
        if (n_lines := len(path.read_text(encoding="utf-8").splitlines()))
        > N_LINES_AT_MOST
    }

    assert too_long == {}


def test_every_module_is_named_after_what_it_holds():
    nameless = [
        path.relative_to(PROJECT).as_posix()
        for path in (PACKAGE, *PACKAGE.rglob("*"), *(PROJECT / "tests").rglob("*.py"))
        if path.stem in NAMES_THAT_SAY_NOTHING and "vendor" not in path.parts
    ]

    assert nameless == []


def test_every_room_and_every_package_in_it_has_a_door_plate():
    without = [
        path.relative_to(PROJECT).as_posix()
        for path in sorted(PACKAGE.rglob("__init__.py"))
        if not DJANGO_FOLDERS & set(path.parts)
        and not path.read_text(encoding="utf-8").startswith('"""')
    ]

    assert without == []
