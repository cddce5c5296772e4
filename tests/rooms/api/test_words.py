"""Text messages, chat and e-mail come in over a signed webhook, once each."""

import json
from datetime import timedelta

import pytest

from tests.factories.words import FRIDAY
from xunfang.api.models import Sender
from xunfang.api.senders.services import add_sender, revoke_sender
from xunfang.api.words.mail import Unreadable, read_mail
from xunfang.api.words.reading import signature
from xunfang.cases.models import Case
from xunfang.cases.topics.services import ensure_topics
from xunfang.feedback.models import Contact, Word
from xunfang.feedback.sealing import unseal

SHARED = "of-the-gateway"
SMS = {"id": "7", "channel": "sms", "text": "路灯坏了"}
JSON = "application/json"
MAIL = "message/rfc822"


@pytest.fixture
def gateway(administrator, monkeypatch):
    ensure_topics(at=FRIDAY)
    monkeypatch.setattr("django.utils.timezone.now", lambda: FRIDAY)
    return add_sender(
        name="gateway",
        kind="webhook",
        office="短信平台",
        secret=SHARED,
        by=administrator,
        at=FRIDAY,
    )


@pytest.fixture
def bring(client, gateway):
    """Return a function that brings something to the house, signed."""

    def send(
        said, *, kind=JSON, at=FRIDAY, secret=SHARED, to="gateway", time=None, **headers
    ):
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        time = f"{at.timestamp():.0f}" if time is None else time
        return client.post(
            f"/api/words/{to}/",
            body,
            content_type=kind,
            headers={
                "X-Xunfang-Time": time,
                "X-Xunfang-Signature": signature(secret, time, body),
                **headers,
            },
        )

    return send


def test_a_text_message_is_a_word_and_its_writer_gets_a_receipt(bring):
    answer = bring(
        SMS
        | {
            "from": "13800001111",
            "place": "三里巷",
            "lon": 112.01,
            "lat": 26.99,
            "said_at": "2026-11-20T08:00:00+08:00",
        }
    )

    said = answer.json()
    word = Word.objects.select_related("said", "contact").get()
    assert (answer.status_code, said) == (
        200,
        {
            "kept": True,
            "number": word.number,
            "receipt": said["receipt"],
            "new": True,
            "urgent": False,
            "reply": said["reply"],
        },
    )
    assert said["receipt"] in said["reply"]
    assert (word.channel, word.source, word.external_id) == ("sms", "gateway", "id:7")
    assert (word.said.text, word.said.place_words) == ("路灯坏了", "三里巷")
    assert (word.lon, word.lat) == (112.01, 26.99)
    assert word.said_at.isoformat() == "2026-11-20T00:00:00+00:00"
    assert unseal(word.contact.sealed, of=word.number) == "13800001111"
    assert Sender.objects.get().heard_at == FRIDAY


def test_the_same_again_changes_nothing_and_gets_the_same_receipt(bring):
    first, again = (bring(SMS).json() for _ in range(2))

    assert again == first | {"new": False}
    assert Word.objects.count() == Case.objects.count() == 1


def test_danger_to_life_is_answered_with_the_numbers_to_call(bring):
    said = bring(SMS | {"text": "有人在桥上要跳河"}).json()

    assert said["urgent"]
    assert "110" in said["reply"]


def test_a_time_that_has_not_come_is_left_out(bring):
    bring(SMS | {"said_at": "2999-01-01T00:00:00+08:00"})
    assert Word.objects.get().said_at is None


