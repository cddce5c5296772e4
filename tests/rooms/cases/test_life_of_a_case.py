"""A case is sorted, taken, answered, doubted, joined with others; nothing is lost."""

from datetime import timedelta

import pytest

from tests.factories.words import FRIDAY, case_about, say
from xunfang.cases import floors, queries, services
from xunfang.cases.links import services as links
from xunfang.cases.models import Answer, Case, Topic
from xunfang.core.casework.steps import ReasonMissing, Step, StepRefused
from xunfang.feedback.models import Asks, Contact

pytestmark = pytest.mark.django_db

LATER = FRIDAY + timedelta(hours=2)
LAMP = "老街口那盏路灯坏了快一个月,下晚自习的娃儿都是摸黑走"
MENDED = "老街口路灯 11 月 20 日报给城管,单号 27,11 月 23 日前修好,修好前晚自习时加一班巡逻。"


@pytest.fixture
def officer(account):
    return account("duty_officer", station_code="")


def topic(code: str) -> Topic:
    return Topic.objects.get(code=code)


def sorted_case(officer, text: str = LAMP, code: str = "0702", **values) -> Case:
    case = case_about(text, **values)
    return services.sort(
        case=case,
        topic=topic(code),
        urgency=case.urgency,
        station=None,
        by=officer,
        at=LATER,
        revision=case.revision,
        reason="按内容分类",
    )


def answered(officer, **values) -> Case:
    case = sorted_case(officer, **values)
    services.answer(
        case=case, text=MENDED, by=officer, at=LATER, revision=case.revision
    )
    case.refresh_from_db()
    return case


def test_what_was_before_stays_in_the_log(officer) -> None:
    case = sorted_case(officer)
    services.sort(
        case=case,
        topic=topic("0706"),
        urgency=2,
        station=None,
        by=officer,
        at=LATER,
        revision=case.revision,
        reason="现场是积水",
    )
    last = case.events.latest("pk")
    assert (last.detail["topic_before"], last.detail["topic"]) == ("0702", "0706")
    assert last.note == "现场是积水"


def test_criticism_is_not_sorted_away_by_those_who_are_criticised(
    officer, account
) -> None:
    case = case_about("天天看你们发巡逻照片,一个也没抓到", asks=Asks.CRITICISM)
    values = {
        "case": case,
        "topic": topic("0201"),
        "urgency": 2,
        "station": None,
        "at": LATER,
        "revision": case.revision,
        "reason": "盗窃",
    }
    with pytest.raises(floors.CriticismStays):
        services.sort(**values, by=officer)
    assert services.sort(**values, by=account("supervisor", station_code="")).topic.code


def test_nobody_but_a_supervisor_makes_a_case_less_urgent(officer) -> None:
    case = case_about("有人拿着酒瓶追着打,快来!")
    with pytest.raises(floors.UrgencyOnlyRises):
        services.sort(
            case=case,
            topic=topic("0204"),
            urgency=4,
            station=None,
            by=officer,
            at=LATER,
            revision=case.revision,
        )


@pytest.mark.row("J03")
def test_a_reply_that_says_nothing_is_flagged_and_the_resident_opens_it_once_again(
    officer,
) -> None:
    taken = say(LAMP)
    case = sorted_case(officer)
    taken = case.links.get().word
    values = {"case": case, "by": officer, "at": LATER, "revision": case.revision}
    with pytest.raises(services.AnswerMissesPoint, match="too_short"):
        services.answer(**values, text="和谐 呵呵")

    given = services.answer(**values, text="和谐 呵呵", is_confirmed=True)
    assert "reply.too_short" in given.findings
    again = services.say_not_answered(word=taken, at=LATER, note="什么时候修?")
    assert again.state == "in_hand"
    services.answer(
        case=again, text=MENDED, by=officer, at=LATER, revision=again.revision
    )
    with pytest.raises(StepRefused):
        services.say_not_answered(word=taken, at=LATER)
    assert Answer.objects.count() == 2


