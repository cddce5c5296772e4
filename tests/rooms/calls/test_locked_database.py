"""The database is held by somebody else while an officer presses: told, and nothing lost."""

import re
from contextlib import closing, contextmanager
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from tests.factories import desk_night
from tests.factories.desk_night import NOW, ago
from xunfang.calls import services as calls
from xunfang.calls.models import Call, CallEvent

# Somebody else sees only what is committed.
pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_MS = 100
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


@pytest.fixture(autouse=True)
def _own_night(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def desk(account):
    return account("duty_officer")


@pytest.fixture
def night(desk):
    return desk_night.build(by=desk, streets=False)


@pytest.fixture
def page(client, desk, night):
    client.force_login(desk)
    return client


@contextmanager
def database_held():
    """Let somebody else hold what is to be written; we wait for a tenth of a second."""
    if connection.vendor == "sqlite":
        import sqlite3  # noqa: PLC0415 -- for the embedded database only

        with closing(
            sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        ) as other:
            _run(f"PRAGMA busy_timeout = {PATIENCE_MS}")
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
        _run("PRAGMA busy_timeout = 20000")
        return
    with closing(connection.copy()) as other, other.cursor() as cursor:
        _run(f"SET lock_timeout = {PATIENCE_MS}")
        other.set_autocommit(False)
        cursor.execute("LOCK TABLE accounts_user, calls_call IN ACCESS EXCLUSIVE MODE")
        yield
        other.rollback()
    _run("RESET lock_timeout")


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def sent_again(client, told):
    """Press the button of the page that says nothing was kept."""
    text = told.content.decode()
    [action] = re.findall(r'<form method="post" action="([^"]+)"', text)
    fields = {unescape(name): unescape(value) for name, value in HIDDEN.findall(text)}
    fields.pop("csrfmiddlewaretoken")
    return client.post(unescape(action), fields)


def test_a_press_that_finds_the_database_locked_is_told_and_pressed_again(
    page, night, desk
):
    dispatch = calls.send_unit(
        call=night.calls[0], shift=night.crews[0], knows=(), by=desk, at=ago(1)
    )
    press = {"step": "arrived", "key": str(uuid4())}
    url = f"/desk/sent/{dispatch.pk}/press/"

    with database_held():
        told = page.post(url, press)

    assert (told.status_code, told.headers["Retry-After"]) == (503, "5")
    assert "数据库正忙，本次操作没有保存，也没有改动任何内容。" in told.content.decode()
    assert not CallEvent.objects.filter(step="arrived").exists()
    assert sent_again(page, told).status_code == 303
    # The same press with the same key, from another window: it was done once.
    page.post(url, press)
    assert CallEvent.objects.get(step="arrived").happened_at == NOW


@pytest.mark.parametrize(
    ("url", "field", "begins"),
    [("/desk/calls/{}/note/", "words", ""), ("/desk/command/", "line", "/n ")],
)
def test_words_that_got_no_answer_are_sent_again_and_written_once(
    page, night, url, field, begins
):
    """The same words are the same order; other words with the same key are another."""
    call = night.calls[0]
    form = {"key": str(uuid4()), "call": call.pk}

    for words in ("门口有人", "门口有人", "门口两个人"):
        answer = page.post(url.format(call.pk), form | {field: f"{begins}{words}"})
        assert answer.status_code == 303

    noted = CallEvent.objects.filter(step="noted").order_by("pk")
    assert [one.note for one in noted] == ["门口有人", "门口两个人"]


def test_a_call_that_was_typed_is_not_typed_again(page, night):
    """Words with quotes and tags come back as they were."""
    words = '他说"有<刀>"，\n在桥上'
    form = {"key": str(uuid4()), "words": words, "reporter": "resident"}

    with database_held():
        told = page.post("/calls/enter/", form)

    assert told.status_code == 503
    assert "您填写的内容仍保留在本页" in told.content.decode()
    assert sent_again(page, told).status_code == 303
    assert Call.objects.get(
        origin="desk", number__startswith="X"
    ).words.get().words == (words)


def test_a_part_of_a_page_is_told_in_a_part_and_a_password_is_not_handed_back(
    page, night
):
    form = {"key": str(uuid4()), "words": "有人打架", "reporter": "resident"}
    with database_held():
        part = page.post("/calls/enter/", form, headers={"HX-Request": "true"})
        door = Client().post(
            "/account/sign-in/", {"username": "zhiban", "password": "correct-horse"}
        )

    assert part.status_code == 503
    assert "<html" not in part.content.decode()
    assert 'role="alert"' in part.content.decode()
    assert door.status_code == 503
    assert "correct-horse" not in door.content.decode()
