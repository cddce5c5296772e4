"""The demo city on a school night: its market's loop, its orders, its lights."""

import pytest
from pytest_django.asserts import assertContains

from tests.factories import yunting_city
from xunfang.core.planning import check
from xunfang.core.planning.budget import Budget
from xunfang.core.planning.report import worst_gap
from xunfang.patrols import queries
from xunfang.patrols.plans import making
from xunfang.units.models import Shift

pytestmark = pytest.mark.django_db


@pytest.mark.row("C01", "C02", "C04", "A13", "B14")
def test_demo_walks_its_market_holds_its_orders_and_names_the_post_without_light(
    client, account, settings, tmp_path, monkeypatch
):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(making, "budget_of", lambda run, **_: Budget(iterations=60))
    officer = account("duty_officer", station_code="")
    client.force_login(officer)

    # The calendar says which markets are held in the evening; each has its team.
    night = yunting_city.build(by=officer)
    [team] = Shift.objects.filter(template__code="market")
    assert (team.station.code, team.n_sworn, team.n_auxiliary) == ("S04", 2, 4)

    # Its loop is in the plan, with the reason and the longest gap on the page.
    plan = yunting_city.plan(night, "S04", by=officer, cpu_s=1.0)
    kept = queries.documents_by_id(plan.pk)
    assert check.violations(kept.problem, kept.routes) == ()
    worst = worst_gap(kept.problem, kept.routes, "loop:MK09")
    assert worst.gap <= 40
    page = client.get(f"/tonight/{night}/S04/")
    assertContains(page, "规则“天天”。 循环巡逻 5 个点")
    assertContains(page, f"今晚最长无人 {worst.gap} 分钟")

    # So is what was ordered for a place of this station.
    assertContains(page, "群众反映连续三起电瓶被盗")
    assertContains(client.get(f"/tonight/{night}/S04/more/"), "已排入方案")

    # S02 has said nothing about its lights: its school gate stands in the dark.
    yunting_city.plan(night, "S02", by=officer, cpu_s=1.0)
    assertContains(client.get(f"/tonight/{night}/S02/"), "有 1 个岗位天黑后未安排亮灯")
