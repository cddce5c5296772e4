"""Every code has a sentence in both languages, and the sentences say the same."""

import ast
import string
from datetime import datetime
from pathlib import Path

import pytest

import xunfang.core.planning as planning
from xunfang.core.planning import sentences, wording
from xunfang.core.planning.check import Violation
from xunfang.core.planning.explain import ANSWERS
from xunfang.core.planning.format.documents import TravelUnresolved
from xunfang.core.planning.format.node import FormatError, FractionalTime
from xunfang.core.planning.format.screening import SetAside
from xunfang.core.planning.plan import EventKind, Unmet
from xunfang.core.planning.wording import Clock

SOURCES = Path(planning.__path__[0])
TABLES = ["UNMET", "VIOLATIONS", "SET_ASIDE", "REFUSALS", "TAKE"]


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("table", TABLES)
def test_both_languages_tell_the_same_facts(table: str) -> None:
    told: sentences.Sentences = getattr(sentences, table)

    different = [
        code
        for code, (zh, en) in told.items()
        if _placeholders(zh) != _placeholders(en)
    ]

    assert different == []


def _first_arguments(path: Path, function: str, number: int) -> set[str]:
    """Texts given as the argument ``number`` of every call of a function in a file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or len(node.args) <= number:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else None
        name = node.func.id if isinstance(node.func, ast.Name) else name
        argument = node.args[number]
        if name == function and isinstance(argument, ast.Constant):
            found.add(str(argument.value))
    return found


def test_every_violation_has_its_sentence() -> None:
    codes = _first_arguments(SOURCES / "check.py", "Violation", 0)
    codes |= _first_arguments(SOURCES / "check_route.py", "Violation", 0)

    assert codes == set(sentences.VIOLATIONS)


def test_everything_set_aside_has_its_sentence() -> None:
    codes = _first_arguments(SOURCES / "format" / "screening.py", "put", 1)
    codes |= {"unknown_key", "unknown_key_alone", "points_count", "place_unknown"}

    assert codes == set(sentences.SET_ASIDE)


def test_every_answer_why_not_has_its_sentence() -> None:
    assert set(ANSWERS) == set(sentences.UNMET)
    assert len(set(ANSWERS)) == len(ANSWERS)


def test_every_refusal_has_its_sentence() -> None:
    codes = {FormatError.code, TravelUnresolved.code}
    codes |= {kind.code for kind in FormatError.__subclasses__()}

    assert codes == set(sentences.REFUSALS)


def test_moments_are_times_of_day_where_the_problem_has_an_origin() -> None:
    clock = Clock(60, datetime.fromisoformat("2026-06-02T18:00:00+08:00"))
    late = Violation(
        "after_shift", "u1", None, {"back_moment": 372, "shift_moment": 350}
    )

    assert (
        wording.violation_sentence(late, clock, "zh")
        == "u1：次日00:12 才返回，晚于下班时间 23:50。"
    )
    assert (
        wording.violation_sentence(late, clock, "en")
        == "u1: is back at 00:12 (+1 d), after its shift ends at 23:50."
    )
    assert (
        wording.violation_sentence(late, Clock(), "zh")
        == "u1：372 才返回，晚于下班时间 350。"
    )


def test_durations_are_minutes_and_seconds_where_they_are_no_whole_minutes() -> None:
    assert Clock(30).duration(3, "zh") == "90 秒"
    assert Clock(30).duration(4, "zh") == "2 分钟"
    assert Clock(1).duration(45, "en") == "45 s"


def test_what_is_missing_is_said_with_its_reason_and_what_it_would_take() -> None:
    lack = Unmet(
        EventKind.POST,
        "east gate",
        2,
        mandatory=True,
        code="too_few_people_then",
        facts={
            "needs": 31,
            "has": 26,
            "first_moment": 60,
            "last_moment": 90,
            "take_mode": "car",
            "take_people": 5,
            "take_from_moment": 55,
            "take_duration": 40,
        },
    )

    assert wording.unmet_sentence(lack, Clock(), "en") == (
        "post east gate×2: Between 60 and 90 the duties need 31 people; 26 are on shift."
        " It would take one more unit (car, 5 or more people) for 40 min from 55."
    )
    assert wording.unmet_sentence(lack, Clock(), "zh") == (
        "定点岗east gate×2：60 至 90，必办勤务共需 31 人，当班只有 26 人。"
        "需要：另派一个组（car，至少 5 人），55 起 40 分钟。"
    )


def test_a_refusal_comes_with_its_remedy() -> None:
    error = FractionalTime("stops[0].dwell", number="15.5", up=16)

    assert wording.refusal_sentence(error, "zh") == (
        "时间须为整数，写的是 15.5。请向上取整，写 16。"
    )


def test_a_misspelt_key_is_answered_with_the_nearest_right_one() -> None:
    facts: dict[str, str | int | float] = {"key": "windws", "nearest": "windows"}
    aside = SetAside("stops[0].windws", "planning.aside.unknown_key", None, facts)

    assert wording.set_aside_sentence(aside, Clock(), "en") == (
        "“windws” means nothing here and was passed over. Was “windows” meant?"
    )
