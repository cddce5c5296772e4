"""A line is carried out only where it can be read in one way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.dispatching.commands import (
    STATUSES,
    VERBS,
    Named,
    Order,
    Verb,
    complete,
    matches,
    plain,
    read,
)
from xunfang.core.dispatching.sheets import Step
from xunfang.core.dispatching.unit_states import DutyStep

UNITS = (
    Named(1, ("1巡", "1"), bound=(71,)),
    Named(3, ("3巡", "3", "B"), bound=(71,)),
    Named(31, ("31巡", "31")),
    Named(4, ("4巡", "4"), bound=(71, 72)),
)
CALLS = (Named(71, ("110-71", "河滨路")), Named(72, ("110-72", "人民路")))


def order(line, here=None):
    return read(line, units=UNITS, calls=CALLS, here=here).order


def lines(line, here=None):
    reading = read(line, units=UNITS, calls=CALLS, here=here)
    assert reading.order is None
    return [choice.line for choice in reading.choices]


@pytest.mark.parametrize(
    "line",
    [
        *("/s 3巡 到场", "s 3 到场", "s 3巡到场", "ｓ　３巡　到场", "S 3 DC", "s b dc"),
        *("s 3 on scene", "s 3 arr", "状态 3巡 到场", "zt 3 dc", "s 3 110-71 到场"),
    ],
)
def test_one_order_in_many_spellings(line):
    assert order(line) == Order(Verb.STATUS, 3, 71, Step.ARRIVED)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("d 110-72 3", Order(Verb.SEND, 3, 72)),
        ("派 110-72 31巡", Order(Verb.SEND, 31, 72)),
        ("x 3", Order(Verb.STAND_DOWN, 3, 71)),
        ("x 4 110-72", Order(Verb.STAND_DOWN, 4, 72)),
        ("c 110-72 close", Order(Verb.CLOSE, call=72)),
        ("c 110-72 结案", Order(Verb.CLOSE, call=72)),
        ("s 31 休整", Order(Verb.STATUS, 31, None, DutyStep.PAUSE)),
        ("s 31 resume", Order(Verb.STATUS, 31, None, DutyStep.PATROL)),
        (
            "n 110-72 Two callers, 2 cars",
            Order(Verb.NOTE, call=72, text="Two callers, 2 cars"),
        ),
        ("u", Order(Verb.UNDO)),
        ("g 110-72", Order(Verb.GO, call=72)),
        ("河滨", Order(Verb.GO, call=71)),
    ],
)
def test_what_can_be_ordered(line, meant):
    assert order(line) == meant


def test_the_call_that_is_shown_is_meant_where_none_is_named():
    assert order("d 3", here=72) == Order(Verb.SEND, 3, 72)
    assert order("c ja", here=72) == Order(Verb.CLOSE, call=72)
    assert order("s 4 dc", here=72) == Order(Verb.STATUS, 4, 72, Step.ARRIVED)
    assert order("n 门锁着", here=72) == Order(Verb.NOTE, call=72, text="门锁着")
    assert order("d 3") is None


def test_what_fits_several_things_is_answered_with_them():
    assert lines("s 4 到场") == ["s 4巡 110-71 到场", "s 4巡 110-72 到场"]
    assert lines("s 31 p") == ["s 31巡 巡逻", "s 31巡 休整"]
    assert lines("c 110 close") == ["c 110-71 结案", "c 110-72 结案"]
    assert lines("g 110") == ["g 110-71", "g 110-72"]


def test_a_unit_that_has_no_call_does_not_arrive_anywhere():
    assert order("s 31 到场") is None


def test_a_line_that_is_not_whole_says_how_it_could_go_on():
    assert lines("s") == ["s 1巡 ", "s 3巡 ", "s 31巡 ", "s 4巡 "]
    assert lines("s 1巡")[:2] == ["s 1巡 签收", "s 1巡 出发"]
    assert lines("")[0] == "s "
    assert lines("c 110-7") == ["c 110-71 ", "c 110-72 "]


def test_tab_goes_as_far_as_all_choices_agree():
    reading = read("g 11", units=UNITS, calls=CALLS)

    assert complete("g 11", reading) == "g 110-7"
    assert complete("g 110-7", reading) == "g 110-7"


WORDS = st.text("b1343巡 0-7", max_size=4)
NAMES = st.lists(WORDS.filter(str.strip), min_size=1, max_size=3).map(tuple)


@st.composite
def cities(draw):
    n_calls = draw(st.integers(0, 3))
    calls = [Named(100 + n, draw(NAMES)) for n in range(n_calls)]
    units = [
        Named(n, draw(NAMES), tuple(c.key for c in calls if draw(st.booleans())))
        for n in range(draw(st.integers(0, 4)))
    ]
    here = draw(st.sampled_from([None, *(call.key for call in calls)]))
    return units, calls, here


LINES = st.builds(
    lambda verb, parts: " ".join([verb, *parts]),
    st.sampled_from([word for words in VERBS.values() for word in words]),
    st.lists(
        st.one_of(
            WORDS, st.sampled_from([w for words in STATUSES.values() for w in words])
        ),
        max_size=4,
    ),
)


def named_by(text, things):
    return {thing.key for thing in matches(text, things)}


@given(cities(), LINES)
def test_nothing_is_ordered_of_two_units_that_a_text_names_alike(city, line):
    """Whatever is ordered of a unit: no part of the line that names it names another."""
    units, calls, here = city

    found = read(line, units=units, calls=calls, here=here).order

    if found is None or found.unit is None:
        return
    twin = Named(999, units[found.unit].names, units[found.unit].bound)
    assert read(line, units=[*units, twin], calls=calls, here=here).order is None


@given(cities(), LINES)
def test_nothing_is_ordered_for_two_calls_that_a_text_names_alike(city, line):
    units, calls, _here = city

    found = read(line, units=units, calls=calls, here=None).order

    if found is None or found.call is None or found.verb is not Verb.CLOSE:
        return
    twin = Named(999, next(c.names for c in calls if c.key == found.call))
    assert read(line, units=units, calls=[*calls, twin], here=None).order is None


@given(cities(), st.one_of(LINES, st.text(max_size=20)))
def test_every_choice_read_again_is_what_it_said_or_still_open(city, line):
    units, calls, here = city

    reading = read(line, units=units, calls=calls, here=here)

    if reading.order is not None:
        assert len({c.order for c in reading.choices} - {None}) <= 1
    else:
        assert len([c for c in reading.choices if c.order]) != 1 or not reading.choices
    assert len(reading.choices) <= 9


@given(st.text(max_size=20))
def test_text_is_compared_the_same_however_often_it_was_made_plain(text):
    assert plain(plain(text)) == plain(text)


@given(cities(), st.text(max_size=20))
def test_tab_never_makes_a_line_shorter(city, line):
    units, calls, here = city
    reading = read(line, units=units, calls=calls, here=here)

    assert len(plain(complete(line, reading))) >= len(
        plain(line).removeprefix("/").strip()
    )
