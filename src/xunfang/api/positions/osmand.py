"""OsmAnd and Traccar Client: one fix in the query, or as JSON (Traccar Client 9).

Sources: osmand.net "Trip recording: online tracking"; traccar.org/osmand.
"""

from collections.abc import Mapping
from typing import Any, Final

from xunfang.api.positions.reading import (
    NOTHING,
    Said,
    Unreadable,
    is_on_earth,
    number,
    optional,
    percent,
    seconds,
)
from xunfang.units.positions.receiving import Spot

KNOT_MPS: Final = 1852.0 / 3600.0
UNTRUE: Final = frozenset({"0", "false", "no"})


def read_query(query: Mapping[str, str], *, now_s: float) -> Said:
    """Read ``id``, ``lat`` and ``lon`` or ``location``, ``timestamp``, ``speed`` (knots)…

    Without a time it is now; without a place it is a sign of life.

    Raises
    ------
    Unreadable
        A value is not what its name says.
    """
    code = query.get("id") or query.get("deviceid")
    if "location" in query:
        lat_text, comma, lon_text = query["location"].partition(",")
        if not comma:
            raise Unreadable("location is latitude,longitude")
    elif "lat" in query and "lon" in query:
        lat_text, lon_text = query["lat"], query["lon"]
    else:
        return Said(code=code)
    lon, lat = number(lon_text), number(lat_text)
    if query.get("valid", "").lower() in UNTRUE:
        return Said(code=code)
    if not is_on_earth(lon, lat):
        return Said(code=code, n_unusable=1)
    knots = optional(query, "speed")
    spot = Spot(
        seconds(query["timestamp"]) if query.get("timestamp") else now_s,
        lon,
        lat,
        None if knots is None else knots * KNOT_MPS,
        optional(query, "bearing", "heading"),
        optional(query, "accuracy"),
        percent(optional(query, "batt")),
    )
    return Said((spot,), code)


def read_json(document: Any, *, now_s: float) -> Said:
    """Read ``device_id`` and ``location``: one fix or several, metres a second.

    Raises
    ------
    Unreadable
        It is not of this form.
    """
    if not isinstance(document, dict):
        raise Unreadable("an object is wanted")
    code = document.get("device_id")
    if code is not None and not isinstance(code, str | int):
        raise Unreadable("device_id is a text")
    code = None if code is None else str(code)
    locations = document.get("location")
    if locations is None:
        return Said(code=code)
    if not isinstance(locations, list):
        locations = [locations]
    read = [_read_location(location, now_s) for location in locations]
    return Said(
        tuple(spot for said in read for spot in said.spots),
        code,
        sum(said.n_unusable for said in read),
    )


def _read_location(location: Any, now_s: float) -> Said:
    if not isinstance(location, dict):
        raise Unreadable("location is an object")
    coords = location.get("coords")
    if coords is None:
        return NOTHING
    if not isinstance(coords, dict):
        raise Unreadable("coords is an object")
    lon, lat = number(coords.get("longitude")), number(coords.get("latitude"))
    if not is_on_earth(lon, lat):
        return Said(n_unusable=1)
    battery = location.get("battery")
    charge = optional(battery, "level") if isinstance(battery, dict) else None
    spot = Spot(
        seconds(location["timestamp"]) if location.get("timestamp") else now_s,
        lon,
        lat,
        optional(coords, "speed"),
        optional(coords, "heading"),
        optional(coords, "accuracy"),
        percent(None if charge is None else charge * 100.0),
    )
    return Said((spot,))
