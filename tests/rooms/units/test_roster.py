"""Whether a roster holds: every conflict there is, each put there before it is found."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tests.factories import linhe_city
from tests.factories.linhe_city import NIGHT
from tests.factories.people import LONG_AGO, add_person, add_station_unit, assign
from tests.factories.rosters import DAY, Linhe, add_absence, work
from xunfang.accounts.models import Standing
from xunfang.units.models import Part, RestWaiver, Station, TeamTemplate
from xunfang.units.roster import night as roster
from xunfang.units.roster.night import Severity

pytestmark = pytest.mark.django_db

FAULT, WARNING = Severity.FAULT, Severity.WARNING


def found(*, night: date = NIGHT):
    """Every conflict of the city in short: code, severity, crew, people."""
    return [
        (c.code, c.severity, c.shift.code, "".join(person.code for person in c.people))
        for c in roster.conflicts(night=night, stations=Station.objects.all())
    ]


def fill(linhe: Linhe, shift, *, n_sworn=2, n_auxiliary=2) -> None:
    """Fill a crew of the station's own with its first people, and one who stands in."""
    for person in linhe.sworn[:n_sworn] + linhe.auxiliaries[:n_auxiliary]:
        assign(shift, person)
    assign(shift, linhe.sworn[2], Part.STAND_IN)


@pytest.mark.row("D03")
def test_crew_with_every_place_held_and_a_stand_in_has_no_conflict(linhe):
    fill(linhe, linhe.crew())

    assert found() == []


@pytest.mark.row("D03")
def test_crew_without_anybody_is_a_fault(linhe):
    linhe.crew()

    assert found() == [("crew_empty", FAULT, "1", "")]


@pytest.mark.row("D03")
def test_places_left_open_and_a_missing_stand_in_are_named(linhe):
    shift = linhe.crew()
    assign(shift, linhe.sworn[0])

    assert found() == [
        ("places_unfilled", WARNING, "1", ""),
        ("no_stand_in", WARNING, "1", ""),
    ]


@pytest.mark.row("D03")
def test_somebody_in_two_places_at_once_is_named_with_both(linhe):
    first, second = linhe.crew(), linhe.crew("2", n_sworn=1, n_auxiliary=0)
    fill(linhe, first)
    assign(second, linhe.sworn[0])
    assign(second, linhe.sworn[2], Part.STAND_IN)

    assert found() == [
        ("two_places", FAULT, "1", "L1"),
        ("two_places", FAULT, "2", "L1"),
    ]


@pytest.mark.row("D03")
def test_two_places_are_seen_across_nights_and_stations(linhe):
    """From 22:00 to 06:00 at one station, from 05:00 of the same date at another."""
    other = linhe_city.add_station("S02", "城北所")
    late = linhe.crew(n_sworn=1, n_auxiliary=0, begins_min=22 * 60, ends_min=30 * 60)
    early = linhe_city.add_crew(
        other,
        "9",
        night=NIGHT + DAY,
        n_sworn=1,
        n_auxiliary=0,
        begins_min=5 * 60,
        ends_min=9 * 60,
    )
    for shift in (late, early):
        assign(shift, linhe.sworn[0])
        assign(shift, linhe.sworn[2], Part.STAND_IN)

    assert found() == [("two_places", FAULT, "1", "L1")]
    assert found(night=NIGHT + DAY) == [("two_places", FAULT, "9", "L1")]


@pytest.mark.row("C02", "D03")
def test_plan_is_red_at_once_when_the_sworn_officer_calls_in_sick(linhe):
    """A market team: two sworn officers and six in all."""
    template = TeamTemplate.objects.create(
        code="market", name="集市组", min_sworn=2, min_total=5
    )
    more = [
        add_person(f"LB{n}", linhe.unit, standing=Standing.AUXILIARY) for n in range(2)
    ]
    shift = linhe.crew(template=template, n_sworn=2, n_auxiliary=4)
    fill(linhe, shift, n_auxiliary=3)
    assign(shift, more[0])
    assert found() == []

    add_absence(linhe.sworn[0])

    assert found() == [
        ("absent", FAULT, "1", "L1"),
        ("too_few_sworn", FAULT, "1", ""),
        ("places_unfilled", WARNING, "1", ""),
    ]


