"""Who may see and work on calls. A station's people see their own station's."""

from django.db.models import Q, QuerySet

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, NotAllowed, can
from xunfang.calls.models import Call, Dispatch
from xunfang.units.models import Part, Shift


def of_own_crews(user: User) -> Q:
    """Return which calls the person's own crews are or were sent to."""
    return Q(pk__in=Dispatch.objects.filter(shift__in=crews_of(user)).values("call"))


def crews_of(user: User) -> QuerySet[Shift]:
    """Return the crews in which the person goes out."""
    return Shift.objects.filter(
        assignments__person__account=user,
        assignments__part__in=[Part.MEMBER, Part.JOINED],
    )


def seen_by(user: User) -> Q:
    """Return which calls a person may see.

    A restricted call is seen by who commands it and by the crews sent to it.
    """
    if not user.is_active:
        return Q(pk__in=[])
    own = of_own_crews(user)
    if not can(user, Capability.SEE_CALLS):
        return own
    commands = can(user, Capability.DISPATCH)
    # The whole city is said in full: an empty condition would vanish beside another one.
    ground = (
        ~Q(pk__in=[])
        if not user.station_code
        else Q(station__code=user.station_code)
        | Q(dispatches__shift__station__code=user.station_code)
    )
    return own | (ground if commands else ground & Q(restriction=""))


def can_take_calls(user: User) -> bool:
    """Say whether this person may enter calls and bring them in."""
    return can(user, Capability.TAKE_CALLS)


def check_can_take_calls(user: User) -> None:
    """Raise NotAllowed unless this person may enter calls."""
    if not can_take_calls(user):
        raise NotAllowed(f"{user.username} may not take calls")


def is_on_ground_of(user: User, call: Call) -> bool:
    """Say whether a call is the city's business of this person, or their station's."""
    return not user.station_code or (
        call.station is None or call.station.code == user.station_code
    )


def can_work_on(user: User, call: Call) -> bool:
    """Say whether this person may link, merge and correct a call."""
    return can_take_calls(user) and is_on_ground_of(user, call)


def check_can_work_on(user: User, call: Call) -> None:
    """Raise NotAllowed unless this person may link, merge and correct a call."""
    if not can_work_on(user, call):
        raise NotAllowed(f"{user.username} may not work on {call.number}")


def can_dispatch(user: User, call: Call) -> bool:
    """Say whether this person may send units to a call and take them off."""
    return can(user, Capability.DISPATCH) and is_on_ground_of(user, call)


def check_can_dispatch(user: User, call: Call) -> None:
    """Raise NotAllowed unless this person may send units to a call."""
    if not can_dispatch(user, call):
        raise NotAllowed(f"{user.username} may not dispatch to {call.number}")


def can_press(user: User, dispatch: Dispatch) -> bool:
    """Say whether this person may say how far a unit is with a call.

    The unit itself, or the desk for it.
    """
    if can_dispatch(user, dispatch.call):
        return True
    return (
        can(user, Capability.REPORT_DUTY)
        and dispatch.shift_id is not None
        and crews_of(user).filter(pk=dispatch.shift_id).exists()
    )


def check_can_press(user: User, dispatch: Dispatch) -> None:
    """Raise NotAllowed unless this person may say how far a unit is with a call."""
    if not can_press(user, dispatch):
        raise NotAllowed(f"{user.username} may not report for dispatch {dispatch.pk}")
