"""Who may see and work on cases. A station's people see their own station's.

A complaint about an officer is sealed: it leaves the hands of the unit concerned. Only
supervisors of the whole city open it; to everybody else it is a number and a state.
"""

from enum import StrEnum

from django.db.models import Q

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, NotAllowed, can
from xunfang.cases.models import Case, ContactRequest, Topic


def seen_by(user: User) -> Q:
    """Return which cases a person may see."""
    if not can(user, Capability.SEE_CASES):
        return Q(pk__in=[])
    if is_sealed_seat(user):
        return _ground_of(user)
    return _ground_of(user) & Q(is_sealed=False)


def seen_as_stub_by(user: User) -> Q:
    """Return of which cases a person sees that there is one, and how far it is."""
    if not can(user, Capability.SEE_CASES) or is_sealed_seat(user):
        return Q(pk__in=[])
    return _ground_of(user) & Q(is_sealed=True)


def _ground_of(user: User) -> Q:
    if not user.station_code:
        # Not Q(): an empty condition joined by "and" would let everything through.
        return ~Q(pk__in=[])
    # Of life and death, and nobody knows where: whoever is awake sees it.
    return Q(station__code=user.station_code) | Q(station=None, urgency=1)


class Ground(StrEnum):
    """On what ground somebody opens a case; kept with every opening: never rename one."""

    OWNER = "owner"
    """They work on it."""
    STATION = "station"
    """It lies on their station's ground."""
    URGENT = "urgent"
    """Life is at risk and nobody knows where: whoever is awake sees it."""
    CITY = "city"
    """They oversee the matters of the whole city."""


def ground_of_seeing(user: User, case: Case) -> Ground:
    """Return on what ground somebody who may see a case does."""
    if case.owner_id == user.pk:
        return Ground.OWNER
    if not user.station_code:
        return Ground.CITY
    return Ground.URGENT if case.station_id is None else Ground.STATION


def is_sealed_seat(user: User) -> bool:
    """Say whether this person opens sealed cases: a supervisor of the whole city."""
    return can(user, Capability.SUPERVISE_CASES) and not user.station_code


def can_handle(user: User, case: Case) -> bool:
    """Say whether this person may sort, take and answer a case."""
    if case.is_sealed:
        return is_sealed_seat(user)
    if user.station_code and not (
        case.urgency == 1
        if case.station is None
        else case.station.code == user.station_code
    ):
        return False
    return can(user, Capability.HANDLE_CASES) or can(user, Capability.SUPERVISE_CASES)


def check_can_handle(user: User, case: Case) -> None:
    """Raise NotAllowed unless this person may work on a case."""
    if not can_handle(user, case):
        raise NotAllowed(f"{user.username} may not work on {case.number}")


def can_enter(user: User) -> bool:
    """Say whether this person may write down what a resident says."""
    return can(user, Capability.ENTER_WORDS)


def can_reclassify(user: User, case: Case) -> bool:
    """Say whether this person may give a case another class.

    Criticism is never sorted away by those who are criticised.
    """
    topics = (case.topic, case.second_topic)
    if any(topic is not None and topic.code == Topic.CRITICISM for topic in topics):
        return can(user, Capability.SUPERVISE_CASES) and can_handle(user, case)
    return can_handle(user, case)


def can_confirm_contact(user: User, request: ContactRequest) -> bool:
    """Say whether this person may stand for another one's look at who criticised.

    One of the two is a supervisor: those who are criticised do not settle it by themselves.
    """
    return (
        user.pk != request.asked_by_id
        and can_handle(user, request.case)
        and any(
            can(each, Capability.SUPERVISE_CASES) for each in (user, request.asked_by)
        )
    )


def check_can_confirm_contact(user: User, request: ContactRequest) -> None:
    """Raise NotAllowed unless this person may stand for another one's look."""
    if not can_confirm_contact(user, request):
        raise NotAllowed(f"{user.username} may not confirm {request.word.number}")
