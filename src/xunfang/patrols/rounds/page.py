"""Rounds as pages show them: what is owed and overdue, who musters, how long it lasted."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from xunfang.accounts.models import User
from xunfang.core.calendars.agenda import TownCalendar
from xunfang.core.calendars.halfmonths import (
    HalfMonthDuty,
    Standing,
    WindowStanding,
    standings,
)
from xunfang.core.calendars.round_length import RoundLength
from xunfang.patrols import wording
from xunfang.patrols.models import MusterEntry, MusterVehicle, Round
from xunfang.patrols.orders import date_in
from xunfang.patrols.rounds.services import length_until
from xunfang.web.names import local_name

Force = MusterEntry.Force


@dataclass(frozen=True, slots=True)
class WindowRow:
    """One half-month of a duty, with the rounds held or planned in it."""

    window: WindowStanding
    held: tuple[Round, ...]
    planned: tuple[Round, ...]

    @property
    def standing(self) -> str:
        return self.window.standing.value

    @property
    def is_owed(self) -> bool:
        """Whether a round is owed now or has been missed."""
        return self.window.standing in {Standing.DUE, Standing.OVERDUE}

    @property
    def is_open(self) -> bool:
        """Whether a round can still be held in it."""
        return self.window.standing is Standing.DUE


@dataclass(frozen=True, slots=True)
class DutyRows:
    """What is owed of one duty, window by window."""

    duty: HalfMonthDuty
    name: str
    rows: tuple[WindowRow, ...]

    @property
    def overdue(self) -> tuple[WindowRow, ...]:
        return tuple(
            row for row in self.rows if row.window.standing is Standing.OVERDUE
        )

    @property
    def n_done(self) -> int:
        return sum(row.window.standing is Standing.DONE for row in self.rows)


def duty_rows(town: TownCalendar, on: date) -> list[DutyRows]:
    """Say of every half-month duty what is held, due and overdue on a day; one query."""
    rounds: defaultdict[str, list[Round]] = defaultdict(list)
    for row in (
        Round.objects.exclude(duty_code="")
        .exclude(state=Round.CALLED_OFF)
        .order_by("night")
    ):
        rounds[row.duty_code].append(row)
    found = []
    for duty in town.half_month_duties:
        mine = rounds[duty.code]
        held = [row for row in mine if row.state == Round.CLOSED]
        found.append(
            DutyRows(
                duty=duty,
                name=local_name(duty.title, duty.title_en),
                rows=tuple(
                    WindowRow(
                        window,
                        held=_within(window, held),
                        planned=_within(window, [r for r in mine if r not in held]),
                    )
                    for window in standings(
                        duty, held_on=[row.night for row in held], on=on
                    )
                ),
            )
        )
    return found


def _within(window: WindowStanding, rounds: Iterable[Round]) -> tuple[Round, ...]:
    return tuple(
        row for row in rounds if window.first_day <= row.night <= window.last_day
    )


def duty_names(town: TownCalendar) -> dict[str, str]:
    """Return the names of the half-month duties of the calendar, by code."""
    return {
        duty.code: local_name(duty.title, duty.title_en)
        for duty in town.half_month_duties
    }


def search(words: str, state: str) -> QuerySet[Round]:
    """Return rounds in one state (all: empty) that say the words, the latest first."""
    rounds = (
        Round.objects.select_related("campaign", "order")
        .annotate(
            n_named=Count("entries", distinct=True),
            n_vehicles=Count("vehicles", distinct=True),
        )
        .order_by("-night", "-id")
    )
    for word in words.split():
        said = (
            Q(title__icontains=word)
            | Q(duty_code__icontains=word)
            | Q(campaign__name__icontains=word)
        )
        if (night := date_in(word)) is not None:
            said |= Q(night=night)
        rounds = rounds.filter(said)
    return rounds.filter(state=state) if state else rounds


def short_text(required_minutes: int) -> str:
    """Flag a round that lasted less than required: 未达3小时."""
    return _("Under %(length)s") % {"length": wording.length_text(required_minutes)}


def length_of(row: Round) -> RoundLength | None:
    """Return how long a round lasted; None while that is not known."""
    return None if row.ended_at is None else length_until(row, row.ended_at)


@dataclass(frozen=True, slots=True)
class ForceRow:
    """A force at the roll-call, in numbers."""

    name: str
    n_named: int
    n_present: int
    n_absent: int
    n_uncalled: int


@dataclass(frozen=True, slots=True)
class VehicleRow:
    """A vehicle with who is in it; the driver first."""

    vehicle: MusterVehicle
    entries: tuple[MusterEntry, ...]
    n_hidden: int
    """People of other stations, who are counted but not named here."""

    @property
    def n_free(self) -> int:
        return self.vehicle.seats - len(self.entries) - self.n_hidden


@dataclass(frozen=True, slots=True)
class MusterView:
    """The roll-call and the manifest. Names only of whom the reader may see."""

    forces: tuple[ForceRow, ...]
    vehicles: tuple[VehicleRow, ...]
    on_foot: tuple[MusterEntry, ...]
    unassigned: tuple[MusterEntry, ...]
    absent: tuple[MusterEntry, ...]
    entries: tuple[MusterEntry, ...]
    n_named: int
    n_going: int
    n_unassigned: int
    n_uncalled: int

    @property
    def n_free(self) -> int:
        return sum(row.n_free for row in self.vehicles)


def muster_of(user: User, row: Round) -> MusterView:
    """Lay out the muster of a round; two queries.

    Somebody of one station reads the names of that station's people; of the others
    only how many they are.
    """
    everybody = list(
        MusterEntry.objects.filter(round=row).select_related(
            "person__home_unit__station"
        )
    )
    entries = [entry for entry in everybody if _may_read(user, entry)]
    vehicles = MusterVehicle.objects.filter(round=row).select_related("unit")
    return MusterView(
        forces=_forces(everybody),
        vehicles=tuple(_vehicle_row(v, everybody, entries) for v in vehicles),
        on_foot=tuple(e for e in entries if e.is_on_foot),
        unassigned=tuple(e for e in entries if e.is_unassigned),
        absent=tuple(e for e in entries if e.presence == e.ABSENT),
        entries=tuple(entries),
        n_named=len(everybody),
        n_going=sum(e.presence != e.ABSENT for e in everybody),
        n_unassigned=sum(e.is_unassigned for e in everybody),
        n_uncalled=sum(e.presence == e.CALLED for e in everybody),
    )


def _may_read(user: User, entry: MusterEntry) -> bool:
    station = entry.person.home_unit.station
    return not user.station_code or (
        station is not None and station.code == user.station_code
    )


def _vehicle_row(
    vehicle: MusterVehicle,
    everybody: Sequence[MusterEntry],
    entries: Sequence[MusterEntry],
) -> VehicleRow:
    shown = [entry for entry in entries if entry.vehicle_id == vehicle.pk]
    n_in_it = sum(entry.vehicle_id == vehicle.pk for entry in everybody)
    return VehicleRow(
        vehicle,
        tuple(sorted(shown, key=lambda e: (not e.is_driver, e.person.code))),
        n_hidden=n_in_it - len(shown),
    )


def _forces(entries: Sequence[MusterEntry]) -> tuple[ForceRow, ...]:
    by_force: defaultdict[str, list[str]] = defaultdict(list)
    for entry in entries:
        by_force[entry.force].append(entry.presence)
    return tuple(
        ForceRow(
            name=str(force.label),
            n_named=len(by_force[force]),
            n_present=by_force[force].count(MusterEntry.PRESENT),
            n_absent=by_force[force].count(MusterEntry.ABSENT),
            n_uncalled=by_force[force].count(MusterEntry.CALLED),
        )
        for force in Force
        if force in by_force
    )


def may_be_closed(row: Round, at: datetime) -> dict[str, Any]:
    """Return what the closing form says beforehand: how long it has been under way."""
    length = length_until(row, at)
    return {
        "so_far": length,
        "is_short_now": length is None or length.is_short,
        "short_text": short_text(row.required_minutes),
    }


def rounds_tonight(night: date) -> QuerySet[Round]:
    """Return the night's rounds that were not called off."""
    return Round.objects.filter(night=night).exclude(state=Round.CALLED_OFF)
