"""The table in which people are brought in and taken out: the same columns both ways."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xunfang.accounts.models import Standing
from xunfang.units.models import Person, SetAsideLine
from xunfang.units.people.wording import said_of
from xunfang.web.tables import Column

COLUMNS = (
    Column("number", ("警号", "number", "service number"), is_needed=True),
    Column("name", ("姓名", "name"), is_needed=True),
    Column("standing", ("身份", "standing"), is_needed=True),
    Column("unit", ("单位", "unit"), is_needed=True),
    Column("parent", ("上级单位", "parent unit")),
    Column("phone", ("电话", "phone")),
    Column("knows", ("熟悉派出所", "knows")),
    Column("username", ("账号", "username")),
)
LINE_NAMES, PROBLEM_NAMES = ("行号", "line"), ("问题", "what is wrong")
OURS = (Column("line", LINE_NAMES), Column("problem", PROBLEM_NAMES))
"""What we add to lines set aside; read back and thrown away."""

STANDINGS: Mapping[str, str] = {
    "民警": Standing.SWORN,
    "辅警": Standing.AUXILIARY,
    "文职": Standing.CIVIL,
    "sworn": Standing.SWORN,
    "sworn officer": Standing.SWORN,
    "auxiliary": Standing.AUXILIARY,
    "civil": Standing.CIVIL,
    "civil staff": Standing.CIVIL,
}
"""What people write, and what it means."""
WRITTEN = {
    Standing.SWORN: "民警",
    Standing.AUXILIARY: "辅警",
    Standing.CIVIL: "文职",
}
HEADER = tuple(column.names[0] for column in COLUMNS)


def rows_of(people: QuerySet[Person]) -> Iterator[Sequence[str]]:
    """Yield a line of the table for each of ``people``, in their order."""
    found = people.select_related("home_unit__parent", "account").prefetch_related(
        "known_grounds__station"
    )
    for person in found:
        parent = person.home_unit.parent
        yield (
            person.code,
            person.name,
            WRITTEN[Standing(person.standing)],
            person.home_unit.code,
            "" if parent is None else parent.code,
            person.phone,
            "、".join(
                sorted(ground.station.code for ground in person.known_grounds.all())
            ),
            "" if person.account is None else person.account.username,
        )


def set_aside_header() -> Sequence[str]:
    """Return the first line of a table of lines set aside."""
    return (*HEADER, PROBLEM_NAMES[0], LINE_NAMES[0])


def set_aside_rows(lines: Iterable[SetAsideLine]) -> Iterator[Sequence[object]]:
    """Yield each line as it stood, with what is wrong and where it stood."""
    between = _("; ")
    for line in lines:
        problems = between.join(
            f"{problem.what} {problem.remedy}" for problem in said_of(line.problems)
        )
        cells = (line.cells.get(column.key, "") for column in COLUMNS)
        yield (*cells, problems, line.line)
