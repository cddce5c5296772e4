"""Bring people in from a table: what is right goes in, what is not is set aside.

Everything is read at once and written at once, so that ten thousand lines take a few
seconds. An empty cell leaves what is known; bringing a file in twice changes nothing.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, check_can
from xunfang.audit import services as audit
from xunfang.units.models import (
    KnownGround,
    PeopleImport,
    Person,
    SetAsideLine,
    Station,
    Unit,
)
from xunfang.units.people import policies
from xunfang.units.people.table import COLUMNS, OURS, STANDINGS
from xunfang.units.people.wording import Facts
from xunfang.web.tables import Row, read_table

BATCH = 1000
NUMBER = re.compile(r"[0-9A-Za-z-]{1,20}")
BETWEEN_STATIONS = re.compile(r"[、;,；，\s]+")
MARKED = re.compile(r"'[=+@-]")
LONGEST_NAME, LONGEST_PHONE = 40, 30
WRITTEN_FIELDS = ("name", "standing", "home_unit", "phone", "account", "revision")

type Problem = tuple[str, Facts]


@dataclass(slots=True)
class _Line:
    """A line, what it means, and what is wrong with it."""

    row: Row
    number: str
    name: str
    phone: str
    problems: list[Problem] = field(default_factory=list)
    standing: str = ""
    unit: Unit | None = None
    stations: frozenset[int] | None = None
    """Keys of the stations whose ground is known; None where the cell is empty."""
    account: User | None = None


@transaction.atomic
def import_people(
    *, content: bytes, file_name: str, by: User, at: datetime
) -> PeopleImport:
    """Bring in the people of a CSV or XLSX file; return what became of its lines.

    A number that is known is corrected, unless it is known under another name.

    Raises
    ------
    NotAllowed
        This person may not edit people.
    UnreadableTable, TableTooLarge, ColumnsMissing
        Nothing is brought in.
    """
    check_can(by, Capability.EDIT_PEOPLE)
    table = read_table(content, (*COLUMNS, *OURS))
    known = {
        person.code: person
        for person in Person.objects.select_for_update(of=("self",))
        .select_related("home_unit__station")
        .order_by("pk")
    }
    reader = _Reader(by, known)
    lines = [reader.read(row) for row in table.rows]
    _find_doubles(lines)
    good = [line for line in lines if not line.problems]
    added, changed = _write(good, known)
    bad = [line for line in lines if line.problems]
    done = PeopleImport.objects.create(
        file_name=file_name[-120:],
        imported_at=at,
        imported_by=by,
        n_added=added,
        n_changed=changed,
        n_same=len(good) - added - changed,
        n_set_aside=len(bad),
        unknown_columns=list(table.unknown),
    )
    SetAsideLine.objects.bulk_create(
        (
            SetAsideLine(
                people_import=done,
                line=line.row.line,
                cells=line.row.cells,
                problems=line.problems,
            )
            for line in bad
        ),
        batch_size=BATCH,
    )
    audit.record(
        kind="people.imported",
        subject=done.file_name,
        by=by,
        at=at,
        n_added=done.n_added,
        n_changed=done.n_changed,
        n_same=done.n_same,
        n_set_aside=done.n_set_aside,
    )
    return done


class _Reader:
    """Holds each line against what is known; asks the database nothing more."""

    def __init__(self, by: User, known: Mapping[str, Person]) -> None:
        self._by, self._known = by, known
        self._units: defaultdict[str, list[Unit]] = defaultdict(list)
        for unit in Unit.objects.select_related("parent", "station").order_by("code"):
            for name in {unit.code, unit.name, unit.name_en} - {""}:
                self._units[name.casefold()].append(unit)
        self._stations: dict[str, int] = {}
        for station in Station.objects.order_by("code"):
            for name in {station.code, station.name, station.name_en} - {""}:
                self._stations.setdefault(name.casefold(), station.pk)
        self._accounts = {user.username: user for user in User.objects.order_by("pk")}
        self._by_id: dict[int | None, User] = {
            user.pk: user for user in self._accounts.values()
        }
        self._holders = {
            person.account_id: person.code
            for person in known.values()
            if person.account_id is not None
        }

    def read(self, row: Row) -> _Line:
        """Say what a line means and what is wrong with it."""
        line = _Line(
            row,
            number=_plain(row.cells["number"]),
            name=_name(row.cells["name"]),
            phone=_plain(row.cells["phone"]),
        )
        self._read_number(line)
        if not line.name:
            line.problems.append(("name_missing", {}))
        elif len(line.name) > LONGEST_NAME:
            line.problems.append(("name_too_long", {}))
        if len(line.phone) > LONGEST_PHONE:
            line.problems.append(("phone_too_long", {}))
        said = _plain(row.cells["standing"])
        line.standing = STANDINGS.get(said.casefold(), "")
        if not line.standing:
            line.problems.append(("standing_unknown", {"standing": said}))
        self._read_unit(line)
        self._read_stations(line)
        self._read_account(line)
        return line

    def _read_number(self, line: _Line) -> None:
        if not line.number:
            line.problems.append(("number_missing", {}))
            return
        if not NUMBER.fullmatch(line.number):
            line.problems.append(("number_unreadable", {"number": line.number}))
            return
        person = self._known.get(line.number)
        if person is None:
            return
        facts: dict[str, str | int] = {"number": person.code}
        if not policies.can_edit_people_of(self._by, person.home_unit):
            line.problems.append(("number_elsewhere", facts))
        elif _name(person.name) != line.name:
            line.problems.append(("name_differs", facts | {"name": person.name}))
        elif not person.is_serving:
            line.problems.append(("service_ended", facts))

    def _read_unit(self, line: _Line) -> None:
        said = _plain(line.row.cells["unit"])
        above = _plain(line.row.cells["parent"]).casefold()
        found = self._units.get(said.casefold(), [])
        # A code says it all; only names may be shared.
        by_code = [unit for unit in found if unit.code.casefold() == said.casefold()]
        below = [
            unit
            for unit in by_code or found
            if not above
            or (
                unit.parent is not None
                and above in {n.casefold() for n in _names(unit.parent)}
            )
        ]
        facts = {"unit": said}
        match below:
            case [unit] if policies.can_edit_people_of(self._by, unit):
                line.unit = unit
            case [_]:
                line.problems.append(("not_your_unit", facts))
            case [] if found:
                parent = line.row.cells["parent"]
                line.problems.append(("parent_differs", {**facts, "parent": parent}))
            case []:
                line.problems.append(("unit_unknown", facts))
            case _:
                line.problems.append(("unit_unclear", {**facts, "n": len(below)}))

    def _read_stations(self, line: _Line) -> None:
        said = _plain(line.row.cells["knows"])
        names = [name for name in BETWEEN_STATIONS.split(said) if name]
        if not names:
            return
        for name in names:
            if name.casefold() not in self._stations:
                line.problems.append(("station_unknown", {"station": name}))
                return
        line.stations = frozenset(self._stations[name.casefold()] for name in names)

    def _read_account(self, line: _Line) -> None:
        username = _plain(line.row.cells["username"])
        if username:
            account = self._accounts.get(username)
        else:
            # The account stays, and the line may give the person another standing.
            person = self._known.get(line.number)
            account = None if person is None else self._by_id.get(person.account_id)
            if account is None:
                return
            username = account.username
        facts = {"username": username}
        if account is None:
            line.problems.append(("account_unknown", facts))
        elif line.standing and account.standing != line.standing:
            line.problems.append(("account_standing_differs", facts))
        elif self._holders.get(account.pk, line.number) != line.number:
            holder = self._holders[account.pk]
            line.problems.append(("account_taken", {**facts, "number": holder}))
        else:
            line.account = account


def _names(unit: Unit) -> set[str]:
    return {unit.code, unit.name, unit.name_en} - {""}


def _plain(text: str) -> str:
    """Write full-width letters and digits as plain ones, without spaces around.

    The mark with which our own tables keep a cell from being a formula goes as well.

    >>> _plain(" １０２３ "), _plain("'+86 10")
    ('1023', '+86 10')
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    return plain[1:] if MARKED.match(plain) else plain


