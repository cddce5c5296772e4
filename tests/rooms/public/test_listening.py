"""How well we listen, counted."""

from datetime import date, timedelta

import pytest

from tests.factories.public_matters import answered, public_matter
from tests.factories.words import FRIDAY, say
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.cases.models import Case, Topic
from xunfang.feedback import services as feedback
from xunfang.feedback.models import Asks, Channel, Said, Word
from xunfang.public.figures import services
from xunfang.public.figures.queries import balance, listening, sent_counts
from xunfang.public.models import SentCount, ThanksItem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_topics")]

DAY = date(2026, 11, 20)
SINCE = FRIDAY - timedelta(days=30)


def sent(by, n_sent=4_000_000, first=DAY, last=DAY, **values):
    return services.enter_sent_count(
        first_on=first,
        last_on=last,
        n_sent=n_sent,
        source="短信平台11月账单",
        by=by,
        at=FRIDAY,
        **values,
    )


def words(n: int, *, at=FRIDAY) -> None:
    """Many words, without what a word brings along."""
    first = Word.objects.count()
    Word.objects.bulk_create(
        Word(
            number=f"W{first + row}",
            code_digest=f"{first + row}",
            channel=Channel.PAPER,
            received_at=at,
            ledger_index=10_000 + first + row,
        )
        for row in range(n)
    )


@pytest.mark.row("J05")
def test_a_hundred_heard_for_four_million_sent_is_one_to_forty_thousand(
    client, handler
) -> None:
    words(100)
    words(7, at=FRIDAY - timedelta(days=1))
    sent(handler)

    page = client.get("/listening/").content.decode()

    assert "1 : 40\u202f000" in page
    assert "短信平台11月账单" in page
    assert client.get("/listening.json").json()["listening"] == {
        "words_received": 100,
        "messages_sent": 4_000_000,
        "messages_per_word": 40_000,
        "first_on": "2026-11-20",
        "last_on": "2026-11-20",
    }


def test_each_word_has_an_outcome(client, handler) -> None:
    answered(public_matter("一", by=handler), "好", by=handler)
    public_matter("二", by=handler)

    assert client.get("/listening.json").json()["outcomes"] == {
        "words": 2,
        "answered": 1,
        "in_hand": 0,
        "elsewhere": 0,
        "waiting": 1,
    }


def test_without_a_count_there_is_no_ratio(client) -> None:
    words(3)

    assert client.get("/listening.json").json()["listening"] is None
    assert "1 : " not in client.get("/listening/").content.decode()


def test_nobody_heard_is_said_as_it_is(handler) -> None:
    sent(handler, 5)

    found = listening(list(sent_counts()))

    assert (found.n_received, found.per_word) == (0, None)


def test_days_of_two_providers_count_once_and_a_correction_replaces(handler) -> None:
    words(10)
    wrong = sent(handler, 1_000)
    sent(handler, 500)
    right = sent(handler, 100, corrects=wrong)

    found = listening(list(sent_counts()))

    assert (found.n_received, found.n_sent) == (10, 600)
    assert SentCount.objects.count() == 3
    with pytest.raises(services.CountCorrected):
        sent(handler, 1, corrects=wrong)
    assert Event.objects.filter(kind="sent_count.entered").count() == 3
    assert right.corrects == wrong


def test_only_a_leader_enters_a_count_with_source_and_past_days(
    handler, supervisor
) -> None:
    with pytest.raises(NotAllowed):
        sent(supervisor)
    for values in (
        {"first": DAY, "last": DAY - timedelta(days=1)},
        {"last": DAY + timedelta(days=2)},
    ):
        with pytest.raises(services.CountUnsourced):
            sent(handler, **values)
    with pytest.raises(services.CountUnsourced):
        services.enter_sent_count(
            first_on=DAY, last_on=DAY, n_sent=1, source=" ", by=handler, at=FRIDAY
        )