def test_two_officers_do_not_overwrite_one_another(officer) -> None:
    case = sorted_case(officer)
    with pytest.raises(services.CaseChanged):
        services.answer(
            case=case, text=MENDED, by=officer, at=LATER, revision=case.revision - 1
        )


def test_the_same_press_twice_is_one_line(officer) -> None:
    case = sorted_case(officer)
    before = case.events.count()
    key = "7f3a6f0e-0000-4000-8000-000000000001"
    for _ in range(2):
        services.press(
            case=case, step=Step.NOTED, note="已致电城管", by=officer, at=LATER, key=key
        )
    assert case.events.count() == before + 1


def test_a_clock_that_was_stopped_gives_the_time_back(officer) -> None:
    case = sorted_case(officer)
    due = case.settle_by
    with pytest.raises(ReasonMissing):
        services.press(case=case, step=Step.PAUSED, by=officer, at=LATER)
    services.press(case=case, step=Step.PAUSED, note="等灯具到货", by=officer, at=LATER)
    services.press(
        case=case, step=Step.RESUMED, by=officer, at=LATER + timedelta(days=3)
    )
    case.refresh_from_db()
    assert case.settle_by == due + timedelta(days=3)


@pytest.mark.row("I05")
def test_one_matter_from_three_channels_is_one_case_and_everybody_is_answered(
    officer,
) -> None:
    words = [
        say(LAMP, channel=channel, contact="12000000000").word
        for channel in ("web", "sms", "phone")
    ]
    first, *others = [queries.case_of(word) for word in words]
    for other in others:
        links.join(case=other, into=first, by=officer, at=LATER)
    inbox = queries.inbox(queries.visible_to(officer))
    assert [case.pk for case in inbox] == [first.pk]

    first.refresh_from_db()
    case = services.sort(
        case=first,
        topic=topic("0702"),
        urgency=3,
        station=None,
        by=officer,
        at=LATER,
        revision=first.revision,
    )
    services.answer(
        case=case, text=MENDED, by=officer, at=LATER, revision=case.revision
    )
    assert {queries.case_of(word).answers.get().text for word in words} == {MENDED}
    services.press(case=case, step=Step.CLOSED, by=officer, at=LATER)
    assert all(
        contact.erase_on == (LATER + timedelta(days=30)).date()
        for contact in Contact.objects.all()
    )


def test_joining_is_undone_and_each_word_is_back_in_its_case(officer) -> None:
    one, other = say(LAMP), say("老街口路灯还没亮")
    links.join(case=other.case, into=one.case, by=officer, at=LATER)
    assert (
        links.split(case=one.case, word=other.word, by=officer, at=LATER) == other.case
    )
    assert queries.case_of(other.word) == other.case
    assert len(queries.inbox(queries.visible_to(officer))) == 2


def test_criticism_is_not_joined_away_by_those_who_are_criticised(
    officer, account
) -> None:
    critical = say("天天看你们发巡逻照片,一个也没抓到", asks=Asks.CRITICISM)
    thanks = case_about("谢谢你们送我回家", asks=Asks.THANKS)

    with pytest.raises(floors.CriticismStays):
        links.join(case=critical.case, into=thanks, by=officer, at=LATER)

    assert queries.case_of(critical.word) == critical.case
    supervisor = account("supervisor", station_code="")
    links.join(case=critical.case, into=thanks, by=supervisor, at=LATER)
    assert queries.case_of(critical.word) == thanks


def test_criticism_taken_out_of_its_case_does_not_begin_anew_as_nothing(
    officer,
) -> None:
    critical = say("天天看你们发巡逻照片,一个也没抓到", asks=Asks.CRITICISM)
    other = case_about("照片拍得好,人一个没抓到", asks=Asks.CRITICISM)
    links.join(case=other, into=critical.case, by=officer, at=LATER)

    with pytest.raises(floors.CriticismStays):
        links.split(case=critical.case, word=critical.word, by=officer, at=LATER)

    assert queries.case_of(critical.word) == critical.case


