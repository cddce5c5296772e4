"""Find the streets that fixes were driven or walked on, end to end."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from xunfang.core.geo import Floats
from xunfang.core.streets.matching.fixes import LONGEST_GAP_S, Fixes
from xunfang.core.streets.matching.graph import MatchGraph
from xunfang.core.streets.matching.kernels import Rules, fill_path, find_chain
from xunfang.core.streets.modes import Mode
from xunfang.core.streets.network import Ints

# Fixes looked at together: it bounds the memory, not the answer.
_AT_ONCE: Final = 200_000


@dataclass(frozen=True, slots=True)
class MatchRules:
    """How fixes and the ways between them are judged.

    Parameters
    ----------
    sigma_m
        Standard error of a fix across its street.
    beta_m
        Mean difference between the way along the streets and the straight line.
    n_streets
        How many of the nearest streets are considered for each fix.
    still_m
        A fix nearer than this to the last one that counted has not moved.
    back_m
        Going back on an edge by no more than this is the noise of the receiver.
    turn_m
        By how many metres of detour turning round is less likely than going on.
    longest_gap_s
        Fixes farther apart in time are not joined.
    fastest_mps
        Nobody is faster; a way that would ask for it is not filled in.
    slack_m
        By how much the noise of two fixes may seem to lengthen a way.
    """

    sigma_m: float = 8.0
    beta_m: float = 12.0
    n_streets: int = 12
    still_m: float = 20.0
    back_m: float = 40.0
    turn_m: float = 60.0
    longest_gap_s: float = LONGEST_GAP_S
    fastest_mps: float = 45.0
    slack_m: float = 100.0


def rules_for(mode: Mode) -> MatchRules:
    """Return the rules of a mode: who walks turns round anywhere."""
    match mode:
        case Mode.FOOT:
            return MatchRules(still_m=25.0, fastest_mps=5.0)
        case Mode.BICYCLE | Mode.EBIKE:
            return MatchRules(fastest_mps=15.0)
        case _:
            return MatchRules()


@dataclass(frozen=True, eq=False)
class Path:
    """Pieces of directed edges in the order they were used, by unit.

    Parameters
    ----------
    unit
        Whose, ascending, shape ``(n,)``.
    leg
        Pieces of one leg follow one another without a break: each begins where the one
        before ends, at a junction, or on the other side where the unit turned round.
    edge
        Directed edge of the network.
    from_m, to_m
        Along the edge in its own direction, ``from_m`` below ``to_m``.
    enter_s, leave_s
        When it was there, on the clock of the fixes.
    """

    unit: Ints
    leg: Ints
    edge: Ints
    from_m: Floats
    to_m: Floats
    enter_s: Floats
    leave_s: Floats

    def __len__(self) -> int:
        return len(self.edge)

    @property
    def length_m(self) -> float:
        """Length of all pieces together."""
        return float((self.to_m - self.from_m).sum())


@dataclass(frozen=True, eq=False)
class Matched:
    """What became of fixes.

    Parameters
    ----------
    fixes
        The fixes, each array below in their order.
    is_matched
        Whether a street was found for the fix.
    edge, along_m, distance_m
        Directed edge, how far along it, and how far off it the fix lies; where
        ``is_matched`` is false they mean nothing.
    path
        The way that was gone.
    """

    fixes: Fixes
    is_matched: NDArray[np.bool_]
    edge: Ints
    along_m: Floats
    distance_m: Floats
    path: Path


def match_fixes(
    graph: MatchGraph, fixes: Fixes, rules: MatchRules | None = None
) -> Matched:
    """Match the fixes of any number of units.

    The path is filled between fixes, so that a street is covered from where it was
    entered to where it was left and not only where a fix happened to fall; it begins
    and ends with the first and last fix, so that nothing beyond them is claimed. Where
    a unit was silent for too long, or no short way leads from fix to fix, a new leg
    begins and nothing is claimed between.

    Parameters
    ----------
    graph
        The streets of the mode the units moved in.
    fixes
        From `fixes.tidy_fixes`.
    rules
        Those of the mode if None.
    """
    judged = Rules(*astuple(rules_for(graph.mode) if rules is None else rules))
    n = len(fixes)
    is_matched = np.zeros(n, dtype=np.bool_)
    edge = np.zeros(n, dtype=np.int64)
    along_m, distance_m = np.zeros(n), np.zeros(n)
    paths = [_no_path()]
    n_legs = 0
    xy = graph.network.projection.to_xy_m(fixes.lonlat)
    for rows in _batches(fixes):
        x, y, t_s = xy[rows, 0].copy(), xy[rows, 1].copy(), fixes.t_s[rows]
        key_of, key_edge, key_along_m, key_off_m, begins, left_s = find_chain(
            graph.grid, graph.ways, judged, fixes.unit[rows], t_s, x, y
        )
        is_matched[rows] = key_of >= 0
        key = np.maximum(key_of, 0)
        edge[rows], along_m[rows] = key_edge[key], key_along_m[key]
        distance_m[rows] = key_off_m[key]
        at_fix, path_edge, leg, piece = fill_path(
            graph.grid, graph.ways, judged, t_s, x, y,
            key_of, key_edge, key_along_m, begins, left_s,
        )  # fmt: skip
        unit = fixes.unit[rows][at_fix]
        paths.append(Path(unit, n_legs + leg, path_edge.astype(np.int64), *piece.T))
        n_legs += int(begins.sum())
    return Matched(fixes, is_matched, edge, along_m, distance_m, _join(paths))


def _batches(fixes: Fixes) -> Iterator[slice]:
    """Cut the fixes between units into batches that fit into memory."""
    bounds = fixes.unit_bounds().tolist()
    begin = 0
    for end, after in zip(bounds[1:], [*bounds[2:], None], strict=True):
        if after is None or after - begin > _AT_ONCE:
            yield slice(begin, end)
            begin = end


def _no_path() -> Path:
    whole, real = np.empty(0, dtype=np.int64), np.empty(0)
    return Path(whole, whole, whole, real, real, real, real)


def _join(paths: list[Path]) -> Path:
    return Path(
        *(
            np.concatenate([getattr(path, item.name) for path in paths])
            for item in fields(Path)
        )
    )
