"""Fixes are kept once, in their place, of crews on duty and of nobody else."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.factories.devices import secret_of
from tests.rooms.api.conftest import NOW, ON_AT
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.core.geo import Datum, wgs84_to_gcj02
from xunfang.units.duty import services as duty
from xunfang.units.models import Device, Fix, Position, PositionsClock
from xunfang.units.positions import queries, services
from xunfang.units.positions.receiving import Outcome, Receiver, Spot, Upload

pytestmark = pytest.mark.django_db

PLACE = (104.06, 30.67)


@pytest.fixture
def receiver():
    return Receiver()


def spot(at, lon=PLACE[0], lat=PLACE[1], **values):
    return Spot(at.timestamp(), lon, lat, **values)


def hand_in(receiver, device, *spots, at=NOW):
    receiver.refresh()
    known = receiver.known.by_digest[device.token_digest]
    [outcome] = receiver.keep([Upload(known, spots)], at=at)
    return outcome


def kept(shift):
    return list(Fix.objects.filter(shift=shift).values_list("fixed_at", flat=True))


def minutes(n):
    return NOW - timedelta(minutes=n)


def go_off(shift, desk, at):
    duty.report(shift=shift, step=DutyStep.OFF, key=uuid4(), by=desk, at=at)


def test_fix_is_kept_with_all_it_says_and_the_crew_stands_there(out, receiver):
    said = {"speed_mps": 3.5, "heading_deg": 90.0, "accuracy_m": 6.0}

    hand_in(receiver, out.d1, spot(minutes(1), battery_pct=80, **said))

    fix = Fix.objects.get()
    position = Position.objects.get()
    assert (fix.shift, fix.fixed_at, fix.received_at) == (out.one, minutes(1), NOW)
    assert (fix.lon, fix.lat, fix.device_at) == (*PLACE, None)
    assert {name: getattr(fix, name) for name in said} == said
    assert {name: getattr(position, name) for name in said} == said
    assert (position.shift, position.fixed_at) == (out.one, minutes(1))
    assert (position.lon, position.lat, position.battery_pct) == (*PLACE, 80)


def test_same_upload_ten_times_is_kept_once(out, receiver):
    spots = [spot(minutes(n)) for n in (3, 2, 1)]

    for n in range(10):
        hand_in(receiver, out.d1, *spots, at=NOW + timedelta(seconds=n))

    assert kept(out.one) == [minutes(3), minutes(2), minutes(1)]


def test_same_fix_twice_in_one_upload_is_kept_once(out, receiver):
    hand_in(receiver, out.d1, spot(minutes(1)), spot(minutes(1)))

    assert kept(out.one) == [minutes(1)]


def test_late_fix_falls_into_its_place_and_moves_nobody_back(out, receiver):
    hand_in(receiver, out.d1, spot(minutes(1), lon=104.07))
    hand_in(receiver, out.d1, spot(minutes(30), lon=104.01), spot(minutes(20)))

    assert kept(out.one) == [minutes(30), minutes(20), minutes(1)]
    assert Position.objects.get().lon == 104.07


def test_fixes_in_any_order_within_an_upload_leave_the_crew_at_the_newest(
    out, receiver
):
    hand_in(
        receiver,
        out.d1,
        spot(minutes(5), lon=104.02),
        spot(minutes(1), lon=104.03),
        spot(minutes(9), lon=104.01),
    )

    assert kept(out.one) == [minutes(9), minutes(5), minutes(1)]
    assert Position.objects.get().lon == 104.03


def test_two_crews_are_kept_apart_though_they_speak_at_the_same_moment(out, receiver):
    receiver.refresh()
    known = receiver.known.by_digest

    receiver.keep(
        [
            Upload(known[out.d1.token_digest], [spot(minutes(1), lon=104.01)]),
            Upload(known[out.d2.token_digest], [spot(minutes(1), lon=104.02)]),
        ],
        at=NOW,
    )

    assert {p.shift: p.lon for p in Position.objects.all()} == {
        out.one: 104.01,
        out.two: 104.02,
    }
    assert {f.shift: f.lon for f in Fix.objects.all()} == {
        out.one: 104.01,
        out.two: 104.02,
    }


@pytest.mark.rule("CL-17")
def test_device_with_no_crew_on_duty_is_content_and_only_counted(out, receiver):
    outcome = hand_in(receiver, out.d3, spot(minutes(1)), spot(minutes(0)))

    device = Device.objects.get(code="D3")
    assert outcome is Outcome.DONE
    assert (Fix.objects.count(), Position.objects.count()) == (0, 0)
    assert (device.n_off_duty, device.last_heard_at) == (2, None)


@pytest.mark.rule("CL-17")
def test_nothing_is_kept_from_before_or_after_duty(out, receiver, desk):
    off_at = minutes(10)
    go_off(out.one, desk, off_at)

    hand_in(
        receiver,
        out.d1,
        spot(ON_AT - timedelta(seconds=1)),
        spot(minutes(20)),
        spot(off_at + timedelta(seconds=1)),
    )

    assert kept(out.one) == [minutes(20)]
    assert not Position.objects.exists()
    assert Device.objects.get(code="D1").n_off_duty == 2


@pytest.mark.rule("CL-17")
def test_going_off_duty_counts_at_once_though_the_device_was_known_before(
    out, receiver, desk
):
    hand_in(receiver, out.d1, spot(minutes(1)))
    known = receiver.known.by_digest[out.d1.token_digest]
    go_off(out.one, desk, NOW)

    # Nobody has refreshed what the receiver knows.
    later = NOW + timedelta(seconds=5)
    receiver.keep([Upload(known, [spot(later)])], at=later)

    assert kept(out.one) == [minutes(1)]
    assert not Position.objects.exists()


@pytest.mark.rule("CL-17")
def test_who_forgets_to_go_off_duty_is_not_followed_home(out, receiver):
    """The shift ends at 02:00, which is 18:00 UTC; four hours later it is quiet."""
    ends_at = ON_AT + timedelta(hours=6)
    limit = ends_at + queries.LONGEST_OVERTIME
    last, home = limit - timedelta(seconds=1), limit + timedelta(seconds=1)

    hand_in(receiver, out.d1, spot(last), at=last)
    hand_in(receiver, out.d1, spot(home, lon=104.5), at=home)

    assert kept(out.one) == [last]
    assert Position.objects.get().lon == PLACE[0]


def test_device_passed_on_counts_for_each_crew_in_its_time(out, receiver, desk):
    use = out.d1.uses.get()
    services.return_device(use=use, by=desk, at=minutes(30))
    services.take_device(shift=out.two, device=out.d1, by=desk, at=minutes(20))

    hand_in(receiver, out.d1, spot(minutes(40)), spot(minutes(25)), spot(minutes(10)))

    assert kept(out.one) == [minutes(40)]
    assert kept(out.two) == [minutes(10)]


def test_clock_an_hour_ahead_keeps_its_fixes_apart_and_the_crew_on_the_map(
    out, receiver
):
    """What it says last is now; what lay between two fixes is right."""
    hour = timedelta(hours=1)
    spots = [spot(minutes(2) + hour), spot(NOW + hour, lon=104.07)]

    for n in range(10):
        hand_in(receiver, out.d1, *spots, at=NOW + timedelta(seconds=n))

    assert list(Fix.objects.values_list("fixed_at", "device_at")) == [
        (minutes(2), minutes(2) + hour),
        (NOW, NOW + hour),
    ]
    position = Position.objects.get()
    assert (position.lon, position.fixed_at) == (104.07, NOW)
    assert Device.objects.get(code="D1").clock_ahead_s == 3600


def test_clock_an_hour_behind_loses_its_first_hour_and_shows_an_old_position(
    out, receiver
):
    """What came before duty by the device's own word is not kept, though it is wrong."""
    hour = timedelta(hours=1)
    later = NOW + timedelta(minutes=30)

    hand_in(receiver, out.d1, spot(minutes(1) - hour))
    hand_in(receiver, out.d1, spot(later - hour), at=later)

    assert kept(out.one) == [later - hour]
    assert queries.positions([out.one], at=later)[out.one.pk].age_s == 3600


