"""``xunfang serve``: the pages and the workers behind them, as one command."""

import argparse
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from uuid import uuid4

log = logging.getLogger(__name__)

LINES_CLOSE_AFTER_S = 2
LOOKS_EVERY_S = 0.1
"""A worker asks so often whether there is work: one small query."""
COUNTS_WORKERS_EVERY_S = 1.0
RESTS_S = 5.0
"""A place whose worker dies at once is not filled again before this."""
MOST_TRIES = 2
"""What two workers died of is not given to a third."""
SEES_TO_POSITIONS_EVERY_S = 600.0
SEALS_EVERY_S = 60.0
SEES_TO_CASES_EVERY_S = 60.0


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
    """Set Django up, bring the database up to date, and have topics and types in it."""
    import django  # noqa: PLC0415 -- plain commands start without Django
    from django.core.management import call_command  # noqa: PLC0415 -- after set-up
    from django.utils import timezone  # noqa: PLC0415 -- as above

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xunfang.config.settings")
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)

    from xunfang.cases.causes.services import (  # noqa: PLC0415 -- after set-up
        ensure_causes,
    )
    from xunfang.cases.help.services import (  # noqa: PLC0415 -- after set-up
        ensure_types,
    )
    from xunfang.cases.topics.services import (  # noqa: PLC0415 -- after set-up
        ensure_topics,
    )

    ensure_topics(at=timezone.now())
    ensure_causes(at=timezone.now())
    ensure_types()


def prepare() -> None:
    """Set up, and gather the static files that pages need."""
    set_up()
    from django.core.management import call_command  # noqa: PLC0415 -- after set-up

    call_command("collectstatic", verbosity=0, interactive=False)


def see_to_positions() -> None:
    """Have workers fold positions, and delete what has been kept its time, hourly."""
    from django.utils import timezone  # noqa: PLC0415 -- after set-up

    from xunfang.calls.mirror.tasks import (  # noqa: PLC0415 -- after set-up
        see_that_lines_are_deleted,
    )
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
    see_that_lines_are_deleted(at=at)


def seal_the_log() -> None:
    """Sign how far the log that residents check has come."""
    from django.utils import timezone  # noqa: PLC0415 -- after set-up

    from xunfang.audit.ledger.sealing import seal  # noqa: PLC0415 -- after set-up

    seal(at=timezone.now())


def look_after_cases() -> None:
    """Note which cases run late, and erase what has served its time."""
    from django.utils import timezone  # noqa: PLC0415 -- after set-up

    from xunfang.cases.watch.tasks import see_to_cases  # noqa: PLC0415 -- after set-up

    see_to_cases(at=timezone.now())


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
    from xunfang.cases import sorting  # noqa: PLC0415 -- after set-up

    try:
        # Whoever writes first does not wait until the starter messages are learnt.
        sorting.model()
        get_ready(timezone.now())
    finally:
        connection.close()


def work(name: str, former: str = "") -> None:
    """Be a worker: get ready, then make the plans that are asked for until stopped.

    ``former`` is the worker whose place this one takes: what it had in hand is queued
    again first.
    """
    import django  # noqa: PLC0415 -- plain commands start without Django
    from django.core.management import call_command  # noqa: PLC0415 -- after set-up

    django.setup()
    from xunfang.patrols.plans.readiness import get_ready  # noqa: PLC0415 -- after set-up

    if former:
        queue_again(former)
    get_ready()
    call_command("db_worker", interval=LOOKS_EVERY_S, worker_id=name, verbosity=0)


def queue_again(worker: str) -> int:
    """Queue what a worker had in hand when it died; return how many tasks that were.

    Tasks may be run twice. One that has taken ``MOST_TRIES`` workers along has failed.
    """
    from django.db import transaction  # noqa: PLC0415 -- after set-up
    from django.utils import timezone  # noqa: PLC0415 -- after set-up
    from django_tasks_db.models import DBTaskResult  # noqa: PLC0415 -- after set-up

    with transaction.atomic():
        running = DBTaskResult.objects.select_for_update().filter(status="RUNNING")
        in_hand = [task for task in running if task.worker_ids[-1:] == [worker]]
        for task in in_hand:
            if len(task.worker_ids) < MOST_TRIES:
                task.status = "READY"
            else:
                task.status, task.finished_at = "FAILED", timezone.now()
            log.error(
                "%s was in hand of a worker that died: %s", task.task_path, task.status
            )
            task.save(update_fields=["status", "finished_at"])
    return len(in_hand)


class Place:
    """A place for one worker; whoever dies there is followed by another."""

    def __init__(self) -> None:
        self._name = ""
        self.fill()

    def fill(self) -> None:
        """Start a worker, which begins with what the one before it had in hand."""
        former, self._name = self._name, uuid4().hex
        self.process = subprocess.Popen(  # noqa: S603 -- our own interpreter
            [
                *(sys.executable, "-c"),
                "import sys; from xunfang.cli.serve import work; work(*sys.argv[1:])",
                *(self._name, former),
            ],
            env={
                "XUNFANG_LOG_LEVEL": "ERROR",
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "xunfang.config.settings",
                # Each worker makes one plan on one core.
                "OMP_NUM_THREADS": "1",
                "OPENBLAS_NUM_THREADS": "1",
            },
        )
        self._filled_s = time.monotonic()

    def keep_filled(self) -> None:
        """Fill the place again if its worker is dead."""
        code = self.process.poll()
        if code is not None and time.monotonic() - self._filled_s >= RESTS_S:
            log.error("a worker died (%d); another one takes its place", code)
            self.fill()


def keep(places: Sequence[Place], over: threading.Event) -> None:
    """Fill places again whose workers died, and do what is due every so often."""
    duties = [
        Duty(see_to_positions, SEES_TO_POSITIONS_EVERY_S),
        Duty(seal_the_log, SEALS_EVERY_S),
        Duty(look_after_cases, SEES_TO_CASES_EVERY_S),
    ]
    while not over.wait(COUNTS_WORKERS_EVERY_S):
        for place in places:
            place.keep_filled()
        for duty in duties:
            duty.do_if_due()


class Duty:
    """Something that is done every so many seconds, whatever became of the last time."""

    def __init__(self, do: Callable[[], None], every_s: float) -> None:
        self._do, self._every_s = do, every_s
        self._done_s = time.monotonic()

    def do_if_due(self) -> None:
        """Do it if it is time; a database that does not answer is asked the next time."""
        from django.db import DatabaseError, connection  # noqa: PLC0415 -- after set-up

        if time.monotonic() - self._done_s < self._every_s:
            return
        self._done_s = time.monotonic()
        try:
            self._do()
        except DatabaseError:
            log.exception("it could not be done: %s", self._do.__name__)
        finally:
            connection.close()


@contextmanager
def workers(n_workers: int) -> Iterator[None]:
    """Keep this many workers running, which make the plans; they end with us."""
    places = [Place() for _ in range(n_workers)]
    over = threading.Event()
    keeper = threading.Thread(target=keep, args=(places, over), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()
        for place in places:
            place.process.send_signal(signal.SIGTERM)
        for place in places:
            with suppress(subprocess.TimeoutExpired):
                place.process.wait(timeout=10)
            place.process.kill()
