"""Give the demo city a month of calls, its directory of local help, and three stories.

Written in bulk, with the same log a mirrored call has; what is kept beside the log is
what the log says (a test folds it again).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib import resources
from json import loads
from uuid import NAMESPACE_URL, uuid5

import numpy as np
from django.db import transaction
from django.utils import timezone

from xunfang.accounts.models import User
from xunfang.calls import services as calls
from xunfang.calls.care import services as care
from xunfang.calls.models import (
    ArrivalWitness,
    Call,
    CallClass,
    CallerWords,
    CallEvent,
    CallTask,
    Dispatch,
    HelpRequest,
    LocalHelp,
)
from xunfang.calls.resources import services as resources_services
from xunfang.cli.demo.calls_data import CLASSES, NOT_VALID, VALID, Kind
from xunfang.cli.demo.city_model import City
from xunfang.core.dispatching.sheets import (
    AssignmentStatus,
    CallStatus,
    Source,
    Step,
)
from xunfang.places.models import KeyPlace
from xunfang.units.models import Station

N_DAYS = 30
N_IN, N_VALID, N_SENT = 250, 88, 71
"""A day: calls in, of them police matters, of them sent to stations."""
DESK_SHARES = {"S08": 0.3, "S10": 0.9}
"""Stations whose arrivals are mostly typed at the desk: one of them at full minutes."""
BATCH = 2000
METRES_A_DEGREE = 111_320.0

HELP = (
    ("pump", "村（居）委会", "抽水机 1 台，每小时 60 方"),
    ("boat", "水上救援队", "冲锋舟 1 艘，自带驾驶员"),
    ("generator", "供电所", "15 千瓦发电机"),
    ("keys", "物业服务中心", "消防通道、地下车库钥匙"),
    ("ladder", "园林站", "12 米登高梯"),
    ("sandbags", "防汛物资点", "沙袋 300 只"),
    ("shelter", "社区活动中心", "可住 40 人"),
)


@transaction.atomic
def load_past_calls(city: City, *, by: User, at: datetime) -> None:
    """Write classes, help, a month of calls and the stories, up to a moment."""
    classes = _load_classes()
    _load_help(city, at=at)
    _Month(city, classes, at).write()
    _tell_stories(classes, by=by, at=at)


def _load_classes() -> dict[str, CallClass]:
    there = {row.code: row for row in CallClass.objects.all()}
    for code, name, name_en, urgency, restriction, protocol in CLASSES:
        if code in there:
            continue
        above = code.rpartition(".")[0] or (code[0] if len(code) > 1 else "")
        parent = there.get(above)
        there[code] = CallClass.objects.create(
            code=code,
            parent=parent,
            depth=1 if parent is None else parent.depth + 1,
            name=name,
            name_en=name_en,
            urgency=urgency,
            restriction=restriction,
            protocol=protocol,
            is_police_matter=code[0] not in "NZ",
            bands=[[1, 180, 1]],
        )
    return there


def _load_help(city: City, *, at: datetime) -> None:
    """Seven kinds a station, spread over its ground; some not rung for long."""
    rng = np.random.default_rng(110)
    today = timezone.localdate(at)
    stations = {row.code: row for row in Station.objects.all()}
    rows: list[LocalHelp] = []
    for number, station in enumerate(city.stations):
        for kind, owner, note in HELP:
            east_m, north_m = rng.normal(0.0, 900.0, 2)
            lon, lat = _moved(station.at, float(east_m), float(north_m))
            rows.append(
                LocalHelp(
                    kind=kind,
                    name=f"{stations[station.code].name.removesuffix('所')}{owner}",
                    place_text=f"{stations[station.code].name}辖区",
                    lon=lon,
                    lat=lat,
                    station=stations[station.code],
                    phone=f"120{number:02}{len(rows):06}",
                    note=note,
                    confirmed_on=today - timedelta(days=int(rng.integers(5, 260))),
                )
            )
    LocalHelp.objects.bulk_create(rows)


def _moved(
    at: tuple[float, float], east_m: float, north_m: float
) -> tuple[float, float]:
    lat = at[1] + north_m / METRES_A_DEGREE
    lon = at[0] + east_m / METRES_A_DEGREE / float(np.cos(np.radians(at[1])))
    return round(lon, 6), round(lat, 6)


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a log that is still to be written."""

    call: int
    """Which of the calls, by its place in the list."""
    step: Step
    at: datetime
    source: Source
    is_units: bool
    near_m: float | None = None
    """How near the crew's position was, where it was known."""


