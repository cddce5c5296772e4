"""The page of the record: what it shows, to whom, and how fast."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from xunfang.accounts.models import Role
from xunfang.audit import services as audit

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)  # 12:00 in Shanghai
URL = "/account/record/"


@pytest.fixture
def supervisor(account, client):
    user = account(Role.SUPERVISOR)
    client.force_login(user)
    return user


def record(kind="plan.made", subject="S01", by=None, at=NOON, **detail):
    return audit.record(kind=kind, subject=subject, by=by, at=at, **detail)


def test_record_shows_who_did_what_and_when(client, supervisor):
    record(by=supervisor, edition=3)

    response = client.get(URL)

    assertContains(response, "2026-05-04 12:00:00")
    assertContains(response, "测试督察")
    assertContains(response, "方案生成")
    assertContains(response, '<span class="detail__name">edition</span> 3')


def test_filter_by_kind_and_day_takes_whole_days_of_the_wall_clock(client, supervisor):
    record(subject="before", at=NOON - timedelta(hours=12, seconds=1))
    record(subject="first-second", at=NOON - timedelta(hours=12))
    record(subject="last-second", at=NOON + timedelta(hours=11, minutes=59, seconds=59))
    record(subject="after", at=NOON + timedelta(hours=12))
    record(subject="other-kind", kind="account.opened")

    query = {"kind": "plan.made", "first_on": "2026-05-04"}
    response = client.get(URL, query | {"last_on": "2026-05-04"})

    assert [event.subject for event in response.context["page"]] == [
        "last-second",
        "first-second",
    ]


def test_span_that_ends_before_it_begins_is_said_and_nothing_typed_is_lost(
    client, supervisor
):
    response = client.get(URL, {"first_on": "2026-05-04", "last_on": "2026-05-03"})

    assertContains(response, "结束日期早于开始日期")
    assertContains(response, 'value="2026-05-04"')
    assertContains(response, 'value="2026-05-03"')


def test_empty_record_says_so(client, supervisor):
    response = client.get(URL, {"first_on": "2030-01-01"})

    assertContains(response, "没有符合条件的记录")
    assertNotContains(response, "<table")


def test_pages_keep_the_filter(client, supervisor):
    for number in range(51):
        record(subject=f"S{number}", at=NOON + timedelta(seconds=number))

    response = client.get(URL, {"kind": "plan.made"})

    assertContains(response, "第 1 页，共 2 页")
    assertContains(response, "kind=plan.made&amp;page=2")


def test_record_of_three_costs_the_queries_of_one(
    client, supervisor, django_assert_max_num_queries
):
    record(by=supervisor)
    client.get(URL)
    with django_assert_max_num_queries(20) as of_one:
        client.get(URL)
    record(by=supervisor)
    record(by=supervisor)

    with django_assert_max_num_queries(len(of_one)):
        client.get(URL)
