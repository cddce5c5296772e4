"""Which amounts a text names."""

import pytest

from xunfang.core.language.amounts import amounts_in


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("不然三千块就垫进去了", {3000}),
        ("差一點就轉了1.2萬", {1, 12_000}),
        ("要我先交3,000保证金,后面还有两万八", {3000, 28_000}),
        ("一共三万零五十,没转", {1, 30_050}),
        ("5k", {5000}),
        ("多亏问了你们,没转", set()),
        ("卡号 62220200001112223334", set()),
    ],
)
def test_figures_and_words_in_either_script_are_read(text, amounts) -> None:
    assert amounts_in(text) == amounts
