"""Asking for plans, making and keeping them; reinforcements and overlays."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from tests.factories import linhe_city
from tests.factories.linhe_city import AFTERNOON, NIGHT
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.core.planning import check
from xunfang.core.planning.solve import PlanRefused
from xunfang.patrols import queries, services
from xunfang.patrols.models import Plan, SolveRun
from xunfang.patrols.plans import making
from xunfang.patrols.tasks import queue_plan
from xunfang.patrols.wanted.statement import state_night

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Asia/Shanghai")


def ask(user, *stations, at=AFTERNOON, cpu_s=3.0):
    return services.ask_for_plans(
        night=NIGHT, stations=stations, cpu_s=cpu_s, seed=1, by=user, at=at
    )


def make(run):
    return making.make_plan(run_id=run.pk, clock=lambda: AFTERNOON, queue=queue_plan)


def kinds() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def test_asking_twice_doubles_nothing(station, duty_officer):
    [first] = ask(duty_officer, station)

    second = ask(duty_officer, station)

    assert second == []
    assert list(SolveRun.objects.all()) == [first]
    assert (first.state, first.cpu_s, first.asked_by) == ("queued", 3.0, duty_officer)
    assert kinds().count("plan.asked") == 1


def test_database_itself_allows_one_run_of_a_night_at_a_time(station, duty_officer):
    [run] = ask(duty_officer, station)

    with pytest.raises(IntegrityError), transaction.atomic():
        SolveRun.objects.create(
            station=station, night=NIGHT, cpu_s=1, seed=1, asked_at=AFTERNOON
        )

    assert list(SolveRun.objects.all()) == [run]


def test_run_whose_worker_fell_silent_does_not_block_the_night(station, duty_officer):
    [lost] = ask(duty_officer, station)
    SolveRun.objects.filter(pk=lost.pk).update(
        state=SolveRun.RUNNING, heard_at=AFTERNOON
    )
    at_last = AFTERNOON + services.LOST_AFTER

    too_soon = ask(duty_officer, station, at=at_last)
    in_time = ask(duty_officer, station, at=at_last + timedelta(seconds=1))

    lost.refresh_from_db()
    assert too_soon == []
    assert len(in_time) == 1
    assert (lost.state, lost.error_code) == ("failed", "patrols.run_lost")


def test_nobody_can_keep_the_machine_busy_for_longer_than_ten_minutes(
    station, duty_officer
):
    [run] = ask(duty_officer, station, cpu_s=1e9)

    assert run.cpu_s == 600.0


@pytest.mark.parametrize(
    ("role", "station_code"),
    [
        ("duty_officer", "S02"),
        ("leader", ""),
        ("administrator", ""),
        ("supervisor", ""),
    ],
)
def test_asking_is_refused_to_a_stranger_and_changes_nothing(
    account, station, role, station_code
):
    stranger = account(role, station_code=station_code)

    with pytest.raises(NotAllowed):
        ask(stranger, station)

    assert SolveRun.objects.count() == 0
    assert "plan.asked" not in kinds()


def test_one_station_out_of_reach_refuses_all(account, station):
    other = linhe_city.add_station("S02", "对岸所")
    officer = account("duty_officer", station_code="S01")

    with pytest.raises(NotAllowed):
        ask(officer, station, other)

    assert SolveRun.objects.count() == 0


def test_plan_is_made_once_however_often_it_is_asked(streets, station, duty_officer):
    [run] = ask(duty_officer, station)

    first, second = make(run), make(run)

    run.refresh_from_db()
    [plan] = Plan.objects.all()
    assert (first, second) == (f"plan {plan.pk}", "already taken")
    assert (run.state, run.plan, run.ended_at) == ("done", plan, AFTERNOON)
    assert (plan.edition, plan.is_current, plan.made_by) == (1, True, duty_officer)
    assert plan.value == run.value > 0
    assert plan.upper_bound is None or plan.upper_bound >= plan.value
    assert kinds()[-2:] == ["plan.asked", "plan.made"]


def test_new_plan_becomes_the_next_edition_and_the_former_is_kept(
    streets, station, duty_officer
):
    for _ in range(2):
        [run] = ask(duty_officer, station)
        make(run)

    editions = list(
        Plan.objects.order_by("edition").values_list("edition", "is_current")
    )
    assert editions == [(1, False), (2, True)]


def test_refusal_marks_the_run_failed_and_leaves_the_last_plan_in_force(
    streets, station, duty_officer
):
    [run] = ask(duty_officer, station)
    make(run)
    streets.is_current = False
    streets.save()
    [second] = ask(duty_officer, station)

    said = make(second)

    second.refresh_from_db()
    assert said == "patrols.streets_missing"
    assert (second.state, second.error_code) == ("failed", "patrols.streets_missing")
    assert [plan.edition for plan in Plan.objects.filter(is_current=True)] == [1]


def test_crash_of_the_solver_leaves_the_last_plan_in_force_and_is_not_hidden(
    streets, station, duty_officer, monkeypatch
):
    [run] = ask(duty_officer, station)
    make(run)
    [second] = ask(duty_officer, station)

    def crash(*_args, **_values):
        raise ZeroDivisionError

    monkeypatch.setattr(making, "solve", crash)
    with pytest.raises(ZeroDivisionError):
        make(second)

    second.refresh_from_db()
    assert (second.state, second.error_code) == ("failed", "patrols.solver_failed")
    assert [plan.edition for plan in Plan.objects.filter(is_current=True)] == [1]


def test_plan_that_breaks_a_rule_is_never_kept(streets, station, duty_officer):
    [run] = ask(duty_officer, station)
    make(run)
    kept = queries.documents_by_id(Plan.objects.get().pk)
    routes = kept.routes
    statement = state_night(station=station, night=NIGHT, network=streets, zone=ZONE)
    too_early = replace(routes.routes[0], depart=kept.problem.units[0].shift[0] - 60)

    with pytest.raises(PlanRefused):
        making.keep_plan(
            station=station,
            night=NIGHT,
            statement=statement,
            routes=replace(routes, routes=(too_early, *routes.routes[1:])),
            network=streets,
            by=duty_officer,
            at=AFTERNOON,
        )

    assert Plan.objects.count() == 1


def test_plan_that_could_not_be_read_again_is_never_kept(
    streets, station, duty_officer
):
    services.ask_for_plans(
        night=NIGHT,
        stations=[station],
        cpu_s=1,
        seed=2**40,
        by=duty_officer,
        at=AFTERNOON,
    )
    [run] = SolveRun.objects.all()

    said = make(run)

    assert said.startswith("planning.format.")
    assert Plan.objects.count() == 0


def test_night_is_drawn_by_lot_and_sealed_in_the_record(
    streets, station, duty_officer, client
):
    [run] = services.ask_for_plans(
        night=NIGHT,
        stations=[station],
        cpu_s=1,
        seed=1,
        by=duty_officer,
        at=AFTERNOON,
        n_variants=5,
    )

    make(run)

    [plan] = Plan.objects.all()
    [event] = Event.objects.filter(kind="plan.made")
    kept = queries.documents_by_id(plan.pk)
    assert len(plan.seal) == 64
    assert event.detail["seal"] == plan.seal
    assert 1 <= plan.variation["n_plans"] <= 5
    assert plan.variation["n_nights_watched"] == 30
    assert check.violations(kept.problem, kept.routes) == ()
    client.force_login(duty_officer)
    assert "抽签" in client.get(f"/tonight/{NIGHT}/S01/").content.decode()


def test_plan_without_a_lot_has_no_seal(streets, station, duty_officer):
    [run] = ask(duty_officer, station)
    make(run)

    plan = Plan.objects.get()
    assert (plan.seal, plan.variation) == ("", {})


def test_stop_is_asked_once_and_ends_the_search(streets, station, duty_officer):
    [run] = ask(duty_officer, station)

    services.ask_to_stop(run=run, by=duty_officer, at=AFTERNOON)
    services.ask_to_stop(run=run, by=duty_officer, at=AFTERNOON + timedelta(seconds=5))

    run.refresh_from_db()
    assert run.stop_asked_at == AFTERNOON
    assert kinds().count("plan.stop_asked") == 1


def test_stopped_run_keeps_the_best_checked_plan_so_far(streets, station, duty_officer):
    [run] = ask(duty_officer, station)
    services.ask_to_stop(run=run, by=duty_officer, at=AFTERNOON)
    seconds = iter(range(100_000))

    making.make_plan(
        run_id=run.pk,
        clock=lambda: AFTERNOON + timedelta(seconds=next(seconds)),
        queue=queue_plan,
    )

    run.refresh_from_db()
    [plan] = Plan.objects.all()
    assert (run.state, run.plan) == ("done", plan)
    assert run.heard_at > AFTERNOON


def test_stop_is_refused_to_a_stranger_and_changes_nothing(
    account, station, duty_officer
):
    [run] = ask(duty_officer, station)

    with pytest.raises(NotAllowed):
        services.ask_to_stop(run=run, by=account("leader"), at=AFTERNOON)

    run.refresh_from_db()
    assert run.stop_asked_at is None
