"""Lost and found: little is kept of a document, less is shown, and a return closes both."""

from datetime import date, timedelta
from io import BytesIO

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image

from tests.factories.words import FRIDAY, say
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.cases.lost import queries, services
from xunfang.cases.lost.photos import blurred
from xunfang.cases.models import Case, LostItem, LostReturn, Topic
from xunfang.cases.publishing.services import NeverPublic
from xunfang.cases.topics.services import ensure_topics
from xunfang.core.casework.belongings import Reason, Thing, reasons
from xunfang.feedback.photos import clean
from xunfang.public.follow.passes import pass_to

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
NUMBER = "110101199003074530"
"""Of nobody: its place of issue and check sign do not go together."""


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


def picture() -> bytes:
    """A white picture full of black signs, as sharp as they get."""
    rows = np.full((400, 640, 3), 255, np.uint8)
    rows[::4, ::2] = 0
    written = BytesIO()
    Image.fromarray(rows).save(written, "PNG")
    return written.getvalue()


@pytest.fixture
def handed_in(station):
    ensure_topics(at=FRIDAY)
    leaf = Topic.objects.get(code=Topic.LOST_AND_FOUND)
    return say("在老车站捡到一张身份证,交到警务室", station=station, topic=leaf).case


@pytest.fixture
def missed(station):
    ensure_topics(at=FRIDAY)
    leaf = Topic.objects.get(code=Topic.LOST_AND_FOUND)
    return say("我的身份证丢了", station=station, topic=leaf).case


def enter(case, by, **values):
    return services.enter_item(
        **{
            "case": case,
            "side": "found",
            "kind": "identity",
            "on": TODAY,
            "by": by,
            "at": FRIDAY,
        }
        | values
    )


@pytest.mark.row("H04")
def test_of_a_found_identity_card_all_that_is_public_is_one_sign_and_four(
    desk, handed_in, client, settings
):
    typed = {
        "side": "found",
        "kind": "identity",
        "description": f"张三丰的身份证 {NUMBER}",
        "place_name": "老车站广场",
        "on": "2026-11-20",
        "owner_name": "张三丰",
        "document_number": NUMBER,
        "shows_photo": "on",
        "is_public": "on",
        "photo": SimpleUploadedFile("card.png", picture()),
    }

    assert desk.post(f"/cases/{handed_in.number}/lost/", typed).status_code == 303

    item = LostItem.objects.get()
    assert (item.name_sign, item.last_four) == ("张", "4530")
    kept = f"{item.description} {list(Event.objects.values_list('detail', flat=True))}"
    assert NUMBER not in kept
    assert NUMBER[:-4] not in kept
    # Nothing that was on the photo can be told from nothing any more.
    stored = clean((settings.MEDIA_ROOT / item.photo_path).read_bytes())
    assert item.photo_is_blurred
    assert detail_of(stored) < 3
    client.logout()
    page = client.get("/lost/").content.decode()
    assert "张＊＊" in page
    assert "4530" in page
    for hidden in ("张三", "三丰", NUMBER, NUMBER[:6], handed_in.number, "photo.jpg"):
        assert hidden not in page
    assert client.get(f"/lost/{item.number}/photo.jpg").status_code == 404
    assert not client.get(f"/lost/?q={NUMBER}").context["items"]


def detail_of(photo) -> float:
    """How much neighbours differ, in steps of 255."""
    grey = np.asarray(Image.open(BytesIO(photo.jpeg)).convert("L"), float)
    return float(np.abs(np.diff(grey, axis=1)).mean())


@pytest.mark.row("H04")
def test_a_return_closes_both_records_with_who_gave_it_and_the_owners_word(
    desk, handed_in, missed, officer
):
    found = enter(handed_in, officer, owner_name="张三", document_number=NUMBER)
    lost = enter(
        missed,
        officer,
        side="lost",
        on=TODAY - timedelta(days=1),
        document_number="4530",
    )
    enter(missed, officer, side="lost", document_number="1111")
    page = desk.get(f"/cases/lost/{found.number}/")
    assert [(each, len(why)) for each, why in page.context["likely"]] == [(lost, 2)]
    typed = {
        "lost": lost.number,
        "given_by": "finder",
        "confirmed": "signed",
        "confirmed_at": "2026-11-20T11:00",
    }

    wrong = desk.post(f"/cases/lost/{found.number}/return/", typed | {"lost": "L1"})
    done = desk.post(f"/cases/lost/{found.number}/return/", typed)

    assert (wrong.status_code, done.status_code) == (422, 303)
    back = LostReturn.objects.get()
    assert (back.given_by, back.by) == ("finder", officer)
    assert list(back.confirmations.values_list("says", "channel", "by")) == [
        ("yes", "signed", officer.pk)
    ]
    for item in (found, lost):
        item.refresh_from_db()
        assert (item.outcome, item.closed_at, item.erase_on) == (
            "returned",
            FRIDAY,
            TODAY + services.KEPT,
        )
        last = item.case.events.latest("pk")
        assert last.detail == {"item": item.number, "outcome": "returned"}
        assert desk.get(f"/cases/lost/{item.number}/").status_code == 200
        assert item not in queries.shown_to_all()
    with pytest.raises(services.ItemClosed):
        services.close_item(
            item=found, outcome=LostItem.HANDED_ON, by=officer, at=FRIDAY
        )


