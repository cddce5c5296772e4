"""Ask before you pay, and the catalogue, at phone width in Chinese."""

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.factories.words import FRIDAY, say
from xunfang.cases import services as cases
from xunfang.cases.advice import services as advice
from xunfang.cases.advice.queries import topic_of
from xunfang.cases.answer_texts import services as answer_texts
from xunfang.cases.catalogue import services as catalogue
from xunfang.cases.catalogue.services import ServiceText
from xunfang.cases.models import Topic
from xunfang.cases.topics.services import ensure_topics
from xunfang.public.follow.passes import pass_to

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _that_friday(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("django.utils.timezone.now", lambda: FRIDAY)


@pytest.fixture
def supervisor(account):
    return account("supervisor", station_code="")


@pytest.fixture
def answered(supervisor):
    """Two questions, one answered; a template; two services, one of them cited."""
    ensure_topics(at=FRIDAY)
    text = ServiceText(
        audience="firms",
        title="冷藏车、货车夜间进城通行证",
        text="送菜、送药、冷链配送的货车，可办夜间进城通行证，写明路线和时段。",
        conditions="行驶证、运输合同。材料齐 2 个工作日。",
        office="交通警察大队",
    )
    cited = catalogue.add_item(number=12, text=text, by=supervisor, at=FRIDAY)
    other = replace(text, title="先问后付反诈咨询", audience="both")
    catalogue.add_item(
        number=21, text=other, by=supervisor, at=FRIDAY - timedelta(days=200)
    )
    answer_texts.add_template(
        name="刷单、兼职", text="先别垫钱。", topic=None, by=supervisor, at=FRIDAY
    )
    template = answer_texts.add_template(
        name="冒充公检法",
        text="先别转账，请拨 96110。",
        topic=Topic.objects.get(code="03"),
        by=supervisor,
        at=FRIDAY,
    )
    answer_texts.approve_template(
        template=template, revision=0, by=supervisor, at=FRIDAY
    )
    for minutes in (25, 3):
        question = "有人自称公安，要我把存款转到安全账户核查，我该转吗"
        at = FRIDAY - timedelta(minutes=minutes)
        say(question, topic=topic_of(question), at=at)
    taken = say(
        "退款要先报验证码吗",
        topic=Topic.objects.get(code="0301"),
        at=FRIDAY - timedelta(hours=1),
    )
    cases.answer(
        case=taken.case,
        text="退款不用报验证码，见服务措施第 12 条。",
        cites=[cited],
        by=supervisor,
        at=FRIDAY - timedelta(minutes=54),
        revision=taken.case.revision,
    )
    advice.state_saving(word=taken.word, amount_yuan=5800, at=FRIDAY)
    return taken


def test_asking_first_is_legible_on_a_phone(
    open_context, check_accessible, take_screenshot, answered, supervisor
):
    context = open_context(
        size="phone", language="zh-hans", theme="light", user=supervisor
    )
    page = context.new_page()
    for name, url in {
        "ask": "/ask/",
        "services": "/services/#12",
        "followed-advice": f"/r/{pass_to(answered.word)}/",
        "advice": "/cases/advice/",
        "advice-answered": "/cases/advice/answered/",
        "advice-stated": "/cases/advice/stated/",
        "catalogue": "/cases/services/",
        "service": "/cases/services/12/",
        "answer-texts": "/cases/answer-texts/",
    }.items():
        page.goto(url)
        expect(page.locator("h1")).to_be_visible()
        take_screenshot(page, f"{name}-phone-zh-hans")
        check_accessible(page)
        width = "document.documentElement.scrollWidth <= innerWidth"
        assert page.evaluate(width), name
