"""How soon a message needs a person."""

import opencc
import pytest

from tests.core.language.messages import CALM, URGENT
from xunfang.core.language.scripts import aligned
from xunfang.core.language.starter import starter_messages
from xunfang.core.language.triage import Suggestion
from xunfang.core.language.urgency import (
    Fact,
    Urgency,
    facts_in,
    patterns,
    proposed,
    raised,
)

to_traditional = opencc.OpenCC("s2t").convert


def by_rules_alone(text: str) -> Urgency:
    return raised(Urgency.U4, facts_in(text))


@pytest.mark.parametrize("script", [str, to_traditional])
def test_urgency_of_the_sixty_messages_is_never_below_the_expected(
    first_day, messages, defaults, script
):
    texts = [script(m["text"]) for m in messages]
    suggested = first_day.suggest_each(texts)

    below = [
        m["id"]
        for m, text, both in zip(messages, texts, suggested, strict=True)
        if proposed(both, defaults, facts_in(text)) > Urgency[m["urgency"]]
    ]

    assert below == []


@pytest.mark.parametrize("script", [str, to_traditional])
def test_what_is_about_life_is_found_without_the_model(messages, script):
    urgent = [m for m in messages if m["urgency"] == "U1"]

    assert len(urgent) == 10
    assert [m["id"] for m in urgent if by_rules_alone(script(m["text"])) > 1] == []


@pytest.mark.parametrize("script", [str, to_traditional])
def test_urgent_words_of_all_kinds_are_found(script):
    assert [text for text in URGENT if by_rules_alone(script(text)) > 1] == []


@pytest.mark.parametrize(
    "text",
    [
        "他要从楼上跳下来",
        "候车室里有炸弹",
        "我看到他包里有枪",
        "女的被拖上车了",
        "他说要烧死我们",
        "一直有人在撬我家的锁",
        "我公公脸歪了说不出话",
        "羊水破了",
        "手指被机器绞了",
        "屋头闻到一股天然气",
        "山上下来泥石流",
        "桥要塌了",
        "阿妈暈低咗",
        "help me please",
        "My father is not breathing",
        "There is a man with a gun",
        "My husband hits me",
        "Our flat is on fire",
        "I do not want to live any more",
        "wo lao gong yao sha wo",
    ],
)
def test_life_at_risk_is_found_in_dialect_in_english_and_in_rarer_words(text):
    assert by_rules_alone(text) is Urgency.U1


@pytest.mark.parametrize(
    "text",
    [
        "有枪手游戏厅",
        "I want to help at the school",
        "The lamp is broken",
        "Please come up with a better plan for the market",
        "The fence collapsed",
        "The kitchen of the canteen is dirty",
    ],
)
def test_what_only_shares_words_with_danger_is_not_at_risk(text):
    assert by_rules_alone(text) > Urgency.U1


def test_starter_messages_of_urgent_leaves_are_found(defaults):
    urgent = [t for t, leaf in starter_messages() if defaults[leaf] is Urgency.U1]

    assert [text for text in urgent if by_rules_alone(text) > 1] == []


def test_few_calm_messages_raise_a_false_alarm(defaults, messages):
    """A glance of an officer each: 6 of 319 starters, none of 18, 3 of 50 in the demo."""
    starters = [t for t, leaf in starter_messages() if defaults[leaf] > Urgency.U2]
    demo = [m["text"] for m in messages if m["urgency"] != "U1"]

    assert sum(by_rules_alone(text) == 1 for text in starters) <= 0.03 * len(starters)
    assert [text for text in CALM if by_rules_alone(text) == 1] == []
    assert sum(by_rules_alone(text) == 1 for text in demo) <= 3


@pytest.mark.shared
def test_false_alarms_on_long_letters_to_a_government_are_measured(civic_messages):
    """Letters of 400 characters that tell of fires and illnesses of past years: 11 %."""
    alarms = [by_rules_alone(f"{r['t']}。{r['x']}") == 1 for r in civic_messages]

    assert sum(alarms) <= 0.13 * len(alarms)


@pytest.mark.parametrize(
    ("default", "expected"), [(Urgency.U1, 1), (Urgency.U2, 2), (Urgency.U4, 2)]
)
def test_a_fact_raises_and_never_lowers(default, expected):
    fact = Fact("theft", Urgency.U2, 0, 2)

    assert raised(default, [fact]) == expected
    assert raised(default, []) is default


def test_a_fact_says_which_words_it_stands_on():
    (fact,) = facts_in("有人在 ＡＢＣ 門口打電話說不想活了")

    assert (fact.code, fact.urgency, fact.start, fact.end) == ("suicide", 1, 14, 17)


@pytest.mark.parametrize(
    ("text", "not_raised"),
    [("医保是救命钱", "call_for_help"), ("去年失火,人没事,铺盖烧光了", "fire")],
)
def test_what_only_sounds_urgent_is_not(text, not_raised):
    assert not_raised not in {fact.code for fact in facts_in(text)}


def test_a_model_that_is_unsure_proposes_the_more_urgent_class():
    defaults = {"calm": Urgency.U4, "soon": Urgency.U2}
    unsure = (Suggestion("calm", 0.4), Suggestion("soon", 0.3))
    sure = (Suggestion("calm", 0.9), Suggestion("soon", 0.05))

    assert proposed(unsure, defaults, []) is Urgency.U2
    assert proposed(sure, defaults, []) is Urgency.U4


def test_the_table_is_written_as_texts_are_matched():
    for code, _, pattern in patterns():
        assert pattern.pattern == aligned(pattern.pattern), code


def test_a_text_that_poses_as_an_order_is_a_text(first_day, messages, defaults):
    """M060: it is sorted, looked at and redacted like any other, and stays as it was."""
    order = next(m for m in messages if m["id"] == "M060")
    before = first_day.to_bytes()

    first, second = first_day.suggest(order["text"])

    assert (first.label, second.label)[0] == order["category"] == "1103"
    assert facts_in(order["text"]) == ()
    assert proposed((first, second), defaults, ()) is Urgency.U4
    assert first_day.to_bytes() == before
