"""What may follow what in the life of a case, and who may do it: one table.

A case's state is a fold over its log. A line that was entered by mistake is taken back by
another line, so the log alone says what happened.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from xunfang.core.errors import DomainError


class State(StrEnum):
    """How far a case is. Values are stored: never rename one."""

    NEW = "new"
    """Nobody has said yet what it is about."""
    SORTED = "sorted"
    """It has a class and a unit, and no owner."""
    IN_HAND = "in_hand"
    PAUSED = "paused"
    """It waits for something named; its clock stands."""
    ELSEWHERE = "elsewhere"
    """Another department has it and has given a receipt."""
    ANSWERED = "answered"
    """The resident has an answer and may say that it misses the point."""
    CLOSED = "closed"


class Step(StrEnum):
    """What was done to a case. Values are stored: never rename one."""

    OPENED = "opened"
    SORTED = "sorted"
    """Class, urgency or unit were said, or said anew."""
    TAKEN = "taken"
    """It has an owner."""
    PAUSED = "paused"
    RESUMED = "resumed"
    REFERRED = "referred"
    CAME_BACK = "came_back"
    NOTED = "noted"
    ACTED = "acted"
    """Something was ordered because of it: a patrol, a repair, a visit."""
    ANSWERED = "answered"
    NOT_ANSWERED = "not_answered"
    """The resident says that the answer misses the point."""
    REOPENED = "reopened"
    CLOSED = "closed"


class Actor(StrEnum):
    """Who does a step."""

    HOUSE = "house"
    HANDLER = "handler"
    SUPERVISOR = "supervisor"
    RESIDENT = "resident"


class StepRefused(DomainError):
    """This cannot follow on what happened before, or not by this person."""

    code = "casework.step_refused"


class ReasonMissing(DomainError):
    """This needs a reason, and none was given."""

    code = "casework.reason_missing"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table."""

    step: Step
    after: frozenset[State]
    leads_to: State | None
    """None: the state stays as it is."""
    by: frozenset[Actor]
    needs_reason: bool = False


_UNFINISHED = frozenset(
    {State.NEW, State.SORTED, State.IN_HAND, State.PAUSED, State.ELSEWHERE}
)
_WORKED_ON = frozenset({State.SORTED, State.IN_HAND})
_FINISHED = frozenset({State.ANSWERED, State.CLOSED})
_STAFF = frozenset({Actor.HANDLER, Actor.SUPERVISOR})
_RESIDENT = frozenset({Actor.RESIDENT})

RULES: tuple[Rule, ...] = (
    Rule(Step.SORTED, frozenset({State.NEW}), State.SORTED, _STAFF | {Actor.HOUSE}),
    Rule(Step.SORTED, _UNFINISHED - {State.NEW}, None, _STAFF, needs_reason=True),
    Rule(Step.TAKEN, frozenset({State.SORTED}), State.IN_HAND, _STAFF),
    Rule(Step.TAKEN, _UNFINISHED - {State.NEW, State.SORTED}, None, _STAFF),
    Rule(Step.PAUSED, _WORKED_ON, State.PAUSED, _STAFF, needs_reason=True),
    Rule(Step.RESUMED, frozenset({State.PAUSED}), State.IN_HAND, _STAFF),
    Rule(Step.REFERRED, _WORKED_ON, State.ELSEWHERE, _STAFF),
    Rule(Step.CAME_BACK, frozenset({State.ELSEWHERE}), State.IN_HAND, _STAFF),
    Rule(Step.NOTED, _UNFINISHED | _FINISHED, None, _STAFF | {Actor.HOUSE}),
    Rule(Step.ACTED, _UNFINISHED | _FINISHED, None, _STAFF),
    Rule(Step.ANSWERED, _WORKED_ON | {State.ELSEWHERE}, State.ANSWERED, _STAFF),
    Rule(Step.NOT_ANSWERED, _FINISHED, State.IN_HAND, _RESIDENT),
    Rule(Step.REOPENED, _FINISHED, State.IN_HAND, _RESIDENT),
    Rule(Step.REOPENED, _FINISHED, State.IN_HAND, _STAFF, needs_reason=True),
    Rule(
        Step.CLOSED, frozenset({State.ANSWERED}), State.CLOSED, _STAFF | {Actor.HOUSE}
    ),
)
"""The whole of it; no row, no way."""

ONCE = frozenset({Step.NOT_ANSWERED, Step.REOPENED})
"""What a resident may do once without argument; after that a supervisor decides."""


@dataclass(frozen=True, slots=True)
class Done:
    """One line of a case's log, as far as its state depends on it."""

    step: Step
    by: Actor


def rule_for(step: Step, state: State, by: Actor) -> Rule | None:
    """Return the row that allows a step, or None.

    >>> rule_for(Step.ANSWERED, State.NEW, Actor.HANDLER) is None
    True
    """
    return next(
        (
            rule
            for rule in RULES
            if rule.step is step and state in rule.after and by in rule.by
        ),
        None,
    )


def take(step: Step, log: Iterable[Done], *, by: Actor, reason: str = "") -> State:
    """Return the state after a step, given the log before it.

    Raises
    ------
    StepRefused
        No row of the table allows it, or the resident has opened the case again before.
    ReasonMissing
    """
    log = list(log)
    state = fold(log)
    rule = rule_for(step, state, by)
    if rule is None:
        raise StepRefused(f"{step} after {state} by {by}")
    if by is Actor.RESIDENT and any(
        each.by is Actor.RESIDENT and each.step in ONCE for each in log
    ):
        raise StepRefused(f"{step}: the resident has used it")
    if rule.needs_reason and not reason.strip():
        raise ReasonMissing(f"{step} needs a reason")
    return rule.leads_to or state


def fold(log: Iterable[Done]) -> State:
    """Return the state that a log leads to; an empty one is a new case.

    A line that no row allows changes nothing: it was allowed once, by an older table.
    """
    state = State.NEW
    for done in log:
        rule = rule_for(done.step, state, done.by)
        if rule is not None and rule.leads_to is not None:
            state = rule.leads_to
    return state


def diagram(words: Mapping[str, str]) -> str:
    """Return the table as a Mermaid state diagram; ``words`` names states and steps."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.NEW}"]
    lines += [f"    {state}: {words.get(state, state)}" for state in State]
    seen = dict.fromkeys(
        (state, rule.leads_to, rule.step)
        for rule in RULES
        if rule.leads_to is not None
        for state in State
        if state in rule.after
    )
    lines += [
        f"    {state} --> {leads_to}: {words.get(step, step)}"
        for state, leads_to, step in seen
    ]
    return "\n".join([*lines, f"    {State.CLOSED} --> [*]"]) + "\n"
