"""Advice: where free units should wait; an officer takes it or does not."""

from uuid import uuid4

import pytest

from tests.factories import calls as factory
from tests.factories import desk_night, linhe_city
from tests.factories.desk_night import NOW, ago, put
from xunfang.calls import services as calls
from xunfang.calls.desk import advice
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.units.duty import services as duty
from xunfang.units.models import DutyEntry, DutyStay

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_night(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    # Linhe is small: within a few seconds, a post more or less matters.
    monkeypatch.setattr(advice, "COVER_WITHIN_S", 8.0)


@pytest.fixture
def desk(account):
    return account("duty_officer")


@pytest.fixture
def night(desk):
    """Crews 1 and 2 both stand by 柳巷's cells in the north-west: C1 is covered twice."""
    night = desk_night.build(by=desk)
    put(night.crews[0], "F", seen_at=ago(0.1))
    put(night.crews[1], "F", seen_at=ago(0.1))
    return night


def test_of_two_units_in_one_place_one_should_go_where_nobody_is(night):
    found = advice.advise(NOW)

    [suggestion] = found.suggestions
    # Residents call from C1 (12) and C4 (5): C4 at L is bare.
    assert suggestion.to.key == "cell:C4"
    assert suggestion.crew.shift.pk in {crew.pk for crew in night.crews[:2]}
    assert suggestion.gain_share > advice.MIN_GAIN


def test_a_unit_whose_plan_has_it_somewhere_soon_goes_on_with_its_plan(night):
    for number, crew in enumerate(night.crews[:2], 1):
        DutyStay.objects.create(
            shift=crew,
            number=number,
            begins_at=ago(-10),
            ends_at=ago(-40),
            lon=113.65,
            lat=34.76,
            name="夜市",
            edition=1,
        )

    found = advice.advise(NOW)

    assert found.suggestions == ()
    assert [one.stay.name for one in found.go_on] == ["夜市", "夜市"]


def test_nobody_who_is_bound_or_pauses_is_told_to_move(desk, night):
    calls.send_unit(
        call=night.calls[0], shift=night.crews[0], knows=(), by=desk, at=ago(1)
    )
    duty.report(
        shift=night.crews[1], step=DutyStep.PAUSE, key=uuid4(), by=desk, at=ago(1)
    )

    assert advice.advise(NOW).suggestions == ()


def test_at_its_meal_a_unit_is_left_alone(night):
    for crew in night.crews[:2]:
        crew.break_first_min, crew.break_last_min = 1600, 1700
        crew.break_minutes = 30
        crew.save()

    assert advice.advise(NOW).suggestions == ()


def test_who_has_driven_enough_is_not_sent_round_again(night, monkeypatch):
    monkeypatch.setattr(advice, "RIDE_S_PER_H", 0.001)

    assert advice.advise(NOW).suggestions == ()


def test_advice_is_taken_by_an_officer_and_stands_in_the_crews_log(client, desk, night):
    client.force_login(desk)
    [suggestion] = client.get("/desk/advice/").context["advice"].suggestions
    url = f"/desk/units/{suggestion.crew.shift.pk}/wait/"

    answer = client.post(url, {"post": suggestion.to.key, "accept": "1"})

    assert answer.status_code == 303
    entry = DutyEntry.objects.get(step="wait")
    assert (entry.lon, entry.lat) == (suggestion.to.lon, suggestion.to.lat)
    assert "屯警" in entry.note
    assert client.post(url, {"post": "cell:nowhere"}).status_code == 404


def test_advice_that_is_declined_is_not_given_again_at_once(client, desk, night):
    client.force_login(desk)
    for _ in range(2):
        for suggestion in client.get("/desk/advice/").context["advice"].suggestions:
            client.post(
                f"/desk/units/{suggestion.crew.shift.pk}/wait/", {"decline": "1"}
            )

    assert client.get("/desk/advice/").context["advice"].suggestions == ()
    assert not DutyEntry.objects.filter(step="wait").exists()


def test_the_table_says_which_posts_to_hold_with_so_many_units(client, desk, night):
    client.force_login(desk)

    rows = [row for row, _name in client.get("/desk/posts/").context["rows"]]

    assert rows[0].n_units == 1
    assert [row.cover_share for row in rows] == sorted(row.cover_share for row in rows)
    assert {rows[0].post.cell, rows[1].post.cell} == {0, 3}
    assert [row.is_held for row in rows[:2]] == [True, False]


def test_without_streets_there_is_no_advice_and_no_table(client, desk):
    linhe_city.add_station()
    client.force_login(desk)

    assert client.get("/desk/advice/").status_code == 200
    assert client.get("/desk/posts/").context["rows"] == []


def test_crews_on_foot_are_not_sent_across_the_city(desk, night):
    walker = linhe_city.add_crew(night.station, "w", "foot", ends_min=1800)
    factory.go_on_duty(walker, by=desk, at=ago(30))
    put(walker, "F", seen_at=ago(0.1))

    found = advice.advise(NOW)

    assert walker.pk not in [one.crew.shift.pk for one in found.suggestions]
