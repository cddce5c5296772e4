"""The roll-call of a round: who comes, in which vehicle or on foot, who is there.

Everything here stands still once the round has departed.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.core.planning import muster as seats
from xunfang.patrols import policies
from xunfang.patrols.models import MusterEntry, MusterVehicle, Round
from xunfang.patrols.rounds.services import lock
from xunfang.units.models import Person, Unit


class NoSeatLeft(DomainError):
    """The vehicle does not have as many free seats."""

    code = "patrols.no_seat_left"


class VehicleTwice(DomainError):
    """Two vehicles of a round would have one call sign."""

    code = "patrols.vehicle_twice"


class VehicleTaken(DomainError):
    """Somebody sits in the vehicle."""

    code = "patrols.vehicle_taken"


class NobodyChosen(DomainError):
    """Nobody was named who is not on the list already, or nobody can be seated."""

    code = "patrols.nobody_chosen"


@transaction.atomic
def name_people(
    *, planned: Round, people: Iterable[Person], force: str, by: User, at: datetime
) -> list[MusterEntry]:
    """Put people on the list of a round; who is on it already stays as they are.

    Raises
    ------
    NotAllowed
        This person may not order for the whole city.
    RoundStepOutOfTurn
        The round has departed, or was called off.
    NobodyChosen
        There is nobody new among them.
    """
    locked = _open(planned, by)
    there = set(
        MusterEntry.objects.filter(round=locked).values_list("person_id", flat=True)
    )
    new = [person for person in people if person.pk not in there]
    if not new:
        raise NobodyChosen(f"nobody new for round {locked.pk}")
    entries = MusterEntry.objects.bulk_create(
        MusterEntry(round=locked, person=person, force=force, noted_at=at, noted_by=by)
        for person in new
    )
    _record(locked, "named", new, by, at)
    return entries


@transaction.atomic
def strike_out(
    *, planned: Round, entries: Iterable[MusterEntry], by: User, at: datetime
) -> None:
    """Take people off the list of a round.

    Raises
    ------
    NotAllowed
        This person may not order for the whole city.
    RoundStepOutOfTurn
        The round has departed, or was called off.
    """
    locked = _open(planned, by)
    rows = _of(locked, entries)
    MusterEntry.objects.filter(pk__in=[row.pk for row in rows]).delete()
    _record(locked, "struck_out", [row.person for row in rows], by, at)


@transaction.atomic
def add_vehicle(
    *,
    planned: Round,
    call_sign: str,
    seats: int,
    by: User,
    at: datetime,
    masked_mark: str = "",
    unit: Unit | None = None,
) -> MusterVehicle:
    """Add a vehicle to the manifest of a round.

    Raises
    ------
    NotAllowed
        This person may not order for the whole city.
    RoundStepOutOfTurn
        The round has departed, or was called off.
    VehicleTwice
        A vehicle with this call sign is there already.
    """
    locked = _open(planned, by)
    if MusterVehicle.objects.filter(round=locked, call_sign=call_sign).exists():
        raise VehicleTwice(f"{call_sign} is in round {locked.pk} already")
    vehicle = MusterVehicle.objects.create(
        round=locked,
        call_sign=call_sign,
        masked_mark=masked_mark,
        seats=seats,
        unit=unit,
    )
    audit.record(
        kind="muster.vehicle_added",
        subject=locked.night.isoformat(),
        by=by,
        at=at,
        call_sign=call_sign,
        seats=seats,
    )
    return vehicle


@transaction.atomic
def remove_vehicle(*, vehicle: MusterVehicle, by: User, at: datetime) -> None:
    """Take an empty vehicle off the manifest.

    Raises
    ------
    NotAllowed
        This person may not order for the whole city.
    RoundStepOutOfTurn
        The round has departed, or was called off.
    VehicleTaken
        Somebody sits in it.
    """
    locked = _open(vehicle.round, by)
    if MusterEntry.objects.filter(vehicle=vehicle).exists():
        raise VehicleTaken(f"somebody sits in {vehicle.call_sign}")
    audit.record(
        kind="muster.vehicle_removed",
        subject=locked.night.isoformat(),
        by=by,
        at=at,
        call_sign=vehicle.call_sign,
    )
    vehicle.delete()


@transaction.atomic
def seat(
    *,
    planned: Round,
    entries: Iterable[MusterEntry],
    vehicle: MusterVehicle,
    by: User,
    at: datetime,
) -> None:
    """Put people into a vehicle, from wherever they were before.

    Who was absent and gets a seat is taken to come.

    Raises
    ------
    NotAllowed
        This person may not order for the whole city.
    RoundStepOutOfTurn
        The round has departed, or was called off.
    NobodyChosen
        Nobody was chosen.
    NoSeatLeft
        They are more than there are free seats; nobody is moved.
    """
    locked = _open(planned, by)
    rows = _of(locked, entries)
    chosen = {row.pk for row in rows}
    staying = MusterEntry.objects.filter(vehicle=vehicle).exclude(pk__in=chosen).count()
    if staying + len(rows) > vehicle.seats:
        raise NoSeatLeft(f"{len(rows)} do not fit into {vehicle.call_sign}")
    for row in rows:
        row.is_driver = row.is_driver and row.vehicle_id == vehicle.pk
        row.vehicle, row.is_on_foot = vehicle, False
        if row.presence == MusterEntry.ABSENT:
            row.presence = MusterEntry.CALLED
    _save(rows, by, at)
    _record(locked, f"seated in {vehicle.call_sign}", [r.person for r in rows], by, at)


@transaction.atomic
def send_on_foot(
    *, planned: Round, entries: Iterable[MusterEntry], by: User, at: datetime
) -> None:
    """Let people go on foot.

    Raises as ``seat``, but that there is always room.
    """
    locked = _open(planned, by)
    rows = _of(locked, entries)
    for row in rows:
        row.vehicle, row.is_driver, row.is_on_foot = None, False, True
        if row.presence == MusterEntry.ABSENT:
            row.presence = MusterEntry.CALLED
    _save(rows, by, at)
    _record(locked, "on foot", [row.person for row in rows], by, at)


@transaction.atomic
def take_out(
    *, planned: Round, entries: Iterable[MusterEntry], by: User, at: datetime
) -> None:
    """Take people out of their seats: they are unassigned again.

    Raises as ``send_on_foot``.
    """
    locked = _open(planned, by)
    rows = _of(locked, entries)
    for row in rows:
        row.vehicle, row.is_driver, row.is_on_foot = None, False, False
    _save(rows, by, at)
    _record(locked, "unassigned", [row.person for row in rows], by, at)


@transaction.atomic
def let_drive(*, entry: MusterEntry, by: User, at: datetime) -> MusterEntry:
    """Make somebody the driver of the vehicle they sit in, in place of another.

    Raises
    ------
    NotAllowed
        This person may not order for the whole city.
    RoundStepOutOfTurn
        The round has departed, or was called off.
    NobodyChosen
        They sit in no vehicle.
    """
    locked = _open(entry.round, by)
    [row] = _of(locked, [entry])
    if row.vehicle_id is None:
        raise NobodyChosen("who drives sits in a vehicle")
    MusterEntry.objects.filter(vehicle=row.vehicle_id).update(is_driver=False)
    row.is_driver = True
    _save([row], by, at)
    _record(locked, "drives", [row.person], by, at)
    return row


@transaction.atomic
def seat_rest(*, planned: Round, by: User, at: datetime) -> seats.Seating:
    """Seat everybody who has no seat yet, units together as far as seats allow.

    Raises
    ------
    NotAllowed
        This person may not order for the whole city.
    RoundStepOutOfTurn
        The round has departed, or was called off.
    NobodyChosen
        Nobody waits for a seat.
    NoSeatLeft
        There is no free seat at all.
    """
    locked = _open(planned, by)
    entries = list(
        MusterEntry.objects.filter(round=locked).select_related("person__home_unit")
    )
    waiting = {entry.pk: entry for entry in entries if entry.is_unassigned}
    if not waiting:
        raise NobodyChosen(f"everybody of round {locked.pk} has a place")
    n_taken = Counter(entry.vehicle_id for entry in entries)
    found = seats.seat_the_rest(
        [(key, entry.person.home_unit.code) for key, entry in waiting.items()],
        [
            seats.Vehicle(
                vehicle.pk,
                vehicle.unit.code if vehicle.unit else "",
                vehicle.seats - n_taken[vehicle.pk],
            )
            for vehicle in MusterVehicle.objects.filter(round=locked).select_related(
                "unit"
            )
        ],
    )
    if not found.vehicle_of:
        raise NoSeatLeft(f"no seat is free in round {locked.pk}")
    seated = [waiting[key] for key in found.vehicle_of]
    for entry in seated:
        entry.vehicle_id = found.vehicle_of[entry.pk]
    _save(seated, by, at)
    _record(locked, "seated by unit", [entry.person for entry in seated], by, at)
    return found


@transaction.atomic
def note_presence(
    *, entry: MusterEntry, presence: str, by: User, at: datetime
) -> MusterEntry:
    """Note at the roll-call that somebody is there or absent; an absent one's seat is free.

    Raises
    ------
    NotAllowed
        This person may not order for the whole city.
    RoundStepOutOfTurn
        The round has departed, or was called off.
    """
    locked = _open(entry.round, by)
    [row] = _of(locked, [entry])
    row.presence = presence
    if presence == MusterEntry.ABSENT:
        row.vehicle, row.is_driver, row.is_on_foot = None, False, False
    _save([row], by, at)
    _record(locked, presence or "not called", [row.person], by, at)
    return row


def _open(planned: Round, by: User) -> Round:
    """Lock the round, so that no two people give away one seat."""
    policies.check_can_order_city(by)
    return lock(planned, state=Round.PLANNED)


def _of(locked: Round, entries: Iterable[MusterEntry]) -> list[MusterEntry]:
    """Return the entries as they stand now, under the lock."""
    rows = list(
        MusterEntry.objects.filter(
            round=locked, pk__in=[entry.pk for entry in entries]
        ).select_related("person")
    )
    if not rows:
        raise NobodyChosen(f"nobody of round {locked.pk} was chosen")
    return rows


def _save(rows: list[MusterEntry], by: User, at: datetime) -> None:
    for row in rows:
        row.noted_by, row.noted_at = by, at
    MusterEntry.objects.bulk_update(
        rows,
        ["vehicle", "is_on_foot", "is_driver", "presence", "noted_by", "noted_at"],
    )


def _record(
    locked: Round, what: str, people: Iterable[Person], by: User, at: datetime
) -> None:
    audit.record(
        kind="muster.noted",
        subject=locked.night.isoformat(),
        by=by,
        at=at,
        round=locked.pk,
        what=what,
        people=sorted(person.code for person in people),
    )
