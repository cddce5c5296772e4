"""A night of Linhe lived through its real entrances, moment by moment.

110's files, 110's machine, the form for calls, the duty desk, the officers' phones and
the devices that say where crews are: each is asked as its user asks it, over HTTP, at the
moment that ``NightOfLinhe.clock`` shows.
"""

import asyncio
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import numpy as np
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.factories import linhe_city
from tests.factories.asgi import ask, basic
from tests.factories.calls import add_class, add_source, go_on_duty
from tests.factories.devices import secret_of, take
from tests.factories.on_duty import entry
from tests.factories.patrolled_night import ZONE, clock
from tests.factories.published_night import name_crews
from tests.towns.linhe import at as node_at
from xunfang.accounts.models import User
from xunfang.api.intake import Intake
from xunfang.api.positions.endpoint import Positions
from xunfang.calls import queries as calls
from xunfang.calls.mirror import services as mirror
from xunfang.calls.models import Call, Dispatch, OfferList
from xunfang.units.duty import queries as duty
from xunfang.units.models import Shift, Station
from xunfang.web.tables import write_csv

EVERY_S = 40
"""A device notes where it is so often: at 20 and 60 seconds of each 80."""
STEPS = ("acknowledged", "departed", "arrived", "finished")


def moment(text: str) -> datetime:
    """Return a moment of the night to the second: ``"25:20:00"`` is twenty past one."""
    hours, minutes, seconds = text.split(":")
    return clock(f"{hours}:{minutes}").replace(second=int(seconds))


def seconds(text: str) -> int:
    """Return a length in seconds: ``"3:05"``, ``"2:38:50"``.

    >>> seconds("3:05"), seconds("2:38:50")
    (185, 9530)
    """
    total = 0
    for part in text.split(":"):
        total = 60 * total + int(part)
    return total


def rows(table: str) -> list[list[str]]:
    """Return the words of each line of a table; a bar between them is for the eye.

    >>> rows("C1 18 | 3580")
    [['C1', '18', '3580']]
    """
    return [line.replace("|", " ").split() for line in table.strip().splitlines()]


def before(when: str, length: str) -> str:
    """Return the time of the night that lies so long before another.

    >>> before("24:00:30", "1:00")
    '23:59:30'
    """
    at = seconds(when) - seconds(length)
    return f"{at // 3600}:{at // 60 % 60:02}:{at % 60:02}"


class Phone:
    """An officer's phone: it queues entries, and sends them when there is signal."""

    def __init__(self, night: "NightOfLinhe", officer: User, shift: Shift) -> None:
        self._night, self._officer, self.shift = night, officer, shift
        self._client = Client()
        self._client.force_login(officer)
        self.has_signal = True
        self.queue: list[dict[str, object]] = []

    def note(self, kind: str, **fields: object) -> None:
        """Note something now, under a key of the phone's own; send it if that can be."""
        self.queue.append(entry(kind, self._night.clock, **fields))
        if self.has_signal:
            answers = self.send()
            assert answers == ["done"], answers
            self.queue.clear()

    def report(self, step: str, **fields: object) -> None:
        """Say what the crew does from now on."""
        self.note("duty", shift=self.shift.pk, step=step, **fields)

    def send(self) -> list[str]:
        """Send what is queued; return what became of each. Nothing is forgotten here."""
        response = self._client.post(
            "/field/sync/",
            json.dumps(
                {
                    "user": self._officer.pk,
                    "sent_at": self._night.clock.isoformat(),
                    "entries": self.queue,
                }
            ),
            content_type="application/json",
        )
        assert response.status_code == 200, response.content
        return [answer["outcome"] for answer in response.json()["answers"]]


