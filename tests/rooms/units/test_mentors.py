"""A newcomer goes with an officer who knows the ground."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.factories.people import add_person, add_station_unit, assign
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.units.models import MentorPair
from xunfang.units.people.mentors import (
    MentorNotOfStation,
    NotANewcomer,
    PairedAlready,
    PairOver,
    end_pair,
    pair_mentor,
)
from xunfang.units.people.queries import mentors_on

pytestmark = pytest.mark.django_db

TOMORROW = NIGHT + timedelta(days=1)


@pytest.fixture
def newcomer(headquarters):
    return add_person("1001", headquarters, name="吴波")


@pytest.fixture
def mentor(station_unit):
    return add_person("2001", station_unit, name="赵城")


@pytest.fixture
def pair_up(newcomer, mentor, station, desk):
    def pair(**changed) -> MentorPair:
        return pair_mentor(
            **{
                "newcomer": newcomer,
                "mentor": mentor,
                "station": station,
                "begins_on": NIGHT,
                "by": desk,
                "at": AFTERNOON,
            }
            | changed
        )

    return pair


def test_pairing_is_shown_on_both_pages_and_on_record(
    client, desk, newcomer, mentor, station
):
    client.force_login(desk)

    response = client.post(
        "/people/number/1001/pair/",
        {
            "pair-station": station.pk,
            "pair-mentor": "赵城",
            "pair-begins_on": f"{NIGHT}",
        },
    )

    assert response.status_code == 303
    assertContains(
        client.get("/people/number/1001/"),
        "在临河所跟随赵城（2001），自 2026-08-14",
    )
    assertContains(
        client.get("/people/number/2001/"), "在临河所带吴波（1001），自 2026-08-14"
    )
    [event] = Event.objects.all()
    assert (event.kind, event.subject, event.detail) == (
        "mentor.paired",
        "1001",
        {"mentor": "2001", "station": "S01"},
    )


def test_pairs_hold_from_their_first_night_until_they_end(pair_up, station, desk):
    pair = pair_up()

    assert mentors_on(NIGHT - timedelta(days=1), [station]) == []
    assert mentors_on(NIGHT, [station]) == [pair]
    end_pair(pair=pair, ends_on=TOMORROW, by=desk, at=AFTERNOON)

    assert mentors_on(NIGHT, [station]) == [pair]
    assert mentors_on(TOMORROW, [station]) == []
    with pytest.raises(PairOver):
        end_pair(pair=pair, ends_on=TOMORROW, by=desk, at=AFTERNOON)


def test_pairs_of_other_stations_are_not_given_and_all_cost_one_query(
    pair_up, station, newcomer
):
    other = linhe_city.add_station("S02", "柳巷所")
    there = add_person("3001", add_station_unit(other))
    pair = pair_up()
    elsewhere = pair_up(mentor=there, station=other)

    assert mentors_on(NIGHT, [station]) == [pair]
    with CaptureQueriesContext(connection) as queries:
        both = mentors_on(NIGHT, [station, other])
        names = [(one.newcomer.name, one.mentor.code, one.station.code) for one in both]

    assert both == [pair, elsewhere]
    assert names == [("吴波", "2001", "S01"), ("吴波", "3001", "S02")]
    assert len(queries) == 1


def test_who_has_left_pairs_with_nobody(pair_up, station, mentor):
    pair_up()
    mentor.is_serving = False
    mentor.save()

    assert mentors_on(NIGHT, [station]) == []


def test_mentor_is_a_serving_sworn_officer_of_the_station(
    pair_up, headquarters, station_unit
):
    for wrong in (
        add_person("1", headquarters),
        add_person("2", station_unit, standing="auxiliary"),
        add_person("3", station_unit, is_serving=False),
    ):
        with pytest.raises(MentorNotOfStation):
            pair_up(mentor=wrong)

    assert MentorPair.objects.count() == 0


def test_who_serves_there_or_knows_the_ground_is_no_newcomer(
    pair_up, headquarters, station, station_unit
):
    for known in (
        add_person("1", headquarters, knows=(station,)),
        add_person("2", station_unit),
    ):
        with pytest.raises(NotANewcomer):
            pair_up(newcomer=known)

    assert MentorPair.objects.count() == 0


def test_newcomer_has_one_mentor_at_a_station(pair_up, station_unit, desk):
    first = pair_up()
    other = add_person("2002", station_unit)

    with pytest.raises(PairedAlready):
        pair_up(mentor=other)
    end_pair(pair=first, ends_on=NIGHT, by=desk, at=AFTERNOON)

    assert pair_up(mentor=other).mentor == other


def test_station_pairs_at_its_own_ground_only(
    pair_up, station_desk, account, station, newcomer
):
    with pytest.raises(NotAllowed):
        pair_up(by=account("leader", station_code=""))
    with pytest.raises(NotAllowed):
        pair_up(by=account("duty_officer", station_code="S02"))

    assert pair_up(by=station_desk).station == station


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("李", "该所没有这名民警。"),
        ("赵", "有多人同名，请填写警号：赵城 2001、赵山 2002"),
    ],
)
def test_mentor_who_is_not_clear_is_asked_for_again(
    client, desk, newcomer, mentor, station, station_unit, said, expected
):
    add_person("2002", station_unit, name="赵山")
    client.force_login(desk)

    page = client.post(
        "/people/number/1001/pair/",
        {
            "pair-station": station.pk,
            "pair-mentor": said,
            "pair-begins_on": f"{NIGHT}",
        },
    )

    assertContains(page, expected, status_code=422)
    assertContains(page, f'value="{said}"', status_code=422)


def test_pair_is_ended_from_the_page(client, desk, pair_up, newcomer):
    pair = pair_up(begins_on=NIGHT - timedelta(days=3))
    client.force_login(desk)

    client.post(f"/people/pairs/{pair.pk}/end/")

    assertNotContains(client.get("/people/number/1001/"), "在临河所跟随")
    assertContains(client.get("/people/number/1001/"), "暂无结对。")


@pytest.mark.row("D07")
def test_newcomer_reads_the_area_card_before_setting_out_and_sees_the_mentor(
    client, account, newcomer, mentor, station, pair_up, monkeypatch
):
    """The card itself fits one page: ``tests/browser/test_safety.py``."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTERNOON)
    pair_up()
    newcomer.account = account("patrol_officer", station_code="")
    newcomer.save()
    first = linhe_city.add_crew(station, "N1")
    later = linhe_city.add_crew(station, "N2", night=TOMORROW + timedelta(days=1))
    assign(first, newcomer)
    client.force_login(newcomer.account)

    assertContains(client.get("/duty/"), "您是首次到此出勤。")
    assertContains(client.get("/duty/"), "/safety/cards/?station=S01")
    assertContains(client.get("/duty/"), "带您的民警：赵城（2001）")

    monkeypatch.setattr(
        "django.utils.timezone.now", lambda: AFTERNOON + timedelta(days=1)
    )
    assign(later, newcomer)
    client.force_login(newcomer.account)
    assertNotContains(client.get("/duty/"), "您是首次到此出勤。")
    assertContains(client.get("/duty/"), "带您的民警：赵城（2001）")
