"""Hot Spot Coverage Patrol: our tours on the public police instances.

    .venv/bin/python benchmarks/planning_hscpp.py [FOLDER]

FOLDER holds ``real_1.json`` and ``real_2.json``: two police areas of Montgomery County,
five prize vectors each (Luo, Golden and Zhang, INFORMS Journal on Computing 2023). One
run of 700,000 iterations on one thread for each vector; the checker below shares no
code with the search and works in the file's miles. The authors' own stored run of
area 1, vector 0 is 48.141 after 3,002 s, with a bound of 49.47.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np

from xunfang.core.planning.guard import GuardPlan, GuardProblem, guard

N_ITERATIONS = 700_000
SHARED = Path(__file__).parents[2] / "shared/data/planning/hscpp"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=SHARED)
    parser.add_argument("--iterations", type=int, default=N_ITERATIONS)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()

    print("area vector   prize  of all  CPU s  checked")
    for area in (1, 2):
        document = json.loads((args.folder / f"real_{area}.json").read_text())
        for vector in range(len(document["prizes"])):
            problem = read_problem(document, vector)
            guard(problem, n_iterations=1, seed=0)  # compiled before the clock runs
            since = time.process_time()
            plan = guard(problem, n_iterations=args.iterations, seed=args.seed)
            cpu_s = time.process_time() - since
            prize = checked_prize(document, vector, plan)
            share = prize / sum(document["prizes"][vector])
            print(f"{area:4} {vector:6} {prize:7.3f} {share:7.1%} {cpu_s:6.1f}  yes")


def read_problem(document: dict, vector: int) -> GuardProblem:
    """Turn miles into tenths of a mile: the file has no finer ones."""
    inner = np.zeros(len(document["distance_miles"]), dtype=np.bool_)
    inner[document["inner"]] = True
    return GuardProblem(
        prize=np.array(document["prizes"][vector]),
        distance=np.rint(np.array(document["distance_miles"]) * 10).astype(np.int64),
        inner=inner,
        n_units=document["officers"],
        max_tour=round(document["max_tour_miles"] * 10),
        max_out=round(document["max_non_inner_miles_total"] * 10),
    )


def checked_prize(document: dict, vector: int, plan: GuardPlan) -> float:
    """Return the prize, recounted; raise if a rule of the model is broken."""
    miles, inner = document["distance_miles"], set(document["inner"])
    tours = [[*tour.inner, *tour.outer] for tour in plan.tours]
    seen = [place for tour in tours for place in tour]
    problems = []
    if len(tours) != document["officers"]:
        problems.append("wrong number of tours")
    if len(set(seen)) != len(seen):
        problems.append("a place is visited twice")
    outside = 0.0
    for tour in tours:
        legs = list(zip(tour, tour[1:] + tour[:1], strict=True))
        if sum(miles[a][b] for a, b in legs) > document["max_tour_miles"] + 1e-6:
            problems.append("a tour is too long")
        if sum(a in inner and b not in inner for a, b in legs) != 1:
            problems.append("not exactly one excursion")
        outside += sum(miles[a][b] for a, b in legs if not (a in inner and b in inner))
    if outside > document["max_non_inner_miles_total"] + 1e-6:
        problems.append("the inner area is left alone")
    if problems:
        raise SystemExit(f"the plan breaks the model: {problems}")
    return sum(document["prizes"][vector][place] for place in seen)


if __name__ == "__main__":
    main()
