"""``xunfang verify``, as somebody runs it who suspects something."""

import argparse

import pytest

from tests.factories.ledger import KEY, committed, fill, insider, salt, words
from xunfang.audit.ledger import keys, queries, sealing, sources
from xunfang.cli import main, serve

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def log(monkeypatch, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(serve, "set_up", lambda: None)
    monkeypatch.setattr(keys, "our_key", lambda: KEY)
    monkeypatch.setattr(queries, "our_key", lambda: KEY)
    monkeypatch.setattr(sources, "_SOURCES", {})
    fill(3, 4)


def verify(*what):
    arguments = main.build_parser().parse_args(["verify", *map(str, what)])
    assert isinstance(arguments, argparse.Namespace)
    return arguments.handler(arguments)


def test_log_that_nobody_touched_is_good(capsys):
    assert verify("ledger") == 0
    assert capsys.readouterr().out == (
        "7 entries 条目, 2 checkpoints 检查点\nGOOD 无误\n"
    )


@pytest.mark.rule("CL-08")
def test_changed_row_is_named_and_the_command_fails(capsys):
    """The words of entry 4 were "第4条:只会做样子"; somebody makes them kinder."""
    sources.register(
        "test.word",
        lambda: ((n, committed(n if n != 4 else 5)) for n in range(7)),
    )

    assert verify("ledger") == 1
    assert capsys.readouterr().out == (
        "7 entries 条目, 2 checkpoints 检查点\n"
        "  test.word: 7 rows compared 已比对 (0 erased by law 依法删除)\n"
        "  entry 条目 4 (test.word): the row says something else now 业务记录被改动\n"
        "WRONG 不符\n"
    )


def test_exported_checkpoints_are_what_a_witness_compares(tmp_path, capsys):
    assert verify("checkpoints", "--since", 3) == 0
    path = tmp_path / "kept.jsonl"
    path.write_text(capsys.readouterr().out, encoding="utf-8")

    assert verify("witness", path) == 0
    (tmp_path / "ledger_checkpoint").write_text(path.read_text("utf-8"), "utf-8")
    with insider() as cursor:
        cursor.execute('DELETE FROM audit_ledgerleaf WHERE "index" >= 3')
        cursor.execute("DELETE FROM audit_ledgercheckpoint WHERE size > 3")
        cursor.execute("UPDATE audit_ledgerhead SET size = 3, peaks = %s", [b""])
    assert verify("witness", path) == 1
    assert "entry 条目 3–6: signed once, gone now" in capsys.readouterr().out
    assert sealing.kept_line()
    assert verify("ledger") == 1
    assert "entry 条目 3–6: signed once, gone now" in capsys.readouterr().out
    assert verify("witness", tmp_path / "nowhere") == 2


def test_receipt_is_judged_by_itself_by_the_log_and_by_another_checkpoint(
    tmp_path, capsys
):
    path, other = tmp_path / "receipt.json", tmp_path / "checkpoint.txt"
    receipt = queries.receipt(4, salt=salt(4), document=words(4))
    path.write_text(receipt.text, encoding="utf-8")
    other.write_text(receipt.checkpoint, encoding="utf-8")

    assert verify("receipt", path, "--checkpoint", other) == 0
    assert "GOOD 无误: entry 条目 4" in capsys.readouterr().out
    other.write_text(receipt.checkpoint.replace("\n7\n", "\n6\n"), encoding="utf-8")
    assert verify("receipt", path, "--checkpoint", other) == 1
    assert "no known key signed the other checkpoint" in capsys.readouterr().out
    path.write_text(receipt.text.replace("第4条", "第5条"), encoding="utf-8")
    assert verify("receipt", path) == 1
    assert "the words are not those" in capsys.readouterr().out
    path.write_text("[]", encoding="utf-8")
    assert verify("receipt", path) == 2
