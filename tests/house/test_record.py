"""Whatever is put on record can be read in words."""

import ast

from tests.house.sources import PACKAGE, files
from xunfang.audit.wording import KINDS


def kinds_recorded() -> set[str]:
    """Return the ``kind`` of every call of ``record(kind=...)`` in the house."""
    return {
        keyword.value.value
        for path in files(PACKAGE, ".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "record"
        for keyword in node.keywords
        if keyword.arg == "kind" and isinstance(keyword.value, ast.Constant)
    }


def test_every_kind_of_event_has_words():
    assert set(KINDS) == kinds_recorded()
