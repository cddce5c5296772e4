"""Every refusal of the house can be read by a person."""

import ast

from tests.house.sources import DOCS, PACKAGE, files, table_rows
from xunfang.web.sentences import SENTENCES, sentence_key


def codes_in_use() -> set[str]:
    """Return the ``code`` of every class in the house that has one."""
    codes = set()
    for path in files(PACKAGE, ".py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                codes |= {
                    statement.value.value
                    for statement in node.body
                    if isinstance(statement, ast.Assign)
                    and isinstance(statement.targets[0], ast.Name)
                    and statement.targets[0].id == "code"
                    and isinstance(statement.value, ast.Constant)
                }
    return codes


def test_every_refusal_has_a_sentence_and_every_sentence_a_refusal():
    # What the command line alone can raise, it says itself, with file and line.
    on_pages = {
        code for code in codes_in_use() if not code.startswith(("cli.", "demo."))
    }

    assert {code for code in on_pages if sentence_key(code) is None} == set()
    assert set(SENTENCES) == {sentence_key(code) for code in on_pages}


def test_every_code_is_documented():
    documented = table_rows(
        (DOCS / "reference" / "errors.md").read_text(encoding="utf-8")
    )

    assert {code for code, *_ in documented} == {f"`{code}`" for code in codes_in_use()}