@pytest.mark.row("L11")
def test_fifteen_banners_and_six_letters_stand_beside_the_criticism(
    client, handler, supervisor
) -> None:
    thanks = Topic.objects.get(code=Topic.THANKS)
    for n in range(21):
        word = say(f"感谢{n}", topic=thanks, channel=Channel.FACE, by=handler).word
        item = ThanksItem.BANNER if n < 15 else ThanksItem.LETTER
        services.note_thanks_item(
            word=word, item=item, given_on=DAY, by=handler, at=FRIDAY
        )
    critics = [say(f"做样子{n}", asks=Asks.CRITICISM) for n in range(7)]
    feedback.hide(
        word=critics[0].word, reason="insult", law="法", by=supervisor, at=FRIDAY
    )

    page = client.get("/listening/").content.decode()

    assert page.count('<p class="balance__n">') == 2
    assert '<p class="balance__n">21</p>' in page
    assert '<p class="balance__n">7</p>' in page
    found = balance(since=SINCE)
    assert (found.n_banners, found.n_letters) == (15, 6)


def test_what_came_with_thanks_can_be_put_right_and_belongs_to_thanks(handler) -> None:
    word = say("谢谢", asks=Asks.THANKS).word
    for item in (ThanksItem.BANNER, ThanksItem.LETTER):
        services.note_thanks_item(
            word=word, item=item, given_on=DAY, by=handler, at=FRIDAY
        )

    found = balance(since=SINCE)

    assert (found.n_banners, found.n_letters) == (0, 1)
    other = say("做样子", asks=Asks.CRITICISM).word
    with pytest.raises(services.NoThanks):
        services.note_thanks_item(
            word=other, item="banner", given_on=DAY, by=handler, at=FRIDAY
        )


def test_promises_are_counted_by_station_and_sealed_ones_for_the_city(
    client, handler, station
) -> None:
    kept = public_matter("一", by=handler, station=station)
    answered(kept, "好", by=handler)
    missed = public_matter("二", by=handler, station=station)
    Case.objects.filter(pk=missed.case.pk).update(
        reply_by=FRIDAY - timedelta(hours=1), settle_by=FRIDAY - timedelta(minutes=1)
    )
    public_matter("三", by=handler, station=station)
    waiting = public_matter("四", by=handler, station=station)
    Case.objects.filter(pk=waiting.case.pk).update(
        reply_by=FRIDAY - timedelta(hours=1),
        settle_by=FRIDAY - timedelta(minutes=1),
        paused_at=FRIDAY - timedelta(hours=2),
        replied_at=FRIDAY - timedelta(hours=2),
    )
    say("民警骂人", asks=Asks.COMPLAINT, station=station)

    rows = client.get("/listening.json").json()["promises"]

    assert rows == [
        {
            "station": "",
            "replies_kept": 0,
            "replies_broken": 0,
            "replies_open": 1,
            "settled_kept": 0,
            "settled_broken": 0,
            "settled_open": 1,
        },
        {
            "station": "S03",
            "replies_kept": 2,
            "replies_broken": 1,
            "replies_open": 1,
            "settled_kept": 1,
            "settled_broken": 1,
            "settled_open": 2,
        },
    ]
    table = client.get("/listening.csv").content.decode("utf-8-sig").splitlines()
    assert table[2] == "河湾派出所,2,1,1,1,1,2"


def test_figures_are_of_no_person(client, handler) -> None:
    answered(public_matter("一", by=handler), "好", by=handler)

    for address in ("/listening/", "/listening.json", "/matters/", "/matters.json"):
        page = client.get(address).content.decode()
        assert handler.display_name not in page
        assert handler.username not in page


def test_leader_enters_on_the_page_and_keeps_what_was_refused(client, handler) -> None:
    client.force_login(handler)
    word = say("谢谢", asks=Asks.THANKS).word
    count = {
        "first_on": "2026-11-01",
        "last_on": "2026-11-20",
        "n_sent": "300",
        "source": "账单",
        "corrects": "",
    }

    refused = client.post("/listening/enter/", count | {"last_on": "2027-01-01"})
    assert refused.status_code == 422
    assert 'value="300"' in refused.content.decode()
    assert client.post("/listening/enter/", count).status_code == 303
    given = {"number": word.number, "item": "letter", "given_on": "2026-11-20"}
    assert client.post("/listening/enter/", given).status_code == 303
    wrong = client.post("/listening/enter/", given | {"number": "W1"})
    assert wrong.status_code == 422
    assert SentCount.objects.get().n_sent == 300
    assert ThanksItem.objects.get().word == word
    assert "300" in client.get("/listening/").content.decode()
    assert Said.objects.count() == 1
