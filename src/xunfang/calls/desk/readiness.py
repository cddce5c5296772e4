"""Have at hand what the desk needs, before the first call of the night does.

Compiled rules and the streets of a city take seconds to load: a unit is not to wait for
that.
"""

from datetime import datetime

from xunfang.calls.sending.offers import ground_today
from xunfang.core.dispatching.warm_up import warm_up
from xunfang.core.streets.modes import Mode
from xunfang.places import queries as places


def get_ready(at: datetime) -> None:
    """Load rules, streets and cells into this process. Harmless to do twice."""
    warm_up()
    network = places.find_current_network()
    if network is None:
        return
    middle = ((network.west + network.east) / 2, (network.south + network.north) / 2)
    for mode in (Mode.CAR_URGENT, Mode.EBIKE, Mode.BICYCLE, Mode.FOOT):
        times = places.travel_times(network.code, mode)
        here = times.snap([middle])
        times.to_place_s(here, here)
    ground_today(at)
