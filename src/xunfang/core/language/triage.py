"""Which class a message belongs to: two suggestions, and how sure.

A linear support vector machine on character n-grams (one to three characters, each
weighted by how rare it is), every class against all others, each class counting alike
however few examples it has. How sure it is comes from messages it had not learnt:
margins become probabilities by one temperature, fitted on folds that were held out
(Guo and others 2017, On Calibration of Modern Neural Networks, section 4.2).

A model is arrays and nothing else. It is kept in a database and read back without
running anything that stands in it. The same examples give the same bytes. Its n-grams are
hashes (`ngrams.hashed`): no name and no sentence of a text can be read out of it.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import log_softmax
from sklearn.svm import LinearSVC

from xunfang.core.language.duplicates import groups_of_near_duplicates
from xunfang.core.language.ngrams import (
    counts_of,
    grams_of,
    hashed,
    inverse_document_frequency,
    vocabulary_of,
    weighted,
)

type Floats = NDArray[np.float32]
type Examples = Sequence[tuple[str, str]]

MOST_NGRAMS = 60_000
"""Of more, those in most examples: a model of sixty classes stays below 8 MB."""
_PENALTY = 1.0
_SEED = 0
"""Of the solver's order and of the folds: the same examples, the same model."""
_FORMAT = "xunfang.triage.2"
_TEMPERATURES = np.geomspace(0.02, 5.0, 80)


class DamagedModel(ValueError):
    """The bytes are not those of a model, or of another version's."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A class, and the share of such suggestions that are right."""

    label: str
    sure_share: float


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What was learnt: n-grams, what each is worth to each class, and a temperature."""

    labels: tuple[str, ...]
    vocabulary: NDArray[np.int64]
    idf: Floats
    weights: Floats
    """Shape (n_grams, n_labels)."""
    bias: Floats
    temperature: float

    def margins(self, texts: Sequence[str]) -> Floats:
        """Return how far each text is on each class's side, shape (n_texts, n_labels)."""
        counts = counts_of(hashed(grams_of(texts)), self.vocabulary)
        return np.asarray(weighted(counts, self.idf) @ self.weights) + self.bias

    def suggest_each(self, texts: Sequence[str]) -> list[tuple[Suggestion, Suggestion]]:
        """Return the two likeliest classes of each text, the likelier first."""
        shares = _shares(self.margins(texts), self.temperature)
        best = np.argsort(-shares, axis=1, kind="stable")[:, :2]
        return [
            (
                Suggestion(self.labels[first], float(row[first])),
                Suggestion(self.labels[second], float(row[second])),
            )
            for row, (first, second) in zip(shares, best.tolist(), strict=True)
        ]

    def suggest(self, text: str) -> tuple[Suggestion, Suggestion]:
        """Return the two likeliest classes of a text, the likelier first."""
        return self.suggest_each([text])[0]

    def to_bytes(self) -> bytes:
        """Return the model for storage: arrays in a zip, weights in half precision."""
        out = io.BytesIO()
        np.savez_compressed(
            out,
            format=np.array(_FORMAT),
            labels=np.array(self.labels),
            vocabulary=self.vocabulary,
            idf=self.idf,
            weights=self.weights.astype(np.float16),
            bias=self.bias,
            temperature=np.array(self.temperature),
        )
        return out.getvalue()

    @classmethod
    def from_bytes(cls, stored: bytes) -> Self:
        """Read a stored model. Raises `DamagedModel` for anything else."""
        try:
            with np.load(io.BytesIO(stored), allow_pickle=False) as arrays:
                if str(arrays["format"]) != _FORMAT:
                    raise DamagedModel(str(arrays["format"]))
                model = cls(
                    labels=tuple(str(label) for label in arrays["labels"]),
                    vocabulary=arrays["vocabulary"].astype(np.int64),
                    idf=arrays["idf"].astype(np.float32),
                    weights=arrays["weights"].astype(np.float32),
                    bias=arrays["bias"].astype(np.float32),
                    temperature=float(arrays["temperature"]),
                )
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise DamagedModel(str(error)) from error
        n_grams, n_labels = len(model.vocabulary), len(model.labels)
        if (
            model.idf.shape != (n_grams,)
            or model.weights.shape != (n_grams, n_labels)
            or model.bias.shape != (n_labels,)
            or n_labels < 2
            or np.any(np.diff(model.vocabulary) <= 0)
            or not model.temperature > 0
        ):
            raise DamagedModel("the arrays do not belong together")
        return model


