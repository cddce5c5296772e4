"""Publishing a night: what is refused, what is frozen, what becomes of old editions."""

from datetime import timedelta

import pytest

from tests.factories import linhe_city, people
from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.factories.published_night import name_crews, plan_night, publish
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.patrols import orders
from xunfang.patrols.extras import services as extras
from xunfang.patrols.extras.services import NightOver
from xunfang.patrols.models import Order, Publication, SheetPrint
from xunfang.patrols.publishing import services as publishing
from xunfang.patrols.publishing.checks import look_over
from xunfang.patrols.sheets.content import ZONE, digest_of, read_roster
from xunfang.places.models import KeyPlace
from xunfang.units.models import Assignment, DutyStay, Part, Person, Shift

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(streets, station, duty_officer):
    name_crews(station)
    return plan_night(station, by=duty_officer)


def findings(plan):
    station = plan.station
    found = look_over(plan=plan, station=station, roster=read_roster(NIGHT, [station]))
    return (
        [(fault.code, dict(fault.facts)) for fault in found.faults],
        [(warning.code, dict(warning.facts)) for warning in found.warnings],
    )


def test_publishing_freezes_the_sheets_and_is_on_record(plan, duty_officer):
    done = publish(plan.station, by=duty_officer, at=AFTERNOON)

    assert (done.edition, done.plan, done.is_in_force) == (1, plan, True)
    assert done.digest == digest_of(done.sheet)
    event = Event.objects.get(kind="plan.published")
    assert (event.subject, event.by, event.at) == (
        f"{NIGHT} S01",
        duty_officer,
        AFTERNOON,
    )
    assert event.detail == {
        "edition": 1,
        "plan_edition": 1,
        "digest": done.digest,
        "accepted": ["posts_unlit"],
    }


@pytest.mark.row("D03")
def test_every_post_of_a_published_sheet_has_a_named_holder_and_a_stand_in(
    plan, duty_officer
):
    done = publish(plan.station, by=duty_officer)

    for language in ("zh-hans", "en"):
        crews = done.sheet["texts"][language]["crews"]
        posts = [
            (stop["place"], stop["from"], stop["until"], crew)
            for crew in crews
            for stop in crew["stops"]
            if stop["is_post"]
        ]
        assert posts, "the night has posts"
        for _place, begins, ends, crew in posts:
            assert begins < ends or ends < "06:00"
            assert [p["name"] for p in crew["people"]] == [
                f"{letter}{crew['code']}" for letter in "甲乙丙丁"
            ]
            assert [p["name"] for p in crew["stand_ins"]] == [f"替{crew['code']}"]
    assert findings(plan)[0] == []


@pytest.mark.row("D03")
@pytest.mark.parametrize(
    ("part", "code"),
    [(Part.MEMBER, "crew_empty"), (Part.STAND_IN, "no_stand_in")],
)
def test_post_without_a_holder_or_a_stand_in_is_not_published(
    plan, duty_officer, part, code
):
    Assignment.objects.filter(part=part).delete()

    with pytest.raises(publishing.RosterFaulty) as refusal:
        publish(plan.station, by=duty_officer)

    assert code in {fault.code for fault in refusal.value.faults}
    assert not Publication.objects.exists()
    assert not Event.objects.filter(kind="plan.published").exists()


def test_crew_that_left_its_shift_keeps_the_plan_from_being_published(
    plan, duty_officer
):
    Shift.objects.get(code="2").delete()

    assert findings(plan)[0] == [("crew_not_on_shift", {"crew": "2"})]


def test_warnings_name_what_changed_since_the_plan_was_made(plan, duty_officer):
    Shift.objects.filter(code="1").update(ends_min=25 * 60)
    linhe_city.add_crew(plan.station, "3")
    extras.order_reinforcement(
        place=KeyPlace.objects.get(code="K1"),
        minutes=30,
        begins_on=NIGHT,
        reason="连续失窃",
        by=duty_officer,
        at=AFTERNOON + timedelta(minutes=1),
    )

    assert findings(plan)[1] == [
        ("crew_changed", {"crew": "1组"}),
        ("crew_not_in_plan", {"crew": "3组"}),
        ("orders_newer", {"n": 1}),
        ("posts_unlit", {"n": 1}),
    ]


