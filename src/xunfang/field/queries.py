"""What the phone shows somebody: their crew, its calls, where it goes next and why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from xunfang.accounts.models import User
from xunfang.calls import log
from xunfang.calls.care.cards import Card, find_card
from xunfang.calls.models import Call, CallEvent, CardTick, Dispatch
from xunfang.calls.policies import crews_of
from xunfang.calls.queries import open_assignments
from xunfang.core.calendars.patrol_minutes import PatrolTime
from xunfang.core.dispatching.sheets import (
    PRESSES,
    AssignmentStatus,
    CallStatus,
    Step,
)
from xunfang.core.dispatching.unit_states import DutyStep, Standing, UnitState
from xunfang.field.models import Receipt
from xunfang.field.patrol_time import patrol_time_of
from xunfang.units.duty.queries import standings
from xunfang.units.gear.queries import GearLine, gear_of
from xunfang.units.models import (
    Assignment,
    CrewDeclaration,
    DutyStay,
    GearCheck,
    GearMissing,
    MentorPair,
    NightNotice,
    Part,
    Person,
    Shift,
)
from xunfang.units.nights import midnight_before, tonight
from xunfang.units.positions.writing import KEPT_FOR
from xunfang.units.roster.reading import zone

LATE_BY = timedelta(hours=4)
"""So long after its end a crew that is still out stands on the screen."""
BEFORE = timedelta(hours=3)
"""So long before its beginning a crew may look through its gear and go on duty."""
TOLD_FOR = timedelta(hours=2)
"""So long the crew reads that it was taken off a call."""
KEPT_WITHOUT_DUTY = timedelta(hours=12)
"""So long a phone may show a screen without a duty when there is no signal."""

UNDO_WITHIN = timedelta(minutes=3)
"""So long an officer may withdraw the last thing that was entered."""
UNDOABLE = frozenset({"press", "duty", "gear", "tick"})
"""Kinds of entries that are withdrawn so; ``overlay.js`` names them as well."""
CRIES = frozenset({DutyStep.EMERGENCY.value, DutyStep.EMERGENCY_OVER.value})

STEP_OF: dict[AssignmentStatus, int] = {
    AssignmentStatus.ASSIGNED: 0,
    AssignmentStatus.ACKNOWLEDGED: 1,
    AssignmentStatus.EN_ROUTE: 2,
    AssignmentStatus.ON_SCENE: 3,
}
"""Which of the four presses comes next."""


@dataclass(frozen=True, slots=True)
class PressState:
    """One of the four presses of an assignment, and what there is of it."""

    step: Step
    state: str
    """done, passed, next or later."""
    happened_at: datetime | None


@dataclass(frozen=True, slots=True)
class CallCard:
    """One call of the crew as its phone shows it."""

    dispatch: Dispatch
    call: Call
    presses: tuple[PressState, ...]
    others: tuple[Dispatch, ...]
    """Who else was sent and is still bound to it."""
    ended_because: str
    """What the desk said when it took the crew off."""
    risk: Card | None
    """What to do first, where a life is at risk and the crew is bound to the call."""
    ticks: Mapping[str, CardTick]
    """Which steps of the card are done, by key."""

    @property
    def is_open(self) -> bool:
        """Whether the crew is bound to it."""
        return self.dispatch.is_open

    @property
    def awaits_report(self) -> bool:
        """Whether it is handled and nobody has said how it ended."""
        return self.call.status == CallStatus.HANDLED

    @property
    def is_withheld(self) -> bool:
        """Whether what it is about is no longer on the phone: restricted, and over."""
        return bool(
            self.call.restriction and not self.is_open and not self.awaits_report
        )


@dataclass(frozen=True, slots=True)
class Screen:
    """Everything on the phone's one screen."""

    shift: Shift | None
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    is_near: bool = False
    """Whether the duty is under way, or begins soon enough to prepare for it."""
    standing: Standing | None = None
    check: GearCheck | None = None
    missing: tuple[GearMissing, ...] = ()
    gear: tuple[GearLine, ...] = ()
    declared: frozenset[str] = frozenset()
    """What the crew said it has with it tonight."""
    calls: tuple[CallCard, ...] = ()
    stays: tuple[DutyStay, ...] = ()
    crew: tuple[Assignment, ...] = ()
    mentor: Person | None = None
    notices: tuple[str, ...] = ()
    time: PatrolTime | None = None
    """Once the crew is off duty."""
    last: Receipt | None = None
    """What the officer has just entered, as long as it can be withdrawn."""

    def kept_until(self, at: datetime) -> datetime:
        """Return until when a phone may show this screen without asking again."""
        if self.ends_at is None:
            return at + KEPT_WITHOUT_DUTY
        return max(self.ends_at + LATE_BY, at)

    @property
    def is_on_duty(self) -> bool:
        """Whether the crew is on duty."""
        return self.standing is not None and self.standing.state is not UnitState.OFF


