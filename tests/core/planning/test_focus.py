"""Results by what a duty is there for."""

import pytest

from xunfang.core.planning.focus import FocusCount, count_by_focus

FOCUS = ("pickpocketing", "scam", "snatching")


@pytest.mark.row("C05")
def test_only_the_three_focus_types_and_other_are_counted_apart():
    counts = [("pickpocketing", 3), ("noise", 5), ("scam", 1), ("pickpocketing", 1)]

    found = count_by_focus(counts, focus=FOCUS)

    assert found == FocusCount({"pickpocketing": 4, "scam": 1, "snatching": 0}, 5)
    assert found.base == 10


def test_without_a_focus_everything_is_other():
    assert count_by_focus([("noise", 2)], focus=()) == FocusCount({}, 2)
