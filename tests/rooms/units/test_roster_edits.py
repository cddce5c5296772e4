"""The roster by hand, the crews of a night, waivers, swaps and notices."""

from dataclasses import replace as but
from datetime import timedelta

import pytest

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.factories.people import assign as place
from tests.factories.rosters import DAY, add_absence, work
from xunfang.accounts.models import Standing
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.core.errors import DomainError
from xunfang.core.planning.staffing import TeamTooSmall
from xunfang.units.models import (
    Assignment,
    NightNotice,
    Part,
    RestWaiver,
    Shift,
    SwapRequest,
    TeamTemplate,
)
from xunfang.units.roster import edits as roster_edits
from xunfang.units.roster import notices, refusals, swaps
from xunfang.units.roster.crews import (
    CrewCodeTaken,
    CrewValues,
    NothingToCopy,
    add_crew,
    copy_crews,
    edit_crew,
    remove_crew,
)
from xunfang.units.roster.edits import CrewFull, InCrewAlready, NotInCrew
from xunfang.units.roster.refusals import Moved, RosterMoved, Seen
from xunfang.units.roster.waivers import WaivedAlready, WaiverReasonMissing, sign_waiver

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(account):
    return account("duty_officer")


@pytest.fixture
def by(officer):
    """Who does it, and when."""
    return {"by": officer, "at": AFTERNOON}


def parts(shift) -> dict[str, str]:
    return dict(
        Assignment.objects.filter(shift=shift)
        .order_by("person__code")
        .values_list("person__code", "part")
    )


def refused(refusal: type[DomainError], act, **kwargs) -> None:
    """The act is refused, and changes nothing."""
    before = list(Assignment.objects.order_by("pk").values())
    n_events = Event.objects.count()

    with pytest.raises(refusal):
        act(**kwargs)

    assert list(Assignment.objects.order_by("pk").values()) == before
    assert Event.objects.count() == n_events


def test_somebody_is_put_in_taken_out_and_it_is_on_record(linhe, officer, by):
    shift = linhe.crew()

    kept = roster_edits.assign(shift=shift, person=linhe.sworn[0], **by)
    assert parts(shift) == {"L1": "member"}
    roster_edits.take_out(assignment=kept, **by)

    assert parts(shift) == {}
    assert Shift.objects.get(pk=shift.pk).revision == 2
    assert [(e.kind, e.subject, e.by) for e in Event.objects.order_by("pk")] == [
        ("roster.assigned", "1 2026-08-14", officer),
        ("roster.taken_out", "1 2026-08-14", officer),
    ]


@pytest.mark.row("D11", "D03")
def test_what_the_law_forbids_is_refused_with_its_reason(linhe, account):
    by = {"by": account("duty_officer", station_code=""), "at": AFTERNOON}
    shift = linhe.crew(begins_min=12 * 60, ends_min=16 * 60)
    absent, tired, busy = linhe.sworn
    add_absence(absent)
    work(tired, linhe.station, 1)
    place(linhe.crew("2", begins_min=15 * 60, ends_min=20 * 60), busy)
    guest = linhe.seconded[0]
    work(guest, linhe.station, 3, 5, 7, 9, 11)

    for person, refusal in (
        (absent, refusals.PersonAbsent),
        (tired, refusals.RestTooShort),
        (busy, refusals.InTwoPlaces),
        (guest, refusals.TooManyNights),
    ):
        refused(refusal, roster_edits.assign, shift=shift, person=person, **by)


@pytest.mark.row("D11")
def test_less_rest_is_blocked_unless_a_leader_signs_with_a_reason(linhe, account, by):
    shift = linhe.crew(begins_min=12 * 60, ends_min=16 * 60)
    tired, leader = linhe.sworn[0], account("leader")
    work(tired, linhe.station, 1)
    sign = {"person": tired, "night": NIGHT, "at": AFTERNOON}
    refused(refusals.RestTooShort, roster_edits.assign, shift=shift, person=tired, **by)
    refused(WaiverReasonMissing, sign_waiver, reason=" ", by=leader, **sign)
    refused(NotAllowed, sign_waiver, reason="洪水", by=by["by"], **sign)

    sign_waiver(reason="洪水", by=leader, **sign)
    roster_edits.assign(shift=shift, person=tired, **by)

    assert parts(shift) == {"L1": "member"}
    waiver = RestWaiver.objects.get()
    assert (waiver.person, waiver.night, waiver.reason, waiver.signed_by) == (
        tired,
        NIGHT,
        "洪水",
        leader,
    )
    refused(WaivedAlready, sign_waiver, reason="再次", by=leader, **sign)


