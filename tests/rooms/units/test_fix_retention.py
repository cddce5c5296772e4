"""Positions are deleted after 72 hours, and a certificate says so."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django_tasks_db.models import DBTaskResult
from pytest_django.asserts import assertContains

from tests.factories.calls import add_shift
from tests.factories.linhe_city import AFTERNOON, NIGHT
from xunfang.audit.models import Event
from xunfang.units.models import Fix, FixDeletion
from xunfang.units.positions import retention
from xunfang.units.positions.retention import delete_old_fixes
from xunfang.units.positions.tasks import delete_fixes, see_that_fixes_are_deleted

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew(station):
    return add_shift(NIGHT, station, "1")


def add_fix(crew, *, hours_ago, lon=104.0):
    at = AFTERNOON - timedelta(hours=hours_ago)
    return Fix.objects.create(
        shift=crew, fixed_at=at, received_at=at, lon=lon, lat=30.5
    )


def line(fix):
    return f"{fix.shift_id} {fix.fixed_at.isoformat()} {fix.lon!r} {fix.lat!r}\n"


@pytest.mark.rule("CL-06")
def test_positions_older_than_72_hours_go_and_leave_a_certificate(crew):
    old = [add_fix(crew, hours_ago=hours) for hours in (80, 75, 73)]
    kept = [add_fix(crew, hours_ago=hours) for hours in (72, 71, 0)]

    delete_old_fixes(at=AFTERNOON)

    certificate = FixDeletion.objects.get()
    assert list(Fix.objects.order_by("fixed_at")) == kept
    assert (certificate.n_fixes, certificate.deleted_at) == (3, AFTERNOON)
    assert (certificate.first_fixed_at, certificate.last_fixed_at) == (
        old[0].fixed_at,
        old[2].fixed_at,
    )
    assert certificate.older_than == AFTERNOON - timedelta(hours=72)
    text = "\n" + "".join(map(line, old))
    assert certificate.digest == sha256(text.encode()).hexdigest()
    event = Event.objects.get(kind="fixes.deleted")
    assert event.detail == {"n": 3, "digest": certificate.digest}


@pytest.mark.rule("CL-06")
def test_clock_moved_on_hour_by_hour_never_leaves_an_older_position(crew):
    for hours in range(72):
        add_fix(crew, hours_ago=hours)

    for hours in range(100):
        at = AFTERNOON + timedelta(hours=hours)
        delete_old_fixes(at=at)
        oldest = Fix.objects.order_by("fixed_at").first()
        assert oldest is None or at - oldest.fixed_at <= timedelta(hours=72)

    assert not Fix.objects.exists()
    assert sum(FixDeletion.objects.values_list("n_fixes", flat=True)) == 72


def test_nothing_to_delete_leaves_no_certificate(crew):
    add_fix(crew, hours_ago=1)

    assert delete_old_fixes(at=AFTERNOON) is None
    assert not FixDeletion.objects.exists()
    assert not Event.objects.filter(kind="fixes.deleted").exists()


def test_many_go_in_several_transactions_under_one_certificate(crew, monkeypatch):
    monkeypatch.setattr(retention, "ROWS_AT_ONCE", 2)
    old = [add_fix(crew, hours_ago=80 - n) for n in range(5)]

    delete_old_fixes(at=AFTERNOON)

    certificate = FixDeletion.objects.get()
    digest = ""
    for block in (old[:2], old[2:4], old[4:]):
        text = digest + "\n" + "".join(map(line, block))
        digest = sha256(text.encode()).hexdigest()
    assert (certificate.n_fixes, certificate.digest) == (5, digest)


def test_run_cut_short_has_certified_what_it_deleted(crew, monkeypatch):
    monkeypatch.setattr(retention, "ROWS_AT_ONCE", 2)
    for n in range(5):
        add_fix(crew, hours_ago=80 - n)
    real, runs = retention._delete_some, []

    def dies_at_the_third(*arguments):
        runs.append(arguments)
        if len(runs) == 3:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(retention, "_delete_some", dies_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        delete_old_fixes(at=AFTERNOON)

    assert (Fix.objects.count(), FixDeletion.objects.get().n_fixes) == (1, 4)


def test_deletion_queues_the_next_one_and_a_second_is_never_queued():
    see_that_fixes_are_deleted(at=AFTERNOON)
    see_that_fixes_are_deleted(at=AFTERNOON)
    queued = DBTaskResult.objects.get()
    queued.delete()

    delete_fixes.func()
    see_that_fixes_are_deleted(at=AFTERNOON)

    assert DBTaskResult.objects.get().run_after == AFTERNOON + timedelta(hours=1)


def test_deletion_that_died_with_its_worker_is_queued_again():
    see_that_fixes_are_deleted(at=AFTERNOON)
    DBTaskResult.objects.update(
        status="RUNNING", started_at=AFTERNOON - timedelta(hours=2)
    )

    see_that_fixes_are_deleted(at=AFTERNOON)

    assert DBTaskResult.objects.filter(status="READY").count() == 1


def test_certificates_are_shown_and_an_overdue_deletion_is_noticed(
    client, account, crew
):
    client.force_login(account("supervisor", station_code=""))
    assertContains(client.get("/devices/deleted/"), "尚未删除过")
    add_fix(crew, hours_ago=80)
    overdue = client.get("/devices/deleted/")

    delete_old_fixes(at=AFTERNOON)
    page = client.get("/devices/deleted/")

    assertContains(overdue, "删除已逾期")
    assertContains(page, FixDeletion.objects.get().digest)
