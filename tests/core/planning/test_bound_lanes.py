"""Eight moments at once do what one after the other would."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from xunfang.core.planning.bound.lanes import LANES, is_above, offer

OWN, ITEM = np.int32(1), np.int32(2)
"""The node one goes on from belongs to item 1, the arc leads to item 2."""

amounts = st.lists(st.integers(-5, 5), min_size=LANES, max_size=LANES)
items = st.lists(st.integers(0, 3), min_size=LANES, max_size=LANES)


@njit
def _is_above(table, two):
    return is_above(table, 0, two, 0)


@njit
def _offer(first, via, second, one, two, nxt):
    offer(first, via, second, 0, OWN, ITEM, one, two, nxt, 0)


def _ints(values):
    return np.array(values, np.int32)


@given(amounts, amounts)
def test_a_run_is_above_another_if_it_is_at_one_moment(table, two) -> None:
    assert _is_above(_ints(table), _ints(two)) == any(
        a > b for a, b in zip(table, two, strict=True)
    )


@given(amounts, items, amounts, amounts, amounts, items)
def test_an_offer_changes_the_two_best_ways_as_one_moment_after_the_other_would(
    first, via, second, best, other, nxt
) -> None:
    one = np.maximum(_ints(best), _ints(other))
    two = np.minimum(_ints(best), _ints(other))
    expected = []
    for x in range(LANES):
        v = second[x] if via[x] == OWN else first[x]
        if nxt[x] == ITEM:
            expected.append((max(int(one[x]), v), int(two[x]), nxt[x]))
        elif v > one[x]:
            expected.append((v, int(one[x]), int(ITEM)))
        else:
            expected.append((int(one[x]), max(int(two[x]), v), nxt[x]))
    after = _ints(nxt)

    _offer(_ints(first), _ints(via), _ints(second), one, two, after)

    assert (
        list(zip(one.tolist(), two.tolist(), after.tolist(), strict=True)) == expected
    )
