"""The pages of what was patrolled: figures that open, blind streets, short patrols."""

from datetime import timedelta
from uuid import uuid4

import duckdb
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests.factories import calls
from tests.factories.linhe_city import NIGHT, add_crew
from tests.factories.patrolled_night import bind, clock, go, log, stay
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.calls import services as calls_services
from xunfang.core.dispatching.sheets import Step
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.patrols.coverage import queries, services
from xunfang.patrols.models import EditKind, NightEdit, ShortRun
from xunfang.patrols.runs import covering, files
from xunfang.places import queries as places
from xunfang.units.duty import services as duty
from xunfang.units.models import DutyEntry, Shift

pytestmark = pytest.mark.django_db

MORNING = clock("31:00")
NIGHT_URL = f"/coverage/{NIGHT}/"
URL = f"/coverage/{NIGHT}/S01/"


@pytest.fixture(autouse=True)
def _morning(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: MORNING)


@pytest.fixture
def car(streets, station):
    shift = Shift.objects.get(code="1")
    log(shift, ("18:00", DutyStep.ON, "car"), ("21:00", DutyStep.OFF))
    return shift


@pytest.fixture
def walkers(streets, station):
    shift = Shift.objects.get(code="2")
    log(shift, ("19:20", DutyStep.ON, "foot"), ("22:20", DutyStep.OFF))
    return shift


@pytest.fixture
def night(car, walkers):
    """C1 has 30 minutes in the first band, C4 80 in the second, nobody else any."""
    stay(car, "F", begins="19:00", minutes=30)
    go(car, "FVGH", begins="19:31")
    stay(car, "H", begins="19:33", minutes=87)
    stay(walkers, "L", begins="20:50", minutes=90, every_s=60)
    bind(walkers, 1, "L", "21:00", "21:15")
    bind(walkers, 2, "T", "21:30", "21:45")
    covering.fold_what_is_due(at=MORNING)


@pytest.fixture
def officer(client, duty_officer):
    client.force_login(duty_officer)
    return client


def text(response) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.mark.row("A11")
def test_share_has_formula_numerator_denominator_and_rows_and_recounts_alike(
    officer, night
):
    """Of 4 cells x 3 bands: C1 and C3 in the first, C4 in the second: 3 of 12."""
    response = officer.get(f"{URL}cells/")

    page = text(response)
    assert "<strong>3</strong> ÷ <strong>12</strong> = <strong>25.0 %</strong>" in page
    assert "见警率" in page
    assert response.context["n_reached"] == 3
    by_hand = duckdb.sql(
        f"""
        select count(*) from (
            select cell, case when hour < 21 then 1 when hour < 24 then 2 else 3 end band
            from read_parquet('{files.night_file(NIGHT)}')
            where kind = 'cell' and cell <> '' and hour between 18 and 26
            group by cell, band having sum(seconds) >= 15 * 60)
        """  # noqa: S608 -- our own file
    ).fetchall()
    assert by_hand == [(3,)]


@pytest.mark.row("A11")
def test_every_share_leads_in_two_clicks_to_the_crews_and_hours(officer, night):
    overview = text(officer.get(URL))
    assert f'href="{URL}cells/?band=18&amp;target=15"' in overview

    cells = text(officer.get(f"{URL}cells/?band=18&target=15"))
    assert 'href="?band=18&amp;target=15&amp;cell=C1#cell-title"' in cells

    rows = officer.get(f"{URL}cells/?band=18&target=15&cell=C1").context["cell_rows"]
    assert [(row["hour"], row["crew"], round(row["minutes"])) for row in rows] == [
        (19, "1", 31)
    ]


def test_shares_are_of_one_band_each_and_never_of_the_day(officer, night):
    [row] = officer.get(NIGHT_URL).context["stations"]

    assert [(band.share.n_reached, band.share.n_cells) for band in row.bands] == [
        (2, 4),
        (1, 4),
        (0, 4),
    ]


def test_more_minutes_asked_for_make_fewer_cells_count(officer, night):
    response = officer.get(f"{URL}cells/?target=60")

    assert (response.context["n_reached"], response.context["n_cells"]) == (2, 12)


