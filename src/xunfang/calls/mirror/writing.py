"""Write what a table says into the calls: set by set, and only what is news.

What 110 repeats changes nothing, whatever the desk has done meanwhile. A time that 110
has changed becomes a correction in the call's log; the line before stays.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from xunfang.accounts.models import User
from xunfang.calls.mirror.batch import WRITTEN, Batch, Known
from xunfang.calls.mirror.groups import Group
from xunfang.calls.models import Call, CallClass, CallSource, MirroredCall
from xunfang.places.ground import Ground
from xunfang.units.models import Station

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
class Outcome:
    """What became of some calls."""

    n_new: int = 0
    n_changed: int = 0
    n_same: int = 0
    unknown_classes: Counter[str] = field(default_factory=Counter)
    unknown_units: Counter[str] = field(default_factory=Counter)


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
        batch = Batch(self._source, at, Known.of(known.values()))
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
        outcome.unknown_units = batch.unknown_units
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
