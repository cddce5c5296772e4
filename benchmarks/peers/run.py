"""Solve one orienteering problem with a peer: JSON on stdin, JSON on stdout.

Usage: ``python run.py pyvrp|vroom|ortools CPU_S SEED < problem.json > answer.json``

The problem is ``{"travel": {mode: matrix}, "units": [{"mode", "start", "end", "shift",
"breaks": [[first, last, length], ...]}], "stops": [{"at", "dwell", "value", "windows"}]}``
with whole numbers; the answer ``{"routes": [[stop number, ...] by unit], "cpu_s": s}``.
Breaks are taken where the unit stands. What a peer cannot express it refuses.
"""

import itertools
import json
import sys
import time

import numpy as np


def pyvrp(problem, cpu_s, seed):
    """PyVRP with the stop criterion on CPU time; several windows are client groups."""
    import pyvrp

    if any(unit["breaks"] for unit in problem["units"]):
        raise SystemExit("PyVRP has no breaks in its open edition")
    model = pyvrp.Model()
    modes = list(problem["travel"])
    n_points = len(problem["travel"][modes[0]])
    longest = max(
        int(np.minimum(m, 1 << 20).max())
        for m in map(np.array, problem["travel"].values())
    )
    worth = 4 * longest
    locations = [pyvrp.Location(0, point) for point in range(n_points)]
    clients, numbers, groups = [], [], []
    for number, stop in enumerate(problem["stops"]):
        group = None
        if len(stop["windows"]) > 1:
            group = len(groups)
            groups.append([])
        for first, last in stop["windows"]:
            if group is not None:
                groups[group].append(len(clients))
            clients.append(
                pyvrp.Client(
                    stop["at"],
                    service_duration=stop["dwell"],
                    tw_early=first,
                    tw_late=last,
                    prize=round(stop["value"] * worth),
                    required=False,
                    group=group,
                )
            )
            numbers.append(number)
    del model
    depots = sorted({unit["start"] for unit in problem["units"]})
    types, owner = [], []
    for number, unit in enumerate(problem["units"]):
        depot = depots.index(unit["start"])
        kind = {
            "start_depot": depot,
            "end_depot": depots.index(unit["end"]),
            "tw_early": unit["shift"][0],
            "tw_late": unit["shift"][1],
            "profile": modes.index(unit["mode"]),
        }
        if kind in types:
            owner[types.index(kind)].append(number)
        else:
            types.append(kind)
            owner.append([number])
    data = pyvrp.ProblemData(
        locations,
        clients,
        [pyvrp.Depot(point) for point in depots],
        [
            pyvrp.VehicleType(num_available=len(o), **k)
            for k, o in zip(types, owner, strict=True)
        ],
        [np.array(problem["travel"][mode]) for mode in modes],
        [np.array(problem["travel"][mode]) for mode in modes],
        [pyvrp.ClientGroup(members, required=False) for members in groups],
    )
    begun = time.process_time()

    class CpuTime:
        def __call__(self, best_cost):
            return time.process_time() - begun > cpu_s

    found = pyvrp.solve(data, CpuTime(), seed=seed, collect_stats=False, display=False)
    routes = [[] for _ in problem["units"]]
    free = [list(units) for units in owner]
    for route in found.best.routes():
        unit = free[route.vehicle_type()].pop(0)
        routes[unit] = [numbers[a.idx] for a in route if a.is_client()]
    return routes