def train(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    always: Examples = (),
    held: "Evaluation | None" = None,
) -> Model:
    """Learn from examples, and from those in ``always`` that are never held out.

    ``held`` is what `evaluate` said of the same examples, where that is known already.

    Raises
    ------
    ValueError
        Fewer than two classes, or texts and labels do not pair up.
    """
    held = held or evaluate(texts, labels, always=always, n_folds=5)
    model = _fit([*texts, *(a for a, _ in always)], [*labels, *(b for _, b in always)])
    return replace(model, temperature=held.temperature)


def with_title(title: str, text: str) -> str:
    """Return a text to learn from or to ask about, in which the title counts double."""
    return f"{title} {title} {text}" if title else text


def _fit(texts: Sequence[str], labels: Sequence[str]) -> Model:
    if len(texts) != len(labels) or len(set(labels)) < 2:
        raise ValueError("a model needs examples of two classes, and a label for each")
    grams = hashed(grams_of(texts))
    vocabulary = vocabulary_of(grams, least_texts=1)
    return _fit_counts(counts_of(grams, vocabulary), vocabulary, np.asarray(labels))


def _fit_counts(
    counts: sparse.csr_array, vocabulary: NDArray[np.int64], labels: NDArray[np.str_]
) -> Model:
    n_with = np.bincount(counts.indices, minlength=len(vocabulary))
    kept = np.sort(np.argsort(-n_with, kind="stable")[:MOST_NGRAMS])
    kept = kept[n_with[kept] > 0]
    counts = sparse.csr_array(counts[:, kept])
    idf = inverse_document_frequency(counts)
    machine = LinearSVC(C=_PENALTY, class_weight="balanced", random_state=_SEED)
    machine.fit(weighted(counts, idf), labels)
    weights, bias = machine.coef_.T, machine.intercept_
    if len(machine.classes_) == 2:
        # scikit-learn keeps one column where two classes mirror one another.
        weights = np.hstack([-weights, weights])
        bias = np.concatenate([-bias, bias])
    return Model(
        tuple(str(label) for label in machine.classes_),
        vocabulary[kept],
        idf,
        # As they will be after storage: a model suggests the same before and after.
        weights.astype(np.float16).astype(np.float32),
        bias.astype(np.float32),
        temperature=1.0,
    )


