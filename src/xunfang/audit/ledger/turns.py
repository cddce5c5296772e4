"""Stand in line to write, where there is one place at the counter.

SQLite lets one write at a time; whoever finds it taken sleeps and looks again, and may
find it taken for ever while others come and go: at fifty messages a second some waited
for thirty seconds. In one process they stand in line instead. Other databases have lines
of their own.
"""

from collections.abc import Callable
from functools import wraps
from threading import Lock

from django.db import connection, transaction

_COUNTER = Lock()


def in_turn[**P, R](do: Callable[P, R]) -> Callable[P, R]:
    """Run a service in a transaction of its own, one after the other.

    Inside a transaction that has begun already it is a part of that one, and nobody
    waits: the place is taken, and waiting for those who wait for it would never end.
    """
    within = transaction.atomic(do)

    @wraps(do)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            return do(*args, **kwargs)
        if connection.vendor != "sqlite":
            return within(*args, **kwargs)
        with _COUNTER:
            return within(*args, **kwargs)

    return run
