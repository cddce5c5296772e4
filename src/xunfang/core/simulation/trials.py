"""Several ways of running a city, tried on the very same calls, again and again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from xunfang.core.simulation.calls import Calls
from xunfang.core.simulation.city import City, Fleet
from xunfang.core.simulation.figures import (
    DAY_S,
    MEASURES,
    TOTALS,
    Figures,
    Group,
    GroupKind,
    Measure,
    Total,
    measure,
)
from xunfang.core.simulation.intervals import Estimate, estimate, paired
from xunfang.core.simulation.rules import Rules
from xunfang.core.simulation.run import simulate

type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]
type Draw = Callable[[np.random.Generator], Calls]

N_BATCHES = 20
"""Of one long run. Law (2015) advises 20 to 30: fewer, longer batches are safer."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """One way of running a city: who waits where, by which rules."""

    name: str
    fleet: Fleet
    rules: Rules = field(default_factory=Rules)
    n_wanted: Ints | None = None


@dataclass(frozen=True, eq=False)
class Trial:
    """Figures of one candidate.

    Attributes
    ----------
    whole
        Of each repetition.
    batches
        Of equal parts of the only repetition; empty if there are several.
    """

    candidate: Candidate
    whole: tuple[Figures, ...]
    batches: tuple[Figures, ...]

    @property
    def observations(self) -> tuple[Figures, ...]:
        """What the intervals are made of: repetitions, or batches of the only one."""
        return self.batches or self.whole

    def of(self, measure: Measure, group: Group | None = None) -> Estimate:
        """Return a figure of a group of calls, by default of all."""
        row = self.whole[0].groups.index(group or Group(GroupKind.ALL, ""))
        column = MEASURES.index(measure)
        at = float(self.whole[0].by_group[row, column]) if self.batches else None
        values = [f.by_group[row, column] for f in self.observations]
        return estimate(np.array(values), at=at)

    def total(self, total: Total) -> Estimate:
        """Return a figure of all together."""
        entry = TOTALS.index(total)
        at = float(self.whole[0].totals[entry]) if self.batches else None
        return estimate(np.array([f.totals[entry] for f in self.observations]), at=at)

    def values(self, measure: Measure) -> Floats:
        """Return a figure of all calls for each observation."""
        column = MEASURES.index(measure)
        return np.array([f.by_group[0, column] for f in self.observations])


@dataclass(frozen=True, slots=True)
class Comparison:
    """A second candidate against a first on the same calls: second less first.

    ``late_change`` is the change of the share late as a share of the first's: -0.1 is a
    tenth fewer.
    """

    first: str
    second: str
    late_share: Estimate
    mean_s: Estimate
    p90_s: Estimate
    late_change: Estimate


def try_out(
    city: City,
    candidates: Sequence[Candidate],
    draw: Draw,
    *,
    demand: Floats,
    rng: np.random.Generator,
    n_repetitions: int,
    from_s: float,
    to_s: float,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[Trial]:
    """Try every candidate on the same calls, with new calls in each repetition.

    Parameters
    ----------
    city, candidates
        What is tried.
    draw
        Makes the calls of one repetition.
    demand
        As in `run.simulate`.
    rng
        One generator for each repetition is spawned from it.
    from_s, to_s
        The period that is counted. What is before is for warming up: all units begin
        free at their posts, which no day does.
    on_progress
        Told how many of how many simulations are done.

    Raises
    ------
    ValueError
        Nothing to try, or no repetition.
    """
    if not candidates or n_repetitions < 1:
        raise ValueError("at least one candidate and one repetition are needed")
    found: list[list[Figures]] = [[] for _ in candidates]
    batches: list[list[Figures]] = [[] for _ in candidates]
    n_all, n_done = n_repetitions * len(candidates), 0
    edges_s = np.linspace(from_s, to_s, N_BATCHES + 1).tolist()
    for own_rng in rng.spawn(n_repetitions):
        calls = draw(own_rng)
        for number, candidate in enumerate(candidates):
            run = simulate(
                city,
                candidate.fleet,
                calls,
                candidate.rules,
                demand=demand,
                n_wanted=candidate.n_wanted,
                until_s=to_s + DAY_S,
            )
            found[number].append(measure(run, from_s=from_s, to_s=to_s))
            if n_repetitions == 1:
                batches[number] = [
                    measure(run, from_s=begins, to_s=ends)
                    for begins, ends in pairwise(edges_s)
                ]
            n_done += 1
            if on_progress is not None:
                on_progress(n_done, n_all)
    return [
        Trial(candidate, tuple(whole), tuple(parts))
        for candidate, whole, parts in zip(candidates, found, batches, strict=True)
    ]


def compare(first: Trial, second: Trial) -> Comparison:
    """Compare two trials of the same calls, repetition by repetition."""
    late = first.values(Measure.LATE_SHARE), second.values(Measure.LATE_SHARE)
    base = np.where(late[0] > 0.0, late[0], np.nan)
    return Comparison(
        first=first.candidate.name,
        second=second.candidate.name,
        late_share=paired(*late),
        mean_s=paired(first.values(Measure.MEAN_S), second.values(Measure.MEAN_S)),
        p90_s=paired(first.values(Measure.P90_S), second.values(Measure.P90_S)),
        late_change=estimate((late[1] - late[0]) / base),
    )