def test_warnings_must_be_accepted(plan, duty_officer):
    with pytest.raises(publishing.WarningsUnread) as refusal:
        publish(plan.station, by=duty_officer, accepts_warnings=False)

    assert [warning.code for warning in refusal.value.warnings] == ["posts_unlit"]
    assert not Publication.objects.exists()


def test_another_edition_than_the_one_read_is_not_published(plan, duty_officer):
    plan_night(plan.station, by=duty_officer)

    with pytest.raises(publishing.PlanMovedOn):
        publish(plan.station, by=duty_officer, plan_edition=1)

    assert not Publication.objects.exists()


def test_night_without_a_plan_is_not_published(station, duty_officer):
    with pytest.raises(publishing.NothingToPublish):
        publish(station, by=duty_officer)


def test_night_that_is_over_is_not_published(plan, duty_officer):
    with pytest.raises(NightOver):
        publish(plan.station, by=duty_officer, at=AFTERNOON + timedelta(days=1))


@pytest.mark.parametrize(
    ("role", "station_code", "standing"),
    [
        ("patrol_officer", "S01", "sworn"),
        ("supervisor", "", "sworn"),
        ("duty_officer", "S02", "sworn"),
        ("duty_officer", "S01", "auxiliary"),
    ],
)
def test_publishing_is_for_the_own_stations_command(
    plan, account, role, station_code, standing
):
    user = account(
        role, station_code=station_code, standing=standing, username="somebody"
    )

    with pytest.raises(NotAllowed):
        publish(plan.station, by=user)


def test_leader_of_the_station_publishes_it(plan, account):
    leader = account("leader", station_code="S01")

    assert publish(plan.station, by=leader).published_by == leader


def test_newer_plan_replaces_what_was_published(plan, duty_officer):
    first = publish(plan.station, by=duty_officer)
    newer = plan_night(plan.station, by=duty_officer)
    later = AFTERNOON + timedelta(hours=1)

    second = publish(plan.station, by=duty_officer, plan_edition=2, at=later)

    first.refresh_from_db()
    assert (first.is_in_force, first.ending) == (False, "replaced")
    assert (first.ended_at, first.ended_by) == (later, duty_officer)
    assert (second.edition, second.plan) == (2, newer)
    detail = Event.objects.filter(kind="plan.published").first().detail
    assert detail["replaces"] == 1


def test_same_plan_is_published_again_only_if_the_sheets_changed(plan, duty_officer):
    first = publish(plan.station, by=duty_officer)

    with pytest.raises(publishing.PublishedAlready):
        publish(plan.station, by=duty_officer, at=AFTERNOON + timedelta(hours=1))
    Person.objects.filter(name="替1").update(name="新替补")
    second = publish(plan.station, by=duty_officer)

    first.refresh_from_db()
    assert (first.is_in_force, second.edition) == (False, 2)
    assert "替1" in str(first.sheet)
    assert "新替补" in str(second.sheet)


def test_withdrawal_keeps_why_and_who_has_paper(plan, duty_officer, account):
    done = publish(plan.station, by=duty_officer)
    patrol = account("patrol_officer")
    publishing.record_print(publications=[done], crew_code="1", by=patrol, at=AFTERNOON)

    gone = publishing.withdraw_plan(
        publication=done, reason="道路封闭", by=duty_officer, at=AFTERNOON
    )

    assert (gone.is_in_force, gone.is_withdrawn, gone.ended_why) == (
        False,
        True,
        "道路封闭",
    )
    assert [(p.crew_code, p.printed_by) for p in gone.prints.all()] == [("1", patrol)]
    event = Event.objects.get(kind="plan.withdrawn")
    assert event.detail == {"edition": 1, "reason": "道路封闭", "n_prints": 1}
    with pytest.raises(publishing.PublicationOver):
        publishing.withdraw_plan(
            publication=done, reason="再次", by=duty_officer, at=AFTERNOON
        )


