"""Coverage by the hours in which crews were to be out: by day, by night, and not else."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from tests.factories import linhe_city
from tests.factories.linhe_city import NIGHT, add_crew
from tests.factories.patrolled_night import clock, log, stay
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.patrols.coverage import page, queries
from xunfang.patrols.runs import covering
from xunfang.places.models import AreaEdition, GridCell, PatrolArea

pytestmark = pytest.mark.django_db

MORNING = clock("34:00")
URL = f"/coverage/{NIGHT}/"


@pytest.fixture(autouse=True)
def _morning(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: MORNING)


@pytest.fixture
def officer(client, duty_officer):
    client.force_login(duty_officer)
    return client


@pytest.fixture
def ground():
    """Four cells of S01; S02 has the eastern two from now on."""
    station = linhe_city.add_station()
    linhe_city.add_ground()
    return station


def shares(response) -> dict[str, list[tuple[str, int, int]]]:
    return {
        row.station.code: [
            (band.name, band.share.n_reached, band.share.n_cells) if band else None
            for band in row.columns
        ]
        for row in response.context["stations"]
    }


@pytest.mark.row("A11")
def test_minutes_of_a_day_shift_are_in_bands_of_the_day(officer, ground):
    """08:30-16:00 and 19:00-02:00: C1 for an hour at ten, C4 for half an hour at 23.

    Half an hour before nine is no band; from 18 to 19 nobody was to be out, but from 19
    to 21 somebody was.
    """
    day = add_crew(ground, "1", begins_min=510, ends_min=960)
    night = add_crew(ground, "2", begins_min=19 * 60)
    log(day, ("08:30", DutyStep.ON, "car"), ("16:00", DutyStep.OFF))
    log(night, ("19:00", DutyStep.ON, "car"), ("26:00", DutyStep.OFF))
    stay(day, "F", begins="10:00", minutes=60)
    stay(night, "L", begins="23:00", minutes=30)
    covering.fold_night(night=NIGHT, at=MORNING)

    response = officer.get(URL)

    assert shares(response) == {
        "S01": [
            ("09:00–12:00", 1, 4),
            ("12:00–15:00", 0, 4),
            ("15:00–18:00", 0, 4),
            ("18:00–21:00", 0, 4),
            ("21:00–00:00", 1, 4),
            ("00:00–03:00", 0, 4),
        ]
    }
    assert response.context["bands"][0] == "09:00–12:00"
    station = officer.get(f"{URL}S01/")
    assert [band.out for band in station.context["figures"].bands] == [
        *("", "", "15:00–16:00", "19:00–21:00", "", "00:00–02:00")
    ]
    assert (station.context["figures"].together.n_cells) == 24


def test_hours_in_which_nobody_was_to_be_out_are_no_blind_spot(officer, ground):
    """S02 has crews by day only and S01 by night only; a table holds both."""
    other = linhe_city.add_station("S02", "临东所")
    area = PatrolArea.objects.create(code="A9", name="东区", station_code="S02")
    AreaEdition.objects.create(area=area, valid_from=linhe_city.OPENED_ON, polygons=[])
    GridCell.objects.filter(code__in=["C3", "C4"]).update(area=area)
    day = add_crew(other, "1", begins_min=9 * 60, ends_min=12 * 60)
    night = add_crew(ground, "2", ends_min=21 * 60)
    log(day, ("09:00", DutyStep.ON, "car"), ("12:00", DutyStep.OFF))
    log(night, ("18:00", DutyStep.ON, "car"), ("21:00", DutyStep.OFF))
    stay(day, "L", begins="09:10", minutes=20)
    # Crews of other stations count, but ask nothing of ground that is not theirs.
    stay(night, "L", begins="18:30", minutes=20)
    covering.fold_night(night=NIGHT, at=MORNING)

    response = officer.get(URL)

    assert shares(response) == {
        "S01": [None, ("18:00–21:00", 0, 2)],
        "S02": [("09:00–12:00", 1, 2), None],
    }
    assert "不算盲区" in response.content.decode()
    assert officer.get(f"{URL}S02/").context["outside_min"] == 20
    # A band of another station is as if not chosen.
    cells = officer.get(f"{URL}S02/cells/?band=18").context
    assert (cells["band"], [first for first, _ in cells["bands"]]) == (None, [9])


def test_overtime_is_shown_and_asks_for_nothing(officer, ground):
    """A shift until 21:00, a crew out until 22:30: 25 minutes in C1 after its end."""
    crew = add_crew(ground, "1", ends_min=21 * 60)
    log(crew, ("18:00", DutyStep.ON, "car"), ("22:30", DutyStep.OFF))
    stay(crew, "F", begins="22:00", minutes=25)
    covering.fold_night(night=NIGHT, at=MORNING)

    cells = officer.get(f"{URL}S01/cells/")
    csv = officer.get(f"{URL}S01/export/cells.csv").content.decode("utf-8-sig")

    assert (cells.context["n_reached"], cells.context["n_cells"]) == (0, 4)
    assert [(one.cell, round(one.minutes, 1)) for one in cells.context["outside"]] == [
        ("C1", 25.0)
    ]
    assert csv.splitlines()[-1] == f"{NIGHT},A1,C1,时段之外,25"
    assert len(csv.splitlines()) == 1 + 4 + 1


def test_shift_too_short_for_a_band_leaves_its_minutes_in_sight(officer, ground):
    crew = add_crew(ground, "1", begins_min=1200, ends_min=1250)
    log(crew, ("20:00", DutyStep.ON, "car"), ("20:50", DutyStep.OFF))
    stay(crew, "F", begins="20:10", minutes=20)
    covering.fold_night(night=NIGHT, at=MORNING)

    for url, what in (
        (f"{URL}S01/cells/", "另有巡逻 20 分钟"),
        (f"{URL}S01/", "时段之外另有 20 分钟"),
        (URL, "–"),
    ):
        assert what in officer.get(url).content.decode(), url


def test_crew_that_never_came_leaves_its_band_uncovered(ground):
    add_crew(ground, "1", begins_min=27 * 60, ends_min=33 * 60)

    asked = queries.bands_asked(until=NIGHT)

    assert [page.band_name(NIGHT, band.first_hour) for band in asked[NIGHT, "S01"]] == [
        "03:00–06:00",
        "06:00–09:00（次日）",
    ]
    assert page.band_name(NIGHT, 3) == "03:00–06:00（当日凌晨）"


def test_hours_go_by_the_clock_on_the_wall_where_clocks_are_changed(
    ground, monkeypatch
):
    """Berlin sets its clocks back at 03:00: 18:00-03:00 are ten hours that night."""
    zone, night = ZoneInfo("Europe/Berlin"), date(2026, 10, 24)
    for module in (queries, page):
        monkeypatch.setattr(module, "ZONE", zone)
    add_crew(ground, "1", night=night, ends_min=27 * 60)

    [bands] = queries.bands_asked(until=night).values()

    assert [
        (one.first_hour, page.band_name(night, one.first_hour)) for one in bands
    ] == [
        (18, "18:00–21:00"),
        (21, "21:00–00:00"),
        (24, "00:00–02:00"),
        (27, "02:00–05:00"),
    ]
