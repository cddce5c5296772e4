"""More at a place, in cells, and lights at posts: ordered, ending by itself or early."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.factories.linhe_city import AFTERNOON, NIGHT
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.core.planning.layers import BaselineReduced, CellSlot, Shortfall
from xunfang.patrols import extras, queries
from xunfang.patrols.models import LayerSlot, Reinforcement
from xunfang.patrols.statement import state_night
from xunfang.places.models import GridCell, KeyPlace

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Asia/Shanghai")


def kinds() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


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
