"""Messages that say the same, and matters that many messages are about.

Both compare texts by the cosine of their weighted character n-grams. Near-duplicates are
tied pair by pair; topics grow by single-pass leader clustering: each message in its turn
joins the topic whose mean it is nearest to, or leads a new one. Nothing in here decides:
people are shown what looks alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from xunfang.core.language.ngrams import (
    bucket_counts_of,
    counts_of,
    grams_of,
    inverse_document_frequency,
    vocabulary_of,
    weighted,
)

NEAR_DUPLICATE_COSINE = 0.6
TOPIC_COSINE = 0.18
"""Mean best F1 over seven topics of 4,326 messages is level between 0.16 and 0.2."""
MOST_COMMON_SHARE = 0.05
"""A pair of characters in more titles than this tells no topic from another."""
_COMMON_FROM = 200
"""Below so many texts nothing is common enough to be left out."""

_BLOCK = 512
_N_BUCKETS = 1 << 18


def groups_of_near_duplicates(
    texts: Sequence[str], *, cosine: float = NEAR_DUPLICATE_COSINE
) -> NDArray[np.int64]:
    """Return a group number for each text; near-duplicates share one."""
    rows = _rows_of(texts, shortest=3, longest=3)
    columns = rows.T.tocsr()
    starts, ends = [], []
    for start in range(0, len(texts), _BLOCK):
        near = (rows[start : start + _BLOCK] @ columns).tocoo()
        kept = near.data >= cosine
        starts.append(near.row[kept] + start)
        ends.append(near.col[kept])
    at = (np.concatenate(starts or [[]]), np.concatenate(ends or [[]]))
    tied = sparse.coo_array(
        (np.ones(len(at[0])), (at[0].astype(np.int32), at[1].astype(np.int32))),
        shape=(len(texts), len(texts)),
    )
    return connected_components(tied, directed=False)[1].astype(np.int64)


def topics_of(
    titles: Sequence[str], *, cosine: float = TOPIC_COSINE
) -> NDArray[np.int64]:
    """Return a topic number for each title, in the order the topics first appear.

    A title belongs to the topic whose mean has the greatest cosine with it, if that is at
    least ``cosine``. The mean of a topic is never written out: its cosine with a title is
    the sum of the title's similarities to its members over the length of their sum.
    """
    rows = _rows_of(titles, shortest=2, longest=2)
    columns = rows.T.tocsr()
    topic = np.full(len(titles), -1, np.int64)
    # Squared length of the sum of each topic's members, and how many topics there are.
    squared = np.zeros(len(titles) + 1)
    n_topics = 0
    for start in range(0, len(titles), _BLOCK):
        near = (rows[start : start + _BLOCK] @ columns).tocsr()
        for i in range(near.shape[0]):
            at = slice(near.indptr[i], near.indptr[i + 1])
            others, likeness = near.indices[at], near.data[at]
            earlier = topic[others] >= 0
            together = np.bincount(
                topic[others[earlier]], likeness[earlier], minlength=n_topics + 1
            )[: n_topics + 1]
            nearness = together / np.sqrt(np.maximum(squared[: n_topics + 1], 1e-12))
            best = int(nearness.argmax())
            if nearness[best] < cosine:
                best, n_topics = n_topics, n_topics + 1
            squared[best] += 2.0 * together[best] + 1.0
            topic[start + i] = best
    return topic


@dataclass(frozen=True, slots=True)
class Alike:
    """A text of a corpus that resembles another, by its row."""

    row: int
    cosine: float


class Corpus:
    """Texts made ready to be asked which of them a new one resembles.

    Built once for the matters that are open and asked with every message; fifty thousand
    answer in milliseconds because only texts that share an n-gram are looked at.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        counts = _bucketed(texts)
        self.n_texts = len(texts)
        self._idf = inverse_document_frequency(counts)
        by_bucket = weighted(counts, self._idf).tocsc()
        self._starts = by_bucket.indptr
        self._rows = by_bucket.indices
        self._worth = by_bucket.data

    def similar(
        self, text: str, *, n_most: int = 5, least_cosine: float = 0.15
    ) -> list[Alike]:
        """Return the texts most like this one, the likest first, then in order."""
        asked = weighted(_bucketed([text]), self._idf)
        if not self.n_texts or not asked.nnz:
            return []
        spans = [
            slice(self._starts[bucket], self._starts[bucket + 1])
            for bucket in asked.indices
        ]
        rows = np.concatenate([self._rows[span] for span in spans])
        worth = np.concatenate(
            [
                self._worth[span] * weight
                for span, weight in zip(spans, asked.data, strict=True)
            ]
        )
        cosine = np.bincount(rows, worth, minlength=self.n_texts)
        found = np.flatnonzero(cosine >= least_cosine)
        best = found[np.argsort(-cosine[found], kind="stable")[:n_most]]
        return [Alike(int(row), float(min(cosine[row], 1.0))) for row in best]


def _bucketed(texts: Sequence[str]) -> sparse.csr_array:
    return bucket_counts_of(
        grams_of(texts, shortest=2, longest=2), n_buckets=_N_BUCKETS
    )


def _rows_of(texts: Sequence[str], *, shortest: int, longest: int) -> sparse.csr_array:
    grams = grams_of(texts, shortest=shortest, longest=longest)
    counts = counts_of(grams, vocabulary_of(grams, least_texts=1))
    if len(texts) >= _COMMON_FROM:
        n_with = np.bincount(counts.indices, minlength=counts.shape[1])
        counts = sparse.csr_array(counts[:, n_with <= MOST_COMMON_SHARE * len(texts)])
    return weighted(counts, inverse_document_frequency(counts))
