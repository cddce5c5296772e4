"""Devices report over HTTP: what they send, and the answers they wait for.

The payloads are those of the documentation of OsmAnd, Traccar Client and OwnTracks.
"""

import asyncio
import json
import threading
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection

from tests.factories.asgi import ask, basic
from tests.factories.devices import secret_of
from tests.rooms.api.conftest import NOW
from xunfang.api import intake as intakes
from xunfang.api.intake import Intake
from xunfang.api.positions.endpoint import Positions
from xunfang.units.models import Device, Fix, Position
from xunfang.units.positions.receiving import Receiver
from xunfang.units.positions.services import change_secret

# The intake writes in a thread of its own, which sees only what is committed.
pytestmark = pytest.mark.django_db(transaction=True)

TOKEN = f"token={secret_of('D1')}"
AT_S = (NOW - timedelta(minutes=1)).timestamp()
PLACE = "lat=30.67&lon=104.06"

OSMAND = {
    "osmand with everything": (
        (
            f"{TOKEN}&id=D1&{PLACE}&timestamp={AT_S}&hdop=1.2&altitude=500&speed=10"
            "&bearing=45&accuracy=8&batt=77.4"
        ),
        (104.06, 30.67, 10 * 1852 / 3600, 45.0, 8.0, 77),
    ),
    "traccar client 8, milliseconds": (
        (
            f"{TOKEN}&deviceid=D1&timestamp={int(AT_S * 1000)}&{PLACE}&speed=0.0"
            "&bearing=-1.0&accuracy=12.5&charge=true"
        ),
        (104.06, 30.67, 0.0, None, 12.5, None),
    ),
    "place in one field, time in words": (
        (
            f"{TOKEN}&location=30.67%2C104.06&timestamp=2026-08-14T12%3A59%3A00Z"
            "&heading=180"
        ),
        (104.06, 30.67, None, 180.0, None, None),
    ),
    "no time: now": (f"{TOKEN}&{PLACE}", (104.06, 30.67, None, None, None, None)),
}
TRACCAR_9 = {
    "location": {
        "timestamp": "2026-08-14T20:59:00.000+08:00",
        "coords": {
            "latitude": 30.67,
            "longitude": 104.06,
            "accuracy": 8.5,
            "speed": 4.2,
            "heading": 270.5,
            "altitude": 495.3,
        },
        "is_moving": True,
        "odometer": 3200.0,
        "event": "motionchange",
        "battery": {"level": 0.82, "is_charging": False},
        "activity": {"type": "in_vehicle"},
        "extras": {},
    },
    "device_id": "D1",
}
OWNTRACKS = {
    "_type": "location",
    "BSSID": "b4:f2:67:48:50:a2",
    "acc": 13,
    "alt": 500,
    "batt": 66,
    "bs": 1,
    "cog": 90,
    "conn": "w",
    "lat": 30.67,
    "lon": 104.06,
    "m": 1,
    "t": "u",
    "tid": "D1",
    "topic": "owntracks/desk/D1",
    "tst": int(AT_S),
    "vac": 10,
    "vel": 36,
}
FIXES = {
    "sent_at": NOW.timestamp(),
    "fixes": [
        {"at": AT_S - 60, "lon": 104.05, "lat": 30.67},
        {
            "at": AT_S,
            "lon": 104.06,
            "lat": 30.67,
            "speed_mps": 2.0,
            "heading_deg": 10.0,
            "accuracy_m": 5.0,
            "battery_pct": 44,
        },
    ],
}


@pytest.fixture(autouse=True)
def _answers_quickly(monkeypatch):
    monkeypatch.setattr(intakes, "REFRESH_EVERY_S", 0.05)


async def pages(scope, receive, send):
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": b"a page"})


@asynccontextmanager
async def listening(**values):
    intake = Intake(**{"room_for": 1000, "clock": lambda: NOW} | values)
    yield Positions(pages, intake)
    await intake.stop()


def asked(path, **values):
    """Ask once, and answer with what was answered."""

    async def go():
        async with listening() as application:
            return await ask(application, path, **values)

    return asyncio.run(go())


def position():
    found = Position.objects.get()
    return (
        *(found.lon, found.lat, found.speed_mps, found.heading_deg),
        *(found.accuracy_m, found.battery_pct),
    )


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("name", OSMAND)
def test_osmand_and_traccar_by_query_and_by_form(out, name, method):
    fields, expected = OSMAND[name]
    sent = (
        {"query": fields}
        if method == "GET"
        else {"query": TOKEN, "body": fields.encode()}
    )

    answer = asked("/positions/osmand", method=method, **sent)

    assert (answer.status, answer.body) == (200, b"")
    assert position() == pytest.approx(expected)


