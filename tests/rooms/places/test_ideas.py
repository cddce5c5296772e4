"""The idea box: named only if wished, tried beside a comparison, decided with a reason."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.places.models import (
    GridCell,
    IncidentCount,
    KeyPlace,
    PatrolArea,
    PlaceCheck,
)
from xunfang.places.models.ideas import (
    Idea,
    IdeaState,
    IdeaTrial,
    Measure,
    TrialFigures,
)
from xunfang.places.safety.ideas import queries
from xunfang.places.safety.ideas import services as ideas
from xunfang.places.safety.ideas.steps import STEPS, IdeaStepOutOfTurn

TODAY = date(2026, 8, 14)
DAY = timedelta(days=1)
URL = "/safety/ideas/"
TRIAL = {
    "trial-area": "A1",
    "trial-comparison": "A2",
    "trial-begins_on": "2026-08-15",
    "trial-ends_on": "2026-08-24",
    "trial-measure": "checks",
    "trial-what": "",
}
FIGURES = {
    "edition": "0",
    "figures-before": "600",
    "figures-during": "840",
    "figures-comparison_before": "580",
    "figures-comparison_during": "610",
    "figures-source": "巡逻方案计划分钟",
}


@pytest.fixture
def clock(monkeypatch):
    """Return a function that sets the time: days after 16:00 of 14 August."""

    def set_clock(days: int = 0):
        at = AFTERNOON + days * DAY
        monkeypatch.setattr(timezone, "now", lambda: at)
        return at

    set_clock()
    return set_clock


@pytest.fixture
def idea(ground, account, clock):
    return submit(account("patrol_officer"))


def submit(by, *, is_named: bool = False, area: str | None = "A1") -> Idea:
    return ideas.submit_idea(
        text="夜市收摊后再留半小时",
        area=PatrolArea.objects.get(code=area) if area else None,
        is_named=is_named,
        by=by,
        at=AFTERNOON,
    )


def begin(idea, by, *, measure=Measure.CHECKS, n_days: int = 10, **values) -> IdeaTrial:
    """A trial in A1 beside A2, from tomorrow on: 15 to 24 August."""
    return ideas.begin_trial(
        **{
            "idea": idea,
            "area": PatrolArea.objects.get(code="A1"),
            "comparison": PatrolArea.objects.get(code="A2"),
            "measure": measure,
            "begins_on": TODAY + DAY,
            "ends_on": TODAY + n_days * DAY,
            "by": by,
            "at": AFTERNOON,
        }
        | values
    )


def add_checks(place: KeyPlace, first: date, n_checks: int) -> None:
    PlaceCheck.objects.bulk_create(
        PlaceCheck(place=place, checked_on=first + n * DAY, unit_code="1")
        for n in range(n_checks)
    )


@pytest.fixture
def checks(ground):
    """In A1 three checks before and seven during, in A2 four and five."""
    first, second = (
        linhe_city.add_place("K1", "B", "C1"),
        linhe_city.add_place("K2", "C", "C3"),
    )
    add_checks(first, TODAY - 2 * DAY, 3)
    add_checks(first, TODAY + DAY, 7)
    add_checks(second, TODAY - 3 * DAY, 4)
    add_checks(second, TODAY + 2 * DAY, 5)
    # Before the days that count, and after: neither.
    add_checks(first, TODAY - 30 * DAY, 5)
    add_checks(first, TODAY + 11 * DAY, 5)


@pytest.mark.row("D12")
def test_idea_with_trial_shows_before_and_during_beside_the_comparison(
    client, idea, leader, checks, clock
):
    begin(idea, leader)
    clock(days=11)
    client.force_login(leader)

    page = client.get(f"{URL}{idea.pk}/")

    result = page.context["result"]
    assert (result.before, result.during, result.n_days, result.is_over) == (
        (date(2026, 8, 5), date(2026, 8, 14)),
        (date(2026, 8, 15), date(2026, 8, 24)),
        10,
        True,
    )
    assert [
        (row.area.code, row.before, row.during, row.difference) for row in result.rows
    ] == [("A1", 3, 7, 4), ("A2", 4, 5, 1)]
    assertContains(page, "一号巡区：+4；未试行的二号巡区：+1。")
    assertContains(page, "以上只是统计数字的对照，不说明差别由何引起。")


@pytest.mark.row("D12")
def test_trial_under_way_compares_as_many_days_as_it_has_had(
    idea, leader, checks, clock
):
    """On 18 August three days are over: 15 to 17, beside 12 to 14."""
    trial = begin(idea, leader)

    result = queries.find_result(trial, day=date(2026, 8, 18))

    assert (result.before, result.during, result.is_over) == (
        (date(2026, 8, 12), date(2026, 8, 14)),
        (date(2026, 8, 15), date(2026, 8, 17)),
        False,
    )
    assert [(row.before, row.during) for row in result.rows] == [(3, 3), (3, 2)]
    assert queries.find_result(trial, day=trial.begins_on) is None


@pytest.mark.row("D12")
def test_idea_is_rejected_with_a_reason_and_never_without(client, idea, leader, clock):
    client.force_login(leader)

    page = client.post(f"{URL}{idea.pk}/reject/", {"reject-reason": "  "})

    assert page.status_code == 422
    with pytest.raises(ideas.RejectionWithoutReason):
        ideas.reject_idea(idea=idea, reason=" ", by=leader, at=AFTERNOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Idea.objects.update(
            state="rejected", reason="", decided_at=AFTERNOON, decided_by=leader
        )
    assert Idea.objects.get().state == IdeaState.SUBMITTED
    response = client.post(f"{URL}{idea.pk}/reject/", {"reject-reason": "警力不足"})
    assert response.status_code == 303
    kept = Idea.objects.get()
    assert (kept.state, kept.reason, kept.decided_by, kept.decided_at) == (
        IdeaState.REJECTED,
        "警力不足",
        leader,
        AFTERNOON,
    )
    assertContains(client.get(URL), "警力不足")
    assert Event.objects.latest("pk").kind == "idea.rejected"


@pytest.mark.row("D12")
def test_figures_entered_by_hand_show_minutes_with_their_source(
    client, idea, leader, clock
):
    begin(idea, leader, measure=Measure.BY_HAND, what="每周步巡分钟")
    clock(days=11)
    client.force_login(leader)
    assertContains(client.get(f"{URL}{idea.pk}/"), "还没有人填报数据。")

    response = client.post(f"{URL}{idea.pk}/figures/", FIGURES)

    assert response.status_code == 303
    page = client.get(f"{URL}{idea.pk}/")
    assertContains(page, "每周步巡分钟")
    assertContains(page, "一号巡区：+240；未试行的二号巡区：+30。")
    assertContains(page, "来源：巡逻方案计划分钟")


def test_corrected_figures_are_a_new_edition_and_a_stale_correction_is_refused(
    client, idea, leader, clock
):
    trial = begin(idea, leader, measure=Measure.BY_HAND, what="分钟")
    clock(days=11)
    client.force_login(leader)
    client.post(f"{URL}{idea.pk}/figures/", FIGURES)

    stale = client.post(f"{URL}{idea.pk}/figures/", FIGURES | {"figures-during": "900"})

    assertContains(stale, "期间已有他人保存", status_code=409)
    assertContains(stale, 'value="900"', status_code=409)
    corrected = FIGURES | {"figures-during": "850", "edition": "1"}
    assert client.post(f"{URL}{idea.pk}/figures/", corrected).status_code == 303
    kept = TrialFigures.objects.order_by("edition").values_list("edition", "during")
    assert list(kept) == [(1, 840), (2, 850)]
    result = queries.find_result(trial, day=TODAY + 11 * DAY)
    assert result.in_trial.during == 850


@pytest.mark.row("D12")
def test_author_who_wishes_no_name_is_kept_nowhere(client, ground, account, clock):
    officer = account("patrol_officer")
    client.force_login(officer)

    response = client.post(f"{URL}new/", {"text": "夜市收摊后再留半小时", "area": "A1"})

    idea = Idea.objects.get()
    assert response["Location"] == f"{URL}{idea.pk}/"
    assert (idea.author, idea.area.code, idea.state) == (None, "A1", "submitted")
    [event] = Event.objects.filter(kind="idea.submitted")
    assert (event.by, event.detail) == (None, {"is_named": False})
    page = client.get(f"{URL}{idea.pk}/")
    assertContains(page, "未署名")


def test_author_who_wishes_a_name_is_named(client, ground, account, clock):
    officer = account("patrol_officer")
    client.force_login(officer)

    client.post(f"{URL}new/", {"text": "加装路灯", "is_named": "on"})

    assert Idea.objects.get().author == officer
    assert Event.objects.get(kind="idea.submitted").by == officer


def test_idea_of_more_than_300_characters_stays_in_the_form(
    client, ground, account, clock
):
    user = account("patrol_officer")
    client.force_login(user)

    page = client.post(f"{URL}new/", {"text": "好" * 301})

    assertContains(page, "好" * 301, status_code=422)
    assert Idea.objects.count() == 0
    with pytest.raises(ideas.IdeaLength):
        ideas.submit_idea(
            text="好" * 301, area=None, is_named=False, by=user, at=AFTERNOON
        )


def test_trial_is_begun_from_the_page(client, idea, leader, clock):
    client.force_login(leader)

    response = client.post(f"{URL}{idea.pk}/trial/", TRIAL)

    assert response.status_code == 303
    trial = IdeaTrial.objects.get()
    assert (trial.area.code, trial.comparison.code, trial.measure) == (
        "A1",
        "A2",
        "checks",
    )
    assert (trial.begins_on, trial.ends_on) == (date(2026, 8, 15), date(2026, 8, 24))
    assert Idea.objects.get().state == IdeaState.ON_TRIAL
    assertContains(client.get(f"{URL}{idea.pk}/"), "试行满一天后显示前后数据。")


@pytest.mark.row("D12")
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"trial-comparison": "A1"}, "对照巡区须是照旧不变的另一个巡区"),
        ({"trial-comparison": ""}, "field__error"),
        ({"trial-begins_on": "2026-08-13"}, "试行从今天或以后开始"),
        ({"trial-ends_on": "2026-08-14"}, "试行从今天或以后开始"),
        ({"trial-measure": "by_hand"}, "请写明统计什么"),
    ],
)
def test_trial_without_comparison_or_period_is_refused_and_stays_typed(
    client, idea, leader, clock, changed, said
):
    client.force_login(leader)

    page = client.post(f"{URL}{idea.pk}/trial/", TRIAL | changed)

    assert page.status_code in {409, 422}
    assertContains(page, said, status_code=page.status_code)
    assertContains(page, 'name="trial-begins_on"', status_code=page.status_code)
    assert IdeaTrial.objects.count() == 0


def test_idea_is_adopted_after_its_trial_and_not_before(
    client, idea, leader, checks, clock
):
    with pytest.raises(IdeaStepOutOfTurn):
        ideas.adopt_idea(idea=idea, reason="", by=leader, at=AFTERNOON)
    begin(idea, leader)
    with pytest.raises(ideas.TrialNotOver):
        ideas.adopt_idea(idea=idea, reason="", by=leader, at=AFTERNOON + 10 * DAY)
    clock(days=11)
    client.force_login(leader)

    response = client.post(f"{URL}{idea.pk}/adopt/", {"adopt-reason": "可推广"})

    assert response.status_code == 303
    kept = Idea.objects.get()
    assert (kept.state, kept.reason) == (IdeaState.ADOPTED, "可推广")
    with pytest.raises(IdeaStepOutOfTurn):
        ideas.reject_idea(idea=idea, reason="后悔", by=leader, at=AFTERNOON + 12 * DAY)


def test_idea_whose_trial_nobody_measured_is_not_adopted(idea, leader, clock):
    begin(idea, leader, measure=Measure.BY_HAND, what="分钟")

    with pytest.raises(ideas.TrialNotMeasured):
        ideas.adopt_idea(idea=idea, reason="", by=leader, at=AFTERNOON + 11 * DAY)

    assert Idea.objects.get().state == IdeaState.ON_TRIAL


def test_checks_on_record_are_not_overwritten_by_hand(idea, leader, clock):
    trial = begin(idea, leader)

    with pytest.raises(ideas.FiguresNotByHand):
        ideas.enter_figures(
            trial=trial,
            before=1,
            during=1,
            comparison_before=1,
            comparison_during=1,
            source="手记",
            shown_edition=0,
            by=leader,
            at=AFTERNOON,
        )


def add_reports(cell: str, first: date, n_days: int, n_incidents: int) -> None:
    IncidentCount.objects.create(
        cell=GridCell.objects.get(code=cell),
        category="theft",
        source=IncidentCount.RESIDENT_REPORTED,
        first_day=first,
        n_days=n_days,
        hour=21,
        n_incidents=n_incidents,
    )


def test_reported_counts_are_used_where_they_make_up_the_days_exactly(
    idea, leader, clock
):
    """Two weeks of five days before and after; what patrols found is not among it."""
    trial = begin(idea, leader, measure=Measure.REPORTED)
    for first, west, east in (
        (date(2026, 8, 5), 4, 1),
        (date(2026, 8, 10), 3, 2),
        (date(2026, 8, 15), 2, 1),
        (date(2026, 8, 20), 1, 2),
    ):
        add_reports("C1", first, 5, west)
        add_reports("C3", first, 5, east)
    linhe_city.add_reports("C1", n_incidents=900, source=IncidentCount.PATROL_FOUND)

    result = queries.find_result(trial, day=date(2026, 8, 25))

    assert [(row.before, row.during) for row in result.rows] == [(7, 3), (3, 3)]


@pytest.mark.parametrize(
    "spans",
    [
        [],
        [(date(2026, 8, 5), 5)],
        [(date(2026, 8, 5), 10), (date(2026, 8, 15), 31)],
        [(date(2026, 8, 5), 10), (date(2026, 8, 5), 5), (date(2026, 8, 15), 10)],
    ],
    ids=["nothing", "a part", "too long", "overlapping"],
)
def test_reported_counts_that_do_not_fit_the_days_are_not_known(
    client, idea, leader, clock, spans
):
    trial = begin(idea, leader, measure=Measure.REPORTED)
    for first, n_days in spans:
        add_reports("C1", first, n_days, 4)
    clock(days=11)
    client.force_login(leader)

    result = queries.find_result(trial, day=date(2026, 8, 25))

    assert not result.is_complete
    page = client.get(f"{URL}{idea.pk}/")
    assertContains(page, "请人工填报数据并写明来源。")
    assertContains(page, "不详")
    client.post(f"{URL}{idea.pk}/figures/", FIGURES)
    assertContains(client.get(f"{URL}{idea.pk}/"), "一号巡区：+240")


@pytest.mark.parametrize(
    ("role", "station"),
    [("duty_officer", ""), ("leader", "S02"), ("patrol_officer", "")],
)
def test_who_does_not_decide_for_the_area_changes_nothing(
    idea, account, role, station, clock
):
    stranger = account(role, station_code=station, username="stranger")

    with pytest.raises(NotAllowed):
        begin(idea, stranger)
    with pytest.raises(NotAllowed):
        ideas.reject_idea(idea=idea, reason="不", by=stranger, at=AFTERNOON)
    assert Idea.objects.get().state == IdeaState.SUBMITTED


def test_leader_of_a_station_tries_there_what_was_meant_for_the_city(
    client, ground, account, clock
):
    idea = submit(account("patrol_officer"), area=None)
    leader = account("leader", station_code="S01")
    client.force_login(leader)
    page = client.get(f"{URL}{idea.pk}/")
    assert (page.context["can_begin"], page.context["can_reject"]) == (True, False)

    begin(idea, leader)

    page = client.get(f"{URL}{idea.pk}/")
    assert page.context["can_reject"] is True


def test_auxiliary_submits_and_does_not_decide(client, idea, account, clock):
    leader = account("leader", standing="auxiliary", station_code="")
    client.force_login(leader)

    assert client.post(f"{URL}{idea.pk}/reject/", {}).status_code == 403
    assertNotContains(client.get(f"{URL}{idea.pk}/"), "确认不采纳")
    assert client.post(f"{URL}new/", {"text": "加装路灯"}).status_code == 303


def test_ideas_are_searched_and_filtered_by_state(client, idea, leader, account, clock):
    other = ideas.submit_idea(
        text="加装路灯", area=None, is_named=False, by=leader, at=AFTERNOON
    )
    ideas.reject_idea(idea=other, reason="已有计划", by=leader, at=AFTERNOON)
    client.force_login(leader)

    def listed(**asked):
        return [row.text for row in client.get(URL, asked).context["page"]]

    assert listed() == ["加装路灯", "夜市收摊后再留半小时"]
    assert listed(q="路灯") == ["加装路灯"]
    assert listed(q="一号巡区") == ["夜市收摊后再留半小时"]
    assert listed(state="submitted") == ["夜市收摊后再留半小时"]
    assert listed(state="adopted") == []


def test_list_costs_the_same_for_one_idea_as_for_three(
    client, idea, leader, count_queries
):
    client.force_login(leader)
    begin(idea, leader)
    before = count_queries(lambda: client.get(URL))
    for _ in range(2):
        submit(leader, is_named=True)

    assert count_queries(lambda: client.get(URL)) == before


def test_every_state_has_its_steps_and_what_is_decided_stays_decided():
    assert set(STEPS) == set(IdeaState)
    assert STEPS[IdeaState.ADOPTED] == STEPS[IdeaState.REJECTED] == frozenset()


def test_second_trial_of_an_idea_is_refused(idea, leader, clock):
    begin(idea, leader)

    with pytest.raises(IdeaStepOutOfTurn):
        begin(idea, leader)

    assert IdeaTrial.objects.count() == 1
