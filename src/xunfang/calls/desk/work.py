"""The call in hand: what is known of it, whom to send, and what was done last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4

from xunfang.accounts.models import User
from xunfang.calls import policies
from xunfang.calls.desk import board, wording
from xunfang.calls.desk.board import CallRow, FeedRow
from xunfang.calls.desk.queries import find_last_line
from xunfang.calls.models import Call, CallerWords, CallEvent, Dispatch, OfferList
from xunfang.calls.sending.offers import ZONE, Offer
from xunfang.calls.sending.services import show_offers
from xunfang.core.dispatching.recommend import Force
from xunfang.core.dispatching.sheets import HOW_FAR as FAR
from xunfang.core.dispatching.sheets import (
    OPEN,
    PRESSES,
    STATUS_AFTER,
    AssignmentStatus,
    Step,
)
from xunfang.units.models import CrewDeclaration, Shift
from xunfang.units.nights import tonight
from xunfang.web.names import local_name

PRESS_KEYS: Mapping[Step, str] = dict(zip(PRESSES, "asdf", strict=True))
N_DIGITS = 9
N_SHOWN = 20
"""So many units are shown at once: whoever wants more asks for them. To show a hundred
takes longer than to find them."""


@dataclass(frozen=True, slots=True)
class Line:
    """A unit of the list, in words."""

    offer: Offer
    letters: str
    digit: int | None
    """The key that sends it."""
    reasons: tuple[str, ...]
    cautions: tuple[str, ...]
    shortfalls: tuple[str, ...]
    is_bound: bool
    is_chosen: bool
    key: UUID

    @property
    def band_min(self) -> int | None:
        band_s = self.offer.option.band_s
        return None if band_s is None else round(band_s / 60)

    @property
    def cover_pct(self) -> str:
        return f"{100 * self.offer.option.cover_lost_share:.1f}%"

    @property
    def patrol_min(self) -> int:
        return round(self.offer.option.patrol_min_lost)

    @property
    def breaks_name(self) -> str:
        stay = self.offer.breaks
        return local_name(stay.name, stay.name_en) if stay else ""


@dataclass(frozen=True, slots=True)
class ForceLine:
    """What a tier lacks, in words."""

    tier: str
    n_units: int
    minutes: int
    n_missing: int
    n_late: int
    why: str


@dataclass(frozen=True, slots=True)
class Press:
    """A step of a unit that is bound, and whether it was made."""

    step: Step
    word: str
    key: str
    is_done: bool
    form_key: UUID


@dataclass(frozen=True, slots=True)
class BoundUnit:
    """A unit that is bound to the call, with its buttons."""

    dispatch: Dispatch
    name: str
    presses: tuple[Press, ...]


@dataclass(frozen=True, slots=True)
class Leaving:
    """A call that the chosen unit would leave."""

    dispatch: Dispatch
    call: Call
    sent_by: str
    sent_at: datetime
    is_news: bool
    """It was sent there after the list had been made."""


@dataclass(frozen=True, slots=True)
class Question:
    """A unit that is bound was chosen: asked once."""

    shift: Shift
    leaves: tuple[Leaving, ...]
    key: UUID


@dataclass(frozen=True, slots=True)
class Work:
    """All of it, for one person and one call."""

    call: Call | None = None
    row: CallRow | None = None
    words: tuple[CallerWords, ...] = ()
    log: tuple[FeedRow, ...] = ()
    bound: tuple[BoundUnit, ...] = ()
    kept: OfferList | None = None
    lines: tuple[Line, ...] = ()
    n_more: int = 0
    """How many more are offered, after those that are shown."""
    others: tuple[Line, ...] = ()
    """Those that are not offered, with why."""
    forces: tuple[ForceLine, ...] = ()
    needs: tuple[str, ...] = ()
    question: Question | None = None
    refusal: str = ""
    typed: str = ""
    """What was being written when it was refused."""
    last: FeedRow | None = None
    """What Undo would take back."""
    can_command: bool = False
    night: date | None = None
    """In which the call came in."""
    form_key: UUID = field(default_factory=uuid4)
    """Of the note and of the command line, each with what is typed there."""

    @property
    def has_crew(self) -> bool:
        """Whether one of our crews is bound to it; Enter then sends nobody else."""
        return any(unit.dispatch.is_ours for unit in self.bound)


def work_on(
    call: Call | None,
    *,
    user: User,
    at: datetime,
    needs: Sequence[str] = (),
    chosen: Shift | None = None,
    asks: bool = False,
    list_seen_at: datetime | None = None,
    refusal: str = "",
    typed: str = "",
    shows_all: bool = False,
) -> Work:
    """Return what the desk shows of a call; ``chosen`` stays marked in the list.

    With ``asks`` the question is there what the chosen unit would leave; with
    ``shows_all`` every unit that is offered is shown, however many there are.
    """
    last_line = find_last_line(user, at)
    last = None
    if isinstance(last_line, CallEvent):
        last = board.of_call(last_line)
    elif last_line is not None:
        last = board.of_crew(last_line)
    if call is None:
        return Work(last=last, refusal=refusal, typed=typed)
    may_command = policies.can_dispatch(user, call)
    dispatches = list(call.dispatches.select_related("shift", "call__station"))
    kept: OfferList | None = None
    lines: tuple[Line, ...] = ()
    n_more = 0
    forces: tuple[ForceLine, ...] = ()
    if may_command and call.closed_at is None:
        found, kept = show_offers(call=call, by=user, at=at, needs=needs)
        sent = {one.shift_id for one in dispatches if one.is_open}
        letters = board.letters_of(
            Shift.objects.filter(
                night__in={line.crew.shift.night for line in found.lines}
            ).values_list("pk", "station__code")
        )
        free = [line for line in found.lines if line.crew.shift.pk not in sent]
        shown = free if shows_all else _first(free, chosen)
        lines = _lines(shown, letters, chosen)
        n_more = len(free) - len(shown)
        forces = tuple(
            _force_line(force) for force in found.forces if not force.is_complete
        )
    events = [
        board.of_call(event)
        for event in call.events.select_related(
            "call__station", "dispatch__shift", "by", "corrected_by"
        )
    ]
    arrivals = [
        event.happened_at
        for event in events
        if event.step == Step.ARRIVED
        and not event.is_corrected
        and not event.is_withdrawal
    ]
    return Work(
        call=call,
        row=board.call_row(call, (), sorted(arrivals)),
        words=tuple(call.words.all()),
        log=tuple(reversed(events)),
        bound=tuple(
            _bound(dispatch) for dispatch in dispatches if dispatch.status in OPEN
        ),
        kept=kept,
        lines=tuple(line for line in lines if line.offer.option.is_offered),
        n_more=n_more,
        others=tuple(line for line in lines if not line.offer.option.is_offered),
        forces=forces,
        needs=tuple(needs),
        question=(
            _question(call, chosen, list_seen_at)
            if asks and chosen is not None
            else None
        ),
        refusal=refusal,
        typed=typed,
        last=last,
        can_command=may_command,
        night=tonight(call.reported_at, ZONE),
    )


def _first(offers: Sequence[Offer], chosen: Shift | None) -> list[Offer]:
    """Return the first that are offered, whom the call asks for, and whom nobody offers."""
    shown, n_offered = [], 0
    for offer in offers:
        n_offered += offer.option.is_offered
        if (
            n_offered <= N_SHOWN
            or not offer.option.is_offered
            or offer.option.is_suggested
            or (chosen is not None and offer.crew.shift.pk == chosen.pk)
        ):
            shown.append(offer)
    return shown


def _lines(
    offers: Sequence[Offer], letters: Mapping[int, str], chosen: Shift | None
) -> tuple[Line, ...]:
    lines, digit = [], 0
    for offer in offers:
        option = offer.option
        if option.is_offered:
            digit += 1
        said = [r for r in option.reasons if r not in wording.UNSAID]
        lines.append(
            Line(
                offer=offer,
                letters=letters.get(offer.crew.shift.pk, ""),
                digit=digit if option.is_offered and digit <= N_DIGITS else None,
                reasons=tuple(
                    str(wording.REASONS[r]) for r in said if r not in wording.CAUTIONS
                ),
                cautions=tuple(
                    str(wording.REASONS[r]) for r in said if r in wording.CAUTIONS
                ),
                shortfalls=tuple(
                    str(wording.SHORTFALLS[lack]) for lack in option.shortfalls
                ),
                is_bound=bool(offer.crew.open_dispatches),
                is_chosen=chosen is not None and chosen.pk == offer.crew.shift.pk,
                key=uuid4(),
            )
        )
    return tuple(lines)


def _force_line(force: Force) -> ForceLine:
    wanted = force.requirement
    return ForceLine(
        tier=str(wording.TIERS[wanted.tier]),
        n_units=wanted.n_units,
        minutes=round(wanted.within_s / 60),
        n_missing=force.n_missing,
        n_late=force.n_late,
        why=wording.listed(
            f"{wording.SHORTFALLS[lack]} × {n}" if n else str(wording.SHORTFALLS[lack])
            for lack, n in force.why
        ),
    )


def _bound(dispatch: Dispatch) -> BoundUnit:
    far = FAR[AssignmentStatus(dispatch.status)]
    return BoundUnit(
        dispatch=dispatch,
        name=dispatch.unit_name,
        presses=tuple(
            Press(
                step=step,
                word=str(wording.PRESSED[step]),
                key=PRESS_KEYS[step],
                is_done=FAR[STATUS_AFTER[step]] <= far,
                form_key=uuid4(),
            )
            for step in PRESSES
        ),
    )


def _question(
    call: Call, shift: Shift, list_seen_at: datetime | None
) -> Question | None:
    leaves = []
    bound = (
        Dispatch.objects.filter(shift=shift, is_open=True)
        .exclude(call=call)
        .select_related("call__initial_class", "call__final_class")
    )
    for dispatch in bound:
        sent = (
            dispatch.events.filter(step=Step.ASSIGNED.value)
            .select_related("by")
            .first()
        )
        sent_at = sent.recorded_at if sent else dispatch.status_at
        leaves.append(
            Leaving(
                dispatch=dispatch,
                call=dispatch.call,
                sent_by=sent.by.display_name if sent and sent.by else "",
                sent_at=sent_at,
                is_news=list_seen_at is not None and sent_at > list_seen_at,
            )
        )
    return Question(shift, tuple(leaves), uuid4()) if leaves else None


DECLARATIONS = CrewDeclaration.KINDS