def test_traccar_client_9_speaks_json_and_metres_a_second(out):
    answer = asked(
        "/positions/osmand/", query=TOKEN, body=json.dumps(TRACCAR_9).encode()
    )

    assert (answer.status, answer.body) == (200, b"")
    assert position() == (104.06, 30.67, 4.2, 270.5, 8.5, 82)
    assert Fix.objects.get().fixed_at.timestamp() == AT_S


@pytest.mark.parametrize(
    "document",
    [
        {"device_id": "D1"},
        {"location": {"event": "heartbeat", "is_moving": False}, "device_id": "D1"},
    ],
)
def test_sign_of_life_without_a_place_is_welcome(out, document):
    answer = asked("/positions/osmand", query=TOKEN, body=json.dumps(document).encode())

    assert (answer.status, Fix.objects.count()) == (200, 0)


def test_owntracks_by_user_and_password_in_kilometres_an_hour(out):
    answer = asked(
        "/positions/owntracks",
        headers=basic("D1", secret_of("D1"))
        | {"X-Limit-U": "desk", "X-Limit-D": "phone"},
        body=json.dumps(OWNTRACKS).encode(),
    )

    assert (answer.status, answer.body) == (200, b"[]")
    assert position() == (104.06, 30.67, 10.0, 90.0, 13.0, 66)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"_type": "lwt", "tst": 1755176400}',
        b'{"_type": "transition", "lat": 30.6, "lon": 104.0, "event": "enter"}',
        b'{"_type": "waypoints", "waypoints": []}',
        b'{"_type": "status"}',
    ],
)
def test_owntracks_hears_an_empty_list_for_whatever_is_no_fix(out, body):
    answer = asked(
        "/positions/owntracks", headers=basic("D1", secret_of("D1")), body=body
    )

    assert (answer.status, answer.body, Fix.objects.count()) == (200, b"[]", 0)


def test_encrypted_owntracks_is_counted_so_that_somebody_sees_it(out):
    body = b'{"_type": "encrypted", "data": "a8Zk"}'

    answer = asked(
        "/positions/owntracks", headers=basic("D1", secret_of("D1")), body=body
    )

    assert (answer.status, Device.objects.get(code="D1").n_unusable) == (200, 1)


@pytest.mark.parametrize("hours_wrong", [0, 1, -1, 5])
def test_our_own_format_puts_a_wrong_clock_right(out, hours_wrong):
    wrong_s = hours_wrong * 3600
    sent = {
        "sent_at": FIXES["sent_at"] + wrong_s,
        "fixes": [fix | {"at": fix["at"] + wrong_s} for fix in FIXES["fixes"]],
    }

    answer = asked(
        "/positions/fixes",
        headers={"Authorization": f"Bearer {secret_of('D1')}"},
        body=json.dumps(sent).encode(),
    )

    assert answer.status == 200
    assert [fix.fixed_at.timestamp() for fix in Fix.objects.all()] == [AT_S - 60, AT_S]
    assert position() == (104.06, 30.67, 2.0, 10.0, 5.0, 44)


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("/positions/osmand", {"query": f"id=D1&{PLACE}"}, 401),
        ("/positions/osmand", {"query": f"token=wrong&id=D1&{PLACE}"}, 401),
        ("/positions/osmand", {"query": f"{TOKEN}&id=D2&{PLACE}"}, 404),
        ("/positions/osmand", {"query": f"{TOKEN}&lat=north&lon=1"}, 400),
        ("/positions/osmand", {"query": f"{TOKEN}&location=30.6"}, 400),
        ("/positions/osmand", {"query": f"{TOKEN}&{PLACE}&timestamp=noon"}, 400),
        ("/positions/osmand", {"query": TOKEN, "body": b"{"}, 400),
        ("/positions/osmand", {"query": TOKEN, "body": b'{"location": 3}'}, 400),
        ("/positions/osmand", {"method": "PUT", "query": TOKEN}, 405),
        ("/positions/owntracks", {"method": "GET", "query": TOKEN}, 405),
        ("/positions/owntracks", {"headers": basic("D2", secret_of("D1"))}, 401),
        ("/positions/owntracks", {"headers": {"Authorization": "Basic %%"}}, 401),
        ("/positions/fixes", {"query": TOKEN, "body": b'{"fixes": 3}'}, 400),
        ("/positions/fixes", {"query": TOKEN, "body": b"[" * 100_000}, 400),
        ("/positions/fixes", {"query": TOKEN, "body": b"x" * 300_000}, 413),
        ("/positions/elsewhere", {"query": TOKEN}, 404),
        ("/tonight/", {"query": TOKEN}, 299),
    ],
)
def test_what_is_not_right_is_refused_and_keeps_nothing(out, path, sent, status):
    assert asked(path, **sent).status == status
    assert not Fix.objects.exists()


