"""Somebody follows their own word with the code on its receipt."""

import json
from datetime import timedelta

import pytest
from django.core import signing

from tests.factories.public_matters import answered, public_matter
from tests.factories.words import FRIDAY, say
from xunfang.audit.ledger.sealing import seal
from xunfang.cases import services as cases
from xunfang.cases.contacts import services as contacts
from xunfang.core.ledger import receipts
from xunfang.feedback import services as feedback
from xunfang.feedback.models import Asks
from xunfang.public.follow.passes import pass_to

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def page_of(client, word) -> str:
    return client.get(f"/r/{pass_to(word)}/").content.decode()


def test_wrong_code_is_told_calmly_and_shows_nothing(client) -> None:
    taken = say("路灯坏了")

    for code in ("AAAA-BBBB-CCCC", "", "x" * 5000, "' OR 1=1 --", "\u0130\x00"):
        answer = client.post("/r/", {"code": code})
        assert answer.status_code == 422
        assert taken.word.number not in answer.content.decode()


def test_guessing_codes_is_slowed(client) -> None:
    for _ in range(30):
        feedback.check_knock("127.0.0.1", "code", at=FRIDAY)
    taken = say("路灯坏了")

    answer = client.post("/r/", {"code": taken.code})

    assert answer.status_code == 429


def test_a_pass_closes_after_an_hour_and_is_not_made_up(client, monkeypatch) -> None:
    word = say("路灯坏了").word
    held = pass_to(word)
    later = signing.time.time() + 3601
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)

    for signed in (held, word.number, "x"):
        for address in ("", "receipt/", "proof.json", "photo/1.jpg"):
            answer = client.get(f"/r/{signed}/{address}")
            assert answer.headers["Location"] == "/r/?late=1"


def test_sender_sees_answer_decision_and_clock(client, handler) -> None:
    taken = public_matter("夜里太吵", by=handler, topic="1002")
    case = answered(taken, "已安排夜间巡查,每晚十点到现场劝离。", by=handler)
    cases.decide(case=case, decision="yes", why="安排了", by=handler, at=FRIDAY)

    page = page_of(client, taken.word)

    for words in ("已安排夜间巡查", "安排了", "夜里太吵", case.number):
        assert words in page


@pytest.mark.row("J03")
def test_not_answered_opens_a_matter_once(client, handler) -> None:
    taken = public_matter("该抓的不抓。", by=handler, at=FRIDAY - timedelta(days=1))
    case = answered(taken, "和谐", by=handler)
    signed = pass_to(taken.word)

    first = client.post(f"/r/{signed}/not-answered/", {"note": "没说抓不抓"})
    case.refresh_from_db()
    assert (first.status_code, case.state) == (303, "in_hand")
    assert case.events.latest("pk").note == "没说抓不抓"

    cases.answer(
        case=case,
        text="还是和谐",
        by=handler,
        at=FRIDAY + timedelta(hours=3),
        revision=case.revision,
        is_confirmed=True,
    )
    again = client.post(f"/r/{signed}/not-answered/", {"note": "还是没有"})
    case.refresh_from_db()
    assert (again.status_code, case.state) == (422, "answered")
    page = page_of(client, taken.word)
    assert "not-answered" not in page
    assert "还是和谐" in page


def test_sealed_case_shows_state_and_own_words_only(
    client, supervisor, station
) -> None:
    taken = say("民警骂人", asks=Asks.COMPLAINT, station=station)
    cases.take(case=taken.case, owner=supervisor, by=supervisor, at=FRIDAY)
    cases.decide(
        case=taken.case, decision="yes", why="停职检查", by=supervisor, at=FRIDAY
    )

    page = page_of(client, taken.word)

    assert "民警骂人" in page
    assert taken.case.number in page
    for hidden in (station.name, "停职检查", supervisor.display_name):
        assert hidden not in page


def test_sender_of_one_word_sees_nothing_of_the_others(client, handler) -> None:
    mine = public_matter("我家楼下太吵", by=handler)
    other = say("八号楼的王某,电话12000000009", topic=mine.case.topic)
    from xunfang.cases.links.services import join  # noqa: PLC0415 -- used once

    join(case=other.case, into=mine.case, by=handler, at=FRIDAY)

    page = page_of(client, mine.word)

    assert "12000000009" not in page
    assert other.word.number not in page
    assert mine.case.number in page_of(client, other.word)


def test_proof_holds_and_says_the_words(client) -> None:
    taken = say("只会做样子!", asks=Asks.CRITICISM)
    signed = pass_to(taken.word)
    assert "proof.json" not in page_of(client, taken.word)
    assert client.get(f"/r/{signed}/proof.json").status_code == 409

    seal(at=FRIDAY)
    answer = client.get(f"/r/{signed}/proof.json")

    receipt = receipts.read(answer.content.decode())
    assert receipts.faults(receipt) == []
    assert json.loads(answer.content)["document"]["text"] == "只会做样子!"
    assert "proof.json" in page_of(client, taken.word)


def test_hidden_word_is_shown_to_its_sender_with_the_note(client, supervisor) -> None:
    taken = public_matter("某人欠钱", by=supervisor)
    feedback.hide(
        word=taken.word,
        reason="privacy",
        law="民法典第1032条",
        by=supervisor,
        at=FRIDAY,
    )

    page = page_of(client, taken.word)

    assert "某人欠钱" in page
    assert "民法典第1032条" in page


@pytest.mark.rule("CL-07")
def test_it_says_who_looked_in_which_role_why_and_no_name(
    client, account, supervisor
) -> None:
    taken = say("楼道的灯坏了", contact="13800000000", asks=Asks.CRITICISM)
    signed = pass_to(taken.word)
    assert "还没有人打开" in page_of(client, taken.word)
    officer = account("duty_officer", station_code="", username="wang")
    client.force_login(officer)
    for _ in range(2):
        client.get(f"/cases/{taken.case.number}/")
    contacts.ask(
        case=taken.case, word=taken.word, reason="当面致歉", by=officer, at=FRIDAY
    )
    client.logout()

    page = client.get(f"/r/{signed}/").content.decode()

    assert "看了您的话 × 2" in page
    assert "负责全市事项" in page
    assert "申请查看您的联系方式" in page
    assert "当面致歉" in page
    assert "市级 · 值班民警" in page
    assert "wang" not in page
    assert officer.display_name not in page


@pytest.mark.rule("CL-07")
def test_it_says_in_which_lists_the_words_stood_and_before_how_many(
    client, account, station
) -> None:
    taken = say("楼道的灯坏了", station=station)
    for name in ("wang", "zhou"):
        client.force_login(account("duty_officer", station_code="S03", username=name))
        client.get("/cases/")
        client.get("/cases/?q=灯")
    client.force_login(account("duty_officer", station_code="", username="city"))
    client.get("/cases/sort/")
    client.logout()

    page = page_of(client, taken.word)

    assert "还没有人打开" in page
    assert "您的话还出现在列表里：2 条记录" in page
    assert "河湾派出所 · 值班民警 · 2 人" in page
    assert "事项列表 · 搜索事项" in page
    assert "市级 · 值班民警" in page
    assert "分拣新来事项时" in page
    assert not {"wang", "zhou"} & set(page.split())


@pytest.mark.rule("CL-07")
def test_lists_that_nobody_opened_are_not_spoken_of(client) -> None:
    assert "列表里" not in page_of(client, say("楼道的灯坏了").word)
