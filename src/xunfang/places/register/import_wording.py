"""What is wrong with a line of a list, and what to do about it, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy

from xunfang.places.register.import_judging import Problem


@dataclass(frozen=True, slots=True)
class Words:
    """Two sentences: what is wrong, and the remedy."""

    what: Promise
    remedy: Promise


PROBLEMS: dict[str, Words] = {
    "code_missing": Words(
        pgettext_lazy("import", "It has no code."),
        pgettext_lazy("import", "Give it a code of its own."),
    ),
    "code_unusable": Words(
        pgettext_lazy("import", "Its code cannot be used."),
        pgettext_lazy(
            "import",
            "At most %(most)s letters, digits, dots, hyphens and underscores.",
        ),
    ),
    "name_missing": Words(
        pgettext_lazy("import", "It has no name."),
        pgettext_lazy("import", "Write what people call the place."),
    ),
    "name_too_long": Words(
        pgettext_lazy("import", "Its name is too long."),
        pgettext_lazy("import", "Shorten it to %(most)s characters."),
    ),
    "name_unusable": Words(
        pgettext_lazy("import", "Its name holds line ends or control characters."),
        pgettext_lazy("import", "Write the name on one line."),
    ),
    "kind_unknown": Words(
        pgettext_lazy("import", "The kind “%(kind)s” is not known."),
        pgettext_lazy("import", "Use one of the kinds named on the import page."),
    ),
    "interval_unusable": Words(
        pgettext_lazy("import", "The check interval is not a number of days."),
        pgettext_lazy("import", "Write a whole number from 1 to %(most)s."),
    ),
    "position_missing": Words(
        pgettext_lazy("import", "Longitude or latitude is missing."),
        pgettext_lazy("import", "Give both in degrees."),
    ),
    "position_not_a_number": Words(
        pgettext_lazy("import", "Longitude or latitude is not a number."),
        pgettext_lazy("import", "Write degrees with a decimal point, like 113.6512."),
    ),
    "position_invalid": Words(
        pgettext_lazy("import", "There is no such longitude or latitude."),
        pgettext_lazy("import", "Give both in degrees."),
    ),
    "position_swapped": Words(
        pgettext_lazy("import", "Longitude and latitude have changed places."),
        pgettext_lazy("import", "Exchange the two."),
    ),
    "datum_unknown": Words(
        pgettext_lazy("import", "The coordinate system “%(datum)s” is not known."),
        pgettext_lazy("import", "Write wgs84, cgcs2000, gcj02 or bd09."),
    ),
    "off_map": Words(
        pgettext_lazy(
            "import",
            "It lies in no cell, %(metres)s m from the nearest area %(area)s.",
        ),
        pgettext_lazy(
            "import",
            "Check the position. 300 to 700 m off means a wrong coordinate system.",
        ),
    ),
    "other_station": Words(
        pgettext_lazy("import", "It lies on another station's ground."),
        pgettext_lazy("import", "Leave it to that station, or to headquarters."),
    ),
    "place_closed": Words(
        pgettext_lazy("import", "The place with this code is closed."),
        pgettext_lazy("import", "Reopen it first, or use another code."),
    ),
    "twice_in_file": Words(
        pgettext_lazy("import", "Its code stands in line %(line)s already."),
        pgettext_lazy("import", "Keep one of the two lines."),
    ),
    "perhaps_same": Words(
        pgettext_lazy(
            "import",
            "Perhaps the same as %(other)s: of one kind and name, %(metres)s m away.",
        ),
        pgettext_lazy(
            "import",
            "If it is, use that code. If not, tell them apart by their names.",
        ),
    ),
}
"""A test holds this equal to the codes that are given."""


def what_is_wrong(problem: Problem) -> str:
    """Say what is wrong."""
    return str(PROBLEMS[str(problem["code"])].what) % problem


def remedy_of(problem: Problem) -> str:
    """Say what to do about it."""
    return str(PROBLEMS[str(problem["code"])].remedy) % problem


def all_of(problems: Iterable[Problem]) -> str:
    """Say all that is wrong with a line, for one cell of a table."""
    space = "" if (get_language() or "zh").startswith("zh") else " "
    return space.join(
        f"{what_is_wrong(problem)}{space}{remedy_of(problem)}" for problem in problems
    )