def test_published_night_binds_the_crews_to_its_posts_and_stops(plan, duty_officer):
    done = publish(plan.station, by=duty_officer)

    crews = done.sheet["texts"]["zh-hans"]["crews"]
    assert sorted(
        DutyStay.objects.values_list("shift__code", "number", "name", "why", "is_post")
    ) == sorted(
        (crew["code"], stop["number"], stop["place"], stop["why"], stop["is_post"])
        for crew in crews
        for stop in crew["stops"]
        if stop["number"] is not None
    )
    assert {
        (stay.shift.code, f"{stay.begins_at.astimezone(ZONE):%H:%M}")
        for stay in DutyStay.objects.select_related("shift")
    } == {
        (crew["code"], stop["from"])
        for crew in crews
        for stop in crew["stops"]
        if stop["number"] is not None
    }

    publishing.withdraw_plan(
        publication=done, reason="道路封闭", by=duty_officer, at=AFTERNOON
    )
    assert not DutyStay.objects.exists()


def test_stranger_does_not_withdraw(plan, duty_officer, account):
    done = publish(plan.station, by=duty_officer)

    with pytest.raises(NotAllowed):
        publishing.withdraw_plan(
            publication=done,
            reason="道路封闭",
            by=account("duty_officer", station_code="S02", username="other"),
            at=AFTERNOON,
        )

    done.refresh_from_db()
    assert done.is_in_force


def test_printing_is_on_record(plan, duty_officer):
    done = publish(plan.station, by=duty_officer)

    publishing.record_print(publications=[done], by=duty_officer, at=AFTERNOON)

    event = Event.objects.get(kind="sheets.printed")
    assert (event.subject, event.detail) == (f"{NIGHT} S01", {"editions": {"S01": 1}})
    assert SheetPrint.objects.get().crew_code == ""


# The whole city -----------------------------------------------------------------------


@pytest.fixture
def city(plan, duty_officer):
    """S01 is ready; S02 has crews without names; S03 has no plan."""
    bare = linhe_city.add_station("S02", "二号所")
    linhe_city.add_crew(bare, "21", "car")
    plan_night(bare, by=duty_officer)
    unplanned = linhe_city.add_station("S03", "三号所")
    return [plan.station, bare, unplanned]


def publish_city(city, by, **values):
    return publishing.publish_city(
        **{
            "night": NIGHT,
            "stations": city,
            "plan_editions": {"S01": 1, "S02": 1},
            "title": "平安夜巡",
            "accepts_warnings": True,
            "by": by,
            "at": AFTERNOON,
        }
        | values
    )


def test_city_is_published_but_for_those_refused(city, duty_officer):
    done = publish_city(city, duty_officer)

    assert [p.station.code for p in done.published] == ["S01"]
    assert [(row.station.code, row.error.code) for row in done.refused] == [
        ("S02", "patrols.roster_faulty"),
        ("S03", "patrols.nothing_to_publish"),
    ]
    assert [fault.code for fault in done.refused[0].findings] == ["crew_empty"]
    assert done.order.title == "平安夜巡"
    assert [row.station.code for row in done.order.stations.all()] == ["S01"]


def test_city_published_again_joins_the_same_order(city, duty_officer):
    publish_city(city, duty_officer)
    shift = Shift.objects.get(code="21")
    unit = people.add_station_unit(city[1])
    people.assign(shift, people.add_person("21-1", unit))

    done = publish_city(city, duty_officer)

    assert [p.station.code for p in done.published] == ["S02"]
    assert [station.code for station in done.unchanged] == ["S01"]
    assert [row.station.code for row in Order.objects.get().stations.all()] == [
        "S01",
        "S02",
    ]
    assert Event.objects.get(kind="order.extended").detail == {
        "title": "平安夜巡",
        "stations": ["S02"],
    }


def test_leader_of_the_city_publishes_it_and_gives_the_order(city, account):
    leader = account("leader", station_code="")

    assert publish_city(city, leader).order.issued_by == leader


def test_station_does_not_publish_the_city(city, account):
    with pytest.raises(NotAllowed):
        publish_city(city, account("duty_officer", station_code="S01", username="s"))

    assert not Publication.objects.exists()


def test_nothing_published_gives_no_order(city, duty_officer):
    done = publish_city(city, duty_officer, plan_editions={})

    assert (done.order, done.published) == (None, ())
    assert orders.standings(NIGHT, city) == []