class _Month:
    """Calls of a month, first as lists, then written in six statements a batch."""

    def __init__(
        self, city: City, classes: Mapping[str, CallClass], at: datetime
    ) -> None:
        self._classes = classes
        self._rng = np.random.default_rng(88)
        data = loads(
            (resources.files("xunfang.cli.demo") / "data/demo_city.json").read_text(
                "utf-8"
            )
        )
        self._hours = {
            name: np.cumsum(values) / sum(values)
            for name, values in data["hour_profile_permille"].items()
        }
        self._weekday = list(data["weekday_factor"].values())
        self._stations = {row.code: row for row in Station.objects.all()}
        self._places: dict[str, list[KeyPlace]] = {code: [] for code in self._stations}
        for place in KeyPlace.objects.select_related("cell__area"):
            self._places[place.cell.area.station_code].append(place)
        people = np.array([station.population for station in city.stations], float)
        self._codes = [station.code for station in city.stations]
        self._shares = people.cumsum() / people.sum()
        # The last of them is closed when the demo begins.
        self._until = at - timedelta(hours=6)
        self._calls: list[Call] = []
        self._words: list[str] = []
        self._dispatches: dict[int, Dispatch] = {}
        self._lines: list[_Line] = []

    def write(self) -> None:
        """Make up the month and write it."""
        today = timezone.localdate(self._until)
        for days_ago in range(N_DAYS, -1, -1):
            self._day(today - timedelta(days=days_ago))
        self._save()

    def _day(self, day: date) -> None:
        factor = self._weekday[day.weekday()]
        for kinds, n, n_sent in (
            (VALID, N_VALID, N_SENT),
            (NOT_VALID, N_IN - N_VALID, 0),
        ):
            shares = np.array([kind.per_mille for kind in kinds], float)
            chosen = self._rng.choice(
                len(kinds), size=round(n * factor), p=shares / shares.sum()
            )
            for number, which in enumerate(chosen.tolist()):
                is_sent = number < round(n_sent * factor)
                self._one(day, kinds[which], is_sent=is_sent)

    def _one(self, day: date, kind: Kind, *, is_sent: bool) -> None:
        rng = self._rng
        hour = int(np.searchsorted(self._hours[kind.hours], rng.random()))
        second = int(rng.integers(0, 3600))
        at = datetime.combine(
            day, time(hour, second // 60, second % 60), timezone.get_current_timezone()
        )
        if at >= self._until:
            return
        code = self._codes[int(np.searchsorted(self._shares, rng.random()))]
        place = self._places[code][int(rng.integers(len(self._places[code])))]
        east_m, north_m = rng.normal(0.0, 60.0, 2)
        lon, lat = _moved((place.lon, place.lat), float(east_m), float(north_m))
        row = self._classes[kind.code]
        call = Call(
            number=f"110{day:%Y%m%d}{len(self._calls):05}",
            origin="mirror",
            reporter="patrol" if is_sent and rng.random() < 0.04 else "resident",
            initial_class=row,
            final_class=row,
            urgency=row.urgency,
            place_text=f"{place.name}附近",
            lon=lon,
            lat=lat,
            station=self._stations[code] if is_sent else None,
            restriction=row.restriction,
            outcome=kind.outcome,
            status=CallStatus.CLOSED.value,
            reported_at=at,
        )
        number = len(self._calls)
        self._calls.append(call)
        self._words.append(kind.words[int(rng.integers(len(kind.words)))])
        answered = at + _seconds(rng.integers(4, 15))
        entered = answered + _seconds(rng.integers(35, 150))
        self._add(number, Step.REPORTED, at)
        self._add(number, Step.TAKEN, answered)
        if is_sent:
            self._add(number, Step.ENTERED, entered)
            over = self._sent(number, code, entered, kind)
        else:
            over = entered + _seconds(rng.integers(20, 90))
        call.closed_at = over + _seconds(rng.integers(60, 900))
        self._add(number, Step.CLOSED, call.closed_at)

    def _sent(self, number: int, code: str, entered: datetime, kind: Kind) -> datetime:
        """Send a unit and let it come; return when the feedback is there."""
        rng = self._rng
        name = self._stations[code].name
        unit = f"{name}巡逻{1 + int(rng.integers(4))}组"
        assigned = entered + _seconds(rng.lognormal(3.2, 0.6))
        acknowledged = assigned + _seconds(rng.lognormal(3.1, 0.7))
        departed = acknowledged + _seconds(rng.lognormal(3.3, 0.5))
        arrived = departed + _seconds(rng.lognormal(4.9, 0.6))
        finished = arrived + _seconds(60.0 * kind.on_scene_min * rng.lognormal(0, 0.5))
        fed_back = finished + _seconds(rng.lognormal(6.4, 0.8))
        source, near_m = self._witness(code)
        if code == "S10" and source is Source.MIRROR:
            arrived = arrived.replace(second=0, microsecond=0)
        self._add(number, Step.ASSIGNED, assigned, is_units=True)
        dispatch = Dispatch(
            unit_text=unit,
            status=AssignmentStatus.FINISHED.value,
            status_at=finished,
            is_open=False,
        )
        self._dispatches[number] = dispatch
        chance = rng.random()
        if chance < 0.03:
            dispatch.status = AssignmentStatus.STOOD_DOWN.value
            dispatch.status_at = acknowledged
            self._add(number, Step.STOOD_DOWN, acknowledged, is_units=True)
            self._add(number, Step.FED_BACK, fed_back)
            return fed_back
        if chance < 0.04:
            # Somebody pressed before the order was written down.
            arrived = assigned - _seconds(rng.integers(5, 60))
        self._add(number, Step.ACKNOWLEDGED, acknowledged, Source.PHONE, is_units=True)
        self._add(number, Step.DEPARTED, departed, Source.PHONE, is_units=True)
        self._lines.append(_Line(number, Step.ARRIVED, arrived, source, True, near_m))  # noqa: FBT003 -- a line
        self._add(number, Step.FINISHED, finished, Source.PHONE, is_units=True)
        self._add(number, Step.FED_BACK, fed_back)
        return fed_back

    def _witness(self, code: str) -> tuple[Source, float | None]:
        chance = self._rng.random()
        if chance < DESK_SHARES.get(code, 0.06):
            return Source.MIRROR, None
        if chance < 0.8:
            return Source.MACHINE, None
        return Source.PHONE, abs(float(self._rng.normal(0.0, 60.0)))

    def _add(
        self,
        call: int,
        step: Step,
        at: datetime,
        source: Source = Source.MIRROR,
        *,
        is_units: bool = False,
    ) -> None:
        self._lines.append(_Line(call, step, at, source, is_units))

    def _save(self) -> None:
        Call.objects.bulk_create(self._calls, batch_size=BATCH)
        CallerWords.objects.bulk_create(
            (
                CallerWords(call=call, words=words, heard_at=call.reported_at)
                for call, words in zip(self._calls, self._words, strict=True)
            ),
            batch_size=BATCH,
        )
        for number, dispatch in self._dispatches.items():
            dispatch.call = self._calls[number]
        Dispatch.objects.bulk_create(self._dispatches.values(), batch_size=BATCH)
        events = [self._event(line) for line in self._lines]
        CallEvent.objects.bulk_create(events, batch_size=BATCH)
        ArrivalWitness.objects.bulk_create(
            (
                ArrivalWitness(
                    event=event,
                    distance_m=round(line.near_m, 1),
                    position_age_s=20.0,
                    noted_at=line.at,
                )
                for event, line in zip(events, self._lines, strict=True)
                if line.near_m is not None
            ),
            batch_size=BATCH,
        )

        # Whoever had to be asked again afterwards was, in time.
        care.owe_after_care(
            [
                call
                for call in self._calls
                if call.initial_class and call.initial_class.protocol
            ],
            at=self._until,
        )
        owed = list(CallTask.objects.filter(kind=CallTask.AFTER_CARE, ended_at=None))
        for task in owed:
            task.ended_at = (task.due_at or self._until) - timedelta(hours=3)
            task.outcome = "reached"
        CallTask.objects.bulk_update(owed, ["ended_at", "outcome"], batch_size=BATCH)

    def _event(self, line: _Line) -> CallEvent:
        call = self._calls[line.call]
        return CallEvent(
            call=call,
            dispatch=self._dispatches[line.call] if line.is_units else None,
            step=line.step.value,
            happened_at=line.at,
            recorded_at=line.at,
            source=line.source.value,
            key=uuid5(NAMESPACE_URL, f"{call.number}/{line.step}"),
        )


def _seconds(n: object) -> timedelta:
    return timedelta(seconds=round(float(n)))  # type: ignore[arg-type]  # numpy's numbers


def _tell_stories(classes: Mapping[str, CallClass], *, by: User, at: datetime) -> None:
    _three_shops(classes["C2.2"], by=by, at=at)
    _bridge(classes["A1"], by=by, at=at)
    _flood(classes["G1"], by=by, at=at)


def _enter(
    number: str, words: str, place: KeyPlace, row: CallClass, *, by: User, at: datetime
) -> Call:
    return calls.enter_call(
        number=number,
        words=words,
        by=by,
        at=at,
        call_class=row,
        place_text=place.name,
        point=(place.lon, place.lat),
        station=Station.objects.get(code=place.cell.area.station_code),
    )


def _places(kind: str, n: int) -> Sequence[KeyPlace]:
    return list(
        KeyPlace.objects.filter(kind=kind)
        .select_related("cell__area")
        .order_by("code")[:n]
    )


def _three_shops(row: CallClass, *, by: User, at: datetime) -> None:
    """Three shops, each robbed of little, three times in two months."""
    for shop, place in enumerate(_places("mall_market", 3)):
        for number, days_ago in enumerate((48, 27, 9)):
            came = at - timedelta(days=days_ago + shop)
            call = _enter(
                f"DEMO-SHOP-{shop}{number}",
                "货架上又少了东西，数量不多",
                place,
                row,
                by=by,
                at=came,
            )
            calls.close_call(call=call, by=by, at=came + timedelta(minutes=50))


def _bridge(row: CallClass, *, by: User, at: datetime) -> None:
    """Somebody on the bridge the evening before; the contact is overdue today."""
    began = at - timedelta(hours=25)
    [bridge] = _places("water_bridge", 1)
    call = _enter("DEMO-BRIDGE", "有人翻到桥栏杆外面", bridge, row, by=by, at=began)
    for step, minutes in (
        *(("speaker", 2), ("listen", 3), ("means", 3), ("fire_119", 4)),
        *(("keep_clear", 6), ("medical_120", 7), ("handed", 41)),
    ):
        care.tick_step(
            call=call, step=step, by=by, at=began + timedelta(minutes=minutes)
        )
    care.note_result(
        call=call,
        kind="rescued",
        n_counted=1,
        by=by,
        at=began + timedelta(minutes=42),
    )
    calls.feed_back(
        call=call,
        outcome="handed_to_family",
        note="",
        by=by,
        at=began + timedelta(minutes=45),
    )


def _flood(row: CallClass, *, by: User, at: datetime) -> None:
    """A flooded home: a partner brings a pump, two hours of pumping by three parties."""
    began = at - timedelta(hours=9)
    [place] = _places("estate", 1)
    call = _enter("DEMO-FLOOD", "我家被雨水淹了，你们快来", place, row, by=by, at=began)
    pump = LocalHelp.objects.filter(kind="pump", station=call.station).get()
    asked: HelpRequest = resources_services.ask_for_help(
        call=call, row=pump, by=by, at=began + timedelta(minutes=3)
    )
    resources_services.note_answer(
        request=asked, answer="coming", by=by, at=began + timedelta(minutes=5)
    )
    task = care.begin_task(
        call=call,
        kind="pumping",
        parties=[pump.name, "社区网格队", "巡逻1组"],
        by=by,
        at=began + timedelta(minutes=25),
    )
    care.end_task(task=task, by=by, at=began + timedelta(minutes=145))
    calls.feed_back(
        call=call,
        outcome="helped",
        note="积水排净",
        by=by,
        at=began + timedelta(minutes=150),
    )
