"""One list for all channels: in order, found in both scripts, sorted with few keys."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.words import FRIDAY, case_about, say
from xunfang.cases import services
from xunfang.cases.inbox import queries
from xunfang.cases.links import services as links
from xunfang.cases.models import Case, Topic, WordLink
from xunfang.cases.wording import clock_of
from xunfang.core.casework.steps import Step
from xunfang.feedback.models import Asks, Channel

pytestmark = pytest.mark.django_db


def found(user, **wanted):
    return list(queries.search(user, at=FRIDAY, **wanted))


def test_the_most_urgent_stand_first_then_the_first_due(station, officer):
    later = case_about("小区路灯坏了三天没人修", station=station, topic=topic("0702"))
    first = case_about(
        "路灯还没有修",
        station=station,
        topic=later.topic,
        at=FRIDAY - timedelta(days=1),
    )
    urgent = case_about("着火了,有人被困在里面", station=station)
    elsewhere = case_about("别的所的事")

    assert urgent.urgency == 1
    assert found(officer) == [urgent, first, later]
    assert elsewhere not in found(officer, shown="all")


def topic(code: str) -> Topic:
    say("先有分类")  # brings the topics
    Case.objects.filter(links__word__said__text="先有分类").update(state="closed")
    return Topic.objects.get(code=code)


@pytest.mark.parametrize("q", ["剛接到電話", "刚接到电话", "电话 轉帳", "刚接到　電話"])
def test_words_are_found_in_either_script(station, officer, q):
    case = case_about("剛接到電話說要轉帳到安全帳戶", station=station)
    case_about("路灯坏了", station=station)

    assert found(officer, q=q) == [case]


def test_place_number_and_receipt_number_are_found(station, officer):
    taken = say("路灯坏了", station=station, place_words="临河路菜市场门口")
    say("路灯坏了", station=station)

    for q in ("菜市场", taken.case.number, taken.word.number.lower()):
        assert found(officer, q=q) == [taken.case]


def test_filters_show_what_they_say(station, officer):
    mine = case_about("路灯坏了", station=station, asks=Asks.SUGGESTION)
    services.take(case=mine, owner=officer, by=officer, at=FRIDAY)
    new = case_about("今天听到一点事情", station=station)
    late = case_about(
        "做样子!", station=station, asks=Asks.CRITICISM, at=FRIDAY - timedelta(days=20)
    )

    assert found(officer, shown="mine") == [mine]
    assert found(officer, shown="new") == [new]
    assert found(officer, shown="overdue") == [late]
    assert found(officer, topic="1001") == [late]
    assert found(officer, urgency=late.urgency, topic="1002") == (
        [mine] if mine.urgency == late.urgency else []
    )
    assert found(officer, shown="answered") == []


def test_a_clock_says_in_words_and_shape_how_late_it_is():
    case = Case(
        opened_at=FRIDAY,
        reply_by=FRIDAY + timedelta(hours=10),
        settle_by=FRIDAY + timedelta(days=5),
    )
    shown = [
        (clock.level, clock.shape, clock.text)
        for hours in (1, 6, 11, 49)
        if (clock := clock_of(case, FRIDAY + timedelta(hours=hours)))
    ]
    assert shown == [
        ("", "●", "9小时内首次回复"),
        ("warn", "▲", "4小时内首次回复"),
        ("bad", "■", "首次回复已超时1小时"),
        ("bad", "■", "首次回复已超时39小时"),
    ]


def test_three_rows_cost_as_many_queries_as_one(desk, station):
    case_about("路灯坏了", station=station)
    desk.get("/cases/")
    counts = []
    for text in ("垃圾没人清运", "夜里噪音大"):
        desk.get("/cases/")  # What is new to somebody is noted the first time.
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = desk.get("/cases/")
        counts.append(len(asked))
        case_about(text, station=station)
        case_about(f"{text},求回复", station=station)

    assert counts[0] == counts[1]
    assert "路灯坏了" in answer.content.decode()


@pytest.mark.row("I05")
def test_one_issue_by_three_channels_is_one_case_and_each_reporter_is_answered(
    station, officer
):
    said = [
        say(text, station=station, channel=channel, asks=Asks.REPORT, contact=phone)
        for text, channel, phone in (
            ("东街路灯坏了,晚上很黑", Channel.WEB, ""),
            ("东街的路灯坏了", Channel.PHONE, "120 0000 0001"),
            ("东街路灯不亮", Channel.SMS, "120 0000 0002"),
        )
    ]
    first = said[0].case
    for each in said[1:]:
        links.join(case=each.case, into=first, by=officer, at=FRIDAY)

    [case] = found(officer)
    [row] = queries.rows_of([case], FRIDAY)
    assert (case, row.n_words) == (first, 3)

    lamp = Topic.objects.get(code="0702")
    case = services.sort(
        case=case,
        topic=lamp,
        urgency=case.urgency,
        station=station,
        by=officer,
        at=FRIDAY,
        revision=case.revision,
    )
    services.answer(
        case=case,
        text="东街路灯已于11月20日报修,市政维修队11月22日前更换灯泡。",
        by=officer,
        at=FRIDAY,
        revision=case.revision,
        is_confirmed=True,
    )
    answered = {
        link.word: link.case.answers.get().text
        for link in WordLink.objects.filter(ended_at=None).select_related("case")
    }
    assert set(answered) == {each.word for each in said}


def test_triage_takes_a_suggestion_and_goes_on_to_the_next(desk, station, officer):
    case = case_about("东街路灯坏了,晚上很黑", station=station)
    other = case_about(
        "东街路灯坏了,晚上很黑", station=station, at=FRIDAY + timedelta(days=1)
    )
    page = desk.get("/cases/sort/")
    assert page.context["case"] == case
    best = page.context["suggestions"][0].topic

    answer = desk.post(
        "/cases/sort/",
        {
            "case": case.number,
            "revision": 0,
            "pick": best.code,
            "urgency": case.urgency,
            "station": station.pk,
        },
    )
    answer = desk.get(answer.headers["Location"])

    case.refresh_from_db()
    assert (case.topic, case.state) == (best, "sorted")
    assert answer.context["case"] == other
    assert case.events.get(step=Step.SORTED).by == officer


def test_triage_that_somebody_else_did_meanwhile_keeps_what_was_typed(desk, station):
    case = case_about("东街路灯坏了", station=station)
    answer = desk.post(
        "/cases/sort/",
        {
            "case": case.number,
            "revision": 7,
            "topic": "0702",
            "urgency": 2,
            "station": station.pk,
            "place_name": "东街",
        },
    )
    assert answer.status_code == 409
    assert answer.context["form"]["place_name"].value() == "东街"
    case.refresh_from_db()
    assert case.topic is None


def test_triage_refused_keeps_which_suggestion_was_taken(desk, station):
    case = case_about("东街路灯坏了,晚上很黑", station=station)
    case.suggested = [["0702", 0.6], ["0701", 0.3]]
    case.save()
    typed = {"pick": "0701", "urgency": "", "station": station.pk}

    for url, prefix in (("/cases/sort/", ""), (f"/cases/{case.number}/sort/", "sort-")):
        sent = {f"{prefix}{name}": value for name, value in typed.items()}
        sent |= {"case": case.number, f"{prefix}revision": 0}
        page = desk.post(url, sent)

        assert page.status_code == 422
        [checked] = re.findall(
            rf'name="{prefix}pick" value="(\d+)"[^>]* checked', page.content.decode()
        )
        assert checked == "0701"


def test_triage_goes_on_past_what_somebody_else_has_sorted_meanwhile(
    desk, station, officer
):
    case = case_about("东街路灯坏了", station=station)
    following = case_about("西街路灯坏了", station=station)
    services.sort(
        case=case,
        topic=Topic.objects.get(code="0702"),
        urgency=case.urgency,
        station=station,
        by=officer,
        at=FRIDAY,
        revision=0,
    )
    sent = {"case": case.number, "revision": 0, "pick": "0702", "urgency": 2}

    page = desk.post("/cases/sort/", sent)

    assert page.status_code == 409
    skip = page.context["skip_next"]
    assert desk.get(f"/cases/sort/?skip={skip}").context["case"] == following


def test_empty_lists_say_why(desk):
    assert "没有待答复的事项" in desk.get("/cases/").content.decode()
    assert "没有符合条件的事项" in desk.get("/cases/?q=没有").content.decode()
    assert "全部归类完毕" in desk.get("/cases/sort/").content.decode()