def test_clock_that_is_days_ahead_says_nothing(out, receiver):
    hand_in(receiver, out.d1, spot(NOW + timedelta(days=30)), spot(minutes(1)))

    assert kept(out.one) == [minutes(1)]
    assert Device.objects.get(code="D1").n_unusable == 1


def test_fix_older_than_three_days_is_not_kept(out, receiver):
    hand_in(receiver, out.d1, spot(NOW - timedelta(hours=73)))

    assert not Fix.objects.exists()
    assert Device.objects.get(code="D1").n_unusable == 1


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.CGCS2000, Datum.WGS84])
def test_what_a_device_speaks_is_converted_once(out, receiver, administrator, datum):
    services.revise_device(
        device=out.d1, revision=0, name="甲", datum=datum, by=administrator, at=ON_AT
    )
    said = wgs84_to_gcj02(PLACE) if datum is Datum.GCJ02 else PLACE

    hand_in(receiver, out.d1, spot(minutes(1), float(said[0]), float(said[1])))

    for row in (Fix.objects.get(), Position.objects.get()):
        assert (row.lon, row.lat) == pytest.approx(PLACE, abs=1e-9)


def test_secret_changed_meanwhile_keeps_nothing(out, receiver, administrator):
    receiver.refresh()
    known = receiver.known.by_digest[out.d1.token_digest]
    services.change_secret(device=out.d1, secret="other", by=administrator, at=NOW)

    outcomes = receiver.keep([Upload(known, [spot(minutes(1))])], at=NOW)

    assert outcomes == [Outcome.REVOKED]
    assert not Fix.objects.exists()


