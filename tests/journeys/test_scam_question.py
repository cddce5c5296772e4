"""A scam question is answered in time, and what that saved is the resident's own word."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.factories.words import FRIDAY
from xunfang.cases.answer_texts import services as answer_texts
from xunfang.cases.models import StatedSaving
from xunfang.cases.topics.services import ensure_topics

pytestmark = pytest.mark.django_db

QUESTION = "有人自称公安，说我涉嫌洗钱，要我把八万六转到安全账户，我该转吗"
ADVICE = "先别转账，挂断电话。公安不会电话办案，也没有安全账户，请拨 96110 核实。"


@pytest.mark.row("G06")
def test_a_scam_question_answered_in_time(account, monkeypatch) -> None:
    """Asked on /ask/, first in the queue, answered in six minutes, the saving stated."""
    now = [FRIDAY]
    monkeypatch.setattr("django.utils.timezone.now", lambda: now[0])
    ensure_topics(at=FRIDAY)
    officer = account("duty_officer", station_code="", username="zhiban")
    supervisor = account("supervisor", station_code="", username="ducha")
    template = answer_texts.approve_template(
        template=answer_texts.add_template(
            name="冒充公检法", text=ADVICE, topic=None, by=officer, at=FRIDAY
        ),
        revision=0,
        by=supervisor,
        at=FRIDAY,
    )
    resident, desk = Client(), Client()
    desk.force_login(officer)

    # The resident asks without an account, and keeps the code of the receipt.
    asked = resident.post("/ask/", {"text": QUESTION, "key": "7" * 32})
    code = resident.get(asked.headers["Location"]).context["code"]
    now[0] = FRIDAY + timedelta(minutes=2)
    Client().post("/ask/", {"text": "刷单要先垫钱吗", "key": "8" * 32})

    # The officer sees it first in the queue and answers in one press.
    now[0] = FRIDAY + timedelta(minutes=6)
    queue = desk.get("/cases/advice/")
    first, *others = [row.case for row, *_ in queue.context["rows"]]
    assert (len(others), queue.context["n_late"]) == (1, 0)
    pressed = desk.post(
        f"/cases/advice/{first.number}/",
        {f"{first.number}-revision": first.revision, "pick": template.code},
    )
    assert pressed.status_code == 303

    # The resident follows it with the code alone, and states what it saved.
    now[0] = FRIDAY + timedelta(minutes=20)
    follower = Client()
    opened = follower.post("/r/", {"code": code}).headers["Location"]
    assert ADVICE in follower.get(opened).content.decode()
    stated = follower.post(f"{opened}saved/", {"amount_yuan": "86000"})
    assert stated.status_code == 303
    assert "86000" in follower.get(opened).content.decode()

    # The figures open to their rows: six minutes, and the word it belongs to.
    answered = desk.get("/cases/advice/answered/")
    assert {
        row.number: (row.waited, row.is_in_time) for row in answered.context["page"]
    }[first.number] == (timedelta(minutes=6), True)
    assert desk.get("/cases/advice/").context["saved_yuan"] == 86_000
    rows = desk.get("/cases/advice/stated/")
    [row] = rows.context["page"]
    assert (row.case, row.saving.by, row.saving.amount_yuan) == (first, None, 86_000)
    assert QUESTION in rows.content.decode()
    assert f"/cases/{first.number}/" in rows.content.decode()
    assert StatedSaving.objects.count() == 1
