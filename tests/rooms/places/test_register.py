"""The register of key places: searched, changed, closed, looked in on."""

from datetime import date, timedelta

import pytest

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.towns.linhe import at
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.places import queries
from xunfang.places.models import KeyPlace, PlaceCheck
from xunfang.places.register import queries as register_queries
from xunfang.places.register import services as register
from xunfang.places.register.queries import CheckState, Wanted, state_on
from xunfang.places.register.services import PlaceValues

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(account):
    return account("duty_officer", station_code="S01")


@pytest.fixture
def stranger(account):
    return account("duty_officer", station_code="S02", username="stranger")


@pytest.fixture
def bank():
    linhe_city.add_ground()
    return linhe_city.add_place("K1", "B", "C1", name="北门银行")


def values(node: str = "B", **changed: object) -> PlaceValues:
    lon, lat = at(node)[0].tolist()
    kept = {
        "name": "北门银行",
        "name_en": "Bank B",
        "kind": "bank",
        "lon": lon,
        "lat": lat,
        "check_every_days": 30,
    }
    return PlaceValues(**kept | changed)


def codes(user, *, day=NIGHT, **wanted) -> list[str]:
    return [p.code for p in register_queries.search(user, Wanted(**wanted), day=day)]


def check(place: KeyPlace, days_ago: int, *, day=NIGHT) -> PlaceCheck:
    return PlaceCheck.objects.create(
        place=place, checked_on=day - timedelta(days=days_ago), unit_code="S01"
    )


# Adding and changing


def test_place_is_added_in_the_cell_it_lies_in(officer, bank):
    place = register.add_place(code="K9", values=values("L"), by=officer, at=AFTERNOON)

    assert (place.cell.code, place.revision, place.ended_on) == ("C4", 0, None)
    [event] = Event.objects.filter(kind="place.added")
    assert (event.subject, event.by_id) == ("K9", officer.pk)


def test_place_off_the_map_is_refused_with_how_far_it_is(officer, bank):
    """The eastern border is at 900 m east of P; the point 100 m beyond it."""
    lon, lat = at("P", east_m=1000, north_m=300)[0].tolist()

    with pytest.raises(register.PlaceOffMap) as refusal:
        register.add_place(
            code="K9", values=values(lon=lon, lat=lat), by=officer, at=AFTERNOON
        )

    assert (refusal.value.metres, refusal.value.area) == (100, "二号巡区")
    assert KeyPlace.objects.count() == 1


def test_code_is_used_once_and_a_closed_place_keeps_its_code(officer, bank):
    register.close_place(place=bank, by=officer, at=AFTERNOON)

    with pytest.raises(register.PlaceCodeTaken):
        register.add_place(code="K1", values=values(), by=officer, at=AFTERNOON)


def test_stranger_neither_adds_nor_changes_nor_closes(stranger, bank):
    for act in (
        lambda: register.add_place(
            code="K9", values=values(), by=stranger, at=AFTERNOON
        ),
        lambda: register.change_place(
            place=bank, values=values(name="x"), revision=0, by=stranger, at=AFTERNOON
        ),
        lambda: register.close_place(place=bank, by=stranger, at=AFTERNOON),
        lambda: register.record_check(
            place=bank, checked_on=NIGHT, unit_code="1", by=stranger, at=AFTERNOON
        ),
        lambda: register.set_busy_windows(
            place=bank, windows=[], revision=0, by=stranger, at=AFTERNOON
        ),
    ):
        with pytest.raises(NotAllowed):
            act()

    bank.refresh_from_db()
    assert (bank.name, bank.ended_on, PlaceCheck.objects.count()) == (
        "北门银行",
        None,
        0,
    )
    assert not Event.objects.exists()


def test_change_moves_a_place_into_its_new_cell_and_is_on_record(officer, bank):
    changed = register.change_place(
        place=bank,
        values=values("L", name="顺河银行"),
        revision=0,
        by=officer,
        at=AFTERNOON,
    )

    assert (changed.name, changed.cell.code, changed.revision) == ("顺河银行", "C4", 1)
    [event] = Event.objects.filter(kind="place.changed")
    assert event.detail["name"] == ["北门银行", "顺河银行"]


def test_stale_change_is_refused_and_changes_nothing(officer, bank):
    register.change_place(
        place=bank, values=values(name="甲"), revision=0, by=officer, at=AFTERNOON
    )

    with pytest.raises(register.PlaceChanged):
        register.change_place(
            place=bank, values=values(name="乙"), revision=0, by=officer, at=AFTERNOON
        )

    bank.refresh_from_db()
    assert (bank.name, bank.revision) == ("甲", 1)


def test_change_of_nothing_is_no_change(officer, bank):
    register.change_place(
        place=bank,
        values=values(lon=bank.lon, lat=bank.lat),
        revision=0,
        by=officer,
        at=AFTERNOON,
    )

    bank.refresh_from_db()
    assert bank.revision == 0
    assert not Event.objects.exists()


# Closing


