"""What may follow what in the life of a case."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.casework.steps import (
    RULES,
    Actor,
    Done,
    ReasonMissing,
    State,
    Step,
    StepRefused,
    diagram,
    fold,
    rule_for,
    take,
)

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "life-of-a-case.md"
WORDS = {
    "new": "新到 new",
    "sorted": "已分类 sorted",
    "in_hand": "办理中 in hand",
    "paused": "暂停 paused",
    "elsewhere": "其他部门 elsewhere",
    "answered": "已答复 answered",
    "closed": "已办结 closed",
}
"""Of states; where a step is called as the state it leads to, it reads the same."""

SORTED = Done(Step.SORTED, Actor.HANDLER)
TAKEN = Done(Step.TAKEN, Actor.HANDLER)
ANSWERED = Done(Step.ANSWERED, Actor.HANDLER)


def test_a_case_goes_from_the_inbox_to_its_end() -> None:
    log: list[Done] = [Done(Step.OPENED, Actor.HOUSE)]
    states = []
    for step in (Step.SORTED, Step.TAKEN, Step.ANSWERED, Step.CLOSED):
        states.append(take(step, log, by=Actor.HANDLER))
        log.append(Done(step, Actor.HANDLER))
    assert states == [State.SORTED, State.IN_HAND, State.ANSWERED, State.CLOSED]


def test_a_clock_stands_only_with_a_reason() -> None:
    with pytest.raises(ReasonMissing):
        take(Step.PAUSED, [SORTED, TAKEN], by=Actor.HANDLER, reason="  ")
    state = take(Step.PAUSED, [SORTED, TAKEN], by=Actor.HANDLER, reason="等路灯配件")
    assert state is State.PAUSED


def test_a_resident_opens_a_case_again_once_and_a_supervisor_after_that() -> None:
    log = [SORTED, TAKEN, ANSWERED]
    assert take(Step.NOT_ANSWERED, log, by=Actor.RESIDENT) is State.IN_HAND
    log += [Done(Step.NOT_ANSWERED, Actor.RESIDENT), ANSWERED]
    for step in (Step.NOT_ANSWERED, Step.REOPENED):
        with pytest.raises(StepRefused):
            take(step, log, by=Actor.RESIDENT)
    again = take(Step.REOPENED, log, by=Actor.SUPERVISOR, reason="答复没有回应时间")
    assert again is State.IN_HAND


def test_nobody_closes_what_was_not_answered() -> None:
    for log in ([], [SORTED], [SORTED, TAKEN]):
        with pytest.raises(StepRefused):
            take(Step.CLOSED, log, by=Actor.SUPERVISOR)


def test_sorting_anew_needs_a_reason_and_keeps_the_state() -> None:
    with pytest.raises(ReasonMissing):
        take(Step.SORTED, [SORTED, TAKEN], by=Actor.HANDLER)
    kept = take(Step.SORTED, [SORTED, TAKEN], by=Actor.HANDLER, reason="是积水")
    assert kept is State.IN_HAND


@given(st.lists(st.tuples(st.sampled_from(Step), st.sampled_from(Actor)), max_size=12))
def test_what_the_table_lets_through_folds_to_the_same_state(
    tried: list[tuple[Step, Actor]],
) -> None:
    log: list[Done] = []
    state = State.NEW
    for step, by in tried:
        try:
            state = take(step, log, by=by, reason="因为")
        except StepRefused:
            continue
        log.append(Done(step, by))
        assert fold(log) is state


def test_no_two_rows_say_different_things() -> None:
    for step in Step:
        for state in State:
            for by in Actor:
                fitting = [
                    rule
                    for rule in RULES
                    if rule.step is step and state in rule.after and by in rule.by
                ]
                assert fitting in ([], [rule_for(step, state, by)])


def test_every_state_can_be_reached_and_the_diagram_shows_it() -> None:
    drawn = diagram({"in_hand": "办理中"})
    assert "in_hand: 办理中" in drawn
    for state in State:
        assert f"--> {state}" in drawn


def test_the_reference_shows_the_table_as_it_is() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    assert diagram(WORDS) in text
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert rows == [
        f"| `{rule.step}` | {', '.join(f'`{each}`' for each in State if each in rule.after)} "
        f"| {f'`{rule.leads_to}`' if rule.leads_to else 'the same'} "
        f"| {', '.join(f'`{each}`' for each in Actor if each in rule.by)} "
        f"| {'yes' if rule.needs_reason else ''} |"
        for rule in RULES
    ]
