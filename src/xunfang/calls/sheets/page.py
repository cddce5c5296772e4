"""The three sheets of a call as its page and its print show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from xunfang.accounts.models import User
from xunfang.calls import log, policies, queries
from xunfang.calls.models import Call, CallEvent, CallLink, Dispatch, Referral
from xunfang.calls.models.calls import STEPS
from xunfang.calls.sheets.queries import links_of, merged_here
from xunfang.core.dispatching.sheets import ORDER_OF_A_CALL, PRESSES, Step, between
from xunfang.web.names import local_name

NAME_OF_STEP = dict(STEPS)
OF_A_DISPATCH = (Step.ASSIGNED, Step.DELIVERED, *PRESSES)
OF_THE_END = (Step.FED_BACK, Step.CLOSED, Step.REOPENED)


@dataclass(frozen=True, slots=True)
class Clock:
    """A step, when it happened, and how long after the one before it."""

    name: str | Promise
    at: datetime | None
    after: str = ""


@dataclass(frozen=True, slots=True)
class UnitSheet:
    """派警单: one unit's part."""

    dispatch: Dispatch
    unit: str
    clocks: Sequence[Clock]


@dataclass(frozen=True, slots=True)
class Said:
    """What one caller said, on this call or on one that is merged into it."""

    words: str
    heard_at: datetime
    phone: str
    by: User | None
    other: Call | None
    """The call it was said on, where it is another one."""
    is_hidden: bool = False
    """Whether it is on a restricted call: to be read there, not here."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log."""

    event: CallEvent
    unit: str
    is_replaced: bool
    """Whether a correction has taken its place."""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link, from the side of this call."""

    link: CallLink
    other: Call
    is_from_here: bool
    may_open: bool


def span(seconds: float | None) -> str:
    """Write how long something took, as ``1:05`` or ``2:03:09``; a minus stays.

    >>> span(65), span(7389), span(-3), span(None)
    ('1:05', '2:03:09', '-0:03', '')
    """
    if seconds is None:
        return ""
    sign, whole = ("-" if seconds < 0 else ""), abs(round(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    clock = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
    return sign + clock


def _clocks(steps: Sequence[Step], clocks: Mapping[Step, datetime]) -> list[Clock]:
    rows, before = [], None
    for step in steps:
        if step not in clocks:
            rows.append(Clock(NAME_OF_STEP[step.value], None))
            continue
        after = "" if before is None else span(between(clocks, before, step))
        rows.append(Clock(NAME_OF_STEP[step.value], clocks[step], after))
        before = step
    return rows


def unit_name(dispatch: Dispatch) -> str:
    """Return what a unit that was sent is called."""
    return dispatch.unit_name


class Sheets:
    """A call with everything that belongs to it, read in a fixed number of queries."""

    def __init__(self, user: User, call: Call) -> None:
        self.user, self.call = user, call
        events = list(
            call.events.select_related("by", "dispatch__shift").order_by(
                "happened_at", "recorded_at", "pk"
            )
        )
        self.sheet = log.sheet_of(events)
        dispatches = list(call.dispatches.select_related("shift").order_by("pk"))
        self.received = _clocks(ORDER_OF_A_CALL, self.sheet.clocks)
        self.units = [self._unit(dispatch) for dispatch in dispatches]
        self.ended = [
            clock
            for clock in _clocks(OF_THE_END, self.sheet.clocks)
            if clock.at is not None
        ]
        replaced = {event.corrects_id for event in events if event.corrects_id}
        self.lines = [
            Line(
                event,
                "" if event.dispatch is None else unit_name(event.dispatch),
                event.pk in replaced or event.is_withdrawal,
            )
            for event in sorted(events, key=lambda one: (one.recorded_at, one.pk))
        ]
        self.merged = merged_here(call)
        self.visible = set(
            queries.visible_to(user)
            .filter(pk__in=[one.pk for one in self.merged])
            .values_list("pk", flat=True)
        )
        self.said = self._said()
        self.referrals: list[Referral] = list(
            call.referrals.select_related("sent_by").order_by("sent_at", "pk")
        )
        self.links = self._links()

    def _unit(self, dispatch: Dispatch) -> UnitSheet:
        sheet = self.sheet.assignments.get(dispatch.pk)
        clocks = {} if sheet is None else sheet.clocks
        ends = [
            step
            for step in (Step.REFUSED, Step.STOOD_DOWN, Step.PREEMPTED)
            if step in clocks
        ]
        return UnitSheet(
            dispatch, unit_name(dispatch), _clocks((*OF_A_DISPATCH, *ends), clocks)
        )

    def _said(self) -> list[Said]:
        own = [
            Said(words.words, words.heard_at, words.phone, words.entered_by, None)
            for words in self.call.words.select_related("entered_by")
        ]
        others = [
            Said("", words.heard_at, "", None, other, is_hidden=True)
            if other.restriction or other.pk not in self.visible
            else Said(words.words, words.heard_at, words.phone, None, other)
            for other in self.merged
            for words in other.words.all()
        ]
        return sorted([*own, *others], key=lambda said: said.heard_at)

    def _links(self) -> list[LinkRow]:
        links = list(links_of(self.call))
        others = [one.to if one.call_id == self.call.pk else one.call for one in links]
        visible = set(
            queries.visible_to(self.user)
            .filter(pk__in=[other.pk for other in others])
            .values_list("pk", flat=True)
        )
        return [
            LinkRow(one, other, one.call_id == self.call.pk, other.pk in visible)
            for one, other in zip(links, others, strict=True)
        ]

    @property
    def contradictions(self) -> list[str]:
        """Times that cannot both be right, in words."""
        names = {sheet.dispatch.pk: sheet.unit for sheet in self.units}
        return [
            _("%(unit)s “%(later)s” lies before “%(earlier)s”.")
            % {
                "unit": f"{names[whose]}:" if whose in names else "",
                "later": NAME_OF_STEP[later.value],
                "earlier": NAME_OF_STEP[earlier.value],
            }
            for whose, earlier, later in self.sheet.out_of_order
        ]

    def context(self) -> dict[str, object]:
        """Return what both templates need."""
        call, user = self.call, self.user
        took = timedelta(0)
        if call.closed_at is not None:
            took = call.closed_at - call.reported_at
        return {
            "call": call,
            "sheets": self,
            "initial_class": call.initial_class,
            "final_class": call.final_class,
            "station_name": (
                ""
                if call.station is None
                else local_name(call.station.name, call.station.name_en)
            ),
            "took": span(took.total_seconds()) if call.closed_at else "",
            "can_work": policies.can_work_on(user, call),
            "can_dispatch": policies.can_dispatch(user, call),
        }
