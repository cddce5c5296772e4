"""Rosters and lists of absences from tables; what is good is kept, the rest is named."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import F

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, NotAllowed, check_can
from xunfang.audit import services as audit
from xunfang.units.models import Assignment, Part, Person, Shift, Station
from xunfang.units.nights import night_span
from xunfang.units.people import absences
from xunfang.units.roster import law, policies, wording
from xunfang.units.roster.edits import has_place
from xunfang.units.roster.queries import people_by_number
from xunfang.units.roster.reading import Placed, Reading, Stint, zone
from xunfang.units.roster.refusals import is_over
from xunfang.web.tables import Column, Row, Table, read_table

ROSTER, ABSENCES = "roster", "absences"
ROSTER_COLUMNS = (
    Column("night", ("日期", "night", "date"), is_needed=True),
    Column("crew", ("警组", "crew", "crew code"), is_needed=True),
    Column("number", ("警号", "number", "service number"), is_needed=True),
    Column("stand_in", ("替补", "stand-in", "stand in")),
)
ABSENCE_COLUMNS = (
    Column("number", ("警号", "number", "service number"), is_needed=True),
    Column("begins", ("起", "from", "begins")),
    Column("ends", ("止", "until", "ends")),
)
YES = {"是", "替补", "yes", "y", "1", "true", "√"}
NO = {"", "否", "no", "n", "0", "false"}
NOON = time(12)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one line."""

    line: int
    code: str
    facts: dict[str, str | int] = field(default_factory=dict)
    crew: str = ""
    """Where the code is one of a roster's conflicts: the crew's name."""
    person: str = ""

    @property
    def sentence(self) -> str:
        if self.crew:
            return wording.conflict_text(
                self.code,
                crew=self.crew,
                people=[self.person],
                free=[],
                facts=self.facts,
            )
        return wording.problem_text(self.code, self.facts)


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a table."""

    n_kept: int
    n_there_already: int
    problems: tuple[Problem, ...]
    unknown_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    line: int
    shift: Shift
    person: Person
    part: Part


@transaction.atomic
def import_roster(*, content: bytes, by: User, at: datetime) -> Imported:
    """Put people in crews as a table says; nobody is taken out of one by it.

    Lines that break a rule are named and left out, the others are kept. Somebody who
    would be in two places is named with both lines. Costs a fixed number of queries for
    each night of the table.

    Raises
    ------
    NotAllowed
        This person edits no roster.
    UnreadableTable, TableTooLarge, ColumnsMissing
        The file is none that can be read.
    """
    check_can(by, Capability.EDIT_ROSTER)
    table = read_table(content, ROSTER_COLUMNS)
    problems: list[Problem] = []
    lines = list(_lines(table, problems, by=by, at=at))
    n_there = 0
    kept: list[_Line] = []
    placing = _Placing(lines)
    for line in lines:
        outcome = placing.place(line)
        if outcome is None:
            kept.append(line)
        elif outcome.code == "there_already":
            n_there += 1
        else:
            problems.append(outcome)
    _write(kept, by=by, at=at)
    audit.record(
        kind="roster.imported",
        subject=", ".join(sorted({line.shift.night.isoformat() for line in lines})),
        by=by,
        at=at,
        people=len(kept),
        refused=len(problems),
    )
    return Imported(
        n_kept=len(kept),
        n_there_already=n_there,
        problems=tuple(sorted(problems, key=lambda problem: problem.line)),
        unknown_columns=table.unknown,
    )


def _lines(
    table: Table, problems: list[Problem], *, by: User, at: datetime
) -> Iterator[_Line]:
    """Yield the lines that say who is to be in which crew; name the others."""
    nights = {row.line: _date(row.cells["night"]) for row in table.rows}
    people = people_by_number({row.cells["number"] for row in table.rows})
    shifts = {
        (shift.night, shift.code): shift
        for shift in Shift.objects.select_for_update(of=("self",))
        .filter(night__in={night for night in nights.values() if night is not None})
        .select_related("station", "template")
        .order_by("pk")
        if policies.can_edit_roster(by, shift.station)
    }
    for row in table.rows:
        night = nights[row.line]
        said = row.cells["stand_in"].casefold()
        if night is None:
            problems.append(_problem(row, "night_unclear", "night"))
        elif is_over(night, at):
            problems.append(_problem(row, "night_over", "night"))
        elif (shift := shifts.get((night, row.cells["crew"]))) is None:
            problems.append(_problem(row, "crew_unknown", "crew"))
        elif (
            person := people.get(row.cells["number"])
        ) is None or not policies.can_place(by, person, shift):
            problems.append(_problem(row, "person_unknown", "number"))
        elif said not in YES | NO:
            problems.append(_problem(row, "yes_or_no_unclear", "stand_in"))
        else:
            part = Part.STAND_IN if said in YES else Part.MEMBER
            yield _Line(row.line, shift, person, part)


def _problem(row: Row, code: str, column: str) -> Problem:
    return Problem(row.line, code, {"text": row.cells[column]})


class _Placing:
    """Puts people in crews in memory, one line after another, by the law."""

    def __init__(self, lines: Iterable[_Line]) -> None:
        lines = list(lines)
        self._readings: dict[date, Reading] = {}
        for night in sorted({line.shift.night for line in lines}):
            tonight = [line for line in lines if line.shift.night == night]
            stations = {line.shift.station_id: line.shift.station for line in tonight}
            self._readings[night] = Reading(
                night=night,
                stations=stations.values(),
                people={line.person.pk for line in lines},
            )
        self._line_of: dict[tuple[int, int], int] = {}
        """Line that put a person in a crew, by shift and person."""

    def place(self, line: _Line) -> Problem | None:
        """Put somebody in a crew; say what forbids it."""
        reading = self._readings[line.shift.night]
        shift, person = line.shift, line.person
        there = next(
            (one for one in reading.placed[shift.pk] if one.person == person), None
        )
        if there is not None:
            return self._there(line, there)
        for finding in law.findings(reading, person, shift):
            if finding.is_fault:
                return self._forbidden(line, finding)
        if not has_place(reading, person, shift, line.part):
            return Problem(line.line, "crew_full", {"person": person.name})
        self._line_of[shift.pk, person.pk] = line.line
        reading.placed[shift.pk].append(Placed(0, line.part, person))
        if line.part != Part.STAND_IN:
            stint = Stint(
                shift.pk,
                person.pk,
                shift.night,
                *reading.window(shift),
                shift.code,
                shift.station.code,
            )
            for other in self._readings.values():
                other.stints.setdefault(person.pk, []).append(stint)
        return None

    def _there(self, line: _Line, there: Placed) -> Problem:
        other = self._line_of.get((line.shift.pk, line.person.pk))
        facts: dict[str, str | int] = {"person": line.person.name}
        if other is not None:
            return Problem(line.line, "in_crew_twice", facts | {"other": other})
        if there.part == line.part:
            return Problem(line.line, "there_already")
        return Problem(line.line, "in_crew_already", facts)

    def _forbidden(self, line: _Line, finding: law.Finding) -> Problem:
        other = self._line_of.get((int(finding.facts.get("shift", 0)), line.person.pk))
        if finding.code == "two_places" and other is not None:
            facts: dict[str, str | int] = {
                "person": line.person.name,
                "crew": finding.facts["crew"],
                "other": other,
            }
            return Problem(line.line, "two_lines", facts)
        return Problem(
            line.line,
            finding.code,
            dict(finding.facts),
            crew=line.shift.name,
            person=line.person.name,
        )


def _write(kept: list[_Line], *, by: User, at: datetime) -> None:
    Assignment.objects.bulk_create(
        Assignment(
            shift=line.shift,
            person=line.person,
            part=line.part,
            assigned_at=at,
            assigned_by=by,
        )
        for line in kept
    )
    Shift.objects.filter(pk__in={line.shift.pk for line in kept}).update(
        revision=F("revision") + 1
    )


def import_absences(*, content: bytes, night: date, by: User, at: datetime) -> Imported:
    """Enter the absences of a table. Without times somebody is away for the night.

    Each line is kept for itself: what is wrong with one does not hold up the others.

    Raises
    ------
    NotAllowed
        This person enters no absences.
    UnreadableTable, TableTooLarge, ColumnsMissing
        The file is none that can be read.
    """
    check_can(by, Capability.EDIT_PEOPLE)
    table = read_table(content, ABSENCE_COLUMNS)
    people = people_by_number({row.cells["number"] for row in table.rows})
    problems: list[Problem] = []
    n_kept = 0
    for row in table.rows:
        person = people.get(row.cells["number"])
        problem = (
            _problem(row, "person_unknown", "number")
            if person is None
            else _enter(row, person, night, by=by, at=at)
        )
        if problem is None:
            n_kept += 1
        else:
            problems.append(problem)
    return Imported(n_kept, 0, tuple(problems), table.unknown)


def _enter(
    row: Row, person: Person, night: date, *, by: User, at: datetime
) -> Problem | None:
    """Enter one absence; say what forbids it."""
    begins_at, ends_at = night_span(night, zone())
    for column in ("begins", "ends"):
        if row.cells[column] and _moment(row.cells[column], night, column) is None:
            return _problem(row, "moment_unclear", column)
    begins_at = _moment(row.cells["begins"], night, "begins") or begins_at
    ends_at = _moment(row.cells["ends"], night, "ends") or ends_at
    facts: dict[str, str | int] = {"person": person.name}
    try:
        absences.enter_absence(
            person=person, begins_at=begins_at, ends_at=ends_at, by=by, at=at
        )
    except absences.AbsenceEndsFirst:
        return Problem(row.line, "absence_ends_first", facts)
    except absences.AbsenceOverlaps:
        return Problem(row.line, "absence_overlaps", facts)
    except NotAllowed:
        return Problem(row.line, "not_allowed", facts)
    return None


def _date(text: str) -> date | None:
    """Read a date as people write it.

    >>> _date("2026/8/14")
    datetime.date(2026, 8, 14)
    """
    parts = text.replace("/", "-").replace(".", "-").split("-")
    try:
        year, month, day = (int(part) for part in parts)
        return date(year, month, day)
    except ValueError:
        return None


def _clock(text: str) -> time | None:
    try:
        return time.fromisoformat(text.zfill(5))
    except ValueError:
        return None


def _moment(text: str, night: date, column: str) -> datetime | None:
    """Read a moment: a date with a time, a date alone, or a time of the night.

    A date alone is all of the day; a time before noon belongs to the next morning.
    """
    on_text, _, clock_text = text.replace("T", " ").partition(" ")
    if (at := _clock(text)) is not None:
        on = night if at >= NOON else night + timedelta(days=1)
    elif (day := _date(on_text)) is None:
        return None
    elif not clock_text:
        on, at = (
            (day, time()) if column == "begins" else (day + timedelta(days=1), time())
        )
    elif (clock := _clock(clock_text.strip())) is None:
        return None
    else:
        on, at = day, clock
    return datetime.combine(on, at, tzinfo=zone())


def roster_rows(night: date, stations: Iterable[Station]) -> list[list[object]]:
    """Return a night's roster line by line, as it can be imported again; one query."""
    keys = [station.pk for station in stations]
    return [
        [
            night,
            one.shift.code,
            one.person.code,
            "是" if one.part == Part.STAND_IN else "否",
            one.person.name,
            one.person.get_standing_display(),
            one.person.home_unit.name,
            one.shift.name,
            one.shift.station.name,
            f"{wording.clock(one.shift.begins_min)}–{wording.clock(one.shift.ends_min)}",
        ]
        for one in Assignment.objects.filter(
            shift__night=night, shift__station__in=keys
        )
        .select_related("shift__station", "person__home_unit")
        .order_by("shift__station__code", "shift__code", "part", "person__code")
    ]


EXPORT_HEADER = (
    *("日期", "警组", "警号", "替补", "姓名", "身份"),
    *("所在单位", "警组名称", "派出所", "时间"),
)
"""The first four are read again by an import."""
