"""Every code the planner can give has words, in both languages."""

import pytest
from django.utils import translation

from xunfang.core.calendars.duties import REASONS
from xunfang.core.planning.explain import ANSWERS
from xunfang.core.planning.plan import EventKind, Unmet
from xunfang.core.planning.problem import Reason
from xunfang.core.planning.staffing import Staffing
from xunfang.patrols import wording
from xunfang.patrols.board import reasons
from xunfang.patrols.calendars import page as calendar_page


def test_every_answer_of_the_planner_has_a_sentence_and_a_heading():
    assert set(wording.why_not_sentences()) == set(ANSWERS)
    assert set(wording.why_not_titles()) == set(ANSWERS)


def test_every_reason_of_the_calendar_has_a_sentence():
    assert set(calendar_page.sentences()) == set(REASONS)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Between 20:00 and 21:00 the duties need 31 people; 26 are on shift."),
        ("zh-hans", "20:00 至 21:00，勤务共需 31 人，当班 26 人。"),
    ],
)
def test_shortage_is_said_in_words(language, said):
    short = Staffing(
        begins=1200,
        ends=1260,
        n_people_needed=31,
        n_people_on_shift=26,
        n_units_needed=4,
        n_units_on_shift=4,
        n_units_placeable=4,
        duties=((EventKind.POST, "gate"),),
    )

    with translation.override(language):
        assert wording.shortage_text(short) == said


def test_what_it_would_take_is_counted_in_people_where_people_are_missing():
    thing = Unmet(
        EventKind.POST,
        "gate",
        1,
        mandatory=True,
        code="too_few_people_then",
        facts={
            "first_moment": 1200,
            "last_moment": 1260,
            "needs": 31,
            "has": 26,
            "take_people": 5,
            "take_mode": "car",
            "take_duration": 30,
            "take_from_moment": 1200,
        },
    )

    with translation.override("en"):
        said = wording.why_not(thing, {})

    assert said == (
        "Between 20:00 and 21:00 the duties need 31 people; 26 are on shift. "
        "It would take 5 more people."
    )


def test_names_of_units_and_stops_stand_for_their_ids():
    thing = Unmet(
        EventKind.STOP,
        "K9",
        1,
        mandatory=False,
        code="worth_less_than_what_it_displaces",
        facts={
            "unit": "u1",
            "start_moment": 1500,
            "displaced": "K1, K2",
            "value": 12.0,
            "lost": 20.5,
        },
    )
    names = {"u1": "一组", "K1": "银行", "K2": "学校"}

    with translation.override("en"):
        said = wording.why_not(thing, names)

    assert said == (
        "It fits only with 一组 at 01:00, in place of 银行, 学校: worth 12, at the price "
        "of 20.5."
    )


def test_place_without_an_english_name_keeps_its_own():
    with translation.override("en"):
        assert wording.local_name("北关所", "") == "北关所"
        assert wording.local_name("北关所", "Beiguan station") == "Beiguan station"
    with translation.override("zh-hans"):
        assert wording.local_name("北关所", "Beiguan station") == "北关所"


def test_unknown_reason_is_shown_as_its_code():
    assert reasons.why_here(Reason("something.new")) == "something.new"
