"""Seats of a concentrated round: everybody in one vehicle, or on foot, and nobody left.

Whoever is seated stays where they are. The rest fill the vehicles of their own unit
first; then each unit stays together as far as seats allow.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle with the seats that are still free.

    Raises
    ------
    ValueError
        A negative number of seats: the caller's bug.
    """

    key: int
    unit: str
    n_free: int

    def __post_init__(self) -> None:
        if self.n_free < 0:
            raise ValueError(f"vehicle {self.key} has {self.n_free} free seats")


@dataclass(frozen=True, slots=True)
class Seating:
    """Who goes in which vehicle, and for whom there was no seat."""

    vehicle_of: Mapping[int, int]
    left: tuple[int, ...]


def seat_the_rest(
    people: Iterable[tuple[int, str]], vehicles: Iterable[Vehicle]
) -> Seating:
    """Seat people, given as key and unit, in the seats that are free.

    First each unit fills its own vehicles. Of those still without a seat the largest
    unit goes first: into the vehicle with the fewest free seats that holds all of it,
    or, where none does, as many as fit into the one with the most. As long as there is
    a free seat nobody is left. The same question has the same answer.
    """
    waiting: defaultdict[str, list[int]] = defaultdict(list)
    for key, unit in people:
        waiting[unit].append(key)
    for keys in waiting.values():
        keys.sort()
    ordered = sorted(vehicles, key=lambda vehicle: vehicle.key)
    n_free = {vehicle.key: vehicle.n_free for vehicle in ordered}
    vehicle_of: dict[int, int] = {}

    def board(unit: str, vehicle: int) -> None:
        n_boarding = min(n_free[vehicle], len(waiting[unit]))
        for key in waiting[unit][:n_boarding]:
            vehicle_of[key] = vehicle
        del waiting[unit][:n_boarding]
        n_free[vehicle] -= n_boarding

    for vehicle in ordered:
        if vehicle.unit in waiting:
            board(vehicle.unit, vehicle.key)
    while any(waiting.values()) and any(n_free.values()):
        unit = min(waiting, key=lambda name: (-len(waiting[name]), name))
        n_wanted = len(waiting[unit])
        roomy = [key for key, n in n_free.items() if n >= n_wanted]
        board(
            unit,
            min(roomy, key=lambda key: (n_free[key], key))
            if roomy
            else max(n_free, key=lambda key: (n_free[key], -key)),
        )
    return Seating(
        vehicle_of=vehicle_of,
        left=tuple(sorted(key for keys in waiting.values() for key in keys)),
    )