def test_switched_off_device_is_unknown_and_leaves_its_crew(
    out, receiver, administrator
):
    services.switch_device(
        device=out.d1, is_active=False, by=administrator, at=minutes(5)
    )
    receiver.refresh()

    assert out.d1.token_digest not in receiver.known.by_digest
    assert out.d1.uses.get().ends_at == minutes(5)


def test_batch_of_many_devices_costs_no_more_statements_than_one(
    out, receiver, django_assert_num_queries
):
    hand_in(receiver, out.d1, spot(minutes(9)))
    receiver.keep([], at=NOW)
    known = receiver.known.by_digest
    uploads = [
        Upload(known[services.digest_of(secret_of(code))], [spot(minutes(n))])
        for code, n in (("D1", 3), ("D2", 3), ("D1", 2), ("D2", 2), ("D1", 1))
    ]

    # Savepoint and its end, the clock, fixes, positions.
    with django_assert_num_queries(5):
        receiver.keep(uploads, at=NOW)

    assert Fix.objects.count() == 6


def test_desk_asks_in_one_query_where_crews_are(
    out, receiver, django_assert_num_queries
):
    hand_in(receiver, out.d1, spot(minutes(2), speed_mps=1.0, battery_pct=50))

    with django_assert_num_queries(1):
        found = queries.positions([out.one, out.two], at=NOW)

    assert found == {
        out.one.pk: queries.Whereabouts(*PLACE, minutes(2), 120, 1.0, None, None, 50)
    }


def test_desk_is_told_what_moved_since_it_last_asked(out, receiver, desk):
    hand_in(receiver, out.d1, spot(minutes(3)))
    first = queries.moves([out.one, out.two], since=0, at=NOW)
    hand_in(receiver, out.d2, spot(minutes(2)))
    second = queries.moves([out.one, out.two], since=first.cursor, at=NOW)
    quiet = queries.moves([out.one, out.two], since=second.cursor, at=NOW)
    go_off(out.one, desk, NOW)
    gone = queries.moves([out.one, out.two], since=quiet.cursor, at=NOW)

    assert (set(first.moved), first.on_map) == ({out.one.pk}, {out.one.pk})
    assert (set(second.moved), second.on_map) == (
        {out.two.pk},
        {out.one.pk, out.two.pk},
    )
    assert (quiet.moved, gone.moved) == ({}, {})
    assert gone.on_map == {out.two.pk}


def test_track_of_a_crew_is_in_the_order_of_its_times(out, receiver):
    hand_in(receiver, out.d1, spot(minutes(3)), spot(minutes(9)), spot(minutes(6)))

    found = queries.track(out.one, since=minutes(9))

    assert [fix.fixed_at for fix in found] == [minutes(6), minutes(3)]


def test_device_is_known_though_nothing_has_ever_been_counted(out, receiver):
    PositionsClock.objects.all().delete()

    receiver.refresh()

    assert set(receiver.known.by_digest) == {
        device.token_digest for device in (out.d1, out.d2, out.d3)
    }
