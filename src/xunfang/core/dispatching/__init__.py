"""Which unit for which call, where to wait, and when to move: decided by people.

The rules of dispatch are functions of plain arrays. The service that answers the duty
desk calls them, and so does the simulator: what was tried on a year of calls is what
runs tonight. They are compiled (numba) and may be called from compiled code; each has
its un-jitted twin as ``.py_func``. Where nobody or nothing fits they return ``NONE``.
A post is short for a waiting post (备勤点): where a unit waits for calls.

Arrays, always with these names, shapes and units:

``arrival_s (n_units,)``
    float64, seconds by road from each unit to the call; infinite: no way.
``is_free (n_units,)``
    bool, who may be sent.
``ride_s (n_posts,)`` or ``(n_stops,)``
    float64, seconds by road from one unit to each post, or patrol stop; infinite: no
    way.
``cover_from (n_posts + 1,)``, ``cover_cell (n_pairs,)``
    int64: post ``p`` covers cells ``cover_cell[cover_from[p]:cover_from[p + 1]]``;
    made by ``coverage.cover_lists(travel_s, within_s=...)``.
``demand (n_cells,)``
    float64, share of all calls that come from each cell, sum 1.
``n_cover (n_cells,)``
    int64, how many free units stand, or are on their way to stand, where they cover
    each cell. Whoever uses the rules keeps it with ``coverage.count_cover``.
``nth_worth (n_units + 1,)``
    float64, what the (k+1)-th unit over a cell adds: ``(1 - q) * q ** k`` for a busy
    fraction ``q``; made by ``coverage.nth_worths(busy_share, n_units)``.

Rules:

``choice.closest(arrival_s, is_free) -> unit``
    The closest free unit by road; of equals the first.
``choice.least_loss(arrival_s, is_free, within_s, loss) -> unit``
    For calls that can wait: of those in time the one whose going costs least cover;
    nobody in time: the closest. ``loss (n_units,)`` by ``coverage.loss_at`` or
    ``coverage.losses``.
``relocation.relocate(ride_s, home, n_cover, cover_from, cover_cell, demand, nth_worth,
ride_left_s, min_gain, may_move) -> post``
    Where a unit that became free should wait (DMEXCLP), ``n_cover`` without that unit.
``relocation.by_table(ride_s, n_wanted, n_standing) -> post``
    The same by a compliance table: the nearest post that wants one more.
``relocation.ride_left_s(on_duty_s, ridden_s, cap_s_per_h) -> seconds``
    How long the unit may still drive for relocation.
``patrolling.fill_in(ride_s, worth, dwell_s, opens_s, closes_s, time_left_s) -> stop``
    The patrol stop of an idle unit: most unmet worth per second.

Beside the rules: ``recommend`` lists the units for one call with reasons, ``location``
and ``median`` place posts, ``hypercube`` computes how busy units will be, ``warm_up``
has the rules compiled before the first call of the night.
"""
