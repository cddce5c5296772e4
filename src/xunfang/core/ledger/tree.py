"""The Merkle tree of RFC 9162, section 2.1, over a log that only grows.

Kept are the roots of complete subtrees, as nodes: node ``(level, index)`` covers the
leaves ``index * 2**level`` up to, not including, ``(index + 1) * 2**level``. Such a node
never changes once its leaves are there, so a log may keep its nodes in a table that is
only added to. Everything else is computed from at most ``2 log2(size)`` of them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

type Node = tuple[int, int]
"""Level and index of a complete subtree."""
type ReadNodes = Callable[[Iterable[Node]], dict[Node, bytes]]
"""Fetches nodes, all at once."""

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf; it can never pass for the hash of a node."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above two others."""
    return sha256(b"\x01" + left + right).digest()


def peaks_of(size: int) -> list[Node]:
    """Return the largest complete subtrees of a tree, from the left.

    >>> peaks_of(7)
    [(2, 0), (1, 2), (0, 6)]
    """
    return list(_nodes_of(0, size))


def root_of(peaks: Sequence[bytes]) -> bytes:
    """Return the root of a tree from the hashes of its peaks, from the left."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


@dataclass(frozen=True, slots=True)
class Growth:
    """What adding leaves makes of a tree."""

    size: int
    nodes: list[tuple[Node, bytes]]
    """The new complete subtrees, leaves included, in the order of their making."""
    peaks: list[bytes]

    @property
    def root(self) -> bytes:
        """The root of the tree that has grown."""
        return root_of(self.peaks)


def grow(size: int, peaks: Sequence[bytes], leaves: Iterable[bytes]) -> Growth:
    """Add leaves to a tree of ``size`` whose peaks have these hashes, from the left.

    ``leaves`` are leaf hashes. Takes one or two hashes a leaf.
    """
    nodes: list[tuple[Node, bytes]] = []
    stack = list(peaks)
    for leaf in leaves:
        level, index, new = 0, size, leaf
        nodes.append(((level, index), new))
        while index & 1:
            new = node_hash(stack.pop(), new)
            level, index = level + 1, index >> 1
            nodes.append(((level, index), new))
        stack.append(new)
        size += 1
    return Growth(size, nodes, stack)


def inclusion_proof(index: int, size: int, read: ReadNodes) -> list[bytes]:
    """Return the hashes that lead from leaf ``index`` to the root of a tree.

    RFC 9162, 2.1.3.1. ``ValueError``: there is no such leaf in a tree of this size.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    spans = []
    first, end = 0, size
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((first, middle))
            first = middle
    return _hashes_of(reversed(spans), read)


def consistency_proof(old: int, size: int, read: ReadNodes) -> list[bytes]:
    """Return the hashes that show the tree of ``old`` leaves to begin that of ``size``.

    RFC 9162, 2.1.4.1. ``ValueError``: unless ``0 < old <= size``.
    """
    if not 0 < old <= size:
        raise ValueError(f"a tree of {old} cannot begin a tree of {size}")
    spans = []
    first, end = 0, size
    while end != old:
        middle = first + _split(end - first)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((first, middle))
            first = middle
    if first:
        spans.append((first, end))
    return _hashes_of(reversed(spans), read)


def is_included(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Return whether a proof shows a leaf hash to be at ``index`` of a tree.

    RFC 9162, 2.1.3.2. Whatever does not fit is no proof.
    """
    if not 0 <= index < size or not _are_hashes((leaf, root, *proof)):
        return False
    position, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            found = node_hash(sibling, found)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(
    old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Return whether a proof shows one tree to be the beginning of another.

    RFC 9162, 2.1.4.2. An empty tree begins nothing: it would prove nothing.
    """
    if old == size > 0:
        return not proof and old_root == root
    if not 0 < old < size or not _are_hashes((old_root, root, *proof)):
        return False
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    position, last = old - 1, size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old_found = found = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old_found = node_hash(sibling, old_found)
            found = node_hash(sibling, found)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and old_found == old_root and found == root


def _split(size: int) -> int:
    """Return the largest power of two smaller than ``size``."""
    return 1 << (size - 1).bit_length() - 1


def _nodes_of(first: int, end: int) -> Iterator[Node]:
    """Yield the complete subtrees that a span of leaves consists of, from the left.

    ``first`` is a multiple of the largest power of two in the span.
    """
    while first < end:
        level = (end - first).bit_length() - 1
        yield level, first >> level
        first += 1 << level


def _hashes_of(spans: Iterable[tuple[int, int]], read: ReadNodes) -> list[bytes]:
    parts = [list(_nodes_of(*span)) for span in spans]
    found = read(node for nodes in parts for node in nodes)
    return [root_of([found[node] for node in nodes]) for nodes in parts]


def _are_hashes(values: Iterable[bytes]) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
