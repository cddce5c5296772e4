"""Have at hand what every plan needs, before the first one is asked for.

Compiled code and the streets of a city take seconds to load. Who changes a night at half
past five should not wait for that.
"""

from xunfang.core.dispatching.warm_up import warm_up as warm_up_dispatching
from xunfang.core.planning.solve import warm_up
from xunfang.core.streets.modes import Mode
from xunfang.patrols.plans.response import urgent_mode
from xunfang.places import queries as places
from xunfang.units.models import MODES


def get_ready() -> None:
    """Load the search and the streets into this process. Harmless to do twice."""
    warm_up()
    warm_up_dispatching()
    network = places.find_current_network()
    if network is None:
        return
    middle = ((network.west + network.east) / 2, (network.south + network.north) / 2)
    for code, _name in MODES:
        for mode in (Mode(code), urgent_mode(code)):
            times = places.travel_times(network.code, mode)
            here = times.snap([middle])
            times.matrix_s(here, here)
    places.street_names(network.code, [middle])
