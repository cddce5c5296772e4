"""What is not the police's is passed on with a receipt, and comes back."""

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains

from tests.factories import calls as factory
from tests.rooms.calls.asking import n_queries
from tests.rooms.calls.conftest import NOW
from xunfang.calls.models import (
    Referral,
)
from xunfang.calls.referrals import services as referrals

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _it_is_that_morning(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def desk(city_desk, client):
    client.force_login(city_desk)
    return city_desk


@pytest.fixture
def call(desk):
    return factory.add_call("A1", by=desk, at=NOW, place_text="滨河路8号")


def test_a_matter_is_passed_on_with_a_receipt_and_comes_back(client, desk, call):
    client.post(
        "/calls/at/A1/refer/",
        {"refer-office": "12345", "refer-matter": "路灯不亮"},
    )
    referral = Referral.objects.get()
    assert (referral.number, referral.status, referral.sent_by) == (
        *("A1-R1", "sent", desk),
    )
    assertContains(client.get("/calls/referrals/A1-R1/receipt/"), "路灯不亮")

    client.post(
        "/calls/referrals/A1-R1/",
        {
            "revision": 0,
            "status": "returned",
            "receipt_number": "2026-0815",
            "answer": "不属我方职责",
        },
    )

    referral.refresh_from_db()
    assert (referral.status, referral.came_back_at) == ("returned", NOW)
    assertContains(client.get("/calls/at/A1/"), "2026-0815")
    with pytest.raises(referrals.ReferralOver):
        referrals.note_answer(
            referral=referral,
            revision=1,
            status="done",
            receipt_number="",
            answer="",
            by=desk,
            at=NOW,
        )
    referrals.refer(call=call, office="12345", matter="路灯", by=desk, at=NOW)


def test_an_office_has_a_matter_once_and_a_matter_of_life_is_not_passed_on(desk, call):
    referrals.refer(call=call, office="12345", matter="路灯", by=desk, at=NOW)
    urgent = factory.add_call("U1", by=desk, at=NOW, urgency=1)

    with pytest.raises(referrals.ReferredAlready):
        referrals.refer(call=call, office="12345", matter="路灯", by=desk, at=NOW)
    with pytest.raises(referrals.LifeAtRisk):
        referrals.refer(call=urgent, office="12345", matter="落水", by=desk, at=NOW)


def test_the_list_of_referrals_costs_the_same_for_one_as_for_three(client, desk, call):
    referrals.refer(call=call, office="12345", matter="路灯", by=desk, at=NOW)
    one = n_queries(client, "/calls/referrals/")
    for office in ("供电", "城管"):
        referrals.refer(call=call, office=office, matter="路灯", by=desk, at=NOW)

    assert n_queries(client, "/calls/referrals/") == one
