"""The state of a unit on the street, derived from what it and its calls have reported.

屯警街面、动中备勤、有警处警、无警巡逻: it waits on the street, stands by on the move, takes
calls when there are calls and patrols when there are none. The state is never typed: it
follows from the crew's own log and from the open calls it is assigned to.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from xunfang.core.dispatching.recommend import Dispatchable
from xunfang.core.dispatching.sheets import AssignmentStatus


class DutyStep(StrEnum):
    """What a crew reports of itself. Values are stored: never rename one."""

    ON = "on"
    """上勤: on the street, with its gear."""
    PATROL = "patrol"
    """巡逻."""
    WAIT = "wait"
    """屯警: waits at a post on the street."""
    STAND_BY = "stand_by"
    """备勤."""
    PAUSE = "pause"
    """休整."""
    RETURN = "return"
    """返程: on the way back from a call."""
    ESCORT = "escort"
    """押送或就医: takes somebody somewhere."""
    UNAVAILABLE = "unavailable"
    """不可派, with a note why."""
    EMERGENCY = "emergency"
    """An officer asks for help."""
    EMERGENCY_OVER = "emergency_over"
    MODE = "mode"
    """The crew goes on by another way of moving."""
    OFF = "off"
    """下勤."""


class UnitState(StrEnum):
    """What a unit is doing now."""

    OFF = "off"
    PATROL = "patrol"
    WAITING = "waiting"
    STANDING_BY = "standing_by"
    RETURNING = "returning"
    ASSIGNED = "assigned"
    ACKNOWLEDGED = "acknowledged"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    ESCORTING = "escorting"
    PAUSED = "paused"
    UNAVAILABLE = "unavailable"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class StateRule:
    """What holds for a unit while it is in a state."""

    dispatchable: Dispatchable
    warn_after_s: int | None
    alarm_after_s: int | None
    """How long it may last before the desk is told, in seconds; None: as long as it takes."""
    covers: bool
    """Whether the unit counts as cover for the streets around it."""
    is_patrol: bool = False
    """Whether its minutes are patrol minutes."""
    needs_note: bool = False


RULES: Mapping[UnitState, StateRule] = {
    UnitState.OFF: StateRule(Dispatchable.NO, None, None, covers=False),
    UnitState.PATROL: StateRule(
        Dispatchable.YES, None, None, covers=True, is_patrol=True
    ),
    UnitState.WAITING: StateRule(
        Dispatchable.YES, None, None, covers=True, is_patrol=True
    ),
    UnitState.STANDING_BY: StateRule(Dispatchable.YES, None, None, covers=True),
    UnitState.RETURNING: StateRule(Dispatchable.YES, 1800, 3600, covers=True),
    UnitState.ASSIGNED: StateRule(Dispatchable.WARN, 30, 60, covers=False),
    UnitState.ACKNOWLEDGED: StateRule(Dispatchable.WARN, 120, 300, covers=False),
    UnitState.EN_ROUTE: StateRule(Dispatchable.WARN, 600, 900, covers=False),
    UnitState.ON_SCENE: StateRule(Dispatchable.WARN, 1800, 3600, covers=False),
    UnitState.ESCORTING: StateRule(Dispatchable.NO, 3600, 7200, covers=False),
    UnitState.PAUSED: StateRule(Dispatchable.WARN, 1800, 2700, covers=False),
    UnitState.UNAVAILABLE: StateRule(
        Dispatchable.NO, 3600, None, covers=False, needs_note=True
    ),
    UnitState.EMERGENCY: StateRule(Dispatchable.NO, 0, 0, covers=False),
}
"""Seconds are starting values of ours, in the order of size of published sign-off shares
(签收 within 30 s, 出警 within 5 min); a station learns its own from its record."""

AFTER: Mapping[DutyStep, UnitState] = {
    DutyStep.ON: UnitState.PATROL,
    DutyStep.PATROL: UnitState.PATROL,
    DutyStep.WAIT: UnitState.WAITING,
    DutyStep.STAND_BY: UnitState.STANDING_BY,
    DutyStep.PAUSE: UnitState.PAUSED,
    DutyStep.RETURN: UnitState.RETURNING,
    DutyStep.ESCORT: UnitState.ESCORTING,
    DutyStep.UNAVAILABLE: UnitState.UNAVAILABLE,
    DutyStep.OFF: UnitState.OFF,
}
"""The state a step leads to; the other steps leave it as it is."""

ON_A_CALL: Mapping[AssignmentStatus, UnitState] = {
    AssignmentStatus.ASSIGNED: UnitState.ASSIGNED,
    AssignmentStatus.ACKNOWLEDGED: UnitState.ACKNOWLEDGED,
    AssignmentStatus.EN_ROUTE: UnitState.EN_ROUTE,
    AssignmentStatus.ON_SCENE: UnitState.ON_SCENE,
}
HOW_FAR = {status: n for n, status in enumerate(ON_A_CALL)}


@dataclass(frozen=True, slots=True)
class DutyEvent:
    """One entry of a crew's own log; see ``sheets.CallEvent`` for the times."""

    key: int
    step: DutyStep
    happened_at: datetime
    recorded_at: datetime
    mode: str = ""
    """Way of moving from here on; empty: as before."""
    corrects: int | None = None
    is_withdrawal: bool = False


