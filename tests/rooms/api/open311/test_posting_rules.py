"""GeoReport v2, the half that is sent: every rule, and what is sent to do harm."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest
from django.utils import timezone

from tests.factories.asgi import Answer, ask
from tests.rooms.api.open311.city import KEY, OTHER_KEY
from xunfang.api.counter import Counter
from xunfang.api.open311 import services as open311
from xunfang.api.open311.attributes import ATTRIBUTES
from xunfang.cases import services as cases
from xunfang.cases.models import Case
from xunfang.feedback.models import Contact, Said, Word
from xunfang.feedback.sealing import unseal

pytestmark = pytest.mark.django_db(transaction=True)

HERE = {"lat": "26.9912", "long": "112.0134"}
GOOD = {"api_key": KEY, "service_code": "0401", "description": "占道停车", **HERE}


def fields(**changes):
    """Return a good form with changes; None takes a field out."""
    merged = GOOD | changes
    return {name: value for name, value in merged.items() if value is not None}


def word_of(answer) -> Word:
    assert answer.status == 200, answer.body.decode()
    assert answer.xml.tag == "service_requests"
    [row] = answer.rows
    assert list(row) == ["service_request_id", "service_notice", "account_id"]
    return Word.objects.select_related("said").get(number=row["service_request_id"])


def n_words() -> int:
    return Word.objects.count()


def test_a_request_is_a_word_with_a_case_and_gets_a_number_and_no_token(client):
    answer = client.post(**fields(description="一号 占道停车\n挡住盲道"))

    word = word_of(answer)
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert (word.channel, word.source) == ("open311", "city-app")
    assert (word.lat, word.lon) == (26.9912, 112.0134)
    assert word.said.text == "一号 占道停车\n挡住盲道"
    case = Case.objects.get(links__word=word)
    assert (case.topic.code, case.state) == ("0401", "sorted")
    assert "查询码" in answer.rows[0]["service_notice"]


def test_json_is_answered_where_json_is_asked_for(client):
    answer = client.post("requests.json", **fields(description="二号"))

    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    [row] = answer.json
    assert list(row) == ["service_request_id", "service_notice", "account_id"]
    assert Word.objects.filter(number=row["service_request_id"]).exists()


@pytest.mark.parametrize(
    "place",
    [
        {"address_string": "三里巷口"},
        {"address_id": "A-17"},
        {**HERE, "address_string": "三里巷口"},
    ],
)
def test_any_of_the_three_ways_to_say_where_is_enough(client, place):
    nowhere = {"lat": None, "long": None}
    word = word_of(client.post(**fields(**nowhere | place, description=str(place))))
    assert word.said.place_words == (
        place.get("address_string") or place.get("address_id")
    )


@pytest.mark.parametrize(
    ("changes", "n_errors"),
    [
        ({"service_code": None}, 1),
        ({"service_code": ""}, 1),
        ({"lat": None, "long": None}, 1),
        ({"lat": None}, 1),
        ({"long": None}, 1),
        ({"lat": "91"}, 1),
        ({"lat": "nan"}, 1),
        ({"lat": "1e999"}, 1),
        ({"lat": "２６"}, 1),
        ({"description": "字" * 4001}, 1),
        ({"service_code": None, "lat": None, "long": None}, 2),
        ({"phone": "1" * 201}, 1),
        ({"media_url": "https://example.org/" + "a" * 500}, 1),
        ({"service_code": "0702"}, 1),
        ({"service_code": "0702", "attribute[WHAT]": "moon"}, 1),
        ({"attribute[WHEN][]": ["night", "tomorrow"]}, 1),
        ({"attribute[N_VEHICLES]": "many"}, 1),
        ({"service_code": "0805", "attribute[WISHED_AT]": "soon"}, 1),
        ({"service_code": "1008", "attribute[WHY]": "因" * 1001}, 1),
    ],
)
def test_whatever_is_wrong_is_400_said_at_once_and_nothing_is_kept(
    client, changes, n_errors
):
    before = n_words()

    answer = client.post(**fields(**changes))

    assert answer.status == 400
    assert [code for code, _ in answer.errors] == ["400"] * n_errors
    assert n_words() == before


def test_no_key_a_guessed_key_and_a_revoked_key_are_403_alike(client):
    answers = [
        client.post(**fields(api_key=key, service_code="nonsense"))
        for key in (None, "", "guessed", KEY.upper(), KEY + "\x00", "密钥", "k" * 5000)
    ]
    assert {answer.status for answer in answers} == {403}
    assert {tuple(answer.errors) for answer in answers} == {tuple(answers[0].errors)}
    assert answers[0].errors[0][0] == "403"


def test_a_service_or_a_jurisdiction_that_is_unknown_is_404(client):
    for changes in (
        {"service_code": "9999"},
        {"service_code": "04"},
        {"jurisdiction_id": "elsewhere.gov"},
    ):
        answer = client.post(**fields(**changes))
        assert answer.status == 404
        assert [code for code, _ in answer.errors] == ["404"]
    assert client.post(**fields(jurisdiction_id="xunfang")).status == 200


def test_four_thousand_signs_are_kept_whole_with_everything_else_that_was_said(client):
    word = word_of(
        client.post(
            **fields(
                description="长" * 4000,
                media_url=["https://example.org/1.jpg", "https://example.org/2.jpg"],
                **{"attribute[WHEN][]": ["evening", "night"]},
                **{"attribute[N_VEHICLES]": "12"},
                **{"attribute[unknown]": "passed over"},
            )
        )
    )

    text, _, below = word.said.text.partition("\n\n")
    assert text == "长" * 4000
    assert below.splitlines() == [
        "多在什么时段？ 傍晚（17–21点）、夜间（21–6点）",
        "大约多少辆车？ 12",
        "图片地址(未打开) https://example.org/1.jpg",
        "图片地址(未打开) https://example.org/2.jpg",
    ]


def test_every_datatype_that_is_asked_is_read(client):
    said = {
        "0504": {"attribute[HURT]": "yes"},
        "0702": {
            "attribute[WHAT]": "lamp",
            "attribute[POLE]": "B-<17>",
            "attribute[SINCE]": "2026-11-01T18:00:00+08:00",
        },
        "1008": {"attribute[WHY]": "放学时\n人多"},
    }
    lines = {
        code: word_of(client.post(**fields(service_code=code, **answers)))
        .said.text.partition("\n\n")[2]
        .splitlines()
        for code, answers in said.items()
    }
    assert lines == {
        "0504": ["有人受伤吗？ 是"],
        "0702": [
            "什么坏了？ 路灯",
            "灯杆或设备编号 B-<17>",
            "从什么时候开始？ 2026-11-01 18:00",
        ],
        "1008": ["为什么需要？ 放学时 人多"],
    }
    assert set(said) <= set(ATTRIBUTES)


def test_a_request_without_a_description_says_what_it_is_about(client):
    word = word_of(client.post(**fields(description=None)))
    assert word.said.text == "违停占道"


def test_how_to_reach_somebody_is_encrypted_and_their_name_is_not_kept(client):
    word = word_of(
        client.post(
            **fields(
                description="找我",
                first_name="三",
                last_name="欧阳",
                phone="138 1234 5678",
                email="a@example.org",
            )
        )
    )

    contact = Contact.objects.get(word=word)
    assert unseal(contact.sealed, of=word.number) == "138 1234 5678"
    assert b"1234" not in bytes(contact.sealed)
    assert not Said.objects.filter(text__contains="欧阳").exists()


def test_danger_to_life_is_urgent_and_the_sender_is_told_to_call(client):
    answer = client.post(
        **fields(service_code="1002", description="有人站在桥栏外面要跳河,快来!")
    )

    case = Case.objects.get(links__word=word_of(answer))
    assert case.urgency == 1
    assert "110" in answer.rows[0]["service_notice"]


def test_a_complaint_about_an_officer_is_sealed_from_its_first_second(client):
    answer = client.post(**fields(service_code="1003", description="窗口态度恶劣"))

    word = word_of(answer)
    assert Case.objects.get(links__word=word).is_sealed
    [row] = client.get(f"requests/{word.number}.json", api_key=KEY).json
    assert (row["status"], row["service_code"], row["description"]) == ("open", "", "")


# The same again


def test_the_same_body_with_the_same_key_is_the_same_request(client):
    body = urlencode(fields(description="再发一次")).encode()
    with ThreadPoolExecutor(4) as threads:
        answers = list(
            threads.map(lambda _: client.post_raw("requests.xml", body), range(4))
        )

    assert len({word_of(answer).number for answer in answers}) == 1
    other = client.post(**fields(description="再发一次", api_key=OTHER_KEY))
    assert word_of(other).number != word_of(answers[0]).number


def test_the_same_body_a_day_later_is_said_anew(client, monkeypatch):
    body = urlencode(fields(description="每天都停在这里")).encode()
    first = word_of(client.post_raw("requests.xml", body))
    monkeypatch.setattr(open311, "SAME_WITHIN", timedelta(0))
    second = word_of(client.post_raw("requests.xml", body))
    assert first.number != second.number


# The test endpoint


def test_the_test_endpoint_checks_everything_and_keeps_nothing(client):
    before = n_words()
    body = urlencode(fields()).encode()

    answer = client.post_raw("requests.xml", body, "test/v2")

    assert answer.status == 200
    assert answer.rows[0]["service_request_id"].startswith("T-")
    wrong = urlencode(fields(service_code="0702")).encode()
    assert client.post_raw("requests.xml", wrong, "test/v2").status == 400
    assert client.post_raw("requests.xml", b"", "test/v2").status == 403
    assert n_words() == before


# Updates


def test_what_is_said_further_is_a_word_that_names_the_first(client):
    first = word_of(client.post(**fields(service_code="1003", description="态度差")))

    answer = client.post(
        "servicerequestupdates.xml",
        api_key=KEY,
        service_request_id=first.number,
        update_id_ext="7",
        status="OPEN",
        updated_datetime="2026-11-20T08:00:00+08:00",
        description="今天又来了一次",
        email="a@example.org",
    )

    assert answer.xml.tag == "service_request_updates"
    [row] = answer.rows
    assert list(row) == ["update_id", "service_request_id"]
    word = Word.objects.get(number=row["update_id"])
    assert word.said.text == f"今天又来了一次\n\n补充 {first.number}"
    # What follows on something sealed is sealed as well.
    assert Case.objects.get(links__word=word).is_sealed


def test_an_update_that_says_open_opens_an_answered_case_once(client, city):
    first = word_of(client.post(**fields(description="答非所问")))
    case = Case.objects.get(links__word=first)
    leader = Case.objects.get(links__word__number=city.lamp).owner
    case = cases.take(case=case, owner=leader, by=leader, at=timezone.now())
    cases.answer(
        case=case,
        text="已处理。",
        by=leader,
        at=timezone.now(),
        revision=case.revision,
        is_confirmed=True,
    )
    update = {"api_key": KEY, "service_request_id": first.number, "status": "open"}

    def state() -> str:
        return Case.objects.get(pk=case.pk).state

    assert state() == "answered"
    answer = client.post("servicerequestupdates.xml", **update)
    assert answer.rows == [
        {"update_id": first.number, "service_request_id": first.number}
    ]
    assert state() == "in_hand"
    again = client.post("update.xml", **update, description="还是没解决")
    assert again.status == 200


def test_nobody_speaks_further_about_what_another_sender_brought(client, city):
    for number in (city.lamp, city.ours, "W260101-00000"):
        answer = client.post(
            "servicerequestupdates.xml",
            api_key=OTHER_KEY,
            service_request_id=number,
            description="我也是",
        )
        assert answer.status == 404
    empty = client.post("servicerequestupdates.xml", api_key=KEY)
    assert empty.status == 400
    assert len(empty.errors) == 2


# What is sent to do harm


def post(client, body: bytes, media_type="application/x-www-form-urlencoded"):
    return client.post_raw("requests.xml", body, media_type=media_type)


def test_ten_megabytes_are_refused_calmly(client):
    body = urlencode(fields()).encode() + b"&x=" + b"a" * 10_000_000
    answer = post(client, body)
    assert answer.status == 400
    assert [code for code, _ in answer.errors] == ["400"]


BOMB = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>
<request><api_key>key-of-the-city-app</api_key><description>&b;&x;</description>
</request>"""


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (BOMB, "text/xml"),
        (BOMB, "application/xml; charset=utf-8"),
        (b'{"api_key": "key-of-the-city-app"}', "application/json"),
        (b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x"),
        (b"", ""),
        (b"api_key=" + KEY.encode() + b"&description=%FF%FE", ""),
    ],
)
def test_only_forms_are_read(client, body, media_type):
    answer = post(client, body, media_type)
    assert answer.status == 400
    assert [code for code, _ in answer.errors] == ["400"]