@dataclass(eq=False)
class Tracker:
    """A device that notes where its crew is, and sends that in its own format."""

    code: str
    way: Sequence[tuple[str, str]]
    """When it is at which node of Linhe; between two it moves at an even pace."""
    request: Callable[["Tracker", Sequence["Spot"], float], list[dict[str, Any]]]
    has_signal: bool = True
    sent_until: datetime | None = None

    def spots(self, until: datetime) -> list["Spot"]:
        """Return what was noted since it last sent, and count it as sent."""
        begins, ends = (moment(self.way[n][0]).timestamp() for n in (0, -1))
        since = begins if self.sent_until is None else self.sent_until.timestamp()
        known_s = np.arange(begins + EVERY_S / 2, ends, EVERY_S)
        news = known_s[(known_s > since) & (known_s <= until.timestamp())]
        self.sent_until = until
        when = [moment(text).timestamp() for text, _ in self.way]
        where = node_at(*(node for _, node in self.way))
        lon, lat = (np.interp(news, when, where[:, axis]) for axis in (0, 1))
        return list(zip(news.tolist(), lon.tolist(), lat.tolist(), strict=True))


type Spot = tuple[float, float, float]
"""Seconds since 1970, longitude, latitude."""


def in_our_own_format(
    tracker: Tracker, spots: Sequence[Spot], now_s: float
) -> list[dict[str, Any]]:
    """Return one request with all of them."""
    fixes = [{"at": at, "lon": lon, "lat": lat} for at, lon, lat in spots]
    return [
        {
            "path": "/positions/fixes",
            "headers": {"Authorization": f"Bearer {secret_of(tracker.code)}"},
            "body": json.dumps({"sent_at": now_s, "fixes": fixes}).encode(),
        }
    ]


def as_osmand(
    tracker: Tracker, spots: Sequence[Spot], now_s: float
) -> list[dict[str, Any]]:
    """Return a request for each, as OsmAnd and Traccar Client write it."""
    del now_s
    head = f"token={secret_of(tracker.code)}&id={tracker.code}"
    return [
        {
            "path": "/positions/osmand",
            "method": "GET",
            "query": f"{head}&lat={lat}&lon={lon}&timestamp={at:.0f}",
        }
        for at, lon, lat in spots
    ]


def as_owntracks(
    tracker: Tracker, spots: Sequence[Spot], now_s: float
) -> list[dict[str, Any]]:
    """Return a request for each, as OwnTracks writes it."""
    del now_s
    return [
        {
            "path": "/positions/owntracks",
            "headers": basic(tracker.code, secret_of(tracker.code)),
            "body": json.dumps(
                {"_type": "location", "tst": int(at), "lat": lat, "lon": lon}
            ).encode(),
        }
        for at, lon, lat in spots
    ]


