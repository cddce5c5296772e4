"""Devices: added with a secret shown once, taken along by crews on duty, switched off."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import linhe_city
from tests.factories.calls import add_shift, go_on_duty
from tests.factories.devices import add_device, take
from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.factories.people import add_person, assign
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.core.geo import Datum
from xunfang.units.duty import services as duty
from xunfang.units.models import Device, DeviceUse, PositionsClock
from xunfang.units.positions import services

pytestmark = pytest.mark.django_db

LATER = AFTERNOON + timedelta(minutes=5)


@pytest.fixture
def administrator(account):
    return account("administrator", station_code="")


@pytest.fixture
def device(station, administrator):
    return add_device("D1", station, by=administrator, at=AFTERNOON)


@pytest.fixture
def crew(station, desk):
    shift = add_shift(NIGHT, station, "1")
    go_on_duty(shift, by=desk, at=AFTERNOON)
    return shift


def kinds():
    return list(
        Event.objects.filter(kind__startswith="device.")
        .order_by("pk")
        .values_list("kind", flat=True)
    )


NEW = {
    "revision": 0,
    "code": "13800138000",
    "name": "一号车",
    "station": "S01",
    "protocol": "osmand",
    "datum": "gcj02",
}


def test_device_is_added_and_its_secret_shown_once(client, station, administrator):
    client.force_login(administrator)

    response = client.post("/devices/add/", NEW)

    device = Device.objects.get()
    secret = response.context["secret"]
    assertContains(response, f"/positions/osmand?token={secret}")
    assert response.headers["Cache-Control"] == "no-store"
    assert (device.code, device.datum, device.station) == (
        "13800138000",
        "gcj02",
        station,
    )
    assert device.token_digest == services.digest_of(secret)
    assertNotContains(client.get(f"/devices/{device.pk}/"), secret)
    assert secret not in str(list(Event.objects.values_list("detail", flat=True)))


def test_terminal_number_is_kept_as_its_frames_say_it_and_it_may_register_for_a_day(
    client, station, administrator
):
    client.force_login(administrator)

    response = client.post(
        "/devices/add/", NEW | {"protocol": "jt808", "code": "013800138000"}
    )

    device = Device.objects.get()
    assert device.code == "13800138000"
    assert device.registers_until == AFTERNOON + timedelta(hours=24)
    assertContains(response, "鉴权码")


@pytest.mark.parametrize(
    ("wrong", "status"), [({"code": "D1"}, 409), ({"code": "a b"}, 422)]
)
def test_device_that_cannot_be_added_keeps_what_was_typed(
    client, device, administrator, wrong, status
):
    client.force_login(administrator)

    response = client.post("/devices/add/", NEW | wrong)

    assert (response.status_code, Device.objects.count()) == (status, 1)
    assertContains(response, "一号车", status_code=status)


def test_station_administrator_adds_no_device_of_another_station(
    client, account, station
):
    client.force_login(account("administrator", station_code="S02"))

    assert client.post("/devices/add/", NEW).status_code == 422
    assert not Device.objects.exists()


def test_correction_made_from_an_older_page_is_refused_and_shows_what_changed(
    client, device, administrator
):
    client.force_login(administrator)
    services.revise_device(
        device=device,
        revision=0,
        name="甲",
        datum=Datum.BD09,
        by=administrator,
        at=AFTERNOON,
    )

    response = client.post(
        f"/devices/{device.pk}/", {"revision": 0, "name": "乙", "datum": "wgs84"}
    )

    device.refresh_from_db()
    assert (response.status_code, device.name) == (409, "甲")
    assertContains(response, "BD-09", status_code=409)
    assertContains(response, 'value="乙"', status_code=409)


def test_new_secret_and_switching_off_are_on_record_and_noticed(
    client, device, crew, desk, administrator
):
    take(device, crew, by=desk, at=AFTERNOON)
    client.force_login(administrator)
    edition = PositionsClock.objects.get().edition

    response = client.post(f"/devices/{device.pk}/secret/")
    client.post(f"/devices/{device.pk}/switch/", {"on": "0"})
    off = Device.objects.get()
    client.post(f"/devices/{device.pk}/switch/", {"on": "1"})

    assert off.token_digest == services.digest_of(response.context["secret"])
    assert (off.is_active, Device.objects.get().is_active) == (False, True)
    assert DeviceUse.objects.get().ends_at == AFTERNOON
    assert PositionsClock.objects.get().edition == edition + 3
    assert kinds() == [
        "device.added",
        "device.taken",
        "device.secret_changed",
        "device.switched",
        "device.switched",
    ]


def test_list_of_devices_costs_no_more_for_three_than_for_one(
    client, station, device, administrator
):
    client.force_login(administrator)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get("/devices/")
    for n in (2, 3):
        add_device(f"D{n}", station, by=administrator, at=AFTERNOON)

    with CaptureQueriesContext(connection) as three:
        page = client.get("/devices/?q=")

    assert len(one) == len(three)
    assertContains(page, "手机D3")
    assertNotContains(client.get("/devices/?q=D2"), "手机D3")
    assertContains(client.get("/devices/?q=D9"), "没有符合条件的设备")


def test_crew_on_duty_takes_a_device_and_brings_it_back(client, device, crew, desk):
    client.force_login(desk)

    response = client.post(f"/duty/devices/crews/{crew.pk}/", {"device": "D1"})
    use = DeviceUse.objects.get()
    page = client.get("/duty/devices/")
    client.post(f"/duty/devices/{use.pk}/back/")
    client.post(f"/duty/devices/{use.pk}/back/")

    assert response.status_code == 303
    assert (use.device, use.shift, use.begins_at, use.ends_at) == (
        device,
        crew,
        AFTERNOON,
        None,
    )
    assertContains(page, "手机D1")
    assert DeviceUse.objects.get().ends_at == AFTERNOON
    assert kinds() == ["device.added", "device.taken", "device.returned"]


def test_officer_takes_a_device_for_the_own_crew_and_for_no_other(
    client, account, device, crew, station, headquarters, desk
):
    officer = account("patrol_officer")
    assign(crew, add_person("1", headquarters, account=officer))
    other = add_shift(NIGHT, station, "2")
    go_on_duty(other, by=desk, at=AFTERNOON)
    client.force_login(officer)

    page = client.get("/duty/devices/")
    refused = client.post(f"/duty/devices/crews/{other.pk}/", {"device": "D1"})
    client.post(f"/duty/devices/crews/{crew.pk}/", {"device": "D1"})

    assertContains(page, "1组")
    assertNotContains(page, "2组")
    assert refused.status_code == 404
    assert DeviceUse.objects.get().shift == crew


def test_taking_twice_changes_nothing_and_two_crews_do_not_share_a_device(
    client, device, crew, station, desk
):
    other = add_shift(NIGHT, station, "2")
    go_on_duty(other, by=desk, at=AFTERNOON)
    take(device, crew, by=desk, at=AFTERNOON)
    client.force_login(desk)

    take(device, crew, by=desk, at=LATER)
    response = client.post(f"/duty/devices/crews/{other.pk}/", {"device": "D1"})

    assert DeviceUse.objects.get().begins_at == AFTERNOON
    assertContains(response, "已被其他警组领用", status_code=409)
    with pytest.raises(services.DeviceWithOthers):
        take(device, other, by=desk, at=LATER)


@pytest.mark.rule("CL-17")
def test_crew_off_duty_takes_nothing_along_and_going_off_ends_it(
    device, crew, station, desk
):
    take(device, crew, by=desk, at=AFTERNOON)
    off = add_shift(NIGHT, station, "2")

    duty.report(shift=crew, step=DutyStep.OFF, key=uuid4(), by=desk, at=LATER)

    assert DeviceUse.objects.get().ends_at == LATER
    for shift in (crew, off):
        with pytest.raises(duty.NotOnDuty):
            take(device, shift, by=desk, at=LATER)


def test_switched_off_device_and_device_of_others_stay_where_they_are(
    account, device, crew, desk, station_desk, administrator
):
    elsewhere = linhe_city.add_station("S02", "河东所")
    theirs = add_device("D2", elsewhere, by=administrator, at=AFTERNOON)
    services.switch_device(
        device=device, is_active=False, by=administrator, at=AFTERNOON
    )

    with pytest.raises(services.DeviceSwitchedOff):
        take(device, crew, by=desk, at=AFTERNOON)
    with pytest.raises(NotAllowed):
        take(theirs, crew, by=station_desk, at=AFTERNOON)
    with pytest.raises(NotAllowed):
        take(theirs, crew, by=account("patrol_officer"), at=AFTERNOON)
    assert not DeviceUse.objects.exists()


def test_page_of_crews_costs_no_more_for_three_than_for_one(
    client, device, crew, station, desk
):
    client.force_login(desk)
    with CaptureQueriesContext(connection) as one:
        client.get("/duty/devices/")
    for code in ("2", "3"):
        shift = add_shift(NIGHT, station, code)
        go_on_duty(shift, by=desk, at=AFTERNOON)

    with CaptureQueriesContext(connection) as three:
        page = client.get("/duty/devices/")

    assert len(one) == len(three)
    assertContains(page, "3组")
