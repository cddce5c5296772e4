"""Every refusal of the house can be read by a person."""

from tests.house.errors_reference import DOCUMENT, refusals
from tests.house.sources import table_rows
from xunfang.web.sentences import SENTENCES, sentence_key


def test_every_refusal_has_a_sentence_and_every_sentence_a_refusal():
    # What the command line alone can raise, it says itself, with file and line.
    on_pages = {
        refusal.code
        for refusal in refusals()
        if not refusal.code.startswith(("cli.", "demo."))
    }

    assert {code for code in on_pages if sentence_key(code) is None} == set()
    assert set(SENTENCES) == {sentence_key(code) for code in on_pages}


def test_every_refusal_is_documented():
    documented = table_rows(DOCUMENT.read_text(encoding="utf-8"))

    assert documented == [refusal.row for refusal in refusals()], (
        "run: python -m tests.house.errors_reference"
    )
