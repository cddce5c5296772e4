"""Sixty messages, each with its trap: dangers, services, care and criticism (M031 to M060).

See ``test_sixty_messages.py``.
"""

from datetime import timedelta

import pytest

from tests.factories.sixty import CONTACT, account
from tests.rooms.cases.test_sixty_messages import never_public
from xunfang.accounts.policies import NotAllowed
from xunfang.audit.append_only import AppendOnly
from xunfang.audit.models import Event
from xunfang.cases import floors, queries, services
from xunfang.cases.contacts import services as contacts
from xunfang.cases.inbox.queries import search
from xunfang.cases.links import services as links
from xunfang.cases.models import Case
from xunfang.cases.publishing import services as publishing
from xunfang.cases.referrals import services as referrals
from xunfang.cases.work.similar import similar_to
from xunfang.core.language.redaction.names import find_names, loaded_model
from xunfang.core.language.remarks import Remark, remarks_in
from xunfang.core.language.replies import check_reply
from xunfang.feedback.models import Said
from xunfang.public.follow.queries import followed
from xunfang.public.matters.rows import fields_of, matters_of

pytestmark = pytest.mark.django_db


def show(came, second: str = "", **values) -> Case:
    """Sort it and let everybody read it, as a person has looked at it."""
    case = came.sort(second=second, **values)
    return publishing.make_public(
        case=case,
        texts={came.word.pk: came.proposed},
        by=came.officer,
        at=came.soon,
        revision=case.revision,
    )


def test_m031_thanks_and_the_sting_in_them_are_both_kept_and_both_answered(sixty):
    came = sixty["M031"]
    case = show(came, second="1002")
    [matter] = matters_of([case], at=came.soon)
    assert "要是早一年来就更好了" in matter.said[0].text
    other = links.open_another(word=came.word, of=case, by=came.officer, at=came.soon)
    assert set(Case.objects.filter(links__word=came.word)) == {case, other}


def test_m032_seedlings_that_dry_up_in_two_days_are_a_matter_of_this_shift(sixty):
    came = sixty["M032"]
    assert came.case.settle_by - came.at == timedelta(hours=12)
    assert never_public(came)


def test_m033_a_locked_fire_exit_is_more_urgent_than_a_hazard(sixty):
    case = sixty["M033"].sort()
    assert (case.topic.code, case.topic.urgency, case.urgency) == ("0701", 3, 2)


def test_m034_a_lamp_has_a_number_at_12345_that_its_sender_sees(sixty):
    came = sixty["M034"]
    referral = came.refer("12345")
    referrals.note_answer(
        referral=referral,
        revision=0,
        status="accepted",
        receipt_number="12345-0911-27",
        answer="",
        by=came.officer,
        at=came.soon,
    )
    [shown] = followed(came.word, at=came.soon).referrals
    assert (shown.office, shown.receipt_number) == ("12345", "12345-0911-27")


def test_m035_two_reports_of_one_lamp_are_one_matter_and_both_are_answered(sixty):
    first, second = sixty["M034"], sixty["M035"]
    officer = first.officer
    [like, *_] = similar_to(second.case, second.text, officer)
    assert like.case == first.taken.case
    first.sort()
    case = links.join(case=second.case, into=first.case, by=officer, at=second.soon)
    text = "老街口路灯9月18日前修好,歪的摄像头同日扶正。"
    services.answer(
        case=case, text=text, by=officer, at=second.soon, revision=case.revision
    )
    for came in (first, second):
        assert [each.text for each in followed(came.word, at=came.soon).answers] == [
            text
        ]


def test_m036_falling_tiles_do_not_wait(sixty):
    came = sixty["M036"]
    assert (came.suggested[0], came.case.urgency) == ("0703", 2)


def test_m037_a_missing_manhole_cover_is_never_just_not_ours(sixty):
    came = sixty["M037"]
    assert set(came.suggested) == {"1101", "0704"}
    case = came.sort()
    assert case.urgency == 2
    came.refer(case.topic.transfer_to[0])
    seen = followed(came.word, at=came.soon)
    assert (seen.case.state, [each.office for each in seen.referrals]) == (
        "elsewhere",
        ["12345"],
    )


def test_m038_water_in_the_house_of_two_elders_is_raised_by_the_facts(sixty):
    came = sixty["M038"]
    case = came.sort(urgency=1)
    assert (case.topic.code, case.topic.urgency, came.is_on_the_desk) == (
        "0706",
        2,
        True,
    )