@dataclass(eq=False)
class NightOfLinhe:
    """The clock of the night, and everybody who does something in it."""

    clock: datetime
    desk: Client = field(default_factory=Client)
    machine_token: str = field(default_factory=lambda: str(uuid4()))
    officer: User | None = None
    """Who is at the desk."""
    phones: dict[str, Phone] = field(default_factory=dict)
    trackers: list[Tracker] = field(default_factory=list)
    _loop: asyncio.Runner = field(default_factory=asyncio.Runner)
    _due: list[tuple[datetime, int, Callable[[], object]]] = field(default_factory=list)
    _n_planned: int = 0

    def __post_init__(self) -> None:
        """Open the entrance of devices."""
        self._intake = Intake(room_for=10_000, clock=lambda: self.clock)
        self._entrance = Positions(None, self._intake)

    # The clock --------------------------------------------------------------------

    def plan(self, when: str, act: Callable[[], object]) -> None:
        """Have something done when the clock shows a time."""
        self._n_planned += 1
        self._due.append((moment(when), self._n_planned, act))

    def until(self, when: str) -> None:
        """Live on until a time of the clock: all that is due up to then is done."""
        end = moment(when)
        for due in sorted(one for one in self._due if one[0] <= end):
            self._due.remove(due)
            self.clock = due[0]
            due[2]()
        self.clock = end

    # 110 --------------------------------------------------------------------------

    def bring_file(self, *lines: dict[str, object]) -> dict[str, int]:
        """Bring a file of 110's sheets in through its page; return what came of it."""
        header = list(dict.fromkeys(name for line in lines for name in line))
        table = write_csv(
            header, [[line.get(name, "") for name in header] for line in lines]
        )
        page = self.desk.get("/calls/imports/")
        [source] = page.context["form"].fields["source"].queryset
        answer = self.desk.post(
            "/calls/imports/",
            {"source": source.pk, "file": SimpleUploadedFile("110.csv", table)},
        )
        assert answer.status_code == 303, answer.content.decode()
        done = self.desk.get(answer.headers["Location"]).context["done"]
        return {
            "new": done.n_new,
            "changed": done.n_changed,
            "same": done.n_same,
            "wrong": done.n_set_aside + done.n_doubtful,
        }

    def bring_message(self, *lines: dict[str, object]) -> dict[str, int]:
        """Let 110's machine send lines; return what it is told."""
        answer = Client().post(
            "/api/calls/",
            json.dumps({"calls": lines}),
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.machine_token}"},
        )
        assert answer.status_code == 200, answer.content.decode()
        said = answer.json()
        return {name: said[name] for name in ("new", "changed", "same")} | {
            "wrong": len(said["set_aside"])
        }

    def receive(self, row: Sequence[str]) -> None:
        """Let 110's machine tell of a call, and once more: it did not hear our answer."""
        assert self.bring_message(sheet_110(row))["new"] == 1
        again = self.bring_message(sheet_110(row))
        assert again == {"new": 0, "changed": 0, "same": 1, "wrong": 0}

    # The desk ---------------------------------------------------------------------

    def enter(self, row: Sequence[str], *, same_as: str = "") -> None:
        """Type a call of the table; look at what is like it, then save.

        ``same_as`` is the number of the call that it is found to be; else it is none of
        those that are shown.
        """
        number, *_, node, kind, words = row[:8]
        lon, lat = node_at(node)[0]
        form = {
            "key": str(uuid4()),
            "reporter": "resident",
            "words": words,
            "call_class": kind,
            "point": f"{lon:.6f}, {lat:.6f}",
            "phone": f"1390000{number[-3:]}0",
        }
        answer = self.desk.post("/calls/enter/", form)
        if answer.status_code == 422:
            near = answer.context["near"]
            shown = [one.call.number for one in near.similar]
            assert not same_as or same_as in shown, shown
            how = {"joins": same_as, "joins_as": "merged"} if same_as else {}
            answer = self.desk.post("/calls/enter/", form | {"seen": near.seen} | how)
        # Our next number is the one in the table.
        assert answer.headers["Location"] == f"/calls/at/{number}/"

    def send(self, number: str, crew: str, *, leaves: str = "") -> Dispatch:
        """Take a call in hand and send a crew; ``leaves`` is the call it is taken from."""
        call = Call.objects.get(number=number)
        shift = Shift.objects.get(code=crew)
        assert self.desk.get("/desk/", {"call": call.pk}).status_code == 200
        kept = OfferList.objects.filter(call=call).latest("pk")
        form = {"list": kept.pk, "shift": shift.pk, "key": uuid4()}
        url = f"/desk/calls/{call.pk}/send/"
        answer = self.desk.post(url, form)
        if leaves:
            assert answer.status_code == 409
            [leaving] = answer.context["work"].question.leaves
            assert leaving.call.number == leaves
            form |= {
                "list": answer.context["work"].kept.pk,
                "key": answer.context["work"].question.key,
                "preempts": leaving.dispatch.pk,
            }
            answer = self.desk.post(url, form)
        assert answer.status_code == 303, answer.content.decode()
        return self.dispatch(number, crew)

    def press(self, number: str, crew: str, step: str) -> None:
        """Say how far a crew is: on its phone, or at the desk for one without."""
        dispatch = self.dispatch(number, crew)
        if crew in self.phones:
            self.phones[crew].note("press", dispatch=dispatch.pk, step=step)
            return
        answer = self.desk.post(
            f"/desk/sent/{dispatch.pk}/press/", {"step": step, "key": uuid4()}
        )
        assert answer.status_code == 303, answer.content.decode()

    def feed_back(self, number: str, crew: str, outcome: str) -> None:
        """Report how a call ended: from the phone, or on the call's page."""
        if crew in self.phones:
            dispatch = self.dispatch(number, crew)
            self.phones[crew].note("feedback", dispatch=dispatch.pk, outcome=outcome)
            return
        answer = self.desk.post(
            f"/calls/at/{number}/feed-back/",
            {"feed-back-outcome": outcome, "feed-back-note": ""},
        )
        assert answer.status_code == 303, answer.content.decode()

    def close(self, number: str) -> None:
        """Close a call at the desk."""
        call = Call.objects.get(number=number)
        answer = self.desk.post(f"/desk/calls/{call.pk}/close/", {"call": call.pk})
        assert answer.status_code == 303, answer.content.decode()

    def queue(self) -> list[str]:
        """Return the numbers of the queue as the desk shows it."""
        return [row.number for row in self.desk.get("/desk/").context["seen"].calls]

    @staticmethod
    def dispatch(number: str, crew: str) -> Dispatch:
        """Return the part that a crew has, or last had, in a call."""
        return Dispatch.objects.filter(call__number=number, shift__code=crew).latest(
            "pk"
        )

    # The crews --------------------------------------------------------------------

    def set_out(self, crew: str) -> None:
        """Look through the gear, go on duty, take the device along."""
        shift = Shift.objects.get(code=crew)
        if crew in self.phones:
            self.phones[crew].note("gear", shift=shift.pk, way="all")
            self.phones[crew].report("on")
        else:
            go_on_duty(shift, by=self.officer, at=self.clock)
        device = shift.station.devices.get(code=f"D{crew}")
        take(device, shift, by=self.officer, at=self.clock)

    def say(self, crew: str, step: str) -> None:
        """Say what a crew does from now on."""
        if crew in self.phones:
            self.phones[crew].report(step)
            return
        shift = Shift.objects.get(code=crew)
        answer = self.desk.post(f"/desk/units/{shift.pk}/report/", {"step": step})
        assert answer.status_code == 303

    def state_of(self, crew: str):
        """Return what a crew does at this moment, and since when."""
        shift = Shift.objects.get(code=crew)
        now = duty.standings([shift], calls.open_assignments([shift]))[shift.pk]
        return now.state.value, now.since, now.rule.is_patrol

    # Positions --------------------------------------------------------------------

    def send_positions(self) -> None:
        """Let every device that has signal send what it has noted."""
        requests = [
            request
            for tracker in self.trackers
            if tracker.has_signal and (spots := tracker.spots(self.clock))
            for request in tracker.request(tracker, spots, self.clock.timestamp())
        ]
        statuses = self._loop.run(self._ask_all(requests))
        assert set(statuses) <= {200}, statuses

    async def _ask_all(self, requests: Iterable[dict[str, Any]]) -> list[int]:
        asked = [ask(self._entrance, **request) for request in requests]
        return [answer.status for answer in await asyncio.gather(*asked)]

    def end(self) -> None:
        """Let nothing run on."""
        self._loop.run(self._intake.stop())
        self._loop.close()