@pytest.fixture
def owner(missed):
    """Who misses the identity card: their word."""
    return missed.links.get().word


@pytest.fixture
def pair(handed_in, missed, owner, officer):
    """A card that was found, and the same as it is missed."""
    found = enter(handed_in, officer, document_number="4530")
    lost = enter(missed, officer, side="lost", document_number="4530", word=owner)
    return found, lost


@pytest.fixture
def back(pair, officer):
    """The return as it was noted; the owner has not said anything yet."""
    found, lost = pair
    return services.give_back(
        found=found, lost=lost, given_by="officer", by=officer, at=FRIDAY
    )


def press(client, word, back, says):
    return client.post(
        f"/r/{pass_to(word)}/returns/{back.pk}/", {"says": says}
    ).status_code


def outcomes(pair):
    for item in pair:
        item.refresh_from_db()
    return [(item.outcome, item.back_id) for item in pair]


@pytest.mark.row("H04")
def test_a_return_is_open_until_the_owner_confirms_by_their_receipt(
    client, desk, pair, back, owner, station
):
    assert outcomes(pair) == [("", back.pk)] * 2
    # It lies there no longer, and is offered to nobody else.
    assert not queries.shown_to_all()
    assert desk.get(f"/cases/lost/{pair[0].number}/").context["likely"] == []
    assert "待失主确认" in desk.get("/cases/lost/").content.decode()
    assert "我已拿到" in client.get(f"/r/{pass_to(owner)}/").content.decode()
    stranger = say("谢谢", station=station).word
    assert press(client, stranger, back, "yes") == 404

    assert press(client, owner, back, "yes") == 303

    assert outcomes(pair) == [("returned", back.pk)] * 2
    assert list(back.confirmations.values_list("says", "channel", "by")) == [
        ("yes", "receipt", None)
    ]
    last = pair[1].case.events.latest("pk")
    assert (last.actor, last.by, last.detail) == (
        "house",
        None,
        {"item": pair[1].number, "outcome": "returned"},
    )
    assert Event.objects.latest("pk").kind == "lost.confirmed"


def test_an_owner_who_did_not_get_it_sets_both_records_free(
    client, desk, pair, back, owner, officer, missed
):
    found, lost = pair
    services.confirm(
        back=back, says="yes", channel="phone", said_at=FRIDAY, by=officer, at=FRIDAY
    )
    assert outcomes(pair) == [("returned", back.pk)] * 2

    assert press(client, owner, back, "no") == 303

    assert outcomes(pair) == [("", None)] * 2
    assert set(queries.shown_to_all()) == {found, lost}
    page = desk.get(f"/cases/lost/{found.number}/").content.decode()
    assert "没有办成" in page
    assert "没有办成" in desk.get(f"/cases/{missed.number}/").content.decode()
    again = services.give_back(
        found=found,
        lost=lost,
        given_by="finder",
        confirmed="signed",
        confirmed_at=FRIDAY,
        by=officer,
        at=FRIDAY,
    )
    assert outcomes(pair) == [("returned", again.pk)] * 2
    # What they said of the first one is history now.
    assert press(client, owner, back, "back") == 422
    assert LostReturn.objects.count() == 2


def test_an_owner_takes_their_word_back_on_the_same_day_only(
    client, pair, back, owner, monkeypatch
):
    press(client, owner, back, "yes")
    assert press(client, owner, back, "back") == 303
    assert outcomes(pair) == [("", back.pk)] * 2
    press(client, owner, back, "yes")
    tomorrow = FRIDAY + timedelta(days=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: tomorrow)

    assert press(client, owner, back, "back") == 422

    assert outcomes(pair) == [("returned", back.pk)] * 2
    assert [each.says for each in back.confirmations.order_by("pk")] == [
        "yes",
        "back",
        "yes",
    ]


def test_what_waits_for_its_owner_is_neither_closed_nor_given_away(
    pair, back, officer, desk
):
    found, lost = pair
    values = {"found": found, "given_by": "officer", "by": officer, "at": FRIDAY}
    with pytest.raises(services.ReturnWaits):
        services.give_back(lost=None, confirmed="face", confirmed_at=FRIDAY, **values)
    with pytest.raises(services.ReturnWaits):
        services.close_item(item=lost, outcome=LostItem.OWN_FIND, by=officer, at=FRIDAY)

    told = {
        "owner-says": "yes",
        "owner-channel": "face",
        "owner-said_at": "2026-11-20T11:00",
    }
    address = f"/cases/lost/{found.number}/returns/{back.pk}/"
    assert desk.post(address, told).status_code == 303
    assert desk.post(address, told).status_code == 409

    assert outcomes(pair) == [("returned", back.pk)] * 2
    assert back.confirmations.get().by == officer


