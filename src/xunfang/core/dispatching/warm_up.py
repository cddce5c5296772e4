"""Compile the rules before the first call of the night does."""

import numpy as np

from xunfang.core.dispatching.choice import closest, least_loss
from xunfang.core.dispatching.coverage import (
    count_cover,
    expected_cover,
    gain_at,
    loss_at,
)
from xunfang.core.dispatching.patrolling import fill_in
from xunfang.core.dispatching.reassignment import best_move
from xunfang.core.dispatching.relocation import by_table, relocate, ride_left_s


def warm_up() -> None:
    """Run each rule once on next to nothing, with the types that it is called with."""
    one, whole = np.ones(1), np.ones(1, dtype=np.int64)
    lists = (np.array([0, 1]), np.zeros(1, dtype=np.int64))
    is_free, worth = np.ones(1, dtype=np.bool_), np.array([0.5, 0.25])
    closest(one, is_free)
    least_loss(one, is_free, 1.0, one)
    count_cover(whole, *lists, 0, 1)
    count_cover(whole, *lists, 0, -1)
    gain_at(whole, *lists, one, worth, 0)
    loss_at(whole, *lists, one, worth, 0)
    expected_cover(whole, one, worth)
    relocate(one, 0, whole, *lists, one, worth, 1.0, 0.0, True)  # noqa: FBT003 -- compiled
    place = np.zeros(1, dtype=np.int64)
    best_move(np.zeros((1, 1)), place, place, is_free, one, one, one, 0.0, 1.0)
    by_table(one, whole, whole)
    ride_left_s(1.0, 1.0, 1.0)
    fill_in(one, one, one, one, one, 1.0)
