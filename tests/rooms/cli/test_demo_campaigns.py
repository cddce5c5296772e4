"""The demo's programme and round, with and without people."""

import pytest

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT, add_crew
from tests.factories.people import add_person, add_unit
from xunfang.cli.demo.load_campaigns import PROGRAMME, load_campaigns
from xunfang.patrols.campaigns import figures as campaign_figures
from xunfang.patrols.models import Campaign, MusterEntry, Order, Round, TeamFocus
from xunfang.patrols.rounds import page as round_page
from xunfang.units.models import Shift, TeamTemplate

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(account):
    return account("duty_officer", station_code="")


@pytest.fixture
def crews(officer):
    station = linhe_city.build_city()
    team = TeamTemplate.objects.create(
        code="market", name="小分队", min_sworn=2, min_total=6
    )
    add_crew(station, "G1", "foot", is_seconded=True)
    add_crew(station, "M1", "foot", template=team)


def test_programme_is_begun_once_and_tonights_crews_are_tagged_each_time(
    crews, officer
):
    load_campaigns(night=NIGHT, by=officer, at=AFTERNOON)
    Shift.objects.filter(code="G1").delete()
    add_crew(linhe_city.units.Station.objects.get(), "G1", "foot", is_seconded=True)
    load_campaigns(night=NIGHT, by=officer, at=AFTERNOON)

    programme = Campaign.objects.get(code=PROGRAMME)
    totals = campaign_figures.totals_of(campaign_figures.family_of(programme))
    assert Campaign.objects.filter(parent=programme).count() == 4
    assert (NIGHT - programme.begins_on).days == 58
    assert (totals.whole.n_shifts, totals.n_shared) == (2, 1)
    assert TeamFocus.objects.count() == 3
    assert Order.objects.count() == Round.objects.count() == 1
    assert not MusterEntry.objects.exists()


def test_round_has_its_muster_where_there_are_people(crews, officer):
    for code in ("TJ", "XF"):
        unit = add_unit(code)
        for n in range(60):
            add_person(f"{code}{n:02d}", unit)

    load_campaigns(night=NIGHT, by=officer, at=AFTERNOON)

    view = round_page.muster_of(officer, Round.objects.get())
    assert (view.n_named, view.n_unassigned, len(view.vehicles)) == (100, 3, 26)