def _name(text: str) -> str:
    """Write a name without the spaces that make two characters as wide as three.

    >>> _name("张　三"), _name("Wang  Wu")
    ('张三', 'Wang Wu')
    """
    parts = _plain(text).split()
    return ("" if all(not part.isascii() for part in parts) else " ").join(parts)


def _find_doubles(lines: Sequence[_Line]) -> None:
    """Note numbers and accounts that stand in several lines.

    Of lines that say the same the first goes in. Where they differ nobody can tell
    which is right: none goes in.
    """
    by_number: defaultdict[str, list[_Line]] = defaultdict(list)
    by_account: defaultdict[int, list[_Line]] = defaultdict(list)
    for line in lines:
        if line.number:
            by_number[line.number].append(line)
    for number, same in by_number.items():
        first, *others = same
        if all(_meaning(line) == _meaning(first) for line in others):
            for line in others:
                facts: Facts = {"number": number, "line": first.row.line}
                line.problems.append(("number_twice", facts))
            continue
        for line in same:
            other = next(one for one in same if one is not line)
            facts = {"number": number, "line": other.row.line}
            line.problems.append(("number_twice_differs", facts))
    for line in lines:
        if line.account is not None and not line.problems:
            by_account[line.account.pk].append(line)
    for same in by_account.values():
        for line in same if len(same) > 1 else []:
            other = next(one for one in same if one is not line)
            line.problems.append(
                (
                    "account_twice",
                    {
                        "username": line.row.cells["username"],
                        "line": other.row.line,
                    },
                )
            )


