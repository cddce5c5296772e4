"""What a market's team is there for, and what patrols found around it."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from tests.factories.linhe_city import AFTERNOON, NIGHT, add_reports
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.core.planning.focus import FocusCount
from xunfang.core.planning.format import documents
from xunfang.patrols.campaigns import focus
from xunfang.patrols.models import TeamFocus
from xunfang.patrols.wanted.statement import state_night
from xunfang.places.models import IncidentCount, MarketGround
from xunfang.units.models import TeamTemplate

pytestmark = pytest.mark.django_db

FOUND, REPORTED = IncidentCount.PATROL_FOUND, IncidentCount.RESIDENT_REPORTED
FOCUS = ["pickpocketing", "snatching", "scam"]


@pytest.fixture
def team(db):
    return TeamTemplate.objects.create(
        code="market", name="赶场警务小分队", min_sworn=2, min_total=6
    )


@pytest.fixture
def ground(station):
    """The night market at R, in cell C4, open from 18:00 to 01:00."""
    return MarketGround.objects.get(code="NM1")


@pytest.fixture
def found(ground):
    for category, n, hour in (
        ("pickpocketing", 4, 19),
        ("pickpocketing", 1, 0),
        ("scam", 2, 20),
        ("noise", 6, 21),
        ("traffic", 3, 22),
        ("snatching", 50, 9),
    ):
        add_reports("C4", n_incidents=n, hour=hour, category=category, source=FOUND)
    add_reports("C4", n_incidents=70, hour=19, category="scam", source=REPORTED)
    add_reports("C1", n_incidents=80, hour=19, category="scam", source=FOUND)


@pytest.mark.row("C05")
def test_market_report_lists_only_the_three_focus_types_and_other(
    client, team, ground, found, duty_officer
):
    """9:00 lies outside the market's hours; what residents reported, and what was
    found in other cells, is not counted.
    """
    focus.set_focus(template=team, chosen=FOCUS, by=duty_officer, at=AFTERNOON)
    client.force_login(duty_officer)

    answer = client.get("/focus/market/NM1/")

    report = answer.context["report"]
    assert report.by_type == (("扒窃", 5), ("诈骗", 2), ("抢夺", 0))
    assert report.figures == FocusCount(
        {"pickpocketing": 5, "scam": 2, "snatching": 0}, 9
    )
    assert (
        report.figures.base == sum(row.count.n_incidents for row in report.rows) == 16
    )
    assert (report.first_day, report.last_day) == (date(2026, 6, 1), date(2026, 6, 30))
    assert [cell.code for cell in report.cells] == ["C4"]
    page = answer.content.decode()
    assert "此为巡逻发现，并非群众报警" in page
    assert "18:00–01:00" in page


def test_count_of_a_month_belongs_to_no_single_night(
    client, team, ground, found, duty_officer
):
    IncidentCount.objects.create(
        cell_id=ground_cell(), category="scam", source=FOUND,
        first_day=date(2026, 7, 3), n_days=1, hour=19, n_incidents=1,
    )  # fmt: skip
    focus.set_focus(template=team, chosen=FOCUS, by=duty_officer, at=AFTERNOON)
    client.force_login(duty_officer)

    def report(query):
        return client.get(f"/focus/market/NM1/?{query}").context["report"]

    one_night = report("first=2026-07-03&last=2026-07-03")
    in_june = report("first=2026-06-10&last=2026-06-10")
    wrong = client.get("/focus/market/NM1/?first=2026-07-03&last=2026-07-01")

    assert (one_night.figures.base, one_night.n_left_out) == (1, 0)
    assert (in_june.figures.base, in_june.n_left_out) == (0, 5)
    assert "last" in wrong.context["form"].errors


def ground_cell():
    return focus.cells_of(MarketGround.objects.get(code="NM1"))[0].pk


def test_focus_is_set_in_place_of_the_former_one(client, team, duty_officer):
    client.force_login(duty_officer)

    client.post("/focus/market/set/", {"market-categories": ["theft", "scam"]})
    client.post("/focus/market/set/", {"market-categories": FOCUS})
    wrong = client.post("/focus/market/set/", {"market-categories": ["gossip"]})

    assert sorted(TeamFocus.objects.values_list("category", flat=True)) == sorted(FOCUS)
    assert wrong.status_code == 422
    assert Event.objects.filter(kind="focus.set").count() == 2


def test_focus_is_the_citys_and_markets_are_the_stations(client, team, ground, account):
    local = account("duty_officer", username="local", station_code="S02")
    client.force_login(local)

    with pytest.raises(NotAllowed):
        focus.set_focus(template=team, chosen=FOCUS, by=local, at=AFTERNOON)

    assert client.get("/focus/market/NM1/").status_code == 404
    assert "河滨夜市" not in client.get("/focus/").content.decode()


def test_what_patrols_find_around_a_market_changes_no_plan(
    station, ground, found, streets, team, duty_officer
):
    def statement():
        stated = state_night(
            station=station,
            night=NIGHT,
            network=streets,
            zone=ZoneInfo("Asia/Shanghai"),
        )
        return documents.write_problem(stated.problem)

    focus.set_focus(template=team, chosen=FOCUS, by=duty_officer, at=AFTERNOON)
    before = statement()
    add_reports("C4", n_incidents=900, hour=20, category="scam", source=FOUND)

    assert statement() == before
