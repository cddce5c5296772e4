"""What callers said in lines set aside goes after 30 days, or when they are settled."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django.asserts import assertContains, assertNotContains

from tests.rooms.calls.conftest import NOW
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.calls.mirror import retention
from xunfang.calls.mirror import services as mirror
from xunfang.calls.mirror.retention import delete_old_lines
from xunfang.calls.mirror.tasks import delete_lines, see_that_lines_are_deleted
from xunfang.calls.models import CallSetAside, LineDeletion

pytestmark = pytest.mark.django_db

PHONE, WORDS = "12000000007", "隔壁老周又打人了"
WRONG = {
    "接警单编号": "3703",
    "报警时间": PHONE,
    "报警内容": WORDS,
    "报警电话": PHONE,
}
"""A line whose telephone number stands in the wrong column as well: the reason quotes it."""
NUMBERLESS = WRONG | {"接警单编号": ""}
RIGHT = WRONG | {"报警时间": "2026-08-14 20:00:00"}
DAYS = timedelta(days=1)
OVERDUE = "删除已逾期"


def kept():
    """Return everything that is kept of lines set aside, as text."""
    return json.dumps(
        list(CallSetAside.objects.values("number", "cells", "problems")),
        ensure_ascii=False,
    )


@pytest.mark.rule("CL-06")
def test_after_30_days_words_and_number_are_gone_and_the_reason_stays(bring):
    done = bring(WRONG, NUMBERLESS)
    assert PHONE in kept()
    assert WORDS in kept()
    before = [
        json.dumps([line.cells, line.problems], sort_keys=True, ensure_ascii=False)
        for line in done.set_aside.all()
    ]

    assert delete_old_lines(at=NOW + 30 * DAYS - timedelta(seconds=1)) is None
    delete_old_lines(at=NOW + 30 * DAYS)

    assert PHONE not in kept()
    assert WORDS not in kept()
    assert [
        (one.line, one.number, one.cells, one.problems, one.deleted_at)
        for one in done.set_aside.all()
    ] == [
        (
            *(2, "3703", {}),
            [
                ["time_unreadable", {"field": "reported", "said": "…"}],
                ["no_clock", {}],
            ],
            NOW + 30 * DAYS,
        ),
        (
            *(3, "", {}),
            [
                ["number_missing", {}],
                ["time_unreadable", {"field": "reported", "said": "…"}],
                ["no_clock", {}],
            ],
            NOW + 30 * DAYS,
        ),
    ]
    text = "\n" + "".join(
        f"{done.pk} {number} {said}\n" for number, said in enumerate(before, start=2)
    )
    certificate = LineDeletion.objects.get()
    assert (certificate.reason, certificate.n_lines) == ("period", 2)
    assert (certificate.first_set_aside_at, certificate.last_set_aside_at) == (NOW, NOW)
    assert certificate.digest == sha256(text.encode()).hexdigest()
    event = Event.objects.get(kind="calls.lines_deleted")
    assert event.detail == {"n": 2, "digest": certificate.digest}


@pytest.mark.rule("CL-06")
def test_clock_moved_on_day_by_day_never_leaves_an_older_line(bring):
    for day in range(4):
        bring(WRONG | {"接警单编号": f"37{day}"}, at=NOW + day * DAYS)

    for day in range(36):
        at = NOW + day * DAYS
        delete_old_lines(at=at)
        whole = CallSetAside.objects.filter(deleted_at=None)
        assert not whole.filter(call_import__imported_at__lte=at - 30 * DAYS).exists()

    assert not whole.exists()
    assert sum(LineDeletion.objects.values_list("n_lines", flat=True)) == 4


@pytest.mark.rule("CL-06")
def test_a_line_is_settled_when_its_call_comes_with_nothing_wrong(bring):
    done = bring(WRONG, NUMBERLESS, WRONG | {"接警单编号": "3704"})

    bring(RIGHT, WRONG | {"接警单编号": "3704"}, at=NOW + DAYS)

    assert [
        (one.number, one.deleted_at is not None) for one in done.set_aside.all()
    ] == [("3703", True), ("", False), ("3704", False)]
    certificate = LineDeletion.objects.get()
    assert (certificate.reason, certificate.n_lines) == ("settled", 1)
    assert certificate.deleted_at == NOW + DAYS


def test_whoever_mends_the_lines_settles_the_rest_at_once(
    bring, city_desk, account, client, monkeypatch
):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    done = bring(WRONG, NUMBERLESS)
    url = f"/calls/imports/{done.pk}/"
    with pytest.raises(NotAllowed):
        mirror.settle_lines(done=done, by=account("supervisor"), at=NOW)
    client.force_login(city_desk)
    assertContains(client.get(url), PHONE)

    assert client.post(f"{url}settle/").status_code == 303
    assert client.post(f"{url}settle/").status_code == 303

    page = client.get(url)
    assertNotContains(page, PHONE)
    assertNotContains(page, "set-aside/xlsx")
    assertContains(page, "报警时间")
    event = Event.objects.get(kind="calls.lines_settled")
    assert (event.by, event.detail["n"]) == (city_desk, 2)
    assert LineDeletion.objects.get().reason == "settled"
    export = client.get(f"{url}set-aside/csv/").content.decode()
    assert len(export.splitlines()) == 1


def test_many_go_in_several_transactions_under_one_certificate(bring, monkeypatch):
    monkeypatch.setattr(retention, "ROWS_AT_ONCE", 2)
    bring(*(WRONG | {"接警单编号": f"37{number}"} for number in range(5)))

    delete_old_lines(at=NOW + 31 * DAYS)

    assert LineDeletion.objects.get().n_lines == 5
    assert not CallSetAside.objects.filter(deleted_at=None).exists()


def test_deletion_queues_the_next_one_and_a_second_is_never_queued(bring):
    bring(WRONG)
    see_that_lines_are_deleted(at=NOW)
    see_that_lines_are_deleted(at=NOW)
    DBTaskResult.objects.get().delete()

    assert delete_lines.func() in {0, 1}
    see_that_lines_are_deleted(at=NOW)

    assert DBTaskResult.objects.get().status == "READY"


def test_the_certificates_are_listed_and_an_overdue_deletion_is_loud(
    bring, account, client, monkeypatch
):
    client.force_login(account("supervisor"))
    page = "/calls/imports/deleted/"
    counts = []
    for number in range(3):
        bring(WRONG | {"接警单编号": f"37{number}"}, at=NOW + number * DAYS)
        delete_old_lines(at=NOW + (30 + number) * DAYS)
        with CaptureQueriesContext(connection) as queries:
            assertContains(client.get(page), LineDeletion.objects.first().digest)
        counts.append(len(queries))
    assert counts[0] == counts[-1]

    bring(WRONG)
    monkeypatch.setattr(timezone, "now", lambda: NOW + 30 * DAYS)
    assertNotContains(client.get(page), OVERDUE)
    monkeypatch.setattr(timezone, "now", lambda: NOW + 31 * DAYS)
    client.force_login(account("supervisor", username="later"))
    assertContains(client.get(page), OVERDUE)