def test_whoever_does_not_sign_rightly_is_401_and_told_no_more(bring, client):
    late, early = timedelta(minutes=5, seconds=2), timedelta(minutes=-6)
    answers = [
        bring(SMS, secret="guessed"),
        bring(SMS, to="nobody"),
        bring(SMS, at=FRIDAY - late),
        bring(SMS, at=FRIDAY - early),
        bring(SMS, time="soon"),
        bring(SMS, time="٣"),
        bring(SMS, time="9" * 400),
        bring(SMS, **{"X-Xunfang-Signature": "密钥".encode().decode("latin-1")}),
        bring(SMS, **{"X-Xunfang-Signature": ""}),
        client.post("/api/words/gateway/", SMS, content_type=JSON),
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["code"] == "api.not_signed"
    assert not Word.objects.exists()
    assert bring(SMS, at=FRIDAY - timedelta(minutes=4)).status_code == 200


def test_whoever_was_revoked_brings_nothing_more(bring, gateway, administrator):
    assert bring(SMS).status_code == 200
    revoke_sender(sender=gateway, by=administrator, at=FRIDAY)
    assert bring(SMS | {"id": "8"}).status_code == 401
    assert Word.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (b"", JSON),
        (b"{", JSON),
        (b"\xff\xfe{}", JSON),
        (b"[" * 100_000, JSON),
        (b"[]", JSON),
        (b'{"id": "1", "channel": "sms", "text": "a", "lon": NaN, "lat": 1}', JSON),
        (SMS | {"text": "  \x00 "}, JSON),
        (SMS | {"text": "长" * 4001}, JSON),
        (SMS | {"text": ["a"]}, JSON),
        (SMS | {"id": 7}, JSON),
        (SMS | {"id": "7" * 81}, JSON),
        (SMS | {"channel": "web"}, JSON),
        (SMS | {"from": "1" * 121}, JSON),
        (SMS | {"said_at": "yesterday"}, JSON),
        (SMS | {"said_at": "2026-11-20T08:00:00"}, JSON),
        (SMS | {"said_at": "0001-01-01T00:00:00+14:00"}, JSON),
        (SMS | {"lon": 200, "lat": 1}, JSON),
        (SMS | {"lon": 1}, JSON),
        (SMS | {"lon": True, "lat": 1}, JSON),
        (b"<!DOCTYPE x [<!ENTITY a 'a'>]><x>&a;</x>", "application/xml"),
        (b"", MAIL),
        (b"Content-Type: image/png\r\n\r\nx", MAIL),
    ],
)
def test_what_cannot_be_understood_is_400_and_says_why(bring, said, kind):
    answer = bring(said, kind=kind)

    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "error", "detail"}
    assert not Word.objects.exists()


def test_ten_megabytes_are_413(bring):
    answer = bring(SMS | {"text": "a" * 10_000_000})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_gateway_is_not_asked_for_a_cookie_and_only_posts(client, gateway):
    assert client.get("/api/words/gateway/").status_code == 405


# E-mail


LETTER = (
    b"From: =?utf-8?b?5qyn6Ziz?= <a@example.org>\r\n"
    b"To: xunfang@example.org\r\n"
    b"Subject: =?utf-8?b?6Lev54Gv?=\r\n"
    b"Message-ID: <17@example.org>\r\n"
    b"Date: Fri, 20 Nov 2026 08:00:00 +0800\r\n"
    b"MIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain; charset=gb18030\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\nyP3A78/vyOvSu7rDvLjM7MHL\r\n"
    b"--b\r\nContent-Type: image/png\r\nContent-Disposition: attachment\r\n\r\nx\r\n"
    b"--b--\r\n"
)


def test_an_email_is_its_subject_and_text_and_attachments_are_counted(bring):
    first, again = (bring(LETTER, kind=MAIL).json() for _ in range(2))

    word = Word.objects.select_related("said", "contact").get()
    assert (first["new"], again["new"]) == (True, False)
    assert (word.channel, word.said_at.isoformat()) == (
        "email",
        "2026-11-20T00:00:00+00:00",
    )
    assert word.said.text == "路灯\n三里巷入一好几天了\n\n附件 1 个(未收取)"
    assert unseal(word.contact.sealed, of=word.number) == "欧阳 <a@example.org>"


def test_a_page_is_read_as_words_and_nothing_in_it_is_followed():
    mail = read_mail(
        b"Content-Type: text/html; charset=utf-8\r\n\r\n<html><head><title>t</title>"
        b"<style>p {}</style></head><p>A &lt;b&gt; <a href='http://x'>here</a></p>"
        b"<script>alert(1)</script><div>B</div><img src=http://y></html>"
    )
    assert mail.text == "A <b> here\nB"


def test_an_automatic_answer_is_not_answered(bring):
    note = b"Auto-Submitted: auto-replied\r\nSubject: away\r\n\r\nback on Monday"
    assert bring(note, kind=MAIL).json() == {"kept": False, "number": None, "reply": ""}
    assert not Word.objects.exists()


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: a\r\nContent-Type: text/plain; charset=nobody-knows\r\n\r\n\xff\xfe",
        b"Subject: =?utf-8?b?////?=\r\n\r\ntext",
        b"Subject: a\r\n Bcc: b@example.org\r\nFrom: x\r\ny: z\r\n\r\ntext",
        b'From: <<<>>>,,;:"\\\r\nDate: Fri, 99 Nov 99999999 08:00\r\n\r\ntext',
        b"Content-Type: text/plain; charset=\xff\r\n\r\n\xd0\xc2",
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!!",
        b"Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\ntext",
        b"MIME-Version: \x00\r\nSubject: \r\n\r\n\x00\x01\x02text",
        b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
            for n in range(3000)
        ),
    ],
)
def test_a_broken_email_is_read_or_refused_and_never_more(raw):
    try:
        mail = read_mail(raw)
    except Unreadable:
        return
    for text in (mail.writer, mail.subject, mail.id):
        assert "\n" not in text
        assert "\r" not in text


def test_no_name_is_kept_where_none_was_given(bring):
    bring(SMS)
    assert not Contact.objects.exists()
