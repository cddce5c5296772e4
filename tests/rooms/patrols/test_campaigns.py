"""Campaigns: begun, tagged, added up, closed for good."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.linhe_city import (
    AFTERNOON,
    NIGHT,
    add_crew,
    add_station,
    import_calendar,
)
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.core.calendars.campaigns import CampaignNotOver
from xunfang.core.planning.campaign_totals import Sum
from xunfang.patrols.campaigns import figures as campaign_figures
from xunfang.patrols.campaigns import page as campaign_page
from xunfang.patrols.campaigns import services as campaigns
from xunfang.patrols.campaigns.services import CampaignPlan
from xunfang.patrols.models import Campaign, CampaignReport, CampaignShift
from xunfang.places.queries import get_town_calendar
from xunfang.units.models import Shift

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2026, 8, 1), date(2026, 11, 8)
AFTER = datetime(2026, 11, 9, 4, tzinfo=UTC)
"""Noon of the day after the last night."""
CALENDAR = """
format = "xunfang.calendar/1"
place = "临河"

[[campaigns]]
code = "SUMMER"
title = "夏夜平安百日行动"
title_en = "Safe summer nights"
from = 2026-08-01
days = 100
from_time = "20:00"
until_time = "02:00"

[[campaigns.targets]]
measure = "hazards_found"
low = 3
high = 9
"""


@pytest.fixture
def station(db):
    return add_station()


@pytest.fixture
def begin(duty_officer):
    def begin(code="SUMMER", **values):
        plan = {"name": f"{code}行动", "begins_on": FIRST, "ends_on": LAST} | values
        return campaigns.begin_campaign(
            code=code, plan=CampaignPlan(**plan), by=duty_officer, at=AFTERNOON
        )

    return begin


def tag(campaign, shifts, by):
    return campaigns.tag_shifts(campaign=campaign, shifts=shifts, by=by, at=AFTERNOON)


@pytest.mark.row("A01")
def test_totals_of_twenty_tagged_shifts_are_their_sum_to_the_minute(
    client, station, begin, duty_officer
):
    """Crew n has 2 + n % 3 people for 400 + n minutes; two more crews have no tag."""
    campaign = begin()
    shifts = [
        add_crew(
            station,
            f"{n}",
            night=NIGHT + timedelta(days=n % 4),
            n_sworn=2,
            n_auxiliary=n % 3,
            ends_min=18 * 60 + 400 + n,
        )
        for n in range(1, 21)
    ]
    add_crew(station, "X")
    add_crew(station, "Y", night=NIGHT + timedelta(days=1))
    tag(campaign, shifts, duty_officer)
    client.force_login(duty_officer)

    totals = campaign_figures.totals_of([campaign])
    rows = campaign_page.shift_rows(duty_officer, campaign)

    crew_minutes = sum(400 + n for n in range(1, 21))
    person_minutes = sum((2 + n % 3) * (400 + n) for n in range(1, 21))
    people = sum(2 + n % 3 for n in range(1, 21))
    assert totals.whole == Sum(20, people, crew_minutes, person_minutes)
    assert campaign_page.sum_of(rows) == totals.whole
    assert len(rows) == 20
    page = client.get("/campaigns/SUMMER/").content.decode()
    hours, minutes = divmod(person_minutes, 60)
    assert f"{hours}小时{minutes}分" in page


@pytest.mark.row("C09")
def test_programme_of_four_branches_counts_a_shift_tagged_twice_once(
    client, station, begin, duty_officer
):
    """Four branches with three crews each, of which one is shared by two branches."""
    programme = begin("DOUBLE", name="双提升")
    branches = [begin(f"B{n}", parent=programme) for n in range(4)]
    crews = [add_crew(station, f"{n}") for n in range(11)]
    for n, branch in enumerate(branches):
        # Branch 3 has crews 9, 10 and, as branch 0 has, crew 0.
        tag(branch, (crews + crews[:1])[3 * n : 3 * n + 3], duty_officer)
    client.force_login(duty_officer)

    family = campaign_figures.family_of(programme)
    totals = campaign_figures.totals_of(family)

    assert [row.code for row in family] == ["DOUBLE", "B0", "B1", "B2", "B3"]
    assert totals.whole == Sum(11, 44, 11 * 480, 44 * 480)
    assert [totals.by_campaign[f"B{n}"].n_shifts for n in range(4)] == [3, 3, 3, 3]
    assert totals.n_shared == 1
    page = client.get("/campaigns/DOUBLE/").content.decode()
    assert "不重复计算；有 1 个班次带有多个标签。" in page
    shared = client.get("/campaigns/DOUBLE/crews/?shared=on").context["page"]
    assert [shift.code for shift in shared] == ["0"]


@pytest.mark.row("C08")
def test_campaign_begun_on_1_august_is_in_its_59th_day_on_28_september(
    client, begin, duty_officer, monkeypatch
):
    begin()
    client.force_login(duty_officer)
    evening = datetime(2026, 9, 28, 12, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: evening)

    page = client.get("/campaigns/SUMMER/").content.decode()
    day = client.get("/calendar/2026-09-28/").content.decode()

    assert "第 59 天（共 100 天）" in page
    assert "SUMMER行动" in day


@pytest.mark.row("C08")
def test_closing_report_freezes_its_figures_as_of_its_time(
    client, station, begin, duty_officer
):
    campaign = begin(targets={"shifts": (1, 2)})
    shift = add_crew(station, "1")
    tag(campaign, [shift], duty_officer)

    report = campaigns.close_campaign(campaign=campaign, by=duty_officer, at=AFTER)
    Shift.objects.filter(pk=shift.pk).update(ends_min=30 * 60, n_auxiliary=9)
    CampaignShift.objects.create(
        campaign=campaign,
        shift=add_crew(station, "2"),
        tagged_at=AFTER,
        tagged_by=duty_officer,
    )

    kept = CampaignReport.objects.get()
    assert kept.as_of == AFTER
    assert kept.figures == report.figures
    assert kept.figures["whole"] == {
        "n_shifts": 1,
        "people": 4,
        "crew_minutes": 480,
        "person_minutes": 1_920,
    }
    [shifts] = [m for m in kept.figures["measures"] if m["measure"] == "shifts"]
    assert (shifts["n_days_below"], shifts["n_days_within"]) == (99, 1)
    with pytest.raises(campaigns.CampaignClosed):
        campaigns.close_campaign(campaign=campaign, by=duty_officer, at=AFTER)
    client.force_login(duty_officer)
    page = client.get("/campaigns/SUMMER/").content.decode()
    assert "截至 2026-11-09 12:00 的数字" in page
    assert page.count("8小时") >= 1


def test_campaign_is_not_closed_while_its_last_night_runs(begin, duty_officer):
    campaign = begin()
    at_three = datetime(2026, 11, 8, 19, tzinfo=UTC)

    with pytest.raises(CampaignNotOver):
        campaigns.close_campaign(campaign=campaign, by=duty_officer, at=at_three)

    assert not CampaignReport.objects.exists()


def test_branch_of_a_closed_programme_is_not_tagged_any_more(
    station, begin, duty_officer
):
    programme = begin("P")
    branch = begin("B", parent=programme)
    campaigns.close_campaign(campaign=programme, by=duty_officer, at=AFTER)

    with pytest.raises(campaigns.CampaignClosed):
        tag(branch, [add_crew(station, "1")], duty_officer)

    assert not CampaignShift.objects.exists()


def test_campaign_cannot_hang_under_its_own_branch(begin, duty_officer):
    programme = begin("P")
    branch = begin("B", parent=programme)
    leaf = begin("L", parent=branch)

    with pytest.raises(campaigns.CampaignInARing):
        campaigns.change_campaign(
            campaign=programme,
            plan=CampaignPlan("P", FIRST, LAST, parent=leaf),
            revision=0,
            by=duty_officer,
            at=AFTERNOON,
        )

    programme.refresh_from_db()
    assert programme.parent is None


def test_stale_change_is_refused_and_shown_beside_what_stands(
    client, begin, duty_officer
):
    campaign = begin()
    campaigns.change_campaign(
        campaign=campaign,
        plan=CampaignPlan("夏夜", FIRST, LAST, goal="夜间警情下降"),
        revision=0,
        by=duty_officer,
        at=AFTERNOON,
    )
    client.force_login(duty_officer)
    typed = {
        "name": "夏季行动",
        "begins_on": FIRST,
        "ends_on": LAST,
        "goal": "我的目标",
        "revision": 0,
    }

    answer = client.post("/campaigns/SUMMER/edit/", typed)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "夜间警情下降" in page
    assert "我的目标" in page
    assert '<input type="hidden" name="revision" value="1">' in page
    campaign.refresh_from_db()
    assert (campaign.name, campaign.goal) == ("夏夜", "夜间警情下降")
    # Seen and meant: the page carries the new revision.
    again = client.post("/campaigns/SUMMER/edit/", typed | {"revision": 1})
    campaign.refresh_from_db()
    assert (again.status_code, campaign.name) == (303, "夏季行动")


def test_days_that_leave_tagged_nights_out_are_refused(station, begin, duty_officer):
    campaign = begin()
    tag(campaign, [add_crew(station, "1")], duty_officer)

    with pytest.raises(campaigns.NightOutsideCampaign):
        campaigns.change_campaign(
            campaign=campaign,
            plan=CampaignPlan("夏夜", FIRST, NIGHT - timedelta(days=1)),
            revision=0,
            by=duty_officer,
            at=AFTERNOON,
        )


def test_one_press_tags_the_seconded_groups_of_a_station(
    client, station, begin, duty_officer
):
    begin()
    other = add_station("S02", "河东所")
    for code, where, is_seconded in (
        ("1", station, True),
        ("2", station, False),
        ("3", other, True),
    ):
        add_crew(where, code, is_seconded=is_seconded)
    client.force_login(duty_officer)
    press = {"night": NIGHT, "station": "S01", "crews": "seconded"}

    answer = client.post("/campaigns/SUMMER/tag/", press)
    again = client.post("/campaigns/SUMMER/tag/", press)

    assert answer.status_code == 303
    assert [row.shift.code for row in CampaignShift.objects.all()] == ["1"]
    assert again.status_code == 422
    assert "没有可计入的警组" in again.content.decode()
    assert Event.objects.filter(kind="campaign.shifts_tagged").count() == 1


def test_night_outside_the_campaign_is_not_tagged(client, station, begin, duty_officer):
    begin(begins_on=NIGHT + timedelta(days=1))
    add_crew(station, "1")
    client.force_login(duty_officer)

    answer = client.post("/campaigns/SUMMER/tag/", {"night": NIGHT, "crews": "all"})

    assert answer.status_code == 422
    assert "不在行动日期内" in answer.content.decode()
    assert not CampaignShift.objects.exists()


def test_tags_are_taken_off_one_by_one_or_for_a_night(
    client, station, begin, duty_officer
):
    campaign = begin()
    shifts = [add_crew(station, code) for code in "123"]
    tag(campaign, shifts, duty_officer)
    client.force_login(duty_officer)

    client.post("/campaigns/SUMMER/untag/", {"shift": shifts[0].pk})
    left = [row.shift.code for row in CampaignShift.objects.all()]
    client.post("/campaigns/SUMMER/untag/", {"night": NIGHT})

    assert left == ["2", "3"]
    assert not CampaignShift.objects.exists()


def test_somebody_of_one_station_tags_and_sees_only_their_own(
    client, station, begin, account, duty_officer
):
    campaign = begin()
    other = add_station("S02", "河东所")
    mine, theirs = add_crew(station, "1"), add_crew(other, "2")
    tag(campaign, [theirs], duty_officer)
    local = account("duty_officer", username="local", station_code="S01")
    client.force_login(local)

    with pytest.raises(NotAllowed):
        tag(campaign, [mine, theirs], local)
    client.post(
        "/campaigns/SUMMER/tag/", {"night": NIGHT, "crews": "all", "station": "S01"}
    )
    page = client.get("/campaigns/SUMMER/crews/")

    assert [shift.code for shift in page.context["page"]] == ["1"]
    assert "河东所" not in page.content.decode()
    assert client.get("/campaigns/SUMMER/edit/").status_code == 403
    assert client.post("/campaigns/SUMMER/close/").status_code == 403


def test_campaign_of_the_calendar_alone_is_listed_and_can_be_begun(
    client, duty_officer
):
    import_calendar(CALENDAR)
    client.force_login(duty_officer)

    listed = client.get("/campaigns/").content.decode()
    announced = client.get("/campaigns/SUMMER/").content.decode()
    form = client.get("/campaigns/new/?code=SUMMER").context["form"]
    begun = client.post(
        "/campaigns/new/",
        {
            "code": "SUMMER",
            "name": "夏夜平安",
            "begins_on": "2026-08-01",
            "ends_on": "2026-11-08",
            "shifts_low": 20,
            "shifts_high": 40,
        },
    )

    assert "夏夜平安百日行动" in listed
    assert "仅见于日历文件" in listed
    assert "发现隐患: 3–9" in announced
    assert form.initial["ends_on"] == LAST
    assert (begun.status_code, begun.headers["Location"]) == (303, "/campaigns/SUMMER/")
    days = campaign_figures.days_of(Campaign.objects.get(), get_town_calendar())
    assert [(t.measure, t.low, t.high) for t in days.targets] == [
        ("hazards_found", 3, 9),
        ("shifts", 20, 40),
    ]
    assert (days.from_min, days.until_min) == (1200, 1560)
    joined = campaign_figures.with_campaigns(get_town_calendar())
    assert [c.title for c in joined.campaigns] == ["夏夜平安"]


def test_what_was_typed_stays_where_the_form_is_wrong(client, duty_officer):
    client.force_login(duty_officer)

    answer = client.post(
        "/campaigns/new/",
        {
            "code": "summer",
            "name": "夏夜",
            "begins_on": "2026-08-02",
            "ends_on": "2026-08-01",
            "people_low": 9,
            "people_high": 3,
            "shifts_low": 1,
        },
    )

    assert answer.status_code == 422
    assert sorted(answer.context["form"].errors) == [
        "code",
        "ends_on",
        "people_high",
        "shifts_high",
    ]
    assert 'value="夏夜"' in answer.content.decode()


def test_search_finds_by_goal_and_state(client, begin, duty_officer):
    begin(
        "A1",
        goal="防范电动车被盗",
        begins_on=date(2020, 1, 1),
        ends_on=date(2020, 2, 1),
    )
    begin("A2", goal="夜间巡逻", begins_on=date(2099, 1, 1), ends_on=date(2099, 2, 1))
    client.force_login(duty_officer)

    def codes(query):
        return [row.code for row in client.get(f"/campaigns/?{query}").context["page"]]

    assert codes("q=电动车") == ["A1"]
    assert codes("state=coming") == ["A2"]
    assert codes("q=电动车&state=coming") == []
    assert codes("") == ["A2", "A1"]


def test_pages_cost_the_same_for_one_campaign_and_for_three(
    client, station, begin, duty_officer
):
    client.force_login(duty_officer)
    programme = begin("P")
    tag(programme, [add_crew(station, "0")], duty_officer)

    def n_queries(url):
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    urls = ("/campaigns/", "/campaigns/P/", "/campaigns/P/crews/")
    before = [n_queries(url) for url in urls]
    for n in range(1, 4):
        branch = begin(f"B{n}", parent=programme)
        crew = add_crew(station, f"{n}", night=NIGHT + timedelta(days=n))
        tag(branch, [crew], duty_officer)

    assert [n_queries(url) for url in urls] == before
