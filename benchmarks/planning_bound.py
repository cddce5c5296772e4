"""How fast the upper bound of a plan sinks, on problem files.

    python -m benchmarks.planning_bound --cpu-s 5 NIGHT.json [NIGHT.json ...]

Prints, for each file, its size and the bound after each fifth of the CPU seconds. With
``--known VALUE`` (of a plan, say) also the gap that is proven in the end.
"""

import argparse
import time
from pathlib import Path

from xunfang.core.planning.bound.upper_bound import UpperBound
from xunfang.core.planning.format.documents import parse, read_problem
from xunfang.core.planning.tasks import tasks_of

N_MARKS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--cpu-s", type=float, default=5.0)
    parser.add_argument("--known", type=float, default=0.0)
    asked = parser.parse_args()

    print(f"{'file':24} units tasks  trivial  bound by fifths of the time   CPU s")
    for path in asked.files:
        problem = read_problem(parse(path.read_text())).problem
        tasks = tasks_of(problem)
        began = time.process_time()
        bound = UpperBound(problem, tasks)
        trivial = bound.value
        marks = [
            bound.improve(incumbent=asked.known, cpu_s=asked.cpu_s / N_MARKS)
            for _ in range(N_MARKS)
        ]
        spent_s = time.process_time() - began
        gap = ""
        if asked.known > 0:
            gap = f"  gap {100 * (1 - asked.known / bound.value):.2f} %"
        print(
            f"{path.stem:24} {len(problem.units):5} {len(tasks):5} {trivial:8.0f}  "
            + " ".join(f"{mark:.1f}" for mark in marks)
            + f"  {spent_s:6.1f}{gap}"
        )


if __name__ == "__main__":
    main()
