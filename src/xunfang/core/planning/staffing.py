"""Are there people enough? The least that the duties of a moment need, and who is there.

All of it is a lower bound that no clever route can beat: ways are taken as nothing, and
a stop counts only at moments at which somebody must be there whatever the plan. So
"needs 31 people, has 26" is a fact about the roster, not about the search.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from xunfang.core.errors import DomainError
from xunfang.core.planning.plan import EventKind
from xunfang.core.planning.problem import Crew, Problem, Unit
from xunfang.core.planning.tasks import Task, tasks_of


@dataclass(frozen=True, slots=True)
class TeamTemplate:
    """The least a team may be: a market team is two sworn officers and six in all."""

    min_sworn: int
    min_total: int


class TeamTooSmall(DomainError):
    """A crew has fewer sworn officers or fewer people than its team needs."""

    code = "planning.team_too_small"

    def __init__(self, template: TeamTemplate, crew: Crew) -> None:
        self.template, self.crew = template, crew
        super().__init__(
            f"a team of {crew.sworn} sworn and {crew.auxiliary} auxiliaries: it needs"
            f" {template.min_sworn} sworn and {template.min_total} in all"
        )


def team_faults(template: TeamTemplate, crew: Crew) -> tuple[str, ...]:
    """Return the codes of what a crew lacks; empty if it may go out.

    ``no_sworn_officer`` (auxiliaries never work alone), ``too_few_sworn``,
    ``too_few_people``. Pages paint a team red when this is not empty.

    >>> team_faults(TeamTemplate(min_sworn=2, min_total=6), Crew(sworn=2, auxiliary=4))
    ()
    >>> team_faults(TeamTemplate(min_sworn=2, min_total=6), Crew(sworn=1, auxiliary=5))
    ('too_few_sworn',)
    """
    faults = []
    if crew.sworn < 1:
        faults.append("no_sworn_officer")
    elif crew.sworn < template.min_sworn:
        faults.append("too_few_sworn")
    if crew.total < template.min_total:
        faults.append("too_few_people")
    return tuple(faults)


def check_team(template: TeamTemplate, crew: Crew) -> None:
    """Let a team pass, or refuse it.

    Raises
    ------
    TeamTooSmall
        Too few sworn officers, or too few people.
    """
    if team_faults(template, crew):
        raise TeamTooSmall(template, crew)


@dataclass(frozen=True, slots=True)
class Staffing:
    """What the mandatory duties need between two moments, and what is on shift."""

    begins: int
    ends: int
    """The first moment at which it is no longer so."""
    n_people_needed: int
    """Sum of the crews that the duties of this time ask for."""
    n_people_on_shift: int
    n_units_needed: int
    n_units_on_shift: int
    n_units_placeable: int
    """Most duties that units on shift can hold at once, each unit holding one and only
    what its crew, mode and tags allow."""
    duties: tuple[tuple[EventKind, str], ...]

    @property
    def is_short(self) -> bool:
        return (
            self.n_people_needed > self.n_people_on_shift
            or self.n_units_placeable < self.n_units_needed
        )

    @property
    def n_people_short(self) -> int:
        return max(0, self.n_people_needed - self.n_people_on_shift)

    @property
    def n_duties_short(self) -> int:
        return self.n_units_needed - self.n_units_placeable


def staffing(problem: Problem) -> tuple[Staffing, ...]:
    """Go through the night and say at every moment what duty needs and who is there.

    Posts and loops need their crews throughout their windows, a loop as many units as
    its rounds take. A mandatory stop needs its crew from the last moment at which it may
    begin to the first at which it may be over, where the one comes before the other
    (its "compulsory part", Lahrichi 1982). One entry for each stretch of time without a
    change; stretches without duty are left out.
    """
    must = [
        part
        for task in tasks_of(problem)
        if task.priority is not None
        for part in _compulsory_part(task)
    ]
    changes = {moment for begins, ends, _ in must for moment in (begins, ends)}
    changes |= {moment for unit in problem.units for moment in unit.shift}
    found = []
    moments = sorted(changes)
    for begins, ends in pairwise(moments):
        tasks = [task for since, until, task in must if since <= begins < until]
        if tasks:
            found.append(_staffing_between(problem, begins, ends, tasks))
    return tuple(found)


def worst_shortage(problem: Problem) -> Staffing | None:
    """Return the time at which most people, then most units, are lacking; None if none."""
    return _worst(staffing(problem))


def shortage_of(
    times: Iterable[Staffing], kind: EventKind, wanted_id: str
) -> Staffing | None:
    """Return the worst shortage among the times of one duty; None if there is none."""
    of_it = [time for time in times if (kind, wanted_id) in time.duties]
    return _worst(of_it)


def _worst(times: Iterable[Staffing]) -> Staffing | None:
    return max(
        (time for time in times if time.is_short),
        key=lambda time: (time.n_people_short, time.n_duties_short, -time.begins),
        default=None,
    )


def _compulsory_part(task: Task) -> Iterator[tuple[int, int, Task]]:
    """When somebody must be at it, whatever the plan."""
    if not task.options or not task.dwell:
        return
    last_begin = max(option.close for option in task.options)
    first_end = min(option.open for option in task.options) + min(task.dwell.values())
    if last_begin < first_end:
        yield last_begin, first_end, task


def _staffing_between(
    problem: Problem, begins: int, ends: int, tasks: Sequence[Task]
) -> Staffing:
    on_shift = [
        unit
        for unit in problem.units
        if unit.shift[0] <= begins and ends <= unit.shift[1]
    ]
    return Staffing(
        begins=begins,
        ends=ends,
        n_people_needed=sum(task.need.crew.total for task in tasks),
        n_people_on_shift=sum(unit.crew.total for unit in on_shift),
        n_units_needed=len(tasks),
        n_units_on_shift=len(on_shift),
        n_units_placeable=_n_placeable(on_shift, tasks),
        duties=tuple(dict.fromkeys((task.kind, task.id) for task in tasks)),
    )


def _n_placeable(units: Sequence[Unit], tasks: Sequence[Task]) -> int:
    if not units:
        return 0
    may = np.array(
        [
            [
                not task.need.barriers(unit)
                and unit.mode in task.dwell
                and unit.crew.sworn >= 1
                for unit in units
            ]
            for task in tasks
        ],
        dtype=np.int8,
    )
    matched = maximum_bipartite_matching(csr_array(may), perm_type="column")
    return int(np.count_nonzero(matched >= 0))
