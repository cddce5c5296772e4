"""Somebody says something by the form, and gets a receipt."""

import io
from collections import Counter
from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test.client import MULTIPART_CONTENT
from PIL import Image

from tests.factories.public_matters import answered, public_matter
from tests.factories.words import FRIDAY
from xunfang.cases.models import Case
from xunfang.feedback import services as feedback
from xunfang.feedback.models import Asks, Contact, Knock, Photo, Said, Word
from xunfang.feedback.sealing import unseal
from xunfang.public.say.forms import ASKS, in_the_order_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_topics")]

URL = "/say/"
URLENCODED = "application/x-www-form-urlencoded"


def send(client, **values):
    return client.post(URL, {"key": "7" * 32, **values})


@pytest.mark.row("J04")
def test_criticism_needs_one_field_of_three_no_name_and_no_telephone(client) -> None:
    page = client.get(URL).content.decode()
    typed_fields = page.count("<textarea") + page.count('type="text"')
    # The third text field of the page is the one that people do not see.
    assert typed_fields - page.count('name="website"') == 3
    assert "password" not in page
    assert "captcha" not in page.lower()

    sent = send(client, text="只会做样子!", asks="criticism")
    receipt = client.get(sent.headers["Location"])

    word = Word.objects.get()
    assert (word.said.text, word.asks, word.by) == ("只会做样子!", "criticism", None)
    assert not Contact.objects.exists()
    code = receipt.context["code"]
    assert code in receipt.content.decode()

    opened = client.post("/r/", {"code": code.lower().replace("-", " ")})
    shown = client.get(opened.headers["Location"]).content.decode()
    assert "只会做样子!" in shown


def test_the_form_needs_no_cookie(client) -> None:
    strict = type(client)(enforce_csrf_checks=True)

    sent = strict.post(URL, {"text": "路灯坏了", "key": uuid4().hex})

    assert sent.status_code == 303
    strict.cookies.clear()
    assert strict.get(sent.headers["Location"]).status_code == 200


@pytest.mark.row("J12")
def test_free_text_comes_first_nothing_is_chosen_and_the_order_changes(client) -> None:
    page = client.get(URL).content.decode()

    assert page.index("<textarea") < page.index('type="radio"')
    assert "checked" not in page
    assert "满意" not in page
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(364)]
    orders = [in_the_order_of(day) for day in days]
    assert orders == [in_the_order_of(day) for day in days]
    assert all(set(order) == set(ASKS) for order in orders)
    # Each comes first on about 52 of 364 days; 4 standard deviations are 27.
    first = Counter(order[0] for order in orders)
    assert set(first) == set(ASKS)
    assert all(abs(n - 52) < 27 for n in first.values())
    shown = [page.index(f'value="{asks}"') for asks in in_the_order_of(FRIDAY.date())]
    assert shown == sorted(shown)


def test_everything_that_can_be_said_is_kept(client) -> None:
    picture = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Kamera"
    Image.new("RGB", (40, 30), "red").save(picture, "JPEG", exif=exif)
    picture.seek(0)
    picture.name = "a.jpg"

    send(
        client,
        text="井盖没了\r\n很危险",
        where="河湾路口",
        reach="120 0000 0001",
        asks="report",
        lon="117.0",
        lat="32.6",
        photos=[picture],
    )

    word = Word.objects.get()
    assert word.said.text == "井盖没了\n很危险"
    assert word.said.place_words == "河湾路口"
    assert (word.lon, word.lat) == (117.0, 32.6)
    sealed = Contact.objects.get().sealed
    assert unseal(sealed, of=word.number) == "120 0000 0001"
    assert (Photo.objects.get().width, Photo.objects.get().height) == (40, 30)


def test_sent_twice_is_one_word_and_sent_otherwise_another(client) -> None:
    first, again = (send(client, text="路灯坏了") for _ in range(2))
    other = send(client, text="路灯坏了,两盏")

    assert first.status_code == again.status_code == other.status_code == 303
    texts = Said.objects.order_by("pk").values_list("text", flat=True)
    assert list(texts) == ["路灯坏了", "路灯坏了,两盏"]
    assert Knock.objects.filter(what="say").count() == 2


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"text": " "}, 422),
        ({"text": "\u200b\u2060 \ufeff"}, 422),
        ({"text": "长" * 4001}, 422),
        ({"text": "好", "website": "http://x"}, 422),
        ({"text": "好", "asks": "praise"}, 422),
        ({"text": "好", "lon": "999", "lat": "1"}, 422),
        ({"text": "好", "where": "x" * 201}, 422),
    ],
)
def test_what_was_typed_stays_on_the_page_when_it_is_refused(
    client, values, status
) -> None:
    typed = {"where": "东街", "reach": "王女士 12000000001", "asks": "thanks"} | values
    answer = send(client, **typed)

    assert answer.status_code == status
    page = answer.content.decode()
    for name in ("text", "where", "reach"):
        assert typed.get(name, "").strip() in page
    assert page.count("checked") == (typed["asks"] == "thanks")
    assert "7" * 32 in page
    assert not Word.objects.exists()


