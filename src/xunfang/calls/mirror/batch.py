"""Collect what 110 says that is news of some calls, and write it at once."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from xunfang.calls import log
from xunfang.calls.care.services import owe_after_care
from xunfang.calls.mirror.groups import Group
from xunfang.calls.mirror.units import Named, crews_meant
from xunfang.calls.models import (
    Call,
    CallerWords,
    CallEvent,
    CallSource,
    Dispatch,
    MirroredCall,
)
from xunfang.core.dispatching.sheets import CallStatus, Source, Step

OWES_FOR = timedelta(days=30)
"""A table of last year's calls owes nobody a visit."""
REPEATED = ("words", "phone")
"""Kept as what callers said, not as what the mirror last said."""
WRITTEN = (
    *("reporter", "initial_class_id", "final_class_id", "urgency", "place_text"),
    *("lon", "lat", "station_id", "restriction", "outcome", "outcome_note"),
)


@dataclass(slots=True)
class Known:
    """What is on disk of some calls, by call."""

    events: dict[int, list[CallEvent]]
    dispatches: dict[int, list[Dispatch]]
    words: dict[int, list[CallerWords]]

    @classmethod
    def of(cls, calls: Iterable[Call]) -> "Known":
        """Read it; three queries."""
        keys = [call.pk for call in calls]
        known = cls(defaultdict(list), defaultdict(list), defaultdict(list))
        if keys:
            for event in CallEvent.objects.filter(call__in=keys).order_by("pk"):
                known.events[event.call_id].append(event)
            for dispatch in Dispatch.objects.filter(call__in=keys).order_by("pk"):
                known.dispatches[dispatch.call_id].append(dispatch)
            for words in CallerWords.objects.filter(call__in=keys).order_by("pk"):
                known.words[words.call_id].append(words)
        return known


