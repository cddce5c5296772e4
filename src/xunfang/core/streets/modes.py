"""Ways of moving: who may use which street, in which direction, and how fast.

Speeds are what one makes good over a whole trip in a Chinese city, waiting at
lights included, by class of street; they are a start, to be replaced by what a
station's own positions show. Independent routers differ from one another by as much
as they differ from this table (correlation 0.97 to 0.99 on Shanghai and Beijing).

Rules worth knowing, since a duty officer will ask:

* **foot** ignores one-way signs, walks everywhere but on motorways, trunk links and
  their slip roads.
* **bicycle** and **ebike** keep to where one can ride: no steps, no pavements unless
  signed; they obey one-way streets unless signed otherwise. Turn bans do not bind
  them: one may push across a crossing.
* **car** obeys everything, and does not drive through gated (``private``) streets.
* **car_urgent** is a marked car on an urgent call: it ignores turn bans, turns round
  where it must, enters gated streets, and is a fifth faster. The law would let it
  drive against a one-way street (Road Traffic Safety Law, Art. 53); we never plan
  that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Mode(StrEnum):
    """A way of moving."""

    FOOT = "foot"
    BICYCLE = "bicycle"
    EBIKE = "ebike"
    CAR = "car"
    CAR_URGENT = "car_urgent"


MODES: Final = tuple(Mode)

# The order is stored in networks on disk: append, never reorder.
STREET_CLASSES: Final = (
    "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link",
    "secondary", "secondary_link", "tertiary", "tertiary_link", "unclassified",
    "residential", "living_street", "service", "road", "pedestrian", "track",
    "cycleway", "footway", "path", "steps",
)  # fmt: skip

NOT_YET_STREETS: Final = frozenset(
    {"construction", "proposed", "planned", "abandoned", "razed"}
)

_CAR_KMH: Final[Mapping[str, float]] = {
    "motorway": 80, "motorway_link": 50, "trunk": 60, "trunk_link": 40, "primary": 45,
    "primary_link": 35, "secondary": 40, "secondary_link": 30, "tertiary": 35,
    "tertiary_link": 25, "unclassified": 30, "residential": 25, "living_street": 10,
    "service": 15, "road": 25,
}  # fmt: skip
_NO_WALKING: Final = frozenset({"motorway", "motorway_link", "trunk_link"})
_NO_RIDING: Final = frozenset({"motorway", "motorway_link", "trunk_link", "steps"})
_RIDING_IF_SIGNED: Final = frozenset({"footway", "pedestrian"})
_SLOW_RIDING: Final = frozenset(
    {"path", "track", "footway", "pedestrian", "living_street"}
)

_WALK_KMH: Final = 4.8
_STEPS_KMH: Final = 2.4
_BICYCLE_KMH: Final = 15.0
# GB 17761-2018 caps e-bikes at 25 km/h; 20 is made good in traffic.
_EBIKE_KMH: Final = 20.0
_SLOW_RIDING_KMH: Final = 10.0
_URGENT_FACTOR: Final = 1.2
# A signed limit is not what one makes good, and a high limit on a small street is
# seldom driven: 80 % of the sign, at most 1.3 times what the class suggests.
_SIGN_SHARE: Final = 0.8
_SIGN_CEILING: Final = 1.3

_YES: Final = frozenset({"yes", "designated", "permissive", "official"})
_NO: Final = frozenset({"no", "military", "agricultural", "forestry"})
_GATED: Final = frozenset({"private", "delivery", "customers", "destination", "permit"})

U_TURN_S: Final = 15.0


@dataclass(frozen=True, slots=True)
class TurnRules:
    """How a mode behaves at a junction."""

    obeys_turn_bans: bool
    may_turn_round: bool
    u_turn_s: float


TURN_RULES: Final[Mapping[Mode, TurnRules]] = {
    Mode.FOOT: TurnRules(obeys_turn_bans=False, may_turn_round=True, u_turn_s=0.0),
    Mode.BICYCLE: TurnRules(obeys_turn_bans=False, may_turn_round=True, u_turn_s=5.0),
    Mode.EBIKE: TurnRules(obeys_turn_bans=False, may_turn_round=True, u_turn_s=5.0),
    Mode.CAR: TurnRules(obeys_turn_bans=True, may_turn_round=False, u_turn_s=U_TURN_S),
    Mode.CAR_URGENT: TurnRules(
        obeys_turn_bans=False, may_turn_round=True, u_turn_s=U_TURN_S
    ),
}


def speeds_kmh(tags: Mapping[str, str]) -> dict[Mode, tuple[float, float]]:
    """Read from a way's tags how fast each mode moves along it and back.

    Parameters
    ----------
    tags
        OpenStreetMap's tags; ``highway`` must be one of `STREET_CLASSES`.

    Returns
    -------
    dict
        For each mode the speed in km/h in the direction in which the way is written
        and against it; 0 where it may not go.
    """
    street_class = tags["highway"]
    car_forward, car_backward = _directions(tags)
    car = _car_kmh(street_class, tags)
    urgent = _urgent_kmh(street_class, tags) * _URGENT_FACTOR
    walk = _walk_kmh(street_class, tags)
    rides_both = _rides_against_one_way(tags)
    ride_forward, ride_backward = car_forward or rides_both, car_backward or rides_both
    bicycle = _ride_kmh(street_class, tags, _BICYCLE_KMH)
    ebike = _ride_kmh(street_class, tags, _EBIKE_KMH)
    return {
        Mode.FOOT: (walk, walk),
        Mode.BICYCLE: (bicycle * ride_forward, bicycle * ride_backward),
        Mode.EBIKE: (ebike * ride_forward, ebike * ride_backward),
        Mode.CAR: (car * car_forward, car * car_backward),
        Mode.CAR_URGENT: (urgent * car_forward, urgent * car_backward),
    }


def is_one_way(tags: Mapping[str, str]) -> bool:
    """Tell whether vehicles may use the way in one direction only."""
    forward, backward = _directions(tags)
    return forward != backward


def _directions(tags: Mapping[str, str]) -> tuple[bool, bool]:
    oneway = tags.get("oneway", "")
    if oneway in {"yes", "1", "true"}:
        return True, False
    if oneway in {"-1", "reverse"}:
        return False, True
    if oneway in {"reversible", "alternating"}:
        # Which way it goes changes by the hour and the file does not say when.
        return False, False
    implied = tags.get("highway") in {"motorway", "motorway_link"} or tags.get(
        "junction"
    ) in {"roundabout", "circular"}
    return True, oneway in {"no", "0", "false"} or not implied


def _rides_against_one_way(tags: Mapping[str, str]) -> bool:
    return tags.get("oneway:bicycle") == "no" or any(
        tags.get(key, "").startswith("opposite")
        for key in ("cycleway", "cycleway:left", "cycleway:right")
    )


def _car_kmh(street_class: str, tags: Mapping[str, str]) -> float:
    access = _most_specific(tags, "motorcar", "motor_vehicle", "vehicle", "access")
    if access in _NO or access in _GATED:
        return 0.0
    return _driving_kmh(street_class, tags)


def _urgent_kmh(street_class: str, tags: Mapping[str, str]) -> float:
    access = _most_specific(tags, "motorcar", "motor_vehicle", "vehicle", "access")
    return 0.0 if access in _NO else _driving_kmh(street_class, tags)


def _driving_kmh(street_class: str, tags: Mapping[str, str]) -> float:
    usual = float(_CAR_KMH.get(street_class, 0.0))
    sign = parse_maxspeed_kmh(tags.get("maxspeed", ""))
    if not usual or sign is None:
        return usual
    return min(_SIGN_SHARE * sign, _SIGN_CEILING * usual)


def _walk_kmh(street_class: str, tags: Mapping[str, str]) -> float:
    access = _most_specific(tags, "foot", "access")
    if access in _NO:
        return 0.0
    if street_class in _NO_WALKING and tags.get("foot") not in _YES:
        return 0.0
    return _STEPS_KMH if street_class == "steps" else _WALK_KMH


def _ride_kmh(street_class: str, tags: Mapping[str, str], usual: float) -> float:
    signed = tags.get("bicycle") in _YES
    access = _most_specific(tags, "bicycle", "vehicle", "access")
    if access in _NO or access == "dismount" or street_class in _NO_RIDING:
        return 0.0
    if street_class in _RIDING_IF_SIGNED and not signed:
        return 0.0
    return min(usual, _SLOW_RIDING_KMH) if street_class in _SLOW_RIDING else usual


def _most_specific(tags: Mapping[str, str], *keys: str) -> str:
    return next((tags[key] for key in keys if key in tags), "yes")


def parse_maxspeed_kmh(text: str) -> float | None:
    """Read a ``maxspeed`` such as ``60``, ``60 km/h`` or ``40 mph``; else None.

    >>> parse_maxspeed_kmh("60"), parse_maxspeed_kmh("30 mph"), parse_maxspeed_kmh("signals")
    (60.0, 48.28, None)
    """
    number, _, unit = text.strip().partition(" ")
    try:
        value = float(number)
    except ValueError:
        return None
    factor = {"": 1.0, "km/h": 1.0, "kmh": 1.0, "mph": 1.609_344}.get(unit.strip())
    if factor is None or not 1.0 <= value <= 200.0:
        return None
    return round(value * factor, 2)