def _meaning(line: _Line) -> dict[str, str]:
    """Return the cells that say something about a person."""
    return {column.key: line.row.cells[column.key] for column in COLUMNS}


def _write(lines: Sequence[_Line], known: Mapping[str, Person]) -> tuple[int, int]:
    """Write what is new and what differs; return how many of each."""
    grounds: defaultdict[int, set[int]] = defaultdict(set)
    for person_id, station_id in KnownGround.objects.values_list("person", "station"):
        grounds[person_id].add(station_id)
    new = [_person(line, None) for line in lines if line.number not in known]
    changed = [
        _person(line, person)
        for line in lines
        if (person := known.get(line.number)) is not None
        and _differs(line, person, grounds[person.pk])
    ]
    Person.objects.bulk_create(new, batch_size=BATCH)
    Person.objects.bulk_create(
        changed,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=WRITTEN_FIELDS,
    )
    ids = {person.code: person.pk for person in (*new, *known.values())}
    gone: defaultdict[int, list[int]] = defaultdict(list)
    come: list[KnownGround] = []
    for line in lines:
        if line.stations is None:
            continue
        person_id = ids[line.number]
        come.extend(
            KnownGround(person_id=person_id, station_id=station_id)
            for station_id in sorted(line.stations - grounds[person_id])
        )
        for station_id in sorted(grounds[person_id] - line.stations):
            gone[station_id].append(person_id)
    for station_id, people in gone.items():
        for first in range(0, len(people), BATCH):
            KnownGround.objects.filter(
                station=station_id, person__in=people[first : first + BATCH]
            ).delete()
    KnownGround.objects.bulk_create(come, batch_size=BATCH)
    return len(new), len(changed)


def _person(line: _Line, known: Person | None) -> Person:
    """Return the row to be written for a line: by its number, without a key."""
    return Person(
        code=line.number,
        name=line.name,
        standing=line.standing,
        home_unit=line.unit,
        phone=line.phone or ("" if known is None else known.phone),
        account_id=line.account.pk
        if line.account is not None
        else (None if known is None else known.account_id),
        revision=0 if known is None else known.revision + 1,
    )


def _differs(line: _Line, person: Person, grounds: set[int]) -> bool:
    assert line.unit is not None  # noqa: S101 -- a line without one has a problem
    return (
        (line.name, line.standing, line.unit.pk)
        != (person.name, person.standing, person.home_unit_id)
        or (line.phone not in {"", person.phone})
        or (line.account is not None and line.account.pk != person.account_id)
        or (line.stations is not None and line.stations != grounds)
    )
