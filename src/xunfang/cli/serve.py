"""``xunfang serve``: the pages and the workers behind them, as one command."""

import argparse
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

LINES_CLOSE_AFTER_S = 2
LOOKS_EVERY_S = 0.1
"""A worker asks so often whether there is work: one small query."""


def add_parser(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> None:
    """Add the verb."""
    parser = subparsers.add_parser("serve", help="serve the pages / 启动网页服务")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument(
        "--workers",
        type=int,
        default=max(1, (os.cpu_count() or 2) - 1),
        help="how many plans may be made at the same time",
    )
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Bring the database up to date, gather static files, and serve until stopped."""
    prepare()
    see_to_positions()
    with workers(arguments.workers):
        serve_pages(host=arguments.host, port=arguments.port)
    return 0


def set_up() -> None:
    """Set Django up and bring the database up to date."""
    import django  # noqa: PLC0415 -- plain commands start without Django
    from django.core.management import call_command  # noqa: PLC0415 -- after set-up

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xunfang.config.settings")
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


def prepare() -> None:
    """Set up, and gather the static files that pages need."""
    set_up()
    from django.core.management import call_command  # noqa: PLC0415 -- after set-up

    call_command("collectstatic", verbosity=0, interactive=False)


def see_to_positions() -> None:
    """Have workers fold positions, and delete what is older than three days, hourly."""
    from django.utils import timezone  # noqa: PLC0415 -- after set-up

    from xunfang.patrols.tasks import (  # noqa: PLC0415 -- after set-up
        see_that_positions_are_folded,
    )
    from xunfang.units.positions.tasks import (  # noqa: PLC0415 -- after set-up
        see_that_fixes_are_deleted,
    )

    at = timezone.now()
    # What is about to be deleted is folded first.
    see_that_positions_are_folded(at=at)
    see_that_fixes_are_deleted(at=at)


def serve_pages(*, host: str, port: int) -> None:
    """Serve the pages from this process until it is told to stop."""
    import uvicorn  # noqa: PLC0415 -- after set-up

    threading.Thread(target=_get_desk_ready, daemon=True).start()
    # Once the last page is answered, uvicorn raises the signal again: left to itself it
    # would end us on the spot, and whoever works for us would go on without us.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.run(
        "xunfang.config.asgi:application",
        host=host,
        port=port,
        log_level="warning",
        lifespan="off",
        # Nobody reads it at this level, yet it would be put together for each request.
        access_log=False,
        # Duty desks keep their lines open all night: they do not hold up a restart.
        timeout_graceful_shutdown=LINES_CLOSE_AFTER_S,
    )


def _get_desk_ready() -> None:
    """Load what the duty desk needs while the first page is still being asked for."""
    from django.db import connection  # noqa: PLC0415 -- after set-up
    from django.utils import timezone  # noqa: PLC0415 -- after set-up

    from xunfang.calls.desk.readiness import get_ready  # noqa: PLC0415 -- after set-up

    try:
        get_ready(timezone.now())
    finally:
        connection.close()


def work() -> None:
    """Be a worker: get ready, then make the plans that are asked for until stopped."""
    import django  # noqa: PLC0415 -- plain commands start without Django
    from django.core.management import call_command  # noqa: PLC0415 -- after set-up

    django.setup()
    from xunfang.patrols.plans.readiness import get_ready  # noqa: PLC0415 -- after set-up

    get_ready()
    call_command("db_worker", interval=LOOKS_EVERY_S, verbosity=0)


@contextmanager
def workers(n_workers: int) -> Iterator[None]:
    """Keep this many workers running, which make the plans; they end with us."""
    command = [sys.executable, "-c", "from xunfang.cli.serve import work; work()"]
    environ = {
        "XUNFANG_LOG_LEVEL": "ERROR",
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "xunfang.config.settings",
        # Each worker makes one plan on one core.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    processes = [
        subprocess.Popen(command, env=environ)  # noqa: S603 -- our own interpreter
        for _ in range(n_workers)
    ]
    try:
        yield
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
            process.kill()
