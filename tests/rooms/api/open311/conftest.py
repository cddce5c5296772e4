"""One running server and one filled city for all the tests of a module."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from pytest_django.live_server_helper import LiveServer

from tests.rooms.api.open311.city import Client, build


@pytest.fixture(autouse=True)
def _it_is_nine():
    """Let time go by: nobody asks these tests what time it is."""


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker) -> Iterator[object]:
    """Return the numbers of what was said in the city, and ``client``."""
    with django_db_blocker.unblock():
        numbers = build()
        server = LiveServer("127.0.0.1")
        numbers.client = Client(server.url)
        yield numbers
        server.stop()
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def _django_db_helper(city) -> None:
    """Leave the rows to the module: a test is not what begins and ends them here.

    The server has connections of its own and would wait for a test's transaction.
    """


@pytest.fixture
def client(city) -> Client:
    """Return the client that knows nothing but HTTP."""
    return city.client