@pytest.mark.parametrize(
    "tail",
    [
        b"&description=%FF%FE",
        b"&description=\xd0\xc2\xbd",
        b"&description=%ED%A0%80",
        b"&x=1" * 300,
    ],
)
def test_broken_encodings_and_endless_forms_are_400(client, tail):
    answer = post(client, urlencode(fields()).encode() + tail)
    assert answer.status == 400
    assert [code for code, _ in answer.errors] == ["400"]


def test_markup_templates_headers_and_look_alikes_are_kept_as_they_were_said(client):
    text = (
        "<!DOCTYPE x><script>alert(1)</script> {{ 7*7 }} {% debug %} ${7*7} =1+1 "
        "аdmin раyраl\u202egnp.exe \r\nSet-Cookie: a=1"
    )
    answer = client.post(**fields(description=text, jurisdiction_id="xunfang"))

    word = word_of(answer)
    assert word.said.text == text.replace("\r\n", "\n")
    assert "Set-Cookie" not in answer.headers
    split = client.post(**fields(service_code="0401\r\nX-Injected: 1"))
    assert (split.status, split.headers["X-Injected"]) == (404, None)
    path = client.get(f"requests/{quote('W<b>1{{7*7}}')}.xml")
    assert path.status == 404
    assert "49" not in path.errors[0][1]