def test_nobody_signs_for_themselves_nor_for_strangers(linhe, account):
    leader = account("leader")
    linhe.sworn[0].account = leader
    linhe.sworn[0].save()

    for person in (linhe.sworn[0], linhe.seconded[0]):
        refused(
            NotAllowed,
            sign_waiver,
            person=person,
            night=NIGHT,
            reason="洪水",
            by=leader,
            at=AFTERNOON,
        )


def test_crew_takes_no_more_of_a_standing_than_it_asks_for(linhe, by):
    shift = linhe.crew(n_sworn=1, n_auxiliary=1)
    roster_edits.assign(shift=shift, person=linhe.sworn[0], **by)

    refused(CrewFull, roster_edits.assign, shift=shift, person=linhe.sworn[1], **by)
    refused(
        InCrewAlready, roster_edits.assign, shift=shift, person=linhe.sworn[0], **by
    )
    # Only a seconded group is joined by a local officer, by one, and a sworn one.
    join = {"act": roster_edits.assign, "part": Part.JOINED, **by}
    refused(CrewFull, shift=shift, person=linhe.sworn[1], **join)
    group = linhe.group()
    refused(refusals.StandingWrong, shift=group, person=linhe.auxiliaries[0], **join)
    join.pop("act")
    roster_edits.assign(shift=group, person=linhe.sworn[1], **join)
    with pytest.raises(CrewFull):
        roster_edits.assign(shift=group, person=linhe.sworn[2], **join)


@pytest.mark.row("C02", "D03")
def test_stand_in_takes_the_place_of_who_called_in_sick(linhe, by):
    shift = linhe.crew(n_sworn=1, n_auxiliary=1)
    sick = place(shift, linhe.sworn[0])
    place(shift, linhe.auxiliaries[0])
    place(shift, linhe.sworn[1], Part.STAND_IN)
    add_absence(linhe.sworn[0])

    roster_edits.replace(assignment=sick, person=linhe.sworn[1], **by)

    assert parts(shift) == {"L2": "member", "LA1": "member"}
    assert Event.objects.get().detail == {"person": "L2", "in_place_of": "L1"}
    refused(
        NotInCrew,
        roster_edits.replace,
        assignment=sick,
        person=linhe.sworn[2],
        **by,
    )


@pytest.mark.row("D11")
def test_two_swap_places_between_crews_that_overlap(linhe, by):
    one, two = linhe.crew("1"), linhe.crew("2", begins_min=20 * 60)
    first, second = place(one, linhe.sworn[0]), place(two, linhe.sworn[1])

    roster_edits.swap(first=first, second=second, **by)

    assert (parts(one), parts(two)) == ({"L2": "member"}, {"L1": "member"})


def test_member_and_stand_in_swap_and_standings_must_fit(linhe, by):
    shift = linhe.crew(n_sworn=1)
    member = place(shift, linhe.sworn[0])
    stand_in = place(shift, linhe.sworn[1], Part.STAND_IN)
    auxiliary = place(shift, linhe.auxiliaries[0], Part.STAND_IN)
    place(shift, linhe.auxiliaries[1])
    place(shift, linhe.auxiliaries[2])

    refused(CrewFull, roster_edits.swap, first=member, second=auxiliary, **by)
    roster_edits.swap(first=member, second=stand_in, **by)

    assert parts(shift) == {
        "L1": "stand_in",
        "L2": "member",
        "LA1": "stand_in",
        "LA2": "member",
        "LA3": "member",
    }


@pytest.mark.row("D11")
def test_swap_that_the_law_forbids_changes_nothing(linhe, by):
    """L1 worked until 02:00; the second crew sets out at noon."""
    one, two = linhe.crew("1"), linhe.crew("2", begins_min=12 * 60, ends_min=780)
    work(linhe.sworn[0], linhe.station, 1)
    first, second = place(one, linhe.sworn[0]), place(two, linhe.sworn[1])

    refused(refusals.RestTooShort, roster_edits.swap, first=first, second=second, **by)


def test_second_of_two_officers_is_told_what_the_first_changed(linhe, by):
    shift = linhe.crew()
    place(shift, linhe.sworn[0])
    place(shift, linhe.sworn[1], Part.STAND_IN)
    seen = Seen(0, {"L1": Part.MEMBER, "L2": Part.STAND_IN})
    [first] = shift.assignments.filter(person=linhe.sworn[0])
    roster_edits.replace(assignment=first, person=linhe.sworn[1], seen=seen, **by)

    with pytest.raises(RosterMoved) as caught:
        roster_edits.assign(shift=shift, person=linhe.sworn[2], seen=seen, **by)

    assert caught.value.changes == (
        Moved("L1", Part.MEMBER, None),
        Moved("L2", Part.STAND_IN, Part.MEMBER),
    )
    assert parts(shift) == {"L2": "member"}
    assert refusals.read_seen(str(seen)) == seen


