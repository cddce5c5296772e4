"""JT/T 808: frames as the specification and terminals write them, and a terminal's day."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import xor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.devices import add_device, secret_of, take
from tests.rooms.api.conftest import NOW, ON_AT
from xunfang.api.intake import Intake
from xunfang.api.jt808.frames import (
    BrokenFrame,
    Frame,
    Splitter,
    close_frame,
    open_frame,
)
from xunfang.api.jt808.gateway import Gateway
from xunfang.api.jt808.messages import (
    Registration,
    fix_in,
    fixes_in,
    registered,
    secret_in,
)
from xunfang.api.jt808.session import Session
from xunfang.units.models import Device, Fix, Position
from xunfang.units.positions import services

PHONE = "13800138000"

FIX_2013 = (
    "7e 02 00 00 1c 01 38 00 13 80 00 00 07 00 00 00 00 00 00 00 03 01 d3 fc b0 06 33"
    " d4 60 01 f4 01 68 00 2d 26 08 14 20 59 00 5d 7e"
)
"""Alarm 0; state ACC on and fixed; 30670000 and 104060000 millionths of a degree (01d3fcb0,
0633d460); 500 m, 36.0 km/h, 45°, 2026-08-14 20:59:00 of Beijing."""

REGISTER_2019 = (
    "7E 01 00 40 54 01 00 00 00 00 00 02 23 45 67 89 00 00 00 0B 00 65"
    " 01 23 45 67 89 AB CD EF 00 00 00"
    f" 01 23 45 67 89 AB CD EF {'00' * 22}"
    f" 01 23 45 67 89 AB CD EF {'00' * 22}"
    " 01 BE A9 44 31 32 33 34 35 93 7E"
)
REGISTERED_2019 = (
    "7E 81 00 40 17 01 00 00 00 00 00 02 23 45 67 89 00 00 00 00 00 6E 75 67 6D 51 52"
    " 56 34 61 78 6C 4C 47 6A 6A 6F 6E 41 3D 3D 13 7E"
)
"""Between a terminal of the edition of 2019 and a platform, as published by a maker of
platforms (JT808教程:终端的注册)."""

REGISTERED_2013 = (
    "7E 81 00 00 0C 04 04 57 10 31 66 00 30 00 30 00 73 68 75 61 6E 67 77 65 69 E0 7E"
)


def between_flags(text):
    return bytes.fromhex(text)[1:-1]


def test_fix_of_2013_is_read():
    frame = open_frame(between_flags(FIX_2013))
    [spot] = fix_in(frame.body).spots

    assert (frame.message, frame.phone, frame.serial) == (0x0200, PHONE, 7)
    assert (spot.lon, spot.lat) == pytest.approx((104.06, 30.67))
    assert (spot.speed_mps, spot.heading_deg) == pytest.approx((10.0, 45.0))
    assert datetime.fromtimestamp(spot.at_s, UTC) == NOW - timedelta(minutes=1)


@pytest.mark.parametrize(
    ("state", "lon", "lat"),
    [(0b0010, 104.06, 30.67), (0b0110, 104.06, -30.67), (0b1110, -104.06, -30.67)],
)
def test_hemispheres_are_bits_of_the_state(state, lon, lat):
    body = bytearray(open_frame(between_flags(FIX_2013)).body)
    body[4:8] = state.to_bytes(4)

    [spot] = fix_in(bytes(body)).spots

    assert (spot.lon, spot.lat) == pytest.approx((lon, lat))


def test_fix_without_a_fix_says_nothing_and_one_without_a_time_is_counted():
    body = bytearray(open_frame(between_flags(FIX_2013)).body)
    timeless = bytes(body[:22]) + bytes.fromhex("261314205900")
    body[4:8] = (0b0001).to_bytes(4)

    assert (fix_in(bytes(body)).spots, fix_in(bytes(body)).n_unusable) == ((), 0)
    assert (fix_in(timeless).spots, fix_in(timeless).n_unusable) == ((), 1)


def test_registration_of_2019_is_read_and_answered_as_a_platform_answers_it():
    frame = open_frame(between_flags(REGISTER_2019))

    assert (frame.message, frame.phone, frame.version) == (0x0100, "223456789", 1)
    answer = registered(frame, Registration.DONE, "nugmQRV4axlLGjjonA==", serial=0)
    assert close_frame(answer) == bytes.fromhex(REGISTERED_2019)


def test_registration_of_2013_is_answered_as_a_platform_answers_it():
    asked = Frame(0x0100, 0x30, "40457103166", b"")

    answer = registered(asked, Registration.DONE, "shuangwei", serial=0x30)

    assert close_frame(answer) == bytes.fromhex(REGISTERED_2013)


def test_secret_stands_alone_in_2013_and_after_its_length_in_2019():
    late = b"\x06secret" + b"123456789012345" + b"1.0".ljust(20, b"\x00")

    assert secret_in(Frame(0x0102, 0, PHONE, b"secret")) == "secret"
    assert secret_in(Frame(0x0102, 0, PHONE, late, version=1)) == "secret"
    with pytest.raises(BrokenFrame):
        secret_in(Frame(0x0102, 0, PHONE, b"\x09secret", version=1))


@pytest.mark.parametrize(
    "text",
    [
        FIX_2013.replace("5d 7e", "5c 7e"),
        FIX_2013.replace("00 1c", "00 1d").replace("5d 7e", "5c 7e"),
        FIX_2013.replace("01 38 00", "0a 38 00").replace("5d 7e", "56 7e"),
        "7e 7d 03 7e",
        "7e 7d 7e",
        "7e 00 7e",
        "7e 02 00 02 7e",
    ],
)
def test_what_is_no_frame_is_refused(text):
    with pytest.raises(BrokenFrame):
        open_frame(between_flags(text))


frames = st.builds(
    Frame,
    message=st.integers(0, 0xFFFF),
    serial=st.integers(0, 0xFFFF),
    phone=st.integers(1, 10**12 - 1).map(str),
    body=st.binary(max_size=1023),
    version=st.none() | st.integers(0, 255),
)


@given(frames, st.integers(1, 40))
def test_what_is_written_is_read_again_in_whatever_pieces_it_comes(frame, size):
    stream = close_frame(frame) * 2
    splitter = Splitter()

    pieces = [stream[n : n + size] for n in range(0, len(stream), size)]
    found = [one for piece in pieces for one in splitter.feed(piece)]

    assert [open_frame(one) for one in found] == [frame, frame]
    assert all(b"\x7e" not in one for one in found)


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_noise_never_breaks_what_finds_and_opens_frames(pieces):
    splitter = Splitter()

    for piece in pieces:
        for found in splitter.feed(piece):
            try:
                frame = open_frame(found)
            except BrokenFrame:
                continue
            assert isinstance(frame, Frame)


@given(st.binary(max_size=200), st.none() | st.just(1))
def test_noise_in_a_body_is_read_or_refused(body, version):
    frame = Frame(0x0200, 0, PHONE, body, version)

    for read in (fix_in, fixes_in, lambda _: secret_in(frame)):
        try:
            read(body)
        except BrokenFrame:
            continue


def test_stream_without_flags_does_not_grow():
    splitter = Splitter()

    for _ in range(100):
        assert splitter.feed(b"x" * 1000) == []

    assert len(splitter._rest) <= 4096


class Nothing:
    """An intake that nothing may reach."""

    known = type("Known", (), {"by_digest": {}})()


@given(frames, st.integers(0, 0xFFFF), st.integers(0, 0xFFFF))
def test_stranger_is_refused_whatever_it_says(frame, n_parts, part):
    """All but registration, which asks the database."""
    if frame.message in {0x0001, 0x0100}:
        return
    session = Session(Nothing(), make_secret=str)

    answer = asyncio.run(session.answer(close_frame(frame)[1:-1]))

    told = open_frame(answer[1:-1])
    assert (told.message, told.phone) == (0x8001, frame.phone)
    assert told.body[:4] == frame.serial.to_bytes(2) + frame.message.to_bytes(2)
    assert told.body[4] != 0


def message(number, serial, body=b"", *, version=None, parts=None):
    """Write a message with code that shares nothing with ours."""
    properties = len(body) | (0x4000 if version is not None else 0)
    properties |= 0x2000 if parts else 0
    content = number.to_bytes(2) + properties.to_bytes(2)
    content += b"" if version is None else bytes([version])
    content += bytes.fromhex(PHONE.zfill(12 if version is None else 20))
    content += serial.to_bytes(2)
    content += b"".join(n.to_bytes(2) for n in parts) if parts else b""
    content += body
    content += bytes([reduce(xor, content)])
    return (
        b"\x7e"
        + content.replace(b"\x7d", b"\x7d\x01").replace(b"\x7e", b"\x7d\x02")
        + b"\x7e"
    )


def fix_body(at, *, lon=104.06, lat=30.67):
    local = (at + timedelta(hours=8)).strftime("%y%m%d%H%M%S")
    return (
        bytes(4)
        + (3).to_bytes(4)
        + round(lat * 1e6).to_bytes(4)
        + round(lon * 1e6).to_bytes(4)
        + bytes.fromhex("01f4 0168 002d")
        + bytes.fromhex(local)
        + bytes.fromhex("01 04 00 00 0f a0")
    )


def batch(*bodies):
    return (
        len(bodies).to_bytes(2)
        + b"\x01"
        + b"".join(len(body).to_bytes(2) + body for body in bodies)
    )


@asynccontextmanager
async def terminal():
    """A terminal that has dialled the gateway: a function that says and hears."""
    intake = Intake(room_for=1000, clock=lambda: NOW)
    gateway = Gateway(intake)
    server = await gateway.listen("127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())

    async def say(frame):
        writer.write(frame)
        await reader.readuntil(b"\x7e")
        answer = await asyncio.wait_for(reader.readuntil(b"\x7e"), 20)
        return open_frame(answer[:-1])

    yield say
    writer.close()
    server.close()
    await gateway.stop()
    await intake.stop()


@pytest.fixture
def vehicle(out, administrator, desk):
    """The terminal of crew 1."""
    device = add_device(
        PHONE, out.station, by=administrator, at=ON_AT, protocol="jt808"
    )
    take(device, out.one, by=desk, at=ON_AT)
    return device


def minutes(n):
    return NOW - timedelta(minutes=n)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("version", [None, 1])
def test_day_of_a_terminal(vehicle, out, version):
    """It registers, authenticates, beats, reports, and sends what it could not before."""

    async def day():
        async with terminal() as say:
            early = await say(message(0x0200, 1, fix_body(minutes(9)), version=version))
            hello = await say(message(0x0100, 2, bytes(84), version=version))
            secret = hello.body[3:]
            shown = secret if version is None else bytes([len(secret)]) + secret
            heard = [
                await say(message(0x0102, 3, shown, version=version)),
                await say(message(0x0002, 4, version=version)),
                await say(message(0x0200, 5, fix_body(minutes(1)), version=version)),
                await say(
                    message(
                        0x0704,
                        6,
                        batch(fix_body(minutes(5)), fix_body(minutes(4))),
                        version=version,
                    )
                ),
                await say(message(0x0900, 7, b"\x00", version=version)),
            ]
            return early, hello, heard

    early, hello, heard = asyncio.run(day())

    assert early.body == bytes.fromhex("0001 0200 01")
    assert (hello.message, hello.body[:3]) == (0x8100, bytes.fromhex("0002 00"))
    assert [answer.body.hex(" ", 2) for answer in heard] == [
        "00 0301 0200",
        "00 0400 0200",
        "00 0502 0000",
        "00 0607 0400",
        "00 0709 0003",
    ]
    assert {answer.version for answer in heard} == {version}
    assert [fix.fixed_at for fix in Fix.objects.all()] == [
        minutes(5),
        minutes(4),
        minutes(1),
    ]
    assert Position.objects.get().shift == out.one


@pytest.mark.django_db(transaction=True)
def test_terminal_registers_once_and_a_stranger_with_its_number_does_not(vehicle):
    async def twice():
        async with terminal() as say:
            first = await say(message(0x0100, 1, bytes(25)))
            second = await say(message(0x0100, 2, bytes(25)))
            old = await say(message(0x0102, 3, secret_of(PHONE).encode()))
            return first.body[2], second.body[2:], old.body[4]

    assert asyncio.run(twice()) == (0, b"\x03", 1)
    device = Device.objects.get(code=PHONE)
    assert device.registers_until is None


@pytest.mark.django_db(transaction=True)
def test_unknown_number_is_told_so(out):
    async def ask():
        async with terminal() as say:
            return (await say(message(0x0100, 1, bytes(25)))).body[2:]

    assert asyncio.run(ask()) == b"\x04"


@pytest.mark.django_db(transaction=True)
def test_batch_in_parts_is_put_together_in_any_order(vehicle):
    whole = batch(*(fix_body(minutes(n)) for n in range(1, 41)))
    first, second = whole[:1000], whole[1000:]

    async def send():
        async with terminal() as say:
            await say(message(0x0102, 1, secret_of(PHONE).encode()))
            await say(message(0x0704, 3, second, parts=(2, 2)))
            return await say(message(0x0704, 2, first, parts=(2, 1)))

    assert asyncio.run(send()).body[4] == 0
    assert Fix.objects.count() == 40


@pytest.mark.django_db(transaction=True)
@pytest.mark.rule("CL-17")
def test_terminal_of_a_crew_off_duty_is_content_and_nothing_is_kept(vehicle, desk):
    services.return_device(use=vehicle.uses.get(), by=desk, at=minutes(30))

    async def send():
        async with terminal() as say:
            await say(message(0x0102, 1, secret_of(PHONE).encode()))
            return await say(message(0x0200, 2, fix_body(minutes(1))))

    assert asyncio.run(send()).body[4] == 0
    assert not Fix.objects.exists()
    assert Device.objects.get(code=PHONE).n_off_duty == 1


@pytest.mark.django_db(transaction=True)
def test_noise_on_the_line_does_not_disturb_what_comes_after_it(vehicle):
    async def send():
        async with terminal() as say:
            noise = b"GET / HTTP/1.1\r\n\r\n\x7e\x7e\x02\x00\x7e\x7d\x7e"
            return await say(noise + message(0x0102, 1, secret_of(PHONE).encode()))

    assert asyncio.run(send()).body[4] == 0
