"""The log as residents see it; receipts checked by their own browser."""

import json

import pytest
from playwright.sync_api import expect

from tests.factories.ledger import KEY, fill, insider, receipts, salt, words
from xunfang.audit.ledger import queries

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def log(monkeypatch):
    monkeypatch.setattr(queries, "our_key", lambda: KEY)
    monkeypatch.setattr("xunfang.audit.ledger.views.our_key", lambda: KEY)
    fill(3, 4, 6)


@pytest.mark.parametrize(
    ("size", "language", "theme"),
    [("desk", "zh-hans", "light"), ("phone", "en", "light")],
)
def test_log_is_legible_and_checks_a_receipt_from_a_file(
    open_context, check_accessible, take_screenshot, tmp_path, size, language, theme
):
    path = tmp_path / "receipt.json"
    path.write_text(queries.receipt(4, salt=salt(4), document=words(4)).text, "utf-8")
    page = open_context(size=size, language=language, theme=theme).new_page()

    page.goto("/ledger/")
    page.locator("input[type=file]").set_input_files(path)
    page.locator("receipt-check button").click()

    expect(page.locator("[data-outcome] strong")).to_contain_text(
        {"zh-hans": "无误", "en": "Good"}[language]
    )
    expect(page.locator("[data-outcome] li").last).to_contain_text(
        {"zh-hans": "今天仍在", "en": "still there today"}[language]
    )
    take_screenshot(page, f"ledger-{size}-{language}")
    check_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_browser_finds_in_each_receipt_what_was_bent(open_context):
    page = open_context().new_page()
    page.goto("/ledger/")
    cases = receipts()

    found = page.evaluate(
        """async (cases) => {
          const link = document.querySelector('a[download="verify_receipt.js"]');
          const { verifyReceipt } = await import(link.href);
          return Promise.all(cases.map(([receipt, other]) => verifyReceipt(receipt, other)));
        }""",
        [[json.loads(json.dumps(fields)), other] for _, fields, other, _ in cases],
    )

    assert {
        name: each["faults"] for (name, *_), each in zip(cases, found, strict=True)
    } == {name: faults for name, _, _, faults in cases}
    assert found[0]["proven"] == ["words", "included", "signed", "not_compared"]
    assert found[2]["proven"] == ["words", "included", "signed", "same_as_other"]


def test_browser_says_so_if_the_log_of_today_lacks_the_entry(open_context, tmp_path):
    path = tmp_path / "receipt.json"
    path.write_text(queries.receipt(4, salt=salt(4), document=words(4)).text, "utf-8")
    with insider() as cursor:
        cursor.execute("UPDATE audit_ledgerleaf SET nodes = %s", [bytes(160)])
    page = open_context().new_page()

    page.goto("/ledger/")
    page.locator("input[type=file]").set_input_files(path)
    page.locator("receipt-check button").click()

    expect(page.locator("[data-outcome] li").first).to_contain_text(
        "今天的日志中没有它"
    )