def local(text: str) -> str:
    """Write a moment of the night as 110's sheets do."""
    return f"{moment(text).astimezone(ZONE):%Y-%m-%d %H:%M:%S}"


def prepare(
    *, officer: User, administrator: User, night: NightOfLinhe, classes: dict[str, int]
) -> Station:
    """Streets, station, three crews with names, classes by urgency, 110 as a source."""
    night.desk.force_login(officer)
    night.officer = officer
    linhe_city.import_streets(by=officer)
    station = linhe_city.build_city()
    linhe_city.add_crew(station, "3")
    name_crews(station)
    for number, (name, urgency) in enumerate(classes.items()):
        add_class(f"ours-{number}", name=name, urgency=urgency)
    source = add_source(by=administrator, at=night.clock)
    mirror.open_feed(
        source=source,
        name="110平台",
        secret=night.machine_token,
        by=administrator,
        at=night.clock,
    )
    return station


def sheet_110(row: Sequence[str], *more: dict[str, str]) -> dict[str, object]:
    """Return a call as 110 tells it; more clocks are of another station's crew."""
    number, _, reported, taken, hung_up, node, kind, words, *_ = row
    lon, lat = node_at(node)[0]
    clocks = {"报警时间": reported, "接警时间": taken, "接警完成时间": hung_up}
    for some in more:
        clocks |= some
    return {
        "接警单编号": number,
        "报警内容": words,
        "联系电话": f"1380000{number}",
        "警情类别": kind,
        "经度": f"{lon:.6f}",
        "纬度": f"{lat:.6f}",
        "处警单位": "渡口所警组" if more else "",
    } | {name: local(clock) for name, clock in clocks.items()}
