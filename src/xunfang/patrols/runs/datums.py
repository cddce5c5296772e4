"""Ask the streets whether devices write their positions in the datum that was entered.

A device in the wrong datum puts its crew some 500 m off: every figure that counts from it
is wrong, and nothing in a single fix shows it. Its way along the streets does.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

import numpy as np

from xunfang.core.geo import Datum, from_wgs84
from xunfang.core.streets.matching.fixes import tidy_fixes
from xunfang.core.streets.matching.trace_datum import shown_datum
from xunfang.core.streets.turns import NoStreetsForMode
from xunfang.patrols.runs.streets import MATCHED_AS, match_graph
from xunfang.places import queries as places
from xunfang.units.models import Device, Fix
from xunfang.units.positions.findings import note_datum

LOOKS_BACK: Final = timedelta(hours=3)
"""A drive of some minutes is enough; this is asked every hour."""


def look_at_datums(*, at: datetime) -> list[str]:
    """Note of each device that was heard lately what it speaks; return those in doubt.

    Where a trace shows nothing, what was found before stays.
    """
    network = places.find_current_network()
    if network is None:
        return []
    doubted = []
    for device, mode, rows in _traces(at):
        declared = Datum(device.datum)
        said = np.array([(lon, lat) for _, lon, lat in rows])
        fixes = tidy_fixes(
            [0] * len(rows),
            np.array([fixed_at.timestamp() for fixed_at, _, _ in rows]),
            # As the device said it, before it was converted.
            from_wgs84(said, declared),
        )
        try:
            graph = match_graph(network.code, MATCHED_AS[mode])
        except NoStreetsForMode:
            continue
        shown = shown_datum(graph, fixes, declared=declared)
        if shown is None:
            continue
        note_datum(device=device, likely=None if shown is declared else shown, at=at)
        if shown is not declared:
            doubted.append(device.code)
    return doubted


def _traces(
    at: datetime,
) -> Iterator[tuple[Device, str, list[tuple[datetime, float, float]]]]:
    """Yield devices with how their crew moves and where they were. Two queries."""
    devices = Device.objects.in_bulk()
    found = (
        Fix.objects.filter(fixed_at__gte=at - LOOKS_BACK, device__isnull=False)
        .order_by("device", "shift", "fixed_at")
        .values_list(
            *("device_id", "shift__mode", "received_at", "fixed_at", "lon", "lat")
        )
    )
    for (pk, mode), some in groupby(found.iterator(chunk_size=20_000), key=_whose):
        device = devices.get(pk)
        if device is None:
            continue
        since = device.datum_set_at
        rows = [
            (fixed_at, lon, lat)
            for _, _, received_at, fixed_at, lon, lat in some
            # What came before was converted from another datum.
            if since is None or received_at > since
        ]
        if rows:
            yield device, mode, rows


def _whose(row: tuple[Any, ...]) -> tuple[int, str]:
    return row[0], row[1]