def vroom(problem, cpu_s, seed):
    """VROOM at its deepest level; it stops by itself and has no seed."""
    import vroom

    model = vroom.Input()
    for mode, matrix in problem["travel"].items():
        model.set_durations_matrix(
            profile=mode, matrix_input=np.array(matrix, np.uint32)
        )
    for number, unit in enumerate(problem["units"]):
        breaks = [
            vroom.Break(
                100 * number + k + 1,
                time_windows=[vroom.TimeWindow(first, last)],
                service=length,
            )
            for k, (first, last, length) in enumerate(unit["breaks"])
        ]
        model.add_vehicle(
            vroom.Vehicle(
                number + 1,
                start=unit["start"],
                end=unit["end"],
                profile=unit["mode"],
                time_window=vroom.TimeWindow(*unit["shift"]),
                breaks=breaks,
            )
        )
    top = max(stop["value"] for stop in problem["stops"])
    scale = 1.0 if top <= 100 else 100.0 / top
    for number, stop in enumerate(problem["stops"]):
        model.add_job(
            vroom.Job(
                number + 1,
                location=stop["at"],
                default_service=stop["dwell"],
                priority=max(1, round(stop["value"] * scale)),
                time_windows=[vroom.TimeWindow(*window) for window in stop["windows"]],
            )
        )
    found = model.solve(exploration_level=5, nb_threads=1)
    routes = [[] for _ in problem["units"]]
    for unit, rows in found.routes.groupby("vehicle_id"):
        routes[unit - 1] = [int(x) - 1 for x in rows[rows.type == "job"].id]
    return routes


def ortools(problem, cpu_s, seed):
    """OR-Tools routing with guided local search; time is wall time, there is no seed."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    if any(unit["breaks"] for unit in problem["units"]):
        raise SystemExit("not wired up: breaks in OR-Tools")
    n_units, stops = len(problem["units"]), problem["stops"]
    n = len(stops)
    starts = [n + 2 * u for u in range(n_units)]
    ends = [n + 2 * u + 1 for u in range(n_units)]
    places = [s["at"] for s in stops]
    for unit in problem["units"]:
        places += [unit["start"], unit["end"]]
    manager = pywrapcp.RoutingIndexManager(len(places), n_units, starts, ends)
    routing = pywrapcp.RoutingModel(manager)
    stay = [s["dwell"] for s in stops] + [0] * (2 * n_units)
    transits = []
    for unit in problem["units"]:
        way = np.minimum(np.array(problem["travel"][unit["mode"]]), 1 << 24)

        def transit(a, b, way=way):
            one, other = manager.IndexToNode(a), manager.IndexToNode(b)
            return int(way[places[one], places[other]]) + stay[one]

        transits.append(routing.RegisterTransitCallback(transit))
        routing.SetArcCostEvaluatorOfVehicle(transits[-1], len(transits) - 1)
    horizon = max(unit["shift"][1] for unit in problem["units"])
    routing.AddDimensionWithVehicleTransits(transits, horizon, horizon, False, "time")  # noqa: FBT003 -- theirs
    clock = routing.GetDimensionOrDie("time")
    for number, stop in enumerate(stops):
        index = manager.NodeToIndex(number)
        windows = sorted(stop["windows"])
        clock.CumulVar(index).SetRange(windows[0][0], windows[-1][1])
        for (_, last), (first, _) in itertools.pairwise(windows):
            if first > last + 1:
                clock.CumulVar(index).RemoveInterval(last + 1, first - 1)
        routing.AddDisjunction([index], round(stop["value"] * 10 * horizon / 100))
    for number, unit in enumerate(problem["units"]):
        clock.CumulVar(routing.Start(number)).SetRange(*unit["shift"])
        clock.CumulVar(routing.End(number)).SetRange(*unit["shift"])
    options = pywrapcp.DefaultRoutingSearchParameters()
    options.first_solution_strategy = (
        routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    )
    options.local_search_metaheuristic = (
        routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    )
    options.time_limit.FromMilliseconds(int(1000 * cpu_s))
    found = routing.SolveWithParameters(options)
    routes = [[] for _ in problem["units"]]
    for unit in range(n_units):
        index = routing.Start(unit)
        while found and not routing.IsEnd(index):
            node = manager.IndexToNode(index)
            if node < n:
                routes[unit].append(node)
            index = found.Value(routing.NextVar(index))
    return routes


if __name__ == "__main__":
    peer, seconds, number = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    asked = json.load(sys.stdin)
    since = time.process_time()
    answer = {"pyvrp": pyvrp, "vroom": vroom, "ortools": ortools}[peer](
        asked, seconds, number
    )
    json.dump({"routes": answer, "cpu_s": time.process_time() - since}, sys.stdout)
