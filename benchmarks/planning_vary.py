"""Plans that a watcher cannot learn: worth, guesses and coverage of drawn nights.

    .venv/bin/python benchmarks/planning_vary.py PROBLEM.json [--plans 48] [--cpu-s 1]

The best plan every night, and weights of most entropy with several floors of worth. Hot
places are the fifth worth most a visit; where not all can be held every night the note
says so.
"""

import argparse
import time
from pathlib import Path

from xunfang.core.planning.budget import Budget
from xunfang.core.planning.format.documents import parse, read_problem
from xunfang.core.planning.near_best import pool_of_plans
from xunfang.core.planning.vary import VariationReport, hottest_places, vary

COLUMNS = "used  worth  worst  guess  30 nights  bits  alike  hot  notes"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("problem", type=Path)
    parser.add_argument("--plans", type=int, default=48)
    parser.add_argument("--cpu-s", type=float, default=1.0)
    parser.add_argument("--best-value", type=float, default=None)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()

    problem = read_problem(parse(args.problem.read_text())).problem
    since = time.process_time()
    pool = pool_of_plans(
        problem,
        n_plans=args.plans,
        seed=1,
        budget=Budget(cpu_s=args.cpu_s),
        n_threads=args.threads,
    )
    print(f"{len(pool)} plans in {time.process_time() - since:.0f} CPU s")
    best = args.best_value or pool[0].value
    hot = hottest_places(problem)
    print(f"{'nights':22} {COLUMNS}")
    row("best plan", vary(problem, pool[:1], hot_places=hot, best_value=best).report)
    for floor in (0.97, 0.98, 0.985, 0.99):
        report = vary(
            problem,
            pool,
            hot_places=hot,
            best_value=best,
            value_floor_share=floor,
        ).report
        row(f"most entropy, {floor:.1%}", report)


def row(name: str, report: VariationReport) -> None:
    hot = report.hot_coverage_min_share
    print(
        f"{name:22} {report.n_plans_used:4} {report.expected_value_share:6.1%} "
        f"{report.worst_value_share:6.1%} {report.best_guess_share:6.1%} "
        f"{report.watcher_hit_share:9.1%} {report.bits_per_visit:6.2f} "
        f"{report.arc_jaccard:6.2f} {'-' if hot is None else f'{hot:.0%}':>4}  "
        f"{' '.join(report.notes)}"
    )


if __name__ == "__main__":
    main()
