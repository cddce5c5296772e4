"""Write what a table says into the calls: set by set, and only what is news.

What 110 repeats changes nothing, whatever the desk has done meanwhile. A time that 110
has changed becomes a correction in the call's log; the line before stays.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

import numpy as np

from xunfang.accounts.models import User
from xunfang.calls import log
from xunfang.calls.mirror.reading import Reading
from xunfang.calls.models import (
    Call,
    CallClass,
    CallerWords,
    CallEvent,
    CallSource,
    Dispatch,
    MirroredCall,
)
from xunfang.core.dispatching import sheets
from xunfang.core.dispatching.sheets import OF_A_UNIT, CallStatus, Source, Step
from xunfang.places.ground import Ground
from xunfang.units.models import Station

REPEATED = ("words", "phone")
"""Kept as what callers said, not as what the mirror last said."""
OUTCOMES = {
    str(name): code
    for code, chinese in (
        ("settled", "当场处置 当场调解 现场处置 调解处理"),
        ("helped", "已救助 提供帮助 救助服务"),
        ("handed_to_family", "移交家属 交由家属 家属领回"),
        ("handed_over", "移交其他单位 移交 移送其他部门 移交其他部门"),
        ("taken_to_hospital", "送医 送医救治"),
        ("case_opened", "立案 受案 受理案件 立案侦查"),
        ("dispute", "转纠纷调解"),
        ("nobody_there", "现场无人 无人无事 未发现"),
        ("no_need", "无需处置 无效警情 误报"),
    )
    for name in (code, *chinese.split())
}
"""What 110 writes for an outcome, and ours; anything else is kept as it is written."""


@dataclass(slots=True)
class Group:
    """All lines of one number."""

    number: str
    readings: list[Reading] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    clocks: dict[tuple[str, Step], datetime] = field(default_factory=dict)
    """By unit ("" for the call's own steps) and step."""

    @property
    def begins_at(self) -> datetime:
        """The first of its clocks."""
        return min(self.clocks.values())

    @property
    def units(self) -> list[str]:
        """The units that were sent, by name."""
        return sorted({unit for unit, _ in self.clocks} - {""})

    def sheet(self) -> sheets.CallSheet:
        """Return the sheets its clocks make; a unit is known by its place in ``units``."""
        units = self.units
        return sheets.fold(
            sheets.CallEvent(
                key=key,
                step=step,
                happened_at=moment,
                recorded_at=moment,
                assignment=units.index(unit) if unit else None,
            )
            for key, ((unit, step), moment) in enumerate(self.clocks.items())
        )

    def refuse(self, code: str, **facts: str | int) -> None:
        """Note on every line why nothing of the call may go in."""
        for reading in self.readings:
            reading.refuse(code, **facts)


def group(readings: Iterable[Reading]) -> list[Group]:
    """Gather lines by number, in the order in which numbers first come.

    Where two lines of a table say different things, the first one stands: so the same
    table says the same thing again.
    """
    groups: dict[str, Group] = {}
    for reading in readings:
        if reading.is_refused:
            continue
        one = groups.setdefault(reading.number, Group(reading.number))
        one.readings.append(reading)
        for key, text in reading.said.items():
            if key == "words":
                if text not in one.words:
                    one.words.append(text)
            elif one.said.setdefault(key, text) != text:
                reading.doubt("line_differs", field=key, line=one.readings[0].row.line)
        for step, moment in reading.clocks.items():
            whose = (reading.unit if step in OF_A_UNIT else "", step)
            if one.clocks.setdefault(whose, moment) != moment:
                reading.doubt(
                    "line_differs", field=step.value, line=one.readings[0].row.line
                )
    return list(groups.values())


@dataclass(slots=True)
class Outcome:
    """What became of some calls."""

    n_new: int = 0
    n_changed: int = 0
    n_same: int = 0
    unknown_classes: Counter[str] = field(default_factory=Counter)


class Writer:
    """Holds what calls are held against; reads it once for a whole table."""

    def __init__(
        self,
        *,
        source: CallSource,
        by: User | None,
        ground: Ground,
    ) -> None:
        self._source, self._by, self._ground = source, by, ground
        stations = list(Station.objects.order_by("code"))
        self._stations = {
            name.casefold(): station
            for station in reversed(stations)
            for name in (station.name_en, station.name, station.code)
            if name
        }
        self._by_code = {station.code: station for station in stations}
        self._home = source.station
        if self._home is None and by is not None and by.station_code:
            self._home = self._by_code.get(by.station_code)
        self._classes = _classes_by_name()

    def write(self, groups: Sequence[Group], *, at: datetime) -> Outcome:
        """Write some calls; the caller holds the transaction and the imports' lock."""
        grounds = self._stations_by_point(groups)
        known = {
            call.number: call
            for call in Call.objects.select_for_update(of=("self",))
            .filter(number__in=[one.number for one in groups])
            .order_by("pk")
            .select_related("station", "initial_class", "final_class")
        }
        may = [one for one in groups if self._may_write(one, known, grounds)]
        told = {
            row.call_id: row
            for row in MirroredCall.objects.filter(call__in=known.values())
        }
        batch = _Batch(self._source, at, _Known.of(known.values()))
        outcome = Outcome()
        for one in may:
            call_class = self._class_of(one.said.get("class", ""), outcome)
            final_class = self._class_of(one.said.get("final_class", ""), outcome)
            call = known.get(one.number)
            station = self._station_of(one, grounds)
            if call is None:
                batch.add(_new_call(one, call_class, final_class, station), one)
                outcome.n_new += 1
                continue
            row = told.get(call.pk)
            changed = _apply(
                call, one, row, call_class, final_class, station, self._names(one)
            )
            if batch.change(call, one, row, is_changed=changed):
                outcome.n_changed += 1
            else:
                outcome.n_same += 1
        batch.save()
        return outcome

    def _may_write(
        self,
        one: Group,
        known: Mapping[str, Call],
        grounds: Mapping[str, Station],
    ) -> bool:
        """Say whether this person may bring this call in; note on its lines if not."""
        mine = "" if self._by is None else self._by.station_code
        if not mine:
            return True
        call = known.get(one.number)
        station = call.station if call is not None else self._station_of(one, grounds)
        if station is None or station.code == mine:
            return True
        one.refuse("not_your_ground", station=station.name)
        return False

    def _names(self, one: Group) -> bool:
        return one.said.get("station", "").casefold() in self._stations

    def _station_of(self, one: Group, grounds: Mapping[str, Station]) -> Station | None:
        named = self._stations.get(one.said.get("station", "").casefold())
        return named or grounds.get(one.number) or self._home

    def _stations_by_point(self, groups: Sequence[Group]) -> dict[str, Station]:
        """Return on whose ground calls lie, by number, where that is known."""
        placed = [one for one in groups if "lon" in one.said]
        if not placed or not self._ground.cells:
            return {}
        lonlat = np.array(
            [[float(one.said["lon"]), float(one.said["lat"])] for one in placed]
        )
        found = {}
        for one, cell in zip(placed, self._ground.cells_of_points(lonlat), strict=True):
            station = (
                None if cell is None else self._by_code.get(cell.area.station_code)
            )
            if station is not None:
                found[one.number] = station
        return found

    def _class_of(self, names: str, outcome: Outcome) -> CallClass | None:
        """Return the finest class that is known; count what is not."""
        if not names:
            return None
        for name in names.split("\n"):
            if (found := self._classes.get(name.casefold())) is not None:
                return found
        outcome.unknown_classes[names.split("\n")[0][:60]] += 1
        return None


def _classes_by_name() -> dict[str, CallClass]:
    """Return classes by what 110 calls them, then by our code, then by name."""
    classes = list(CallClass.objects.filter(is_current=True).order_by("code"))
    found: dict[str, CallClass] = {}
    for kept in ("mirror_code", "code", "name", "name_en"):
        for one in classes:
            name: str = getattr(one, kept)
            if name:
                found.setdefault(name.casefold(), one)
    return found


def _new_call(
    one: Group,
    call_class: CallClass | None,
    final_class: CallClass | None,
    station: Station | None,
) -> Call:
    urgency = one.said.get("urgency") or (call_class.urgency if call_class else 3)
    call = Call(
        number=one.number,
        origin="mirror",
        reporter=one.said.get("reporter", "resident"),
        initial_class=call_class,
        final_class=final_class,
        urgency=int(urgency),
        place_text=one.said.get("place", ""),
        station=station,
        restriction=_restriction(call_class, final_class),
        reported_at=one.begins_at,
    )
    if "lon" in one.said:
        call.lon, call.lat = float(one.said["lon"]), float(one.said["lat"])
    _set_outcome(call, one.said.get("outcome", ""))
    return call


def _restriction(*classes: CallClass | None) -> str:
    return next((one.restriction for one in classes if one and one.restriction), "")


def _set_outcome(call: Call, text: str) -> None:
    if not text:
        return
    if code := OUTCOMES.get(text.casefold()):
        call.outcome = code
    else:
        call.outcome_note = text


def _apply(
    call: Call,
    one: Group,
    row: MirroredCall | None,
    call_class: CallClass | None,
    final_class: CallClass | None,
    station: Station | None,
    names_station: bool,  # noqa: FBT001 -- read at the call
) -> bool:
    """Set on a call what 110 says and did not say before; say whether anything was.

    Of a call that the desk entered first, only what the desk left empty is filled.
    """
    before = {} if row is None else row.said
    news = {key: text for key, text in one.said.items() if before.get(key) != text}
    was = _fields_of(call)
    if "place" in news and (row is not None or not call.place_text):
        call.place_text = news["place"]
    if news.keys() & {"lon", "lat"} and (row is not None or call.lon is None):
        call.lon, call.lat = float(one.said["lon"]), float(one.said["lat"])
    if "urgency" in news and row is not None:
        call.urgency = int(news["urgency"])
    if "reporter" in news and row is not None:
        call.reporter = news["reporter"]
    if "outcome" in news and (row is not None or not call.outcome):
        _set_outcome(call, news["outcome"])
    if call.station is None or (
        "station" in news and names_station and row is not None
    ):
        call.station = station or call.station
    if call_class is not None:
        if call.initial_class is None:
            call.initial_class = call_class
            if "urgency" not in one.said and "urgency" not in before:
                call.urgency = call_class.urgency
        elif "class" in news and "class" in before:
            # 110 changed its mind: the first class stays what was said first.
            call.final_class = call_class
    if final_class is not None and ("final_class" in news or call.final_class is None):
        call.final_class = final_class
    call.restriction = call.restriction or _restriction(call_class, final_class)
    return _fields_of(call) != was


def _fields_of(call: Call) -> tuple[object, ...]:
    return tuple(getattr(call, name) for name in WRITTEN)


WRITTEN = (
    *("reporter", "initial_class_id", "final_class_id", "urgency", "place_text"),
    *("lon", "lat", "station_id", "restriction", "outcome", "outcome_note"),
)


@dataclass(slots=True)
class _Known:
    """What is on disk of some calls, by call."""

    events: dict[int, list[CallEvent]]
    dispatches: dict[int, list[Dispatch]]
    words: dict[int, list[CallerWords]]

    @classmethod
    def of(cls, calls: Iterable[Call]) -> "_Known":
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


class _Batch:
    """Collects what is to be written of some calls, and writes it at once."""

    def __init__(self, source: CallSource, at: datetime, known: _Known) -> None:
        self._source, self._at, self._known = source, at, known
        self._new: list[tuple[Call, Group]] = []
        self._changed: list[Call] = []
        self._told: list[MirroredCall] = []
        self._words: list[CallerWords] = []
        self._phoned: list[CallerWords] = []
        self._dispatches: dict[tuple[int, str], Dispatch] = {}
        self._events: list[tuple[CallEvent, str]] = []

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
            if dispatch.shift_id is None
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
            if dispatch.shift_id is None
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
                dispatch.is_open = sheet.status.is_open
        Dispatch.objects.bulk_create(new.values())
        for (call_id, _), dispatch in new.items():
            self._known.dispatches[call_id].append(dispatch)
        by_unit |= new
        for event, unit in self._events:
            if unit:
                event.dispatch = by_unit[event.call_id, unit]

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
