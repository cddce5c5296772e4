"""Serving: whoever works behind the pages ends with them."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing

import pytest

from tests.factories.ports import held_port

SERVES = """
import subprocess, sys
from xunfang.cli import serve

real = subprocess.Popen
serve.subprocess.Popen = lambda *_, **__: real([sys.executable, "-c", "import time; time.sleep(600)"])
serve.set_up()
with serve.workers(1):
    serve.serve_pages(host="127.0.0.1", port=int(sys.argv[1]))
"""


@pytest.fixture
def port():
    with held_port() as port:
        yield port


def is_answered(port: int) -> bool:
    with closing(socket.socket()) as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_workers_end_with_the_server_that_is_told_to_stop(
    tmp_path, embedded_database, port, told
):
    shutil.copy(embedded_database, tmp_path)
    environ = {
        name: value
        for name, value in os.environ.items()
        if name != "XUNFANG_DATABASE_URL"
    } | {"XUNFANG_DATA_DIR": str(tmp_path)}
    server = subprocess.Popen(  # noqa: S603 -- our own interpreter
        [sys.executable, "-c", SERVES, str(port)],
        env=environ,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not is_answered(port):
        assert server.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.1)

    server.send_signal(told)
    server.wait(timeout=30)

    # Nobody of the server's session is left: it was the leader of its own.
    with pytest.raises(ProcessLookupError):
        os.killpg(server.pid, 0)
