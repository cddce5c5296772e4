"""Who may note that somebody was helped, and who reads it."""

from django.db.models import Q

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, NotAllowed, can
from xunfang.cases import policies
from xunfang.cases.models import Case
from xunfang.units.models import Station


def seen_by(user: User) -> Q:
    """Return which entries a person may see: of cases they see, of visits on their ground."""
    if not can(user, Capability.SEE_CASES):
        return Q(pk__in=[])
    of_cases = Q(case__in=Case.objects.filter(policies.seen_by(user)).values("pk"))
    of_visits = Q(case=None)
    if user.station_code:
        of_visits &= Q(station__code=user.station_code)
    return of_cases | of_visits


def is_own_ground(user: User, station: Station | None) -> bool:
    """Say whether a visit is of somebody's own ground."""
    return not user.station_code or (
        station is not None and station.code == user.station_code
    )


def check_can_note(user: User, case: Case | None, station: Station | None) -> None:
    """Raise NotAllowed unless this person works on the case, or on the visit's ground."""
    if case is not None:
        policies.check_can_handle(user, case)
    elif not (policies.can_enter(user) and is_own_ground(user, station)):
        raise NotAllowed(f"{user.username} may not note help there")
