"""Texts as sparse rows of character n-grams, counted with arrays.

An n-gram of one to three characters is one integer: 21 bits hold any code point, 63 bits
hold three. A vocabulary is a sorted array of such integers, so that it can be stored,
compared and read without running anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from xunfang.core.language.scripts import search_form

type Codes = NDArray[np.int64]

LONGEST_READ = 4000
"""Characters of a text that are read: more do not change its class, only the time."""

_BITS = 21
_END = np.uint32(10)


@dataclass(frozen=True, slots=True, eq=False)
class Grams:
    """Every n-gram of some texts: which it is, and in which text it stands."""

    codes: Codes
    rows: Codes
    n_texts: int


def grams_of(texts: Sequence[str], *, shortest: int = 1, longest: int = 3) -> Grams:
    """Return the character n-grams of texts; none reaches across a space."""
    forms = [search_form(text[:LONGEST_READ]) for text in texts]
    joined = "\n".join(forms) + "\n"
    # A lone half of a surrogate pair is no character; it came from a broken upload.
    raw = joined.encode("utf-32-le", "replace")
    points = np.frombuffer(raw, dtype="<u4")
    ends = points == _END
    row = np.cumsum(ends) - ends
    breaks = ends | (points == np.uint32(32))
    wide = points.astype(np.int64)
    codes, rows = [], []
    gram, broken = np.zeros_like(wide), np.zeros_like(breaks)
    for size in range(1, longest + 1):
        n = len(wide) - size + 1
        if n <= 0:
            break
        gram = (gram[:n] << _BITS) | wide[size - 1 :]
        broken = broken[:n] | breaks[size - 1 :]
        if size >= shortest:
            codes.append(gram[~broken])
            rows.append(row[:n][~broken])
    empty = np.zeros(0, np.int64)
    return Grams(
        np.concatenate([empty, *codes]), np.concatenate([empty, *rows]), len(texts)
    )


def vocabulary_of(grams: Grams, *, least_texts: int) -> Codes:
    """Return, sorted, the n-grams that stand in at least so many of the texts."""
    vocabulary, index = np.unique(grams.codes, return_inverse=True)
    pairs = np.unique(index * np.int64(grams.n_texts) + grams.rows)
    n_texts = np.bincount(pairs // grams.n_texts, minlength=len(vocabulary))
    return vocabulary[n_texts >= least_texts]


def counts_of(grams: Grams, vocabulary: Codes) -> sparse.csr_array:
    """Return how often each n-gram of a vocabulary stands in each text."""
    shape = (grams.n_texts, len(vocabulary))
    if not len(vocabulary):
        return sparse.csr_array(shape, dtype=np.float32)
    at = np.minimum(np.searchsorted(vocabulary, grams.codes), len(vocabulary) - 1)
    known = vocabulary[at] == grams.codes
    return _summed(grams.rows[known], at[known], shape)


def bucket_counts_of(grams: Grams, *, n_buckets: int) -> sparse.csr_array:
    """Return counts by a fixed hash of the n-gram: no vocabulary to keep in step."""
    bucket = hashed(grams).codes % n_buckets
    return _summed(grams.rows, bucket, (grams.n_texts, n_buckets))


def hashed(grams: Grams) -> Grams:
    """Return n-grams by a fixed hash of 24 bits, out of which nobody reads them.

    Half a million sequences of three characters share a value: what keeps values only
    keeps no text. Of a vocabulary of 60,000 a foreign one is met once in 280 times, which
    costs no class its margin.
    """
    # Knuth's multiplicative hash; wrapping is what it lives on.
    mixed = grams.codes.view(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    codes = (mixed >> np.uint64(40)).astype(np.int64)
    return Grams(codes, grams.rows, grams.n_texts)


def _summed(rows: Codes, columns: Codes, shape: tuple[int, int]) -> sparse.csr_array:
    ones = np.ones(len(rows), np.float32)
    # scikit-learn reads indices of 32 bits only.
    at = (rows.astype(np.int32), columns.astype(np.int32))
    counted = sparse.csr_array((ones, at), shape=shape)
    counted.sum_duplicates()
    return counted


def inverse_document_frequency(counts: sparse.csr_array) -> NDArray[np.float32]:
    """Return log((1 + n) / (1 + n with it)) + 1 for each column."""
    n_with = np.bincount(counts.indices, minlength=counts.shape[1])
    weight = np.log((1.0 + counts.shape[0]) / (1.0 + n_with)) + 1.0
    return weight.astype(np.float32)


def weighted(counts: sparse.csr_array, idf: NDArray[np.float32]) -> sparse.csr_array:
    """Return rows of length one: (1 + log count) times the weight of the n-gram."""
    data = (1.0 + np.log(counts.data)) * idf[counts.indices]
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    length = np.sqrt(np.bincount(row, weights=data * data, minlength=counts.shape[0]))
    data = (data / np.maximum(length, 1e-12)[row]).astype(np.float32)
    return sparse.csr_array((data, counts.indices, counts.indptr), shape=counts.shape)
