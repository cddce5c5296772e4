"""Rows that are alike, numbered."""

import numpy as np

from xunfang.core.streets.network import Ints


def number_rows(*columns: Ints) -> tuple[tuple[Ints, ...], Ints]:
    """Return the rows that occur, as columns in order, and the number of each row's.

    What ``numpy.unique`` of a table says of its rows, ten times as soon: a row is packed
    into one whole number, and numbers are sorted by the processor, rows one by one.

    Raises
    ------
    OverflowError
        The ranges of the columns do not fit together into eight bytes.
    """
    if not len(columns[0]):
        nothing = np.empty(0, dtype=np.int64)
        return tuple(nothing for _ in columns), nothing
    lowest = [int(column.min()) for column in columns]
    spans = [
        int(column.max()) - low + 1 for column, low in zip(columns, lowest, strict=True)
    ]
    n_packed = 1
    packed = np.zeros(len(columns[0]), dtype=np.int64)
    for column, low, span in zip(columns, lowest, spans, strict=True):
        n_packed *= span
        if n_packed > np.iinfo(np.int64).max:
            raise OverflowError("rows range too far to be packed")
        packed = packed * span + (column - low)
    keys, number = np.unique(packed, return_inverse=True)
    found: list[Ints] = []
    for low, span in zip(reversed(lowest), reversed(spans), strict=True):
        found.append(keys % span + low)
        keys //= span
    return tuple(reversed(found)), number
