"""The duty desk never waits for the compiler."""

import numpy as np

from xunfang.core.dispatching import (
    choice,
    coverage,
    patrolling,
    reassignment,
    relocation,
)
from xunfang.core.dispatching.warm_up import warm_up

RULES = (
    choice.closest,
    choice.least_loss,
    coverage.count_cover,
    coverage.expected_cover,
    coverage.gain_at,
    coverage.loss_at,
    patrolling.fill_in,
    reassignment.best_move,
    relocation.by_table,
    relocation.relocate,
    relocation.ride_left_s,
)


def test_after_warming_up_nothing_is_compiled_for_a_call():
    warm_up()
    compiled = [len(rule.signatures) for rule in RULES]

    travel_s = np.full((3, 4), 30.0)
    cover_from, cover_cell = coverage.cover_lists(travel_s, within_s=60.0)
    demand, worth = np.full(4, 0.25), coverage.nth_worths(0.3, 5)
    n_cover = np.zeros(4, dtype=np.int64)
    coverage.count_cover(n_cover, cover_from, cover_cell, 1, 1)
    lists = (n_cover, cover_from, cover_cell, demand, worth)
    loss = np.array([coverage.loss_at(*lists, 1), coverage.gain_at(*lists, 1)])
    is_free = np.ones(2, dtype=np.bool_)
    choice.closest(loss, is_free)
    choice.least_loss(loss, is_free, 300.0, loss)
    coverage.expected_cover(n_cover, demand, worth)
    left_s = relocation.ride_left_s(5400.0, 60.0, 900.0)
    may_move = True
    relocation.relocate(travel_s[:, 0].copy(), 2, *lists, left_s, 0.005, may_move)
    covers, place = travel_s <= 60.0, np.array([1, 2])
    weighed = reassignment.weigh_once(covers, n_cover, demand, worth)
    ride_s = np.zeros((4, 3))
    args = (ride_s, place, place, is_free, loss, *weighed, 0.005, 1.5)
    reassignment.best_move(*args)
    relocation.by_table(loss, np.ones(2, dtype=np.int64), np.zeros(2, dtype=np.int64))
    patrolling.fill_in(loss, loss, loss, loss, loss, 3600.0)

    assert [len(rule.signatures) for rule in RULES] == compiled
