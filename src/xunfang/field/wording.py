"""Words on the phone that depend on what is shown."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from xunfang.core.dispatching.sheets import Step
from xunfang.core.dispatching.unit_states import DutyStep, UnitState

PRESS_WORDS: dict[Step, Promise] = {
    Step.ACKNOWLEDGED: pgettext_lazy("press", "Acknowledge"),
    Step.DEPARTED: pgettext_lazy("press", "Set out"),
    Step.ARRIVED: pgettext_lazy("press", "On scene"),
    Step.FINISHED: pgettext_lazy("press", "Finished"),
}
"""On the four buttons of a call: 签收, 出发, 到场, 完毕."""

STATE_WORDS: dict[UnitState, Promise] = {
    UnitState.OFF: pgettext_lazy("unit state", "Off duty"),
    UnitState.PATROL: pgettext_lazy("unit state", "On patrol"),
    UnitState.WAITING: pgettext_lazy("unit state", "Waiting at a post"),
    UnitState.STANDING_BY: pgettext_lazy("unit state", "Standing by"),
    UnitState.RETURNING: pgettext_lazy("unit state", "On the way back"),
    UnitState.ASSIGNED: pgettext_lazy("unit state", "Order to acknowledge"),
    UnitState.ACKNOWLEDGED: pgettext_lazy("unit state", "Order acknowledged"),
    UnitState.EN_ROUTE: pgettext_lazy("unit state", "On the way to a call"),
    UnitState.ON_SCENE: pgettext_lazy("unit state", "On scene"),
    UnitState.ESCORTING: pgettext_lazy("unit state", "Escorting"),
    UnitState.PAUSED: pgettext_lazy("unit state", "Pause"),
    UnitState.UNAVAILABLE: pgettext_lazy("unit state", "Not available"),
    UnitState.EMERGENCY: pgettext_lazy("unit state", "Help asked for"),
}

ACTS: tuple[tuple[DutyStep, Promise, frozenset[UnitState]], ...] = (
    (
        DutyStep.PATROL,
        pgettext_lazy("duty act", "Patrol"),
        frozenset({UnitState.PATROL}),
    ),
    (
        DutyStep.WAIT,
        pgettext_lazy("duty act", "Wait at post"),
        frozenset({UnitState.WAITING}),
    ),
    (
        DutyStep.STAND_BY,
        pgettext_lazy("duty act", "Stand by"),
        frozenset({UnitState.STANDING_BY}),
    ),
    (
        DutyStep.PAUSE,
        pgettext_lazy("duty act", "Pause"),
        frozenset({UnitState.PAUSED}),
    ),
    (
        DutyStep.ESCORT,
        pgettext_lazy("duty act", "Escort"),
        frozenset({UnitState.ESCORTING}),
    ),
)
"""What a crew on duty changes to with one press, and the states in which it is that."""
