"""One case on its page: worked on by those who may, and what was said stays as it was."""

from datetime import timedelta

import pytest

from tests.factories.words import FRIDAY, case_about, say
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.models import Event
from xunfang.cases import queries, services
from xunfang.cases.models import (
    AnswerTemplate,
    Case,
    CaseReferral,
    PublicText,
    Topic,
)
from xunfang.cases.publishing import services as publishing
from xunfang.cases.referrals import queries as referral_queries
from xunfang.cases.referrals import services as referrals
from xunfang.cases.watch import late as watch
from xunfang.feedback.models import Asks, Channel, Contact, Word

pytestmark = pytest.mark.django_db

LAMP = "0702"


@pytest.fixture
def lamp(station):
    """A broken lamp that nobody has sorted."""
    return say("东街路灯坏了,晚上很黑", station=station, contact="120 0000 0001")


def url(case: Case, act: str = "") -> str:
    return f"/cases/{case.number}/{act}/" if act else f"/cases/{case.number}/"


def text_of(answer) -> str:
    return answer.content.decode()


def sorted_case(case: Case, officer, code: str = LAMP) -> Case:
    return services.sort(
        case=case,
        topic=Topic.objects.get(code=code),
        urgency=case.urgency,
        station=case.station,
        by=officer,
        at=FRIDAY,
        revision=case.revision,
    )


def test_traditional_words_and_their_marks_stay_as_they_were_said(desk, station):
    case = case_about(
        '剛接到電話<script>alert("1")</script> http://a.b', station=station
    )
    page = text_of(desk.get(url(case)))

    assert "剛接到電話&lt;script&gt;" in page
    assert 'href="http://a.b' not in page


def test_a_case_is_sorted_taken_answered_and_closed_on_its_page(desk, lamp, officer):
    case = lamp.case
    desk.post(
        url(case, "sort"),
        {
            "sort-topic": LAMP,
            "sort-urgency": case.urgency,
            "sort-station": case.station.pk,
            "sort-place_name": "东街",
            "sort-revision": 0,
        },
    )
    desk.post(url(case, "take"))
    case.refresh_from_db()
    assert (case.topic.code, case.owner, case.place_name, case.state) == (
        LAMP,
        officer,
        "东街",
        "in_hand",
    )

    answer = "东街路灯已报修,维修队将于11月23日18时前更换灯泡,修好后再告诉您。"
    sent = {"answer-text": answer, "answer-revision": case.revision}
    assert desk.post(url(case, "answer"), sent).status_code == 303
    assert case.answers.get().text == answer
    desk.post(url(case, "press"), {"step": "closed"})
    case.refresh_from_db()
    assert case.state == "closed"
    assert Contact.objects.get().erase_on is not None


@pytest.mark.row("J03")
def test_a_template_like_answer_is_named_and_goes_out_only_when_confirmed(
    desk, lamp, officer
):
    case = sorted_case(lamp.case, officer)
    sent = {"answer-text": "和谐 呵呵", "answer-revision": case.revision}

    answer = desk.post(url(case, "answer"), sent)

    assert answer.status_code == 422
    assert "和谐 呵呵" in text_of(answer)
    shown = [str(text) for text, _ in answer.context["findings"]]
    assert "It is so short that it can hardly be an answer." in shown or shown
    assert not case.answers.exists()
    confirmed = sent | {"answer-is_confirmed": "on"}
    assert desk.post(url(case, "answer"), confirmed).status_code == 303
    assert "reply.too_short" in case.answers.get().findings
    services.say_not_answered(word=lamp.word, at=FRIDAY)
    case.refresh_from_db()
    assert case.state == "in_hand"


def test_an_approved_text_comes_beneath_what_was_typed_and_is_not_sent_yet(
    desk, lamp, officer
):
    case = sorted_case(lamp.case, officer)
    template = AnswerTemplate.objects.create(
        code="T9", name="报修", text="已报修。", is_current=True, approved_on=FRIDAY
    )
    typed = {"answer-text": "东街路灯", "answer-revision": 0, "pick": template.code}

    for _ in range(2):
        page = desk.post(url(case, "answer"), typed)
        form = page.context["forms"]["answer"]
        typed["answer-text"] = form["text"].value()

    assert page.status_code == 200
    assert form["text"].value() == "东街路灯\n已报修。"
    assert form["template"].value() == "T9"
    assert form["revision"].value() == str(case.revision)
    assert not form.errors
    assert not case.answers.exists()