class Batch:
    """Collects what is to be written of some calls, and writes it at once."""

    def __init__(self, source: CallSource, at: datetime, known: Known) -> None:
        self._source, self._at, self._known = source, at, known
        self._new: list[tuple[Call, Group]] = []
        self._changed: list[Call] = []
        self._told: list[MirroredCall] = []
        self._words: list[CallerWords] = []
        self._phoned: list[CallerWords] = []
        self._dispatches: dict[tuple[int, str], Dispatch] = {}
        self._events: list[tuple[CallEvent, str]] = []
        self.unknown_units: Counter[str] = Counter()
        """Names of units that mean no crew, and how often, once it is saved."""

    def add(self, call: Call, one: Group) -> None:
        """Take up a call that is new."""
        self._new.append((call, one))

    def change(
        self,
        call: Call,
        one: Group,
        row: MirroredCall | None,
        *,
        is_changed: bool,
    ) -> bool:
        """Take up what is news of a call; say whether anything is."""
        n_before = len(self._events) + len(self._words) + len(self._phoned)
        self._add_clocks(call, one)
        self._add_words(call, one)
        is_news = self._tell(call, one, row)
        has_grown = len(self._events) + len(self._words) + len(self._phoned) > n_before
        if is_changed or has_grown:
            self._changed.append(call)
        return is_changed or has_grown or is_news

    def _tell(self, call: Call, one: Group, row: MirroredCall | None) -> bool:
        """Keep what 110 now says of a call; say whether that is news."""
        says = {key: text for key, text in one.said.items() if key not in REPEATED}
        if row is None:
            row = MirroredCall(call=call, source=self._source, said={})
        elif all(row.said.get(key) == text for key, text in says.items()):
            return False
        row.said = row.said | says
        row.changed_at = self._at
        self._told.append(row)
        return True

    def _add_clocks(self, call: Call, one: Group) -> None:
        events = self._known.events[call.pk]
        units = {
            dispatch.unit_text: dispatch.pk
            for dispatch in self._known.dispatches[call.pk]
            if dispatch.unit_text
        }
        corrected_by = {
            event.corrects_id: event for event in events if event.corrects_id
        }
        for (unit, step), moment in sorted(one.clocks.items()):
            of_unit = units.get(unit)
            last = max(
                (
                    event
                    for event in events
                    if event.source == Source.MIRROR
                    and event.step == step
                    and event.dispatch_id == of_unit
                    and (not unit or of_unit is not None)
                ),
                key=lambda event: (event.recorded_at, event.pk),
                default=None,
            )
            if last is None:
                self._add_event(call, unit, step, moment, None)
            elif last.happened_at != moment:
                head = last
                while head.pk in corrected_by:
                    head = corrected_by[head.pk]
                self._add_event(call, unit, step, moment, head)

    def _add_event(
        self,
        call: Call,
        unit: str,
        step: Step,
        moment: datetime,
        corrects: CallEvent | None,
    ) -> None:
        self._events.append(
            (
                CallEvent(
                    call=call,
                    step=step,
                    happened_at=moment,
                    recorded_at=self._at,
                    source=Source.MIRROR,
                    key=key_of(call.number, unit, step, moment, corrects),
                    note=self._source.name if corrects is not None else "",
                    corrects=corrects,
                ),
                unit,
            )
        )

    def _add_words(self, call: Call, one: Group) -> None:
        known = self._known.words[call.pk] if call.pk else []
        phone = one.said.get("phone", "")
        there = {words.words for words in known}
        new = [
            CallerWords(call=call, words=text, heard_at=one.begins_at, phone=phone)
            for text in one.words
            if text not in there
        ]
        self._words.extend(new)
        if phone and not new:
            for words in known:
                if words.entered_by_id is None and not words.phone:
                    words.phone = phone
                    self._phoned.append(words)

    def save(self) -> None:
        """Write everything; as many statements for one call as for a thousand."""
        for call, one in self._new:
            _foresee(call, one)
        Call.objects.bulk_create([call for call, _ in self._new])
        for call, one in self._new:
            self._add_clocks(call, one)
            self._add_words(call, one)
            self._tell(call, one, None)
        self._save_dispatches()
        events = CallEvent.objects.bulk_create([event for event, _ in self._events])
        for event in events:
            self._known.events[event.call_id].append(event)
        CallerWords.objects.bulk_create(self._words)
        CallerWords.objects.bulk_update(self._phoned, ["phone"], batch_size=500)
        self._derive()
        since = self._at - OWES_FOR
        calls = [*(call for call, _ in self._new), *self._changed]
        owe_after_care(
            (call for call in calls if call.reported_at >= since), at=self._at
        )
        MirroredCall.objects.bulk_create(
            self._told,
            update_conflicts=True,
            unique_fields=["call"],
            update_fields=["said", "changed_at"],
        )

    def _save_dispatches(self) -> None:
        by_unit = {
            (dispatch.call_id, dispatch.unit_text): dispatch
            for dispatches in self._known.dispatches.values()
            for dispatch in dispatches
            if dispatch.unit_text
        }
        new: dict[tuple[int, str], Dispatch] = {}
        for event, unit in self._events:
            key = (event.call_id, unit)
            if unit and key not in by_unit and key not in new:
                new[key] = Dispatch(
                    call=event.call, unit_text=unit, status_at=event.happened_at
                )
        of_new = {call.pk: one for call, one in self._new}
        for (call_id, unit), dispatch in new.items():
            if (one := of_new.get(call_id)) is not None:
                sheet = one.sheet().assignments[one.units.index(unit)]
                dispatch.status, dispatch.status_at = sheet.status.value, sheet.since
                dispatch.is_open = sheet.status.is_open and dispatch.call.is_open
        met = self._name_crews(new)
        Dispatch.objects.bulk_create(
            dispatch for key, dispatch in new.items() if key not in met
        )
        by_unit |= new | met
        for event, unit in self._events:
            if unit:
                event.dispatch = by_unit[event.call_id, unit]

    def _name_crews(
        self, new: Mapping[tuple[int, str], Dispatch]
    ) -> dict[tuple[int, str], Dispatch]:
        """Put our own crews in where 110 names them.

        What our desk has sent already is not sent again: 110 means the same. Returns
        those, as they are on disk.
        """
        named = {
            key: Named(
                dispatch.call.station_id,
                dispatch.unit_text,
                min(
                    event.happened_at
                    for event, unit in self._events
                    if (event.call_id, unit) == key
                ),
            )
            for key, dispatch in new.items()
            if dispatch.call.station_id is not None
        }
        crews: Mapping[Named, int] = {}
        if named:
            found = crews_meant(named.values(), source=self._source)
            crews, self.unknown_units = found.crews, found.unknown
        met: dict[tuple[int, str], Dispatch] = {}
        for key, dispatch in new.items():
            of_call = self._known.dispatches[key[0]]
            crew = crews.get(named[key]) if key in named else None
            if crew is not None:
                ours = [one for one in of_call if one.shift_id == crew]
                sent = next((one for one in reversed(ours) if not one.unit_text), None)
                if sent is not None:
                    sent.unit_text = dispatch.unit_text
                    met[key] = sent
                    continue
                if not ours:
                    # The same crew by two names stays once ours, once as it is written.
                    dispatch.shift_id = crew
            of_call.append(dispatch)
        Dispatch.objects.bulk_update(met.values(), ["unit_text"])
        return met

    def _derive(self) -> None:
        """Keep beside the logs of calls that were there what they now say."""
        changed: list[Dispatch] = []
        for call in self._changed:
            _, of_call = log.derive(
                call,
                self._known.dispatches[call.pk],
                self._known.events[call.pk],
            )
            changed.extend(of_call)
            call.revision += 1
        # Both are there: what conflicts is what is updated, in one statement.
        Call.objects.bulk_create(
            self._changed,
            update_conflicts=True,
            unique_fields=["number"],
            update_fields=[
                *log.DERIVED,
                *(name.removesuffix("_id") for name in WRITTEN),
            ],
        )
        Dispatch.objects.bulk_update(changed, log.DERIVED_OF_DISPATCH, batch_size=500)


def _foresee(call: Call, one: Group) -> None:
    """Set on a call that is new what its log will say, so that it is written once."""
    sheet = one.sheet()
    call.status = sheet.status.value
    call.closed_at = (
        sheet.clocks.get(Step.CLOSED) if sheet.status is CallStatus.CLOSED else None
    )
    call.revision = 1


def key_of(
    number: str,
    unit: str,
    step: Step,
    moment: datetime,
    corrects: CallEvent | None = None,
) -> UUID:
    """Return the key of a line of the mirror: the same line has the same key."""
    chain = "" if corrects is None else str(corrects.key)
    return uuid5(
        NAMESPACE_URL,
        f"xunfang:110:{number}:{unit}:{step.value}:{moment.isoformat()}:{chain}",
    )
