"""Units that 110 names are our crews where they are; what it brings in owes after-care."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from tests.factories import calls as factory
from tests.factories.calls import add_class
from tests.factories.linhe_city import add_crew, add_station
from tests.rooms.calls.conftest import NOW
from tests.rooms.calls.test_mirror import LINE, evening
from xunfang.calls import services
from xunfang.calls.models import Call, CallTask, Dispatch
from xunfang.calls.queries import open_assignments
from xunfang.core.dispatching.unit_states import UnitState
from xunfang.units.duty.queries import standings

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew(account):
    """The crew 东街组 of S01, on duty since an hour before the call of the evening."""
    desk = account("duty_officer", username="commands")
    crew = add_crew(add_station(), "3", name="东街组", ends_min=1800)
    factory.go_on_duty(crew, by=desk, at=evening("19:00:00"))
    return crew


def test_a_unit_110_names_is_the_crew_on_duty_and_the_desk_knows_it_is_busy(
    bring, crew
):
    bring(LINE | {"处警单位": "东 街组", "管辖单位": crew.station.name})

    dispatch = Dispatch.objects.get()
    assert (dispatch.shift, dispatch.unit_text) == (crew, "东 街组")
    standing = standings([crew], open_assignments([crew]))[crew.pk]
    assert (standing.state, standing.assignment) == (UnitState.ASSIGNED, dispatch.pk)


def test_a_crew_is_known_by_its_code_in_full_width_and_is_free_when_110_has_closed(
    bring, crew
):
    line = LINE | {"处警单位": "３", "管辖单位": crew.station.name}

    bring(line)
    assert open_assignments([crew]).keys() == {crew.pk}
    bring(line | {"结案时间": "2026-08-14 21:00:00"})

    # 110 closed it without a word of the unit's end: it binds nobody any more.
    assert Dispatch.objects.get().shift == crew
    assert open_assignments([crew]) == {}


@pytest.mark.parametrize(
    ("unit", "minutes_on"), [("西街组", -60), ("东街组", 120)], ids=["other", "not yet"]
)
def test_a_unit_that_is_none_of_ours_stays_what_110_calls_it(
    bring, account, unit, minutes_on
):
    desk = account("duty_officer", username="commands")
    crew = add_crew(add_station(), "3", name="东街组", ends_min=1800)
    on_at = evening("20:00:00") + timedelta(minutes=minutes_on)
    factory.go_on_duty(crew, by=desk, at=on_at)

    bring(LINE | {"处警单位": unit, "管辖单位": crew.station.name})

    dispatch = Dispatch.objects.get()
    assert (dispatch.shift, dispatch.unit_name, dispatch.is_ours) == (None, unit, False)
    assert open_assignments([crew]) == {}


def test_what_the_desk_sent_and_110_names_is_one_dispatch(bring, account, crew):
    desk = account("duty_officer", username="sends", station_code=crew.station.code)
    line = LINE | {"管辖单位": crew.station.name}
    bring(line | {"处警单位": "", "派警时间": ""})
    call = Call.objects.get()
    services.send_unit(call=call, shift=crew, knows=(), by=desk, at=evening("20:01:20"))

    bring(line | {"到达现场时间": "2026-08-14 20:06:10"})

    dispatch = Dispatch.objects.get()
    assert (dispatch.shift, dispatch.status) == (crew, "on_scene")


def test_a_clock_without_a_unit_is_of_a_unit_that_is_not_named(bring, crew):
    bring(LINE | {"处警单位": "", "管辖单位": crew.station.name})

    dispatch = Dispatch.objects.get()
    with override("zh-hans"):
        assert (dispatch.shift, dispatch.unit_name) == (None, "未写明的单位")


def test_a_class_with_a_card_that_110_corrects_owes_after_care(bring):
    add_class("qt", name="其他")
    add_class("jb", name="家庭暴力", protocol="domestic_violence")
    bring(LINE | {"警情类别": "其他"})
    assert not CallTask.objects.exists()

    bring(LINE | {"警情类别": "家庭暴力"}, at=NOW + timedelta(minutes=5))

    task = CallTask.objects.get()
    assert (task.call.number, task.kind) == ("3701", CallTask.AFTER_CARE)


def test_a_table_of_last_year_owes_nobody_a_visit(bring):
    add_class("jb", name="家庭暴力", protocol="domestic_violence")

    bring(LINE | {"警情类别": "家庭暴力"}, at=NOW + timedelta(days=200))

    assert not CallTask.objects.exists()
