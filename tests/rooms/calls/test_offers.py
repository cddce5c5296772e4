"""The units for a call: by road, with what speaks for them; a person chooses."""

from datetime import timedelta
from uuid import uuid4

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import calls as factory
from tests.factories import desk_night, linhe_city
from tests.factories.desk_night import NIGHT, NOW, ago, put
from tests.towns.linhe import at as node_at
from xunfang.accounts.policies import NotAllowed
from xunfang.calls import services as calls
from xunfang.calls.models import OfferList
from xunfang.calls.sending import services
from xunfang.calls.sending.offers import TURNOUT_S, crews_on_duty, offers
from xunfang.core.dispatching.recommend import Reason, Shortfall
from xunfang.core.dispatching.unit_states import DutyStep, UnitState
from xunfang.units.duty import services as duty
from xunfang.units.duty.crews import forget_nights
from xunfang.units.models import DutyStay, Shift

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_data_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def desk(account):
    return account("duty_officer")


@pytest.fixture
def night(desk):
    return desk_night.build(by=desk)


def codes(found):
    return [line.crew.shift.code for line in found.lines]


def test_units_are_listed_by_the_time_they_take_by_road(desk, night):
    """The robbery is at G. Crew 2 comes from H, 200 m on 人民路: 16 s as an ordinary car.
    Crew 1 moves to R, from where it drives 顺河路 and round: farther, though R is nearer
    to G than A.
    """
    put(night.crews[0], "R", seen_at=NOW)

    found = offers(call=night.calls[0], at=NOW)

    first, second = found.lines[:2]
    assert codes(found)[:2] == ["2", "1"]
    assert TURNOUT_S < first.option.arrival_s < second.option.arrival_s
    assert Reason.CLOSEST_BY_ROAD in first.option.reasons
    assert Reason.CLOSEST_BY_ROAD not in second.option.reasons


@pytest.mark.row("H01")
def test_three_groups_far_and_near_are_listed_in_order_and_nobody_off_duty(
    desk, tmp_path
):
    """At 300, 900 and 2000 m along one street; a fourth at 100 m is off duty."""
    linhe_city.import_street(
        [-2000.0, -900.0, -300.0, -100.0, 0.0, 100.0, 300.0, 900.0, 2000.0], by=desk
    )
    station = linhe_city.add_station()
    crews = {}
    for code, metres in (("far", 2000), ("mid", -900), ("near", 300), ("off", 100)):
        crews[code] = factory.add_shift(NIGHT, station, code, ends_min=1800)
        factory.go_on_duty(crews[code], by=desk, at=ago(60))
        lon, lat = node_at("P", east_m=float(metres), north_m=0.0)[0]
        position = put(crews[code], "P", seen_at=ago(1))
        type(position).objects.filter(pk=position.pk).update(lon=lon, lat=lat)
    duty.report(
        shift=crews["off"], step=DutyStep.OFF, key=uuid4(), by=desk, at=ago(0.5)
    )
    duty.report(
        shift=crews["mid"], step=DutyStep.STAND_BY, key=uuid4(), by=desk, at=ago(5)
    )
    lon, lat = node_at("P")[0]
    call = factory.add_call(
        "110-9", by=desk, at=NOW, point=(float(lon), float(lat)), urgency=2
    )

    found = offers(call=call, at=NOW)

    assert [
        (line.crew.shift.code, line.crew.standing.state) for line in found.lines
    ] == [
        ("near", UnitState.PATROL),
        ("mid", UnitState.STANDING_BY),
        ("far", UnitState.PATROL),
    ]


def test_a_position_is_as_old_as_its_fix(night):
    found = offers(call=night.calls[0], at=NOW + timedelta(minutes=6))

    ages = {line.crew.shift.code: line.option.position_age_s for line in found.lines}
    assert ages["1"] == pytest.approx(366)
    assert ages["2"] == pytest.approx(480)
    old = [line for line in found.lines if Reason.POSITION_OLD in line.option.reasons]
    assert {line.crew.shift.code for line in old} == {"1", "2"}


def test_nobody_knows_where_a_unit_is_that_was_never_seen(night):
    found = offers(call=night.calls[0], at=NOW)

    [silent] = [line for line in found.lines if line.crew.shift.code == "3"]
    assert not silent.option.is_offered
    assert Shortfall.POSITION_TOO_OLD in silent.option.shortfalls
    assert silent.option.position_age_s is None


def test_a_unit_nobody_has_seen_counts_from_where_its_plan_has_it(night):
    lon, lat = node_at("L")[0]
    DutyStay.objects.create(
        shift=night.crews[2],
        number=1,
        begins_at=ago(10),
        ends_at=ago(-50),
        lon=lon,
        lat=lat,
        name="健康路岗",
        is_post=True,
        worth=3.0,
        edition=1,
    )

    found = offers(call=night.calls[0], at=NOW)

    [line] = [line for line in found.lines if line.crew.shift.code == "3"]
    assert line.crew.is_by_plan
    assert line.option.is_offered
    assert line.breaks.name == "健康路岗"
    assert line.option.patrol_min_lost == pytest.approx(60)
    assert Reason.PATROL_BROKEN in line.option.reasons


