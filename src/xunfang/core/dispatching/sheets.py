"""The three sheets of a call (接警单, 派警单, 反馈单) as a fold over its events.

Nothing about a call is stored but its events; every clock and every status is computed
from them, so that a correction is one more event and an upload that comes late falls into
its place. The definitions of the clocks are those of the 110 sheets
(``docs/glossary.md``). A call and each unit assigned to it have a status of their own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

SKEW_TOLERATED = timedelta(seconds=60)
"""A telephone's clock that differs by more is noted beside the event."""


class Step(StrEnum):
    """What can happen to a call. Values are stored: never rename one."""

    REPORTED = "reported"
    """报警: the telephone call reaches a desk, or the actual time of another report."""
    TAKEN = "taken"
    """接警: it is answered."""
    ENTERED = "entered"
    """接警完成: hung up, the sheet is saved."""
    ASSIGNED = "assigned"
    """派警: the order to a unit is given."""
    DELIVERED = "delivered"
    """The unit's device has it."""
    ACKNOWLEDGED = "acknowledged"
    """签收: the unit confirmed it by hand."""
    DEPARTED = "departed"
    """实际出警."""
    ARRIVED = "arrived"
    """到达现场."""
    FINISHED = "finished"
    """现场处理完毕."""
    REFUSED = "refused"
    """退单: the unit gave the order back, with a reason."""
    STOOD_DOWN = "stood_down"
    """The desk took the unit off."""
    PREEMPTED = "preempted"
    """The unit was sent to a more urgent call; this one waits with its first time."""
    FED_BACK = "fed_back"
    """反馈."""
    CLOSED = "closed"
    """结案."""
    REOPENED = "reopened"
    NOTED = "noted"
    """Somebody wrote something down; no clock waits for it."""


OF_A_UNIT = frozenset(
    {
        Step.ASSIGNED,
        Step.DELIVERED,
        Step.ACKNOWLEDGED,
        Step.DEPARTED,
        Step.ARRIVED,
        Step.FINISHED,
        Step.REFUSED,
        Step.STOOD_DOWN,
        Step.PREEMPTED,
    }
)
"""Steps that belong to one unit's assignment; the others are the call's."""

PRESSES = (Step.ACKNOWLEDGED, Step.DEPARTED, Step.ARRIVED, Step.FINISHED)
"""What an officer presses, in this order."""


class Source(StrEnum):
    """Where an event was recorded. Values are stored: never rename one."""

    DESK = "desk"
    PHONE = "phone"
    MIRROR = "mirror"
    """Taken over from 110."""
    MACHINE = "machine"
    """A position or a terminal said so."""


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One entry of a call's log (流水).

    ``happened_at`` is when the thing happened, as well as is known; ``recorded_at`` is
    the server's clock. ``assignment`` names whose step it is, None for the call's own.
    ``corrects`` takes the place of an earlier event; with ``is_withdrawal`` that event
    simply no longer counts.
    """

    key: int
    step: Step
    happened_at: datetime
    recorded_at: datetime
    source: Source = Source.DESK
    assignment: int | None = None
    corrects: int | None = None
    is_withdrawal: bool = False


class AssignmentStatus(StrEnum):
    """How far one unit is with one call."""

    ASSIGNED = "assigned"
    ACKNOWLEDGED = "acknowledged"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    FINISHED = "finished"
    REFUSED = "refused"
    STOOD_DOWN = "stood_down"
    PREEMPTED = "preempted"

    @property
    def is_open(self) -> bool:
        """Whether the unit is still bound to the call."""
        return self in OPEN


OPEN = frozenset(
    {
        AssignmentStatus.ASSIGNED,
        AssignmentStatus.ACKNOWLEDGED,
        AssignmentStatus.EN_ROUTE,
        AssignmentStatus.ON_SCENE,
    }
)

STATUS_AFTER: Mapping[Step, AssignmentStatus] = {
    Step.ASSIGNED: AssignmentStatus.ASSIGNED,
    Step.DELIVERED: AssignmentStatus.ASSIGNED,
    Step.ACKNOWLEDGED: AssignmentStatus.ACKNOWLEDGED,
    Step.DEPARTED: AssignmentStatus.EN_ROUTE,
    Step.ARRIVED: AssignmentStatus.ON_SCENE,
    Step.FINISHED: AssignmentStatus.FINISHED,
    Step.REFUSED: AssignmentStatus.REFUSED,
    Step.STOOD_DOWN: AssignmentStatus.STOOD_DOWN,
    Step.PREEMPTED: AssignmentStatus.PREEMPTED,
}

HOW_FAR = {status: n for n, status in enumerate(AssignmentStatus)}


class CallStatus(StrEnum):
    """How far a call is. Derived, never typed."""

    WAITING = "waiting"
    """Nobody is assigned."""
    ASSIGNED = "assigned"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    HANDLED = "handled"
    """Every unit has finished; the feedback is due."""
    FED_BACK = "fed_back"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class AssignmentSheet:
    """The sheet of one assigned unit (派警单): its status and the time of each step."""

    assignment: int
    status: AssignmentStatus
    clocks: Mapping[Step, datetime]

    def seconds(self, begin: Step, end: Step) -> float | None:
        """Return the seconds between two steps, None while one of them is missing."""
        return between(self.clocks, begin, end)

    @property
    def since(self) -> datetime:
        """Since when the unit has had this status."""
        return max(
            moment
            for step, moment in self.clocks.items()
            if STATUS_AFTER[step] is self.status
        )


@dataclass(frozen=True, slots=True)
class CallSheet:
    """What is known of a call at this moment."""

    status: CallStatus
    clocks: Mapping[Step, datetime]
    """First time of each of the call's own steps, and of each step of any unit."""
    assignments: Mapping[int, AssignmentSheet] = field(default_factory=dict)
    out_of_order: tuple[tuple[int | None, Step, Step], ...] = ()
    """Steps whose times contradict each other: whose, the earlier one, the later one."""

    def seconds(self, begin: Step, end: Step) -> float | None:
        """Return the seconds between two steps, None while one of them is missing."""
        return between(self.clocks, begin, end)

    @property
    def waits_since(self) -> datetime | None:
        """The first time of the call: what a queue goes by, however often it waited."""
        return min(self.clocks.values(), default=None)


