"""Service points: hours, who is there now, and what residents are told."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import safety
from tests.factories.linhe_city import AFTERNOON
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.core.calendars.opening_hours import HoursUnclear
from xunfang.places.models import PatrolArea
from xunfang.places.models.service_points import (
    ServicePoint,
    ServicePointException,
    ServicePointStaffing,
)
from xunfang.places.safety.editions import StaleEdition
from xunfang.places.safety.service_points import queries
from xunfang.places.safety.service_points import services as service_points
from xunfang.places.safety.service_points.queries import Presence

TODAY = date(2026, 8, 14)
"""A Friday; AFTERNOON is 16:00."""
PUBLIC, OFFICERS = "/service-points/", "/safety/police-rooms/"
EDIT = {
    "edition": "0",
    "code": "R09",
    "name": "河滨警务室",
    "name_en": "Riverside Police Room",
    "address": "河滨路 9 号",
    "address_en": "",
    "area": "A2",
    "phone": "0100-1112223",
    "offers": ["report", "tourists"],
    "is_listed": "on",
    "hours_1": "09:00—12:00，14:00—18:00",
    "hours_5": "20:00-02:00",
}


@pytest.fixture
def clock(monkeypatch):
    """Return a function that sets the time: hours after 16:00 of that Friday."""

    def set_clock(hours: float = 0) -> datetime:
        at = AFTERNOON + timedelta(hours=hours)
        monkeypatch.setattr(timezone, "now", lambda: at)
        return at

    set_clock()
    return set_clock


@pytest.fixture
def point(ground, duty_officer, clock):
    return safety.add_service_point(duty_officer)


def presence_at(point, at) -> Presence:
    [row] = queries.points_now([ServicePoint.objects.get(pk=point.pk)], at=at)
    return row.presence


@pytest.mark.row("B15")
def test_41_police_rooms_are_listed_with_hours_to_residents_without_sign_in(
    client, ground, duty_officer, clock
):
    for number in range(1, 42):
        safety.add_service_point(duty_officer, f"R{number:02d}")

    first = client.get(PUBLIC)

    assertContains(first, "41 个警务室")
    assert len(first.context["rows"]) == 41
    assertContains(first, "按规定开放到 18:00")
    one = client.get(f"{PUBLIC}R41/")
    assertContains(one, "09:00-12:00, 14:00-18:00", count=5)
    assertContains(one, "不开放", count=2)


@pytest.mark.row("B15")
@pytest.mark.parametrize(
    ("hours", "is_staffed", "presence", "said", "who"),
    [
        (0, True, Presence.STAFFED, "现在开放，到 18:00", "有人在岗。"),
        (
            0,
            False,
            Presence.UNSTAFFED,
            "按规定开放到 18:00",
            "此刻无人在岗。",
        ),
        (-3, False, Presence.CLOSED, "现在未开放，14:00 开放", "无人在岗。"),
        (
            2,
            False,
            Presence.CLOSED,
            "现在未开放，08-17（周一）09:00 开放",
            "无人在岗。",
        ),
        (
            2,
            True,
            Presence.CLOSED_STAFFED,
            "现在未开放，08-17（周一）09:00 开放",
            "但有人在岗。",
        ),
    ],
)
def test_residents_are_told_the_truth_about_now(
    client, point, duty_officer, clock, hours, is_staffed, presence, said, who
):
    """Friday at 16:00, 13:00 and 18:00; open 14:00 to 18:00, closed at the weekend."""
    at = clock(hours)
    if is_staffed:
        service_points.staff_service_point(
            point=point, until=at + timedelta(hours=1), by=duty_officer, at=at
        )

    page = client.get(PUBLIC)

    assert page.status_code == 200
    assert page.context["rows"][0][0].presence == presence
    assertContains(page, said)
    assertContains(page, who)


@pytest.mark.row("B15")
def test_closed_date_is_said_before_the_weekday(client, point, duty_officer, clock):
    service_points.set_exception(
        point=point, day=TODAY, hours="", reason="停电", by=duty_officer, at=AFTERNOON
    )

    page = client.get(f"{PUBLIC}R01/")

    assertContains(page, "现在未开放，08-17（周一）09:00 开放")
    assertContains(page, "2026-08-14 不开放 停电")


def test_hours_over_midnight_are_open_after_midnight(
    client, ground, duty_officer, clock
):
    """Friday 20:00 to Saturday 02:00; 01:30 in Linhe is 17:30 in Greenwich."""
    point = safety.add_service_point(duty_officer, hours={5: "20:00-02:00"})

    assert presence_at(point, datetime(2026, 8, 14, 17, 30, tzinfo=UTC)) == "unstaffed"
    assert presence_at(point, datetime(2026, 8, 14, 18, 0, tzinfo=UTC)) == "closed"
    assert presence_at(point, AFTERNOON) == "closed"


def test_residents_read_no_name_of_a_person(client, point, duty_officer, clock):
    service_points.staff_service_point(
        point=point,
        until=AFTERNOON + timedelta(hours=1),
        crew_code="S01-N7",
        by=duty_officer,
        at=AFTERNOON,
    )

    for url in (PUBLIC, f"{PUBLIC}R01/"):
        page = client.get(url)
        assertNotContains(page, duty_officer.display_name)
        assertNotContains(page, "S01-N7")


def test_point_that_is_not_listed_is_not_there_for_residents(
    client, point, duty_officer
):
    ServicePoint.objects.update(is_listed=False)

    assertContains(client.get(PUBLIC), "没有符合条件的警务室。")
    assert client.get(f"{PUBLIC}R01/").status_code == 404
    client.force_login(duty_officer)
    assertContains(client.get(OFFICERS), "不对外列出")


def test_residents_narrow_the_list_to_what_is_open(client, ground, duty_officer, clock):
    safety.add_service_point(duty_officer, "R01")
    safety.add_service_point(duty_officer, "R02", hours={1: "09:00-12:00"})

    def listed(**asked):
        return [row.point.code for row, _ in client.get(PUBLIC, asked).context["rows"]]

    assert listed() == ["R01", "R02"]
    assert listed(open="1") == ["R01"]
    assert listed(q="R02") == ["R02"]
    assert listed(open="1", q="R02") == []


@pytest.mark.row("B15")
def test_who_is_there_is_entered_in_two_taps(client, point, duty_officer, clock):
    """The page of the list has one button; what it sends is enough."""
    client.force_login(duty_officer)
    assertContains(client.get(OFFICERS), f"{OFFICERS}R01/staff/")

    client.post(f"{OFFICERS}R01/staff/", {"stay": "closing", "n_officers": "2"})

    staffing = ServicePointStaffing.objects.get()
    assert (staffing.begins_at, staffing.ends_at, staffing.n_officers) == (
        AFTERNOON,
        AFTERNOON + timedelta(hours=2),
        2,
    )
    assert presence_at(point, AFTERNOON + timedelta(hours=1)) == "staffed"
    event = Event.objects.latest("pk")
    assert (event.kind, event.subject, event.by) == (
        "service_point.staffed",
        "R01",
        duty_officer,
    )
    clock(0.5)
    assert client.post(f"{OFFICERS}R01/leave/").status_code == 303
    assert presence_at(point, AFTERNOON + timedelta(hours=0.6)) == "unstaffed"
    assert client.post(f"{OFFICERS}R01/leave/").status_code == 409


def test_last_word_on_who_is_there_holds(point, duty_officer):
    later = AFTERNOON + timedelta(minutes=30)
    service_points.staff_service_point(
        point=point, until=AFTERNOON + timedelta(hours=4), by=duty_officer, at=AFTERNOON
    )

    service_points.staff_service_point(
        point=point, until=later + timedelta(hours=1), by=duty_officer, at=later
    )

    ends = list(ServicePointStaffing.objects.values_list("ends_at", flat=True))
    assert ends == [later, later + timedelta(hours=1)]


@pytest.mark.parametrize("hours", [-1, 0, 12.5])
def test_staffing_that_is_over_or_too_long_is_refused(point, duty_officer, hours):
    with pytest.raises(service_points.StaffingTooLong):
        service_points.staff_service_point(
            point=point,
            until=AFTERNOON + timedelta(hours=hours),
            by=duty_officer,
            at=AFTERNOON,
        )

    assert ServicePointStaffing.objects.count() == 0


def test_crew_is_a_code_and_never_a_name(client, point, duty_officer):
    client.force_login(duty_officer)

    page = client.post(
        f"{OFFICERS}R01/staff/", {"stay": "1", "n_officers": "2", "crew_code": "李警官"}
    )

    assertContains(page, "只能用字母、数字和连字符。", status_code=422)
    assertContains(page, "李警官", status_code=422)
    assert ServicePointStaffing.objects.count() == 0


def test_new_point_is_opened_from_the_page_and_its_hours_are_tidied(
    client, ground, account, clock
):
    user = account("community_officer")
    client.force_login(user)
    assertContains(client.get("/safety/new-police-room/"), "周一")

    response = client.post("/safety/new-police-room/", EDIT)

    assert (response.status_code, response["Location"]) == (303, f"{OFFICERS}R09/")
    point = ServicePoint.objects.get()
    assert point.hours == {"1": "09:00-12:00, 14:00-18:00", "5": "20:00-02:00"}
    assert (point.station_code, point.area.code) == ("S01", "A2")
    assert (point.offers, point.revision) == (["report", "tourists"], 1)
    assert (point.changed_by, point.changed_at) == (user, AFTERNOON)


@pytest.mark.row("B15")
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"hours_1": "09:00-12:00, 下午"}, "“下午”无法识别"),
        ({"hours_5": "09:00-12:00, 11:00-13:00"}, "“11:00-13:00”无法识别"),
        ({"code": "R 09"}, "只能用字母、数字和连字符。"),
        ({"phone": "问老王"}, "只填数字，不写人名"),
        ({"offers": []}, "field__error"),
    ],
)
def test_bad_hours_are_refused_with_the_piece_and_what_was_typed_stays(
    client, ground, duty_officer, changed, said
):
    client.force_login(duty_officer)

    page = client.post("/safety/new-police-room/", EDIT | changed)

    assertContains(page, said, status_code=422)
    assertContains(page, "河滨路 9 号", status_code=422)
    assert ServicePoint.objects.count() == 0


def test_service_refuses_bad_hours_by_itself(ground, duty_officer):
    with pytest.raises(HoursUnclear) as refusal:
        safety.add_service_point(duty_officer, hours={3: "9 to 5"})

    assert refusal.value.part == "9 to 5"
    assert (ServicePoint.objects.count(), Event.objects.count()) == (0, 0)


def test_code_of_another_point_and_area_of_another_station_are_refused(
    client, point, duty_officer
):
    PatrolArea.objects.filter(code="A2").update(station_code="S02")
    client.force_login(duty_officer)

    taken = client.post("/safety/new-police-room/", EDIT | {"code": "R01"})

    assertContains(taken, "该编号已被另一警务室使用", status_code=409)
    with pytest.raises(service_points.AreaOfAnotherStation):
        safety.add_service_point(
            duty_officer, "R02", area=PatrolArea.objects.get(code="A2")
        )
    assert ServicePoint.objects.count() == 1


def test_stale_change_shows_what_stands_and_keeps_what_was_typed(
    client, point, duty_officer
):
    client.force_login(duty_officer)
    edit = EDIT | {"code": "R01", "edition": "1", "area": "A1"}
    assert client.post(f"{OFFICERS}R01/edit/", edit).status_code == 303

    page = client.post(f"{OFFICERS}R01/edit/", edit | {"address": "另一处"})

    assertContains(page, "期间已有他人保存", status_code=409)
    assertContains(page, "另一处", status_code=409)
    assertContains(page, "河滨路 9 号", status_code=409)
    with pytest.raises(StaleEdition):
        service_points.save_service_point(
            point=point,
            values={"station_code": "S01"},
            hours={},
            shown_revision=1,
            by=duty_officer,
            at=AFTERNOON,
        )
    assert ServicePoint.objects.get().address == "河滨路 9 号"


def test_other_hours_are_entered_refused_and_taken_back(client, point, duty_officer):
    client.force_login(duty_officer)
    url = f"{OFFICERS}R01/other-hours/"
    entered = {
        "exception-day": "2026-08-15",
        "exception-hours": "10:00-11:00",
        "exception-reason": "值守",
    }

    bad = client.post(url, entered | {"exception-hours": "十点"})
    past = client.post(url, entered | {"exception-day": "2026-08-13"})
    assertContains(bad, "“十点”无法识别", status_code=422)
    assertContains(past, "该日期已过", status_code=409)
    assert client.post(url, entered).status_code == 303

    exception = ServicePointException.objects.get()
    assert (exception.day, exception.hours) == (date(2026, 8, 15), "10:00-11:00")
    assert client.post(f"/safety/other-hours/{exception.pk}/remove/").status_code == 303
    assert ServicePointException.objects.count() == 0
    assert [event.kind for event in Event.objects.order_by("pk")][-2:] == [
        "service_point.exception_set",
        "service_point.exception_removed",
    ]


def test_stranger_to_the_station_changes_nothing(client, point, account):
    user = account("community_officer", station_code="S02")
    client.force_login(user)

    for url, data in (
        (f"{OFFICERS}R01/edit/", EDIT),
        (f"{OFFICERS}R01/staff/", {"stay": "1", "n_officers": "2"}),
        (f"{OFFICERS}R01/leave/", {}),
        (
            f"{OFFICERS}R01/other-hours/",
            {"exception-day": "2026-08-15", "exception-hours": ""},
        ),
    ):
        assert client.post(url, data).status_code == 403
    with pytest.raises(NotAllowed):
        safety.add_service_point(user, "R02")
    assert ServicePoint.objects.get().revision == 1
    assert ServicePointStaffing.objects.count() == 0
    assert ServicePointException.objects.count() == 0


@pytest.mark.parametrize("url", [PUBLIC, OFFICERS])
def test_lists_cost_the_same_for_one_point_as_for_three(
    client, point, duty_officer, count_queries, url
):
    client.force_login(duty_officer)

    def add(code):
        added = safety.add_service_point(duty_officer, code)
        service_points.staff_service_point(
            point=added,
            until=AFTERNOON + timedelta(hours=1),
            by=duty_officer,
            at=AFTERNOON,
        )
        service_points.set_exception(
            point=added, day=TODAY, hours="", reason="", by=duty_officer, at=AFTERNOON
        )

    add("R02")
    before = count_queries(lambda: client.get(url))
    add("R03")
    add("R04")

    assert count_queries(lambda: client.get(url)) == before


def test_residents_page_is_never_kept_by_the_browser(client, point):
    assert "no-store" in client.get(PUBLIC)["Cache-Control"]


def test_residents_page_speaks_english_too(client, point, clock):
    client.cookies["xunfang_language"] = "en"

    page = client.get(PUBLIC)

    assertContains(page, "Willow Lane Police Room R01")
    assertContains(page, "Its opening hours last until 18:00.")
    assertContains(page, "Nobody is there at the moment.")
