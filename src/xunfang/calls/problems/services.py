"""Open and withdraw a place problem because of a case, note what was done about it."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.calls.models import CallClass, PlaceMeasure, PlaceProblem
from xunfang.cases import services as cases
from xunfang.cases.models import Case
from xunfang.core.errors import DomainError
from xunfang.places.models import KeyPlace


class ProblemThere(DomainError):
    """The case has a place problem of this kind at this place already."""

    code = "calls.problem_there"


class ProblemUnexplained(DomainError):
    """A place problem, or its withdrawal, without a reason; a measure without words."""

    code = "calls.problem_unexplained"


class KindRestricted(DomainError):
    """Calls of this kind are about people, not places; they are not counted by place."""

    code = "calls.kind_restricted"


class MeasureAhead(DomainError):
    """A measure is noted once it is done, not before."""

    code = "calls.measure_ahead"


class MeasureTakenBack(DomainError):
    """The measure has been taken back already."""

    code = "calls.measure_taken_back"


class ProblemWithdrawn(DomainError):
    """The place problem has been withdrawn; nothing more is noted about it."""

    code = "calls.problem_withdrawn"


class ProblemStands(DomainError):
    """The place problem is not withdrawn."""

    code = "calls.problem_stands"


class DayUnchanged(DomainError):
    """The measure says this day already."""

    code = "calls.day_unchanged"


@transaction.atomic
def open_problem(
    *,
    case: Case,
    place: KeyPlace,
    kind: CallClass,
    radius_m: int,
    why: str,
    by: User,
    at: datetime,
) -> PlaceProblem:
    """Say what happens at a place again and again; it stands in the case's log.

    Raises
    ------
    NotAllowed
        This person does not work on the case.
    ProblemUnexplained, ProblemThere, KindRestricted
    """
    case = cases.note_act(
        case=case, by=by, at=at, ordered="place_problem", place=place.name
    )
    if not why.strip():
        raise ProblemUnexplained(place.code)
    if kind.restriction:
        raise KindRestricted(kind.code)
    _check_alone(case, place, kind)
    problem = PlaceProblem.objects.create(
        case=case,
        place=place,
        kind=kind,
        radius_m=radius_m,
        why=why.strip(),
        opened_at=at,
        opened_by=by,
    )
    audit.record(
        kind="place_problem.opened",
        subject=place.code,
        by=by,
        at=at,
        case=case.number,
        call_class=kind.code,
        radius_m=radius_m,
    )
    return problem


@transaction.atomic
def withdraw_problem(
    *, problem: PlaceProblem, because: str, by: User, at: datetime
) -> PlaceProblem:
    """Withdraw a place problem: it stays to be read, with why, and nothing follows from it.

    Raises
    ------
    NotAllowed, ProblemWithdrawn, ProblemUnexplained
    """
    because = because.strip()
    problem = _note(
        problem, "place_problem_withdrawn", by=by, at=at, because=because, stands=True
    )
    if not because:
        raise ProblemUnexplained(f"withdrawal of problem {problem.pk}")
    _set_withdrawal(problem, because=because, by=by, at=at)
    audit.record(
        kind="place_problem.withdrawn",
        subject=problem.place.code,
        by=by,
        at=at,
        case=problem.case.number,
        because=because,
    )
    return problem


@transaction.atomic
def restore_problem(*, problem: PlaceProblem, by: User, at: datetime) -> PlaceProblem:
    """Take a withdrawal back; that there was one stays in the case's log.

    Raises
    ------
    NotAllowed, ProblemStands
    ProblemThere
        Another one of the kind was opened at the place since.
    """
    problem = _note(problem, "place_problem_restored", by=by, at=at)
    if problem.withdrawn_at is None:
        raise ProblemStands(f"problem {problem.pk}")
    _check_alone(problem.case, problem.place, problem.kind)
    _set_withdrawal(problem, because="", by=None, at=None)
    audit.record(
        kind="place_problem.restored",
        subject=problem.place.code,
        by=by,
        at=at,
        case=problem.case.number,
    )
    return problem


@transaction.atomic
def note_measure(
    *, problem: PlaceProblem, text: str, done_on: date, by: User, at: datetime
) -> PlaceMeasure:
    """Note what was done at the place, and when: ninety days are counted around it.

    Raises
    ------
    NotAllowed, ProblemWithdrawn, ProblemUnexplained, MeasureAhead
    """
    problem = _note(
        problem, "measure", by=by, at=at, done_on=done_on.isoformat(), stands=True
    )
    if not text.strip():
        raise ProblemUnexplained(f"measure of problem {problem.pk}")
    _check_over(done_on, at)
    measure = PlaceMeasure.objects.create(
        problem=problem, text=text.strip(), done_on=done_on, noted_at=at, noted_by=by
    )
    audit.record(
        kind="place_problem.measure_noted",
        subject=problem.place.code,
        by=by,
        at=at,
        case=problem.case.number,
        done_on=done_on.isoformat(),
    )
    return measure


@transaction.atomic
def correct_measure(
    *, measure: PlaceMeasure, done_on: date, by: User, at: datetime
) -> PlaceMeasure:
    """Correct the day of a measure; the one with the wrong day stays to be read.

    Raises
    ------
    NotAllowed, ProblemWithdrawn, MeasureTakenBack, MeasureAhead
    DayUnchanged
    """
    days = {"done_on": done_on.isoformat(), "before": measure.done_on.isoformat()}
    problem = _note(
        measure.problem, "measure_corrected", by=by, at=at, stands=True, **days
    )
    if done_on == measure.done_on:
        raise DayUnchanged(done_on.isoformat())
    _check_over(done_on, at)
    wrong = _taken_back(measure, by=by, at=at)
    corrected = PlaceMeasure.objects.create(
        problem=problem,
        text=wrong.text,
        done_on=done_on,
        noted_at=at,
        noted_by=by,
        corrects=wrong,
    )
    audit.record(
        kind="place_problem.measure_corrected",
        subject=problem.place.code,
        by=by,
        at=at,
        case=problem.case.number,
        **days,
    )
    return corrected


@transaction.atomic
def take_back_measure(*, measure: PlaceMeasure, by: User, at: datetime) -> PlaceMeasure:
    """Take back a measure noted by mistake; it stays to be read, and counts for nothing.

    Raises
    ------
    NotAllowed, ProblemWithdrawn, MeasureTakenBack
    """
    done_on = measure.done_on.isoformat()
    problem = _note(
        measure.problem,
        "measure_taken_back",
        by=by,
        at=at,
        done_on=done_on,
        stands=True,
    )
    locked = _taken_back(measure, by=by, at=at)
    audit.record(
        kind="place_problem.measure_taken_back",
        subject=problem.place.code,
        by=by,
        at=at,
        case=problem.case.number,
        done_on=done_on,
    )
    return locked


def _note(
    problem: PlaceProblem,
    ordered: str,
    *,
    by: User,
    at: datetime,
    stands: bool = False,
    **detail: str,
) -> PlaceProblem:
    """Write a line into the case's log; return the problem as it is now, for us alone.

    Whoever writes into the log of a case holds it. With ``stands`` a problem that was
    withdrawn is refused.
    """
    cases.note_act(
        case=problem.case,
        by=by,
        at=at,
        ordered=ordered,
        place=problem.place.name,
        **detail,
    )
    problem = PlaceProblem.objects.select_related("case", "place", "kind").get(
        pk=problem.pk
    )
    if stands and problem.withdrawn_at is not None:
        raise ProblemWithdrawn(f"problem {problem.pk}")
    return problem


def _set_withdrawal(
    problem: PlaceProblem, *, because: str, by: User | None, at: datetime | None
) -> None:
    problem.withdrawn_because = because
    problem.withdrawn_by, problem.withdrawn_at = by, at
    problem.save(update_fields=["withdrawn_because", "withdrawn_by", "withdrawn_at"])


def _taken_back(measure: PlaceMeasure, *, by: User, at: datetime) -> PlaceMeasure:
    locked = PlaceMeasure.objects.select_for_update().get(pk=measure.pk)
    if locked.taken_back_at is not None:
        raise MeasureTakenBack(f"measure {locked.pk}")
    locked.taken_back_at, locked.taken_back_by = at, by
    locked.save(update_fields=["taken_back_at", "taken_back_by"])
    return locked


def _check_alone(case: Case, place: KeyPlace, kind: CallClass) -> None:
    there = case.place_problems.filter(place=place, kind=kind, withdrawn_at=None)
    if there.exists():
        raise ProblemThere(f"{case.number} {place.code} {kind.code}")


def _check_over(done_on: date, at: datetime) -> None:
    if done_on > timezone.localdate(at):
        raise MeasureAhead(done_on.isoformat())