@pytest.mark.row("C02")
def test_auxiliaries_left_alone_are_a_fault(linhe):
    shift = linhe.crew(n_sworn=1)
    fill(linhe, shift, n_sworn=1)
    add_absence(linhe.sworn[0])

    assert ("no_sworn_officer", FAULT, "1", "") in found()


def test_absence_that_was_cancelled_or_lies_before_the_shift_is_none(linhe):
    fill(linhe, linhe.crew())
    add_absence(linhe.sworn[0], 12 * 60, 18 * 60)
    cancelled = add_absence(linhe.sworn[1])
    user = linhe_user()
    type(cancelled).objects.filter(pk=cancelled.pk).update(
        cancelled_at=LONG_AGO, cancelled_by=user
    )

    assert found() == []


def linhe_user():
    from xunfang.accounts.models import User  # noqa: PLC0415 -- needs Django

    return User.objects.create(
        username="chief", display_name="所长", role="leader", password="!"
    )


@pytest.mark.row("D11", "D03")
def test_less_than_eleven_hours_of_rest_is_a_fault_until_a_leader_signs(linhe):
    """Home at 02:00, out again at noon: ten hours."""
    work(linhe.sworn[0], linhe.station, 1)
    shift = linhe.crew(begins_min=12 * 60, ends_min=16 * 60, n_sworn=1, n_auxiliary=0)
    assign(shift, linhe.sworn[0])
    assign(shift, linhe.sworn[1], Part.STAND_IN)
    assert found() == [("rest_too_short", FAULT, "1", "L1")]

    RestWaiver.objects.create(
        person=linhe.sworn[0],
        night=NIGHT,
        reason="洪水",
        signed_at=LONG_AGO,
        signed_by=linhe_user(),
    )

    [waived] = roster.conflicts(night=NIGHT, stations=[linhe.station])
    assert (waived.code, waived.is_fault) == ("rest_waived", False)
    with translation.override("en"):
        assert waived.sentence == (
            "1组: 警员L1 goes out after 10:00 h of rest; 所长 signed: 洪水."
        )


@pytest.mark.row("D11")
def test_third_night_in_a_row_is_a_warning(linhe):
    fill(linhe, linhe.crew())
    work(linhe.sworn[0], linhe.station, 1, 2)
    work(linhe.sworn[1], linhe.station, 1, 3)

    assert found() == [("third_night", WARNING, "1", "L1")]


@pytest.mark.row("D01", "D03")
def test_more_nights_than_allowed_are_a_fault_counted_on_both_sides(linhe):
    """Five nights in fourteen days for headquarters; a station's own may have ten."""
    guest, own = linhe.seconded[0], linhe.sworn[1]
    shift = linhe.group(n_sworn=2, n_auxiliary=0)
    assign(shift, guest)
    assign(shift, own)
    assign(shift, linhe.seconded[1], Part.STAND_IN)
    work(guest, linhe.station, 10, 8, 6, -2)
    work(own, linhe.station, 10, 8, 6, 4, -2)
    assert found() == []

    work(guest, linhe.station, 4)

    [conflict] = roster.conflicts(night=NIGHT, stations=[linhe.station])
    assert (conflict.code, conflict.facts) == ("too_many_nights", {"n": 6, "most": 5})


def test_civil_staff_and_those_who_left_may_not_go(linhe):
    clerk = add_person("C1", linhe.unit, standing=Standing.CIVIL)
    former = add_person("X1", linhe.unit, is_serving=False)
    shift = linhe.crew()
    fill(linhe, shift, n_auxiliary=1)
    assign(shift, clerk)
    assign(shift, former)

    codes = [(code, who) for code, _, _, who in found()]
    assert codes[:2] == [("standing_wrong", "C1"), ("not_serving", "X1")]


def test_more_people_than_places_are_a_fault(linhe):
    shift = linhe.crew(n_sworn=1)
    fill(linhe, shift)

    assert found() == [("crew_overfull", FAULT, "1", "")]