@pytest.mark.parametrize(
    "content",
    [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"PK\x03\x04zip", b"\xff\xd8\xffno"],
)
def test_a_photo_that_is_none_is_refused_and_the_words_stay(client, content) -> None:
    file = io.BytesIO(content)
    file.name = "a.jpg"
    answer = send(client, text="看图", photos=[file])

    assert answer.status_code == 422
    assert "看图" in answer.content.decode()
    assert not Word.objects.exists()


@pytest.mark.parametrize("address", [URL, "/ask/"])
@pytest.mark.parametrize("kind", [MULTIPART_CONTENT, URLENCODED])
def test_ten_megabytes_of_text_are_refused_calmly(client, kind, address) -> None:
    typed = {"text": "长" * 3_500_000}
    body = typed if kind == MULTIPART_CONTENT else urlencode(typed)

    answer = client.post(address, body, content_type=kind)

    assert answer.status_code == 413
    assert "4,000" in answer.content.decode() or "4000" in answer.content.decode()


def test_a_flood_is_slowed_and_keeps_what_was_typed(client) -> None:
    for _ in range(20):
        feedback.check_knock("127.0.0.1", "say", at=FRIDAY)

    answer = send(client, text="第二十一条")

    assert answer.status_code == 429
    assert "第二十一条" in answer.content.decode()


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>{{ 7 }}{% now %}",
        "\u202e倒过来\x00\x07 a\ud800".encode("utf-8", "surrogatepass").decode(
            "utf-8", "replace"
        ),
        "=HYPERLINK(1)\r\nX-Header: 1",
    ],
)
def test_a_text_is_data(client, text) -> None:
    page = client.get(send(client, text=text).headers["Location"]).content.decode()

    assert "<script>alert" not in page
    assert Said.objects.get().text == feedback.plain(text)


def test_danger_is_answered_at_once_with_numbers_to_call(client) -> None:
    sent = send(client, text="河边有人要跳桥,快来人")
    page = client.get(sent.headers["Location"]).content.decode()

    assert Case.objects.get().urgency == 1
    assert 'class="urgent"' in page
    assert all(number in page for number in ("110", "119", "120"))
    calm = send(client, text="路灯坏了,两盏")
    assert 'class="urgent"' not in client.get(calm.headers["Location"]).content.decode()


def test_receipt_is_kept_nowhere_and_told_to_nobody(client) -> None:
    answer = client.get(send(client, text="好").headers["Location"])

    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "data:image/svg+xml" in answer.content.decode()


def test_open_public_matters_that_resemble_are_offered_and_nothing_is_kept(
    client, handler
) -> None:
    like = public_matter("长江路的路灯坏了三天", by=handler)
    public_matter("广场舞太吵", by=handler)
    over = public_matter("长江路的路灯又坏了", by=handler)
    answered(over, "已修好", by=handler)

    part = client.post("/say/similar/", {"text": "长江路路灯坏了"})
    whole = send(client, text="长江路路灯坏了", look="1", where="桥头")

    for answer in (part, whole):
        page = answer.content.decode()
        assert like.case.number in page
        assert over.case.number not in page
    assert "桥头" in whole.content.decode()
    assert Word.objects.count() == 3


def test_only_what_is_public_is_offered(client, handler) -> None:
    kept = public_matter("长江路的路灯坏了三天", by=handler)
    Case.objects.filter(pk=kept.case.pk).update(public_since=None)

    part = client.post("/say/similar/", {"text": "长江路的路灯坏了三天"})

    assert kept.case.number not in part.content.decode()
    assert kept.word.number not in part.content.decode()


def test_every_kind_is_taken_in_as_what_it_is(client) -> None:
    for asks in ASKS:
        send(client, text=f"关于{asks}", asks=asks, key=uuid4().hex)

    assert {word.asks for word in Word.objects.all()} == {each.value for each in ASKS}
    assert Case.objects.filter(is_sealed=True).count() >= 1
    assert Asks.UNSAID not in ASKS
