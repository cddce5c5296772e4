"""A clock that is behind is told from fixes that are late, and put right."""

from datetime import timedelta

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from tests.rooms.api.conftest import NOW, ON_AT
from xunfang.audit.models import Event
from xunfang.core.geo import Datum, wgs84_to_gcj02
from xunfang.units.models import Device, Fix, Position
from xunfang.units.positions import services
from xunfang.units.positions.receiving import Receiver, Spot, Upload

pytestmark = pytest.mark.django_db

PLACE = (104.06, 30.67)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
LATER = NOW + timedelta(minutes=30)
"""The crew has been out for an hour and a half: an hour ago it was on duty too."""


@pytest.fixture
def receiver():
    return Receiver()


def tell(receiver, device, at, *said_at, place=PLACE, **values):
    """Let a device say at ``at`` that it was somewhere at moments of its own clock."""
    receiver.refresh()
    known = receiver.known.by_digest[device.token_digest]
    spots = [Spot(moment.timestamp(), *place) for moment in said_at]
    receiver.keep([Upload(known, spots, **values)], at=at)


def tell_live(receiver, device, *, behind, minutes=12, begins=LATER, **values):
    """Let it report every minute, by a clock that is behind; return when."""
    times = [begins + n * MINUTE for n in range(minutes)]
    for at in times:
        tell(receiver, device, at, at - behind, **values)
    return times


def kept(shift):
    return list(Fix.objects.filter(shift=shift).values_list("fixed_at", "device_at"))


@pytest.mark.rule("CL-17")
@pytest.mark.parametrize("behind", [HOUR, 8 * HOUR])
def test_clock_behind_is_found_within_ten_minutes_and_nothing_counts_at_a_wrong_time(
    out, receiver, behind
):
    """Eight hours is a terminal that takes Greenwich for Beijing: "before" its duty."""
    times = tell_live(receiver, out.d1, behind=behind)

    device = Device.objects.get(code="D1")
    assert device.clock_behind_s == behind.total_seconds()
    right = [(at, at - behind) for at in times]
    # By its own word it was off duty then: nothing was kept that could be put right.
    assert kept(out.one) == (right if behind == HOUR else right[10:])
    assert Position.objects.get().fixed_at == times[-1]
    event = Event.objects.get(kind="device.clock_judged")
    assert event.detail == {"behind_s": behind.total_seconds()}


@pytest.mark.rule("CL-17")
def test_fix_of_a_clock_behind_is_judged_by_the_time_put_right(out, receiver, desk):
    tell_live(receiver, out.d1, behind=HOUR)
    off_at = LATER + timedelta(minutes=20)
    services.return_device(use=out.d1.uses.get(), by=desk, at=off_at)
    n_before = Fix.objects.count()

    at = off_at + timedelta(minutes=5)
    tell(receiver, out.d1, at, at - HOUR)

    assert Fix.objects.count() == n_before


def test_same_fix_of_a_clock_behind_is_kept_once(out, receiver):
    times = tell_live(receiver, out.d1, behind=HOUR)
    n_before = Fix.objects.count()

    for n in range(10):
        at = times[-1] + timedelta(seconds=n)
        tell(receiver, out.d1, at, *(time - HOUR for time in times))

    assert Fix.objects.count() == n_before


def test_saved_up_fixes_are_late_and_no_sign_of_a_wrong_clock(out, receiver):
    """An hour without signal is told in twelve minutes, faster than it passed."""
    times = [NOW - 20 * MINUTE + n * MINUTE for n in range(60)]
    for n, said_at in enumerate(times):
        tell(receiver, out.d1, LATER + n * timedelta(seconds=12), said_at)

    assert kept(out.one) == [(said_at, None) for said_at in times]
    assert Device.objects.get(code="D1").clock_behind_s is None


def test_one_timely_fix_clears_a_clock(out, receiver):
    tell_live(receiver, out.d1, behind=HOUR, minutes=9)
    at = LATER + 9 * MINUTE
    tell(receiver, out.d1, at, at)
    tell_live(receiver, out.d1, behind=HOUR, minutes=9, begins=at + MINUTE)

    assert Device.objects.get(code="D1").clock_behind_s is None


def test_clock_set_right_is_believed_again(out, receiver):
    times = tell_live(receiver, out.d1, behind=HOUR)
    at = times[-1] + MINUTE

    tell(receiver, out.d1, at, at)

    assert kept(out.one)[-1] == (at, None)
    assert Device.objects.get(code="D1").clock_behind_s is None


def test_our_own_format_says_itself_what_its_clock_shows(out, receiver):
    tell_live(receiver, out.d1, behind=HOUR, is_clock_right=True)

    assert Device.objects.get(code="D1").clock_behind_s is None
    assert kept(out.one)[0] == (LATER - HOUR, None)


def test_what_is_put_right_afterwards_is_not_converted_again(
    out, receiver, administrator
):
    services.revise_device(
        device=out.d1,
        revision=0,
        name="甲",
        datum=Datum.GCJ02,
        by=administrator,
        at=ON_AT,
    )
    said = tuple(wgs84_to_gcj02(PLACE).tolist())

    tell_live(receiver, out.d1, behind=HOUR, place=said)

    for fix in Fix.objects.all():
        assert (fix.lon, fix.lat) == pytest.approx(PLACE, abs=1e-9)


@pytest.mark.rule("CL-17")
def test_device_with_no_crew_is_not_watched(out, receiver):
    tell_live(receiver, out.d3, behind=HOUR)

    assert not Fix.objects.exists()
    assert Device.objects.get(code="D3").clock_behind_s is None


def test_page_warns_of_a_clock_behind_until_it_is_right(
    client, out, receiver, administrator
):
    client.force_login(administrator)
    times = tell_live(receiver, out.d1, behind=HOUR)
    url = f"/devices/{out.d1.pk}/"

    assertContains(client.get("/devices/"), "时钟偏慢")
    assertContains(client.get(url), "该设备时钟慢 60 分钟")
    tell(receiver, out.d1, times[-1] + MINUTE, times[-1] + MINUTE)
    assertNotContains(client.get(url), "该设备时钟慢")
