"""What everybody may see of what was said, and what nobody may."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.public_matters import answered, public_matter, show_to_all
from tests.factories.words import FRIDAY, say
from xunfang.cases import services as cases
from xunfang.cases.links.services import join, open_another
from xunfang.cases.models import Case, CaseReferral, Topic
from xunfang.feedback import services as feedback
from xunfang.feedback.models import Asks

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_topics")]

FORMATS = ("/matters/", "/matters.csv", "/matters.json", "/matters.rss")


def everywhere(client, number: str = "") -> str:
    """Return all that the public is given, in every format."""
    addresses = [*FORMATS, *([f"/matters/{number}/"] if number else [])]
    return "\n".join(client.get(each).content.decode() for each in addresses)


@pytest.mark.row("N08")
def test_the_latest_twenty_of_all_kinds_stand_in_the_order_of_time(
    client, handler
) -> None:
    kinds = [Topic.THANKS, Topic.CRITICISM, Topic.SUGGESTION]
    taken = [
        public_matter(
            f"第{n}句",
            by=handler,
            at=FRIDAY - timedelta(minutes=n),
            topic=kinds[n % 3],
        )
        for n in range(22)
    ]

    answer = client.get("/matters/")

    shown = [row.case.number for row in answer.context["matters"]]
    assert shown == [each.case.number for each in taken[:20]]
    assert {row.case.topic.code for row in answer.context["matters"]} == set(kinds)
    second = client.get("/matters/?page=2").context["matters"]
    assert [row.case.number for row in second] == [e.case.number for e in taken[20:]]


@pytest.mark.row("J01")
def test_hidden_word_leaves_a_stub_with_reason_law_and_date_and_still_counts(
    client, supervisor
) -> None:
    taken = public_matter("该抓的不抓。张某某", by=supervisor)
    before = client.get("/listening.json").json()["criticism"]
    feedback.hide(
        word=taken.word,
        reason="insult",
        law="治安管理处罚法第50条",
        by=supervisor,
        at=FRIDAY,
    )

    given = everywhere(client, taken.case.number)

    assert "张某某" not in given
    page = client.get("/matters/").content.decode()
    for part in ("侮辱或威胁他人", "治安管理处罚法第50条", "2026-11-20"):
        assert part in page
    assert client.get("/matters.json").json()["matters"][0]["words"] == [
        {
            "on": "2026-11-20",
            "hidden_reason": "insult",
            "hidden_law": "治安管理处罚法第50条",
            "hidden_on": "2026-11-20",
        }
    ]
    assert client.get("/listening.json").json()["criticism"] == before == 1
    assert taken.case.number not in client.get("/matters/?q=不抓").content.decode()

    feedback.hide(
        word=taken.word,
        reason="insult",
        law="",
        by=supervisor,
        at=FRIDAY + timedelta(hours=1),
        hides=False,
    )
    assert "张某某" in everywhere(client)
    assert taken.case.number in client.get("/matters/?q=不抓").content.decode()


def test_sealed_sensitive_unsorted_and_unreleased_are_shown_in_no_format(
    client, handler, supervisor
) -> None:
    sensitive = Topic.objects.filter(is_sensitive=True).exclude(parent=None)[0]
    secret = {
        "秘密一": say("秘密一", asks=Asks.COMPLAINT),
        "秘密二": public_matter("秘密二", by=handler, topic=sensitive.code),
        "秘密三": public_matter("秘密三", by=handler),
        "秘密四": public_matter("秘密四", by=handler),
        "秘密五": public_matter("秘密五", by=handler),
    }
    show_to_all(secret["秘密一"].word, "秘密一", by=handler)
    Case.objects.filter(pk=secret["秘密三"].case.pk).update(public_since=None)
    Case.objects.filter(pk=secret["秘密四"].case.pk).update(topic=None)
    Case.objects.filter(pk=secret["秘密五"].case.pk).update(second_topic=sensitive)
    # One word of an open matter is in a sealed one as well.
    both = public_matter("秘密六", by=handler)
    other = open_another(word=both.word, of=both.case, by=handler, at=FRIDAY)
    Case.objects.filter(pk=other.pk).update(is_sealed=True)

    given = everywhere(client)

    for text, taken in secret.items():
        assert text not in given
        assert taken.case.number not in given
        assert client.get(f"/matters/{taken.case.number}/").status_code == 404
        assert (
            taken.case.number not in client.get(f"/matters/?q={text}").content.decode()
        )
    assert "秘密六" not in given
    assert other.number not in given
    assert client.get("/matters/?q=秘密六").context["matters"] == []


def test_words_are_shown_as_covered_and_never_as_said(client, handler) -> None:
    taken = public_matter(
        "王小明住东街8号,电话12000000009",
        by=handler,
        shown="[姓名]住[地址],电话[电话]",
    )
    joined = say("我是李四,也是", topic=taken.case.topic)
    join(case=joined.case, into=taken.case, by=handler, at=FRIDAY)

    given = everywhere(client, taken.case.number)

    for hidden in ("王小明", "12000000009", "李四", taken.word.number, taken.code):
        assert hidden not in given
    assert "[姓名]住[地址],电话[电话]" in given
    assert client.get("/matters.json").json()["matters"][0]["words_received"] == 2


def test_a_text_is_data_in_every_format(client, handler) -> None:
    nasty = "=1+1 <script>alert(1)</script> ]]> &lt; https://x.example {{ 7*7 }} \x07"
    taken = public_matter(nasty, by=handler)

    given = everywhere(client, taken.case.number)
    table = client.get("/matters.csv").content.decode("utf-8-sig")
    feed = client.get("/matters.rss").content

    assert "<script>alert" not in client.get("/matters/").content.decode()
    assert 'href="https://x' not in given
    assert "{{ 7*7 }}" in given
    cells = list(csv.reader(io.StringIO(table)))[1]
    assert not any(cell.startswith("=") for cell in cells)
    [item] = ET.fromstring(feed).iter("item")  # noqa: S314 -- our own feed
    assert "&lt;script&gt;" in item.findtext("description", "")
    assert json.loads(client.get("/matters.json").content)["matters"][0]["words"]


def test_answer_decision_referral_and_clock_stand_beside_the_words(
    client, handler, station
) -> None:
    taken = public_matter("路灯坏了", by=handler, topic="1002", station=station)
    case = answered(taken, "已报修,周三前修好。", by=handler)
    cases.decide(
        case=case,
        decision="partly",
        why="先修主路上的三盏,支路的灯要等明年的预算下来再修",
        by=handler,
        at=FRIDAY,
    )
    CaseReferral.objects.create(
        case=case,
        number="R1",
        office="城管局",
        matter="路灯",
        sent_at=FRIDAY,
        sent_by=handler,
        status_at=FRIDAY,
    )

    for address in ("/matters/", f"/matters/{case.number}/"):
        page = client.get(address).content.decode()
        for part in ("已报修", "先修主路上", "城管局", "河湾派出所", "当天答复"):
            assert part in page
    [row] = client.get("/matters.json").json()["matters"]
    assert (row["clock"], row["station"]) == ("in_time", "S03")
    assert row["answers"] == [
        {"on": "2026-11-20", "text": "已报修,周三前修好。", "services": []}
    ]


@pytest.mark.parametrize(
    ("days", "values", "standing", "n"),
    [
        (0, {}, "running", 5),
        (9, {}, "overdue", 4),
        (1, {"paused_at": FRIDAY + timedelta(days=1)}, "stopped", 4),
        (20, {"settled_at": FRIDAY + timedelta(days=7)}, "late", 2),
    ],
)
def test_clock_says_days_and_shows_what_is_overdue(
    client, handler, monkeypatch, days, values, standing, n
) -> None:
    taken = public_matter("路灯坏了", by=handler)
    due = FRIDAY + timedelta(days=5)
    Case.objects.filter(pk=taken.case.pk).update(settle_by=due, **values)
    monkeypatch.setattr(
        "django.utils.timezone.now", lambda: FRIDAY + timedelta(days=days)
    )

    [row] = client.get("/matters.json").json()["matters"]

    assert (row["clock"], row["clock_days"]) == (standing, n)
    assert ("badge--bad" in client.get("/matters/").content.decode()) == (
        standing in {"overdue", "late"}
    )


@pytest.mark.parametrize("words", ["剛接到電話", "刚接到电话", "刚接到 电话", "ＡＢＣ"])
def test_search_finds_either_script(client, handler, words) -> None:
    one = public_matter("刚接到電話 abc", by=handler)
    public_matter("路灯坏了", by=handler)

    [row] = client.get("/matters/", {"q": words}).context["matters"]

    assert row.case == one.case


def test_station_and_topic_narrow_the_list(client, handler, station) -> None:
    here = public_matter("一", by=handler, station=station)
    public_matter("二", by=handler, topic=Topic.THANKS)

    def shown(**asked):
        rows = client.get("/matters/", asked).context["matters"]
        return [row.case.topic.code for row in rows]

    assert shown(station="S03") == ["1001"]
    assert shown(topic="1005") == ["1005"]
    assert sorted(shown(topic="10")) == ["1001", "1005"]
    assert len(shown(topic="nonsense", station="nowhere")) == 2
    assert shown(q=here.case.number.lower()) == ["1001"]
    assert shown(q=here.word.number.lower()) == ["1001"]
    assert shown(q="没有这样的话") == []


def test_a_list_of_three_costs_no_more_questions_than_of_one(client, handler) -> None:
    def n_queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/matters/?q=吵")
        return len(asked)

    answered(public_matter("吵一", by=handler), "好", by=handler)
    n_queries()
    one = n_queries()
    for n in range(2):
        answered(public_matter(f"吵{n}", by=handler), "好", by=handler)
    client.get("/matters/?q=吵")
    assert n_queries() == one


def test_empty_pages_say_so(client) -> None:
    assert "empty__what" in client.get("/matters/").content.decode()
    assert client.get("/matters.json").json() == {
        "matters": [],
        "n_matters": 0,
        "next": "",
    }
    assert list(ET.fromstring(client.get("/matters.rss").content).iter("item")) == []  # noqa: S314 -- our own feed
    assert client.get("/matters/C1/").status_code == 404
