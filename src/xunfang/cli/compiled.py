"""Where compiled code is kept: one folder for each state of our sources.

The compiler's own cache notices a changed file, but not a class that another file no
longer has; after an update it would fail on its own leftovers. A folder named by the
sources' digest cannot be stale, and may lie where an installation is read-only.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parents[3]
PLANNING_DIR = Path(__file__).resolve().parents[1] / "core" / "planning"

SMALL_NIGHT = {
    "format": "xunfang.patrol-problem/1",
    "travel": {"car": [[0, 5, 6], [5, 0, 3], [6, 3, 0]]},
    "units": [
        {
            "id": "u1",
            "mode": "car",
            "start": 0,
            "shift": [0, 480],
            "breaks": [{"window": [120, 240], "minutes": 30}],
        }
    ],
    "stops": [
        {"id": "p1", "at": 1, "dwell": 15, "value": 40, "windows": [[60, 400]]},
        {
            "id": "p2",
            "at": 2,
            "dwell": 12,
            "value": [[0, 10], [200, 20]],
            "visits": {"max": 2, "min_gap": 30},
        },
    ],
}
"""A night with one of everything that the search and the bound treat differently."""


def choose_folder() -> None:
    """Point the compiler to the folder of these sources, unless told otherwise.

    Must be called before anything compiled is imported.
    """
    data = Path(os.environ.get("XUNFANG_DATA_DIR") or PROJECT_DIR / "var")
    os.environ.setdefault("NUMBA_CACHE_DIR", str(data / "compiled" / sources_digest()))


def sources_digest(folder: Path = PLANNING_DIR) -> str:
    """Return a digest of all sources in a folder: same text, same digest."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def compile_all() -> None:
    """Compile what a plan needs, by making a small one."""
    choose_folder()
    from xunfang.core.planning.budget import Budget  # noqa: PLC0415 -- folder first
    from xunfang.core.planning.format import read_problem  # noqa: PLC0415 -- same
    from xunfang.core.planning.solve import solve  # noqa: PLC0415 -- same

    solve(read_problem(SMALL_NIGHT).problem, budget=Budget(cpu_s=0.1), seed=1)


@contextmanager
def compiling() -> Iterator["subprocess.Popen[bytes]"]:
    """Compile in a process of its own while other things are prepared."""
    program = "from xunfang.cli.compiled import compile_all; compile_all()"
    process = subprocess.Popen([sys.executable, "-c", program])  # noqa: S603 -- ours
    try:
        yield process
    finally:
        process.kill()
        process.wait()
