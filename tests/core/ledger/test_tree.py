"""The tree of the log, by the vectors of others and by its own laws."""

import json
from base64 import b64decode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.ledger.tree import (
    EMPTY_ROOT,
    consistency_proof,
    grow,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    root_of,
)

VECTORS = Path(__file__).parent / "vectors.json"
"""The 196 vectors of transparency-dev/merkle (Apache-2.0), each under its path."""


def _vectors(kind: str) -> list:
    return [
        pytest.param(vector, id=path)
        for path, vector in json.loads(VECTORS.read_text()).items()
        if path.startswith(kind)
    ]


def _hash(text: str | None) -> bytes:
    return b64decode(text or "")


@pytest.mark.parametrize("vector", _vectors("inclusion"))
def test_inclusion_is_judged_as_the_vector_says(vector):
    is_good = is_included(
        _hash(vector["leafHash"]),
        vector["leafIdx"],
        vector["treeSize"],
        [_hash(each) for each in vector["proof"] or ()],
        _hash(vector["root"]),
    )

    assert is_good is not vector["wantErr"]


@pytest.mark.parametrize("vector", _vectors("consistency"))
def test_consistency_is_judged_as_the_vector_says(vector):
    is_good = is_consistent(
        vector["size1"],
        _hash(vector["root1"]),
        vector["size2"],
        _hash(vector["root2"]),
        [_hash(each) for each in vector["proof"] or ()],
    )

    assert is_good is not vector["wantErr"]


def test_every_vector_is_there():
    assert len(json.loads(VECTORS.read_text())) == 196


def _log(size: int) -> tuple[dict, list[bytes], list[bytes]]:
    leaves = [leaf_hash(bytes([n % 256, n // 256])) for n in range(size)]
    growth = grow(0, [], leaves)
    nodes = dict(growth.nodes)
    roots = [EMPTY_ROOT]
    size, peaks = 0, []
    for leaf in leaves:
        step = grow(size, peaks, [leaf])
        size, peaks = step.size, step.peaks
        roots.append(step.root)
    return nodes, leaves, roots


NODES, LEAVES, ROOTS = _log(300)


def _read(nodes):
    return {node: NODES[node] for node in nodes}


@given(
    st.integers(1, 300).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1)))
)
def test_every_leaf_of_every_tree_is_proven(size_and_index):
    size, index = size_and_index

    proof = inclusion_proof(index, size, _read)

    assert len(proof) <= (size - 1).bit_length()
    assert is_included(LEAVES[index], index, size, proof, ROOTS[size])
    for wrong in {(index + 1) % size, index // 2} - {index}:
        assert not is_included(LEAVES[index], wrong, size, proof, ROOTS[size])


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))))
def test_every_tree_is_proven_to_begin_every_later_one(size_and_old):
    size, old = size_and_old

    proof = consistency_proof(old, size, _read)

    assert is_consistent(old, ROOTS[old], size, ROOTS[size], proof)
    assert not is_consistent(old, ROOTS[old - 1], size, ROOTS[size], proof)


@given(st.lists(st.integers(0, 40), max_size=8))
def test_leaves_added_in_any_batches_give_one_tree(batches):
    size, peaks, nodes = 0, [], {}
    for count in batches:
        growth = grow(size, peaks, LEAVES[size : size + count])
        size, peaks = growth.size, growth.peaks
        nodes |= dict(growth.nodes)

    assert size == min(sum(batches), 300)
    assert root_of(peaks) == ROOTS[size]
    assert nodes.items() <= NODES.items()


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_leaf_that_is_not_there_has_no_proof(index, size):
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(index, size, _read)


@pytest.mark.parametrize(("old", "size"), [(0, 3), (4, 3)])
def test_what_began_nothing_has_no_proof(old, size):
    with pytest.raises(ValueError, match="cannot begin"):
        consistency_proof(old, size, _read)