def sort_as(case: Case, code: str, by) -> Case:
    return services.sort(
        case=case,
        topic=topic(code),
        urgency=case.urgency,
        station=None,
        by=by,
        at=LATER,
        revision=case.revision,
        reason="读过原文",
    )


@pytest.mark.row("J10")
def test_a_word_that_holds_a_complaint_is_sealed_in_every_case_it_belongs_to(
    officer, account
) -> None:
    supervisor = account("supervisor", station_code="")
    word = say(LAMP)
    rude = links.open_another(word=word.word, of=word.case, by=officer, at=LATER)
    lamp = sort_as(word.case, "0702", officer)
    rude = sort_as(rude, Topic.COMPLAINT, officer)
    lamp.refresh_from_db()

    assert lamp.is_sealed
    assert not queries.visible_to(officer).filter(pk__in=[lamp.pk, rude.pk]).exists()
    assert sort_as(lamp, "0702", supervisor).is_sealed
    # Read and found to be none, neither is kept from the station.
    rude.refresh_from_db()
    assert not sort_as(rude, "0605", supervisor).is_sealed
    lamp.refresh_from_db()
    assert not sort_as(lamp, "0702", supervisor).is_sealed


@pytest.mark.row("J10")
def test_a_word_taken_out_of_a_sealed_case_does_not_come_back_before_the_station(
    officer, account
) -> None:
    supervisor = account("supervisor", station_code="")
    one, other = say(LAMP), say("老街口路灯还没亮")
    links.join(case=other.case, into=one.case, by=officer, at=LATER)
    sealed = sort_as(Case.objects.get(pk=one.case.pk), Topic.COMPLAINT, officer)

    out = links.split(case=sealed, word=other.word, by=supervisor, at=LATER)

    assert out.is_sealed
    assert out != other.case


def test_what_is_urgent_is_not_joined_into_what_can_wait(officer) -> None:
    fight = say("有人拿着酒瓶追着打,快来!")
    lamp = sorted_case(officer)

    with pytest.raises(floors.UrgencyOnlyRises):
        links.join(case=fight.case, into=lamp, by=officer, at=LATER)

    assert fight.case in queries.urgent(since=FRIDAY)
    links.join(case=lamp, into=fight.case, by=officer, at=LATER)
    assert fight.case in queries.urgent(since=FRIDAY)


def test_a_word_is_not_answered_by_what_was_written_before_it_was_said(officer) -> None:
    mended = answered(officer)
    again = say("老街口路灯又坏了", at=LATER + timedelta(days=1))

    with pytest.raises(links.AnsweredBefore):
        links.join(case=again.case, into=mended, by=officer, at=again.case.opened_at)

    assert again.case in queries.inbox(queries.visible_to(officer))
    services.press(
        case=mended,
        step=Step.REOPENED,
        by=officer,
        at=again.case.opened_at,
        note="又坏了",
    )
    links.join(case=again.case, into=mended, by=officer, at=again.case.opened_at)
    assert queries.case_of(again.word) == mended


def test_one_word_can_be_two_matters(officer) -> None:
    taken = say("鞋店门口停满了车,救护车进不来")
    second = links.open_another(word=taken.word, of=taken.case, by=officer, at=LATER)
    assert set(queries.words_of([second])) == set(queries.words_of([taken.case]))
    with pytest.raises(links.WordElsewhere):
        links.split(case=second, word=taken.word, by=officer, at=LATER)


def test_a_no_needs_a_reason(officer) -> None:
    case = sorted_case(officer, text="建议赶场天提前到六点", code="1002")
    with pytest.raises(services.ReasonTooShort):
        services.decide(case=case, decision="no", why="不行", by=officer, at=LATER)


def test_an_answered_case_closes_and_an_open_one_does_not(officer) -> None:
    with pytest.raises(StepRefused):
        services.press(
            case=sorted_case(officer), step=Step.CLOSED, by=officer, at=LATER
        )
    case = services.press(
        case=answered(officer), step=Step.CLOSED, by=officer, at=LATER
    )
    assert case.state == "closed"
