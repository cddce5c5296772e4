"""A table of all short ways from junction to junction, compiled.

After the "upper bounded origin destination table" of Yang and Gidofalvi (2018): between
two fixes nobody gets far, so all ways that can matter are found once and looked up.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

type Ints32 = NDArray[np.int32]
type Ints64 = NDArray[np.int64]
type Floats64 = NDArray[np.float64]


@njit(cache=True, nogil=True, error_model="numpy")
def short_ways(
    first_out: Ints64,
    out_edge: Ints32,
    edge_head: Ints32,
    edge_length_m: Floats64,
    limit_m: float,
) -> tuple[Ints64, Ints32, NDArray[np.float32], Ints32]:
    """Search from every node to all nodes within a limit (Dijkstra 1959).

    Parameters
    ----------
    first_out, out_edge
        Open edges by the node they leave.

    Returns
    -------
    tuple
        First row of each node; of each row the node reached, ascending, the length and
        the edge it ends with (-1: it begins there).
    """
    n_nodes = len(first_out) - 1
    row_first = np.zeros(n_nodes + 1, dtype=np.int64)
    size = 8 * n_nodes + 8
    row_node = np.empty(size, dtype=np.int32)
    row_length = np.empty(size, dtype=np.float32)
    row_edge = np.empty(size, dtype=np.int32)
    length = np.full(n_nodes, np.inf)
    last = np.full(n_nodes, -1, dtype=np.int32)
    seen = np.empty(n_nodes, dtype=np.int32)
    heap_length = np.empty(len(out_edge) + 1)
    heap_node = np.empty(len(out_edge) + 1, dtype=np.int32)
    n = 0
    for source in range(n_nodes):
        length[source], last[source], seen[0] = 0.0, -1, source
        n_seen, n_heap = 1, 1
        heap_length[0], heap_node[0] = 0.0, source
        while n_heap:
            done, node = heap_length[0], heap_node[0]
            n_heap -= 1
            moved_length, moved_node = heap_length[n_heap], heap_node[n_heap]
            hole = 0
            while True:
                child = 2 * hole + 1
                if child >= n_heap:
                    break
                if child + 1 < n_heap and heap_length[child + 1] < heap_length[child]:
                    child += 1
                if heap_length[child] >= moved_length:
                    break
                heap_length[hole] = heap_length[child]
                heap_node[hole] = heap_node[child]
                hole = child
            heap_length[hole], heap_node[hole] = moved_length, moved_node
            if done > length[node]:
                continue
            for q in range(first_out[node], first_out[node + 1]):
                edge = out_edge[q]
                head = edge_head[edge]
                reached = done + edge_length_m[edge]
                if reached > limit_m or reached >= length[head]:
                    continue
                if length[head] == np.inf:
                    seen[n_seen] = head
                    n_seen += 1
                length[head], last[head] = reached, edge
                hole = n_heap
                n_heap += 1
                while hole > 0:
                    parent = (hole - 1) // 2
                    if heap_length[parent] <= reached:
                        break
                    heap_length[hole] = heap_length[parent]
                    heap_node[hole] = heap_node[parent]
                    hole = parent
                heap_length[hole], heap_node[hole] = reached, head
        if n + n_seen > size:
            size = 2 * (n + n_seen)
            row_node = np.concatenate(
                (row_node[:n], np.empty(size - n, dtype=np.int32))
            )
            row_length = np.concatenate(
                (row_length[:n], np.empty(size - n, dtype=np.float32))
            )
            row_edge = np.concatenate(
                (row_edge[:n], np.empty(size - n, dtype=np.int32))
            )
        for node in np.sort(seen[:n_seen]):
            row_node[n], row_length[n], row_edge[n] = node, length[node], last[node]
            length[node] = np.inf
            n += 1
        row_first[source + 1] = n
    return row_first, row_node[:n].copy(), row_length[:n].copy(), row_edge[:n].copy()
