"""What the reference says about problems and plans is what the code does."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

import xunfang.core.planning as planning
from xunfang.core.planning import sentences
from xunfang.core.planning.check import violations
from xunfang.core.planning.explain import unmet
from xunfang.core.planning.format import documents as formats
from xunfang.core.planning.format.documents import read_plan, read_problem
from xunfang.core.planning.plan import Plan

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
SOURCES = Path(planning.__path__[0])
PROBLEM = (REFERENCE / "patrol-problem.md").read_text("utf-8")
PLAN = (REFERENCE / "patrol-plan.md").read_text("utf-8")


def _examples(page: str) -> list[dict[str, Any]]:
    return [
        json.loads(text) for text in re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    ]


@pytest.mark.parametrize("document", _examples(PROBLEM))
def test_every_example_is_read_as_it_stands(document: dict[str, Any]) -> None:
    read = read_problem(document)

    assert read.set_aside == ()
    everything = read.problem
    nobody = Plan((), 0.0, unmet=unmet(everything, Plan((), 0.0)))
    assert violations(everything, nobody) == ()


def test_the_example_of_a_plan_holds_for_the_smallest_problem() -> None:
    problem = read_problem(_examples(PROBLEM)[0]).problem
    (document,) = _examples(PLAN)

    plan = read_plan(document, problem)

    assert violations(problem, plan) == ()
    assert (plan.value, plan.upper_bound, plan.gap_share) == (40.0, 40.0, 0.0)


def _first_cells(page: str) -> set[str]:
    """Every word in backticks in the first column of a table."""
    rows = re.findall(r"^\| (`[^|]*) \|", page, re.MULTILINE)
    return {word for row in rows for word in re.findall(r"`([^`]+)`", row)}


def test_every_key_of_a_problem_is_in_the_tables_and_no_other() -> None:
    keys = set(formats._TOP_KEYS)
    for names in formats._KEYS_OF_ITEMS.values():
        keys |= set(names)
    in_text = {"break", "units"}  # said in the row of breaks; both a list and a count
    of_network = {"file"}
    codes = {code.removeprefix("planning.aside.") for code in sentences.SET_ASIDE}

    documented = _first_cells(PROBLEM) - codes

    assert documented | in_text == keys | of_network


def test_everything_set_aside_is_in_the_table() -> None:
    codes = set(sentences.SET_ASIDE) - {"unknown_key_alone"}

    assert codes <= _first_cells(PROBLEM)


def test_every_answer_and_every_violation_is_in_the_tables() -> None:
    codes = set(sentences.UNMET) | set(sentences.VIOLATIONS)

    assert codes <= _first_cells(PLAN)


def test_the_facts_of_every_answer_are_named_in_its_row() -> None:
    """What a sentence tells must stand in the column of facts."""
    rows = dict(re.findall(r"^\| `(\w+)` \| [^|]+ \|([^|]*)\|$", PLAN, re.MULTILINE))
    told = {
        code: set(re.findall(r"{(\w+)}", zh))
        for code, (zh, _) in sentences.UNMET.items()
    }

    missing = {
        code: told[code] - set(re.findall(r"`(\w+)`", rows[code]))
        for code in told
        if "as above" not in rows[code]
    }

    assert {code: facts for code, facts in missing.items() if facts} == {}


def test_no_page_names_a_fact_that_the_code_does_not_know() -> None:
    strings = {
        node.value
        for name in ("explain.py", "displacement.py")
        for node in ast.walk(ast.parse((SOURCES / name).read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    column = re.findall(r"^\| `\w+` \| [^|]+ \| (`[^|]*) \|$", PLAN, re.MULTILINE)
    facts = {word for cell in column for word in re.findall(r"`(\w+)`", cell)}

    assert facts <= strings
