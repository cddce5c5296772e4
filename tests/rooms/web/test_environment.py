"""The settings an administrator may change, as they are read."""

import stat

import pytest

from xunfang.config import environment
from xunfang.config.environment import WrongSetting


def test_sqlite_unless_told_otherwise(tmp_path):
    database = environment.database(tmp_path, {})

    assert database["ENGINE"] == "django.db.backends.sqlite3"
    assert database["NAME"] == tmp_path / "xunfang.sqlite3"
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_postgresql_by_its_address(tmp_path):
    url = "postgresql://xun:p%40ss@db.intern:5433/xunfang"

    database = environment.database(tmp_path, {"XUNFANG_DATABASE_URL": url})

    assert database == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "xunfang",
        "USER": "xun",
        "PASSWORD": "p@ss",
        "HOST": "db.intern",
        "PORT": "5433",
        "CONN_HEALTH_CHECKS": True,
    }


@pytest.mark.parametrize("url", ["mysql://a@b/c", "postgresql://a@b", "nonsense"])
def test_other_databases_are_refused_without_showing_the_password(tmp_path, url):
    with pytest.raises(WrongSetting, match="postgresql://user:password@host"):
        environment.database(tmp_path, {"XUNFANG_DATABASE_URL": url})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", False),
        ("no", False),
        ("0", False),
        ("Yes", True),
        ("on", True),
        ("1", True),
    ],
)
def test_switches(value, expected):
    assert environment.yes_or_no("X", {"X": value}) is expected


def test_switch_that_is_neither_is_refused():
    with pytest.raises(WrongSetting, match="X is 'perhaps'; write yes or no"):
        environment.yes_or_no("X", {"X": "perhaps"})


def test_log_level_is_one_of_four():
    assert environment.log_level({}) == "INFO"
    assert environment.log_level({"XUNFANG_LOG_LEVEL": "debug"}) == "DEBUG"
    with pytest.raises(WrongSetting, match="write DEBUG, INFO, WARNING or ERROR"):
        environment.log_level({"XUNFANG_LOG_LEVEL": "LOUD"})


def test_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path, monkeypatch):
    monkeypatch.delenv("XUNFANG_SECRET_KEY", raising=False)

    first, second = environment.secret_key(tmp_path), environment.secret_key(tmp_path)

    assert first == second
    assert len(first) > 50
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_given_secret_key_counts(tmp_path, monkeypatch):
    monkeypatch.setenv("XUNFANG_SECRET_KEY", "given")

    assert environment.secret_key(tmp_path) == "given"
    assert list(tmp_path.iterdir()) == []


def test_key_of_the_log_is_made_once_and_kept(tmp_path):
    first, second = (environment.ledger_key(tmp_path, {}) for _ in range(2))

    assert first == second
    assert len(first) == 32
    assert (tmp_path / "ledger_key").stat().st_mode & 0o077 == 0


def test_key_and_name_of_the_log_can_be_given_and_are_checked(tmp_path):
    given = {"XUNFANG_LEDGER_KEY": "A" * 43 + "="}

    assert environment.ledger_key(tmp_path, given) == bytes(32)
    assert environment.ledger_name({"XUNFANG_LEDGER_NAME": " a.example/log "}) == (
        "a.example/log"
    )
    for wrong in ("AAAA", "no base64"):
        with pytest.raises(environment.WrongSetting):
            environment.ledger_key(tmp_path, {"XUNFANG_LEDGER_KEY": wrong})
    with pytest.raises(environment.WrongSetting):
        environment.ledger_name({"XUNFANG_LEDGER_NAME": "a+b"})
