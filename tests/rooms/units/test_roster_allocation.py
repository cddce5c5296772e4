"""Headquarters' people to the night's groups, from the database and back into it."""

import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.factories.people import assign
from tests.factories.rosters import (
    N_GROUPS,
    Linhe,
    add_absence,
    build_ten_stations,
    work,
)
from xunfang.accounts.models import Standing
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.core.planning.secondment.people import PoolEmpty
from xunfang.core.planning.secondment.repair import ChangeKind
from xunfang.units.models import Assignment, Part, Shift, Station
from xunfang.units.roster import night as roster
from xunfang.units.roster.allocation import (
    Change,
    allocate_night,
    fill_station,
    repair_night,
)
from xunfang.units.roster.refusals import NightOver

pytestmark = pytest.mark.django_db


@pytest.fixture
def duty_officer(account):
    return account("duty_officer", station_code="")


def crews(night=NIGHT) -> dict[str, list[str]]:
    """Who is in which crew; a stand-in in brackets, a local officer after a plus."""
    shown = {Part.MEMBER: "{}", Part.JOINED: "+{}", Part.STAND_IN: "({})"}
    return {
        shift.code: [
            shown[Part(one.part)].format(one.person.code)
            for one in shift.assignments.order_by("part", "person__code")
        ]
        for shift in Shift.objects.filter(night=night).order_by("code")
    }


@pytest.mark.row("D01", "D02", "D03", "D05")
def test_104_people_go_to_ten_stations_and_every_group_is_held_and_stood_in_for(
    duty_officer,
):
    """A proven best allocation of 440 people, kept in under three seconds."""
    stations = build_ten_stations()

    began = time.process_time()
    filled = allocate_night(night=NIGHT, by=duty_officer, at=AFTERNOON)
    took_s = time.process_time() - began

    out = roster.who_goes_out(night=NIGHT, stations=stations)
    at = dict(Shift.objects.values_list("pk", "station__code"))
    by_station = Counter(at[pk] for pk, crew in out.items() for _ in crew.members)
    members = [holder for crew in out.values() for holder in crew.members]
    assert took_s < 3
    assert filled.shortages == ()
    assert by_station == {
        f"S{n:02}": 4 * n_groups for n, n_groups in enumerate(N_GROUPS, start=1)
    }
    assert len({holder.number for holder in members}) == len(members) == 104
    assert Counter(holder.standing for holder in members) == {
        Standing.SWORN: 70,
        Standing.AUXILIARY: 34,
    }
    assert all(crew.stand_ins for crew in out.values())
    assert roster.conflicts(night=NIGHT, stations=stations) == ()
    assert sorted(Shift.objects.values_list("group_number", flat=True)) == [
        *range(1, 27)
    ]


@pytest.mark.row("D01", "D11")
def test_nobody_goes_out_more_often_than_allowed_over_a_fortnight(duty_officer):
    """One group of two and one, seven who may go: nights go round."""
    linhe = Linhe()
    nights = [NIGHT + timedelta(days=n) for n in range(14)]
    for night in nights:
        linhe.group(night=night)
        allocate_night(night=night, by=duty_officer, at=AFTERNOON)

    out = Assignment.objects.filter(part=Part.MEMBER, shift__night__gte=NIGHT)
    n_nights = Counter(out.values_list("person__code", flat=True))
    faults = [
        conflict.code
        for night in nights
        for conflict in roster.conflicts(night=night, stations=[linhe.station])
        if conflict.is_fault
    ]
    assert max(n_nights.values()) <= 5
    auxiliaries = [n for code, n in n_nights.items() if code.startswith("HA")]
    assert sorted(auxiliaries) == [4, 4, 5]
    # Five officers of five nights each: 25 of 28 places, then nobody may go.
    assert sum(n for code, n in n_nights.items() if code[1].isdigit()) == 25
    assert set(faults) <= {"crew_empty"}


