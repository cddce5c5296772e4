"""The demo's calls: a night's first ones, brought in as 110 brings them, once."""

from zoneinfo import ZoneInfo

import pytest

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from xunfang.calls.models import Call, CallImport, Referral
from xunfang.cli.demo.load_calls import TOLD, load_calls

pytestmark = pytest.mark.django_db


def test_a_nights_calls_are_loaded_once_and_none_lies_ahead(account):
    officer = account("duty_officer", station_code="")
    linhe_city.build_city()

    for _ in range(2):
        load_calls(
            night=NIGHT, by=officer, at=AFTERNOON, zone=ZoneInfo("Asia/Shanghai")
        )

    done = CallImport.objects.get()
    assert (done.n_new, done.n_set_aside, done.n_doubtful) == (len(TOLD), 0, 0)
    assert done.unknown_classes == {}
    assert Call.objects.count() == len(TOLD) + 2
    assert not Call.objects.filter(reported_at__gt=AFTERNOON).exists()
    assert Call.objects.filter(status="closed").exists()
    assert Call.objects.filter(reporter="patrol").count() == 1
    assert Call.objects.exclude(merged_into=None).count() == 1
    assert Referral.objects.get().office == "12345"