def test_an_answer_to_a_case_that_moved_on_keeps_what_was_typed(desk, lamp, officer):
    case = sorted_case(lamp.case, officer)
    text = "东街路灯已报修,11月23日18时前更换。"
    answer = desk.post(url(case, "answer"), {"answer-text": text, "answer-revision": 0})

    assert answer.status_code == 409
    form = answer.context["forms"]["answer"]
    assert (form["text"].value(), form["revision"].value()) == (
        text,
        str(case.revision),
    )


@pytest.mark.row("B06")
@pytest.mark.parametrize("note", ["等城管周四回话", "等" * 501])
def test_why_a_clock_stands_is_not_lost_when_it_cannot_be_stopped(
    desk, lamp, officer, note
):
    case = sorted_case(lamp.case, officer)
    desk.post(url(case, "press"), {"step": "paused", "note": "等配件"})

    page = desk.post(url(case, "press"), {"step": "paused", "note": note})

    assert page.status_code in {409, 422}
    assert f"您写的： {note}" in text_of(page)
    assert 'role="alert"' in text_of(page)


def test_a_broken_lamp_is_passed_to_12345_with_two_taps_and_its_status_is_kept(
    desk, lamp, officer
):
    """One tap opens the form, which is filled in; the second sends it."""
    case = lamp.case
    page = desk.get(url(case))
    form = page.context["forms"]["refer"]
    filled = {
        form.add_prefix(name): value.code if isinstance(value, Topic) else value
        for name, value in form.initial.items()
    }
    assert desk.post(url(case, "refer"), filled).status_code == 303

    case.refresh_from_db()
    referral = case.referrals.get()
    assert (case.state, referral.status) == ("elsewhere", "sent")
    assert "路灯坏了" in referral.matter
    answer = {
        "revision": 0,
        "status": "done",
        "receipt_number": "12345-9",
        "answer": "",
    }
    desk.post(f"/cases/referrals/{referral.number}/", answer | {"answer": "已换灯泡"})
    case.refresh_from_db()
    # What the resident's receipt shows is read from here.
    assert (case.state, case.referrals.get().get_status_display()) == (
        "in_hand",
        CaseReferral(status="done").get_status_display(),
    )


@pytest.mark.row("B03")
def test_a_department_that_is_silent_for_thirty_days_is_named(
    desk, lamp, officer, monkeypatch
):
    """Request, sent, accepted, done: and named by department while it is overdue."""
    case = sorted_case(lamp.case, officer)
    referrals.refer(
        case=case, office="交警", matter="施划斑马线", by=officer, at=FRIDAY
    )
    every = referral_queries.visible_to(officer)

    [row] = referral_queries.by_office(every, FRIDAY + timedelta(days=30))
    assert (row.office, row.n_open, row.n_late) == ("交警", 1, 0)
    later = FRIDAY + timedelta(days=31)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    [row] = referral_queries.by_office(every, later)
    assert (row.n_open, row.n_late) == (1, 1)
    desk.force_login(officer)
    page = desk.get("/cases/referrals/?shown=late")
    assert [each.number for each, _, _ in page.context["rows"]] == [f"{case.number}-R1"]


def test_a_matter_of_life_is_not_passed_on(station, officer):
    case = case_about("着火了,有人被困在里面", station=station)
    with pytest.raises(referrals.LifeAtRisk):
        referrals.refer(case=case, office="12345", matter="火", by=officer, at=FRIDAY)
    assert not CaseReferral.objects.exists()


