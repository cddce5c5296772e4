"""A night of secondment as it is stated: people, groups wanted, what was worked before.

Minutes are absolute, since any moment that all of one statement agree on, so that rest
is exact across nights. A night bears the date on which it begins, even for a group that
sets out after midnight.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from xunfang.core.errors import DomainError
from xunfang.core.planning.problem import Window

FORTNIGHT_DAYS = 14
MIN_REST_MIN = 660
"""Eleven hours between the end of one duty and the start of the next."""
MAX_NIGHTS = 5
"""Nights in any fourteen days. Ours, not a law: a night comes on top of office work, and
the demo city's pool carries 3.5 each, so that a third of it may be away."""


class Kind(StrEnum):
    """What somebody may do by law."""

    SWORN = "sworn"
    AUXILIARY = "auxiliary"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may go out: from headquarters, or an officer of a station.

    A leader is a person like any other: there is no field that would spare anybody.
    """

    id: str
    kind: Kind
    home_unit: str
    skills: frozenset[str] = frozenset()
    """What the person declared, and nothing that others noted."""
    knows: frozenset[str] = frozenset()
    """Codes of stations and areas where the person serves or has served."""
    away: tuple[Window, ...] = ()
    """When the person cannot be on duty: leave, illness, other duty."""


@dataclass(frozen=True, slots=True)
class Group:
    """A numbered group that is wanted tonight."""

    number: int
    campaign: str
    station: str
    begins: int
    ends: int
    sworn: int
    auxiliary: int = 0
    min_sworn: int = 1
    """With fewer the group does not go out at all."""
    skills: frozenset[str] = frozenset()
    area: str | None = None
    needs_local_knowledge: bool = True
    declares_female_officer: bool = False
    """Said by the group for this night; never inferred from who is in it."""

    @property
    def places(self) -> int:
        return self.sworn + self.auxiliary

    def wanted(self, kind: Kind) -> int:
        return self.sworn if kind is Kind.SWORN else self.auxiliary

    def is_known_to(self, person: Person) -> bool:
        """Whether the person serves or has served at its station or in its area."""
        return self.station in person.knows or self.area in person.knows


@dataclass(frozen=True, slots=True)
class Duty:
    """What one person worked on one night."""

    person: str
    night: date
    begins: int
    ends: int
    duty_unit: str
    group: int | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """A leader signs that a person may go out after less than the rest that is due."""

    person: str
    night: date
    leader: str
    reason: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What a person may be asked for."""

    min_rest_min: int = MIN_REST_MIN
    max_nights: int = MAX_NIGHTS
    """In any fourteen days in a row."""


@dataclass(frozen=True, slots=True)
class Night:
    """Everything that tonight's allocation depends on."""

    on: date
    people: tuple[Person, ...]
    """The pool of headquarters."""
    groups: tuple[Group, ...]
    local: tuple[Person, ...] = ()
    """Officers of stations who are not on the roster of their own station tonight."""
    history: tuple[Duty, ...] = ()
    """May name people who have left the pool since."""
    waivers: tuple[Waiver, ...] = ()
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class Team:
    """Who goes out as one group."""

    group: int
    people: tuple[str, ...] = ()
    """From the pool."""
    joined: tuple[str, ...] = ()
    """The local officer who goes with them, beyond the places wanted."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """One team for each group wanted, an empty one where a group cannot go out."""

    on: date
    teams: tuple[Team, ...]
    is_proven: bool = False
    """The search was not cut short: no allocation does better by its goals."""


class PoolEmpty(DomainError):
    """Groups are wanted and there is nobody to fill them from."""

    code = "planning.secondment.pool_empty"


class GroupWithoutSworn(DomainError):
    """A group wants no sworn officer, or its least is not between 1 and what it wants."""

    code = "planning.secondment.group_without_sworn"


class NumberTwice(DomainError):
    """A group number or a person stands twice in the statement of one night."""

    code = "planning.secondment.number_twice"


class TimesOutOfOrder(DomainError):
    """A group or a duty ends before it begins, or a limit makes no sense."""

    code = "planning.secondment.times_out_of_order"


class HistoryInFuture(DomainError):
    """What is given as worked before lies on this night or after it."""

    code = "planning.secondment.history_in_future"


class PersonUnknown(DomainError):
    """Somebody is named who is neither in the pool nor a local officer."""

    code = "planning.secondment.person_unknown"


class WaiverUnsigned(DomainError):
    """A waiver of rest names no leader or no reason."""

    code = "planning.secondment.waiver_unsigned"


def check_night(night: Night) -> None:
    """Let a statement pass, or refuse it.

    Raises
    ------
    PoolEmpty, GroupWithoutSworn, NumberTwice, TimesOutOfOrder, HistoryInFuture,
    PersonUnknown, WaiverUnsigned
        As each of them says.
    """
    if night.groups and not night.people:
        raise PoolEmpty(f"{len(night.groups)} groups wanted on {night.on}")
    _check_once([group.number for group in night.groups], "group")
    _check_once([person.id for person in night.people + night.local], "person")
    for group in night.groups:
        _check_group(group)
    if night.limits.min_rest_min < 0 or night.limits.max_nights < 1:
        raise TimesOutOfOrder(f"{night.limits}")
    _check_history(night)
    known = {person.id for person in night.people + night.local}
    for waiver in night.waivers:
        if waiver.person not in known:
            raise PersonUnknown(f"a waiver names {waiver.person!r}")
        if not waiver.leader.strip() or not waiver.reason.strip():
            raise WaiverUnsigned(f"for {waiver.person!r} on {waiver.night}")


def with_female_officer(night: Night) -> tuple[int, ...]:
    """Return the numbers of the groups that declared a female officer for this night."""
    return tuple(g.number for g in night.groups if g.declares_female_officer)


def duties_of(night: Night, allocation: Allocation) -> tuple[Duty, ...]:
    """Return what an allocation becomes in the history of the nights that follow."""
    groups = {group.number: group for group in night.groups}
    return tuple(
        Duty(person, night.on, group.begins, group.ends, group.station, group.number)
        for team in allocation.teams
        for group in (groups[team.group],)
        for person in team.people + team.joined
    )


def _check_once(names: list[int] | list[str], what: str) -> None:
    twice = [name for name, n in Counter(names).items() if n > 1]
    if twice:
        raise NumberTwice(f"{what} {twice[0]} stands twice")


def _check_group(group: Group) -> None:
    if group.sworn < 1 or not 1 <= group.min_sworn <= group.sworn:
        raise GroupWithoutSworn(
            f"group {group.number} wants {group.sworn} sworn, at least {group.min_sworn}"
        )
    if group.auxiliary < 0 or group.begins >= group.ends:
        raise TimesOutOfOrder(f"{group}")


def _check_history(night: Night) -> None:
    first = min((group.begins for group in night.groups), default=None)
    for duty in night.history:
        if duty.begins >= duty.ends:
            raise TimesOutOfOrder(f"{duty}")
        if duty.night >= night.on or (first is not None and duty.begins >= first):
            raise HistoryInFuture(f"{duty} for the night of {night.on}")
