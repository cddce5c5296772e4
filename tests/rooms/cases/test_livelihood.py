"""A livelihood request: kept exactly, matched by both sides, closed with its result."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories.words import FRIDAY, say
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.cases.livelihood import queries, services
from xunfang.cases.models import LivelihoodRequest, Offer, OfferConfirmation, Topic
from xunfang.core.casework.confirming import NothingToTakeBack, SaidAlready
from xunfang.core.casework.quantities import Base, QuantityImpossible, in_base
from xunfang.core.casework.steps import ReasonMissing
from xunfang.public.follow.passes import pass_to

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


@pytest.fixture
def greens(station, officer):
    """A village that cannot sell its greens: what was said."""
    return say(
        "地里三万斤青菜没人收,再等几天就老了",
        station=station,
        topic=_livelihood(),
    )


def _livelihood():
    from xunfang.cases.topics.services import ensure_topics  # noqa: PLC0415

    ensure_topics(at=FRIDAY)
    return Topic.objects.get(code=Topic.LIVELIHOOD)


@pytest.fixture
def request_(greens, officer):
    return services.open_request(
        case=greens.case,
        word=greens.word,
        what="青菜",
        quantity=Decimal(30_000),
        unit="jin",
        due_on=TODAY + timedelta(days=2),
        by=officer,
        at=FRIDAY,
    )


@pytest.fixture
def offer(request_, officer):
    return services.add_offer(
        request=request_,
        firm="汀东食品厂",
        quantity=Decimal(12),
        unit="tonne",
        contact="120 0000 0003",
        by=officer,
        at=FRIDAY,
    )


def by_staff(offer, side, officer, **values):
    return services.confirm(
        **{
            "offer": offer,
            "side": side,
            "channel": "phone",
            "said_by": "采购负责人",
            "said_at": FRIDAY,
            "by": officer,
            "at": FRIDAY,
        }
        | values
    )


@pytest.mark.row("L10")
def test_30_000_jin_are_15_000_kg_and_a_match_closes_with_both_sides(
    request_, offer, greens, officer, client
):
    request_.refresh_from_db()
    assert (request_.amount, request_.base) == (Decimal(15_000), Base.KILOGRAM)

    offer = by_staff(offer, "buyer", officer)
    assert offer.agreed_at is None
    signed = pass_to(greens.word)
    assert "汀东食品厂" in client.get(f"/r/{signed}/").content.decode()
    agreed = client.post(f"/r/{signed}/offers/{offer.pk}/", {"says": "yes"})

    assert agreed.status_code == 303
    offer.refresh_from_db()
    assert offer.agreed_at == FRIDAY
    assert list(
        offer.confirmations.values_list("side", "channel", "said_by", "by__username")
    ) == [
        ("buyer", "phone", "采购负责人", officer.username),
        ("resident", "receipt", "", None),
    ]
    [row] = queries.rows_of(queries.of_word(greens.word), TODAY)
    assert (row.agreed, row.urgency, row.n_days_left) == (Decimal(12_000), "near", 2)


def test_one_side_alone_agrees_on_nothing_and_closes_nothing(request_, offer, officer):
    by_staff(offer, "resident", officer)

    with pytest.raises(SaidAlready):
        by_staff(offer, "resident", officer)
    request_.refresh_from_db()
    with pytest.raises(services.NoMatch):
        services.close_request(
            request=request_,
            outcome="all",
            result="卖完了",
            revision=request_.revision,
            by=officer,
            at=FRIDAY,
        )
    assert Offer.objects.get().agreed_at is None
    assert LivelihoodRequest.objects.get().closed_at is None


@pytest.mark.parametrize(
    "missing",
    [{"said_by": " "}, {"channel": "receipt"}, {"said_at": FRIDAY + timedelta(1)}],
)
def test_a_confirmation_says_who_said_it_how_and_when(offer, officer, missing):
    with pytest.raises(services.ConfirmationUnsourced):
        by_staff(offer, "buyer", officer, **missing)
    by_nobody = {"side": "buyer", "channel": "phone", "said_by": "采购负责人"}
    for side in (by_nobody, {"side": "buyer"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            OfferConfirmation.objects.create(
                offer=offer, said_at=FRIDAY, at=FRIDAY, **side
            )

    assert not OfferConfirmation.objects.exists()


def test_the_receipt_of_another_word_confirms_nothing(offer, station, client):
    other = say("谢谢", station=station)

    refused = client.post(
        f"/r/{pass_to(other.word)}/offers/{offer.pk}/", {"says": "yes"}
    )

    assert refused.status_code == 404
    with pytest.raises(services.WordOfAnother):
        services.confirm_by_receipt(offer=offer, word=other.word, at=FRIDAY)
    assert not OfferConfirmation.objects.exists()


@pytest.fixture
def canteen(station):
    """A buyer who came by a word, and has a receipt."""
    return say("食堂每天要三吨青菜", station=station).word


@pytest.fixture
def offer_by_word(request_, officer, canteen):
    return services.add_offer(
        request=request_,
        firm="汀中食堂",
        quantity=Decimal(3),
        unit="tonne",
        word=canteen,
        by=officer,
        at=FRIDAY,
    )


def press(client, word, offer, says):
    return client.post(
        f"/r/{pass_to(word)}/offers/{offer.pk}/", {"says": says}
    ).status_code


def said(offer):
    return list(
        offer.confirmations.order_by("pk").values_list("side", "says", "channel")
    )


@pytest.mark.row("L10")
def test_buyer_and_grower_confirm_by_their_own_receipts(
    client, greens, canteen, offer_by_word, offer, desk
):
    page = client.get(f"/r/{pass_to(canteen)}/").content.decode()
    assert "确认按此收购青菜" in page
    for hidden in ("汀东食品厂", greens.case.number, "万斤青菜没人收"):
        assert hidden not in page

    assert press(client, canteen, offer_by_word, "yes") == 303
    offer_by_word.refresh_from_db()
    assert offer_by_word.agreed_at is None
    assert press(client, greens.word, offer_by_word, "yes") == 303

    offer_by_word.refresh_from_db()
    assert offer_by_word.agreed_at == FRIDAY
    assert said(offer_by_word) == [
        ("buyer", "yes", "receipt"),
        ("resident", "yes", "receipt"),
    ]
    # The offer of another buyer is none of theirs.
    assert press(client, canteen, offer, "yes") == 404
    page = desk.get(f"/cases/livelihood/{greens.case.number}-L1/").content.decode()
    assert page.count("回执码") >= 2


def test_a_side_that_says_it_did_not_happen_undoes_what_staff_wrote_down(
    client, greens, offer, officer, desk
):
    for side in ("buyer", "resident"):
        by_staff(offer, side, officer)
    offer.refresh_from_db()
    assert offer.agreed_at == FRIDAY

    assert press(client, greens.word, offer, "no") == 303

    offer.refresh_from_db()
    assert offer.agreed_at is None
    assert said(offer) == [
        ("buyer", "yes", "phone"),
        ("resident", "yes", "phone"),
        ("resident", "no", "receipt"),
    ]
    with pytest.raises(SaidAlready):
        by_staff(offer, "resident", officer)
    page = desk.get(f"/cases/livelihood/{greens.case.number}-L1/").content.decode()
    assert "没有办成" in page
    assert "工作人员代记" in page


def test_a_confirmation_is_taken_back_on_its_day_and_nothing_is_deleted(
    client, greens, offer, officer, monkeypatch
):
    by_staff(offer, "buyer", officer)
    press(client, greens.word, offer, "yes")
    assert press(client, greens.word, offer, "yes") == 422
    assert press(client, greens.word, offer, "back") == 303
    offer.refresh_from_db()
    assert offer.agreed_at is None
    assert press(client, greens.word, offer, "yes") == 303

    tomorrow = FRIDAY + timedelta(days=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: tomorrow)
    late = client.post(
        f"/r/{pass_to(greens.word)}/offers/{offer.pk}/", {"says": "back"}
    )

    assert late.status_code == 422
    assert "没有可撤回的" in late.content.decode()
    assert [each[1] for each in said(offer)] == ["yes", "yes", "back", "yes"]
    offer.refresh_from_db()
    assert offer.agreed_at == FRIDAY
    with pytest.raises(NothingToTakeBack):
        by_staff(offer, "resident", officer, says="back", at=tomorrow)


def test_a_closed_request_and_a_withdrawn_offer_ask_nobody_any_more(
    client, greens, canteen, request_, offer, offer_by_word, officer
):
    services.withdraw_offer(offer=offer_by_word, by=officer, at=FRIDAY)
    assert press(client, canteen, offer_by_word, "yes") == 422
    request_.refresh_from_db()
    services.close_request(
        request=request_,
        outcome="none",
        result="没有人要",
        revision=request_.revision,
        by=officer,
        at=FRIDAY,
    )

    assert press(client, greens.word, offer, "yes") == 422
    page = client.get(f"/r/{pass_to(greens.word)}/").content.decode()
    assert 'name="says"' not in page
    assert not OfferConfirmation.objects.exists()


def test_one_word_speaks_for_one_side_and_only_words_one_sees_are_named(
    desk, greens, request_, station, account
):
    at = f"/cases/livelihood/{request_.number}/offer/"
    typed = {"offer-firm": "厂", "offer-quantity": "3", "offer-unit": "tonne"}
    elsewhere = say("别处的话").word

    same = desk.post(at, typed | {"offer-word": greens.word.number})
    unseen = desk.post(at, typed | {"offer-word": elsewhere.number})

    assert (same.status_code, unseen.status_code) == (409, 422)
    assert not Offer.objects.exists()


def test_following_costs_the_same_for_three_offers_as_for_one(
    client, greens, request_, offer, officer
):
    address = f"/r/{pass_to(greens.word)}/"
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for firm in ("甲", "乙"):
        more = services.add_offer(
            request=request_,
            firm=firm,
            quantity=Decimal(1),
            unit="tonne",
            by=officer,
            at=FRIDAY,
        )
        by_staff(more, "buyer", officer)
    with CaptureQueriesContext(connection) as three:
        client.get(address)

    assert len(one) == len(three)


def test_a_request_is_opened_matched_and_closed_on_its_pages(desk, greens, officer):
    number = greens.case.number
    typed = {
        "what": "青菜",
        "quantity": "30000",
        "unit": "jin",
        "due_on": "2026-11-22",
        "word": greens.word.number,
    }
    assert desk.get(f"/cases/{number}/livelihood/").status_code == 200
    over = desk.post(f"/cases/{number}/livelihood/", typed | {"due_on": "2026-11-01"})
    assert over.status_code == 409
    assert desk.post(f"/cases/{number}/livelihood/", typed).status_code == 303
    at = f"/cases/livelihood/{number}-L1/"
    assert desk.get("/cases/livelihood/?shown=near&q=青").context["page"].object_list
    given = {"offer-firm": "食品厂", "offer-quantity": "3", "offer-unit": "mu"}
    other_kind = desk.post(f"{at}offer/", given)
    assert (other_kind.status_code, "食品厂" in other_kind.content.decode()) == (
        409,
        True,
    )
    given |= {"offer-unit": "tonne", "offer-contact": "120 0000 0003"}
    assert desk.post(f"{at}offer/", given).status_code == 303
    offer = Offer.objects.get()
    for side in ("buyer", "resident"):
        said = {
            "confirm-offer": offer.pk,
            "confirm-side": side,
            "confirm-says": "yes",
            "confirm-channel": "face",
            "confirm-said_by": "本人",
            "confirm-said_at": "2026-11-20T11:00",
        }
        assert desk.post(f"{at}confirm/", said).status_code == 303
    assert desk.post(f"{at}withdraw/", {"offer": offer.pk}).status_code == 409
    opened = desk.post(f"{at}contact/", {"offer": offer.pk, "reason": "约时间收菜"})
    assert "120 0000 0003" in opened.content.decode()
    assert opened.headers["Cache-Control"] == "private, no-store"
    assert "120 0000 0003" not in desk.get(at).content.decode()
    assert Event.objects.filter(kind="livelihood.contact_opened").count() == 1
    last = {"close-outcome": "part", "close-result": "收走三吨", "close-revision": "0"}
    stale = desk.post(f"{at}close/", last)
    assert stale.status_code == 409
    last["close-revision"] = stale.context["forms"]["close"].data["close-revision"]
    assert desk.post(f"{at}close/", last).status_code == 303

    request = LivelihoodRequest.objects.get()
    assert (request.outcome, request.closed_by, request.result) == (
        "part",
        officer,
        "收走三吨",
    )
    assert services.erase_due_contacts(on=date(2026, 12, 20), at=FRIDAY) == 1
    assert Offer.objects.get().sealed is None


def test_only_a_case_about_making_a_living_has_requests(
    request_, greens, officer, account, station
):
    lamp = say("东街路灯坏了", station=station)
    values = {
        "what": "灯",
        "quantity": Decimal(1),
        "unit": "piece",
        "due_on": TODAY,
        "at": FRIDAY,
    }
    with pytest.raises(services.NoLivelihood):
        services.open_request(case=lamp.case, word=lamp.word, by=officer, **values)
    with pytest.raises(services.WordOfAnother):
        services.open_request(case=greens.case, word=lamp.word, by=officer, **values)
    stranger = account("duty_officer", station_code="S02", username="s2")
    with pytest.raises(NotAllowed):
        services.open_request(case=greens.case, word=greens.word, by=stranger, **values)
    with pytest.raises(ReasonMissing):
        services.close_request(
            request=request_,
            outcome="none",
            result=" ",
            revision=0,
            by=officer,
            at=FRIDAY,
        )

    assert not queries.visible_to(stranger).exists()
    assert LivelihoodRequest.objects.count() == 1


@pytest.mark.parametrize("quantity", ["0", "-1", "NaN", "1E12", "0.0001"])
def test_what_is_no_quantity_is_refused(quantity):
    with pytest.raises(QuantityImpossible):
        in_base(Decimal(quantity), "kg")