def test_wrong_choices_in_the_address_are_as_if_not_made(officer, night):
    response = officer.get(f"{URL}cells/?target=x&band=7&cell=nowhere&page=99")

    assert (response.context["target"], response.context["band"]) == (15, None)
    assert "cell" not in response.context


def test_planned_and_done_stand_side_by_side(officer, night):
    page = text(officer.get(f"{URL}stays/"))

    assert "L路口" in page
    assert "coverage__kept--kept" in page
    assert "coverage__kept--not_seen" in page
    assert "T路口" not in text(officer.get(f"{URL}stays/?kept=kept"))


def test_map_draws_streets_by_passes_blind_streets_and_stays(officer, night):
    drawn = officer.get(f"{URL}map/").json()["features"]

    by_kind = {}
    for feature in drawn:
        by_kind.setdefault(feature["properties"]["kind"], []).append(
            feature["properties"]
        )
    assert {p["passes"] for p in by_kind["passed"]} == {1}
    assert [p["kept"] for p in by_kind["outcome"]] == ["kept", "not_seen"]
    assert "健康路" not in {p["name"] for p in by_kind["passed"]}
    assert "渡口路" in {p["name"] for p in by_kind["blind"]}


def test_table_goes_out_as_csv_and_xlsx(officer, night, tmp_path):
    csv = officer.get(f"{URL}export/cells.csv")
    assert csv.content.decode("utf-8-sig").splitlines()[1] == (
        "2026-08-14,A1,C1,18:00–21:00,31.3"
    )

    for what in ("streets", "stays"):
        book = tmp_path / f"{what}.xlsx"
        book.write_bytes(officer.get(f"{URL}export/{what}.xlsx").content)
        assert load_workbook(book).active.max_row > 1
    assert officer.get(f"{URL}export/people.csv").status_code == 404


def test_night_without_positions_says_so(officer, car):
    for url in (NIGHT_URL, URL, f"{URL}cells/", f"{URL}streets/"):
        assert "empty" in text(officer.get(url))
    assert officer.get("/coverage/").headers["Location"] == "/coverage/2026-08-15/"


def test_station_sees_its_own_night_only(client, account, night):
    client.force_login(account("duty_officer", station_code="S02"))

    assert client.get(URL).status_code == 404
    assert client.get(NIGHT_URL).context["stations"] == []
    assert list(client.get(f"{NIGHT_URL}crews/").context["page"]) == []


def test_pages_cost_the_same_queries_for_more_crews(officer, station, night):
    urls = [NIGHT_URL, URL, f"{URL}stays/", f"{URL}cells/", f"{NIGHT_URL}crews/"]

    def queries_of(url: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            officer.get(url)
        return len(seen)

    before = [queries_of(url) for url in urls]
    for n in range(3, 6):
        shift = add_crew(station, str(n), "foot")
        log(shift, ("19:00", DutyStep.ON, "foot"), ("22:20", DutyStep.OFF))
        stay(shift, "K", begins="20:00", minutes=20)
        bind(shift, 1, "K", "20:00", "20:15")
    covering.fold_what_is_due(at=MORNING)

    assert [queries_of(url) for url in urls] == before


# Blind streets


def names_of(response) -> set[str]:
    return {row.name for row in response.context["page"]}


def test_blind_streets_are_those_nobody_was_near(officer, night):
    response = officer.get(f"{URL}blind/?nights=1")

    names = names_of(response)
    assert {"渡口路", "北门街"} <= names
    # Driven from F to H; A-E was never near anybody, F-G was.
    assert "顺河路" not in names


def test_one_stray_position_keeps_a_street_from_being_called_blind(
    officer, night, walkers
):
    stay(walkers, "T", begins="20:00", minutes=0)
    covering.fold_what_is_due(at=MORNING)

    assert "渡口路" not in names_of(officer.get(f"{URL}blind/?nights=1"))


def test_street_seen_the_night_before_is_blind_in_one_night_and_not_in_two(
    officer, night, station
):
    before = NIGHT - timedelta(days=1)
    shift = add_crew(station, "1", night=before)
    log(shift, ("18:00", DutyStep.ON, "car"), ("19:00", DutyStep.OFF))
    stay(shift, "T", begins="18:00", minutes=59)
    covering.fold_what_is_due(at=MORNING)

    one = officer.get(f"{URL}blind/?nights=1")
    two = officer.get(f"{URL}blind/?nights=3")

    assert "渡口路" in names_of(one)
    assert {row.name: row.last_seen for row in one.context["page"]}["渡口路"] == before
    assert "渡口路" not in names_of(two)
    assert [night for night, _ in two.context["proof"].left_out] == [
        NIGHT - timedelta(days=2)
    ]


def test_night_with_a_silent_crew_proves_nothing(officer, night, station):
    silent = add_crew(station, "3", "foot")
    log(silent, ("19:00", DutyStep.ON, "foot"), ("22:20", DutyStep.OFF))
    covering.fold_night(night=NIGHT, at=MORNING)

    response = officer.get(f"{URL}blind/?nights=1")

    assert response.context["proof"].left_out == ((NIGHT, ("3组",)),)
    assert list(response.context["page"]) == []
    assert "3组" in text(response)


def test_one_tap_asks_for_a_stay_in_a_blind_street_tonight(
    officer, night, station, streets, monkeypatch
):
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock("22:30"))
    page = officer.get(f"{URL}blind/?nights=1")
    row = next(row for row in page.context["page"] if row.name == "渡口路")

    response = officer.post(
        f"{URL}blind/wish/?nights=1",
        {"segment": row.segment, "reason": page.context["reason"]},
    )

    assert response.status_code == 303
    edit = NightEdit.objects.get()
    assert (edit.kind, edit.name, edit.minutes, edit.night) == (
        EditKind.WISH,
        "渡口路",
        15,
        NIGHT,
    )
    assert "08-14" in edit.reason


