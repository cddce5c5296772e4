"""The settings an administrator may change, each with a default that runs.

The table below is the whole list; ``docs/reference/settings.md`` says the same and a
test holds the two equal. Values come from environment variables, so that one
installation is configured in one place: its service file.
"""

import os
import secrets
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

PROJECT_DIR = Path(__file__).resolve().parents[3]
LEDGER_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable the house reads."""

    name: str
    kind: str
    """What the value is: "text", "number", "path", "yes or no", "list" or "address"."""
    default: str
    """What holds when the variable is absent, as one would write it."""
    meaning: str
    """One sentence for the administrator."""


SETTINGS = (
    Setting(
        "XUNFANG_DATA_DIR",
        "path",
        "var/ in the project",
        "Folder for everything the house keeps: database, secret key, tiles, "
        "collected static files.",
    ),
    Setting(
        "XUNFANG_DATABASE_URL",
        "address",
        "SQLite, in the data folder",
        "PostgreSQL instead of the embedded SQLite, as "
        "`postgresql://user:password@host:port/name`.",
    ),
    Setting(
        "XUNFANG_SECRET_KEY",
        "text",
        "made once, kept in the data folder",
        "Signs sessions and forms; give the same one to every machine that serves "
        "the same database.",
    ),
    Setting(
        "XUNFANG_ALLOWED_HOSTS",
        "list",
        "127.0.0.1,localhost,[::1]",
        "Host names under which the pages may be reached, separated by commas.",
    ),
    Setting(
        "XUNFANG_HTTPS",
        "yes or no",
        "no",
        "Say yes when a proxy in front serves HTTPS and sets `X-Forwarded-Proto`: "
        "cookies are then sent over HTTPS only.",
    ),
    Setting(
        "XUNFANG_DEBUG",
        "yes or no",
        "no",
        "Show technical error pages and reload static files; never on a machine "
        "others can reach.",
    ),
    Setting(
        "XUNFANG_LEDGER_NAME",
        "text",
        "xunfang/ and eight digits of the key",
        "Name of the log that residents check, as in `yunting.example/ledger`: choose it "
        "once, before the first entry.",
    ),
    Setting(
        "XUNFANG_LEDGER_KEY",
        "text",
        "made once, kept in the data folder",
        "Signs the checkpoints of that log, 32 bytes in Base64; give the same one to "
        "every machine that serves the same database.",
    ),
    Setting(
        "XUNFANG_JURISDICTION",
        "text",
        "xunfang",
        "What we call ourselves to clients of Open311 (`jurisdiction_id`), such as the "
        "city's host name.",
    ),
    Setting(
        "XUNFANG_POSITIONS_ROOM",
        "number",
        "20000",
        "How many positions may wait in memory until they are on disk; devices that find "
        "no room are told to come back.",
    ),
    Setting(
        "XUNFANG_LOG_LEVEL",
        "text",
        "INFO",
        "How much is written to the log: DEBUG, INFO, WARNING or ERROR.",
    ),
)


class WrongSetting(ValueError):
    """An environment variable holds something the house cannot use."""


def yes_or_no(name: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Read a switch; absent or empty means no.

    Raises
    ------
    WrongSetting
        The value is neither yes/true/1/on nor no/false/0/off.
    """
    value = environ.get(name, "").strip().lower()
    if value in {"", "no", "false", "0", "off"}:
        return False
    if value in {"yes", "true", "1", "on"}:
        return True
    raise WrongSetting(f"{name} is {value!r}; write yes or no")


def log_level(environ: Mapping[str, str] = os.environ) -> str:
    """Read how much is logged.

    Raises
    ------
    WrongSetting
        The value is none of the four levels.
    """
    level = environ.get("XUNFANG_LOG_LEVEL", "INFO").strip().upper()
    if level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise WrongSetting(
            f"XUNFANG_LOG_LEVEL is {level!r}; write DEBUG, INFO, WARNING or ERROR"
        )
    return level


def whole_number(
    name: str, default: int, environ: Mapping[str, str] = os.environ
) -> int:
    """Read a number that is at least one.

    Raises
    ------
    WrongSetting
        It is something else.
    """
    value = environ.get(name, "").strip() or str(default)
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise WrongSetting(f"{name} is {value!r}; write a whole number from 1")
    return int(value)


def separated(name: str, default: str) -> list[str]:
    """Read a list separated by commas; empty items are dropped."""
    items = os.environ.get(name, default).split(",")
    return [item.strip() for item in items if item.strip()]


def data_folder() -> Path:
    """Return the data folder, made on first use and closed to other accounts."""
    folder = Path(os.environ.get("XUNFANG_DATA_DIR") or PROJECT_DIR / "var").resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def secret_key(folder: Path) -> str:
    """Return the key that signs sessions; make one if there is none yet."""
    if given := os.environ.get("XUNFANG_SECRET_KEY"):
        return given
    return _kept(folder / "secret_key", lambda: secrets.token_urlsafe(64))


def ledger_key(folder: Path, environ: Mapping[str, str] = os.environ) -> bytes:
    """Return the key that signs the log's checkpoints; make one if there is none yet.

    Raises
    ------
    WrongSetting
        It is not 32 bytes in Base64.
    """
    given = environ.get("XUNFANG_LEDGER_KEY", "").strip()
    text = given or _kept(
        folder / "ledger_key", lambda: b64encode(secrets.token_bytes(32)).decode()
    )
    try:
        key = b64decode(text, validate=True)
    except NotBase64:
        key = b""
    if len(key) != LEDGER_KEY_BYTES:
        raise WrongSetting("XUNFANG_LEDGER_KEY is not 32 bytes in Base64")
    return key


def ledger_name(environ: Mapping[str, str] = os.environ) -> str:
    """Read the name of the log; empty where it is to be called after its key.

    Raises
    ------
    WrongSetting
        It has a space or a plus sign in it, which a signed note could not hold.
    """
    name = environ.get("XUNFANG_LEDGER_NAME", "").strip()
    if "+" in name or any(mark.isspace() for mark in name):
        raise WrongSetting("XUNFANG_LEDGER_NAME has a space or a plus sign in it")
    return name


def jurisdiction(environ: Mapping[str, str] = os.environ) -> str:
    """Read what we are called in Open311."""
    return environ.get("XUNFANG_JURISDICTION", "").strip() or "xunfang"


def _kept(path: Path, make: Callable[[], str]) -> str:
    """Return what is kept in a file that only this account reads; make it if need be.

    The file is written whole beside its final name and then linked there, so that two
    processes starting together end up with the same key.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(make())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass  # Another process was first: its key counts.
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


def database(folder: Path, environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return Django's description of the database.

    SQLite in ``folder`` unless ``XUNFANG_DATABASE_URL`` names a PostgreSQL. SQLite
    writes ahead to a log, so that readers never wait for the writer, and takes the
    write lock when a transaction begins, so that two writers queue instead of failing
    half-way.

    Raises
    ------
    WrongSetting
        The address is not that of a PostgreSQL database.
    """
    url = environ.get("XUNFANG_DATABASE_URL", "").strip()
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / "xunfang.sqlite3",
            # In a file: the threads of a test server may not share one connection.
            "TEST": {"NAME": folder / "test.sqlite3"},
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    parts = urlsplit(url)
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in {"postgresql", "postgres"} or not name:
        raise WrongSetting(
            "XUNFANG_DATABASE_URL is not of the form "
            "postgresql://user:password@host:port/name"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
    }
