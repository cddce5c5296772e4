"""Where compiled code is kept: one folder for each state of our sources.

The compiler's own cache notices a changed file, but not a class that another file no
longer has; after an update it would fail on its own leftovers. A folder named by the
sources' digest cannot be stale, and may lie where an installation is read-only.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parents[3]
CORE_DIR = Path(__file__).resolve().parents[1] / "core"
PARTS = (
    "xunfang.core.planning.solve",
    "xunfang.core.dispatching.warm_up",
    "xunfang.core.streets.matching.warm_up",
)
"""What a plan, the duty desk and the coverage of streets need; each knows how to."""


def choose_folder() -> None:
    """Point the compiler to the folder of these sources, unless told otherwise.

    Must be called before anything compiled is imported.
    """
    data = Path(os.environ.get("XUNFANG_DATA_DIR") or PROJECT_DIR / "var")
    os.environ.setdefault("NUMBA_CACHE_DIR", str(data / "compiled" / sources_digest()))


def sources_digest(folder: Path = CORE_DIR) -> str:
    """Return a digest of all sources in a folder: same text, same digest."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def compile_part(module: str) -> None:
    """Compile what one part of the core needs."""
    choose_folder()
    import_module(module).warm_up()


@contextmanager
def compiling() -> Iterator[Callable[[], None]]:
    """Compile in processes of their own while other things are prepared.

    Gives a function that waits until all is compiled.
    """
    program = "from xunfang.cli.compiled import *; compile_part(sys.argv[1])"
    processes = [
        subprocess.Popen([sys.executable, "-c", program, part])  # noqa: S603 -- ours
        for part in PARTS
    ]

    def wait() -> None:
        for process in processes:
            process.wait()

    try:
        yield wait
    finally:
        for process in processes:
            process.kill()
        wait()


if __name__ == "__main__":
    with compiling() as wait_for_all:
        wait_for_all()