@pytest.mark.row("D05")
def test_group_of_headquarters_alone_names_the_free_local_officers(linhe):
    """L1 is out with a crew, L2 is away; L3 could go along. H2 has served here."""
    assign(crew := linhe.crew(n_sworn=1, n_auxiliary=0), linhe.sworn[0])
    assign(crew, linhe.sworn[1], Part.STAND_IN)
    group = linhe.group(n_sworn=1, n_auxiliary=0)
    assign(group, linhe.seconded[0])
    assign(group, linhe.seconded[2], Part.STAND_IN)
    add_absence(linhe.sworn[1], 17 * 60, 19 * 60)

    [unfit, unknown] = roster.conflicts(night=NIGHT, stations=[linhe.station])

    assert unfit.code == "stand_in_unfit"
    assert (unknown.code, unknown.severity, unknown.free) == (
        "no_local_knowledge",
        WARNING,
        (linhe.sworn[2],),
    )
    with translation.override("en"):
        assert unknown.sentence == (
            "G1组: nobody knows the ground. Free officers of the station: 警员L3."
        )


@pytest.mark.row("D05")
def test_local_officer_who_goes_along_brings_the_knowledge(linhe):
    group = linhe.group(n_sworn=1, n_auxiliary=0)
    assign(group, linhe.seconded[0])
    assign(group, linhe.sworn[0], Part.JOINED)
    assign(group, linhe.seconded[2], Part.STAND_IN)

    assert found() == []


@pytest.mark.row("D03")
def test_who_goes_out_is_told_with_number_standing_unit_and_phone(linhe):
    shift, empty = linhe.crew(), linhe.crew("2")
    linhe.sworn[0].phone = "12000000001"
    linhe.sworn[0].save()
    for person in (linhe.auxiliaries[0], linhe.sworn[0]):
        assign(shift, person)
    assign(shift, linhe.sworn[1], Part.STAND_IN)

    out = roster.who_goes_out(night=NIGHT, stations=[linhe.station])

    assert out[empty.pk] == roster.Crew()
    assert [holder.number for holder in out[shift.pk].members] == ["L1", "LA1"]
    assert out[shift.pk].members[0] == roster.Holder(
        person=linhe.sworn[0].pk,
        part=Part.MEMBER,
        name="警员L1",
        number="L1",
        standing=Standing.SWORN,
        home_unit="临河所",
        phone="12000000001",
    )
    assert [holder.number for holder in out[shift.pk].stand_ins] == ["L2"]


def test_conflicts_cost_the_same_queries_for_one_crew_as_for_many(linhe):
    def n_queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            roster.conflicts(night=NIGHT, stations=Station.objects.all())
            roster.who_goes_out(night=NIGHT, stations=Station.objects.all())
        return len(queries)

    fill(linhe, linhe.crew())
    before = n_queries()
    other = linhe_city.add_station("S02", "城北所")
    unit = add_station_unit(other)
    for number in range(3):
        shift = linhe.group(number + 1)
        assign(shift, linhe.seconded[number])
        crew = linhe_city.add_crew(other, f"N{number}")
        assign(crew, add_person(f"N{number}", unit))
        add_absence(linhe.seconded[number])
        work(linhe.seconded[number], other, 1)

    assert n_queries() == before


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_conflict_can_be_read(linhe, language):
    shift = linhe.crew()
    facts = {
        **dict.fromkeys(("crew", "station", "night", "leader", "reason"), "x"),
        **dict.fromkeys(("minutes", "n", "most", "sworn", "auxiliary"), 1),
        **dict.fromkeys(("n_sworn", "n_auxiliary", "min_sworn", "min_total"), 1),
    }
    with translation.override(language):
        for code in (*roster.wording.conflict_sentences(), "places_unfilled"):
            conflict = roster.Conflict(
                code, FAULT, shift, (linhe.sworn[0],), facts=facts
            )
            assert "1组" in conflict.sentence


def test_nights_are_a_fortnight_apart_in_the_count():
    assert (
        roster.law.most_nights_around(
            {NIGHT - timedelta(days=n) for n in (0, 13, 14)}, NIGHT
        )
        == 2
    )
