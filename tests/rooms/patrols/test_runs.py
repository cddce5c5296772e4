"""A night's positions folded: late, twice, partly deleted; what is kept and what not."""

from datetime import timedelta

import pytest

from tests.factories import calls, patrolled_night
from tests.factories.linhe_city import NIGHT, add_crew, add_station
from tests.factories.patrolled_night import bind, clock, go, log, stay
from xunfang.calls import services
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.patrols import tasks
from xunfang.patrols.coverage import expressions
from xunfang.patrols.coverage.figures import NightRows
from xunfang.patrols.models import Run, RunNight, StayDone
from xunfang.patrols.runs import covering, files
from xunfang.units.models import Fix, Shift
from xunfang.units.positions.retention import delete_old_fixes

pytestmark = pytest.mark.django_db


@pytest.fixture
def car(streets, station):
    shift = Shift.objects.get(code="1")
    log(shift, ("18:00", DutyStep.ON, "car"), ("26:00", DutyStep.OFF))
    return shift


@pytest.fixture
def walkers(streets, station):
    shift = Shift.objects.get(code="2")
    log(
        shift,
        ("18:00", DutyStep.ON, "foot"),
        ("20:00", DutyStep.PAUSE),
        ("20:30", DutyStep.PATROL),
        ("26:00", DutyStep.OFF),
    )
    return shift


MORNING = clock("31:00")


def rows() -> list[dict[str, object]]:
    return files.read_rows(files.night_file(NIGHT)).to_pylist()


def minutes() -> dict[tuple[str, int, str], float]:
    """Return minutes by cell, hour and mode."""
    with NightRows(NIGHT) as night:
        found = night.answer(expressions.minutes_by_cell_hour(night.rows))
    return {
        (row["cell"], row["hour"], row["mode"]): pytest.approx(row["minutes"])
        for row in found
    }


def streets_seen() -> dict[str, tuple[int, bool]]:
    with NightRows(NIGHT) as night:
        return {
            key: (street.passes, street.is_end_to_end)
            for key, street in night.streets().items()
        }


def test_minutes_are_counted_by_cell_hour_and_mode(car, walkers):
    stay(car, "F", begins="18:50", minutes=20)
    stay(walkers, "L", begins="21:00", minutes=12)

    assert covering.fold_what_is_due(at=MORNING) == [NIGHT]

    assert minutes() == {
        ("C1", 18, "car"): 10,
        ("C1", 19, "car"): 10,
        ("C4", 21, "foot"): 12,
    }


def test_street_gone_from_end_to_end_is_told_from_one_gone_in_part(car):
    """人民路 from E to 40 m short of G: E-F and F-V whole, V-G in part."""
    go(car, "EFV", begins="19:00")
    go(car, "VG", begins="19:01", speed_mps=0.9)
    Fix.objects.filter(fixed_at__gt=clock("19:02") + timedelta(seconds=10)).delete()

    covering.fold_what_is_due(at=MORNING)

    assert streets_seen() == {"2/0": (1, True), "2/1": (1, True), "2/2": (1, False)}


def test_marked_car_is_found_in_a_gated_estate(car):
    go(car, "GHI", begins="19:00")

    covering.fold_what_is_due(at=MORNING)

    assert "14/0" in streets_seen()


def test_folding_twice_changes_nothing(car, walkers):
    go(car, "EFVGH", begins="18:59")
    bind(car, 1, "F", "19:00", "19:10")
    covering.fold_what_is_due(at=MORNING)
    before = rows(), list(StayDone.objects.values("shift", "number", "kept"))

    assert covering.fold_what_is_due(at=MORNING) == []
    covering.fold_night(night=NIGHT, at=MORNING)

    assert (rows(), list(StayDone.objects.values("shift", "number", "kept"))) == before


def test_what_comes_late_is_worked_out_anew(car, walkers):
    """The car was in a cellar: its half hour comes at 23:00."""
    stay(walkers, "L", begins="21:00", minutes=12)
    covering.fold_what_is_due(at=clock("22:00"))
    stay(car, "F", begins="19:00", minutes=30, received=clock("23:00"))

    assert covering.fold_what_is_due(at=clock("23:30")) == [NIGHT]

    assert minutes() == {("C1", 19, "car"): 30, ("C4", 21, "foot"): 12}
    assert covering.fold_what_is_due(at=clock("23:31")) == []


@pytest.mark.rule("CL-06")
def test_what_was_folded_outlives_the_positions(car):
    """Deleted hour by hour; a fold in between keeps the hours that are gone."""
    stay(car, "F", begins="19:00", minutes=20)
    stay(car, "L", begins="23:00", minutes=20)
    bind(car, 1, "F", "19:00", "19:15")
    bind(car, 2, "L", "23:00", "23:15")
    covering.fold_what_is_due(at=MORNING)
    known = minutes(), list(StayDone.objects.values_list("number", "kept"))
    assert known[1] == [(1, "kept"), (2, "kept")]

    in_between = clock("22:30") + timedelta(hours=72)
    delete_old_fixes(at=in_between)
    covering.fold_night(night=NIGHT, at=in_between)
    delete_old_fixes(at=in_between + timedelta(hours=3))
    covering.fold_night(night=NIGHT, at=in_between + timedelta(hours=3))

    assert Fix.objects.count() == 0
    assert (minutes(), list(StayDone.objects.values_list("number", "kept"))) == known
    assert Run.objects.get(shift=car).heard_s == 2400


def test_after_a_standstill_positions_are_folded_before_they_may_be_deleted(
    car, monkeypatch
):
    stay(car, "F", begins="19:00", minutes=20)
    at = clock("18:30") + timedelta(hours=72)

    tasks.see_that_positions_are_folded(at=at)

    assert minutes() == {("C1", 19, "car"): 20}


