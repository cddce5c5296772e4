"""Take what the phone sends: each entry once, each with an answer of its own."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypedDict
from uuid import UUID

from django.db import DatabaseError, IntegrityError, transaction

from xunfang.accounts.models import User
from xunfang.accounts.policies import NotAllowed
from xunfang.calls import services as calls
from xunfang.calls.care import services as care
from xunfang.core.dispatching.sheets import DeviceTime, Source, Step
from xunfang.core.errors import DomainError
from xunfang.field.burden import services as burden
from xunfang.field.entries import (
    AboutCall,
    Declared,
    Duty,
    Entry,
    Feedback,
    Gear,
    GiveBack,
    Look,
    Press,
    Seen,
    Tick,
    Undo,
)
from xunfang.field.models import Receipt
from xunfang.field.queries import dispatches_of, shifts_of
from xunfang.field.undoing import undo
from xunfang.patrols.observations import services as observations
from xunfang.units.duty import services as duty
from xunfang.units.gear import services as gear
from xunfang.units.models import Shift
from xunfang.units.nights import tonight
from xunfang.units.roster.reading import zone

log = logging.getLogger(__name__)


class KeyOfAnother(DomainError):
    """The key belongs to an entry that somebody else has sent."""

    code = "field.key_of_another"


class Outcome(StrEnum):
    """What became of an entry."""

    DONE = "done"
    REPEATED = "repeated"
    """It was done before; nothing has changed."""
    REFUSED = "refused"
    LATER = "later"
    """The house failed, not the entry: send it again."""


class _Told(TypedDict):
    """By whom, when and how a line of a call's log was told."""

    by: User
    at: datetime
    key: UUID
    source: Source
    device: DeviceTime | None
    device_at: datetime | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the phone is told about one entry."""

    key: UUID
    outcome: Outcome
    happened_at: datetime
    is_skewed: bool = False
    refusal: DomainError | None = None


def take_all(*, entries: Iterable[Entry], by: User, at: datetime) -> list[Answer]:
    """Take entries in the order in which they happened, a cry for help before all.

    Each stands for itself: what is done stays done, whatever becomes of the next.
    """
    in_order = sorted(
        entries, key=lambda one: (not one.is_cry_for_help, one.happened_at(at))
    )
    return [take(entry=entry, by=by, at=at) for entry in in_order]


def take(*, entry: Entry, by: User, at: datetime) -> Answer:
    """Take one entry, unless it came before, and keep a receipt of what became of it."""
    happened_at = entry.happened_at(at)
    is_skewed = entry.device is not None and entry.device.is_skewed
    refusal: DomainError | None = None
    try:
        outcome = _take_once(entry, by, at)
    except DomainError as error:
        outcome, refusal = Outcome.REFUSED, error
        _keep_refusal(entry, error, by, at)
    except IntegrityError:
        # The same entry on two ways at once: the other one has just been written.
        is_here = Receipt.objects.filter(key=entry.key, outcome=Receipt.DONE).exists()
        outcome = Outcome.REPEATED if is_here else Outcome.LATER
    except DatabaseError:
        log.exception("an entry of kind %s could not be kept", entry.kind)
        outcome = Outcome.LATER
    return Answer(entry.key, outcome, happened_at, is_skewed, refusal)


@transaction.atomic
def _take_once(entry: Entry, by: User, at: datetime) -> Outcome:
    receipt = Receipt.objects.select_for_update().filter(key=entry.key).first()
    if receipt is not None and receipt.by_id != by.pk:
        raise KeyOfAnother(str(entry.key))
    if receipt is not None and receipt.outcome == Receipt.DONE:
        return Outcome.REPEATED
    receipt = receipt or Receipt(key=entry.key)
    # First of all, so that the same entry sent twice at once waits for itself here.
    _write_down(receipt, entry, by, at)
    receipt.shift, receipt.what = _do(entry, by, at)
    receipt.save(update_fields=["shift", "what"])
    if receipt.shift is not None and not isinstance(entry.what, Look):
        day = tonight(entry.happened_at(at), zone())
        burden.add_time(
            day=day,
            station=receipt.shift.station,
            form=entry.kind,
            seconds=entry.seconds,
        )
    return Outcome.DONE


def _keep_refusal(entry: Entry, error: DomainError, by: User, at: datetime) -> None:
    """Keep that it was tried: what a crew did is not lost because it came too late."""
    known = Receipt.objects.filter(key=entry.key).first()
    if known is not None and (known.by_id != by.pk or known.outcome == Receipt.DONE):
        return
    receipt, what = known or Receipt(key=entry.key), entry.what
    if isinstance(what, Press | GiveBack | Feedback | Tick | Look):
        dispatch = dispatches_of(by).filter(pk=what.dispatch).first()
        receipt.shift = None if dispatch is None else dispatch.shift
        receipt.what = "" if dispatch is None else dispatch.call.number
    elif isinstance(what, Undo):
        undone = Receipt.objects.filter(key=what.entry, by=by).first()
        receipt.shift = None if undone is None else undone.shift
        receipt.what = "" if undone is None else undone.what
    else:
        receipt.shift = shifts_of(by).filter(pk=what.shift).first()
    if isinstance(what, Press | Duty):
        receipt.what = f"{what.step.value} {receipt.what}".strip()
    _write_down(receipt, entry, by, at, code=error.code)


def _write_down(
    receipt: Receipt, entry: Entry, by: User, at: datetime, *, code: str = ""
) -> None:
    receipt.kind, receipt.by, receipt.received_at = entry.kind, by, at
    receipt.happened_at, receipt.device_at = entry.happened_at(at), entry.device_at
    receipt.skew_s = round(entry.skew.total_seconds())
    receipt.outcome = Receipt.REFUSED if code else Receipt.DONE
    receipt.code = code
    receipt.save()


def _do(entry: Entry, by: User, at: datetime) -> tuple[Shift | None, str]:
    """Hand an entry to the room it belongs to; return whose it is, and a word for it."""
    match entry.what:
        case Press() | GiveBack() | Feedback() | Tick() | Look():
            return _about_a_call(entry, entry.what, by, at)
        case Duty():
            return _report(entry, entry.what, by, at)
        case Gear():
            return _check_gear(entry, entry.what, by, at)
        case Seen():
            return _note(entry, entry.what, by, at)
        case Declared(key, kinds):
            shift = _own_shift(key, by)
            duty.declare(shift=shift, kinds=kinds, by=by, at=at)
            return shift, ""
        case Undo():
            undone = undo(entry=entry, what=entry.what, by=by, at=at)
            return undone.shift, undone.what


def _about_a_call(
    entry: Entry, what: AboutCall, by: User, at: datetime
) -> tuple[Shift | None, str]:
    dispatch = dispatches_of(by).filter(pk=what.dispatch).first()
    if dispatch is None:
        raise NotAllowed(f"{by.username} has no order {what.dispatch}")
    word = dispatch.call.number
    told: _Told = {
        "by": by,
        "at": at,
        "key": entry.key,
        "source": Source.PHONE,
        "device": entry.device,
        "device_at": entry.device_at,
    }
    match what:
        case Press():
            calls.press(dispatch=dispatch, step=what.step, **told)
            word = f"{what.step.value} {word}"
        case GiveBack():
            calls.take_off(
                dispatch=dispatch, step=Step.REFUSED, reason=what.reason, **told
            )
        case Feedback():
            calls.feed_back(
                call=dispatch.call, outcome=what.outcome, note=what.note, **told
            )
        case Tick():
            care.tick_step(
                call=dispatch.call,
                step=what.step,
                by=by,
                at=at,
                happened_at=entry.happened_at(at),
            )
            word = f"{what.step} {word}"
        case Look():
            if dispatch.call.restriction:
                care.note_look(
                    call=dispatch.call,
                    by=by,
                    at=at,
                    happened_at=entry.happened_at(at),
                )
    return dispatch.shift, word[:60]


def _own_shift(key: int, by: User) -> Shift:
    shift = shifts_of(by).filter(pk=key).first()
    if shift is None:
        raise NotAllowed(f"{by.username} does not go out with crew {key}")
    return shift


def _report(
    entry: Entry, what: Duty, by: User, at: datetime
) -> tuple[Shift | None, str]:
    shift = _own_shift(what.shift, by)
    duty.report(
        shift=shift,
        step=what.step,
        key=entry.key,
        by=by,
        at=at,
        entered=duty.From(Source.PHONE, entry.device, entry.device_at),
        mode=what.mode,
        note=what.note,
        point=what.point,
    )
    return shift, what.step.value


def _check_gear(
    entry: Entry, what: Gear, by: User, at: datetime
) -> tuple[Shift | None, str]:
    shift = _own_shift(what.shift, by)
    duty.check_gear(
        shift=shift,
        by=by,
        at=at,
        overridden_because=what.overridden_because,
        happened_at=entry.happened_at(at),
    )
    for name in what.missing:
        gear.note_missing(shift=shift, name=name, n_missing=1, by=by, at=at)
    return shift, ""


def _note(entry: Entry, what: Seen, by: User, at: datetime) -> tuple[Shift | None, str]:
    shift = _own_shift(what.shift, by)
    point, place = what.point, what.place
    if what.stay is not None:
        stay = shift.stays.filter(number=what.stay).first()
        if stay is not None:
            point = (stay.lon, stay.lat)
            place = f"{stay.name} {place}".strip()[:120]
    observations.note_observation(
        shift=shift,
        kind=what.kind,
        key=entry.key,
        by=by,
        at=at,
        device=entry.device,
        device_at=entry.device_at,
        point=point,
        place_text=place,
        note=what.note,
    )
    return shift, what.kind
