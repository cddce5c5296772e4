"""Questions about calls. Everything begins with what a person may see."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import QuerySet

from xunfang.accounts.models import User
from xunfang.calls import policies
from xunfang.calls.models import Call, Dispatch
from xunfang.core.dispatching.sheets import AssignmentStatus, CallStatus
from xunfang.core.dispatching.unit_states import OpenAssignment
from xunfang.units.models import Shift


def visible_to(user: User) -> QuerySet[Call]:
    """Return the calls a person may see, each once."""
    return Call.objects.filter(
        pk__in=Call.objects.filter(policies.seen_by(user)).values("pk")
    )


def queue(calls: QuerySet[Call]) -> QuerySet[Call]:
    """Return those that are not closed, the most urgent first, then the oldest.

    A call that lost its unit to a more urgent one stands where its first time puts it.
    """
    return (
        calls.exclude(status=CallStatus.CLOSED.value)
        .filter(merged_into=None)
        .order_by("urgency", "reported_at", "id")
    )


def open_assignments(
    shifts: Collection[Shift] | QuerySet[Shift],
) -> Mapping[int, list[OpenAssignment]]:
    """Return the calls that units are bound to, by unit; one query."""
    bound: dict[int, list[OpenAssignment]] = defaultdict(list)
    rows = Dispatch.objects.filter(shift__in=shifts, is_open=True)
    for shift, key, status, since in rows.values_list(
        "shift", "pk", "status", "status_at"
    ):
        bound[shift].append(OpenAssignment(key, AssignmentStatus(status), since))
    return bound