def test_a_time_that_has_not_come_changes_nothing(client):
    answer = client.post(
        **fields(
            description="明天的事",
            requested_datetime="2999-01-01T00:00:00Z",
            service_request_id="W991231-AAAAA",
        )
    )
    word = word_of(answer)
    assert word.number.startswith("W2")
    assert word.received_at.year < 2999


def test_at_the_counter_requests_are_written_in_a_line_and_pages_are_let_through(
    city,
):
    pages: list[str] = []

    async def page(scope, receive, send) -> None:
        del receive, send
        pages.append(scope["path"])

    counter = Counter(page)

    async def hand_in() -> list[Answer]:
        bodies = [urlencode(fields(description=f"排队{n}")).encode() for n in range(6)]
        sent = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Host": "testserver",
        }
        path = "/open311/v2/requests.json"
        await counter({"type": "http", "method": "GET", "path": path}, None, None)
        return await asyncio.gather(
            *(ask(counter, path, body=body, headers=sent) for body in bodies)
        )

    answers = asyncio.run(hand_in())

    counter.close()
    assert [answer.status for answer in answers] == [200] * 6
    numbers = [json.loads(answer.body)[0]["service_request_id"] for answer in answers]
    found = Word.objects.filter(number__in=numbers).order_by("pk")
    assert [word.number for word in found] == numbers
    assert pages == ["/open311/v2/requests.json"]


def test_the_residents_form_stands_in_the_same_line_unless_it_brings_photos(city):
    pages: list[str] = []

    async def page(scope, receive, send) -> None:
        pages.append(dict(scope["headers"])[b"content-length"].decode())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    counter = Counter(page)
    form = {"text": "只会做样子!", "key": "0" * 32, "asks": "criticism"}

    async def say(body: bytes) -> Answer:
        sent = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": str(len(body)),
            "Host": "testserver",
        }
        return await ask(counter, "/say/", body=body, headers=sent)

    answer = asyncio.run(say(urlencode(form).encode()))
    asyncio.run(say(b"x" * 70_000))
    counter.close()

    assert answer.status == 303
    assert Word.objects.latest("pk").said.text == "只会做样子!"
    assert pages == ["70000"]
