"""The demo's night has people in its crews, and keeps whoever was put in by hand."""

import pytest

from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.factories.rosters import Linhe
from xunfang.cli.demo.load_roster import load_roster
from xunfang.units.models import Assignment, Part
from xunfang.units.roster import night as roster

pytestmark = pytest.mark.django_db


def test_crews_of_the_demo_are_filled_once(account):
    linhe = Linhe()
    officer = account("duty_officer", station_code="")
    linhe.group(n_sworn=1)
    linhe.crew("1", n_sworn=1, n_auxiliary=1)

    load_roster(night=NIGHT, by=officer, at=AFTERNOON)

    out = Assignment.objects.exclude(part=Part.STAND_IN)
    assert out.count() == 5
    found = roster.conflicts(night=NIGHT, stations=[linhe.station])
    assert [conflict for conflict in found if conflict.is_fault] == []
    kept = set(Assignment.objects.values_list("pk", flat=True))
    out.first().delete()
    load_roster(night=NIGHT, by=officer, at=AFTERNOON)
    assert set(Assignment.objects.values_list("pk", flat=True)) < kept
