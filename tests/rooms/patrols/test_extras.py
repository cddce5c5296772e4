"""More at a place, in cells, and lights at posts: ordered, ending by itself or early."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.factories.linhe_city import AFTERNOON, NIGHT
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.core.planning import check
from xunfang.core.planning.budget import Budget
from xunfang.core.planning.layers import BaselineReduced, CellSlot, Shortfall
from xunfang.core.planning.problem import CrewNeed
from xunfang.core.planning.solve import solve
from xunfang.patrols import queries
from xunfang.patrols.board.reasons import why_here
from xunfang.patrols.extras import services as extras
from xunfang.patrols.models import LayerSlot, LightWindow, Overlay, Reinforcement
from xunfang.patrols.wanted.lights import lights_of
from xunfang.patrols.wanted.statement import state_night
from xunfang.places.models import GridCell, KeyPlace

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Asia/Shanghai")


def kinds() -> list[str]:
    """Return what was recorded, beside the import with which the city began."""
    events = Event.objects.order_by("pk").exclude(kind="calendar.imported")
    return list(events.values_list("kind", flat=True))


def reinforce(user, reason="连续失窃", **values):
    place = KeyPlace.objects.get(code="K1")
    return extras.order_reinforcement(
        **{
            "place": place,
            "minutes": 30,
            "begins_on": NIGHT,
            "reason": reason,
            "by": user,
            "at": AFTERNOON,
        }
        | values
    )


def nights_with_it(station, streets) -> list[date]:
    nights = [NIGHT + timedelta(days=n) for n in range(-1, 23)]
    return [
        night
        for night in nights
        if any(
            stop.id.startswith("extra:")
            for stop in state_night(
                station=station, night=night, network=streets, zone=ZONE
            ).problem.stops
        )
    ]


@pytest.mark.row("B14")
def test_reinforcement_ends_by_itself_after_21_days(streets, station, duty_officer):
    order = reinforce(duty_officer)

    nights = nights_with_it(station, streets)

    assert nights == [NIGHT + timedelta(days=n) for n in range(21)]
    assert order.until == date(2026, 9, 3)


@pytest.mark.row("B14")
def test_reinforcement_is_renewed_only_with_a_new_reason(station, duty_officer):
    order = reinforce(duty_officer)
    later = {"begins_on": date(2026, 9, 4), "renews": order}

    with pytest.raises(extras.ReasonMissing):
        reinforce(duty_officer, **later)
    renewal = reinforce(duty_officer, reason="又有两起", **later)

    assert list(Reinforcement.objects.all()) == [order, renewal]
    assert renewal.until == date(2026, 9, 24)


@pytest.mark.row("B14")
@pytest.mark.parametrize("reason", ["", "   "])
def test_reinforcement_without_a_reason_is_refused(station, duty_officer, reason):
    with pytest.raises(extras.ReasonMissing):
        reinforce(duty_officer, reason=reason)

    assert Reinforcement.objects.count() == 0


def test_reinforcement_longer_than_21_nights_is_refused(station, duty_officer):
    with pytest.raises(extras.ReinforcementTooLong):
        reinforce(duty_officer, until=NIGHT + timedelta(days=21))

    assert Reinforcement.objects.count() == 0


def test_reinforcement_is_refused_to_a_stranger(account, station):
    with pytest.raises(NotAllowed):
        reinforce(account("duty_officer", station_code="S02"))

    assert Reinforcement.objects.count() == 0


def baseline(cell: str, hour: int, n_officers: int) -> None:
    LayerSlot.objects.create(
        layer=LayerSlot.BASELINE,
        cell=GridCell.objects.get(code=cell),
        hour=hour,
        n_officers=n_officers,
    )


@pytest.mark.row("A07")
def test_overlay_that_takes_baseline_officers_is_refused_with_cell_and_shortfall(
    station, duty_officer
):
    baseline("C1", 21, 2)

    with pytest.raises(BaselineReduced) as refusal:
        extras.save_overlay(
            name="夏夜",
            changes={("C1", 21): -1, ("C2", 22): 1},
            by=duty_officer,
            at=AFTERNOON,
        )

    assert refusal.value.shortfalls == (
        Shortfall(CellSlot("C1", 1260, 1320), baseline_min=120, left_min=60),
    )
    assert LayerSlot.objects.filter(layer="夏夜").count() == 0


@pytest.mark.row("A07")
def test_overlay_adds_to_the_baseline_and_replaces_what_it_added_before(
    station, duty_officer
):
    baseline("C1", 21, 2)
    for n_officers in (5, 1):
        extras.save_overlay(
            name="夏夜",
            changes={("C1", 21): n_officers},
            by=duty_officer,
            at=AFTERNOON,
        )

    assert queries.layer("夏夜").officer_minutes == {CellSlot("C1", 1260, 1320): 60}
    assert queries.layer("baseline").officer_minutes == {
        CellSlot("C1", 1260, 1320): 120
    }
    assert kinds().count("overlay.saved") == 2


def test_overlay_is_refused_to_who_plans_for_one_station_only(account, station):
    with pytest.raises(NotAllowed):
        extras.save_overlay(
            name="夏夜",
            changes={("C1", 21): 1},
            by=account("duty_officer", station_code="S01"),
            at=AFTERNOON,
        )


def plan_of(station, streets, night=NIGHT):
    problem = state_night(
        station=station, night=night, network=streets, zone=ZONE
    ).problem
    return problem, solve(
        problem, budget=Budget(iterations=60), seed=1, with_bound=False
    )


@pytest.mark.row("A07")
def test_plan_made_tonight_holds_what_a_campaign_adds_and_says_why(
    station, streets, duty_officer
):
    """Four officers at C3 from 21:00 to 23:00: a crew of four, hour by hour."""
    extras.save_overlay(
        name="夏夜",
        changes={("C3", 21): 4, ("C3", 22): 4},
        by=duty_officer,
        at=AFTERNOON,
        begins_on=NIGHT,
        until=NIGHT + timedelta(days=2),
    )

    problem, plan = plan_of(station, streets)

    stays = sorted(
        (event.start, event.end)
        for route in plan.routes
        for event in route.events
        if event.id.startswith("overlay:C3")
    )
    assert stays == [(1260, 1320), (1320, 1380)]
    assert check.violations(problem, plan) == ()
    [post, _] = [post for post in problem.posts if post.layer == "夏夜"]
    assert post.need.crew == CrewNeed(sworn=1, total=4)
    assert why_here(post.reason) == "夏夜：本时段增派 4 人，至 2026-08-16。"


@pytest.mark.row("A07")
def test_more_officers_than_a_crew_has_are_several_crews_together(
    station, streets, duty_officer
):
    """Seven in crews of four: two crews of four."""
    extras.save_overlay(
        name="夏夜", changes={("C3", 1): 7}, by=duty_officer, at=AFTERNOON
    )

    problem, _ = plan_of(station, streets)

    [post] = [post for post in problem.posts if post.layer == "夏夜"]
    assert (post.units, post.need.crew.total) == (2, 4)
    assert post.window == (1500, 1560)


def test_overlay_ends_by_itself_and_early(station, streets, duty_officer):
    extras.save_overlay(
        name="夏夜",
        changes={("C3", 21): 2},
        by=duty_officer,
        at=AFTERNOON,
        begins_on=NIGHT,
        until=NIGHT + timedelta(days=1),
    )
    overlay = Overlay.objects.get()

    def nights() -> list[int]:
        return [
            n
            for n in range(4)
            if any(
                post.layer == "夏夜"
                for post in state_night(
                    station=station,
                    night=NIGHT + timedelta(days=n),
                    network=streets,
                    zone=ZONE,
                ).problem.posts
            )
        ]

    by_itself = nights()
    extras.end_overlay(
        overlay=overlay, by=duty_officer, at=AFTERNOON + timedelta(days=1)
    )

    assert by_itself == [0, 1]
    assert nights() == [0]
    assert kinds() == ["overlay.saved", "overlay.ended"]


def test_overlay_is_extended_by_a_cell_and_keeps_what_it_had(station, duty_officer):
    def extend(changes, **values):
        extras.extend_overlay(
            **{
                "name": "夏夜",
                "changes": changes,
                "begins_on": NIGHT,
                "until": NIGHT,
                "by": duty_officer,
                "at": AFTERNOON,
            }
            | values
        )

    extend({("C1", 21): 2, ("C1", 22): 2})
    extend({("C1", 22): 5, ("C3", 0): 1}, until=NIGHT + timedelta(days=3))

    slots = LayerSlot.objects.values_list("cell__code", "hour", "n_officers")
    assert list(slots) == [("C1", 21, 2), ("C1", 22, 5), ("C3", 0, 1)]
    overlay = Overlay.objects.get()
    assert (overlay.begins_on, overlay.until) == (NIGHT, NIGHT + timedelta(days=3))


def test_campaign_that_has_ended_begins_anew_without_its_old_cells(
    station, duty_officer
):
    extras.save_overlay(
        name="夏夜", changes={("C1", 21): 2}, by=duty_officer, at=AFTERNOON
    )
    extras.end_overlay(overlay=Overlay.objects.get(), by=duty_officer, at=AFTERNOON)

    extras.extend_overlay(
        name="夏夜",
        changes={("C3", 21): 2},
        begins_on=NIGHT,
        until=NIGHT,
        by=duty_officer,
        at=AFTERNOON,
    )

    assert [slot.cell.code for slot in LayerSlot.objects.all()] == ["C3"]
    assert Overlay.objects.get().ended_on is None


def test_overlay_longer_than_a_hundred_nights_is_refused(station, duty_officer):
    with pytest.raises(extras.OverlayTooLong):
        extras.save_overlay(
            name="夏夜",
            changes={("C1", 21): 2},
            by=duty_officer,
            at=AFTERNOON,
            begins_on=NIGHT,
            until=NIGHT + timedelta(days=100),
        )

    assert Overlay.objects.count() == LayerSlot.objects.count() == 0


@pytest.mark.row("B14")
def test_reinforcement_is_ended_early_once(streets, station, duty_officer):
    order = reinforce(duty_officer)
    later = AFTERNOON + timedelta(days=5)

    ended = extras.end_reinforcement(order=order, by=duty_officer, at=later)
    with pytest.raises(extras.OrderOver):
        extras.end_reinforcement(order=order, by=duty_officer, at=later)

    assert (ended.ended_on, ended.ended_by) == (
        NIGHT + timedelta(days=5),
        duty_officer,
    )
    assert nights_with_it(station, streets) == [
        NIGHT + timedelta(days=n) for n in range(5)
    ]
    assert kinds() == ["reinforcement.ordered", "reinforcement.ended"]


def test_what_has_not_begun_yet_never_will_once_it_is_ended(
    streets, station, duty_officer
):
    order = reinforce(duty_officer, begins_on=NIGHT + timedelta(days=3))

    extras.end_reinforcement(order=order, by=duty_officer, at=AFTERNOON)

    assert nights_with_it(station, streets) == []


def test_what_has_ended_by_itself_cannot_be_ended_early(station, duty_officer):
    order = reinforce(duty_officer, until=NIGHT)

    with pytest.raises(extras.OrderOver):
        extras.end_reinforcement(
            order=order, by=duty_officer, at=AFTERNOON + timedelta(days=1)
        )

    order.refresh_from_db()
    assert order.ended_on is None


@pytest.mark.row("B14")
def test_reinforcement_is_renewed_once(station, duty_officer):
    order = reinforce(duty_officer)
    later = {"begins_on": date(2026, 9, 4), "renews": order}
    reinforce(duty_officer, reason="又有两起", **later)

    with pytest.raises(extras.RenewedAlready):
        reinforce(duty_officer, reason="再有一起", **later)

    assert Reinforcement.objects.count() == 2


def test_order_for_nights_that_are_over_is_refused(station, duty_officer):
    yesterday = NIGHT - timedelta(days=1)

    with pytest.raises(extras.NightOver):
        reinforce(duty_officer, begins_on=yesterday, until=yesterday)
    with pytest.raises(extras.NightOver):
        light(station, duty_officer, begins_on=yesterday, until=yesterday)

    assert Reinforcement.objects.count() == LightWindow.objects.count() == 0


@pytest.mark.parametrize("role", ["leader", "duty_officer"])
def test_leaders_and_duty_officers_may_order(account, station, role):
    by = account(role, station_code="")

    order = reinforce(by)

    assert order.ordered_by == by


def test_patrol_officers_order_nothing(account, station):
    officer = account("patrol_officer", station_code="S01")

    with pytest.raises(NotAllowed):
        reinforce(officer)
    with pytest.raises(NotAllowed):
        light(station, officer)
    with pytest.raises(NotAllowed):
        extras.save_overlay(
            name="夏夜", changes={("C1", 21): 1}, by=officer, at=AFTERNOON
        )

    assert kinds() == []


def light(station, by, **values) -> LightWindow:
    return extras.set_lights(
        **{
            "station": station,
            "window": (1200, 1290),
            "begins_on": NIGHT,
            "by": by,
            "at": AFTERNOON,
        }
        | values
    )


def unlit(station, streets, night=NIGHT):
    problem = state_night(
        station=station, night=night, network=streets, zone=ZONE
    ).problem
    lights = lights_of(problem, station=station, night=night, zone=ZONE)
    return {post.post: post.unlit for post in lights.unlit}, dict(lights.on)


@pytest.mark.row("A13")
def test_gate_in_the_dark_is_flagged_until_its_light_is_on_all_along(
    station, streets, duty_officer
):
    """The gate of K3 stands from 21:00 to 21:50; in August Linhe is dark by then."""
    gate = "gate:K3:1260"

    before = unlit(station, streets)
    light(station, duty_officer)
    partly = unlit(station, streets)
    light(station, duty_officer, place_code="K3", window=(1280, 1400))
    wholly = unlit(station, streets)

    assert before == ({gate: ((1260, 1310),)}, {gate: ()})
    assert partly == ({gate: ((1290, 1310),)}, {gate: ((1260, 1290),)})
    assert wholly == ({}, {gate: ((1260, 1310),)})


@pytest.mark.row("A13")
def test_light_of_another_school_or_another_night_does_not_count(
    station, streets, duty_officer
):
    light(station, duty_officer, place_code="K1", window=(1080, 1800))
    light(
        station,
        duty_officer,
        window=(1080, 1800),
        begins_on=NIGHT + timedelta(days=1),
    )

    flagged, _ = unlit(station, streets)

    assert set(flagged) == {"gate:K3:1260"}


def test_light_window_that_was_ended_no_longer_counts_but_did_on_old_nights(
    station, streets, duty_officer
):
    lights = light(station, duty_officer, window=(1080, 1800))
    friday_after = NIGHT + timedelta(days=7)

    extras.end_lights(lights=lights, by=duty_officer, at=AFTERNOON + timedelta(days=7))

    assert unlit(station, streets)[0] == {}
    assert set(unlit(station, streets, friday_after)[0]) == {"gate:K3:1260"}
    assert kinds() == ["lights.set", "lights.ended"]
