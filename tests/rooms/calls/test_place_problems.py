"""A place problem: opened from a case, something done, ninety days counted around it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories.calls import add_class
from tests.factories.linhe_city import add_ground, add_place, add_station
from tests.factories.patrolled_night import clock
from tests.factories.words import case_about
from tests.towns.linhe import at as node
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.calls.models import Call, CallLink, PlaceMeasure, PlaceProblem
from xunfang.calls.problems import queries, services
from xunfang.cases.models import CaseEvent

pytestmark = pytest.mark.django_db

TODAY = date(2026, 8, 14)
NOW = clock("12:00", TODAY)
DONE_ON = date(2026, 5, 1)
"""Ninety days after it ended on 30 July."""


@pytest.fixture(autouse=True)
def _now(monkeypatch, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def station(db):
    station = add_station()
    add_ground()
    add_place("K1", "B", "C1", name="柳园小区", kind="estate")
    add_place("K2", "C", "C3")
    return station


@pytest.fixture
def theft(db):
    return add_class("C2", name="盗窃")


@pytest.fixture
def burglary(theft):
    return add_class("C2.1", name="入室盗窃", parent=theft, depth=2)


@pytest.fixture
def officer(account, station):
    return account("duty_officer", station_code="S01")


@pytest.fixture
def desk(client, officer):
    client.force_login(officer)
    return client


@pytest.fixture
def case(station):
    lon, lat = node("B")[0]
    return case_about(
        "小区最近老是进小偷,翻墙进来的", at=NOW, station=station, lonlat=(lon, lat)
    )


@pytest.fixture
def problem(case, theft, officer):
    return services.open_problem(
        case=case,
        place=case_place(),
        kind=theft,
        radius_m=100,
        why="翻墙入室反复发生",
        by=officer,
        at=NOW,
    )


def case_place():
    from xunfang.places.models import KeyPlace  # noqa: PLC0415 -- models are ready

    return KeyPlace.objects.get(code="K1")


@pytest.fixture
def report(station, theft, burglary):
    """Return a function that has calls reported so many days from the measure."""

    def reported(*days: int, where="B", **values):
        lon, lat = node(where)[0]
        return Call.objects.bulk_create(
            Call(
                **{
                    "number": f"{where}{day}{values.get('number', '')}",
                    "origin": "mirror",
                    "initial_class": theft,
                    "final_class": burglary,
                    "station": station,
                    "lon": lon,
                    "lat": lat,
                    "reported_at": clock("23:30", DONE_ON + timedelta(days=day)),
                }
                | {k: v for k, v in values.items() if k != "number"}
            )
            for day in days
        )

    return reported


def measured(problem, officer, on: date = DONE_ON) -> PlaceMeasure:
    return services.note_measure(
        problem=problem, text="围墙装防攀爬刺", done_on=on, by=officer, at=NOW
    )


def counted(measure, user):
    around = queries.counted_around(measure, user, today=TODAY)
    return [
        (some.before, some.after)
        for some in (around.here, around.on_ground, around.in_city)
    ], around.result.verdict.value


@pytest.mark.row("B05")
def test_page_shows_counts_of_ninety_days_before_and_after_with_their_dates(
    desk, problem, officer, report
):
    report(-90, -60, -30, -20, -10, -2, -1, 0, 1)
    report(-91, 91)
    report(*range(-30, 0), where="L")
    report(*range(1, 31), where="L")
    measured(problem, officer)

    page = desk.get(f"/problems/{problem.pk}/")

    assertContains(page, "2026-01-31 – 2026-04-30")
    assertContains(page, "2026-05-02 – 2026-07-30")
    [row] = page.context["rows"]
    assert (row["around"].here.before, row["around"].here.after) == (7, 1)
    assert (row["around"].on_ground.before, row["around"].on_ground.after) == (30, 30)
    # Seven to one is uneven, and the ground stayed as it was: by hand 2 · 9/2⁸.
    assertContains(page, "约占 100 次中的 7 次")
    assertContains(page, "看不出差别")
    assertNotContains(page, "有效")
    # The figure opens: the calls themselves, their place in it said.
    assert [seen.call.number for seen in row["around"].calls][-1] == "B1"
    assertContains(page, "/calls/at/B-90/")


@pytest.mark.row("B05")
def test_fewer_than_five_in_both_windows_are_too_few_to_judge(
    desk, problem, officer, report
):
    report(-30, -20, -10, 5)
    measured(problem, officer)

    page = desk.get(f"/problems/{problem.pk}/")

    assertContains(page, "起数太少，无法判断。")
    assertNotContains(page, "100 次中")


def test_a_window_that_is_not_over_says_until_when_it_counts(
    desk, problem, officer, report
):
    measured(problem, officer, TODAY - timedelta(days=10))

    page = desk.get(f"/problems/{problem.pk}/")

    assertContains(page, "目前统计到 2026-08-13，90 天中的 9 天；到 2026-11-02 才满")


def test_days_before_the_first_call_are_no_days_without_a_call(
    desk, problem, officer, report
):
    """Ten days are known: five calls in them against two in ninety are no even spread."""
    report(-10, -9, -8, -7, -6, 30, 60)
    measured(problem, officer)

    page = desk.get(f"/problems/{problem.pk}/")

    assertContains(page, "警情数据从 2026-04-21 才开始，此前 90 天中只有 10 天。")
    assertContains(page, "不到 100 次中的 1 次")


def test_counted_is_each_matter_once_and_nothing_that_patrols_found_or_is_restricted(
    problem, officer, report, account, station
):
    first, again = report(-5, -4)
    report(-3, number="p", reporter="patrol")
    report(-3, number="r", restriction="minor")
    report(-3, number="x", lon=None, lat=None)
    other = add_class("D1", name="噪声")
    report(-3, number="n", initial_class=other, final_class=None)
    CallLink.objects.create(call=again, to=first, kind="repeat", made_at=NOW)
    measure = measured(problem, officer)

    assert counted(measure, officer)[0] == [(1, 0), (0, 0), (0, 0)]
    around = queries.counted_around(measure, officer, today=TODAY)
    assert around.n_unplaced == 1
    # Who sees no calls is told the same counts, and opens none of them.
    community = account("community_officer", station_code="S01")
    theirs = queries.counted_around(measure, community, today=TODAY)
    assert (theirs.here, theirs.n_unseen) == (around.here, 1)


def test_what_fell_everywhere_is_not_put_down_to_the_measure(problem, officer, report):
    report(*range(-20, 0))
    report(1, 2)
    report(*range(-60, 0), where="L")
    report(*range(1, 7), where="L")

    assert counted(measured(problem, officer), officer)[1] == "as_elsewhere"


def test_in_one_press_from_the_case_the_problem_is_filled_in(desk, case, theft):
    url = f"/cases/{case.number}/problems/"
    assertContains(desk.get(f"/cases/{case.number}/"), url)
    form = desk.get(url).context["form"]
    filled = {form.add_prefix(name): form[name].value() for name in form.fields}
    assert filled["problem-place"] == "K1"

    answer = desk.post(url, filled | {"problem-kind": "C2"})

    problem = PlaceProblem.objects.get()
    assert answer.headers["Location"] == f"/problems/{problem.pk}/"
    assert (problem.place.code, problem.kind, problem.radius_m) == ("K1", theft, 200)
    assert CaseEvent.objects.filter(case=case, step="acted").count() == 1
    assertContains(desk.get(f"/cases/{case.number}/"), "列出地点问题：柳园小区")
    # The same once more is refused, and what was typed stays.
    again = desk.post(url, filled | {"problem-kind": "C2", "problem-why": "还有"})
    assert again.status_code == 409
    assertContains(again, "还有", status_code=409)
    assert PlaceProblem.objects.count() == 1


def test_what_is_wrong_is_refused_and_changes_nothing(desk, problem, officer, account):
    url = f"/problems/{problem.pk}/"

    empty = desk.post(url, {"measure-text": "", "measure-done_on": "x"})
    ahead = desk.post(url, {"measure-text": "装灯", "measure-done_on": "2026-08-15"})

    assert (empty.status_code, ahead.status_code) == (422, 409)
    assertContains(ahead, "装灯", status_code=409)
    assert not PlaceMeasure.objects.exists()
    with pytest.raises(services.KindRestricted):
        services.open_problem(
            case=problem.case,
            place=problem.place,
            kind=add_class("B4", restriction="domestic_violence"),
            radius_m=100,
            why="x",
            by=officer,
            at=NOW,
        )
    stranger = account("duty_officer", station_code="S02", username="s02")
    with pytest.raises(NotAllowed):
        measured(problem, stranger)
    desk.force_login(stranger)
    assert desk.get(url).status_code == 404


def test_a_measure_noted_by_mistake_is_taken_back_and_stays_to_be_read(
    desk, problem, officer
):
    measure = measured(problem, officer)

    for _ in range(2):
        desk.post(f"/problems/measures/{measure.pk}/take-back/")

    [row] = desk.get(f"/problems/{problem.pk}/").context["rows"]
    assert set(row) == {"measure"}
    kinds = Event.objects.filter(kind__startswith="place_problem").order_by("pk")
    assert list(kinds.values_list("kind", flat=True)) == [
        "place_problem.opened",
        "place_problem.measure_noted",
        "place_problem.measure_taken_back",
    ]


def withdrawn(problem, officer, because="圈子画大了"):
    return services.withdraw_problem(
        problem=problem, because=because, by=officer, at=NOW
    )


def test_a_problem_is_withdrawn_with_a_reason_and_nothing_follows_from_it(
    desk, problem, officer, report
):
    report(*range(-30, 0))
    measured(problem, officer)
    url = f"/problems/{problem.pk}/"
    assertNotContains(desk.get(url), "不作结论")

    unsaid = desk.post(f"{url}withdraw/", {"withdraw-because": " "})
    done = desk.post(f"{url}withdraw/", {"withdraw-because": "<i>圈子画大了"})

    assert (unsaid.status_code, done.status_code) == (422, 303)
    problem.refresh_from_db()
    assert (problem.withdrawn_at, problem.withdrawn_by) == (NOW, officer)
    page = desk.get(url)
    # Who, when and why, beside counts that are still to be read.
    for said in (officer.display_name, "2026-08-14 12:00", "&lt;i&gt;圈子画大了"):
        assertContains(page, said)
    assertContains(page, "2026-04-01 – 2026-04-30")
    assertContains(page, "已撤回：不从这些数字作任何结论。")
    assertNotContains(page, "100 次中")
    assertNotContains(page, 'name="measure-text"')
    [row] = desk.get("/problems/").context["page"].object_list
    assert (row.n_measures, row.last_done_on) == (0, None)
    assertContains(desk.get("/problems/"), "✕ 已撤回")
    assertContains(desk.get(f"/cases/{problem.case.number}/"), "圈子画大了")
    assertContains(desk.get(f"/cases/{problem.case.number}/problems/"), "圈子画大了")


def test_nothing_more_is_noted_about_what_was_withdrawn(problem, officer):
    measure = measured(problem, officer)
    withdrawn(problem, officer)
    n_lines = CaseEvent.objects.count()

    with pytest.raises(services.ProblemWithdrawn):
        measured(problem, officer)
    with pytest.raises(services.ProblemWithdrawn):
        services.take_back_measure(measure=measure, by=officer, at=NOW)
    with pytest.raises(services.ProblemWithdrawn):
        corrected(measure, officer)
    with pytest.raises(services.ProblemWithdrawn):
        withdrawn(problem, officer)

    measure.refresh_from_db()
    assert measure.taken_back_at is None
    assert CaseEvent.objects.count() == n_lines


def test_a_withdrawal_is_taken_back_and_both_stand_in_the_log(desk, problem, officer):
    withdrawn(problem, officer)

    for _ in range(2):
        desk.post(f"/problems/{problem.pk}/restore/")

    problem.refresh_from_db()
    assert (problem.withdrawn_at, problem.withdrawn_because) == (None, "")
    measured(problem, officer)
    log = desk.get(f"/cases/{problem.case.number}/")
    assertContains(log, "撤回柳园小区的地点问题：圈子画大了")
    assertContains(log, "取消撤回柳园小区的地点问题")
    kinds = Event.objects.filter(kind__startswith="place_problem").order_by("pk")
    assert list(kinds.values_list("kind", flat=True)) == [
        "place_problem.opened",
        "place_problem.withdrawn",
        "place_problem.restored",
        "place_problem.measure_noted",
    ]


def test_the_right_circle_can_be_said_anew_and_names_the_one_before(
    desk, problem, officer
):
    withdrawn(problem, officer)
    anew = services.open_problem(
        case=problem.case,
        place=problem.place,
        kind=problem.kind,
        radius_m=300,
        why="范围更大",
        by=officer,
        at=NOW,
    )

    assertContains(desk.get(f"/problems/{anew.pk}/"), "圈子画大了")
    with pytest.raises(services.ProblemThere):
        services.restore_problem(problem=problem, by=officer, at=NOW)


def corrected(measure, officer, on=date(2026, 5, 11)):
    return services.correct_measure(measure=measure, done_on=on, by=officer, at=NOW)


def test_the_day_of_a_measure_is_corrected_and_the_wrong_one_stays_to_be_read(
    desk, problem, officer, report
):
    report(-1, 5, 20)
    wrong = measured(problem, officer)
    url = f"/problems/measures/{wrong.pk}/correct/"
    field = f"correct-{wrong.pk}-done_on"

    same = desk.post(url, {field: "2026-05-01"})
    ahead = desk.post(url, {field: "2026-08-15"})
    done = desk.post(url, {field: "2026-05-11"})
    again = desk.post(url, {field: "2026-05-12"})

    assert (same.status_code, ahead.status_code) == (409, 409)
    assertContains(ahead, "2026-08-15", status_code=409)
    assert (done.status_code, again.status_code) == (303, 409)
    right = wrong.corrected_by
    assert (right.text, right.done_on, right.noted_by) == (
        wrong.text,
        date(2026, 5, 11),
        officer,
    )
    page = desk.get(f"/problems/{problem.pk}/")
    counts = [
        (row["around"].here.before, row["around"].here.after)
        for row in page.context["rows"]
        if "around" in row
    ]
    # Six days after the wrong day lie before the right one.
    assert counts == [(2, 1)]
    assertContains(page, "更正前为 2026-05-01")
    assertContains(page, "更正为 2026-05-11")
    [row] = desk.get("/problems/").context["page"].object_list
    assert (row.n_measures, row.last_done_on) == (1, right.done_on)
    event = Event.objects.get(kind="place_problem.measure_corrected")
    assert event.detail["before"] == "2026-05-01"
    assertContains(
        desk.get(f"/cases/{problem.case.number}/"), "2026-05-11，而不是 2026-05-01"
    )


def test_whoever_may_not_open_one_may_not_withdraw_or_correct_it(
    client, problem, officer, account
):
    measure = measured(problem, officer)
    stranger = account("duty_officer", station_code="S02", username="s02")

    with pytest.raises(NotAllowed):
        withdrawn(problem, stranger)
    with pytest.raises(NotAllowed):
        corrected(measure, stranger)

    client.force_login(stranger)
    url = f"/problems/{problem.pk}/"
    for address in ("withdraw/", "restore/"):
        assert client.post(url + address).status_code == 404
    assert client.post(f"/problems/measures/{measure.pk}/correct/").status_code == 404


def test_the_list_asks_as_much_for_one_problem_as_for_three(
    desk, problem, officer, burglary
):
    def n_queries():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page = desk.get("/problems/")
        return len(asked), len(page.context["page"].object_list)

    first, n = n_queries()
    for kind in (burglary, add_class("D1")):
        services.open_problem(
            case=problem.case,
            place=problem.place,
            kind=kind,
            radius_m=100,
            why="x",
            by=officer,
            at=NOW,
        )

    assert (n_queries(), n) == ((first, 3), 1)
    assertContains(desk.get("/problems/", {"q": "没有"}), "没有符合条件的地点问题。")