def test_closed_place_leaves_tonights_list_and_can_be_reopened(officer, bank):
    register.close_place(place=bank, by=officer, at=AFTERNOON)

    assert codes(officer) == []
    assert codes(officer, state="closed") == ["K1"]
    assert [p.code for p in KeyPlace.objects.in_use(NIGHT - timedelta(days=1))] == [
        "K1"
    ]
    assert not KeyPlace.objects.in_use(NIGHT).exists()
    with pytest.raises(register.PlaceClosed):
        register.close_place(place=bank, by=officer, at=AFTERNOON)

    register.reopen_place(place=bank, by=officer, at=AFTERNOON)

    assert codes(officer) == ["K1"]
    with pytest.raises(register.PlaceNotClosed):
        register.reopen_place(place=bank, by=officer, at=AFTERNOON)


# Checks


def test_check_is_recorded_and_taken_back_on_the_same_day(officer, bank):
    made = register.record_check(
        place=bank, checked_on=NIGHT, unit_code="1", by=officer, at=AFTERNOON
    )
    assert queries.last_checks([bank.pk]) == {bank.pk: NIGHT}

    register.take_back_check(check=made, by=officer, at=AFTERNOON)

    assert queries.last_checks([bank.pk]) == {}
    assert [e.kind for e in Event.objects.order_by("pk")] == [
        "place.checked",
        "place.check_taken_back",
    ]


def test_check_of_yesterday_and_check_of_the_history_stay(officer, bank):
    made = register.record_check(
        place=bank, checked_on=NIGHT, unit_code="1", by=officer, at=AFTERNOON
    )
    tomorrow = AFTERNOON + timedelta(days=1)

    for kept, moment in ((made, tomorrow), (check(bank, 3), AFTERNOON)):
        with pytest.raises(register.CheckSettled):
            register.take_back_check(check=kept, by=officer, at=moment)

    assert PlaceCheck.objects.count() == 2


def test_check_of_tomorrow_and_of_a_closed_place_are_refused(officer, bank):
    with pytest.raises(register.CheckInTheFuture):
        register.record_check(
            place=bank,
            checked_on=NIGHT + timedelta(days=1),
            unit_code="1",
            by=officer,
            at=AFTERNOON,
        )
    register.close_place(place=bank, by=officer, at=AFTERNOON)

    with pytest.raises(register.PlaceClosed):
        register.record_check(
            place=bank, checked_on=NIGHT, unit_code="1", by=officer, at=AFTERNOON
        )


def test_second_check_of_a_day_is_a_second_check_of_one_place(officer, bank):
    for _ in range(2):
        register.record_check(
            place=bank, checked_on=NIGHT, unit_code="1", by=officer, at=AFTERNOON
        )

    report = queries.report_checks(first_day=NIGHT, last_day=NIGHT)

    assert report == queries.ChecksReport(n_places=1, n_places_checked=1, n_checks=2)


# Searching


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [
        (None, CheckState.OVERDUE),
        (31, CheckState.OVERDUE),
        (30, CheckState.DUE),
        (23, CheckState.DUE),
        (22, CheckState.DONE),
        (0, CheckState.DONE),
    ],
)
def test_place_is_overdue_due_or_done_by_its_last_check(
    officer, bank, days_ago, expected
):
    """Every 30 days: due from the 23rd day after the last check, overdue after the 30th."""
    if days_ago is not None:
        check(bank, days_ago)
    found = {
        state for state in CheckState if codes(officer, state=state.value) == ["K1"]
    }

    last = queries.last_checks([bank.pk]).get(bank.pk)

    assert found == {expected}
    assert state_on(bank, last, NIGHT) is expected


def test_search_finds_by_name_code_english_name_kind_and_station(account, bank):
    city = account("leader", station_code="", username="city")
    linhe_city.add_place("K2", "L", "C4", name="顺河学校", kind="school")

    assert codes(city, q="顺河") == ["K2"]
    assert codes(city, q="k1") == ["K1"]
    assert codes(city, q="bank l") == ["K2"]
    assert codes(city, kind="school") == ["K2"]
    assert codes(city, station="S01") == ["K1", "K2"]
    assert codes(city, station="S02") == []
    assert codes(city, q="北门 学校") == []


def test_station_sees_its_own_places_and_headquarters_all(
    account, officer, stranger, bank
):
    assert codes(officer) == ["K1"]
    assert codes(stranger) == []
    assert codes(account("supervisor", station_code="")) == ["K1"]
    assert codes(account("administrator", station_code="")) == []


def test_report_by_station_adds_up_and_costs_as_much_for_one_as_for_many(
    officer, bank, django_assert_num_queries
):
    for number in range(2, 5):
        check(linhe_city.add_place(f"K{number}", "B", "C1"), number)
    check(bank, 1)
    check(bank, 2)

    with django_assert_num_queries(2):
        rows = register_queries.checks_by_station(
            officer, ["S01"], first_day=date(2026, 8, 1), last_day=NIGHT
        )

    assert rows == [
        register_queries.StationChecks("S01", queries.ChecksReport(4, 4, 5))
    ]


def test_busy_windows_are_replaced_as_a_whole(officer, bank):
    window = {
        "first_month": 4,
        "last_month": 10,
        "weekdays": "567",
        "begins_min": 1140,
        "ends_min": 1500,
    }

    register.set_busy_windows(
        place=bank, windows=[window], revision=0, by=officer, at=AFTERNOON
    )
    with pytest.raises(register.PlaceChanged):
        register.set_busy_windows(
            place=bank, windows=[], revision=0, by=officer, at=AFTERNOON
        )

    [kept] = bank.busy_windows.all()
    assert (kept.weekdays, kept.begins_min, kept.ends_min) == ("567", 1140, 1500)