def test_fold_runs_again_in_an_hour_and_is_queued_once(car, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: MORNING)
    stay(car, "F", begins="19:00", minutes=20)

    tasks.see_that_positions_are_folded(at=MORNING)
    tasks.see_that_positions_are_folded(at=MORNING)
    [queued] = tasks.DBTaskResult.objects.all()
    assert tasks.fold_positions.call() == ["2026-08-14"]

    again = tasks.DBTaskResult.objects.exclude(pk=queued.pk).get()
    assert again.run_after == MORNING + timedelta(hours=1)


@pytest.mark.rule("CL-17")
def test_nothing_is_read_from_a_time_off_duty(car):
    """The log is corrected: the crew went off at 18:30 already, and drove home."""
    entry = car.duty_entries.get(step=DutyStep.OFF)
    entry.happened_at = clock("18:30")
    entry.save()
    stay(car, "F", begins="18:00", minutes=20)
    go(car, "EFVGH", begins="19:00")

    covering.fold_what_is_due(at=MORNING)

    assert minutes() == {("C1", 18, "car"): 20}
    assert {row["street"] for row in rows() if row["hour"] == 19} == set()
    assert (
        Run.objects.get(shift=car).n_off_duty
        == Fix.objects.filter(fixed_at__gte=clock("19:00")).count()
    )


def test_pause_is_no_patrol_but_whoever_was_near_was_near(walkers):
    stay(walkers, "T", begins="20:05", minutes=20)

    covering.fold_what_is_due(at=MORNING)

    assert minutes() == {}
    assert {(row["kind"], row["street"]) for row in rows()} == {("near", "7/0")}


@pytest.mark.row("A10")
def test_each_leg_is_matched_in_its_mode(streets, station):
    """The alley 柳巷 is walked, the rest driven: 人民路 by car, the alley on foot."""
    shift = Shift.objects.get(code="1")
    log(
        shift,
        ("18:00", DutyStep.ON, "car"),
        ("19:10", DutyStep.MODE, "foot"),
        ("26:00", DutyStep.OFF),
    )
    go(shift, "EFV", begins="19:00")
    go(shift, "VU", begins="19:11", speed_mps=1.3)

    covering.fold_what_is_due(at=MORNING)

    with NightRows(NIGHT) as night:
        found = night.answer(expressions.streets_by_direction(night.rows))
    assert {(row["street"], row["mode"]) for row in found} == {
        ("2/0", "car"),
        ("2/1", "car"),
        ("13/0", "foot"),
    }


def test_stays_are_kept_short_elsewhen_unseen_or_not_known(walkers, car):
    """The car is never heard of; the walkers are at F from 19:00 to 19:40, then gone."""
    stay(walkers, "F", begins="19:00", minutes=40)
    stay(walkers, "A", begins="19:45", minutes=4)
    stay(walkers, "B", begins="21:30", minutes=40)
    bind(walkers, 1, "F", "19:00", "19:15")
    bind(walkers, 2, "A", "19:45", "20:00")
    bind(walkers, 3, "F", "22:00", "22:15")
    bind(walkers, 4, "T", "21:40", "21:55")
    bind(walkers, 5, "T", "24:00", "24:15")
    bind(walkers, 6, "T", "25:45", "25:59")
    bind(car, 1, "F", "19:00", "19:15")

    covering.fold_what_is_due(at=clock("25:50"))

    assert list(StayDone.objects.values_list("shift__code", "number", "kept")) == [
        ("1", 1, "unknown"),
        ("2", 1, "kept"),
        ("2", 2, "short"),
        ("2", 4, "not_seen"),
        ("2", 3, "outside_window"),
        ("2", 5, "unknown"),
    ]


def test_stay_missed_because_of_a_call_says_so(car, duty_officer, account):
    bind(car, 1, "T", "19:00", "19:20")
    stay(car, "F", begins="18:50", minutes=40)
    call = calls.add_call(
        "110-1", by=duty_officer, at=clock("19:00"), call_class=calls.add_class()
    )
    services.send_unit(
        call=call, shift=car, knows=(), by=duty_officer, at=clock("19:05")
    )

    covering.fold_what_is_due(at=clock("20:00"))

    done = StayDone.objects.get()
    assert (done.kept, done.called_s) == ("not_seen", 900)


def test_crews_of_other_stations_stay_as_they_are(car):
    other = add_crew(add_station("S02", "渡口所"), "9")
    log(other, ("18:00", DutyStep.ON, "car"))
    stay(other, "T", begins="19:00", minutes=5)
    covering.fold_what_is_due(at=clock("20:00"))
    stay(car, "F", begins="19:00", minutes=20)

    [due] = covering.nights_due(at=clock("20:10"))
    covering.fold_what_is_due(at=clock("20:10"))

    assert due.stations == {car.station_id}
    assert {row["crew"] for row in rows()} == {"1", "9"}


def test_night_without_streets_still_has_its_cells(station, settings):
    shift = Shift.objects.get(code="1")
    log(shift, ("18:00", DutyStep.ON, "car"))
    stay(shift, "F", begins="19:00", minutes=20)

    covering.fold_what_is_due(at=clock("20:00"))

    assert minutes() == {("C1", 19, "car"): 20}
    assert RunNight.objects.get().network == ""


def test_file_names_crews_and_no_person():
    names = set(files.SCHEMA.names)

    assert names & {"person", "officer", "name", "code", "user"} == set()
    assert patrolled_night.clock("25:30") == clock("24:00") + timedelta(minutes=90)