def test_street_that_is_gone_is_refused_in_words(officer, night):
    response = officer.post(f"{URL}blind/wish/", {"segment": "99/9", "reason": "x"})

    assert response.status_code in {409, 422}
    assert "message--error" in response.content.decode()
    assert NightEdit.objects.count() == 0


# Effective minutes


def crew(shift: Shift) -> queries.CrewNight:
    [found] = [
        one
        for one in queries.crew_nights([shift.station], NIGHT, at=MORNING)
        if one.shift == shift
    ]
    return found


@pytest.mark.row("A03")
def test_patrol_with_a_break_and_one_that_ends_early(streets, station):
    """19:00-22:20 with a 15-min break = 185 min; 19:00-22:05 with 15 min = 170 min."""
    long, short = Shift.objects.order_by("code")
    for shift, ends in ((long, "22:20"), (short, "22:05")):
        log(
            shift,
            ("19:00", DutyStep.ON, "foot"),
            ("20:30", DutyStep.PAUSE),
            ("20:45", DutyStep.PATROL),
            (ends, DutyStep.OFF),
        )

    assert [(crew(one).effective_min, crew(one).is_open) for one in (long, short)] == [
        (185, False),
        (170, True),
    ]


@pytest.mark.row("A09")
def test_minutes_stop_while_a_crew_is_on_a_call(car, duty_officer):
    """On duty 18:00-21:00; sent 19:00, finished 19:40: 140 minutes."""
    call = calls.add_call(
        "110-1", by=duty_officer, at=clock("18:59"), call_class=calls.add_class()
    )
    sent = calls_services.send_unit(
        call=call, shift=car, knows=(), by=duty_officer, at=clock("19:00")
    )
    for step, when in (
        (Step.ACKNOWLEDGED, "19:01"),
        (Step.DEPARTED, "19:02"),
        (Step.ARRIVED, "19:10"),
        (Step.FINISHED, "19:40"),
    ):
        calls_services.press(
            dispatch=sent,
            step=step,
            key=uuid4(),
            by=duty_officer,
            at=clock(when),
        )

    found = crew(car)

    assert found.effective_min == 140
    assert found.times.time is not None
    assert found.times.time.responding == timedelta(minutes=40)


