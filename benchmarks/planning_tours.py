"""Every street walked by k walkers: how far the longest tour is above the bound.

    .venv/bin/python benchmarks/planning_tours.py

Two grids of crossings, every eighth street missing, lengths in decimetres. The bound is
the postman's walk of one shared evenly, or the round trip to the farthest street. The
legs of every tour are followed again before a line is printed.
"""

import argparse
import time

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from xunfang.core.planning.postman import StreetPart
from xunfang.core.planning.tours import StreetTours, street_tours

N_MOVES = 6_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=N_MOVES)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()

    print("streets  k  walked twice  longest  bound  over  CPU s  checked")
    for side in (21, 41):
        part = grid_part(side, seed=0)
        station = (side // 2) * side + side // 2
        street_tours(part, station=station, n_tours=2, n_moves=1, seed=0)
        for k in (4, 8):
            since = time.process_time()
            found = street_tours(
                part, station=station, n_tours=k, n_moves=args.moves, seed=args.seed
            )
            cpu_s = time.process_time() - since
            follow(part, found, station)
            twice = (found.postman.length or 0) / part.length.sum() - 1
            print(
                f"{len(part.tail):7} {k:2} {twice:12.1%} {found.longest:8} "
                f"{found.bound:7.0f} {found.over_bound_share:5.1%} {cpu_s:6.1f}  yes"
            )


def grid_part(side: int, *, seed: int, missing_share: float = 0.12) -> StreetPart:
    """Lay crossings 100 m apart, give or take; keep the largest connected part."""
    rng = np.random.default_rng(seed)
    n_nodes = side * side
    row, column = np.divmod(np.arange(n_nodes), side)
    xy = np.stack([row, column], axis=1) * 1000.0 + rng.normal(0, 150, (n_nodes, 2))
    right = np.flatnonzero(column < side - 1)
    down = np.flatnonzero(row < side - 1)
    tail = np.concatenate([right, down])
    head = np.concatenate([right + 1, down + side])
    kept = rng.random(len(tail)) >= missing_share
    tail, head = tail[kept], head[kept]
    links = csr_array((np.ones(len(tail)), (tail, head)), shape=(n_nodes, n_nodes))
    _, part_of = connected_components(links, directed=False)
    kept = part_of[tail] == np.bincount(part_of).argmax()
    tail, head = tail[kept], head[kept]
    length = np.hypot(*(xy[tail] - xy[head]).T).astype(np.int64)
    return StreetPart(n_nodes, tail, head, length, np.zeros(len(tail), dtype=np.bool_))


def follow(part: StreetPart, found: StreetTours, station: int) -> None:
    """Walk along every leg; raise if a rule is broken."""
    covered = []
    for tour in found.tours:
        here, gone = station, 0
        for leg in tour.legs:
            ends = (int(part.tail[leg.street]), int(part.head[leg.street]))
            allowed = [ends] if part.one_way[leg.street] else [ends, ends[::-1]]
            if leg.start != here or (leg.start, leg.end) not in allowed:
                raise SystemExit(f"no such leg from crossing {here}: {leg}")
            here = leg.end
            gone += int(part.length[leg.street])
            if leg.covers:
                covered.append(leg.street)
        if here != station or gone != tour.length:
            raise SystemExit("a tour does not come home or states a wrong length")
    if sorted(covered) != list(range(len(part.tail))):
        raise SystemExit("some street is not covered, or counted twice")


if __name__ == "__main__":
    main()
