"""The record only grows."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError
from django.db.models import ProtectedError

from xunfang.audit import queries, services
from xunfang.audit.append_only import AppendOnly
from xunfang.audit.models import Event

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)


@pytest.fixture
def event(account):
    return services.record(
        kind="plan.made",
        subject="S01 2026-05-04",
        by=account(),
        at=NOON,
        edition=1,
    )


def test_event_keeps_what_was_done_by_whom_and_when(event):
    assert list(
        Event.objects.values_list("kind", "subject", "by__username", "at", "detail")
    ) == [
        (
            "plan.made",
            "S01 2026-05-04",
            "duty_officer",
            NOON,
            {"edition": 1},
        )
    ]


@pytest.mark.parametrize(
    "attempt",
    [
        lambda event: event.save(),
        lambda event: event.delete(),
        lambda event: Event.objects.all().delete(),
        lambda event: Event.objects.update(subject="x"),
        lambda event: Event.objects.filter(pk=event.pk).update(subject="x"),
        lambda event: Event.objects.bulk_update([event], ["subject"]),
        lambda event: Event.objects.update_or_create(
            pk=event.pk, defaults={"subject": "x"}
        ),
    ],
    ids=[
        "save",
        "delete",
        "delete all",
        "update all",
        "update one",
        "bulk update",
        "update or create",
    ],
)
def test_every_way_to_change_or_remove_an_event_refuses(event, attempt):
    event.subject = "changed"

    with pytest.raises(AppendOnly):
        attempt(event)

    assert Event.objects.values_list("subject", flat=True).get() == "S01 2026-05-04"


def test_account_with_events_cannot_be_removed(event):
    with pytest.raises(ProtectedError):
        event.by.delete()


def test_database_refuses_an_event_that_says_nothing():
    with pytest.raises(IntegrityError):
        services.record(kind="", subject="S01", by=None, at=NOON)


def test_kinds_on_record_are_named_once_and_in_order(event):
    for kind in ("account.opened", "plan.made"):
        services.record(kind=kind, subject="x", by=None, at=NOON)

    assert queries.kinds_on_record() == ["account.opened", "plan.made"]
