"""What is wrong with a line of a table of people, and what to do about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

type Facts = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Said:
    """A problem in words."""

    what: str
    remedy: str


PROBLEMS: dict[str, tuple[str | Promise, str | Promise]] = {
    "number_missing": (
        pgettext_lazy("import", "There is no service number."),
        pgettext_lazy("import", "Write it."),
    ),
    "number_unreadable": (
        pgettext_lazy("import", "“%(number)s” is not a service number."),
        pgettext_lazy("import", "Write at most 20 letters, digits and hyphens."),
    ),
    "name_missing": (
        pgettext_lazy("import", "There is no name."),
        pgettext_lazy("import", "Write it."),
    ),
    "name_too_long": (
        pgettext_lazy("import", "The name is too long."),
        pgettext_lazy("import", "Write at most 40 characters."),
    ),
    "phone_too_long": (
        pgettext_lazy("import", "The telephone number is too long."),
        pgettext_lazy("import", "Write one number of at most 30 characters."),
    ),
    "standing_unknown": (
        pgettext_lazy("import", "“%(standing)s” is not a standing."),
        pgettext_lazy(
            "import", "Write sworn (民警), auxiliary (辅警) or civil (文职)."
        ),
    ),
    "unit_unknown": (
        pgettext_lazy("import", "There is no unit “%(unit)s”."),
        pgettext_lazy("import", "Correct its code or name, or add the unit first."),
    ),
    "unit_unclear": (
        pgettext_lazy("import", "%(n)s units are called “%(unit)s”."),
        pgettext_lazy("import", "Write its code, or the unit above it."),
    ),
    "parent_differs": (
        pgettext_lazy("import", "“%(unit)s” is not below “%(parent)s”."),
        pgettext_lazy("import", "Correct one of the two, or leave the second empty."),
    ),
    "not_your_unit": (
        pgettext_lazy("import", "“%(unit)s” is another station's or office's unit."),
        pgettext_lazy("import", "Ask the city's desk to import this line."),
    ),
    "station_unknown": (
        pgettext_lazy("import", "There is no station “%(station)s”."),
        pgettext_lazy("import", "Write codes of stations with 、 between them."),
    ),
    "account_unknown": (
        pgettext_lazy("import", "There is no account “%(username)s”."),
        pgettext_lazy("import", "Correct it, or leave it empty."),
    ),
    "account_standing_differs": (
        pgettext_lazy("import", "The account “%(username)s” has another standing."),
        pgettext_lazy("import", "Correct the standing, or ask the administrator."),
    ),
    "account_taken": (
        pgettext_lazy("import", "The account “%(username)s” belongs to %(number)s."),
        pgettext_lazy("import", "Correct it, or take it from the other first."),
    ),
    "account_twice": (
        pgettext_lazy(
            "import", "The account “%(username)s” stands in line %(line)s too."
        ),
        pgettext_lazy("import", "Keep it in one line."),
    ),
    "number_twice": (
        pgettext_lazy(
            "import", "%(number)s stands in line %(line)s too, and says the same."
        ),
        pgettext_lazy("import", "Leave it out: one line is enough."),
    ),
    "number_twice_differs": (
        pgettext_lazy(
            "import", "%(number)s stands in line %(line)s too, and says otherwise."
        ),
        pgettext_lazy("import", "Keep the right line, and import that one."),
    ),
    "name_differs": (
        pgettext_lazy("import", "%(number)s is known as %(name)s."),
        pgettext_lazy(
            "import",
            "Correct the number; if the name has changed, correct it on the person's "
            "page first.",
        ),
    ),
    "number_elsewhere": (
        pgettext_lazy("import", "%(number)s belongs to somebody of another unit."),
        pgettext_lazy("import", "Correct the number, or ask the city's desk."),
    ),
    "service_ended": (
        pgettext_lazy("import", "The service of %(number)s has ended."),
        pgettext_lazy("import", "Undo the end of service on the person's page first."),
    ),
}
"""By code: what is wrong, and the remedy. A test holds it equal to the codes in use."""


def said_of(problems: Iterable[tuple[str, Facts]]) -> list[Said]:
    """Put the problems of a line into the reader's language."""
    return [
        Said(*(str(text) % facts for text in PROBLEMS[code]))
        for code, facts in problems
    ]