@pytest.mark.row("D02")
def test_group_keeps_its_number_from_night_to_night_and_has_it_once(
    linhe, duty_officer
):
    """S02 had 2 and 3; a third group of its own gets the first number never given."""
    other = linhe_city.add_station("S02", "城北所")
    before = NIGHT - timedelta(days=1)
    linhe.group(1, night=before)
    for number in (2, 3):
        linhe_city.add_crew(
            other, f"N{number}", night=before, is_seconded=True, group_number=number
        )
    for code in ("Na", "Nb", "Nc"):
        linhe_city.add_crew(other, code, is_seconded=True)
    linhe.group(1, group_number=None)

    allocate_night(night=NIGHT, by=duty_officer, at=AFTERNOON)

    tonight = Shift.objects.filter(night=NIGHT).order_by("code")
    assert [(shift.code, shift.group_number) for shift in tonight] == [
        ("G1", 1),
        ("Na", 2),
        ("Nb", 3),
        ("Nc", 4),
    ]


def test_what_was_put_in_by_hand_stays_unless_asked_to_begin_afresh(
    linhe, duty_officer
):
    """H5 has worked most, and yet stays; afresh, those go who have worked least."""
    group = linhe.group(n_auxiliary=0)
    assign(group, linhe.seconded[4])
    work(linhe.seconded[4], linhe.station, 5, 7)
    for person in linhe.seconded[:3]:
        work(person, linhe.station, 5)

    allocate_night(night=NIGHT, by=duty_officer, at=AFTERNOON, may_join_local=False)
    assert crews()["G1"] == ["H4", "H5", "(H1)"]

    allocate_night(
        night=NIGHT, by=duty_officer, at=AFTERNOON, is_afresh=True, may_join_local=False
    )
    kept = crews()["G1"]
    assert "H4" in kept
    assert "H5" not in kept


@pytest.mark.row("D05")
def test_free_local_officer_goes_along_if_that_is_wanted(linhe, duty_officer):
    """L1 is out with a crew of the station; L2 has least before, by name."""
    assign(linhe.crew(), linhe.sworn[0])
    linhe.group()

    allocate_night(night=NIGHT, by=duty_officer, at=AFTERNOON)

    assert len([name for name in crews()["G1"] if name.startswith("+L")]) == 1
    assert "+L1" not in crews()["G1"]


@pytest.mark.row("D01")
def test_those_who_are_away_resting_or_out_elsewhere_are_not_sent(linhe, duty_officer):
    """H1 is away, H2 has an early duty tomorrow, H3 is with a crew: H4 and H5 remain."""
    add_absence(linhe.seconded[0])
    work(linhe.seconded[1], linhe.station, -1)
    Shift.objects.filter(code="past-H2--1").update(begins_min=6 * 60, ends_min=10 * 60)
    assign(linhe.crew(), linhe.seconded[2])
    linhe.group(n_auxiliary=0)

    allocate_night(night=NIGHT, by=duty_officer, at=AFTERNOON, may_join_local=False)

    assert crews()["G1"] == ["H4", "H5"]


@pytest.mark.row("D01", "D03")
def test_after_an_absence_the_stand_in_is_called_and_nobody_else_is_told(
    linhe, duty_officer
):
    linhe.group()
    allocate_night(night=NIGHT, by=duty_officer, at=AFTERNOON, may_join_local=False)
    members = list(Assignment.objects.filter(part=Part.MEMBER).select_related("person"))
    sworn = [m.person for m in members if m.person.standing == Standing.SWORN]
    stand_in = Assignment.objects.get(
        part=Part.STAND_IN, person__standing=Standing.SWORN
    ).person
    add_absence(sworn[0])

    filled = repair_night(night=NIGHT, by=duty_officer, at=AFTERNOON)

    assert set(filled.changes) == {
        Change(sworn[0].code, ChangeKind.GONE, from_crew="G1"),
        Change(
            stand_in.code,
            ChangeKind.CALLED,
            to_crew="G1",
            in_place_of=sworn[0].code,
        ),
    }
    assert stand_in.code in crews()["G1"]
    event = Event.objects.get(kind="roster.repaired")
    assert (event.subject, event.by) == (NIGHT.isoformat(), duty_officer)
    assert len(event.detail["changes"]) == 2
    assert Shift.objects.get(code="G1").revision == 2