def shifts_of(user: User) -> QuerySet[Shift]:
    """Return the crews in which somebody goes out, each once."""
    return Shift.objects.filter(pk__in=crews_of(user).values("pk")).select_related(
        "station", "template"
    )


def dispatches_of(user: User) -> QuerySet[Dispatch]:
    """Return what the person's own crews were sent to."""
    return Dispatch.objects.filter(
        shift__in=crews_of(user).values("pk")
    ).select_related(
        "call__station", "call__initial_class", "call__final_class", "shift__station"
    )


def span_of(shift: Shift) -> tuple[datetime, datetime]:
    """Return from when to when a duty is planned."""
    midnight = midnight_before(shift.night, zone())
    return (
        midnight + timedelta(minutes=shift.begins_min),
        midnight + timedelta(minutes=shift.ends_min),
    )


def find_crew(user: User, at: datetime) -> tuple[Shift, Standing] | None:
    """Return the crew somebody is with now, or goes out with next; two queries.

    A crew that is on duty comes first; then one whose time is not over.
    """
    night = tonight(at, zone())
    own = list(
        shifts_of(user)
        .filter(night__gte=night - timedelta(days=1))
        .order_by("night", "begins_min", "code")[:10]
    )
    known = standings(own, {})
    for shift in own:
        is_over = at > span_of(shift)[1] + LATE_BY
        if known[shift.pk].state is not UnitState.OFF and not is_over:
            return shift, known[shift.pk]
    for shift in own:
        # Off duty early: what the crew did is read until its time is over.
        if at <= span_of(shift)[1] + (
            LATE_BY if known[shift.pk].since else timedelta()
        ):
            return shift, known[shift.pk]
    return None


def crews_between(user: User, since: datetime, until: datetime) -> QuerySet[Shift]:
    """Return the crews somebody may have been on duty with, none from long ago."""
    first = tonight(max(since, until - KEPT_FOR), zone()) - timedelta(days=1)
    last = tonight(until, zone()) + timedelta(days=1)
    return shifts_of(user).filter(night__range=(first, last))


def last_receipt(
    user: User, *, until: datetime, but: UUID | None = None
) -> Receipt | None:
    """Return the last thing somebody entered, if it is one that is withdrawn so.

    A cry for help ends when help is there; a report and a note are not withdrawn here.
    """
    others = Q() if but is None else ~Q(key=but)
    last = (
        Receipt.objects.filter(others, by=user, happened_at__lte=until)
        .exclude(kind="look")
        .select_related("shift")
        .order_by("-happened_at", "-received_at", "-pk")
        .first()
    )
    if last is None or last.outcome != Receipt.DONE:
        return None
    is_cry = last.kind == "duty" and last.what in CRIES
    return last if last.kind in UNDOABLE and not is_cry else None


def _undoable(user: User, at: datetime) -> Receipt | None:
    last = last_receipt(user, until=at)
    return last if last and at - last.happened_at <= UNDO_WITHIN else None


