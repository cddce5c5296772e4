"""A message in Traditional characters: from the form to the answer everybody reads.

A grandmother reads and writes Traditional characters; the officers write Simplified ones.
Neither has to learn the other's, and nobody's words are changed.
"""

import re
from datetime import timedelta

import pytest
from django.utils.translation import override

from tests.factories.words import FRIDAY
from xunfang.cases.models import Case
from xunfang.cases.topics.services import ensure_topics
from xunfang.cli.demo.load_words import messages
from xunfang.public.matters import alike
from xunfang.units.models import Station
from xunfang.web.names import local_name

pytestmark = pytest.mark.django_db

SAID = next(each["text"] for each in messages() if each["lang"] == "zh-Hant")
ANSWER = "这是冒充孙子的骗局，请先打您孙子原来的号码。没有转账就没有损失，您做得对。"


@pytest.fixture(autouse=True)
def _friday(db, monkeypatch):
    alike.forget()
    monkeypatch.setattr("django.utils.timezone.now", lambda: FRIDAY)
    ensure_topics(at=FRIDAY)


def lang_of(page: str) -> str:
    return re.search(r'<html lang="([^"]*)"', page)[1]


def test_traditional_message_is_answered_and_found_in_either_script(
    client, account, monkeypatch
) -> None:
    station = Station.objects.create(code="S04", name="河湾派出所", lon=0, lat=0)
    # She chooses the script, without an account and without a script of the browser's.
    front = client.get("/").content.decode()
    assert 'value="zh-hant" lang="zh-Hant">繁體中文' in front
    client.post("/language/", {"language": "zh-hant", "next": "/say/"})
    form = client.get("/say/").content.decode()
    assert (lang_of(form), "您想說什麼？" in form) == ("zh-Hant", True)

    empty = client.post("/say/", {"text": "", "where": "河灣"})
    assert empty.status_code == 422
    assert 'value="河灣"' in empty.content.decode()
    sent = client.post("/say/", {"text": SAID, "asks": "question"})
    receipt = client.get(sent.headers["Location"])
    page = receipt.content.decode()
    assert (lang_of(page), "這是您的回執" in page) == ("zh-Hant", True)
    assert f'lang="zh-Hant">{SAID}<' in page
    code = receipt.context["code"]
    case = Case.objects.get()

    # The officer finds her by Simplified words, and answers in them.
    officer = account("leader", station_code="")
    desk = type(client)()
    desk.force_login(officer)
    found = desk.get("/cases/", {"shown": "all", "q": "刚接到电话"}).content.decode()
    assert case.number in found
    sorted_as = {
        "sort-topic": "0301",
        "sort-urgency": case.urgency,
        "sort-station": station.pk,
        "sort-revision": case.revision,
    }
    assert desk.post(f"/cases/{case.number}/sort/", sorted_as).status_code == 303
    monkeypatch.setattr(
        "django.utils.timezone.now", lambda: FRIDAY + timedelta(minutes=6)
    )
    desk.post(f"/cases/{case.number}/take/")
    case.refresh_from_db()
    answer = {
        "answer-text": ANSWER,
        "answer-revision": case.revision,
        "answer-is_confirmed": "on",
    }
    assert desk.post(f"/cases/{case.number}/answer/", answer).status_code == 303
    case.refresh_from_db()
    word = case.links.get().word
    shown = {f"public-text_{word.pk}": SAID, "public-revision": case.revision}
    assert desk.post(f"/cases/{case.number}/publish/", shown).status_code == 303

    # She reads it by her code: our words in her script, the officer's as they wrote.
    opened = client.post("/r/", {"code": code})
    followed = client.get(opened.headers["Location"]).content.decode()
    assert f'lang="zh-Hans">{ANSWER}<' in followed
    assert "已答覆。" in followed
    assert "河灣派出所" in followed

    # Everybody finds it, whatever they type, and reads what was said as it was said.
    for words in ("接到电话", "接到電話"):
        listed = client.get("/matters/", {"q": words}).content.decode()
        assert (case.number in listed, SAID in listed) == (True, True), words
    simplified = type(client)().get(f"/matters/{case.number}/").content.decode()
    assert (lang_of(simplified), SAID in simplified) == ("zh-Hans", True)
    for url in ("/listening/", "/figures/", "/ledger/", "/r/", "/matters/"):
        assert lang_of(client.get(url).content.decode()) == "zh-Hant", url


def test_a_browser_that_asks_for_traditional_gets_it_and_others_do_not(client) -> None:
    asked = {
        "zh-TW": "zh-Hant",
        "zh-HK": "zh-Hant",
        "zh-CN": "zh-Hans",
        "zh": "zh-Hans",
    }

    given = {
        language: lang_of(
            client.get("/say/", headers={"Accept-Language": language}).content.decode()
        )
        for language in asked
    }

    assert given == asked


def test_a_message_in_simplified_is_found_by_traditional_words(client, account) -> None:
    client.post("/say/", {"text": "路灯坏了三天，没人修"})
    desk = type(client)()
    desk.force_login(account("leader", station_code=""))

    page = desk.get("/cases/", {"shown": "all", "q": "路燈壞了"}).content.decode()

    assert Case.objects.get().number in page


def test_names_of_ours_are_shown_in_the_readers_script() -> None:
    names = {}
    for language in ("zh-hans", "zh-hant", "en"):
        with override(language):
            names[language] = local_name("云岭派出所", "")

    assert names == {
        "zh-hans": "云岭派出所",
        "zh-hant": "雲嶺派出所",
        "en": "云岭派出所",
    }