@pytest.mark.row("D09")
@pytest.mark.parametrize(
    ("role", "station_code", "standing"),
    [
        ("duty_officer", "S01", "auxiliary"),
        ("duty_officer", "S02", "sworn"),
        ("patrol_officer", "S01", "sworn"),
        ("leader", "S01", "sworn"),
    ],
)
def test_only_the_stations_own_sworn_duty_officer_edits(
    linhe, account, role, station_code, standing
):
    user = account(role, station_code=station_code, standing=standing)
    shift = linhe.crew()
    held = place(shift, linhe.sworn[0])
    by = {"by": user, "at": AFTERNOON}

    refused(NotAllowed, roster_edits.assign, shift=shift, person=linhe.sworn[1], **by)
    refused(NotAllowed, roster_edits.take_out, assignment=held, **by)
    refused(
        NotAllowed,
        roster_edits.replace,
        assignment=held,
        person=linhe.sworn[1],
        **by,
    )
    refused(NotAllowed, remove_crew, shift=shift, **by)


def test_roster_of_a_night_that_is_over_can_only_be_read(linhe, by):
    shift = linhe.crew(night=NIGHT - DAY)
    held = place(shift, linhe.sworn[0])

    refused(refusals.NightOver, roster_edits.take_out, assignment=held, **by)
    refused(refusals.NightOver, remove_crew, shift=shift, **by)


# Crews


VALUES = CrewValues(
    code="M1",
    name="集市组",
    mode="foot",
    n_sworn=2,
    n_auxiliary=4,
    begins_min=17 * 60,
    ends_min=22 * 60,
)


@pytest.mark.row("C02")
def test_market_crew_of_one_and_five_is_refused_and_of_two_and_four_is_kept(linhe, by):
    template = TeamTemplate.objects.create(
        code="market", name="集市组", min_sworn=2, min_total=6
    )
    values = but(VALUES, template=template)
    where = {"station": linhe.station, "night": NIGHT, **by}

    with pytest.raises(TeamTooSmall):
        add_crew(values=but(values, n_sworn=1, n_auxiliary=5), **where)
    assert not Shift.objects.exists()
    shift = add_crew(values=values, **where)

    with pytest.raises(TeamTooSmall):
        edit_crew(shift=shift, values=but(values, n_sworn=1, n_auxiliary=5), **by)
    kept = Shift.objects.get()
    assert (kept.n_sworn, kept.n_auxiliary, kept.revision) == (2, 4, 0)


def test_crew_is_edited_and_removed_and_a_stale_page_is_refused(linhe, by):
    shift = add_crew(station=linhe.station, night=NIGHT, values=VALUES, **by)
    place(shift, linhe.sworn[0])

    edit_crew(shift=shift, values=but(VALUES, n_auxiliary=2), seen=Seen(0), **by)
    with pytest.raises(RosterMoved):
        edit_crew(shift=shift, values=VALUES, seen=Seen(0), **by)
    with pytest.raises(CrewCodeTaken):
        add_crew(station=linhe.station, night=NIGHT, values=VALUES, **by)
    assert Shift.objects.get().n_auxiliary == 2
    remove_crew(shift=shift, seen=Seen(1), **by)

    assert not Shift.objects.exists()
    assert [event.kind for event in Event.objects.order_by("pk")] == [
        "crew.added",
        "crew.edited",
        "crew.removed",
    ]


@pytest.mark.row("D02")
def test_seconded_group_is_numbered_when_it_is_set_up_by_the_city(linhe, account, by):
    values = but(VALUES, is_seconded=True)
    where = {"station": linhe.station, "night": NIGHT, "values": values}

    with pytest.raises(NotAllowed):
        add_crew(**where, **by)
    city = account("duty_officer", station_code="", username="city")
    shift = add_crew(**where, by=city, at=AFTERNOON)

    assert shift.group_number == 1


