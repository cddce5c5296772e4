"""Numbers of groups: once a night, and the same for the whole of a campaign."""

from collections.abc import Mapping
from itertools import count


def number_groups(
    n_wanted: Mapping[str, int],
    *,
    before: Mapping[int, str],
    taken: frozenset[int] = frozenset(),
) -> dict[int, str]:
    """Return tonight's group numbers with their stations.

    Parameters
    ----------
    n_wanted
        How many groups each station wants tonight, in the order in which new numbers are
        given out.
    before
        Every number this campaign has ever given, with its station. A number stays with
        its station even while it rests.
    taken
        Numbers of other campaigns of the same nights.

    >>> first = number_groups({"S01": 2, "S02": 1}, before={})
    >>> first
    {1: 'S01', 2: 'S01', 3: 'S02'}
    >>> number_groups({"S01": 1, "S02": 2}, before=first)
    {1: 'S01', 3: 'S02', 4: 'S02'}
    """
    fresh = (n for n in count(1) if n not in before and n not in taken)
    numbers: dict[int, str] = {}
    for station, n_groups in n_wanted.items():
        own = sorted(number for number, owner in before.items() if owner == station)
        for number in own[:n_groups]:
            numbers[number] = station
        for _ in range(n_groups - len(own)):
            numbers[next(fresh)] = station
    return dict(sorted(numbers.items()))
