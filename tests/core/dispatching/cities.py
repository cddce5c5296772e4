"""Data sets with published answers, read for tests and benchmarks."""

import csv
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from xunfang.core.dispatching.hypercube import Streams

type Floats = NDArray[np.float64]

SF_MEDIAN = {2: 4009098972.13, 4: 2848268129.7145, 6: 2347055166.68}
"""spopt, notebooks/facloc-real-world.ipynb: optimum by number of stores."""
SF_COVER_5_KM = {2: 671_938, 4: 875_247, 6: 941_462}
SF_FEWEST_8_KM = 3


def or_library(folder: Path, name: str) -> tuple[Floats, int, int]:
    """Return distances between all nodes, how many to open, and the known optimum.

    Beasley (1990). Of several lines for one edge the last holds, not the shortest:
    pmed1 would otherwise be better than its optimum.
    """
    with (folder / "pmedopt.csv").open(encoding="utf-8") as optima:
        known = {row["instance"]: int(row["optimum"]) for row in csv.DictReader(optima)}
    text = (folder / f"{name}.txt").read_text(encoding="ascii")
    (n_nodes, _, n_open), *edges = (
        tuple(map(int, line.split())) for line in text.splitlines() if line.split()
    )
    length = {}
    for tail, head, edge in edges:
        length[min(tail, head) - 1, max(tail, head) - 1] = float(edge)
    ends = np.array(list(length)).T
    graph = csr_array((list(length.values()), ends), shape=(n_nodes, n_nodes))
    return dijkstra(graph, directed=False), n_open, known[name]


def san_francisco(folder: Path) -> tuple[Floats, Floats]:
    """Return metres from 16 stores to 205 tracts, and what each tract wants."""
    name = "SF_network_distance_candidateStore_16_censusTract_205_new.csv"
    with (folder / name).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    stores = sorted({row["name"] for row in rows})
    tracts = sorted({row["DestinationName"] for row in rows})
    metres, demand = np.full((len(stores), len(tracts)), np.nan), np.zeros(len(tracts))
    for row in rows:
        tract = tracts.index(row["DestinationName"])
        metres[stores.index(row["name"]), tract] = float(row["distance"])
        demand[tract] = float(row["demand"])
    return metres, demand


def larson(folder: Path) -> tuple[Streams, dict[str, list[float]]]:
    """Return the example of Larson and Odoni (1981), 5.4.3, and what is printed."""
    text = (folder / "larson_odoni_5_4_3.json").read_text(encoding="utf-8")
    document = json.loads(text)
    streams = Streams(
        np.array([stream["rate"] for stream in document["streams"]]),
        np.array([stream["pref"] for stream in document["streams"]]) - 1,
    )
    return streams, document["printed"]
