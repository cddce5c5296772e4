"""The roll-call of a round: nobody is forgotten, nobody sits twice."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories.linhe_city import AFTERNOON, NIGHT, add_station
from tests.factories.people import add_person, add_station_unit, add_unit
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.patrols.models import MusterEntry, MusterVehicle, Round
from xunfang.patrols.rounds import muster
from xunfang.patrols.rounds import page as round_page
from xunfang.patrols.rounds import services as rounds
from xunfang.patrols.rounds.services import RoundPlan

pytestmark = pytest.mark.django_db

EIGHT = datetime(2026, 8, 14, 12, tzinfo=UTC)


@pytest.fixture
def planned(duty_officer):
    plan = RoundPlan("统一夜巡", NIGHT, 1200, 1410, 180)
    return rounds.plan_round(plan=plan, by=duty_officer, at=AFTERNOON)


@pytest.fixture
def unit(db):
    return add_unit("TJ", name="特警支队")


@pytest.fixture
def do(planned, duty_officer):
    """Call a service of the muster on the planned round."""

    def do(service, **values):
        return service(
            **{"planned": planned, "by": duty_officer, "at": AFTERNOON} | values
        )

    return do


def name(do, unit, n, *, force="special"):
    people = [add_person(f"{unit.code}{i:03d}", unit) for i in range(n)]
    return do(muster.name_people, people=people, force=force)


@pytest.mark.row("A04")
def test_hundred_people_in_26_vehicles_depart_only_when_nobody_is_unassigned(
    client, do, planned, duty_officer
):
    """Three forces; 23 vehicles of four seats and three of one are 95 seats: five
    people are left, and go on foot.
    """
    forces = {"special": 40, "patrol": 35, "traffic": 25}
    for code, (force, n) in zip(("TJ", "XF", "JJ"), forces.items(), strict=True):
        name(do, add_unit(code), n, force=force)
    for number in range(1, 27):
        n_seats = 4 if number <= 23 else 1
        do(muster.add_vehicle, call_sign=f"巡{number:02d}", seats=n_seats)
    client.force_login(duty_officer)
    url = f"/rounds/{planned.pk}"

    with pytest.raises(rounds.SomebodyUnassigned):
        rounds.depart(planned=planned, departed_at=EIGHT, by=duty_officer, at=EIGHT)
    client.post(f"{url}/muster/seat-rest/")
    view = round_page.muster_of(duty_officer, planned)
    refused = client.post(f"{url}/depart/", {"departed_at": "2026-08-14T20:00"})
    do(muster.send_on_foot, entries=view.unassigned)
    view_at_last = round_page.muster_of(duty_officer, planned)
    rounds.depart(planned=planned, departed_at=EIGHT, by=duty_officer, at=EIGHT)

    assert (view.n_named, view.n_unassigned, view.n_free) == (100, 5, 0)
    assert refused.status_code == 409
    assert "还有人员既未安排乘车也未安排步行" in refused.content.decode()
    assert view_at_last.n_unassigned == 0
    assert len(view_at_last.vehicles) == 26
    entries = MusterEntry.objects.filter(round=planned)
    assert entries.count() == 100
    assert all((e.vehicle_id is None) == e.is_on_foot for e in entries)
    for vehicle in MusterVehicle.objects.all():
        assert vehicle.entries.count() <= vehicle.seats
    assert [(f.name, f.n_named) for f in view.forces] == [
        ("特警", 40),
        ("巡防", 35),
        ("交警", 25),
    ]
    planned.refresh_from_db()
    assert planned.state == Round.DEPARTED


def test_more_people_than_seats_are_refused_and_nobody_moves(do, unit):
    entries = name(do, unit, 3)
    car = do(muster.add_vehicle, call_sign="巡01", seats=2)

    with pytest.raises(muster.NoSeatLeft):
        do(muster.seat, entries=entries, vehicle=car)

    assert not MusterEntry.objects.filter(vehicle=car).exists()
    do(muster.seat, entries=entries[:2], vehicle=car)
    # Who sits there already takes no second seat.
    do(muster.seat, entries=entries[:2], vehicle=car)
    assert MusterEntry.objects.filter(vehicle=car).count() == 2


def test_database_refuses_a_seat_for_who_walks(do, unit):
    [entry] = name(do, unit, 1)
    car = do(muster.add_vehicle, call_sign="巡01", seats=2)
    do(muster.send_on_foot, entries=[entry])

    with pytest.raises(IntegrityError), transaction.atomic():
        MusterEntry.objects.filter(pk=entry.pk).update(vehicle=car)


def test_absent_people_free_their_seat_and_do_not_hold_up_the_round(
    client, do, unit, planned, duty_officer
):
    entries = name(do, unit, 2)
    car = do(muster.add_vehicle, call_sign="巡01", seats=2)
    do(muster.seat, entries=entries, vehicle=car)
    muster.let_drive(entry=entries[0], by=duty_officer, at=AFTERNOON)
    client.force_login(duty_officer)

    client.post(f"/muster/{entries[0].pk}/call/", {"presence": "absent"})
    answer = client.post(f"/muster/{entries[1].pk}/call/", {"presence": "present"})

    gone, there = MusterEntry.objects.order_by("person__code")
    assert (gone.presence, gone.vehicle, gone.is_driver) == ("absent", None, False)
    assert (there.presence, there.vehicle) == ("present", car)
    assert answer.headers["Location"] == (
        f"/rounds/{planned.pk}/muster/#call-{entries[1].pk}"
    )
    rounds.depart(planned=planned, departed_at=EIGHT, by=duty_officer, at=EIGHT)
    assert Event.objects.get(kind="round.departed").detail["people"] == 1


def test_a_vehicle_has_one_driver_and_who_leaves_it_does_not_drive(
    do, unit, duty_officer
):
    entries = name(do, unit, 2)
    car = do(muster.add_vehicle, call_sign="巡01", seats=2)
    van = do(muster.add_vehicle, call_sign="巡02", seats=2)
    do(muster.seat, entries=entries, vehicle=car)
    for entry in entries:
        muster.let_drive(entry=entry, by=duty_officer, at=AFTERNOON)

    drivers = list(MusterEntry.objects.filter(is_driver=True))
    do(muster.seat, entries=[entries[1]], vehicle=van)

    assert drivers == [entries[1]]
    assert not MusterEntry.objects.filter(is_driver=True).exists()


def test_muster_stands_still_once_the_round_has_departed(
    do, unit, planned, duty_officer
):
    [entry] = name(do, unit, 1)
    do(muster.send_on_foot, entries=[entry])
    rounds.depart(planned=planned, departed_at=EIGHT, by=duty_officer, at=EIGHT)

    with pytest.raises(rounds.RoundStepOutOfTurn):
        do(muster.take_out, entries=[entry])
    with pytest.raises(rounds.RoundStepOutOfTurn):
        muster.note_presence(
            entry=entry, presence="absent", by=duty_officer, at=AFTERNOON
        )

    entry.refresh_from_db()
    assert entry.is_on_foot


def test_people_are_named_by_unit_or_by_service_number_once(
    client, planned, unit, duty_officer
):
    for code in ("100001", "100002"):
        add_person(code, unit)
    add_person("100003", unit, is_serving=False)
    client.force_login(duty_officer)
    url = f"/rounds/{planned.pk}/muster/people/"

    by_number = client.post(url, {"codes": "100001，100009", "force": "special"})
    one = client.post(url, {"codes": "100001", "force": "special"})
    all_of_it = client.post(url, {"unit": unit.pk, "force": "special"})
    again = client.post(url, {"unit": unit.pk, "force": "special"})

    assert by_number.status_code == 422
    assert "查无此警号：100009" in by_number.content.decode()
    assert (one.status_code, all_of_it.status_code, again.status_code) == (
        303,
        303,
        409,
    )
    named = MusterEntry.objects.values_list("person__code", flat=True)
    assert sorted(named) == ["100001", "100002"]


def test_vehicles_are_added_line_by_line_all_or_none(client, planned, duty_officer):
    client.force_login(duty_officer)
    url = f"/rounds/{planned.pk}/muster/vehicles/"

    unmasked = client.post(url, {"vehicles": "巡01 5 云A12345"})
    no_seats = client.post(url, {"vehicles": "巡01 5\n巡02 五座"})
    twice = client.post(url, {"vehicles": "巡01 5\n巡01 7"})
    n_before = MusterVehicle.objects.count()
    good = client.post(url, {"vehicles": "巡01 5 云A·**12\n\n巡02 7"})

    assert [a.status_code for a in (unmasked, no_seats, twice)] == [422, 422, 409]
    assert "第 2 行" in no_seats.content.decode()
    assert n_before == 0
    assert good.status_code == 303
    assert list(
        MusterVehicle.objects.values_list("call_sign", "seats", "masked_mark")
    ) == [
        ("巡01", 5, "云A·**12"),
        ("巡02", 7, ""),
    ]


def test_empty_vehicle_is_removed_and_a_taken_one_is_not(do, unit, duty_officer):
    [entry] = name(do, unit, 1)
    car = do(muster.add_vehicle, call_sign="巡01", seats=2)
    do(muster.seat, entries=[entry], vehicle=car)

    with pytest.raises(muster.VehicleTaken):
        muster.remove_vehicle(vehicle=car, by=duty_officer, at=AFTERNOON)
    do(muster.strike_out, entries=[entry])
    muster.remove_vehicle(vehicle=car, by=duty_officer, at=AFTERNOON)

    assert not MusterVehicle.objects.exists()
    assert not MusterEntry.objects.exists()


def test_chosen_people_are_moved_from_the_page(client, do, unit, planned, duty_officer):
    entries = name(do, unit, 3)
    car = do(muster.add_vehicle, call_sign="巡01", seats=1)
    client.force_login(duty_officer)
    url = f"/rounds/{planned.pk}/muster/move/"

    client.post(url, {"entries": [entries[0].pk], "to": car.pk})
    full = client.post(url, {"entries": [entries[1].pk], "to": car.pk})
    client.post(url, {"entries": [entries[1].pk], "to": "foot"})
    client.post(url, {"entries": [entries[2].pk], "to": "strike"})
    nobody = client.post(url, {"to": "foot"})

    assert (full.status_code, nobody.status_code) == (409, 422)
    assert "空座不足" in full.content.decode()
    rows = MusterEntry.objects.order_by("person__code")
    assert [(r.vehicle, r.is_on_foot) for r in rows] == [(car, False), (None, True)]


def test_somebody_of_one_station_reads_only_that_stations_names(
    client, do, planned, unit, account
):
    station = add_station()
    add_person("700001", add_station_unit(station), name="本所民警")
    add_person("700002", unit, name="外单位民警")
    people = [*unit.people.all(), *station.unit.people.all()]
    entries = do(muster.name_people, people=people, force="patrol")
    do(
        muster.seat,
        entries=entries,
        vehicle=do(muster.add_vehicle, call_sign="巡01", seats=4),
    )
    local = account("duty_officer", username="local", station_code="S01")
    client.force_login(local)

    for url in (f"/rounds/{planned.pk}/", f"/rounds/{planned.pk}/muster/"):
        page = client.get(url).content.decode()
        assert "本所民警" in page
        assert "外单位民警" not in page
        assert "另有其他单位 1 人" in page
    with pytest.raises(NotAllowed):
        muster.note_presence(
            entry=entries[0], presence="present", by=local, at=AFTERNOON
        )


def test_muster_costs_the_same_for_one_person_and_for_many(
    client, do, unit, planned, duty_officer
):
    client.force_login(duty_officer)
    name(do, unit, 1)
    do(muster.add_vehicle, call_sign="巡01", seats=4)
    do(muster.seat_rest)

    def n_queries(url):
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    urls = (f"/rounds/{planned.pk}/", f"/rounds/{planned.pk}/muster/")
    before = [n_queries(url) for url in urls]
    for code in ("XF", "JJ"):
        name(do, add_unit(code), 3)
        do(muster.add_vehicle, call_sign=code, seats=3)
    do(muster.seat_rest)

    assert [n_queries(url) for url in urls] == before
