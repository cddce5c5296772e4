"""An officer withdraws the last thing that was entered on the phone, if it was a mistake.

Nothing is erased: what was entered stays, and a correcting line says that it does not
count. What others have built on since is for the desk to correct.
"""

from datetime import datetime, timedelta
from typing import Final

from xunfang.accounts.models import User
from xunfang.calls.care import services as care
from xunfang.calls.models import CallEvent, CardTick
from xunfang.calls.sheets import services as sheets
from xunfang.core.dispatching.sheets import Source
from xunfang.core.errors import DomainError
from xunfang.field.entries import Entry, Undo
from xunfang.field.models import Receipt
from xunfang.field.queries import UNDO_WITHIN, last_receipt
from xunfang.units.duty import services as duty
from xunfang.units.duty import withdrawals
from xunfang.units.models import DutyEntry, GearCheck

TOLERATED: Final = timedelta(seconds=15)
"""Between what the phone offers and what is taken; a press takes its time."""


class NothingToUndo(DomainError):
    """It was not taken, is not one's last entry, or is none that is withdrawn so."""

    code = "field.nothing_to_undo"


class TooLateToUndo(DomainError):
    """It was entered too long ago."""

    code = "field.too_late_to_undo"


def undo(*, entry: Entry, what: Undo, by: User, at: datetime) -> Receipt:
    """Withdraw the last thing that somebody entered; return its receipt.

    Raises
    ------
    NotAllowed, NothingToUndo, TooLateToUndo
    StepFollows, EntryCorrected, EventCorrected, CallOver
        Somebody has gone on from there.
    """
    happened_at = entry.happened_at(at)
    last = last_receipt(by, until=happened_at, but=entry.key)
    if last is None or last.key != what.entry:
        raise NothingToUndo(str(what.entry))
    if happened_at - last.happened_at > UNDO_WITHIN + TOLERATED:
        raise TooLateToUndo(str(what.entry))
    match last.kind:
        case "press":
            event = CallEvent.objects.select_related("call", "dispatch__call__station")
            sheets.withdraw_press(
                event=event.get(key=last.key),
                by=by,
                at=at,
                key=entry.key,
                source=Source.PHONE,
                device_at=entry.device_at,
            )
        case "duty":
            withdrawals.withdraw_entry(
                entry=DutyEntry.objects.select_related("shift__station").get(
                    key=last.key
                ),
                key=entry.key,
                by=by,
                at=at,
                entered=duty.From(Source.PHONE, entry.device, entry.device_at),
            )
        case "gear":
            check = GearCheck.objects.filter(
                shift=last.shift, confirmed_by=by, confirmed_at=last.happened_at
            )
            if (found := check.first()) is None:
                # A second look changed nothing; the first one was somebody else's.
                raise NothingToUndo(str(what.entry))
            withdrawals.withdraw_gear_check(check=found, by=by, at=at)
        case "tick":
            tick = CardTick.objects.filter(
                ticked_by=by,
                recorded_at=last.received_at,
                ticked_at=last.happened_at,
                undone_at=None,
            )
            if (ticked := tick.select_related("call").first()) is None:
                raise NothingToUndo(str(what.entry))
            care.untick_step(tick=ticked, by=by, at=at)
    return last