@dataclass(frozen=True, slots=True)
class OpenAssignment:
    """A call that a unit is bound to, how far it is and since when."""

    assignment: int
    status: AssignmentStatus
    since: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a unit, since when, and for which of its calls."""

    state: UnitState
    since: datetime | None
    mode: str = ""
    assignment: int | None = None

    @property
    def rule(self) -> StateRule:
        """What holds in this state."""
        return RULES[self.state]


@dataclass(frozen=True, slots=True)
class OwnStanding:
    """What a unit is doing by its own log alone."""

    state: UnitState
    since: datetime | None
    mode: str
    emergency_since: datetime | None
    """None: nobody asks for help."""


def that_count(events: Iterable[DutyEvent]) -> list[DutyEvent]:
    """Return the entries that hold, in the order in which they happened."""
    all_events = list(events)
    replaced = {event.corrects for event in all_events if event.corrects is not None}
    return sorted(
        (
            event
            for event in all_events
            if event.key not in replaced and not event.is_withdrawal
        ),
        key=lambda event: (event.happened_at, event.recorded_at, event.key),
    )


def own_standing(events: Iterable[DutyEvent]) -> OwnStanding:
    """Return what a unit is doing by its own log, whatever calls it is bound to."""
    state, since, mode = UnitState.OFF, None, ""
    emergency: datetime | None = None
    for event in that_count(events):
        mode = event.mode or mode
        if event.step is DutyStep.EMERGENCY:
            emergency = emergency or event.happened_at
        elif event.step is DutyStep.EMERGENCY_OVER:
            emergency = None
        elif event.step in AFTER and AFTER[event.step] is not state:
            state, since = AFTER[event.step], event.happened_at
    return OwnStanding(state, since, mode, emergency)


def with_calls(own: OwnStanding, assignments: Iterable[OpenAssignment]) -> Standing:
    """Return what a unit is doing: its own log, and the calls it is bound to.

    A cry for help comes before everything. Otherwise the call that is furthest along
    says it, then the crew's own last step. Who is off duty is off, whatever the calls.
    """
    if own.emergency_since is not None:
        return Standing(UnitState.EMERGENCY, own.emergency_since, own.mode)
    bound = max(
        assignments,
        key=lambda one: (HOW_FAR[one.status], one.since, one.assignment),
        default=None,
    )
    if own.state is UnitState.OFF or bound is None:
        return Standing(own.state, own.since, own.mode)
    state = ON_A_CALL[bound.status]
    return Standing(state, bound.since, own.mode, bound.assignment)


def standing(
    events: Iterable[DutyEvent], assignments: Iterable[OpenAssignment] = ()
) -> Standing:
    """Return what a unit is doing, from its own log and the calls it is bound to."""
    return with_calls(own_standing(events), assignments)
