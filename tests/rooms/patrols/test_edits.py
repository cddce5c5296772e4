"""Changing a night by hand: each change, what it makes of the plan, who may, undo."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories.linhe_city import AFTERNOON, NIGHT
from tests.towns.linhe import at
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event as AuditEvent
from xunfang.core.planning import check
from xunfang.core.planning.plan import EventKind
from xunfang.patrols import queries, services
from xunfang.patrols.edits import page as edits_page
from xunfang.patrols.edits import restoring
from xunfang.patrols.edits import services as edits
from xunfang.patrols.extras.services import NightOver
from xunfang.patrols.models import NightEdit, Plan, SolveRun
from xunfang.patrols.plans import making
from xunfang.patrols.plans.stays import stays
from xunfang.patrols.tasks import queue_plan
from xunfang.patrols.wanted import by_hand
from xunfang.patrols.wanted.statement import state_night
from xunfang.units.models import Shift

pytestmark = pytest.mark.django_db

LATER = AFTERNOON + timedelta(minutes=1)


def solve(at_=AFTERNOON) -> Plan:
    """Make every plan that is asked for, as a worker does."""
    while run := SolveRun.objects.filter(state=SolveRun.QUEUED).first():
        making.make_plan(run_id=run.pk, clock=lambda: at_, queue=queue_plan)
    return Plan.objects.get(night=NIGHT, is_current=True)


@pytest.fixture
def plan(streets, station, duty_officer) -> Plan:
    services.ask_for_plans(
        night=NIGHT, stations=[station], cpu_s=1, seed=1, by=duty_officer, at=AFTERNOON
    )
    return solve()


@pytest.fixture
def desk(station, duty_officer):
    def sit(by=duty_officer, **values: Any) -> edits.Desk:
        values = {"station": station, "night": NIGHT, "at": LATER} | values
        return edits.Desk(by=by, **values)

    return sit


def seen(plan: Plan, kind: EventKind, id_: str = "") -> edits.SeenStay:
    """Return the first stay of a kind, as somebody sees it on the page of this plan."""
    kept = queries.documents_by_id(plan.pk)
    for route in kept.routes.routes:
        for _number, event in stays(route):
            if event.kind is kind and event.id.startswith(id_):
                reason = kept.reasons.get((kind, event.id))
                names = edits_page.names_of(event, reason)
                return edits.SeenStay(kept.problem, event, route.unit, names)
    raise AssertionError(kind, id_)


def where(plan: Plan, id_: str) -> list[tuple[str, int]]:
    """Read where something is from the kept plan alone."""
    return [
        (route["unit"], event["start"])
        for route in plan.plan["routes"]
        for event in route["events"]
        if event.get("id") == id_
    ]


def state(row: NightEdit) -> tuple[Any, ...]:
    return row.kind, row.target_id, row.unit, row.begins_min, row.made_no, row.undone_no


def test_locked_stop_stays_with_its_crew_at_its_time(plan, desk, duty_officer):
    stay = seen(plan, EventKind.STOP, "K")

    edit = edits.lock_stay(desk(), stay=stay)
    after = solve()

    assert state(edit) == ("lock", stay.event.id, stay.unit, stay.event.start, 1, None)
    assert (edit.made_by, edit.made_at) == (duty_officer, LATER)
    assert where(after, stay.event.id) == [(stay.unit, stay.event.start)]
    assert (after.edition, after.n_changes) == (2, 1)
    kept = queries.documents_by_id(after.pk)
    assert check.violations(kept.problem, kept.routes) == ()
    made = AuditEvent.objects.get(kind="edit.made")
    assert (made.subject, made.detail["edit"]) == (f"{NIGHT} S01", "lock")


def test_locked_stay_in_a_cell_is_cut_out_of_what_the_cell_wants(plan, desk):
    stay = seen(plan, EventKind.PRESENCE)

    edit = edits.lock_stay(desk(), stay=stay)
    after = solve()

    assert edit.held_as == f"{stay.event.id}@{stay.event.start}"
    assert where(after, edit.held_as) == [(stay.unit, stay.event.start)]


def test_locked_again_after_the_next_plan_it_is_still_one_change(plan, desk):
    edits.lock_stay(desk(), stay=seen(plan, EventKind.PRESENCE))
    after = solve()
    held = by_hand.read(plan.station, NIGHT).edits[0].held_as

    moved = edits.move_stay(
        desk(), stay=seen(after, EventKind.STOP, held), unit=None, begins_min=1300
    )
    last = solve()

    assert [state(row)[-1] for row in NightEdit.objects.all()] == [2, None]
    assert (moved.held_as, moved.begins_min) == (held, 1300)
    assert {start for _, start in where(last, held)} == {1300}


def test_moved_bell_moves_its_post_for_one_night(plan, desk):
    """The bell of 21:30 rings at 20:50: the post of 21:00 stands from 20:20."""
    post = seen(plan, EventKind.POST, "gate:K3")
    assert post.event.start == 21 * 60

    edits.move_stay(desk(), stay=post, unit=None, begins_min=20 * 60 + 20)
    after = solve()

    [(_, start)] = where(after, post.event.id)
    kept = queries.documents_by_id(after.pk)
    assert start == 20 * 60 + 20
    assert kept.reasons[EventKind.POST, post.event.id].facts["bell_min"] == 20 * 60 + 50


def test_move_that_nobody_can_make_is_missing_with_its_reason(plan, desk):
    stay = seen(plan, EventKind.STOP, "K")

    edits.move_stay(desk(), stay=stay, unit=stay.unit, begins_min=17 * 60)
    after = solve()

    kept = queries.documents_by_id(after.pk)
    [lack] = [one for one in kept.routes.unmet if one.id == stay.event.id]
    assert (lack.mandatory, bool(lack.code)) == (True, True)
    assert after.n_unmet_mandatory == plan.n_unmet_mandatory + 1


def test_left_out_is_not_asked_for(plan, desk):
    stay = seen(plan, EventKind.STOP, "K")

    edits.leave_out(desk(), stay=stay)
    after = solve()

    kept = queries.documents_by_id(after.pk)
    assert (EventKind.STOP, stay.event.id) not in kept.reasons


def test_excluded_crew_has_no_route_and_comes_back_when_that_is_undone(plan, desk):
    edit = edits.exclude_crew(desk(), unit="2")
    without = solve()

    edits.undo(desk(), edit=edit)
    again = solve()

    assert [r["unit"] for r in without.plan["routes"]] == ["1"]
    assert {u["id"] for u in again.problem["units"]} == {"1", "2"}


def test_crew_excluded_from_a_minute_on_is_back_by_then(plan, desk):
    edits.exclude_crew(desk(), unit="1", from_min=22 * 60)
    after = solve()

    kept = queries.documents_by_id(after.pk)
    [route] = [route for route in kept.routes.routes if route.unit == "1"]
    assert route.back <= 22 * 60


def test_wish_is_held_and_named_after_its_street(plan, desk):
    lon, lat = at("G")[0]

    edit = edits.add_wish(
        desk(),
        lonlat=(lon, lat),
        minutes=15,
        window=(20 * 60, 21 * 60),
        is_mandatory=True,
    )
    after = solve()

    [(_, start)] = where(after, "wish:1")
    assert 20 * 60 <= start <= 20 * 60 + 45
    assert edit.name != ""


def test_leaving_a_wish_out_undoes_it(plan, desk):
    lon, lat = at("G")[0]
    wish = edits.add_wish(
        desk(), lonlat=(lon, lat), minutes=15, window=(1200, 1300), is_mandatory=True
    )
    after = solve()

    edits.leave_out(desk(), stay=seen(after, EventKind.STOP, "wish:1"))

    wish.refresh_from_db()
    assert wish.undone_no == 2
    assert NightEdit.objects.in_force().count() == 0


@pytest.mark.parametrize(
    ("lonlat", "code"),
    [
        ((116.0, 60.0), "patrols.wish_outside_city"),
        ("off", "patrols.wish_off_streets"),
    ],
)
def test_wish_outside_the_city_or_off_its_streets_is_refused(
    plan, desk, streets, lonlat, code
):
    if lonlat == "off":
        streets.north += 0.01
        streets.save()
        lonlat = (streets.west, streets.north)

    with pytest.raises((edits.WishOutsideCity, edits.WishOffStreets)) as refused:
        edits.add_wish(
            desk(), lonlat=lonlat, minutes=15, window=(1200, 1300), is_mandatory=True
        )

    assert refused.value.code == code
    assert NightEdit.objects.count() == 0


def test_same_change_twice_is_one_change_and_one_run(plan, desk):
    stay = seen(plan, EventKind.STOP, "K")

    first = edits.lock_stay(desk(seen=0), stay=stay)
    second = edits.lock_stay(desk(seen=0), stay=stay)

    assert first == second
    assert SolveRun.objects.filter(is_resolve=True).count() == 1


def test_undoing_twice_is_undone_once(plan, desk):
    edit = edits.exclude_crew(desk(), unit="2")

    edits.undo(desk(), edit=edit)
    edits.undo(desk(), edit=edit)

    edit.refresh_from_db()
    assert edit.undone_no == 2
    assert AuditEvent.objects.filter(kind="edit.undone").count() == 1


def test_what_somebody_else_did_meanwhile_is_not_overlooked(plan, desk, account):
    other = account("duty_officer", username="second")
    theirs = edits.exclude_crew(desk(by=other), unit="2")
    stay = seen(plan, EventKind.STOP, "K")

    with pytest.raises(edits.EditedMeanwhile) as refused:
        edits.lock_stay(desk(seen=0), stay=stay)
    anyway = edits.lock_stay(desk(seen=None), stay=stay)

    assert refused.value.edits == (theirs,)
    assert anyway.made_no == 2


def test_own_changes_in_a_row_are_no_conflict(plan, desk):
    edits.exclude_crew(desk(seen=0), unit="2")

    edits.lock_stay(desk(seen=0), stay=seen(plan, EventKind.STOP, "K"))

    assert NightEdit.objects.in_force().count() == 2


def test_night_that_is_over_is_not_changed(plan, desk):
    with pytest.raises(NightOver):
        edits.exclude_crew(desk(at=AFTERNOON + timedelta(days=1)), unit="2")

    assert NightEdit.objects.count() == 0


@pytest.mark.parametrize(
    ("role", "station_code"),
    [("duty_officer", "S02"), ("leader", ""), ("patrol_officer", "S01")],
)
def test_stranger_changes_nothing(plan, desk, account, role, station_code):
    stranger = account(role, station_code=station_code, username="stranger")
    edit = edits.exclude_crew(desk(), unit="2")

    for act in (
        lambda: edits.exclude_crew(desk(by=stranger), unit="1"),
        lambda: edits.lock_stay(desk(by=stranger), stay=seen(plan, EventKind.STOP)),
        lambda: edits.leave_out(desk(by=stranger), stay=seen(plan, EventKind.STOP)),
        lambda: edits.undo(desk(by=stranger), edit=edit),
        lambda: restoring.restore_edition(plan=plan, by=stranger, at=LATER),
    ):
        with pytest.raises(NotAllowed):
            act()

    assert list(NightEdit.objects.all()) == [edit]


def test_unknown_crew_and_unholdable_stay_are_refused(plan, desk):
    stay = seen(plan, EventKind.STOP, "K")

    with pytest.raises(edits.CrewUnknown):
        edits.exclude_crew(desk(), unit="9")
    with pytest.raises(edits.CrewUnknown):
        edits.move_stay(desk(), stay=stay, unit="9", begins_min=None)

    assert NightEdit.objects.count() == 0


def test_database_itself_holds_a_stay_in_one_way_at_a_time(plan, desk, duty_officer):
    edit = edits.lock_stay(desk(), stay=seen(plan, EventKind.STOP, "K"))
    edit.pk, edit.made_no = None, 2

    with pytest.raises(IntegrityError), transaction.atomic():
        edit.save()


# The runs that answer.


def test_changes_while_a_run_waits_need_no_other_run(plan, desk):
    edits.exclude_crew(desk(), unit="2")
    edits.lock_stay(desk(), stay=seen(plan, EventKind.STOP, "K"))

    after = solve()

    assert SolveRun.objects.filter(is_resolve=True).count() == 1
    assert (after.edition, after.n_changes) == (2, 2)


def test_change_while_a_run_is_under_way_is_followed_by_one_more(plan, desk):
    edits.exclude_crew(desk(), unit="2")
    run = SolveRun.objects.get(state=SolveRun.QUEUED)
    during = iter([True])

    def clock():
        if next(during, False):  # At the first look at the clock: the run has begun.
            return LATER
        if not NightEdit.objects.filter(kind="leave_out").exists():
            edits.leave_out(desk(), stay=seen(plan, EventKind.STOP, "K"))
            edits.leave_out(desk(), stay=seen(plan, EventKind.STOP, "K2"))
        return LATER

    making.make_plan(run_id=run.pk, clock=clock, queue=queue_plan)
    after = solve()

    assert SolveRun.objects.filter(is_resolve=True).count() == 2
    assert after.n_changes == NightEdit.objects.count()


def test_long_run_is_ended_early_by_a_change(plan, desk, station, duty_officer):
    [run] = services.ask_for_plans(
        night=NIGHT, stations=[station], cpu_s=60, seed=1, by=duty_officer, at=LATER
    )
    SolveRun.objects.filter(pk=run.pk).update(state=SolveRun.RUNNING, heard_at=LATER)

    edits.exclude_crew(desk(), unit="2")

    run.refresh_from_db()
    assert (run.stop_asked_at, run.again_at, run.again_by) == (
        LATER,
        LATER,
        duty_officer,
    )


def test_any_later_plan_keeps_the_changes(plan, desk, station, duty_officer):
    stay = seen(plan, EventKind.STOP, "K")
    edits.lock_stay(desk(), stay=stay)
    solve()

    services.ask_for_plans(
        night=NIGHT, stations=[station], cpu_s=1, seed=9, by=duty_officer, at=LATER
    )
    thorough = solve()

    assert where(thorough, stay.event.id) == [(stay.unit, stay.event.start)]


# Editions put back in force.


def test_earlier_edition_is_put_back_with_the_changes_of_its_time(
    plan, desk, duty_officer
):
    edit = edits.exclude_crew(desk(), unit="2")
    solve()

    restored = restoring.restore_edition(plan=plan, by=duty_officer, at=LATER)

    edit.refresh_from_db()
    assert (restored.edition, restored.restores, restored.is_current) == (3, 1, True)
    assert restored.plan["routes"] == plan.plan["routes"]
    assert (edit.undone_no, edit.undone_by) == (2, duty_officer)
    assert (restored.n_changes, restored.upper_bound) == (2, None)


def test_edition_of_a_crew_that_is_gone_is_not_put_back(plan, duty_officer):
    Shift.objects.filter(code="1").delete()

    with pytest.raises(restoring.EditionHoldsNoMore):
        restoring.restore_edition(plan=plan, by=duty_officer, at=LATER)

    assert Plan.objects.count() == 1


def test_put_back_twice_the_undone_change_is_made_again(plan, desk, duty_officer):
    edit = edits.exclude_crew(desk(), unit="2")
    second = solve()
    restoring.restore_edition(plan=plan, by=duty_officer, at=LATER)

    restoring.restore_edition(plan=second, by=duty_officer, at=LATER)

    [again] = NightEdit.objects.in_force()
    assert (again.kind, again.unit, again.made_no) == ("exclude", "2", 3)
    assert again.pk != edit.pk


def test_stating_an_edited_night_costs_the_same_queries(plan, desk, station, streets):

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries_made:
            state_night(
                station=station,
                night=NIGHT,
                network=streets,
                zone=ZoneInfo("Asia/Shanghai"),
            )
        return len(queries_made)

    before = count()
    for node in ("G", "B", "C"):
        lon, lat = np.round(at(node)[0], 6)
        edits.add_wish(
            desk(),
            lonlat=(float(lon), float(lat)),
            minutes=15,
            window=(1200, 1300),
            is_mandatory=False,
        )

    assert count() == before
