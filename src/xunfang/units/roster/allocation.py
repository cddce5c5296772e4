"""Fill crews by the law: headquarters' people to the city's groups, and a station's own.

What was put in by hand stays, unless somebody asks to begin afresh; where people have
become unable to come, as few as possible are told anything new.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
from django.db import transaction
from django.db.models import F, Max, QuerySet

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.planning.secondment import repair as core
from xunfang.core.planning.secondment import rules
from xunfang.core.planning.secondment.allocate import Shortage, allocate, shortages
from xunfang.core.planning.secondment.numbering import number_groups
from xunfang.core.planning.secondment.people import Allocation, Kind, Night, check_night
from xunfang.units.models import Assignment, Part, Shift, Station
from xunfang.units.roster import policies
from xunfang.units.roster.law import FAULTS
from xunfang.units.roster.night import conflicts_in
from xunfang.units.roster.reading import Reading
from xunfang.units.roster.refusals import NightMoved, RosterDoesNotHold, check_not_over
from xunfang.units.roster.statement import Statement, state_own, state_seconded


@dataclass(frozen=True, slots=True)
class Change:
    """What one person has to be told, in the words of crews and service numbers."""

    number: str
    kind: core.ChangeKind
    from_crew: str = ""
    to_crew: str = ""
    in_place_of: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """What came of filling crews."""

    n_people: int
    """In the crews now, local officers who go along included."""
    changes: tuple[Change, ...]
    """Empty where nobody was in any of the crews before: everybody is new."""
    shortages: tuple[Shortage, ...]


@transaction.atomic
def allocate_night(
    *,
    night: date,
    by: User,
    at: datetime,
    is_afresh: bool = False,
    may_join_local: bool = True,
    seen: int | None = None,
) -> Filled:
    """Fill the night's numbered groups from headquarters, and name who stands in.

    Groups without a number get one, the same as on earlier nights. With ``is_afresh``
    whoever was in a group is forgotten; without, nobody is moved unless a place would
    otherwise stay empty. With ``may_join_local`` a free officer of the station goes
    along where nobody else knows the ground. ``seen`` is the night's revision as it was
    when this was decided: what somebody has done since is not forgotten unseen.

    Raises
    ------
    NotAllowed
        This person does not allocate for the whole city.
    NightOver
        The night is over.
    NightMoved
        Somebody has changed a group since, and it would be forgotten.
    RosterDoesNotHold
        What was found breaks a rule; nothing is kept.
    DomainError
        The statement contradicts itself: there is nobody to fill the groups from.
    """
    statement = _seconded(night, by, at)
    standing = statement.standing
    if is_afresh:
        if seen not in {None, revision_of(statement.shifts.values())}:
            raise NightMoved(f"groups of {night}")
        statement = replace(statement, standing=Allocation(night, ()), standing_by={})
    after = _solve(statement, may_join_local=may_join_local)
    filled = _keep(replace(statement, standing=standing), after, by=by, at=at)
    audit.record(
        kind="roster.allocated",
        subject=night.isoformat(),
        by=by,
        at=at,
        is_afresh=is_afresh,
        **_detail(filled, statement),
    )
    return filled


def revision_of(shifts: Iterable[Shift]) -> int:
    """Return a number that grows with every change of who is in some crews."""
    return sum(shift.revision for shift in shifts)


@transaction.atomic
def repair_night(*, night: date, by: User, at: datetime) -> Filled:
    """Fill the places of those who cannot come, telling as few people as possible.

    Stand-ins are called first; only if they cannot fill every place is anybody else
    called or moved.

    Raises
    ------
    NotAllowed, NightOver, RosterDoesNotHold, DomainError
        As ``allocate_night``.
    """
    statement = _seconded(night, by, at)
    filled = _keep(statement, _solve(statement, may_join_local=False), by=by, at=at)
    audit.record(
        kind="roster.repaired",
        subject=night.isoformat(),
        by=by,
        at=at,
        **_detail(filled, statement),
    )
    return filled


@transaction.atomic
def fill_station(*, station: Station, night: date, by: User, at: datetime) -> Filled:
    """Fill the open places of a station's own crews from its own people.

    Raises
    ------
    NotAllowed
        This person does not edit the station's roster.
    NightOver, RosterDoesNotHold, DomainError
        As ``allocate_night``.
    """
    policies.check_can_edit_roster(by, station)
    check_not_over(night, at)
    _lock(Shift.objects.filter(night=night, station=station))
    reading = Reading(night=night, stations=[station])
    statement = state_own(reading, [s for s in reading.shifts if not s.is_seconded])
    filled = _keep(statement, _solve(statement, may_join_local=False), by=by, at=at)
    audit.record(
        kind="roster.filled",
        subject=f"{station.code} {night.isoformat()}",
        by=by,
        at=at,
        **_detail(filled, statement),
    )
    return filled


def number_night(*, night: date) -> None:
    """Give the groups of a night that have no number one: a station's own of before.

    Part of other services, which check who and record.
    """
    tonight = Shift.objects.filter(night=night, is_seconded=True)
    taken = frozenset(
        tonight.exclude(group_number=None).values_list("group_number", flat=True)
    )
    without = list(
        tonight.filter(group_number=None)
        .select_related("station")
        .order_by("station__code", "code")
    )
    if not without:
        return
    before = {
        number: station
        for number, station, _ in Shift.objects.filter(
            is_seconded=True, group_number__isnull=False, night__lt=night
        )
        .values_list("group_number", "station__code")
        .annotate(last=Max("night"))
        .order_by("last")
    }
    n_wanted: dict[str, int] = {}
    for shift in without:
        n_wanted[shift.station.code] = n_wanted.get(shift.station.code, 0) + 1
    numbers = number_groups(
        n_wanted,
        before={n: s for n, s in before.items() if n not in taken},
        taken=frozenset(n for n in taken if n is not None),
    )
    for shift in without:
        number = next(n for n, code in numbers.items() if code == shift.station.code)
        del numbers[number]
        shift.group_number = number
    Shift.objects.bulk_update(without, ["group_number"])


def _seconded(night: date, by: User, at: datetime) -> Statement:
    policies.check_can_allocate(by)
    check_not_over(night, at)
    _lock(Shift.objects.filter(night=night))
    number_night(night=night)
    stations = Station.objects.all()
    return state_seconded(Reading(night=night, stations=stations, with_pool=True))


def _lock(shifts: QuerySet[Shift]) -> None:
    """Hold the crews until the end: nobody changes one while they are being filled."""
    list(shifts.select_for_update(of=("self",)).order_by("pk"))


def _solve(statement: Statement, *, may_join_local: bool) -> Allocation:
    """Return the best allocation that tells the fewest people something new."""
    night, standing = statement.night, statement.standing
    check_night(night)
    # Drawn anew every night, and the same for the same night: who looks, finds the same.
    rng = np.random.default_rng(night.on.toordinal())
    if not any(team.people or team.joined for team in standing.teams):
        return allocate(night, rng=rng, may_join_local=may_join_local)
    called_first = {name for names in statement.standing_by.values() for name in names}
    in_crews = {name for team in standing.teams for name in team.people}
    ready = replace(
        night,
        people=tuple(p for p in night.people if p.id in called_first | in_crews),
        waivers=tuple(
            w
            for w in night.waivers
            if w.person in called_first | in_crews | {p.id for p in night.local}
        ),
    )
    n_places = sum(group.places for group in night.groups)

    def repaired(among: Night) -> Allocation:
        return core.repair(
            among,
            standing,
            gone=statement.gone,
            rng=rng,
            may_join_local=may_join_local,
        ).allocation

    if ready.people:
        allocation = repaired(ready)
        if sum(len(team.people) for team in allocation.teams) == n_places:
            return allocation
    return repaired(night)


def _keep(statement: Statement, after: Allocation, *, by: User, at: datetime) -> Filled:
    """Write an allocation with its stand-ins, after checking it and before trusting it."""
    if rules.faults(statement.night, after):
        raise RosterDoesNotHold(f"{rules.faults(statement.night, after)}")
    wanted: dict[tuple[int, int], Part] = {}
    standing_by = _stand_ins(statement, after)
    for team in after.teams:
        shift = statement.shifts[team.group].pk
        for part, names in (
            (Part.MEMBER, team.people),
            (Part.JOINED, team.joined),
            (Part.STAND_IN, standing_by[team.group]),
        ):
            wanted |= {(shift, statement.people[name].pk): part for name in names}
    _write(statement, wanted, by=by, at=at)
    _check_kept(statement)
    had_people = any(team.people or team.joined for team in statement.standing.teams)
    return Filled(
        n_people=sum(len(team.people + team.joined) for team in after.teams),
        changes=_changes(statement, after) if had_people else (),
        shortages=shortages(statement.night, after),
    )


def _stand_ins(statement: Statement, after: Allocation) -> dict[int, tuple[str, ...]]:
    """Name one stand-in of each standing that a group asks for, as far as there are.

    Who stands in already goes on doing so if they still may; nobody stands in twice.
    """
    may = {found.group: found for found in core.stand_ins(statement.night, after)}
    chosen: dict[int, list[str]] = {number: [] for number in statement.shifts}
    taken: set[str] = set()
    groups = {group.number: group for group in statement.night.groups}
    for is_kept in (True, False):
        for kind in Kind:
            for number, group in groups.items():
                free = (
                    may[number].sworn if kind is Kind.SWORN else may[number].auxiliary
                )
                if not group.wanted(kind) or set(free) & set(chosen[number]):
                    continue
                named = statement.standing_by.get(number, ())
                candidates = [n for n in named if n in free] if is_kept else free
                name = next((n for n in candidates if n not in taken), None)
                if name is not None:
                    chosen[number].append(name)
                    taken.add(name)
    return {number: tuple(names) for number, names in chosen.items()}


def _write(
    statement: Statement,
    wanted: dict[tuple[int, int], Part],
    *,
    by: User,
    at: datetime,
) -> None:
    shifts = [shift.pk for shift in statement.shifts.values()]
    changed: set[int] = set()
    gone = []
    for row in Assignment.objects.filter(shift__in=shifts):
        key = (row.shift_id, row.person_id)
        if wanted.get(key) == row.part:
            del wanted[key]
            continue
        changed.add(row.shift_id)
        gone.append(row.pk)
    Assignment.objects.filter(pk__in=gone).delete()
    Assignment.objects.bulk_create(
        Assignment(
            shift_id=shift, person_id=person, part=part, assigned_at=at, assigned_by=by
        )
        for (shift, person), part in wanted.items()
    )
    changed |= {shift for shift, _ in wanted}
    Shift.objects.filter(pk__in=changed).update(revision=F("revision") + 1)


def _check_kept(statement: Statement) -> None:
    """Read what was written once more, by another law than the one that made it."""
    shifts = {shift.pk for shift in statement.shifts.values()}
    stations = {shift.station_id: shift.station for shift in statement.shifts.values()}
    kept = Reading(night=statement.night.on, stations=stations.values())
    found = [
        conflict
        for conflict in conflicts_in(kept)
        if conflict.shift.pk in shifts and conflict.code in FAULTS | {"crew_overfull"}
    ]
    if found:
        raise RosterDoesNotHold(f"{[(c.code, c.shift.code) for c in found]}")


def _changes(statement: Statement, after: Allocation) -> tuple[Change, ...]:
    codes = {number: shift.code for number, shift in statement.shifts.items()}
    return tuple(
        Change(
            number=change.person,
            kind=change.kind,
            from_crew="" if change.from_group is None else codes[change.from_group],
            to_crew="" if change.to_group is None else codes[change.to_group],
            in_place_of=change.in_place_of or "",
        )
        for change in core.changes_between(
            statement.night, statement.standing, after, gone=statement.gone
        )
    )


def _detail(filled: Filled, statement: Statement) -> dict[str, object]:
    """Return what the record keeps, and the pages show, of a filling."""
    return {
        "crews": len(statement.shifts),
        "people": filled.n_people,
        "changes": [
            {
                "number": change.number,
                "kind": change.kind,
                "from": change.from_crew,
                "to": change.to_crew,
                "in_place_of": change.in_place_of,
            }
            for change in filled.changes
        ],
        "short": [
            {
                "standing": short.kind,
                "wanted": short.n_wanted,
                "filled": short.n_filled,
                "needed": short.n_more_needed,
                "free": short.n_free,
            }
            for short in filled.shortages
        ],
    }
