"""Which class a message belongs to, how sure, and what a model is made of."""

import io
import pickle

import numpy as np
import pytest

from xunfang.core.language.starter import starter_messages, starter_words
from xunfang.core.language.triage import (
    DamagedModel,
    Evaluation,
    Model,
    evaluate,
    train,
    with_title,
)

LAMPS = ["路灯不亮了", "巷子的路灯坏了", "灯坏了好久", "路灯一闪一闪", "没有路灯"]
DOGS = ["大狗没拴绳", "狗咬人了", "流浪狗追小孩", "狗叫一晚上", "遛狗不牵绳"]


@pytest.fixture(scope="module")
def small() -> Model:
    return train(LAMPS + DOGS, ["lamp"] * 5 + ["dog"] * 5)


def test_two_classes_are_suggested_the_likelier_first(small):
    first, second = small.suggest("我们楼下的路灯又坏了")

    assert (first.label, second.label) == ("lamp", "dog")
    assert first.sure_share > 0.5
    assert first.sure_share + second.sure_share == pytest.approx(1.0)


def test_a_text_of_which_nothing_is_known_is_not_sure(small):
    first, _ = small.suggest("xyz")
    known, _ = small.suggest("路灯坏了")

    assert first.sure_share < 0.8 < known.sure_share


def test_the_same_examples_make_the_same_bytes(small):
    again = train(LAMPS + DOGS, ["lamp"] * 5 + ["dog"] * 5)

    assert again.to_bytes() == small.to_bytes()


def test_a_stored_model_suggests_what_it_did(first_day):
    stored = Model.from_bytes(first_day.to_bytes())
    texts = [text for text, _ in starter_messages()[::7]]

    assert stored.suggest_each(texts) == first_day.suggest_each(texts)
    assert len(first_day.to_bytes()) < 2_000_000


def _archive(**arrays: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"nothing of the kind",
        pickle.dumps({"weights": 1}),
        _archive(format=np.array("another")),
        _archive(labels=np.array([{"run": "me"}], dtype=object)),
    ],
)
def test_bytes_that_are_no_model_are_refused_and_nothing_runs(stored):
    with pytest.raises(DamagedModel):
        Model.from_bytes(stored)


def test_a_model_with_a_part_cut_off_is_refused(small):
    with pytest.raises(DamagedModel):
        Model.from_bytes(small.to_bytes()[:-40])


def test_a_model_needs_two_classes():
    with pytest.raises(ValueError, match="two classes"):
        train(["一", "二"], ["same", "same"])


def test_the_starter_speaks_for_all_sixty_leaves(defaults):
    leaves = {leaf for _, leaf in starter_messages()}
    counts = [sum(leaf == each for _, leaf in starter_messages()) for each in leaves]

    assert leaves == set(defaults) == {leaf for _, leaf in starter_words()}
    assert min(counts) >= 8


def test_the_starter_repeats_no_message_of_the_test(messages):
    asked = {m["text"] for m in messages}

    assert not asked & {text for text, _ in starter_messages()}


def test_on_the_first_day_most_messages_find_their_leaf(first_day, messages):
    suggested = first_day.suggest_each([m["text"] for m in messages])

    first = sum(
        s[0].label == m["category"] for s, m in zip(suggested, messages, strict=True)
    )
    either = sum(
        m["category"] in {s[0].label, s[1].label}
        for s, m in zip(suggested, messages, strict=True)
    )
    assert first >= 50
    assert either >= 55


def _judged(margins: list[list[float]], actual: list[int]) -> Evaluation:
    return Evaluation(
        ("a", "b"),
        np.array(actual),
        np.array(margins, np.float32),
        temperature=1.0,
    )


def test_macro_f1_by_hand():
    """a: 1 right of 1 suggested and 2 there, 2/3; b: 1 of 2 and 1, 2/3."""
    judged = _judged([[1, 0], [0, 1], [0, 1]], [0, 0, 1])

    assert judged.macro_f1() == pytest.approx(2 / 3)
    assert judged.right_share() == pytest.approx(2 / 3)
    assert judged.right_share(within=2) == 1.0


def test_precision_counts_suggestions_at_least_so_sure():
    """Suggested a: margins 3, 1, 0.2 (0.95, 0.73, 0.55); the last one is wrong."""
    judged = _judged([[3, 0], [1, 0], [0.2, 0], [0, 1]], [0, 0, 1, 1])

    assert judged.precision("a", sure_share=0.0) == (2, 3)
    assert judged.precision("a", sure_share=0.7) == (2, 2)


def test_a_leaf_is_given_automatically_only_above_a_measured_precision():
    """40 right at 3.0 (Wilson's lower end 40/(40+1.96²) = 0.912), 40 wrong at 1.0."""
    judged = _judged([[3, 0]] * 40 + [[1, 0]] * 40, [0] * 40 + [1] * 40)

    threshold = judged.automatic_from("a", precision_share=0.9)

    assert threshold == pytest.approx(1 / (1 + np.exp(-3)), abs=1e-6)
    assert judged.automatic_from("a", precision_share=0.92) is None
    assert judged.automatic_from("a", precision_share=0.9, n_least=41) is None
    assert judged.automatic_from("b", precision_share=0.1) is None


def test_near_duplicates_are_never_learnt_and_tried_at_once():
    """Each text twice: were one copy learnt and the other tried, all would be right."""
    texts = [f"完全一样的一句话编号{letter}" for letter in "甲乙丙丁戊己庚辛"]
    labels = ["a", "b"] * 4

    judged = evaluate(texts * 2, labels * 2, n_folds=4)

    assert judged.right_share() < 0.8


def test_a_label_that_stands_once_does_no_harm():
    judged = evaluate([*LAMPS, *DOGS, "别的事"], [*["lamp"] * 5, *["dog"] * 5, "other"])

    assert judged.labels == ("dog", "lamp", "other")


def test_a_title_counts_double():
    assert with_title("路灯", "坏了") == "路灯 路灯 坏了"
    assert with_title("", "坏了") == "坏了"


@pytest.mark.shared
def test_civic_messages_are_sorted_as_well_as_was_asked(civic_messages):
    """Five folds here, ten in benchmarks/triage.py: fewer examples to learn from."""
    texts = [with_title(row["t"], row["x"]) for row in civic_messages]

    judged = evaluate(texts, [row["label"] for row in civic_messages], n_folds=5)

    assert judged.macro_f1() >= 0.79
    assert judged.right_share(of_surest=0.5) >= 0.93