def _shares(margins: Floats, temperature: float) -> NDArray[np.float64]:
    return np.exp(log_softmax(margins.astype(np.float64) / temperature, axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What a model says of examples it had not learnt, by folds held out in turn."""

    labels: tuple[str, ...]
    actual: NDArray[np.int64]
    """Index of the label somebody gave, shape (n_texts,)."""
    margins: Floats
    temperature: float

    @property
    def shares(self) -> NDArray[np.float64]:
        return _shares(self.margins, self.temperature)

    def of(self, rows: NDArray[np.bool_]) -> "Evaluation":
        """Return what it says of some of the examples, shape (n_texts,)."""
        return replace(self, actual=self.actual[rows], margins=self.margins[rows])

    def macro_f1(self) -> float:
        """Return the mean over the classes of 2 right / (suggested + actual)."""
        suggested = self.margins.argmax(axis=1)
        n = len(self.labels)
        right = np.bincount(suggested[suggested == self.actual], minlength=n)
        either = np.bincount(suggested, minlength=n) + np.bincount(
            self.actual, minlength=n
        )
        return float(np.mean(2.0 * right / np.maximum(either, 1)))

    def right_share(self, *, of_surest: float = 1.0, within: int = 1) -> float:
        """Return the share right among the surest: by the first, or first two."""
        shares = self.shares
        n = max(1, round(of_surest * len(shares)))
        surest = np.argsort(-shares.max(axis=1), kind="stable")[:n]
        best = np.argsort(-shares[surest], axis=1, kind="stable")[:, :within]
        return float(np.mean((best == self.actual[surest, None]).any(axis=1)))

    def precision(self, label: str, *, sure_share: float) -> tuple[int, int]:
        """Return how many suggestions of a class at least so sure were right, of how many."""
        right, _ = self._suggestions_of(label)
        sure = self.shares.max(axis=1)[self._at(label)] >= sure_share
        return int(right[sure].sum()), int(sure.sum())

    def automatic_from(
        self, label: str, *, precision_share: float, n_least: int = 30
    ) -> float | None:
        """Return from how sure on a class may be given without a person, if at all.

        The precision that counts is the lower end of Wilson's 95 % interval, so that a
        class with few examples is not switched on by luck.
        """
        right, sure = self._suggestions_of(label)
        order = np.argsort(-sure, kind="stable")
        n = np.arange(1, len(order) + 1)
        lower = _wilson_lower(np.cumsum(right[order]), n)
        # A threshold stands between two different values, or it would part equals.
        last_of_equals = np.append(np.diff(sure[order]) < 0, True)[: len(order)]
        good = (lower >= precision_share) & (n >= n_least) & last_of_equals
        return float(sure[order][np.flatnonzero(good)[-1]]) if good.any() else None

    def _at(self, label: str) -> NDArray[np.bool_]:
        return np.equal(self.margins.argmax(axis=1), self.labels.index(label))

    def _suggestions_of(
        self, label: str
    ) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        at = self._at(label)
        right = self.actual[at] == self.labels.index(label)
        return right, self.shares.max(axis=1)[at]


def evaluate(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    always: Examples = (),
    unknown: NDArray[np.bool_] | None = None,
    n_folds: int = 10,
    seed: int = _SEED,
) -> Evaluation:
    """Try a model on examples held out in folds; near-duplicates stay in one fold.

    What is in ``always`` is learnt for every fold and never tried: starter words, or the
    starter messages once a station has labels enough of its own. What is ``unknown``,
    shape (n_texts,), is tried and never learnt: so a model of last week is judged by the
    same examples as one that knows this week's.

    Raises
    ------
    ValueError
        Fewer than two classes, or texts and labels do not pair up.
    """
    if len(texts) != len(labels) or len(set(labels)) < 2:
        raise ValueError("a model needs examples of two classes, and a label for each")
    n = len(texts)
    every = np.asarray([*labels, *(label for _, label in always)])
    names, index = np.unique(every, return_inverse=True)
    actual = index[:n]
    grams = hashed(grams_of([*texts, *(text for text, _ in always)]))
    vocabulary = vocabulary_of(grams, least_texts=1)
    counts = counts_of(grams, vocabulary)
    fold = _folds(actual, groups_of_near_duplicates(texts), n_folds=n_folds, seed=seed)
    # A class whose examples are all in the fold held out cannot be suggested.
    margins = np.full((n, len(names)), -2.0, np.float32)
    for number in range(fold.max() + 1):
        held = np.flatnonzero(fold == number)
        left_out = (
            held if unknown is None else np.union1d(held, np.flatnonzero(unknown))
        )
        learnt = np.setdiff1d(np.arange(len(every)), left_out)
        if len(np.unique(every[learnt])) < 2:
            continue
        model = _fit_counts(sparse.csr_array(counts[learnt]), vocabulary, every[learnt])
        columns = np.searchsorted(vocabulary, model.vocabulary)
        rows = weighted(sparse.csr_array(counts[held][:, columns]), model.idf)
        at = np.searchsorted(names, model.labels)
        margins[np.ix_(held, at)] = rows @ model.weights + model.bias
    return Evaluation(
        tuple(str(name) for name in names),
        actual,
        margins,
        _fitted_temperature(margins, actual),
    )


def _folds(
    actual: NDArray[np.int64], groups: NDArray[np.int64], *, n_folds: int, seed: int
) -> NDArray[np.int64]:
    """Return the fold of each text: groups whole, every class spread over the folds.

    Groups are dealt like cards, class by class, in an order drawn by the seed; so a class
    with a single example is no obstacle.
    """
    _, first, group = np.unique(groups, return_index=True, return_inverse=True)
    drawn = np.random.default_rng(seed).permutation(len(first))
    by_class = drawn[np.argsort(actual[first[drawn]], kind="stable")]
    fold = np.empty(len(first), np.int64)
    fold[by_class] = np.arange(len(first)) % min(n_folds, len(first))
    return fold[group]


def _fitted_temperature(margins: Floats, actual: NDArray[np.int64]) -> float:
    """Return the temperature under which the labels given were likeliest.

    Of n labels each counts as right with (n + 1) / (n + 2) only (Platt 1999, section
    2.2): ten examples, all told apart, do not prove that the eleventh will be.
    """
    n, n_labels = margins.shape
    right = (n + 1.0) / (n + 2.0)
    target = np.full((n, n_labels), (1.0 - right) / (n_labels - 1))
    target[np.arange(n), actual] = right
    likelihood = [
        float((target * log_softmax(margins / each, axis=1)).sum())
        for each in _TEMPERATURES
    ]
    return float(_TEMPERATURES[int(np.argmax(likelihood))])


def _wilson_lower(
    n_right: NDArray[np.int64], n: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the lower end of Wilson's (1927) 95 % interval of n_right / n."""
    z = 1.96
    centre = n_right + z * z / 2
    spread = z * np.sqrt(n_right * (n - n_right) / n + z * z / 4)
    return (centre - spread) / (n + z * z)