def between(clocks: Mapping[Step, datetime], begin: Step, end: Step) -> float | None:
    """Return the seconds between two clocks, None while one of them is missing."""
    if begin not in clocks or end not in clocks:
        return None
    return (clocks[end] - clocks[begin]).total_seconds()


def that_count(events: Iterable[CallEvent]) -> list[CallEvent]:
    """Return the events that hold: without what was corrected or withdrawn, in time."""
    all_events = sorted(events, key=lambda event: (event.recorded_at, event.key))
    replaced = {event.corrects for event in all_events if event.corrects is not None}
    return sorted(
        (
            event
            for event in all_events
            if event.key not in replaced and not event.is_withdrawal
        ),
        key=lambda event: (event.happened_at, event.recorded_at, event.key),
    )


def fold(events: Iterable[CallEvent]) -> CallSheet:
    """Return the sheets that the events of one call make.

    The order in which events are given does not matter: an upload that comes an hour
    late makes the same sheets as one that came at once.
    """
    holding = that_count(events)
    own: dict[Step, datetime] = {}
    by_assignment: dict[int, dict[Step, datetime]] = {}
    is_closed = is_fed_back = False
    for event in holding:
        if event.step in OF_A_UNIT:
            if event.assignment is not None:
                clocks = by_assignment.setdefault(event.assignment, {})
                clocks.setdefault(event.step, event.happened_at)
        elif event.step is Step.REOPENED:
            is_closed = is_fed_back = False
        elif event.step is Step.CLOSED:
            is_closed = True
        elif event.step is Step.FED_BACK:
            is_fed_back = True
        own.setdefault(event.step, event.happened_at)
    sheets = {
        key: AssignmentSheet(key, _status(clocks), clocks)
        for key, clocks in by_assignment.items()
    }
    contradictions = [
        *_contradictions(None, own, ORDER_OF_A_CALL),
        *(
            found
            for key, clocks in sorted(by_assignment.items())
            for found in _contradictions(key, clocks, ORDER_OF_A_UNIT)
        ),
    ]
    return CallSheet(
        _call_status(sheets.values(), is_closed=is_closed, is_fed_back=is_fed_back),
        own,
        sheets,
        tuple(contradictions),
    )


ORDER_OF_A_CALL = (Step.REPORTED, Step.TAKEN, Step.ENTERED)
ORDER_OF_A_UNIT = (Step.ASSIGNED, Step.DELIVERED, *PRESSES)


def _contradictions(
    whose: int | None, clocks: Mapping[Step, datetime], order: tuple[Step, ...]
) -> list[tuple[int | None, Step, Step]]:
    known = [step for step in order if step in clocks]
    return [
        (whose, earlier, later)
        for earlier, later in pairwise(known)
        if clocks[later] < clocks[earlier]
    ]


def _status(clocks: Mapping[Step, datetime]) -> AssignmentStatus:
    """Return the furthest status reached: a press that is missing is not waited for."""
    return max((STATUS_AFTER[step] for step in clocks), key=HOW_FAR.__getitem__)


def _call_status(
    sheets: Iterable[AssignmentSheet], *, is_closed: bool, is_fed_back: bool
) -> CallStatus:
    statuses = {sheet.status for sheet in sheets}
    if is_closed:
        return CallStatus.CLOSED
    if AssignmentStatus.ON_SCENE in statuses:
        return CallStatus.ON_SCENE
    if AssignmentStatus.EN_ROUTE in statuses:
        return CallStatus.EN_ROUTE
    if statuses & OPEN:
        return CallStatus.ASSIGNED
    if is_fed_back:
        return CallStatus.FED_BACK
    return (
        CallStatus.HANDLED
        if AssignmentStatus.FINISHED in statuses
        else CallStatus.WAITING
    )


@dataclass(frozen=True, slots=True)
class DeviceTime:
    """When something happened by the server's clock, and how wrong the device's was."""

    happened_at: datetime
    skew: timedelta
    """Server's clock minus the device's."""

    @property
    def is_skewed(self) -> bool:
        """Whether the device's clock was off by more than is tolerated."""
        return abs(self.skew) > SKEW_TOLERATED


def by_server_clock(
    *, device_at: datetime, sent_at: datetime, received_at: datetime
) -> DeviceTime:
    """Return when a thing that a device noted happened.

    ``device_at`` is when the device noted it and ``sent_at`` when it sent it, both by the
    device's clock; ``received_at`` is when it came, by the server's. What lay between
    noting and sending is right even where the clock is an hour off. Nothing is put after
    its arrival.
    """
    skew = received_at - sent_at
    if abs(skew) <= SKEW_TOLERATED:
        return DeviceTime(min(device_at, received_at), skew)
    return DeviceTime(min(device_at + skew, received_at), skew)
