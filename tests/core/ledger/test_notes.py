"""Commitments and the signed word of a log."""

import pytest

from xunfang.core.ledger.checkpoints import (
    Checkpoint,
    NotACheckpoint,
    Signature,
    parse,
    signed,
)
from xunfang.core.ledger.commitments import canonical, commitment

SALT = bytes(range(16))
CHECKPOINT = Checkpoint("yunting.example/ledger", 3, bytes(32))
BY = Signature("yunting.example/ledger", b"\x01\x02\x03\x04", b"s" * 64)
NOTE = (
    "yunting.example/ledger\n3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n"
    "— yunting.example/ledger AQIDBHNzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3"
    "Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3M=\n"
)


def test_document_is_written_in_one_way_whatever_its_order():
    one = {"words": "只会做样子\n", "at": 1, "photo": None, "map": [True, "é"]}

    assert canonical(one) == canonical(dict(reversed(one.items())))
    assert (
        canonical(one).decode()
        == '{"at":1,"map":[true,"é"],"photo":null,"words":"只会做样子\\n"}'
    )


@pytest.mark.parametrize("value", [1.5, 2**53, {"键": 1}, b"bytes", ("a",)])
def test_what_could_be_written_in_two_ways_is_refused(value):
    with pytest.raises(ValueError, match=r"plain key|one way|large"):
        canonical({"a": value})


def test_commitment_differs_by_salt_and_by_every_letter():
    words = {"words": "路灯不亮"}
    all_three = {
        commitment(SALT, words),
        commitment(SALT[::-1], words),
        commitment(SALT, {"words": "路灯不亮。"}),
    }

    assert len(all_three) == 3
    with pytest.raises(ValueError, match="16 bytes"):
        commitment(b"short", words)


def test_note_is_written_and_read_back():
    assert signed(CHECKPOINT, BY) == NOTE
    assert parse(NOTE) == (CHECKPOINT, [BY])


def test_witness_signs_below():
    witness = Signature("街道办", b"abcd", b"w" * 64)

    assert parse(signed(CHECKPOINT, BY, witness)) == (CHECKPOINT, [BY, witness])


@pytest.mark.parametrize(
    "note",
    [
        "",
        NOTE[:-1],
        NOTE.replace("\n\n", "\n"),
        NOTE.replace("\n3\n", "\n03\n"),
        NOTE.replace("\n3\n", "\n-3\n"),
        NOTE.replace("AAA=", "AAA"),
        NOTE.replace("AAAAAAAA", ""),
        NOTE.replace("— ", "- "),
        NOTE + "not a signature\n",
        NOTE.partition("—")[0] + "— name AQ==\n",
        "\n" + NOTE.partition("\n")[2],
    ],
)
def test_bent_note_is_refused(note):
    with pytest.raises(NotACheckpoint):
        parse(note)


def test_name_that_would_break_the_note_is_refused():
    with pytest.raises(ValueError, match="without spaces"):
        signed(CHECKPOINT, Signature("two words", b"abcd", b"x" * 64))