def test_m039_one_answer_that_names_papers_hours_and_a_way_has_no_flaw(sixty):
    came = sixty["M039"]
    text = "来得及。先办临时身份证,当天可取:带户口簿到窗口,工作日9点到17点。补办的20天后取。"
    assert check_reply(text, came.text) == ()
    assert came.suggested[0] == "0801"


def test_m040_the_visit_to_the_hills_and_the_card_are_both_suggested(sixty):
    came = sixty["M040"]
    assert set(came.suggested) == {"0801", "0805"}
    case = came.sort(second="0801")
    assert (case.topic.code, case.urgency) == ("0805", 3)


def test_m041_a_suggestion_hidden_in_a_question_is_kept_beside_it(sixty):
    case = sixty["M041"].sort(second="1002")
    assert (case.topic.code, case.second_topic.code, case.urgency) == (
        "0803",
        "1002",
        4,
    )


def test_m042_what_was_found_is_public_and_no_picture_or_name_in_it(sixty):
    came = sixty["M042"]
    [matter] = matters_of([show(came)], at=came.soon)
    fields = fields_of(matter)
    assert fields["words"][0]["text"] == came.text
    assert not find_names(came.proposed, loaded_model())
    assert not {key for key in fields if "photo" in key or "contact" in key}


def test_m043_a_firm_is_owed_an_answer_within_five_working_days(sixty):
    came = sixty["M043"]
    case = came.sort()
    assert (case.topic.code, case.topic.route) == ("0807", "service_window")
    assert case.settle_by - came.at <= timedelta(days=8)


def test_m044_quiet_words_about_an_old_woman_are_of_the_highest_urgency(sixty):
    came = sixty["M044"]
    case = came.sort(urgency=1)
    assert (case.topic.code, case.topic.urgency) == ("0901", 3)
    assert came.is_on_the_desk


def test_m045_a_child_left_behind_is_never_shown(sixty):
    came = sixty["M045"]
    assert came.suggested[0] == "0902"
    assert never_public_with_its_urgency(came)


def never_public_with_its_urgency(came) -> bool:
    came.message = came.message | {"urgency": f"U{came.case.urgency}"}
    return never_public(came)


def test_m046_after_the_fire_help_is_needed_and_no_engine(sixty):
    came = sixty["M046"]
    assert (came.suggested[0], came.case.urgency) == ("0903", 2)
    assert not came.is_on_the_desk


def test_m047_two_myriad_jin_stand_as_they_were_said(sixty):
    came = sixty["M047"]
    assert came.suggested[0] == "0904"
    assert "两万斤" in came.word.said.text
    assert came.sort().topic.code == "0904"


def test_m048_the_critic_is_not_made_a_victim_of_theft_by_those_criticised(sixty):
    came = sixty["M048"]
    urgency = came.case.urgency
    case = came.sort(second="0201", urgency=urgency)
    with pytest.raises(floors.CriticismStays):
        came.sort("0201", urgency=urgency, reason="是盗窃", revision=case.revision)
    assert came.case.topic.code == "1001"
    empty = "感谢您的反映,我们高度重视,将进一步加强巡逻防控。"
    with pytest.raises(services.AnswerMissesPoint):
        services.answer(
            case=came.case,
            text=empty,
            by=came.officer,
            at=came.soon,
            revision=came.case.revision,
        )


def test_m049_a_promise_of_ours_that_was_broken_is_a_matter_of_this_shift(sixty):
    came = sixty["M049"]
    case = came.sort()
    assert (case.topic.code, case.topic.urgency, case.urgency) == ("1001", 3, 2)
    late = search(came.officer, at=came.at + timedelta(hours=13), shown="overdue")
    assert case in late


def test_m050_three_signs_are_criticism_like_any_other(sixty):
    came = sixty["M050"]
    case = show(came)
    assert case.topic.code == "1001"
    [matter] = matters_of([case], at=came.soon)
    assert matter.said[0].text == "做样子!"


