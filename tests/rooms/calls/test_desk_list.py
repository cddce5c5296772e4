"""The list of units at the desk when a city has many on duty."""

import pytest

from tests.factories import calls as factory
from tests.factories import desk_night, linhe_city
from tests.factories.desk_night import NOW, ago, put
from xunfang.calls.models import OfferList

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _three_in_the_morning(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def test_the_first_twenty_units_are_shown_and_the_others_when_they_are_asked_for(
    client, account
):
    desk = account("duty_officer")
    night = desk_night.build(by=desk)
    client.force_login(desk)
    for n in range(20):
        crew = linhe_city.add_crew(night.station, f"x{n}", ends_min=1800)
        factory.go_on_duty(crew, by=desk, at=ago(30))
        put(crew, "K", seen_at=ago(1))

    first = client.get("/desk/", {"call": night.calls[0].pk})
    kept = OfferList.objects.latest("pk")
    every = client.get("/desk/", {"call": night.calls[0].pk, "all": "1"})

    # Two of the three of the night have been seen, and the twenty that came.
    shown = [line.offer.crew.shift.pk for line in first.context["work"].lines]
    assert (len(shown), first.context["work"].n_more) == (20, 2)
    assert shown == [line["shift"] for line in kept.lines[:20]]
    assert len(kept.lines) == 23
    assert "再显示 2 个警组" in first.content.decode()
    assert len(every.context["work"].lines) == 22
    assert every.context["work"].n_more == 0
