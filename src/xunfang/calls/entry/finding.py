"""Where is it? Key places and streets by words, as a caller names them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from xunfang.places import ground, queries
from xunfang.places.models import KeyPlace
from xunfang.web.names import local_name

MOST = 6
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Found:
    """A place that words may mean."""

    key: str
    """``lon,lat``, six decimals: what a form sends back."""
    name: str
    kind: str
    lonlat: tuple[float, float]
    is_exact: bool
    """Whether the words are its name; otherwise they hold it, or are part of it."""
    is_street: bool = False
    """Its point is the middle of the street, no more."""


def places_by_words(text: str, *, day: date) -> list[Found]:
    """Return key places and streets that words name, the closest names first."""
    said = "".join(text.split()).casefold()
    if len(said) < SHORTEST:
        return []
    found = [*_key_places(said, day), *_streets(said)]
    found.sort(key=lambda one: (not one.is_exact, one.is_street, -len(one.name)))
    return found[:MOST]


def _fits(name: str, said: str) -> bool:
    plain = "".join(name.split()).casefold()
    return len(plain) >= SHORTEST and (plain in said or said in plain)


def _key_places(said: str, day: date) -> list[Found]:
    rows = KeyPlace.objects.in_use(day).only("name", "name_en", "kind", "lon", "lat")
    return [
        _found(
            local_name(place.name, place.name_en),
            place.get_kind_display(),
            (place.lon, place.lat),
            is_exact=said
            in {
                "".join(name.split()).casefold() for name in (place.name, place.name_en)
            },
        )
        for place in rows
        if any(_fits(name, said) for name in (place.name, place.name_en) if name)
    ]


def _streets(said: str) -> list[Found]:
    current = queries.find_current_network()
    if current is None:
        return []
    network = queries.load_streets(current.code)
    middles = ground.middles_of(network)
    found = []
    for number, name in enumerate(network.names.tolist()):
        if not name or not _fits(name, said):
            continue
        segments = np.flatnonzero(network.segment_name == number)
        if not len(segments):
            continue
        points = middles[segments]
        middle = points[
            int(np.argmin(np.square(points - points.mean(axis=0)).sum(axis=1)))
        ]
        lonlat = (float(middle[0]), float(middle[1]))
        is_exact = "".join(name.split()).casefold() == said
        found.append(_found(name, "", lonlat, is_exact=is_exact, is_street=True))
    return found


def _found(
    name: str,
    kind: str,
    lonlat: tuple[float, float],
    *,
    is_exact: bool,
    is_street: bool = False,
) -> Found:
    key = f"{lonlat[0]:.6f},{lonlat[1]:.6f}"
    return Found(key, name, kind, lonlat, is_exact, is_street)


def only_exact(found: Sequence[Found]) -> Found | None:
    """Return the one place that is named exactly, if there is just one."""
    exact = [one for one in found if one.is_exact]
    return exact[0] if len(exact) == 1 else None