def test_m051_a_suggestion_is_decided_with_a_reason_within_fifteen_days(sixty):
    came = sixty["M051"]
    case = came.sort()
    assert (case.settle_by.date() - came.at.date()).days <= 15
    with pytest.raises(services.ReasonTooShort):
        services.decide(
            case=case, decision="no", why="不行", by=came.officer, at=came.soon
        )
    services.decide(
        case=case,
        decision="yes",
        why="11月起青石赶场天6点上岗。",
        by=came.officer,
        at=came.soon,
    )
    [decided] = followed(came.word, at=came.soon).decisions
    assert decided.decision == "yes"


@pytest.mark.parametrize("number", ["M052", "M053"])
def test_m052_m053_what_concerns_their_own_is_sealed_from_the_unit_at_once(
    sixty, number
):
    """The second one is called by no such name: somebody presses people to be content."""
    came = sixty[number]
    case = came.case
    assert case.is_sealed
    for role in ("duty_officer", "leader", "community_officer"):
        user = account(role, came.message["station"])
        assert not queries.visible_to(user).filter(pk=case.pk).exists()
        assert case in queries.sealed_on_ground(user)
    with pytest.raises(NotAllowed):
        came.sort()
    case = came.sort(by=account("supervisor"))
    assert (case.is_sealed, case.sealed_from) == (True, came.message["station"])


def test_m054_a_rating_is_not_talked_away(sixty):
    came = sixty["M054"]
    assert came.suggested[0] == "1004"
    for attempt in (came.word.said.save, lambda: Said.objects.update(text="满意")):
        with pytest.raises(AppendOnly):
            attempt()
    assert never_public(came)


def test_m055_thanks_stand_beside_criticism_by_time_and_nobody_is_named(sixty):
    thanks, criticism = sixty["M055"], sixty["M050"]
    for came in (thanks, criticism):
        show(came)
    shown = matters_of([thanks.case, criticism.case], at=criticism.soon)
    fields = [fields_of(each) for each in shown]
    assert set(fields[0]) == set(fields[1])
    assert not find_names(thanks.proposed, loaded_model())


def test_m056_who_demands_a_review_is_nobodys_petitioner(sixty):
    came = sixty["M056"]
    case = came.sort()
    assert case.topic.route == "supervisor"
    assert (case.settle_by.date() - came.at.date()).days <= 15
    assert never_public_sorted(came)


def never_public_sorted(came) -> bool:
    return not publishing.can_be_public(came.case) and not came.is_public


def test_m057_who_looked_at_a_number_is_on_record_under_its_word(sixty):
    came = sixty["M057"]
    case = came.sort()
    assert (case.settle_by.date() - came.at.date()).days <= 15
    found = contacts.open_contact(
        case=case, word=came.word, reason="核对身份", by=came.officer, at=came.soon
    )
    event = Event.objects.get(kind="contact.opened", subject=came.word.number)
    assert found == CONTACT
    assert (event.detail["role"], event.detail["unit"], event.detail["reason"]) == (
        "duty_officer",
        "S01",
        "核对身份",
    )


def test_m058_a_wish_for_two_patrols_a_week_is_decided_and_its_sender_told(sixty):
    came = sixty["M058"]
    case = came.sort()
    assert (case.topic.route, case.topic.code) == ("duty_planner", "1008")
    services.decide(
        case=case,
        decision="partly",
        why="每周二、周五晚各去一次,到一月底公布前后分钟数,再定是否长期。",
        by=came.officer,
        at=came.soon,
    )
    assert len(followed(came.word, at=came.soon).decisions) == 1


def test_m059_no_water_is_handed_over_warm_and_comes_back_to_be_answered(sixty):
    came = sixty["M059"]
    assert "1101" in came.suggested
    came.sort()
    referral = came.refer("12345")
    referrals.note_answer(
        referral=referral,
        revision=0,
        status="done",
        receipt_number="12345-9",
        answer="当日恢复供水",
        by=came.officer,
        at=came.soon,
    )
    assert came.case.state == "in_hand"


def test_m060_orders_in_a_text_are_text(sixty, client):
    came = sixty["M060"]
    assert remarks_in(came.text) == (Remark.COMMANDS,)
    others = Case.objects.exclude(pk=came.case.pk)
    assert set(others.values_list("state", "topic")) == {("new", None)}
    assert (came.case.state, came.case.answers.count()) == ("new", 0)
    client.force_login(came.officer)
    page = client.get(
        f"/cases/{came.case.number}/", headers={"accept-language": "en"}
    ).content.decode()
    assert "It gives orders to the system" in page