@pytest.mark.row("A10")
def test_mixed_shift_is_shown_by_mode_and_adds_up(officer, streets, station):
    shift = Shift.objects.get(code="1")
    log(
        shift,
        ("19:00", DutyStep.ON, "foot"),
        ("20:35", DutyStep.MODE, "car"),
        ("21:55", DutyStep.OFF),
    )

    page = text(officer.get(f"{NIGHT_URL}crews/"))

    assert "步巡 95 + 车巡 80 = 175" in page


def test_short_patrol_stays_open_until_somebody_says_why(officer, car, duty_officer):
    DutyEntry.objects.filter(step=DutyStep.OFF).update(happened_at=clock("20:50"))
    page = officer.get(f"{NIGHT_URL}crews/?only=short")
    assert page.context["n_open"] == 1

    empty = officer.post(
        f"/coverage/crews/{car.pk}/why/",
        {f"short-{car.pk}-reason": " ", f"short-{car.pk}-seen_min": 170},
    )
    said = officer.post(
        f"/coverage/crews/{car.pk}/why/",
        {f"short-{car.pk}-reason": "增援邻所", f"short-{car.pk}-seen_min": 170},
    )

    assert (empty.status_code, said.status_code) == (422, 303)
    row = ShortRun.objects.get()
    assert (row.reason, row.effective_min, row.said_by, row.said_at) == (
        "增援邻所",
        170,
        duty_officer,
        MORNING,
    )
    assert not crew(car).is_open
    assert "增援邻所" in text(officer.get(f"{NIGHT_URL}crews/"))
    assert Event.objects.filter(kind="run.short_explained").count() == 1


def test_correcting_the_log_puts_a_short_patrol_right(car, duty_officer):
    off = car.duty_entries.get(step=DutyStep.OFF)
    DutyEntry.objects.filter(pk=off.pk).update(happened_at=clock("20:50"))
    assert crew(car).is_open

    duty.correct_entry(
        entry=off,
        happened_at=clock("21:05"),
        reason="按早了",
        by=duty_officer,
        at=MORNING,
        key=uuid4(),
    )

    assert (crew(car).effective_min, crew(car).is_open) == (185, False)


def test_reason_does_not_hold_for_fewer_minutes_than_it_was_said_of(car, duty_officer):
    DutyEntry.objects.filter(step=DutyStep.OFF).update(happened_at=clock("20:50"))
    services.explain_short_run(
        shift=car, reason="增援", seen_min=170, by=duty_officer, at=MORNING
    )

    DutyEntry.objects.filter(step=DutyStep.OFF).update(happened_at=clock("19:00"))

    assert crew(car).is_open


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"reason": "  "}, services.ShortReasonMissing),
        ({"seen_min": 169}, services.RunChanged),
    ],
)
def test_reason_is_refused(car, duty_officer, values, refusal):
    DutyEntry.objects.filter(step=DutyStep.OFF).update(happened_at=clock("20:50"))

    with pytest.raises(refusal):
        services.explain_short_run(
            **{
                "shift": car,
                "reason": "增援",
                "seen_min": 170,
                "by": duty_officer,
                "at": MORNING,
            }
            | values
        )

    assert ShortRun.objects.count() == 0


def test_reason_is_refused_for_a_crew_that_is_long_enough(walkers, duty_officer):
    with pytest.raises(services.RunNotShort):
        services.explain_short_run(
            shift=walkers, reason="增援", seen_min=180, by=duty_officer, at=MORNING
        )


def test_reason_is_refused_to_another_station(car, account):
    DutyEntry.objects.filter(step=DutyStep.OFF).update(happened_at=clock("20:50"))

    with pytest.raises(NotAllowed):
        services.explain_short_run(
            shift=car,
            reason="增援",
            seen_min=170,
            by=account("leader", station_code="S02"),
            at=MORNING,
        )


def test_crew_that_is_out_is_not_called_short(car, monkeypatch):
    DutyEntry.objects.filter(step=DutyStep.OFF).delete()

    [found] = [
        one
        for one in queries.crew_nights([car.station], NIGHT, at=clock("19:00"))
        if one.shift == car
    ]

    assert (found.effective_min, found.times.is_short) == (60, False)


def test_network_of_the_city_is_the_one_that_was_matched(night):
    network = places.find_current_network()

    assert network is not None
    assert queries.find_night(NIGHT).network == network.code
