"""``xunfang coverage``, and the demo's crews of last night."""

from datetime import timedelta

import pytest

from tests.factories import linhe_city
from tests.factories.linhe_city import NIGHT
from tests.factories.patrolled_night import clock, log, stay
from xunfang.cli import coverage, serve
from xunfang.cli.demo import load_devices, load_positions
from xunfang.cli.main import main
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.patrols.models import StayDone
from xunfang.units.models import Device, DeviceUse, Fix, Position, Shift

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _linhe(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(serve, "set_up", lambda: None)
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock("31:00"))
    linhe_city.import_streets()
    linhe_city.build_city()


def test_what_has_come_is_folded_and_told_once(capsys):
    shift = Shift.objects.get(code="1")
    log(shift, ("18:00", DutyStep.ON, "car"))
    stay(shift, "F", begins="19:00", minutes=20)

    assert main(["coverage"]) == 0
    first = capsys.readouterr().out
    assert main(["coverage", "--night", f"{NIGHT}", "--target-min", "30"]) == 0
    whole = capsys.readouterr().out
    assert main(["coverage"]) == 0

    assert "S01    18:00–21:00 1/4   21:00–00:00 0/4   00:00–03:00 0/4" in first
    assert "18:00–21:00 0/4" in whole
    assert "nothing new" in capsys.readouterr().out
    assert coverage.run.__doc__


def test_demo_crews_of_last_night_were_out_once(account, monkeypatch):
    officer = account("duty_officer", station_code="")
    night = NIGHT - timedelta(days=1)

    def put_on_shift(_city, *, night):
        station = Shift.objects.earliest("pk").station
        for code, mode in (("1", "car"), ("2", "foot")):
            linhe_city.add_crew(station, code, mode, night=night)

    monkeypatch.setattr(load_positions, "load_night", put_on_shift)

    for _ in range(2):
        load_positions.load_positions(None, night=night, by=officer)

    assert set(Fix.objects.values_list("shift__code", "shift__night").distinct()) == {
        ("1", night),
        ("2", night),
    }
    assert set(StayDone.objects.values_list("kept", flat=True)) == {"kept"}


def test_demo_crews_of_tonight_are_on_the_map_with_devices_once(account):
    officer = account("duty_officer", station_code="")
    account("administrator", station_code="")
    at = clock("20:00")

    for _ in range(2):
        load_devices.load_devices(night=NIGHT, by=officer, at=at)

    [shift] = {use.shift for use in DeviceUse.objects.all()}
    assert Device.objects.count() == 2
    assert Fix.objects.filter(shift=shift).count() == 40
    position = Position.objects.get(shift=shift)
    assert at - position.fixed_at < timedelta(minutes=1)