@pytest.mark.parametrize("place", ["lat=91&lon=104", "lat=0&lon=0", "lat=30&lon=181"])
def test_place_that_is_none_does_not_block_the_queue_of_the_phone(out, place):
    answer = asked("/positions/osmand", query=f"{TOKEN}&{place}&timestamp={AT_S}")

    assert (answer.status, Fix.objects.count()) == (200, 0)
    assert Device.objects.get(code="D1").n_unusable == 1


@pytest.mark.rule("CL-17")
def test_phone_with_no_crew_on_duty_is_answered_200_and_nothing_is_kept(out):
    answer = asked("/positions/osmand", query=f"token={secret_of('D3')}&id=D3&{PLACE}")

    assert (answer.status, Fix.objects.count()) == (200, 0)
    assert Device.objects.get(code="D3").n_off_duty == 1


def fixes_of(n, *, code="D1", every_s=1.0):
    return [
        {
            "path": "/positions/osmand",
            "query": f"token={secret_of(code)}&{PLACE}&timestamp={AT_S - k * every_s}",
        }
        for k in range(n)
    ]


async def statuses(application, requests):
    return await asyncio.gather(*(ask(application, **one) for one in requests))


class Held(Receiver):
    """A disk that does nothing until it is let go."""

    def __init__(self):
        super().__init__()
        self.gate = threading.Event()

    def keep(self, uploads, *, at):
        self.gate.wait(30)
        return super().keep(uploads, at=at)


def test_full_queue_sends_away_and_loses_nothing_that_it_took(out):
    held = Held()

    async def go():
        async with listening(room_for=5, receiver=held) as application:
            asking = asyncio.create_task(statuses(application, fixes_of(8)))
            await asyncio.sleep(0.2)
            held.gate.set()
            return await asking

    answers = asyncio.run(go())

    assert [answer.status for answer in answers] == [200] * 5 + [503] * 3
    assert {a.headers.get("retry-after") for a in answers[5:]} == {"5"}
    assert Fix.objects.count() == 5


def test_disk_that_hangs_is_not_waited_for_and_who_comes_back_is_kept_once(
    out, monkeypatch
):
    monkeypatch.setattr(intakes, "PATIENCE_S", 0.2)
    held = Held()

    async def go():
        async with listening(receiver=held) as application:
            first = await statuses(application, fixes_of(3))
            held.gate.set()
            again = await statuses(application, fixes_of(3))
            return [a.status for a in first], [a.status for a in again]

    assert asyncio.run(go()) == ([503] * 3, [200] * 3)
    assert Fix.objects.count() == 3


def test_disk_that_fails_confirms_nothing_and_works_again_when_it_is_mended(out):
    class Failing(Receiver):
        is_broken = True

        def keep(self, uploads, *, at):
            outcomes = super().keep(uploads, at=at)
            if self.is_broken:
                raise DatabaseError("disk I/O error")
            return outcomes

    failing = Failing()

    async def go():
        async with listening(receiver=failing) as application:
            first = await statuses(application, fixes_of(3))
            failing.is_broken = False
            again = await statuses(application, fixes_of(3))
            return [a.status for a in first], [a.status for a in again]

    assert asyncio.run(go()) == ([503] * 3, [200] * 3)
    assert Fix.objects.count() == 3


def test_locked_database_is_waited_for(out):
    """Somebody else writes for a while: whoever reports is answered after that."""
    if connection.vendor != "sqlite":
        pytest.skip("there is no lock on the whole of PostgreSQL")
    import sqlite3  # noqa: PLC0415 -- for the embedded database only

    other = sqlite3.connect(
        connection.settings_dict["NAME"], isolation_level=None, check_same_thread=False
    )

    async def go():
        async with listening() as application:
            await ask(application, "/positions/osmand", query=TOKEN)
            other.execute("BEGIN IMMEDIATE")
            asking = asyncio.create_task(statuses(application, fixes_of(3)))
            await asyncio.sleep(0.3)
            assert not asking.done()
            other.execute("COMMIT")
            return [answer.status for answer in await asking]

    assert asyncio.run(go()) == [200] * 3
    assert Fix.objects.count() == 3
    other.close()


def test_new_secret_is_known_without_a_restart(out, administrator):
    def change():
        change_secret(device=out.d3, secret="another", by=administrator, at=NOW)
        connection.close()

    async def go():
        async with listening() as application:
            query = f"token=another&{PLACE}"
            before = await ask(application, "/positions/osmand", query=query)
            await asyncio.to_thread(change)
            for _ in range(100):
                await asyncio.sleep(0.05)
                after = await ask(application, "/positions/osmand", query=query)
                if after.status == 200:
                    break
            return before.status, after.status

    assert asyncio.run(go()) == (401, 200)
