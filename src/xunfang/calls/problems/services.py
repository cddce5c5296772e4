"""Open a place problem because of a case, and note what was done about it."""

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
    """A place problem without a reason, or a measure without words."""

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
    if case.place_problems.filter(place=place, kind=kind).exists():
        raise ProblemThere(f"{case.number} {place.code} {kind.code}")
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
def note_measure(
    *, problem: PlaceProblem, text: str, done_on: date, by: User, at: datetime
) -> PlaceMeasure:
    """Note what was done at the place, and when: ninety days are counted around it.

    Raises
    ------
    NotAllowed, ProblemUnexplained, MeasureAhead
    """
    cases.note_act(
        case=problem.case,
        by=by,
        at=at,
        ordered="measure",
        place=problem.place.name,
        done_on=done_on.isoformat(),
    )
    if not text.strip():
        raise ProblemUnexplained(f"measure of problem {problem.pk}")
    if done_on > timezone.localdate(at):
        raise MeasureAhead(done_on.isoformat())
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
def take_back_measure(*, measure: PlaceMeasure, by: User, at: datetime) -> PlaceMeasure:
    """Take back a measure noted by mistake; it stays to be read, and counts for nothing.

    Raises
    ------
    NotAllowed, MeasureTakenBack
    """
    problem = measure.problem
    cases.note_act(
        case=problem.case,
        by=by,
        at=at,
        ordered="measure_taken_back",
        place=problem.place.name,
        done_on=measure.done_on.isoformat(),
    )
    locked = PlaceMeasure.objects.select_for_update().get(pk=measure.pk)
    if locked.taken_back_at is not None:
        raise MeasureTakenBack(f"measure {locked.pk}")
    locked.taken_back_at, locked.taken_back_by = at, by
    locked.save(update_fields=["taken_back_at", "taken_back_by"])
    audit.record(
        kind="place_problem.measure_taken_back",
        subject=problem.place.code,
        by=by,
        at=at,
        case=problem.case.number,
        done_on=measure.done_on.isoformat(),
    )
    return locked