def screen(user: User, at: datetime) -> Screen:
    """Return what the phone shows at a moment; a fixed number of queries."""
    found = find_crew(user, at)
    if found is None:
        return Screen(None)
    shift, _alone = found
    begins_at, ends_at = span_of(shift)
    standing = standings([shift], open_assignments([shift]))[shift.pk]
    crew = tuple(
        Assignment.objects.filter(
            shift=shift, part__in=[Part.MEMBER, Part.JOINED]
        ).select_related("person__home_unit", "person__account")
    )
    me = next((one.person_id for one in crew if one.person.account_id == user.pk), None)
    is_off = standing.state is UnitState.OFF
    return Screen(
        shift=shift,
        begins_at=begins_at,
        ends_at=ends_at,
        is_near=at >= begins_at - BEFORE,
        standing=standing,
        check=GearCheck.objects.filter(shift=shift, withdrawn_at=None).first(),
        missing=tuple(GearMissing.objects.filter(shift=shift, withdrawn_at=None)),
        last=_undoable(user, at),
        gear=gear_of(shift),
        declared=frozenset(
            CrewDeclaration.objects.filter(shift=shift).values_list("kind", flat=True)
        ),
        calls=cards([shift], at),
        stays=tuple(DutyStay.objects.filter(shift=shift)),
        crew=tuple(
            sorted(crew, key=lambda one: (one.person.home_unit.code, one.person.code))
        ),
        mentor=_mentor(me, shift),
        notices=tuple(
            NightNotice.objects.filter(night=shift.night, ended_at=None).values_list(
                "text", flat=True
            )
        ),
        time=patrol_time_of(shift, at) if is_off and standing.since else None,
    )


def _mentor(person: int | None, shift: Shift) -> Person | None:
    """Return who takes somebody along on this ground, if anybody does."""
    pairs = MentorPair.objects.filter(
        newcomer=person, station=shift.station_id, mentor__is_serving=True
    ).select_related("mentor")
    return next((pair.mentor for pair in pairs if pair.holds_on(shift.night)), None)


def cards(shifts: Collection[Shift], at: datetime) -> tuple[CallCard, ...]:
    """Return the calls of crews, bound ones first, the most urgent and oldest first.

    With them those that await a report, and those the crew has just been taken off.
    """
    dispatches = list(
        Dispatch.objects.filter(shift__in=shifts)
        .filter(
            Q(is_open=True)
            | Q(
                status=AssignmentStatus.FINISHED.value,
                call__status=CallStatus.HANDLED.value,
                call__merged_into=None,
            )
            | Q(
                status__in=[
                    AssignmentStatus.STOOD_DOWN.value,
                    AssignmentStatus.PREEMPTED.value,
                ],
                status_at__gte=at - TOLD_FOR,
            )
        )
        .select_related("call__initial_class", "call__final_class", "shift")
        .prefetch_related(
            "call__words",
            "call__events",
            "call__dispatches__shift",
            Prefetch(
                "call__card_ticks",
                CardTick.objects.filter(undone_at=None),
                "done_ticks",
            ),
        )
        .order_by("-is_open", "call__urgency", "call__reported_at", "pk")
    )
    return tuple(_card(dispatch) for dispatch in dispatches)


def _card(dispatch: Dispatch) -> CallCard:
    call = dispatch.call
    events: list[CallEvent] = list(call.events.all())
    of_unit = log.sheet_of(events).assignments.get(dispatch.pk)
    clocks = {} if of_unit is None else of_unit.clocks
    following = STEP_OF.get(AssignmentStatus(dispatch.status), len(PRESSES))
    presses = []
    for n, step in enumerate(PRESSES):
        if n < following:
            state = "done" if step in clocks else "passed"
        else:
            state = "next" if n == following else "later"
        presses.append(PressState(step, state, clocks.get(step)))
    last = next(
        (
            event
            for event in reversed(events)
            if event.dispatch_id == dispatch.pk and event.step == dispatch.status
        ),
        None,
    )
    risk = find_card(call.call_class.protocol) if call.call_class else None
    return CallCard(
        dispatch=dispatch,
        call=call,
        presses=tuple(presses),
        others=tuple(
            other
            for other in call.dispatches.all()
            if other.is_open and other.pk != dispatch.pk
        ),
        ended_because="" if dispatch.is_open or last is None else last.note,
        risk=risk if dispatch.is_open else None,
        ticks={
            tick.step: tick
            # Of the class it has now; what was ticked on another card stays there.
            for tick in call.done_ticks  # type: ignore[attr-defined]  # prefetched so
            if risk is not None and tick.card == risk.key
        },
    )
