"""Where the house's own files are, for the tests that read them."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = PROJECT / "src" / "xunfang"
DOCS = PROJECT / "docs"
NOT_OURS = {"vendor", "migrations", "__pycache__", "screenshots", "data"}


def files(folder: Path, *suffixes: str) -> Iterator[Path]:
    """Yield the files we write by hand under ``folder``, in a fixed order."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in suffixes and not NOT_OURS & set(path.parts):
            yield path


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run one of the project's tools in the project folder."""
    return subprocess.run(  # noqa: S603 -- our own tools
        command, cwd=PROJECT, capture_output=True, text=True, check=False
    )


def table_rows(document: str) -> list[list[str]]:
    """Return the cells of every table row of a Markdown text, heads left out."""
    rows = []
    lines = document.splitlines()
    for number, line in enumerate(lines):
        is_head = number + 1 < len(lines) and set(lines[number + 1]) <= set("|-: ")
        is_rule = set(line) <= set("|-: ")
        if line.startswith("|") and not is_rule and not (is_head and lines[number + 1]):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows
