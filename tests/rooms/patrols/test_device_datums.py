"""A device in another datum than was entered is found by its way, and put right."""

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories.devices import add_device, take
from tests.factories.patrolled_night import clock, go, log
from xunfang.audit.models import Event
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.core.geo import Datum, from_wgs84, short_distance_m
from xunfang.patrols import tasks
from xunfang.patrols.runs.datums import look_at_datums
from xunfang.units.models import Device, Fix, Shift
from xunfang.units.positions.receiving import Receiver, Spot, Upload

pytestmark = pytest.mark.django_db

AT = clock("20:00")
WAY = "AEFVGHMS"


@pytest.fixture
def car(streets, station):
    shift = Shift.objects.get(code="1")
    log(shift, ("18:00", DutyStep.ON, "car"))
    return shift


@pytest.fixture
def administrator(account):
    return account("administrator", station_code="")


@pytest.fixture
def device(car, administrator, duty_officer):
    """Entered as WGS-84."""
    device = add_device("D1", car.station, by=administrator, at=clock("18:00"))
    take(device, car, by=duty_officer, at=clock("18:00"))
    return device


def drive(shift, device, *, sends, begins):
    """Let the device tell the way in its datum; return where it really was."""
    go(shift, WAY, begins=begins)
    mine = Fix.objects.filter(shift=shift, device=None).order_by("fixed_at")
    truth = list(mine.values_list("fixed_at", "lon", "lat"))
    mine.delete()
    places = np.array([place for _, *place in truth])
    spots = [
        Spot(fixed_at.timestamp(), lon, lat)
        for (fixed_at, *_), (lon, lat) in zip(
            truth, from_wgs84(places, sends).tolist(), strict=True
        )
    ]
    receiver = Receiver()
    receiver.refresh()
    known = receiver.known.by_digest[device.token_digest]
    receiver.keep([Upload(known, spots)], at=truth[-1][0])
    return places


def off_m(shift, places):
    stored = Fix.objects.filter(shift=shift).order_by("-fixed_at")[: len(places)]
    there = np.array([(fix.lon, fix.lat) for fix in stored])[::-1]
    return float(short_distance_m(there, places).max())


@pytest.mark.parametrize("sends", [Datum.GCJ02, Datum.BD09])
def test_device_in_another_datum_is_warned_of_and_set_right_with_one_press(
    client, car, device, administrator, sends, monkeypatch
):
    places = drive(car, device, sends=sends, begins="19:00")
    assert off_m(car, places) > 300

    look_at_datums(at=AT)

    device.refresh_from_db()
    assert device.likely_datum == sends
    event = Event.objects.get(kind="device.datum_judged")
    assert event.detail == {"datum": "wgs84", "likely": sends.value}
    client.force_login(administrator)
    monkeypatch.setattr(timezone, "now", lambda: AT)
    assertContains(client.get("/devices/"), "疑似发送")
    url = f"/devices/{device.pk}/"
    assertContains(client.get(url), "请将坐标系改为")

    remedy = {"revision": device.revision, "name": device.name, "datum": sends.value}
    client.post(url, remedy)

    assertNotContains(client.get(url), "请将坐标系改为")
    device.refresh_from_db()
    later = drive(car, device, sends=sends, begins="20:30")
    assert off_m(car, later) < 1
    look_at_datums(at=AT + timedelta(hours=1))
    device.refresh_from_db()
    assert (device.datum, device.likely_datum) == (sends, "")


def test_device_that_is_set_to_another_datum_than_it_sends_is_found_as_well(
    car, device
):
    Device.objects.update(datum=Datum.GCJ02)
    drive(car, device, sends=Datum.WGS84, begins="19:00")

    assert look_at_datums(at=AT) == ["D1"]

    assert Device.objects.get().likely_datum == Datum.WGS84


def test_right_device_is_not_doubted_and_doubt_stays_while_nothing_is_shown(
    car, device
):
    Device.objects.update(likely_datum=Datum.BD09)

    assert look_at_datums(at=AT) == []
    assert Device.objects.get().likely_datum == Datum.BD09
    drive(car, device, sends=Datum.WGS84, begins="19:00")
    assert look_at_datums(at=AT) == []
    assert Device.objects.get().likely_datum == ""


def test_worker_asks_every_hour_when_it_folds(car, device, monkeypatch):
    drive(car, device, sends=Datum.GCJ02, begins="19:00")
    monkeypatch.setattr(timezone, "now", lambda: AT)

    tasks.fold_positions.func()

    assert Device.objects.get().likely_datum == Datum.GCJ02