def test_what_a_units_going_costs_is_the_cover_that_only_it_gives(night):
    """All cells are in reach of both cars: what one leaves, the other still covers."""
    both = offers(call=night.calls[0], at=NOW).lines
    shares = {line.crew.shift.code: line.option.cover_lost_share for line in both}
    assert shares["1"] == pytest.approx(shares["2"])

    night.crews[1].position.delete()
    alone = offers(call=night.calls[0], at=NOW).lines
    [line] = [line for line in alone if line.crew.shift.code == "1"]

    assert line.option.cover_lost_share > shares["1"]


@pytest.mark.row("D08")
def test_the_filter_woman_officer_returns_only_crews_that_declared_it_tonight(
    desk, night
):
    duty.declare(shift=night.crews[1], kinds=["woman_officer"], by=desk, at=ago(30))
    other_night = factory.add_shift(
        NIGHT - timedelta(days=1), night.station, "1", ends_min=1800
    )
    duty.declare(shift=other_night, kinds=["woman_officer"], by=desk, at=ago(30))

    found = offers(call=night.calls[0], at=NOW, needs=["woman_officer"])

    offered = [line for line in found.lines if line.option.is_offered]
    assert [line.crew.shift.pk for line in offered] == [night.crews[1].pk]
    assert Reason.MEETS_NEEDS in offered[0].option.reasons
    assert all(
        Shortfall.NEED_NOT_DECLARED in line.option.shortfalls
        for line in found.lines
        if not line.option.is_offered
    )


def test_a_call_without_a_place_names_every_unit_without_a_time(desk, night):
    call = factory.add_call("110-8", by=desk, at=NOW, station=night.station)

    found = offers(call=call, at=NOW)

    assert len(found.lines) == 3
    assert all(
        Shortfall.NO_WAY in line.option.shortfalls and line.option.arrival_s is None
        for line in found.lines
    )


def test_the_list_stays_with_the_choice(desk, night):
    found, kept = services.show_offers(call=night.calls[0], by=desk, at=NOW)
    second = Shift.objects.get(pk=found.lines[1].crew.shift.pk)

    dispatch = services.send_from_list(
        kept=kept, shift=second, by=desk, at=NOW, because="熟悉路"
    )

    kept.refresh_from_db()
    assert (kept.dispatch, kept.place_in_list, kept.because) == (dispatch, 2, "熟悉路")
    assert [line["code"] for line in kept.lines] == codes(found)
    assert kept.lines[0]["reasons"] == [
        reason.value for reason in found.lines[0].option.reasons
    ]


def test_the_same_choice_sent_twice_is_one_dispatch(desk, night):
    _, kept = services.show_offers(call=night.calls[0], by=desk, at=NOW)
    key = uuid4()
    send = {"kept": kept, "shift": night.crews[0], "by": desk, "at": NOW, "key": key}

    first, again = services.send_from_list(**send), services.send_from_list(**send)

    assert first == again
    assert OfferList.objects.filter(dispatch=first).count() == 1


def test_a_unit_another_desk_sent_meanwhile_is_not_sent_unseen(desk, night):
    _, kept = services.show_offers(call=night.calls[0], by=desk, at=NOW)
    calls.send_unit(
        call=night.calls[1], shift=night.crews[0], knows=(), by=desk, at=NOW
    )

    with pytest.raises(calls.UnitBound):
        services.send_from_list(kept=kept, shift=night.crews[0], by=desk, at=NOW)


def test_a_unit_that_came_on_duty_later_is_not_in_the_list(desk, night):
    _, kept = services.show_offers(call=night.calls[0], by=desk, at=NOW)
    late = linhe_city.add_crew(night.station, "9", ends_min=1800)
    factory.go_on_duty(late, by=desk, at=NOW)

    with pytest.raises(services.NotInList):
        services.send_from_list(kept=kept, shift=late, by=desk, at=NOW)


def test_nobody_is_shown_the_units_for_a_call_of_another_ground(account, night):
    stranger = account("duty_officer", station_code="S02", username="stranger")

    with pytest.raises(NotAllowed):
        services.show_offers(call=night.calls[0], by=stranger, at=NOW)


def test_more_units_take_as_many_queries(desk, night):
    offers(call=night.calls[0], at=NOW)  # The ground of the day is read once.
    forget_nights()
    with CaptureQueriesContext(connection) as few:
        offers(call=night.calls[0], at=NOW)
    for n in range(5):
        crew = linhe_city.add_crew(night.station, f"x{n}", ends_min=1800)
        factory.go_on_duty(crew, by=desk, at=ago(30))
        put(crew, "K", seen_at=ago(1))

    forget_nights()
    with CaptureQueriesContext(connection) as many:
        offers(call=night.calls[0], at=NOW)

    assert len(many) == len(few)
    assert len(crews_on_duty(NOW)) == 8
    assert np.isfinite(offers(call=night.calls[0], at=NOW).lines[0].option.arrival_s)
