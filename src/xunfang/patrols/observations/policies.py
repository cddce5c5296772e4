"""Who may note an observation: the crew itself. Who settles one: who orders presence."""

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, NotAllowed, can
from xunfang.patrols.models import Observation
from xunfang.units.duty.policies import is_of_crew
from xunfang.units.models import Shift


def can_note(user: User, shift: Shift) -> bool:
    """Say whether this person notices things with this crew."""
    return can(user, Capability.REPORT_DUTY) and is_of_crew(user, shift)


def check_can_note(user: User, shift: Shift) -> None:
    """Raise NotAllowed unless this person goes out with the crew."""
    if not can_note(user, shift):
        raise NotAllowed(f"{user.username} does not go out with {shift.code}")


def can_settle(user: User, observation: Observation) -> bool:
    """Say whether this person may note what became of an observation."""
    return can(user, Capability.ORDER_PRESENCE) and user.station_code in {
        "",
        observation.shift.station.code,
    }


def check_can_settle(user: User, observation: Observation) -> None:
    """Raise NotAllowed unless this person may note what became of an observation."""
    if not can_settle(user, observation):
        raise NotAllowed(f"{user.username} may not settle {observation.pk}")
