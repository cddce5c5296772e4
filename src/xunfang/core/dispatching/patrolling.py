"""What an idle unit does next: no call, so it patrols (无警巡逻)."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from xunfang.core.dispatching.choice import NONE

type Floats = NDArray[np.float64]


@njit(cache=True, nogil=True)
def fill_in(
    ride_s: Floats,
    worth: Floats,
    dwell_s: Floats,
    opens_s: Floats,
    closes_s: Floats,
    time_left_s: float,
) -> int:
    """Return the stop with most unmet worth per second, or ``NONE``.

    Greedy: a stop is worth what is still unmet there over the seconds until the unit
    is done with it (ride, wait until it opens, dwell). The plan of the night looks
    ahead, this does not: it fills in where calls have torn the plan.

    Parameters
    ----------
    ride_s
        From the unit to each stop, shape ``(n_stops,)``; infinite: no way, or taken by
        another unit.
    worth
        What is still unmet at each stop, ``(n_stops,)``, not negative; 0: done.
    dwell_s
        Time at each stop, ``(n_stops,)``, not negative.
    opens_s, closes_s
        When a visit may begin, in seconds from now, ``(n_stops,)``; 0 and infinite for
        a stop that is always open. Both ends are included.
    time_left_s
        Until the unit must be done: the end of its shift or its meal.

    Of equal stops the one done first, then the first in the array.
    """
    best = NONE
    best_rate = 0.0
    best_done_s = np.inf
    for stop in range(ride_s.size):
        begin_s = max(ride_s[stop], opens_s[stop])
        done_s = begin_s + dwell_s[stop]
        if not worth[stop] > 0.0 or begin_s > closes_s[stop] or done_s > time_left_s:
            continue
        if begin_s == np.inf:
            continue
        # A visit of no time at all still takes the second in which it is made.
        rate = worth[stop] / max(done_s, 1.0)
        if rate > best_rate or (rate == best_rate and done_s < best_done_s):
            best = stop
            best_rate = rate
            best_done_s = done_s
    return best
