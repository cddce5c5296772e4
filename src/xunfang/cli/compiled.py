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
CORE_DIR = Path(__file__).resolve().parents[1] / "core"


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


def compile_all() -> None:
    """Compile what a plan, the duty desk and the coverage of streets need."""
    choose_folder()
    from xunfang.core.dispatching import warm_up  # noqa: PLC0415 -- folder first
    from xunfang.core.planning import solve  # noqa: PLC0415
    from xunfang.core.streets.matching import warm_up as matching  # noqa: PLC0415

    solve.warm_up()
    warm_up.warm_up()
    matching.warm_up()


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
