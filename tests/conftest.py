"""What every test may ask for."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from xunfang.cli import compiled

# Before anything compiled is imported: an edited kernel must never meet old leftovers.
compiled.choose_folder()

# A law is true or not; how long an example takes depends on who else uses the machine.
hypothesis_settings.register_profile("xunfang", deadline=None)
hypothesis_settings.load_profile("xunfang")

ASK_FOR_DATABASE = {"db", "transactional_db", "live_server"}
"""Fixtures of tests that are about rows. Tests without any know no database, or bring an
embedded one of their own for the servers they kill."""

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out what knows no database where another one is tried."""
    from django.conf import settings  # noqa: PLC0415 -- Django is set up only now

    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return
    without = {item for item in items if not _asks_for_database(item)}
    items[:] = [item for item in items if item not in without]
    config.hook.pytest_deselected(items=list(without))


def _asks_for_database(item: pytest.Item) -> bool:
    names = getattr(item, "fixturenames", ())
    return not ASK_FOR_DATABASE.isdisjoint(names) or bool(
        item.get_closest_marker("django_db")
    )


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of data sets that are too large to live in the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the shared data sets are not here ({SHARED_DATA})")
    return SHARED_DATA


@pytest.fixture(scope="session")
def new_database(tmp_path_factory) -> Path:
    """Return where an embedded database lies as an installation begins with it.

    Servers that are started for a test begin with a copy: making the tables anew takes
    each of them ten seconds. Ask for ``embedded_database``.
    """
    return tmp_path_factory.mktemp("new") / "xunfang.sqlite3"


@pytest.fixture(scope="session")
def embedded_database(new_database, django_db_setup) -> Path:
    """Return the file of an embedded database with all its tables and nothing else."""
    assert new_database.is_file(), "made where the embedded database is tried"
    return new_database


@pytest.fixture(scope="session")
def django_db_setup(new_database, django_db_setup, django_db_blocker) -> Iterator[None]:
    """Keep a copy of the new database; at the end, end sessions that outlived their test.

    PostgreSQL drops no database that somebody is connected to. In between, the log that
    nobody may empty is emptied where a test has filled its database for good.
    """
    if connection.vendor == "sqlite":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(new_database)])
    from tests.factories.ledger import without_triggers  # noqa: PLC0415 -- set up now

    operations = type(connection.ops)
    empty = operations.execute_sql_flush

    def empty_the_log_too(self, statements):
        with self.connection.cursor() as cursor, without_triggers(cursor):
            empty(self, statements)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "execute_sql_flush", empty_the_log_too)
        yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def _no_language_left_behind() -> Iterator[None]:
    """Forget the language of the last request: it is kept for the thread."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _static_files_under_their_own_names(request, settings):
    """Let pages render without collecting files first; browser tests collect them."""
    if "browser" not in request.keywords:
        settings.STORAGES = settings.STORAGES | {
            "staticfiles": {
                "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
            }
        }


@pytest.fixture(autouse=True)
def _what_was_kept_by_key_is_read_anew(request):
    """Keys begin anew with every test: what was read under the same ones is another's."""
    yield
    if "django_db_setup" not in request.fixturenames:
        return
    from xunfang.patrols import queries as patrols  # noqa: PLC0415 -- set up now
    from xunfang.patrols.edits import versions  # noqa: PLC0415 -- set up now
    from xunfang.patrols.plans import response  # noqa: PLC0415 -- set up now
    from xunfang.units.duty.crews import forget_nights  # noqa: PLC0415 -- set up now

    forget_nights()
    for kept in (
        patrols.documents_by_id,
        response.reach_of_plan,
        versions.pairs_between,
    ):
        kept.cache_clear()


@pytest.fixture
def account(db) -> Callable[..., object]:
    """Return a function that opens an account: ``account("leader")``.

    Nobody can sign in to it by password, which saves hashing one; use
    ``client.force_login``.
    """
    from xunfang.accounts.models import Role, User  # noqa: PLC0415 -- needs Django

    def open_account(
        role: str = "duty_officer",
        *,
        station_code: str = "S01",
        username: str = "",
        standing: str = "sworn",
    ) -> User:
        return User.objects.create(
            username=username or role,
            display_name=f"测试{Role(role).label}",
            role=role,
            standing=standing,
            station_code=station_code,
            password="!",
        )

    return open_account
