"""A log with entries in it, a room whose rows they are about, and who tampers with it."""

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.db import connection

from xunfang.audit.ledger import keys, queries, services
from xunfang.audit.models import LedgerCheckpoint, LedgerLeaf
from xunfang.core.ledger.commitments import commitment

NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
KEY = keys.key_from(bytes(range(32)), "yunting.example/ledger")
SALT = bytes(range(16))
KIND = "test.word"


def words(number: int) -> dict:
    return {"words": f"第{number}条:只会做样子\n", "n": number, "photo": None}


def committed(number: int) -> bytes:
    return commitment(sha256(bytes([number])).digest()[:16], words(number))


def salt(number: int) -> bytes:
    return sha256(bytes([number])).digest()[:16]


def fill(*batches: int, kind: str = KIND) -> None:
    """Add so many entries a minute, and sign after each minute."""
    first = LedgerLeaf.objects.count()
    for minute, n in enumerate(batches):
        at = NOON + minute * MINUTE
        services.append([committed(first + i) for i in range(n)], kind=kind, at=at)
        first += n
        services.make_checkpoint(at=at + MINUTE / 2, key=KEY)


@contextmanager
def insider():
    """Be somebody who owns the database: without its triggers, a cursor in hand."""
    with connection.cursor() as cursor, without_triggers(cursor):
        yield cursor


@contextmanager
def without_triggers(cursor):
    """Have the triggers of the log stand aside, and put them back."""
    tables = (LedgerLeaf._meta.db_table, LedgerCheckpoint._meta.db_table)
    if cursor.db.vendor == "postgresql":
        off = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables]
        on = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables]
    else:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        off = [f"DROP TRIGGER {name}" for name, _ in triggers]
        on = [sql for _, sql in triggers]
    for statement in off:
        cursor.execute(statement)
    yield
    for statement in on:
        cursor.execute(statement)


def bent(fields, **changes):
    return json.loads(json.dumps(fields)) | changes


def swapped(text: str) -> str:
    """Return Base64 of other bytes."""
    return ("A" if text[0] != "A" else "B") + text[1:]


def receipts():
    """Return receipts good and bent, each with what is found in it."""
    good = json.loads(queries.receipt(4, salt=salt(4), document=words(4)).text)
    bare = {name: value for name, value in good.items() if name != "document"}
    older = LedgerCheckpoint.objects.first().note
    note = good["checkpoint"]
    signature = note.rindex(" ", 0, note.rindex("—")) + 20
    return [
        ("good", good, None, []),
        ("good, without words", bare, None, []),
        ("good, and a witness", good, note, []),
        ("other words", bent(good, document=words(5)), None, ["words_differ"]),
        ("other salt", bent(good, salt=swapped(good["salt"])), None, ["words_differ"]),
        (
            "other time",
            bent(good, at="2026-05-03T04:00:00.000000Z"),
            None,
            ["leaf_differs"],
        ),
        ("other kind", bent(good, kind="x"), None, ["leaf_differs"]),
        ("other index", bent(good, index=5), None, ["not_included"]),
        (
            "proof bent",
            bent(good, proof=[swapped(good["proof"][0]), *good["proof"][1:]]),
            None,
            ["not_included"],
        ),
        ("proof cut", bent(good, proof=good["proof"][:-1]), None, ["not_included"]),
        ("other log", bent(good, origin="elsewhere"), None, ["other_log"]),
        (
            "signature bent",
            bent(good, checkpoint=note[:signature] + swapped(note[signature:])),
            None,
            ["unsigned"],
        ),
        ("other size of the witness", good, older, ["other_size"]),
        (
            "split view",
            good,
            note.replace(note.split("\n")[2], swapped(note.split("\n")[2])),
            ["other_differs"],
        ),
        ("nothing", {}, None, ["not_a_receipt"]),
        ("parts missing", bent(good, proof=None), None, ["not_a_receipt"]),
    ]
