"""Ask before you pay, and the catalogue as everybody reads it."""

from datetime import timedelta

import pytest

from tests.factories.public_matters import public_matter
from tests.factories.words import FRIDAY
from xunfang.cases import services as cases
from xunfang.cases.catalogue import services as catalogue
from xunfang.cases.catalogue.services import ServiceText
from xunfang.cases.models import Case, Topic
from xunfang.feedback.models import Word
from xunfang.public.follow.passes import pass_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_topics")]

QUESTION = "短信说卡要冻结，让我把钱转到安全账户"


@pytest.fixture
def item(supervisor):
    text = ServiceText(
        audience="both", title="先问后付", text="付款前先问。", office="反诈中心"
    )
    return catalogue.add_item(number=21, text=text, by=supervisor, at=FRIDAY)


def test_a_question_is_sorted_by_the_form_it_came_by(client) -> None:
    page = client.get("/ask/").content.decode()
    assert page.index("96110") < page.index("<form class")
    assert page.count("<textarea") + page.count('type="text"') == 3  # one is hidden

    sent = client.post(
        "/ask/", {"text": QUESTION, "asks": "complaint", "key": "7" * 32}
    )

    assert sent.status_code == 303
    case = Case.objects.get()
    assert case.topic is not None
    assert case.topic.code in Topic.BEFORE_PAYING
    assert (case.state, case.is_sealed) == ("sorted", False)
    assert case.reply_by == FRIDAY + timedelta(minutes=10)
    assert Word.objects.get().asks == "question"
    # The same upload twice is one question.
    client.post("/ask/", {"text": QUESTION, "key": "7" * 32})
    assert Word.objects.count() == 1


def test_an_empty_question_keeps_what_else_was_typed(client) -> None:
    refused = client.post("/ask/", {"text": " ", "reach": "120 0000 0001"})

    assert refused.status_code == 422
    assert "120 0000 0001" in refused.content.decode()


def test_at_night_the_page_names_the_morning(client, monkeypatch) -> None:
    night = FRIDAY.replace(hour=14, minute=30)  # 22:30 in the city
    monkeypatch.setattr("django.utils.timezone.now", lambda: night)

    page = client.get("/ask/")

    assert (page.context["is_today"], page.context["by"].hour) == (False, 8)
    client.post("/ask/", {"text": QUESTION})
    assert Case.objects.get().reply_by == FRIDAY.replace(day=21, hour=0, minute=10)


def test_money_already_gone_is_told_to_call_at_once(client) -> None:
    sent = client.post("/ask/", {"text": "我刚把五万转过去了，现在怎么办"})

    receipt = client.get(sent.headers["Location"]).content.decode()

    assert Case.objects.get().urgency == 1
    assert "110" in receipt


def test_services_are_read_searched_and_taken_along(client, item, supervisor) -> None:
    gone = ServiceText(
        audience="firms",
        title="旧措施",
        text="已停办。",
        office="窗口",
        ended_on=FRIDAY.date() - timedelta(days=1),
    )
    catalogue.add_item(number=3, text=gone, by=supervisor, at=FRIDAY)

    page = client.get("/services/")

    assert [each.number for each in page.context["items"]] == [21]
    assert [each.number for each in page.context["ended"]] == [3]
    text = page.content.decode()
    assert 'id="21"' in text
    assert 'id="3"' in text
    assert "2026-11-20" in text
    assert not client.get("/services/?q=没有的").context["items"]
    table = client.get("/services.csv").content.decode("utf-8-sig").splitlines()
    assert len(table) == 2
    assert table[1].startswith("21,")
    assert table[1].endswith("反诈中心,2026-11-20")


def test_the_item_an_answer_cites_leads_to_the_catalogue(client, item, handler) -> None:
    taken = public_matter("退款要不要验证码", by=handler, topic="0301")
    cases.answer(
        case=taken.case,
        text="退款不要验证码，见服务措施第 21 条。",
        cites=[item],
        by=handler,
        at=FRIDAY,
        revision=taken.case.revision,
    )

    for address in (f"/r/{pass_to(taken.word)}/", f"/matters/{taken.case.number}/"):
        assert 'href="/services/#21"' in client.get(address).content.decode()
    [row] = client.get("/matters.json").json()["matters"]
    assert row["answers"][0]["services"] == [21]


def test_only_who_was_answered_before_paying_is_asked_what_it_saved(
    client, handler
) -> None:
    taken = public_matter("要不要转账", by=handler, topic="0301")
    address = f"/r/{pass_to(taken.word)}/"
    asked = f'action="{address}saved/"'
    assert asked not in client.get(address).content.decode()
    assert client.post(f"{address}saved/", {"amount_yuan": 5}).status_code == 422

    cases.answer(
        case=taken.case,
        text="先别转账，请拨 96110。",
        by=handler,
        at=FRIDAY,
        revision=taken.case.revision,
        is_confirmed=True,
    )

    assert asked in client.get(address).content.decode()
    for wrong in ("", "-1", "许多", "1" * 40):
        assert (
            client.post(f"{address}saved/", {"amount_yuan": wrong}).status_code == 422
        )
    assert client.post(f"{address}saved/", {"amount_yuan": 300}).status_code == 303
    assert "300" in client.get(address).content.decode()
    assert client.post("/r/x/saved/", {"amount_yuan": 300}).status_code == 303
    assert taken.word.stated_savings.count() == 1
