"""The pages on which a night is changed, without any script: asked, done, refused."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories.linhe_city import AFTERNOON, NIGHT
from xunfang.patrols import queries, services
from xunfang.patrols.edits import page as edits_page
from xunfang.patrols.edits import services as edits
from xunfang.patrols.models import NightEdit, Plan, SolveRun
from xunfang.patrols.plans import making
from xunfang.patrols.tasks import queue_plan

pytestmark = pytest.mark.django_db

URL = f"/tonight/{NIGHT}/S01/"


@pytest.fixture(autouse=True)
def _afternoon(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AFTERNOON)


def work() -> Plan:
    while run := SolveRun.objects.filter(state=SolveRun.QUEUED).first():
        making.make_plan(run_id=run.pk, clock=lambda: AFTERNOON, queue=queue_plan)
    return Plan.objects.get(is_current=True)


@pytest.fixture
def plan(streets, station, duty_officer, client) -> Plan:
    client.force_login(duty_officer)
    services.ask_for_plans(
        night=NIGHT, stations=[station], cpu_s=1, seed=1, by=duty_officer, at=AFTERNOON
    )
    return work()


@pytest.fixture
def desk(station, duty_officer):
    return edits.Desk(station=station, night=NIGHT, by=duty_officer, at=AFTERNOON)


TOUCH = {"edition": 1, "stay": "1-1", "seen": 0}


@pytest.mark.parametrize(
    ("path", "data", "kind"),
    [
        ("lock", TOUCH, "lock"),
        ("leave-out", TOUCH, "leave_out"),
        ("move", TOUCH | {"unit": "2", "begins": "22:30"}, "move"),
        ("move", TOUCH | {"unit": "2", "any_time": "on", "begins": "22:30"}, "move"),
        ("exclude", {"seen": 0, "unit": "2", "how": "night"}, "exclude"),
        (
            "exclude",
            {"seen": 0, "unit": "2", "how": "from", "since": "01:00"},
            "exclude",
        ),
        (
            "wish",
            {
                "seen": 0,
                "place": "K2",
                "minutes": 20,
                "begins": "20:00",
                "ends": "01:00",
            },
            "wish",
        ),
    ],
)
def test_change_is_made_by_a_plain_form_and_the_night_shown_again(
    client, plan, path, data, kind
):
    answer = client.post(f"{URL}edits/{path}/", data)

    assert (answer.status_code, answer.headers["Location"]) == (303, URL)
    [edit] = NightEdit.objects.all()
    assert edit.kind == kind
    work()
    page = client.get(URL)
    assertContains(page, str(edit.get_kind_display()))
    assertContains(page, "与第 1 版相比")


def test_times_after_midnight_belong_to_the_same_night(client, plan):
    client.post(
        f"{URL}edits/exclude/",
        {"seen": 0, "unit": "2", "how": "from", "since": "01:00"},
    )

    assert NightEdit.objects.get().begins_min == 25 * 60


@pytest.mark.parametrize(
    "path", ["edits/wish/", "edits/exclude/?unit=2", "edits/move/?edition=1&stay=1-1"]
)
def test_pages_that_ask_are_pages_of_their_own(client, plan, path):
    assertContains(client.get(URL + path), "<form", status_code=200)


@pytest.mark.parametrize(
    ("path", "data", "said"),
    [
        ("move", TOUCH | {"unit": "", "any_time": "on"}, "请选择警组或时间"),
        ("exclude", {"seen": 0, "unit": "2", "how": "from"}, "请填写归所时间"),
        (
            "wish",
            {
                "place": "map",
                "name": "老码头",
                "minutes": 9,
                "begins": "20:00",
                "ends": "21:00",
            },
            "在地图上点选",
        ),
    ],
)
def test_form_with_a_mistake_is_shown_again_as_it_was_typed(
    client, plan, path, data, said
):
    answer = client.post(f"{URL}edits/{path}/", data)

    assertContains(answer, said, status_code=422)
    if "name" in data:
        assertContains(answer, data["name"], status_code=422)
    assert NightEdit.objects.count() == 0


def test_refusal_keeps_what_was_typed(client, plan):
    answer = client.post(
        f"{URL}edits/wish/",
        {
            "place": "map",
            "lon": "10",
            "lat": "10",
            "name": "老码头",
            "minutes": 12,
            "begins": "20:00",
            "ends": "21:00",
        },
    )

    assertContains(answer, "不在本市道路范围内", status_code=409)
    assertContains(answer, "老码头", status_code=409)


def test_conflict_says_what_was_done_and_offers_to_apply_mine(
    client, plan, desk, account
):
    other = account("duty_officer", station_code="S01", username="other")
    edits.exclude_crew(
        edits.Desk(station=desk.station, night=NIGHT, by=other, at=AFTERNOON), unit="2"
    )

    refused = client.post(f"{URL}edits/lock/", TOUCH)
    applied = client.post(f"{URL}edits/lock/", TOUCH | {"anyway": "on"})

    assertContains(refused, other.display_name, status_code=409)
    assertContains(refused, "2组 今晚不排班", status_code=409)
    assertContains(refused, 'name="stay" value="1-1"', status_code=409)
    assert applied.status_code == 303
    assert NightEdit.objects.count() == 2


def test_night_that_is_over_offers_nothing_and_refuses(client, plan, monkeypatch):
    tomorrow = AFTERNOON + timedelta(hours=20)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)

    page = client.get(URL)
    answer = client.post(f"{URL}edits/lock/", TOUCH)

    assertContains(page, "本晚已结束")
    assertNotContains(page, "edit-lock")
    assert answer.status_code == 409
    assert NightEdit.objects.count() == 0


def test_stays_and_changes_of_another_night_are_not_found(client, plan, desk):
    edit = edits.exclude_crew(desk, unit="2")
    other = f"/tonight/{NIGHT + timedelta(days=1)}/S01/edits/"

    answers = [
        client.post(f"{other}lock/", TOUCH),
        client.post(f"{URL}edits/lock/", TOUCH | {"stay": "1-999"}),
        client.post(f"{other}undo/", {"edit": edit.pk}),
        client.post(f"{URL}edits/undo/", {"edit": edit.pk + 1}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4


def test_forms_without_sense_are_bad_requests(client, plan):
    assert client.post(f"{URL}edits/lock/", {}).status_code == 400
    assert client.post(f"{URL}edits/undo/", {"edit": "x"}).status_code == 400
    assert client.get(f"{URL}edits/move/").status_code == 400


def test_reader_sees_the_changes_and_no_buttons(client, plan, desk, account):
    edits.exclude_crew(desk, unit="2")
    work()
    client.force_login(account("patrol_officer", station_code="S01"))

    page = client.get(URL)

    assertContains(page, "2组 今晚不排班")
    assertNotContains(page, "edit-lock")


def test_run_of_my_own_change_is_followed_by_itself_and_others_are_offered(
    client, plan, desk, account
):
    edits.exclude_crew(desk, unit="2")
    work()
    part = f"{URL}?part=run&shown=1"

    mine = client.get(part, headers={"HX-Request": "true"})
    client.force_login(account("leader", station_code=""))
    theirs = client.get(part, headers={"HX-Request": "true"})

    assertContains(mine, "data-follow")
    assertNotContains(theirs, "data-follow")
    assertContains(theirs, "第 2 版")


def test_board_costs_the_same_queries_for_one_change_as_for_three(client, plan, desk):
    def count() -> int:
        work()
        client.get(URL)
        with CaptureQueriesContext(connection) as made:
            client.get(URL)
        return len(made)

    edits.exclude_crew(desk, unit="2", from_min=25 * 60)
    one = count()
    for number in (1, 2):
        stay = edits_page.find_stay(desk.by, desk.station, NIGHT, 1, f"1-{number}")
        assert stay is not None
        edits.lock_stay(desk, stay=stay)

    assert count() == one


def test_editions_say_who_made_them_and_why_and_what_changed(client, plan, desk):
    edit = edits.exclude_crew(desk, unit="2")
    work()
    edits.undo(desk, edit=edit)
    work()

    page = client.get(f"{URL}versions/?a=1&b=2")

    assertContains(page, "排班生成。")
    assertContains(page, "2组 今晚不排班。")
    assertContains(page, "已撤销：2组 今晚不排班。")
    assertContains(page, desk.by.display_name)
    assertContains(
        client.get(f"{URL}versions/"), "<option selected>3</option>", html=True
    )
    assertContains(client.get(f"{URL}versions/?a=1&b=9"), "请选择本晚的两个版本")


def test_editions_cost_the_same_queries_for_two_as_for_four(client, plan, desk):
    def count() -> int:
        client.get(f"{URL}versions/?a=1&b=2")
        with CaptureQueriesContext(connection) as made:
            client.get(f"{URL}versions/?a=1&b=2")
        return len(made)

    edit = edits.exclude_crew(desk, unit="2")
    work()
    two = count()
    edits.undo(desk, edit=edit)
    work()
    edits.exclude_crew(desk, unit="2")
    work()

    assert count() == two


def test_edition_is_put_back_by_a_plain_form(client, plan, desk):
    edits.exclude_crew(desk, unit="2")
    work()

    answer = client.post(f"{URL}versions/1/restore/")

    assert (answer.status_code, answer.headers["Location"]) == (303, URL)
    assertContains(client.get(f"{URL}versions/"), "恢复使用第 1 版。")
    assert queries.current_edition(desk.by, NIGHT, desk.station) == 3