@pytest.mark.row("D01")
def test_repair_of_the_whole_city_takes_less_than_three_seconds(duty_officer):
    build_ten_stations()
    allocate_night(night=NIGHT, by=duty_officer, at=AFTERNOON)
    for one in Assignment.objects.filter(part=Part.MEMBER).order_by("pk")[:12]:
        add_absence(one.person)

    began = time.process_time()
    filled = repair_night(night=NIGHT, by=duty_officer, at=AFTERNOON)
    took_s = time.process_time() - began

    kinds = Counter(change.kind for change in filled.changes)
    assert took_s < 3
    assert kinds == {ChangeKind.GONE: 12, ChangeKind.CALLED: 12}
    # Calling those who stand by comes before knowing the ground: a warning at most.
    found = roster.conflicts(night=NIGHT, stations=Station.objects.all())
    assert {conflict.code for conflict in found} <= {"no_local_knowledge"}


@pytest.mark.row("D03")
def test_stations_own_crews_are_filled_from_its_own_people(linhe, account):
    """L1 stays where the desk put them; L2 and the auxiliaries come, L3 stands in."""
    officer = account("duty_officer")
    shift = linhe.crew()
    assign(shift, linhe.sworn[0])
    work(linhe.sworn[2], linhe.station, 4)

    filled = fill_station(station=linhe.station, night=NIGHT, by=officer, at=AFTERNOON)

    crew = crews()["1"]
    assert filled.n_people == 4
    assert [name for name in crew if not name.strip("(").startswith("LA")] == [
        "L1",
        "L2",
        "(L3)",
    ]
    assert len([name for name in crew if name.startswith("LA")]) == 2
    assert roster.conflicts(night=NIGHT, stations=[linhe.station]) == ()


def test_group_that_nobody_could_fill_says_what_it_would_take(linhe, duty_officer):
    for person in linhe.seconded[1:]:
        add_absence(person)
    linhe.group(n_auxiliary=0)

    filled = allocate_night(
        night=NIGHT, by=duty_officer, at=AFTERNOON, may_join_local=False
    )

    [short] = filled.shortages
    assert (short.n_wanted, short.n_filled, short.n_more_needed) == (2, 1, 1)
    assert Event.objects.get().detail["short"] == [
        {"standing": "sworn", "wanted": 2, "filled": 1, "needed": 1, "free": 1}
    ]


def test_without_anybody_to_send_it_is_refused(duty_officer):
    station = linhe_city.add_station()
    linhe_city.add_crew(station, "1", is_seconded=True)

    with pytest.raises(PoolEmpty):
        allocate_night(night=NIGHT, by=duty_officer, at=AFTERNOON)


@pytest.mark.row("D09")
@pytest.mark.parametrize(
    ("role", "station_code", "standing"),
    [
        ("duty_officer", "", "auxiliary"),
        ("duty_officer", "S01", "sworn"),
        ("leader", "", "sworn"),
        ("supervisor", "", "sworn"),
    ],
)
def test_only_a_sworn_duty_officer_of_the_city_allocates(
    linhe, account, role, station_code, standing
):
    linhe.group()
    user = account(role, station_code=station_code, standing=standing)

    for service in (allocate_night, repair_night):
        with pytest.raises(NotAllowed):
            service(night=NIGHT, by=user, at=AFTERNOON)
    assert not Assignment.objects.exists()


def test_night_that_is_over_is_not_changed(linhe, duty_officer):
    linhe.group()

    with pytest.raises(NightOver):
        allocate_night(night=NIGHT, by=duty_officer, at=AFTERNOON + timedelta(days=1))


def test_allocation_costs_the_same_queries_for_one_group_as_for_many(duty_officer):
    linhe = Linhe()

    def n_queries() -> int:
        with CaptureQueriesContext(connection) as queries:
            allocate_night(night=NIGHT, by=duty_officer, at=AFTERNOON, is_afresh=True)
        return len(queries)

    linhe.group(1)
    n_queries()
    before = n_queries()
    linhe.group(2, n_sworn=1, n_auxiliary=1)
    linhe.group(3, n_sworn=1, n_auxiliary=1)
    n_queries()

    assert n_queries() == before
