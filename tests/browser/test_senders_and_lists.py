"""The administrator adds a system that brings messages; a clerk brings in a list."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from xunfang.cases.topics.services import ensure_topics
from xunfang.feedback.models import Word
from xunfang.web.tables import write_csv

pytestmark = pytest.mark.django_db(transaction=True)

HEADER = ["编号", "内容", "时间", "渠道", "地点", "联系方式", "类别", "性质"]
ROWS = [
    ["H1", "三里巷路灯坏了三天", "2026-11-19 08:30", "12345", "三里巷", "", "0702", ""],
    ["H2", "窗口排队太久", "上周", "座谈", "", "", "", "批评"],
]


@pytest.mark.parametrize(
    ("size", "language"), [("desk", "zh-hans"), ("phone", "zh-hans")]
)
def test_a_key_is_made_shown_once_and_revoked_without_scripts(
    open_context, check_accessible, take_screenshot, account, size, language
):
    user = account("administrator", station_code="")
    page = open_context(size=size, language=language, user=user).new_page()
    page.goto("/senders/")

    page.fill("input[name=name]", "city-app")
    page.fill("input[name=office]", "政务服务中心 0731-1234")
    page.locator("main form button").last.click()

    expect(page.locator("code.secret")).to_have_count(1)
    take_screenshot(page, f"senders-{size}")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto("/senders/")
    expect(page.locator("code.secret")).to_have_count(0)
    page.locator("details.confirm summary").click()
    page.locator("details.confirm button").click()
    expect(page.locator(".badge--bad")).to_have_count(1)


@pytest.mark.parametrize(
    ("size", "language"), [("desk", "zh-hans"), ("phone", "zh-hans")]
)
def test_a_list_is_looked_at_then_taken_in(
    open_context, check_accessible, take_screenshot, account, size, language
):
    ensure_topics(at=timezone.now())
    user = account("community_officer")
    page = open_context(size=size, language=language, user=user).new_page()
    page.goto("/words/import/")
    page.fill("input[name=list_name]", "12345 每日清单")
    page.set_input_files(
        "input[name=file]",
        {
            "name": "热线.csv",
            "mimeType": "text/csv",
            "buffer": write_csv(HEADER, ROWS),
        },
    )
    take_screenshot(page, f"word-lists-{size}")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("main form button").first.click()
    expect(page.locator("tbody tr")).to_have_count(1)
    take_screenshot(page, f"word-list-{size}")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not Word.objects.exists()

    page.locator("form[action$='/take/'] button").click()

    expect(page.locator("form[action$='/take/']")).to_have_count(0)
    assert Word.objects.count() == 1
