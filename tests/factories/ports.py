"""Ports for the servers that tests start as processes of their own."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager


@contextmanager
def held_port() -> Iterator[int]:
    """Yield a port of 127.0.0.1 that nobody but our own server gets meanwhile.

    It stays bound here, so the system gives it to no other test and to no connection
    going out; a server, which may bind it all the same, is the only one to listen. Nor
    does whoever asks whether it answers ever reach itself.
    """
    with closing(socket.socket()) as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]
