"""Key places as somebody chooses one: by kind and name, the nearest to a point first."""

from collections import defaultdict

from django.db.models import QuerySet

from xunfang.core.geo import haversine_m
from xunfang.places.models import KeyPlace
from xunfang.web.names import local_name


def place_choices(
    key_places: QuerySet[KeyPlace],
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return places by kind, each kind in the order of the names."""
    by_kind: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for place in key_places:
        name = local_name(place.name, place.name_en)
        by_kind[place.get_kind_display()].append((place.code, name))
    return [(kind, sorted(rows, key=lambda r: r[1])) for kind, rows in by_kind.items()]


def nearest_place(
    key_places: QuerySet[KeyPlace], lon: float | None, lat: float | None
) -> str | None:
    """Return the code of the place next to a point; None without a point."""
    if lon is None or lat is None:
        return None
    here = (lon, lat)
    near = min(
        key_places,
        key=lambda place: float(haversine_m(here, (place.lon, place.lat))),
        default=None,
    )
    return near.code if near else None
