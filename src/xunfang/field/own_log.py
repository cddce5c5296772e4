"""What the house holds about a crew's duty, for the crew itself to read."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xunfang.calls.models import CallEvent
from xunfang.core.dispatching.sheets import SKEW_TOLERATED
from xunfang.field.models import Receipt
from xunfang.patrols.models import Observation
from xunfang.units.models import (
    DutyEntry,
    Fix,
    GearCheck,
    GearMissing,
    Position,
    Shift,
)
from xunfang.web.sentences import sentence_of


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is kept, as somebody reads it."""

    happened_at: datetime
    what: str | Promise
    detail: str
    source: str
    by: str
    recorded_at: datetime
    skew_s: int = 0
    is_refused: bool = False

    @property
    def is_late(self) -> bool:
        """Whether it came so much later that both times are worth reading."""
        return (self.recorded_at - self.happened_at).total_seconds() > 60

    @property
    def is_skewed(self) -> bool:
        """Whether the phone's clock was off by more than is tolerated."""
        return abs(self.skew_s) > SKEW_TOLERATED.total_seconds()


def lines_of(shift: Shift) -> list[Line]:
    """Return everything kept of a crew's duty in the order of time; six queries."""
    receipts = list(Receipt.objects.filter(shift=shift).select_related("by"))
    skews = {receipt.key: receipt.skew_s for receipt in receipts}
    lines = [
        Line(
            entry.happened_at,
            entry.get_step_display(),
            " · ".join(filter(None, [entry.get_mode_display(), entry.note]))
            + _instead(entry),
            entry.get_source_display(),
            entry.by.display_name if entry.by else "",
            entry.recorded_at,
            skews.get(entry.key, 0),
        )
        for entry in DutyEntry.objects.filter(shift=shift).select_related("by")
    ]
    lines += [
        Line(
            event.happened_at,
            event.get_step_display(),
            event.call.number + _instead(event),
            event.get_source_display(),
            event.by.display_name if event.by else "",
            event.recorded_at,
            skews.get(event.key, 0),
        )
        for event in CallEvent.objects.filter(dispatch__shift=shift).select_related(
            "call", "by"
        )
    ]
    lines += [
        Line(
            seen.noted_at,
            seen.get_kind_display(),
            " · ".join(filter(None, [seen.place_text, seen.note])),
            pgettext("log", "Observation"),
            seen.noted_by.display_name,
            seen.recorded_at,
            skews.get(seen.key, 0),
        )
        for seen in Observation.objects.filter(shift=shift).select_related("noted_by")
    ]
    lines += _gear_lines(shift)
    lines += [
        Line(
            receipt.happened_at,
            receipt.get_kind_display(),
            f"{receipt.what}: {sentence_of(receipt.code)}",
            pgettext("log", "Refused"),
            receipt.by.display_name,
            receipt.received_at,
            receipt.skew_s,
            is_refused=True,
        )
        for receipt in receipts
        if receipt.outcome == Receipt.REFUSED
    ]
    return sorted(lines, key=lambda line: (line.happened_at, line.recorded_at))


def _instead(line: DutyEntry | CallEvent) -> str:
    """Say that a line takes another's place, or says that it does not count."""
    if line.is_withdrawal:
        return _(" (withdrawn)")
    return _(" (correction)") if line.corrects_id else ""


def _withdrawn(line: GearCheck | GearMissing) -> str:
    return _(" (withdrawn)") if line.withdrawn_at else ""


def _gear_lines(shift: Shift) -> list[Line]:
    lines = [
        Line(
            check.confirmed_at,
            pgettext("log", "Gear looked through"),
            check.overridden_because + _withdrawn(check),
            "",
            check.confirmed_by.display_name,
            check.confirmed_at,
        )
        for check in GearCheck.objects.filter(shift=shift).select_related(
            "confirmed_by"
        )
    ]
    lines += [
        Line(
            missing.noted_at,
            pgettext("log", "Gear missing"),
            f"{missing.name} × {missing.n_missing}{_withdrawn(missing)}",
            "",
            missing.noted_by.display_name,
            missing.noted_at,
        )
        for missing in GearMissing.objects.filter(shift=shift).select_related(
            "noted_by"
        )
    ]
    return lines


def position_of(shift: Shift) -> Position | None:
    """Return where the crew is on the desk's map, if it is on it."""
    return Position.objects.filter(shift=shift).first()


def n_fixes_of(shift: Shift) -> int:
    """Return how many raw positions of the crew are still kept."""
    return Fix.objects.filter(shift=shift).count()