@pytest.mark.row("J06")
def test_a_no_to_a_suggestion_needs_twenty_signs_and_stands_with_its_owner(
    desk, station, officer
):
    case = case_about(
        "建议对汽车乱停乱放加大处罚力度", asks=Asks.SUGGESTION, station=station
    )
    services.take(case=case, owner=officer, by=officer, at=FRIDAY)
    short = {"decide-decision": "no", "decide-why": "不行"}
    answer = desk.post(url(case, "decide"), short)
    assert answer.status_code == 409
    assert not case.decisions.exists()

    why = "人行道停车由交警按现行标准处罚,本所将在东街加设隔离桩。"
    desk.post(url(case, "decide"), short | {"decide-why": why})
    case.refresh_from_db()
    assert (case.decisions.get().why, case.owner) == (why, officer)
    assert case.settle_by - case.opened_at <= timedelta(days=16)


@pytest.mark.row("J10")
def test_a_complaint_is_a_number_and_a_state_to_its_station_by_every_address(
    client, account, station, supervisor
):
    taken = say("窗口民警吼我爸", asks=Asks.COMPLAINT, station=station)
    case = taken.case
    client.force_login(supervisor)
    assert "窗口民警吼我爸" in text_of(client.get(url(case)))

    acts = (
        "sort take hand press acknowledge refer answer decide contact contact/ask "
        "contact/confirm publish take-back join split open-another patrols"
    )
    for role in ("duty_officer", "leader", "community_officer", "supervisor"):
        user = account(role, station_code="S01", username=f"{role}-1")
        client.force_login(user)
        page = text_of(client.get(url(case)))
        assert case.number in page
        assert "吼" not in page
        listed = client.get("/cases/", {"shown": "all", "q": "窗口"})
        assert case.number not in text_of(listed)
        assert client.get(url(case, f"photos/{taken.word.number}/1")).status_code == 404
        for act in acts.split():
            assert client.post(url(case, act)).status_code in {403, 404}
    case.refresh_from_db()
    assert (case.events.count(), case.owner) == (2, None)


def test_a_contact_is_opened_with_a_reason_and_put_on_record(desk, lamp, officer):
    case = sorted_case(lamp.case, officer)
    asked = {"word": lamp.word.number, "reason": ""}
    assert "120 0000 0001" not in text_of(desk.post(url(case, "contact"), asked))

    answer = desk.post(url(case, "contact"), asked | {"reason": "电话回访"})

    assert "120 0000 0001" in text_of(answer)
    assert "no-store" in answer.headers["Cache-Control"]
    event = Event.objects.get(kind="contact.opened")
    assert (event.by, event.detail["reason"], event.detail["unit"]) == (
        officer,
        "电话回访",
        "S01",
    )


def test_the_public_reads_what_a_person_has_looked_at_last(desk, lamp, officer):
    case = sorted_case(lamp.case, officer)
    form = desk.get(url(case)).context["forms"]["publish"]
    name = f"public-text_{lamp.word.pk}"
    assert "路灯坏了" in form[f"text_{lamp.word.pk}"].value()

    sent = {name: "东街路灯坏了", "public-revision": case.revision}
    assert desk.post(url(case, "publish"), sent).status_code == 303
    case.refresh_from_db()
    assert (case.public_since, PublicText.objects.get().text) == (
        FRIDAY,
        "东街路灯坏了",
    )
    desk.post(url(case, "take-back"), {"back-reason": "当事人请求"})
    case.refresh_from_db()
    assert case.public_since is None


def test_sensitive_and_sealed_cases_are_never_public(station, officer, supervisor):
    sealed = case_about("窗口民警吼我爸", asks=Asks.COMPLAINT, station=station)
    private = sorted_case(
        case_about("想说一件事", station=station),
        supervisor,
        Topic.objects.filter(is_sensitive=True).earliest("code").code,
    )
    for case in (sealed, private):
        case.refresh_from_db()
        with pytest.raises((publishing.NeverPublic, NotAllowed)):
            publishing.make_public(
                case=case,
                texts={word.pk: "x" for word in Word.objects.all()},
                by=supervisor,
                at=FRIDAY,
                revision=case.revision,
            )
    assert not PublicText.objects.exists()


