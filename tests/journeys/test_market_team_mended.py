"""A market team of one officer and five auxiliaries: refused, mended, and mended again.

First on paper, when somebody sets it up; then in the evening, when one of its two officers
cannot come and the night may not be published without another.
"""

import pytest

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.factories.people import add_person, add_station_unit
from tests.factories.published_night import plan_night
from xunfang.accounts.models import Standing
from xunfang.core.planning.budget import Budget
from xunfang.patrols.models import Publication
from xunfang.patrols.plans import making
from xunfang.units.models import Assignment, Part, Shift, TeamTemplate
from xunfang.units.roster import night as roster

pytestmark = pytest.mark.django_db(transaction=True)

ROSTER = f"/roster/{NIGHT}/S01/"
BOARD = f"/tonight/{NIGHT}/S01/"


@pytest.fixture
def station(settings, tmp_path, monkeypatch):
    """Linhe with its crews, and people enough for one team more."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTERNOON)
    monkeypatch.setattr(making, "budget_of", lambda run, **_: Budget(iterations=60))
    linhe_city.import_streets()
    station = linhe_city.build_city()
    unit = add_station_unit(station)
    for n in range(30):
        standing = Standing.SWORN if n < 14 else Standing.AUXILIARY
        add_person(f"{standing[0]}{n:02}", unit, standing=standing)
    return station


@pytest.mark.row("C02")
def test_team_of_one_and_five_is_refused_and_mended(client, account, station):
    officer = account("duty_officer", station_code="")
    client.force_login(officer)
    template, _ = TeamTemplate.objects.get_or_create(
        code="market", defaults={"name": "集市组", "min_sworn": 2, "min_total": 6}
    )
    team = {
        "code": "M1",
        "name": "河滨集市组",
        "template": template.pk,
        "begins": "18:00",
        "ends": "22:00",
        "mode": "foot",
    }

    refused = client.post(f"{ROSTER}crews/", team | {"n_sworn": 1, "n_auxiliary": 5})
    assert refused.status_code == 422
    assert "河滨集市组" in refused.content.decode()
    client.post(f"{ROSTER}crews/", team | {"n_sworn": 2, "n_auxiliary": 4})
    client.post(f"{ROSTER}fill/")
    assert faults(station) == []
    plan = plan_night(station, by=officer)

    # At half past five one of the two calls: the team is red, the night is not published.
    market = Shift.objects.get(code="M1")
    ill = Assignment.objects.filter(
        shift=market, part=Part.MEMBER, person__standing=Standing.SWORN
    ).earliest("pk")
    client.post(f"/roster/places/{ill.pk}/absent/")
    assert faults(station) == ["absent", "too_few_sworn", "too_few_people"]
    assert "crew--red" in client.get(ROSTER).content.decode()
    assert publish(client, plan).status_code == 409
    assert not Publication.objects.exists()

    stand_in = Assignment.objects.get(
        shift=market, part=Part.STAND_IN, person__standing=Standing.SWORN
    )
    market.refresh_from_db()
    client.post(
        f"/roster/places/{ill.pk}/replace/",
        {"person": stand_in.person.pk, "seen": market.revision},
    )
    client.post(f"{ROSTER}fill/")
    assert faults(station) == []
    assert publish(client, plan).status_code == 303
    assert Publication.objects.get().is_in_force


def faults(station) -> list[str]:
    found = roster.conflicts(night=NIGHT, stations=[station])
    return [conflict.code for conflict in found if conflict.is_fault]


def publish(client, plan):
    return client.post(
        f"{BOARD}publish/",
        {"plan_edition": plan.edition, "accepts_warnings": "on"},
    )