def test_only_an_owner_with_a_receipt_may_be_asked_later(desk, handed_in, officer):
    found = enter(handed_in, officer, description="蓝色封皮")

    refused = desk.post(f"/cases/lost/{found.number}/return/", {"given_by": "officer"})

    assert refused.status_code == 409
    assert not LostReturn.objects.exists()


def test_only_what_was_found_goes_back_and_by_whoever_holds_it(
    handed_in, missed, officer, account
):
    found = enter(handed_in, officer, description="蓝色封皮")
    lost = enter(missed, officer, side="lost", kind="bag", description="书包")
    stranger = account("duty_officer", station_code="S02", username="s2")
    values = {"given_by": "officer", "confirmed": "face", "confirmed_at": FRIDAY}

    for pair in ((found, lost), (lost, None)):
        with pytest.raises(services.NotTheSame):
            services.give_back(
                found=pair[0], lost=pair[1], by=officer, at=FRIDAY, **values
            )
    with pytest.raises(NotAllowed):
        services.give_back(found=found, lost=None, by=stranger, at=FRIDAY, **values)
    with pytest.raises(services.ReturnUnconfirmed):
        services.give_back(
            found=found, lost=None, by=officer, at=FRIDAY - timedelta(1), **values
        )

    assert not LostReturn.objects.exists()
    assert not LostItem.objects.exclude(closed_at=None).exists()


def test_what_is_sealed_sensitive_or_unsorted_is_never_on_the_public_list(
    handed_in, station, officer, client
):
    item = enter(handed_in, officer, description="蓝色封皮")
    unsorted = say("捡到东西", station=station).case
    with pytest.raises(NeverPublic):
        enter(unsorted, officer, description="伞")
    assert list(queries.shown_to_all()) == [item]

    sensitive = Topic.objects.filter(is_sensitive=True).exclude(parent=None)[0]
    for change in (
        {"is_sealed": True, "topic": handed_in.topic, "second_topic": None},
        {"is_sealed": False, "topic": sensitive, "second_topic": None},
        {"is_sealed": False, "topic": handed_in.topic, "second_topic": sensitive},
    ):
        Case.objects.filter(pk=handed_in.pk).update(**change)
        assert not client.get("/lost/").context["items"]


def test_texts_and_photos_go_when_their_time_is_over(handed_in, officer, settings):
    item = enter(
        handed_in, officer, kind="bag", description="书包", photo=clean(picture())
    )
    path = settings.MEDIA_ROOT / item.photo_path
    assert path.exists()
    year = FRIDAY + services.NOTICE + timedelta(days=1)

    assert services.see_to_items(at=year) == 0
    assert LostItem.objects.get().outcome == LostItem.UNCLAIMED
    services.see_to_items(at=year + services.KEPT)

    gone = LostItem.objects.get()
    assert (gone.description, gone.photo_path, gone.kind) == ("", "", "bag")
    assert gone.erased_at == year + services.KEPT
    assert Event.objects.latest("pk").kind == "lost.erased"
    with pytest.raises(IntegrityError), transaction.atomic():
        LostItem.objects.update(description="书包")


def test_a_photo_of_a_bag_is_blurred_unless_somebody_says_nothing_stands_on_it(
    handed_in, officer, client
):
    photo = clean(picture())

    hidden = enter(handed_in, officer, kind="bag", description="包", photo=photo)
    sharp = enter(
        handed_in,
        officer,
        kind="keys",
        description="钥匙",
        photo=photo,
        shows_photo=True,
    )

    assert (hidden.photo_is_blurred, sharp.photo_is_blurred) == (True, False)
    assert client.get(f"/lost/{hidden.number}/photo.jpg").status_code == 200
    with pytest.raises(IntegrityError), transaction.atomic():
        LostItem.objects.filter(pk=sharp.pk).update(kind="identity")
    assert detail_of(photo) > 50 > 3 > detail_of(blurred(photo))


def test_things_are_alike_by_kind_number_place_and_days():
    lost = Thing("bank", TODAY, place="老车站广场", last_four="4530")

    assert reasons(lost=lost, found=Thing("bank", TODAY, last_four="4530")) == (
        Reason.NUMBER,
        Reason.DAYS,
    )
    assert reasons(
        lost=lost,
        found=Thing("bank", TODAY + timedelta(9), "车站广场", last_four="4530"),
    ) == (Reason.NUMBER, Reason.PLACE)
    for other in (
        Thing("identity", TODAY, last_four="4530"),
        Thing("bank", TODAY, "老车站广场", last_four="4531"),
        Thing("bank", TODAY - timedelta(days=5), last_four="4530"),
        Thing("bank", TODAY),
    ):
        assert reasons(lost=lost, found=other) == ()