@pytest.mark.row("D02")
def test_yesterdays_crews_are_set_up_for_tonight_without_their_people(linhe, account):
    """G7 was a group yesterday; crew 1 is there already and stays as it is."""
    city = account("duty_officer", station_code="")
    other = linhe_city.add_station("S02", "城北所")
    for code in ("1", "2"):
        place(linhe.crew(code, night=NIGHT - DAY), linhe.sworn[0])
    linhe.group(7, night=NIGHT - DAY)
    linhe_city.add_crew(other, "N", night=NIGHT - DAY)
    linhe.crew("1", n_sworn=1)
    copy = {
        "from_night": NIGHT - DAY,
        "to_night": NIGHT,
        "stations": [linhe.station],
        "by": city,
        "at": AFTERNOON,
    }

    copy_crews(**copy)

    assert list(
        Shift.objects.filter(night=NIGHT)
        .order_by("code")
        .values_list("code", "n_sworn", "group_number", "is_seconded", "revision")
    ) == [("1", 1, None, False, 0), ("2", 2, None, False, 0), ("G7", 2, 7, True, 0)]
    assert not Assignment.objects.filter(shift__night=NIGHT).exists()
    with pytest.raises(NothingToCopy):
        copy_crews(**copy)


# Swaps that are asked for


@pytest.fixture
def asked(linhe, account):
    """L1 asks that L2 goes instead."""
    linhe.sworn[0].account = account("patrol_officer")
    linhe.sworn[0].save()
    held = place(linhe.crew(n_sworn=1), linhe.sworn[0])
    return swaps.ask_for_swap(
        assignment=held,
        instead=linhe.sworn[1],
        by=linhe.sworn[0].account,
        at=AFTERNOON,
    )


@pytest.mark.row("D11")
def test_swap_that_is_approved_puts_the_other_in_the_place(linhe, asked, officer, by):
    swaps.approve_swap(request=asked, **by)

    asked.refresh_from_db()
    assert (asked.state, asked.decided_by, asked.decided_at) == (
        SwapRequest.APPROVED,
        officer,
        AFTERNOON,
    )
    assert parts(asked.shift) == {"L2": "member"}
    refused(swaps.SwapDecided, swaps.approve_swap, request=asked, **by)


@pytest.mark.row("D11")
def test_swap_is_refused_with_a_reason_and_nothing_moves(linhe, asked, by):
    refused(swaps.SwapReasonMissing, swaps.refuse_swap, request=asked, reason="", **by)

    swaps.refuse_swap(request=asked, reason="当晚有考试", **by)

    asked.refresh_from_db()
    assert (asked.state, asked.reason) == (SwapRequest.REFUSED, "当晚有考试")
    assert parts(asked.shift) == {"L1": "member"}


@pytest.mark.row("D11")
def test_swap_the_law_forbids_cannot_be_approved(linhe, asked, by):
    add_absence(linhe.sworn[1])

    refused(refusals.PersonAbsent, swaps.approve_swap, request=asked, **by)

    asked.refresh_from_db()
    assert asked.state == SwapRequest.ASKED


def test_swap_is_asked_for_by_whose_place_it_is_once_and_taken_back(
    linhe, asked, officer
):
    held = Assignment.objects.get()
    ask = {"assignment": held, "instead": linhe.sworn[1], "at": AFTERNOON}
    mine = linhe.sworn[0].account

    refused(NotAllowed, swaps.ask_for_swap, by=officer, **ask)
    refused(swaps.SwapAskedAlready, swaps.ask_for_swap, by=mine, **ask)
    refused(
        swaps.SwapWithOneself,
        swaps.ask_for_swap,
        by=mine,
        **ask | {"instead": linhe.sworn[0]},
    )
    swaps.take_back_swap(request=asked, by=mine, at=AFTERNOON)

    asked.refresh_from_db()
    assert asked.state == SwapRequest.TAKEN_BACK


@pytest.mark.row("D09")
def test_auxiliary_approves_no_swap(linhe, asked, account):
    auxiliary = account("duty_officer", username="aux", standing=Standing.AUXILIARY)

    refused(NotAllowed, swaps.approve_swap, request=asked, by=auxiliary, at=AFTERNOON)


# Notices


def test_notice_stands_for_its_night_until_it_is_taken_down(account):
    city = {"by": account("duty_officer", station_code=""), "at": AFTERNOON}

    with pytest.raises(notices.NoticeSaysNothing):
        notices.post_notice(night=NIGHT, text=" ", **city)
    with pytest.raises(refusals.NightOver):
        notices.post_notice(night=NIGHT - timedelta(days=1), text="雨", **city)
    notice = notices.post_notice(night=NIGHT, text="暴雨蓝色预警", **city)
    assert [n.text for n in notices.notices_of(NIGHT)] == ["暴雨蓝色预警"]
    notices.end_notice(notice=notice, **city)

    assert list(notices.notices_of(NIGHT)) == []
    with pytest.raises(notices.NoticeEnded):
        notices.end_notice(notice=notice, **city)
    assert NightNotice.objects.get().ended_at == AFTERNOON
