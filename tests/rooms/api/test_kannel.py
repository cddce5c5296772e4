"""What Kannel posts is a word, once, and what it is answered goes to whoever wrote.

Here Kannel's requests are told as they were seen; ``test_kannel_itself`` starts it.
"""

from base64 import b64encode

import pytest
from django.db import OperationalError

from tests.factories.words import FRIDAY
from xunfang.api.models import Sender
from xunfang.api.senders.services import add_sender, revoke_sender
from xunfang.api.words import services
from xunfang.cases.topics.services import ensure_topics
from xunfang.feedback.models import Word
from xunfang.feedback.sealing import unseal

KEY = "of-kannel"
ID = "d5aa206d-b596-4655-bc69-a73b94e64313"
UCS_2 = 'text/plain; charset="UTF-16BE"'


@pytest.fixture
def gateway(administrator, monkeypatch):
    ensure_topics(at=FRIDAY)
    monkeypatch.setattr("django.utils.timezone.now", lambda: FRIDAY)
    return add_sender(
        name="kannel",
        kind=Sender.KANNEL,
        office="短信平台",
        secret=KEY,
        by=administrator,
        at=FRIDAY,
    )


@pytest.fixture
def bring(client, gateway):
    """Return a function that posts a text as Kannel does."""

    def post(text, *, key=KEY, kind=UCS_2, message=ID, **headers):
        body = text if isinstance(text, bytes) else text.encode("utf-16-be")
        shown = b64encode(f"kannel:{key}".encode()).decode()
        # ``post`` would encode the body anew.
        return client.generic(
            "POST",
            f"/api/kannel/{message}/",
            body,
            content_type=kind,
            headers={
                "Authorization": f"Basic {shown}",
                "X-Kannel-From": "+8613800001111",
                "X-Kannel-Time": "2026-11-20 00:00:00",
                **headers,
            },
        )

    return post


def test_a_text_is_a_word_and_its_writer_gets_a_receipt_in_one_message(bring):
    answer = bring("三里巷路灯坏了\n两处")

    word = Word.objects.select_related("said", "contact").get()
    assert (word.channel, word.source, word.external_id) == (
        "sms",
        "kannel",
        f"id:{ID}",
    )
    assert word.said.text == "三里巷路灯坏了\n两处"
    assert word.said_at.isoformat() == "2026-11-20T00:00:00+00:00"
    assert unseal(word.contact.sealed, of=word.number) == "+8613800001111"
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Kannel-Coding"] == "2"
    assert "查询码" in answer.content.decode()
    assert Sender.objects.get().heard_at == FRIDAY


def test_danger_to_life_is_answered_with_the_numbers_to_call_in_one_message(bring):
    reply = bring("有人在桥上要跳河").content.decode()

    assert all(number in reply for number in ("110", "119", "120", "查询码"))
    assert len(reply) <= 70


def test_the_same_message_again_is_one_word_and_gets_the_same_reply(bring):
    first, again = (bring("路灯坏了").content for _ in range(2))

    assert first == again
    assert Word.objects.count() == 1


def test_a_text_in_latin_letters_comes_as_utf_8(bring):
    bring(b"Street light broken", kind='text/plain; charset="UTF-8"')
    assert Word.objects.select_related("said").get().said.text == "Street light broken"


def test_a_broken_sign_keeps_none_of_the_others_from_being_read(bring):
    bring("路灯".encode("utf-16-be") + b"\xd8")
    assert Word.objects.select_related("said").get().said.text == "路灯�"


@pytest.mark.parametrize("time", ["", "soon", "9999-99-99 00:00:00"])
def test_a_time_that_cannot_be_read_is_left_out(bring, time):
    bring("路灯坏了", **{"X-Kannel-Time": time})
    assert Word.objects.get().said_at is None


@pytest.mark.parametrize(
    ("text", "kind", "reply"),
    [
        (" ", UCS_2, "请"),
        ("长" * 4001, UCS_2, "4000"),
        (b"\x01\x06", "application/octet-stream", "未"),
        (b"a", "text/plain; charset=hex", "未"),
        (b"a", "text/plain; charset=nobody-knows", "未"),
    ],
)
def test_what_would_be_refused_again_tells_its_writer_and_is_not_asked_for_again(
    bring, text, kind, reply
):
    answer = bring(text, kind=kind)

    assert answer.status_code == 200
    assert reply in answer.content.decode()
    assert not Word.objects.exists()


def test_whoever_shows_no_key_of_kannels_is_401_and_told_no_more(
    bring, client, gateway, administrator
):
    add_sender(
        name="city-app",
        kind=Sender.OPEN311,
        office="政务服务中心",
        secret="of-the-app",
        by=administrator,
        at=FRIDAY,
    )
    revoked = add_sender(
        name="former",
        kind=Sender.KANNEL,
        office="短信平台",
        secret="of-the-former",
        by=administrator,
        at=FRIDAY,
    )
    revoke_sender(sender=revoked, by=administrator, at=FRIDAY)

    answers = [
        bring("a", key="another"),
        bring("a", key=""),
        bring("a", key="of-the-app"),
        bring("a", key="of-the-former"),
        bring("a", Authorization="Basic ====密"),
        bring("a", Authorization="Basic //8="),
        bring("a", Authorization=f"Bearer {KEY}"),
        client.post(f"/api/kannel/{ID}/", b"a", content_type="text/plain"),
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert not Word.objects.exists()


def test_a_database_that_does_not_answer_has_kannel_try_again(bring, monkeypatch):
    def is_gone(**_):
        raise OperationalError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(services, "take_word", is_gone)
        assert bring("路灯坏了").status_code == 503

    assert bring("路灯坏了").status_code == 200
    assert Word.objects.count() == 1


def test_neither_number_nor_words_stand_in_a_log(bring, caplog):
    caplog.set_level("DEBUG")

    bring("三里巷路灯坏了")
    bring(" ")
    bring("三里巷路灯坏了", key="another")

    assert "13800001111" not in caplog.text
    assert "三里巷" not in caplog.text


def test_only_what_is_posted_with_a_number_is_taken(client, bring):
    assert client.get(f"/api/kannel/{ID}/").status_code == 405
    assert bring("a", message="7").status_code == 404
