"""OwnTracks in HTTP mode: one message a request, of which only fixes are for us.

Source: owntracks.org/booklet/tech/json and /tech/http.
"""

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

KMH_MPS: Final = 1.0 / 3.6


def read_json(document: Any) -> Said:
    """Read a message; whatever is no fix says nothing, and is welcome.

    The ``tid`` is two letters for a map and names no device: the user name does.

    Raises
    ------
    Unreadable
        It calls itself a fix and is none.
    """
    if not isinstance(document, dict):
        raise Unreadable("an object is wanted")
    match document.get("_type"):
        case "location":
            return _read_location(document)
        case "encrypted":
            # The app has a key that we do not: somebody must see that nothing arrives.
            return Said(n_unusable=1)
        case _:
            return NOTHING


def _read_location(message: dict[str, Any]) -> Said:
    lon, lat = number(message.get("lon")), number(message.get("lat"))
    if not is_on_earth(lon, lat):
        return Said(n_unusable=1)
    kmh = optional(message, "vel")
    spot = Spot(
        seconds(message.get("tst")),
        lon,
        lat,
        None if kmh is None else kmh * KMH_MPS,
        optional(message, "cog"),
        optional(message, "acc"),
        percent(optional(message, "batt")),
    )
    return Said((spot,))
