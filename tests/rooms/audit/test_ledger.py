"""The log: added to, signed, proven, and verified after somebody has been at it."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories.ledger import (
    KEY,
    KIND,
    MINUTE,
    NOON,
    committed,
    fill,
    insider,
    salt,
    words,
)
from xunfang.audit.append_only import AppendOnly
from xunfang.audit.ledger import (
    comparing,
    keys,
    queries,
    sealing,
    services,
    sources,
    verifying,
    witnessing,
)
from xunfang.audit.ledger.findings import Fault
from xunfang.audit.models import LedgerCheckpoint, LedgerHead, LedgerLeaf
from xunfang.core.ledger.commitments import commitment
from xunfang.core.ledger.entries import entry_leaf, moment
from xunfang.core.ledger.receipts import faults, read
from xunfang.core.ledger.tree import (
    consistency_proof,
    grow,
    inclusion_proof,
    is_consistent,
    is_included,
)

pytestmark = pytest.mark.django_db

VERIFIERS = [KEY.verifier]


def findings(*, verifiers=VERIFIERS):
    return [
        (each.fault, each.first, each.last)
        for each in verifying.verify(verifiers=verifiers).findings
    ]


@pytest.fixture
def log():
    fill(3, 4, 6)


def test_entries_get_indices_without_gaps_whatever_the_batches():
    ranges = [
        services.append([committed(i) for i in range(n)], kind=KIND, at=NOON)
        for n in (1, 0, 5, 2)
    ]

    assert ranges == [range(1), range(1, 1), range(1, 6), range(6, 8)]
    assert list(LedgerLeaf.objects.values_list("index", flat=True)) == list(range(8))


def test_entry_of_what_did_not_happen_is_not_in_the_log(log):
    with transaction.atomic():
        services.append([committed(99)], kind=KIND, at=NOON)
        transaction.set_rollback(True)

    assert services.append([committed(13)], kind=KIND, at=NOON) == range(13, 14)
    assert findings() == []


def test_commitment_of_another_length_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        services.append([b"short"], kind=KIND, at=NOON)


def test_stored_log_gives_the_proofs_of_the_tree(log):
    leaves = [
        entry_leaf(KIND, moment(each.at), bytes(each.commitment))
        for each in LedgerLeaf.objects.all()
    ]
    nodes = dict(grow(0, [], leaves).nodes)

    for size in (1, 3, 7, 8, 13):
        for index in range(size):
            assert queries.inclusion(index, size) == inclusion_proof(
                index, size, lambda wanted: {node: nodes[node] for node in wanted}
            )
        assert queries.consistency(size, 13) == consistency_proof(
            size, 13, lambda wanted: {node: nodes[node] for node in wanted}
        )


def test_proof_takes_one_question(log, django_assert_num_queries):
    with django_assert_num_queries(1):
        proof = queries.inclusion(5, 13)
    with django_assert_num_queries(1):
        queries.consistency(7, 13)

    leaf = LedgerLeaf.objects.get(pk=5)
    assert is_included(bytes(leaf.nodes)[:32], 5, 13, proof, queries.root_at(13))


def test_checkpoint_is_signed_where_something_was_added_and_only_there(log):
    first, second, third = LedgerCheckpoint.objects.all()

    assert services.make_checkpoint(at=NOON + 9 * MINUTE, key=KEY) is None
    assert [each.size for each in (first, second, third)] == [3, 7, 13]
    assert keys.signed_at(third.note, VERIFIERS) == third.at == NOON + 2.5 * MINUTE
    assert is_consistent(
        7, bytes(second.root), 13, bytes(third.root), queries.consistency(7, 13)
    )


def test_note_bears_no_other_key_time_or_size(log):
    note = queries.latest_checkpoint().note
    other = keys.key_from(bytes(32), KEY.name)

    assert keys.signed_at(note, [other.verifier]) is None
    assert keys.signed_at(note, [other.verifier, KEY.verifier]) is not None
    assert keys.signed_at(note.replace("\n13\n", "\n12\n"), VERIFIERS) is None


def test_log_that_does_not_continue_its_checkpoint_is_not_signed(log):
    services.append([committed(13)], kind=KIND, at=NOON)
    with insider() as cursor:
        cursor.execute(
            'UPDATE audit_ledgerleaf SET nodes = %s WHERE "index" = 7', [b"x" * 128]
        )

    with pytest.raises(queries.LogDamaged):
        services.make_checkpoint(at=NOON, key=KEY)

    assert LedgerCheckpoint.objects.count() == 3


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: LedgerLeaf.objects.first().save(),
        lambda: LedgerLeaf.objects.first().delete(),
        lambda: LedgerLeaf.objects.update(kind="x"),
        lambda: LedgerCheckpoint.objects.all().delete(),
    ],
    ids=["save", "delete", "update", "delete all"],
)
def test_django_refuses_to_change_the_log(log, attempt):
    with pytest.raises(AppendOnly):
        attempt()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_ledgerleaf SET kind = 'x' WHERE \"index\" = 1",
        'DELETE FROM audit_ledgerleaf WHERE "index" = 1',
        "UPDATE audit_ledgercheckpoint SET note = 'x'",
        "DELETE FROM audit_ledgercheckpoint",
        'REPLACE INTO audit_ledgerleaf SELECT * FROM audit_ledgerleaf WHERE "index" = 1',
        "TRUNCATE audit_ledgerleaf",
    ],
)
def test_database_refuses_to_change_the_log(log, sql):
    word = sql.split()[0]
    if word == {"sqlite": "TRUNCATE", "postgresql": "REPLACE"}[connection.vendor]:
        pytest.skip("not a word of this database")

    with (
        pytest.raises(IntegrityError, match="only ever added"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_log_that_nobody_touched_is_good(log):
    report = verifying.verify(verifiers=VERIFIERS)

    assert (report.n_leaves, report.n_checkpoints, report.findings) == (13, 3, [])


def leaf(index, **values):
    """Return a step of an insider: change columns of a leaf."""
    names = ", ".join(f"{name} = %s" for name in values)

    def change(cursor):
        cursor.execute(
            f'UPDATE audit_ledgerleaf SET {names} WHERE "index" = %s',  # noqa: S608 -- ours
            [*values.values(), index],
        )

    return change


def remove(index):
    return lambda cursor: cursor.execute(
        'DELETE FROM audit_ledgerleaf WHERE "index" = %s', [index]
    )


def swap(one, other):
    def change(cursor):
        for first, second in ((one, 100), (other, one), (100, other)):
            cursor.execute(
                'UPDATE audit_ledgerleaf SET "index" = %s WHERE "index" = %s',
                [second, first],
            )

    return change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (leaf(4, commitment=bytes(32)), [(Fault.LEAF_CHANGED, 4, 4)]),
        (leaf(4, kind="other.kind"), [(Fault.LEAF_CHANGED, 4, 4)]),
        (leaf(4, at=NOON - MINUTE), [(Fault.LEAF_CHANGED, 4, 4)]),
        (remove(4), [(Fault.LEAF_MISSING, 4, 4)]),
        (remove(0), [(Fault.LEAF_MISSING, 0, 0)]),
        (remove(12), [(Fault.LEAF_MISSING, 12, 12)]),
        (
            swap(4, 6),
            [
                (Fault.NODE_CHANGED, 4, 5),
                (Fault.ROOT_DIFFERS, 3, 6),
                (Fault.NODE_CHANGED, 6, 7),
            ],
        ),
        (
            swap(4, 5),
            [(Fault.NODE_CHANGED, 4, 4), (Fault.NODE_CHANGED, 4, 5)],
        ),
        (
            lambda cursor: cursor.execute(
                "UPDATE audit_ledgercheckpoint SET root = %s WHERE size = 7",
                [bytes(32)],
            ),
            [(Fault.CHECKPOINT_CHANGED, 3, 6)],
        ),
        (
            lambda cursor: cursor.execute(
                "UPDATE audit_ledgercheckpoint SET at = %s WHERE size = 7", [NOON]
            ),
            [(Fault.CHECKPOINT_CHANGED, 3, 6)],
        ),
        (
            lambda cursor: cursor.execute("UPDATE audit_ledgerhead SET size = 12"),
            [
                (Fault.CUT_OFF, 12, 12),
                (Fault.HEAD_CHANGED, 0, 11),
                (Fault.LEAF_ADDED, 12, 12),
            ],
        ),
    ],
    ids=[
        "words",
        "kind",
        "time",
        "gone",
        "first gone",
        "last gone",
        "two swapped",
        "neighbours swapped",
        "root of a checkpoint",
        "time of a checkpoint",
        "end",
    ],
)
def test_whatever_is_changed_is_named(log, change, expected):
    with insider() as cursor:
        change(cursor)

    assert findings() == expected


def test_every_byte_of_a_row_is_held(log):
    kept = bytes(LedgerLeaf.objects.get(pk=3).nodes)
    assert len(kept) == 96

    with insider() as cursor:
        for position in range(0, 96, 7):
            bent = bytearray(kept)
            bent[position] ^= 1
            leaf(3, nodes=bytes(bent))(cursor)

            assert {3} & set(range(findings()[0][1], findings()[0][2] + 1)), (
                f"byte {position} was changed unnoticed"
            )
        leaf(3, nodes=kept + b"x")(cursor)
        assert findings() == [(Fault.NODE_CHANGED, 3, 3)]


def rebuild(cursor, index, **values):
    """Change a leaf as somebody does who knows the tree: everything above it, too."""
    leaf(index, **values)(cursor)
    rows = list(LedgerLeaf.objects.all())
    hashes = [
        entry_leaf(each.kind, moment(each.at), bytes(each.commitment)) for each in rows
    ]
    growth = grow(0, [], hashes)
    beside = {}
    for (level, number), value in growth.nodes:
        end = ((number + 1) << level) - 1
        beside[end] = beside.get(end, b"") + value
    for end, nodes in beside.items():
        leaf(end, nodes=nodes)(cursor)
    cursor.execute("UPDATE audit_ledgerhead SET peaks = %s", [b"".join(growth.peaks)])


def test_history_rewritten_whole_differs_from_what_was_signed(log):
    with insider() as cursor:
        rebuild(cursor, 4, commitment=bytes(32))

    assert findings() == [(Fault.ROOT_DIFFERS, 3, 6)]


def test_leaf_dated_back_is_named_though_its_hashes_fit(log):
    services.append([committed(13)], kind=KIND, at=NOON - timedelta(hours=1))
    services.append([committed(14)], kind=KIND, at=NOON + timedelta(days=400))
    services.make_checkpoint(at=NOON + 4 * MINUTE, key=KEY)

    assert findings() == [(Fault.DATED_BACK, 13, 13), (Fault.DATED_AHEAD, 14, 14)]


def test_end_cut_off_is_found_by_what_is_kept_beside_the_database(log):
    """Leaves, checkpoints and head of the last minute are gone: all fits together."""
    witness = [witnessing.line_of(each) for each in LedgerCheckpoint.objects.all()]
    with insider() as cursor:
        cursor.execute('DELETE FROM audit_ledgerleaf WHERE "index" >= 7')
        cursor.execute("DELETE FROM audit_ledgercheckpoint WHERE size > 7")
        growth = grow(
            0, [], [bytes(each.nodes)[:32] for each in LedgerLeaf.objects.all()]
        )
        cursor.execute(
            "UPDATE audit_ledgerhead SET size = 7, peaks = %s", [b"".join(growth.peaks)]
        )

    assert findings() == []
    report = witnessing.compare(witness, verifiers=VERIFIERS)
    assert [(each.fault, each.first, each.last) for each in report.findings] == [
        (Fault.CUT_OFF, 7, 12)
    ]


def test_witness_finds_a_history_that_was_rewritten_and_signed_anew(log):
    """An insider with the database *and* the key: only who is outside can tell."""
    witness = [witnessing.line_of(each) for each in LedgerCheckpoint.objects.all()]
    assert witnessing.compare(witness, verifiers=VERIFIERS).is_good
    with insider() as cursor:
        rebuild(cursor, 4, commitment=bytes(32))
        cursor.execute("DELETE FROM audit_ledgercheckpoint WHERE size > 3")
    services.make_checkpoint(at=NOON + 2.5 * MINUTE, key=KEY)

    assert findings() == []
    report = witnessing.compare([*witness, "{}", '{"note": "x"}'], verifiers=VERIFIERS)
    assert [(each.fault, each.first, each.last) for each in report.findings] == [
        (Fault.NOT_OURS, 4, 5),
        (Fault.REWRITTEN, 3, 6),
        (Fault.REWRITTEN, 3, 12),
    ]


@pytest.fixture
def room(monkeypatch):
    """A room whose rows the entries are about: number of the row, to what it says."""
    rows = {number: words(number) for number in range(13)}
    monkeypatch.setattr(sources, "_SOURCES", {})
    sources.register(
        KIND,
        lambda: (
            (number, None if said is None else _commit(number, said))
            for number, said in sorted(rows.items())
        ),
    )
    return rows


def _commit(number, said):
    return commitment(salt(number), said)


@pytest.mark.rule("CL-08")
def test_row_that_is_changed_is_named(log, room):
    room[4] = {**words(4), "words": "做得很好"}

    report = verifying.verify(verifiers=VERIFIERS)

    assert [
        (each.fault, each.first, each.last, each.kind) for each in report.findings
    ] == [(Fault.ROW_CHANGED, 4, 4, KIND)]


@pytest.mark.rule("CL-09")
def test_row_that_is_gone_is_named_and_one_erased_by_law_is_counted(log, room):
    room[3] = None
    del room[12], room[0]
    room[40] = words(40)

    report = verifying.verify(verifiers=VERIFIERS)

    assert [(each.fault, each.first, each.last) for each in report.findings] == [
        (Fault.ROW_MISSING, 0, 0),
        (Fault.ROW_WITHOUT_LEAF, 40, 40),
        (Fault.ROW_MISSING, 12, 12),
    ]
    assert (report.compared[KIND], report.erased[KIND]) == (11, 1)


def test_two_rooms_cannot_answer_for_one_kind(room):
    with pytest.raises(ValueError, match="rows already"):
        sources.register(KIND, list)


def test_receipt_proves_the_words_and_is_borne_out_by_the_log(log):
    receipt = queries.receipt(4, salt=salt(4), document=words(4))

    assert read(receipt.text) == receipt
    assert faults(receipt) == []
    assert comparing.faults(receipt, verifiers=VERIFIERS) == []
    assert (
        comparing.faults_beside(
            LedgerCheckpoint.objects.first().note, verifiers=VERIFIERS
        )
        == []
    )
    with insider() as cursor:
        rebuild(cursor, 4, commitment=bytes(32))
    assert comparing.faults(receipt, verifiers=[]) == [
        "unsigned",
        "leaf_gone",
        "rewritten",
    ]
    assert comparing.faults_beside(receipt.checkpoint, verifiers=VERIFIERS) == [
        "other_rewritten"
    ]


def test_receipt_waits_for_the_checkpoint(log):
    services.append([committed(13)], kind=KIND, at=NOON)

    with pytest.raises(queries.NotSealed):
        queries.receipt(13, salt=salt(13))
    with pytest.raises(ValueError, match="no leaf"):
        queries.receipt(14, salt=salt(13))


def test_sealing_keeps_the_newest_checkpoint_beside_the_database(
    settings, tmp_path, log, caplog
):
    settings.DATA_DIR = tmp_path
    assert sealing.kept_line() == ""
    services.append([committed(13)], kind=KIND, at=NOON)

    made = sealing.seal(at=NOON + 3 * MINUTE)

    assert json.loads(sealing.kept_line())["size"] == made.size == 14
    assert sealing.seal(at=NOON + 4 * MINUTE) is None
    LedgerHead.objects.update(peaks=bytes(96), size=15)
    assert sealing.seal(at=NOON + 5 * MINUTE) is None
    assert "verify ledger" in caplog.text
