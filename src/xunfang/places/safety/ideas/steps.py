"""The life of an idea: which step may follow which."""

from collections.abc import Mapping
from types import MappingProxyType

from xunfang.core.errors import DomainError
from xunfang.places.models.ideas import IdeaState

STEPS: Mapping[IdeaState, frozenset[IdeaState]] = MappingProxyType(
    {
        IdeaState.SUBMITTED: frozenset({IdeaState.ON_TRIAL, IdeaState.REJECTED}),
        IdeaState.ON_TRIAL: frozenset({IdeaState.ADOPTED, IdeaState.REJECTED}),
        IdeaState.ADOPTED: frozenset(),
        IdeaState.REJECTED: frozenset(),
    }
)
"""Nothing is adopted without a trial; what is decided stays decided."""


class IdeaStepOutOfTurn(DomainError):
    """This step does not follow from where the idea stands."""

    code = "places.idea_step_out_of_turn"


def check_step(now: IdeaState, then: IdeaState) -> None:
    """Refuse a step that may not follow.

    Raises
    ------
    IdeaStepOutOfTurn
        The idea is decided already, or has not been on trial.
    """
    if then not in STEPS[now]:
        raise IdeaStepOutOfTurn(f"{then} does not follow {now}")
