"""Ask before you pay: the queue, its clock, and what residents say it has saved."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.words import FRIDAY, case_about, say
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.cases import services as cases
from xunfang.cases.advice import queries, services
from xunfang.cases.answer_texts import services as answer_texts
from xunfang.cases.models import StatedSaving, Topic
from xunfang.cases.topics.services import ensure_topics

pytestmark = pytest.mark.django_db

POLICE = "有人说我涉嫌洗钱，要我把存款转到安全账户"
ADVICE = "先别转账，挂断电话。公安不会电话办案，也没有安全账户，请拨 96110 核实。"
URL = "/cases/advice/"


def ago(minutes: float):
    return FRIDAY - timedelta(minutes=minutes)


def ask(text: str = POLICE, *, minutes: float = 1, **values):
    ensure_topics(at=FRIDAY)
    return say(text, topic=queries.topic_of(text), at=ago(minutes), **values)


def answer(taken, by, *, minutes: float = 0, text: str = ADVICE):
    return cases.answer(
        case=taken.case,
        text=text,
        by=by,
        at=ago(minutes),
        revision=taken.case.revision,
        is_confirmed=True,
    )


@pytest.fixture
def template(officer, supervisor):
    written = answer_texts.add_template(
        name="安全账户", text=ADVICE, topic=None, by=officer, at=FRIDAY
    )
    return answer_texts.approve_template(
        template=written, revision=0, by=supervisor, at=FRIDAY
    )


def test_the_longest_wait_comes_first_and_late_ones_are_named(desk, station):
    newest = ask(minutes=2, station=station)
    late = ask("刷单要先垫钱吗，群里说十分钟返", minutes=25, station=station)
    case_about("路灯坏了", station=station)
    ask(station=None)

    page = desk.get(URL)

    assert [row.case.number for row, *_ in page.context["rows"]] == [
        late.case.number,
        newest.case.number,
    ]
    assert page.context["n_late"] == 1
    text = page.content.decode()
    assert POLICE in text
    assert "badge--bad" in text


def test_as_many_queries_for_three_questions_as_for_one(
    desk, station, template, django_assert_num_queries
):
    ask(station=station)
    desk.get(URL)
    with CaptureQueriesContext(connection) as counted:
        desk.get(URL)
    n_queries = len(counted)
    for _ in range(2):
        ask(station=station)
    desk.get(URL)  # What is new to somebody is noted the first time.
    with django_assert_num_queries(n_queries):
        desk.get(URL)


def test_an_approved_template_answers_in_one_press(desk, station, officer, template):
    case = ask(minutes=4, station=station).case
    sent = {f"{case.number}-revision": case.revision, "pick": template.code}

    assert desk.post(f"{URL}{case.number}/", sent).status_code == 303

    given = case.answers.get()
    assert (given.text, given.template, given.by) == (ADVICE, template, officer)
    assert (given.at, given.findings) == (FRIDAY, [])
    assert not queries.waiting(officer).exists()


def test_a_template_that_misses_the_point_is_shown_first_and_can_be_mended(
    desk, station, template
):
    case = ask("孩子的游戏皮肤该不该买", station=station).case
    sent = {f"{case.number}-revision": case.revision, "pick": template.code}

    refused = desk.post(f"{URL}{case.number}/", sent)

    assert refused.status_code == 422
    assert refused.context["findings"]
    [(_, form, *_)] = refused.context["rows"]
    assert form["text"].value() == ADVICE
    mended = {
        f"{case.number}-revision": case.revision,
        f"{case.number}-template": template.code,
        f"{case.number}-text": "先别买游戏皮肤，把卖家账号发给我们。今天 96110 会回电。",
    }
    assert desk.post(f"{URL}{case.number}/", mended).status_code == 303
    assert case.answers.get().template == template


def test_what_was_typed_is_kept_where_somebody_else_was_quicker(
    desk, station, supervisor
):
    taken = ask(station=station)
    seen = taken.case.revision
    answer(taken, supervisor)
    number = taken.case.number
    typed = {f"{number}-revision": seen, f"{number}-text": "先别转账，等我电话。"}

    refused = desk.post(f"{URL}{number}/", typed)

    assert refused.status_code == 409
    assert "先别转账，等我电话。" in refused.content.decode()
    assert taken.case.answers.count() == 1


def test_the_figures_open_to_their_rows(desk, station, officer):
    for waited in (4, 6, 12):
        answer(ask(minutes=60, station=station), officer, minutes=60 - waited)
    ask(minutes=3, station=station)  # not due yet: counts for nothing
    still = ask(minutes=90, station=station)

    figures = desk.get(URL).context["figures"]
    rows = desk.get(f"{URL}answered/")

    assert (figures.n_asked, figures.n_in_time) == (4, 2)
    assert figures.median == timedelta(minutes=9)
    shown = [(row.number, row.waited, row.is_in_time) for row in rows.context["page"]]
    assert len(shown) == 5
    assert (still.case.number, timedelta(minutes=90), False) in shown
    assert [in_time for _, _, in_time in shown].count(None) == 1


def test_what_a_resident_says_by_telephone_is_taken_down_only_as_they_say_it(
    desk, station, officer
):
    taken = ask(minutes=30, station=station)
    answer(taken, officer, minutes=25)
    thanks = say(
        "多亏问了你们，差点垫进去三千块，谢谢",
        topic=Topic.objects.get(code=Topic.THANKS),
        station=station,
        by=officer,
    )
    lost = say(
        "我被骗了3000元",
        topic=Topic.objects.get(code="0203"),
        station=station,
    )

    def post(number: str, yuan: int):
        return desk.post(f"{URL}stated/", {"word": number, "amount_yuan": yuan})

    # The words must name it; money lost is none saved; a number of nobody is none.
    assert post(thanks.word.number, 5000).status_code == 422
    assert post(taken.word.number, 3000).status_code == 422
    assert post(lost.word.number, 3000).status_code == 422
    assert post("W000000-AAAAA", 3000).status_code == 422
    assert not StatedSaving.objects.exists()

    assert post(thanks.word.number.lower(), 3000).status_code == 303

    page = desk.get(f"{URL}stated/")
    [row] = page.context["page"]
    assert (row.saving.word, row.saving.amount_yuan) == (thanks.word, 3000)
    assert (row.saving.by, row.case) == (officer, thanks.case)
    assert page.context["saved_yuan"] == desk.get(URL).context["saved_yuan"] == 3000
    assert "差点垫进去三千块" in page.content.decode()


def test_of_one_matter_the_last_statement_counts_once(officer, station):
    taken = ask(minutes=30, station=station)
    with pytest.raises(services.NoAdviceGiven):
        services.state_saving(word=taken.word, amount_yuan=1, at=FRIDAY)
    answer(taken, officer)
    for yuan in (200_000, 20_000):
        services.state_saving(word=taken.word, amount_yuan=yuan, at=FRIDAY)

    [row] = queries.stated(officer)

    assert (row.saving.amount_yuan, row.saving.by) == (20_000, None)
    assert StatedSaving.objects.count() == 2
    assert Event.objects.filter(kind="saving.stated").count() == 2
    services.state_saving(word=taken.word, amount_yuan=0, at=FRIDAY)
    assert queries.stated(officer) == []


def test_nobody_takes_down_what_was_said_elsewhere(account, station, officer):
    taken = ask("差点转出去5000元，要转吗", station=station)
    stranger = account("duty_officer", station_code="S99", username="stranger")

    with pytest.raises(NotAllowed):
        services.take_down_saving(
            word=taken.word, amount_yuan=5000, by=stranger, at=FRIDAY
        )
    assert queries.stated(stranger) == []
    assert not queries.questions(stranger).exists()