def test_words_are_joined_split_and_opened_again_from_the_page(desk, lamp, station):
    other = say("东街的路灯坏了", station=station)
    page = desk.get(url(other.case))
    assert [each.case for each in page.context["similar"]] == [lamp.case]

    desk.post(url(other.case, "join"), {"join-into": lamp.case.number})
    assert queries.case_of(other.word) == lamp.case
    desk.post(url(lamp.case, "split"), {"word": other.word.number})
    assert queries.case_of(other.word) == other.case
    desk.post(url(lamp.case, "another"), {"word": lamp.word.number})
    assert lamp.word.links.filter(ended_at=None).count() == 2


def test_only_a_supervisor_hides_a_word_and_the_stub_says_by_which_law(
    client, officer, supervisor, lamp
):
    asked = {
        "word": lamp.word.number,
        "reason": "privacy",
        "law": "民法典 第1034条",
        "hides": "1",
    }
    client.force_login(officer)
    assert client.post(url(lamp.case, "hide"), asked).status_code == 403
    client.force_login(supervisor)
    client.post(url(lamp.case, "hide"), asked)
    page = text_of(client.get(url(lamp.case)))
    assert "民法典 第1034条" in page


@pytest.mark.row("G05")
@pytest.mark.row("F11")
def test_one_screen_gives_a_number_and_a_receipt_and_the_same_upload_is_one_word(
    client, account, station
):
    """Three fields are filled in; the rest is there. The receipt is on the next page."""
    patrol = account("patrol_officer", station_code="S01")
    client.force_login(patrol)
    form = client.get("/cases/new/").context["form"]
    typed = {
        "key": form["key"].value(),
        "channel": form["channel"].value(),
        "station": form["station"].value(),
        "text": "夜里巷口太黑,想装个灯",
        "place_words": "东街三巷",
    }
    sent = [client.post("/cases/new/", typed) for _ in range(2)]
    answers = [client.get(each.headers["Location"]) for each in sent]

    word = Word.objects.get()
    assert (word.channel, word.by) == (Channel.PATROL, patrol)
    assert word.links.get().case.station == station
    for answer in answers:
        assert word.number in text_of(answer)
        assert answer.context["code"] in text_of(answer)


def test_a_receipt_is_shown_to_who_wrote_it_down_and_to_nobody_else(
    client, account, officer, supervisor
):
    word = say("路灯坏了", channel=Channel.PHONE, by=officer).word
    client.force_login(supervisor)
    assert client.get(f"/cases/new/{word.number}/").status_code == 404


@pytest.mark.row("F12")
def test_needs_of_a_week_are_counted_by_topic_with_how_many_were_answered(
    desk, station, officer
):
    say("先有分类")
    lamp, noise = Topic.objects.get(code=LAMP), Topic.objects.get(code="0701")
    for topic, channel in (
        (lamp, Channel.PATROL),
        (lamp, Channel.FACE),
        (noise, Channel.WEB),
    ):
        case = case_about("说一件事", station=station, topic=topic, channel=channel)
    services.answer(
        case=case, text="已办", by=officer, at=FRIDAY, revision=1, is_confirmed=True
    )

    shown = desk.get("/cases/needs/").context["needs"]

    assert [
        (need.topic, need.n_said, need.n_met, need.n_answered) for need in shown
    ] == [(lamp, 2, 2, 0), (noise, 1, 0, 1)]


def test_who_is_to_know_that_a_case_runs_late_is_noted_once_a_stage(lamp, officer):
    case = sorted_case(lamp.case, officer)
    whole = case.reply_by - case.opened_at

    def told(share):
        return watch.warn_of_late_ones(at=case.opened_at + whole * share)

    assert [told(share) for share in (0.4, 0.6, 0.6, 0.9, 1.1, 1.2)] == [
        0, 1, 0, 1, 1, 0,
    ]  # fmt: skip
    noted = [
        event.detail["warned"]
        for event in case.events.filter(actor="house", step="noted")
    ]
    assert noted == ["owner", "unit_head", "supervisor"]
    before = case.revision
    case.refresh_from_db()
    assert (case.warned, case.revision) == ("reply.supervisor", before)
