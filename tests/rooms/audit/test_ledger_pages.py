"""What anybody may ask of the log, and the programs that check a receipt without us."""

import importlib.util
import json
import subprocess
import sys
import threading
from base64 import b64decode
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.asserts import assertContains

from tests.core.ledger.test_tree import _hash, _vectors
from tests.factories.ledger import (
    KEY,
    KIND,
    NOON,
    committed,
    fill,
    receipts,
    salt,
    swapped,
)
from xunfang.audit.ledger import queries, services, witnessing
from xunfang.audit.models import LedgerCheckpoint, LedgerLeaf
from xunfang.core.ledger.tree import is_consistent, is_included

PROGRAMS = Path(queries.__file__).parents[1] / "static" / "audit" / "ledger"


def program(name):
    spec = importlib.util.spec_from_file_location(name, PROGRAMS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


VERIFY, WATCH = program("verify_receipt"), program("watch_log")


@pytest.fixture
def log(db, monkeypatch):
    monkeypatch.setattr(queries, "our_key", lambda: KEY)
    fill(3, 4, 6)


@pytest.mark.django_db
def test_page_of_an_empty_log_says_so(client):
    assertContains(
        client.get("/ledger/", headers={"accept-language": "en"}),
        "Nothing has been entered yet.",
    )
    assert client.get("/ledger/checkpoint").status_code == 404


def test_page_says_how_far_the_log_has_come(client, log):
    page = client.get("/ledger/", headers={"accept-language": "en"})

    for text in ("yunting.example/ledger", "<dd>13</dd>", "verify_receipt.py"):
        assertContains(page, text)


def test_checkpoints_are_given_whole_and_since_a_size(client, log):
    newest = LedgerCheckpoint.objects.last()

    one = client.get("/ledger/checkpoint")
    some = client.get("/ledger/checkpoints?since=3")

    assert one.content.decode() == newest.note
    assert one.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert one.headers["Cache-Control"] == "public, max-age=10"
    assert [
        json.loads(line)["size"] for line in some.content.decode().splitlines()
    ] == [
        7,
        13,
    ]


def test_proofs_are_given_and_may_be_kept_for_good(client, log):
    answer = client.get("/ledger/proof?index=4&size=7")
    newest = client.get("/ledger/consistency?old=7")

    leaf = bytes(LedgerLeaf.objects.get(pk=4).nodes)[:32]
    said = answer.json()
    assert is_included(
        leaf, 4, 7, [*map(b64decode, said["proof"])], b64decode(said["root"])
    )
    assert "immutable" in answer.headers["Cache-Control"]
    said = newest.json()
    assert is_consistent(
        7,
        queries.root_at(7),
        13,
        b64decode(said["root"]),
        [*map(b64decode, said["proof"])],
    )
    assert newest.headers["Cache-Control"] == "public, max-age=10"
    assert newest.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("proof", 400),
        ("proof?index=-1", 400),
        ("proof?index=1e3", 400),
        ("proof?index=４", 400),
        ("proof?index=4&size=" + "9" * 400, 400),
        ("proof?index=13", 404),
        ("proof?index=7&size=7", 404),
        ("proof?index=7&size=14", 404),
        ("consistency?old=0", 404),
        ("consistency?old=9&new=8", 404),
        ("checkpoints?since=x", 400),
        ("checkpoints?since=999", 200),
    ],
)
def test_nonsense_is_answered_calmly(client, log, address, status):
    assert client.get(f"/ledger/{address}").status_code == status


def test_what_is_not_sealed_is_not_given_out(client, log):
    services.append([committed(13)], kind=KIND, at=NOON)

    assert client.get("/ledger/proof?index=13&size=14").status_code == 404


@pytest.mark.parametrize("vector", _vectors("inclusion"))
def test_program_judges_inclusion_as_the_vector_says(vector):
    is_good = VERIFY.is_included(
        _hash(vector["leafHash"]),
        vector["leafIdx"],
        vector["treeSize"],
        [_hash(each) for each in vector["proof"] or ()],
        _hash(vector["root"]),
    )

    assert is_good is not vector["wantErr"]


@pytest.mark.parametrize("vector", _vectors("consistency"))
def test_program_of_witnesses_judges_consistency_as_the_vector_says(vector):
    is_good = WATCH.is_consistent(
        vector["size1"],
        _hash(vector["root1"]),
        vector["size2"],
        _hash(vector["root2"]),
        [_hash(each) for each in vector["proof"] or ()],
    )

    assert is_good is not vector["wantErr"]


def test_program_finds_in_each_receipt_what_was_bent(log, tmp_path, capsys):
    outcomes = {}
    expected = {}
    for name, fields, other, faults in receipts():
        paths = [tmp_path / "receipt.json", tmp_path / "checkpoint.txt"]
        paths[0].write_text(json.dumps(fields), encoding="utf-8")
        if other is not None:
            paths[1].write_text(other, encoding="utf-8")
        outcomes[name] = VERIFY.main(paths[: 1 if other is None else 2])
        expected[name] = 1 if faults else 0
        said = capsys.readouterr().out
        assert ("WRONG" in said) is bool(faults)

    assert outcomes == expected


def test_program_runs_alone_and_says_what_it_has_not_checked(log, tmp_path):
    path = tmp_path / "receipt.json"
    path.write_text(queries.receipt(4, salt=salt(4)).text, encoding="utf-8")

    outcome = subprocess.run(  # noqa: S603 -- our own interpreter
        # Without site-packages: there is no `cryptography`.
        [sys.executable, "-I", "-S", PROGRAMS / "verify_receipt.py", path],
        capture_output=True,
        text=True,
        check=False,
    )

    assert outcome.returncode == 0, outcome.stderr
    assert "NOT checked: the signature" in outcome.stdout
    assert "NOT checked: whether others" in outcome.stdout
    assert outcome.stdout.endswith("GOOD 无误\n")


def test_witness_keeps_checkpoints_and_notices_a_log_that_was_rewritten(
    client, log, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(
        WATCH,
        "fetch",
        lambda url: client.get(
            url.removeprefix("http://police.example")
        ).content.decode(),
    )
    path = tmp_path / "kept.jsonl"
    older = witnessing.line_of(LedgerCheckpoint.objects.first())
    path.write_text(older, encoding="utf-8")

    assert WATCH.main("http://police.example/ledger/", path) == 0
    assert WATCH.main("http://police.example/ledger/", path) == 0
    kept = path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["size"] for line in kept] == [3, 13]
    assert witnessing.compare(kept, verifiers=[KEY.verifier]).is_good
    note = json.loads(older)["note"]
    path.write_text(
        json.dumps(
            {"note": note.replace(note.split("\n")[2], swapped(note.split("\n")[2]))}
        )
    )
    assert WATCH.main("http://police.example/ledger/", path) == 1
    assert "NOT THE ONE WE SAW" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_several_add_at_the_same_time_and_no_index_is_missing_or_double():
    ranges = []

    def add():
        try:
            ranges.extend(
                services.append([committed(1), committed(2)], kind=KIND, at=NOON)
                for _ in range(5)
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(index for each in ranges for index in each) == list(range(40))
    assert services.make_checkpoint(at=NOON, key=KEY).size == 40
