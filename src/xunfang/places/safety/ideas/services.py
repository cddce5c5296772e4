"""The idea box: submit, try beside a comparison, adopt or reject with a reason."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.places.models import PatrolArea
from xunfang.places.models.ideas import (
    LONGEST_IDEA,
    Idea,
    IdeaState,
    IdeaTrial,
    Measure,
    TrialFigures,
)
from xunfang.places.safety import policies
from xunfang.places.safety.editions import check_edition
from xunfang.places.safety.ideas.queries import is_measured, station_of
from xunfang.places.safety.ideas.steps import check_step


class IdeaLength(DomainError):
    """An idea says something, in at most 300 characters."""

    code = "places.idea_length"


class ComparisonMissing(DomainError):
    """An area cannot be its own comparison."""

    code = "places.comparison_missing"


class TrialPeriod(DomainError):
    """A trial begins today or later and ends after it begins."""

    code = "places.trial_period"


class CountedWhatMissing(DomainError):
    """What is counted by hand needs a name with its unit, and a source."""

    code = "places.counted_what_missing"


class TrialNotOver(DomainError):
    """The last day of the trial has not passed."""

    code = "places.trial_not_over"


class TrialNotMeasured(DomainError):
    """There are no figures of before and during for both areas."""

    code = "places.trial_not_measured"


class FiguresNotByHand(DomainError):
    """The trial is measured from what is on record; nothing is entered by hand."""

    code = "places.figures_not_by_hand"


class RejectionWithoutReason(DomainError):
    """Whoever had the idea is owed a reason."""

    code = "places.rejection_without_reason"


@transaction.atomic
def submit_idea(
    *, text: str, area: PatrolArea | None, is_named: bool, by: User, at: datetime
) -> Idea:
    """Put an idea in the box, with its author only if they wish to be named.

    Raises
    ------
    NotAllowed
        This person may not submit ideas.
    IdeaLength
        It is empty, or longer than 300 characters.
    """
    policies.check_can_submit(by)
    said = text.strip()
    if not 0 < len(said) <= LONGEST_IDEA:
        raise IdeaLength(f"{len(said)} characters; at most {LONGEST_IDEA}")
    idea = Idea.objects.create(
        text=said, area=area, author=by if is_named else None, submitted_at=at
    )
    audit.record(
        kind="idea.submitted",
        subject=f"{idea.pk}",
        # Not even the record says who: a promise of no name that the record breaks is
        # found out once, and never believed again.
        by=by if is_named else None,
        at=at,
        is_named=is_named,
    )
    return idea


@transaction.atomic
def begin_trial(
    *,
    idea: Idea,
    area: PatrolArea,
    comparison: PatrolArea,
    measure: Measure,
    begins_on: date,
    ends_on: date,
    what: str = "",
    by: User,
    at: datetime,
) -> IdeaTrial:
    """Try an idea in one area while a comparison area goes on as before.

    Raises
    ------
    NotAllowed
        This person does not decide for the idea's or the area's station.
    IdeaStepOutOfTurn
        The idea is on trial already, or decided.
    ComparisonMissing, TrialPeriod, CountedWhatMissing
        Nothing is changed.
    """
    locked = _locked(idea)
    policies.check_can_decide(by, area.station_code)
    if locked.area is not None:
        policies.check_can_decide(by, locked.area.station_code)
    check_step(IdeaState(locked.state), IdeaState.ON_TRIAL)
    if area == comparison:
        raise ComparisonMissing(area.code)
    if not timezone.localdate(at) <= begins_on <= ends_on:
        raise TrialPeriod(f"{begins_on} to {ends_on}")
    if measure == Measure.BY_HAND and not what.strip():
        raise CountedWhatMissing("say what is counted, with its unit")
    trial = IdeaTrial.objects.create(
        idea=locked,
        area=area,
        comparison=comparison,
        measure=measure,
        what=what.strip(),
        begins_on=begins_on,
        ends_on=ends_on,
        begun_at=at,
        begun_by=by,
    )
    locked.state = IdeaState.ON_TRIAL
    locked.save(update_fields=["state"])
    audit.record(
        kind="idea.trial_begun",
        subject=f"{locked.pk}",
        by=by,
        at=at,
        area=area.code,
        comparison=comparison.code,
        measure=str(measure),
        begins_on=begins_on.isoformat(),
        ends_on=ends_on.isoformat(),
    )
    return trial


@transaction.atomic
def enter_figures(
    *,
    trial: IdeaTrial,
    before: int,
    during: int,
    comparison_before: int,
    comparison_during: int,
    source: str,
    shown_edition: int,
    by: User,
    at: datetime,
) -> TrialFigures:
    """Enter what was counted by hand in both areas; a correction is a new edition.

    Raises
    ------
    NotAllowed
        This person does not decide for the trial's station.
    IdeaStepOutOfTurn
        The idea is decided: its figures stay as they were.
    FiguresNotByHand
        The trial is measured by checks, which are on record.
    CountedWhatMissing
        There is no source.
    StaleEdition
        Somebody else entered figures in the meantime.
    """
    locked = IdeaTrial.objects.select_for_update().get(pk=trial.pk)
    policies.check_can_decide(by, locked.area.station_code)
    # Figures may be entered for as long as a decision may follow.
    check_step(IdeaState(locked.idea.state), IdeaState.REJECTED)
    if locked.measure == Measure.CHECKS:
        raise FiguresNotByHand(f"trial of idea {locked.idea_id}")
    if not source.strip():
        raise CountedWhatMissing("say where the figures were read off")
    last = locked.figures.order_by("-edition").first()
    check_edition(shown=shown_edition, current=last.edition if last else 0)
    figures = TrialFigures.objects.create(
        trial=locked,
        edition=shown_edition + 1,
        before=before,
        during=during,
        comparison_before=comparison_before,
        comparison_during=comparison_during,
        source=source.strip(),
        entered_at=at,
        entered_by=by,
    )
    audit.record(
        kind="idea.figures_entered",
        subject=f"{locked.idea_id}",
        by=by,
        at=at,
        edition=figures.edition,
    )
    return figures


@transaction.atomic
def adopt_idea(*, idea: Idea, reason: str, by: User, at: datetime) -> Idea:
    """Adopt an idea after its trial.

    Raises
    ------
    NotAllowed
        This person does not decide for the idea's station.
    IdeaStepOutOfTurn
        It has not been on trial, or is decided.
    TrialNotOver, TrialNotMeasured
        Nothing is changed.
    """
    locked = _locked(idea)
    policies.check_can_decide(by, station_of(locked))
    check_step(IdeaState(locked.state), IdeaState.ADOPTED)
    today = timezone.localdate(at)
    if today <= locked.trial.ends_on:
        raise TrialNotOver(f"the trial lasts until {locked.trial.ends_on}")
    if not is_measured(locked.trial, day=today):
        raise TrialNotMeasured(f"idea {locked.pk}")
    _decide(locked, IdeaState.ADOPTED, reason, by, at)
    audit.record(kind="idea.adopted", subject=f"{locked.pk}", by=by, at=at)
    return locked


@transaction.atomic
def reject_idea(*, idea: Idea, reason: str, by: User, at: datetime) -> Idea:
    """Reject an idea, before or after a trial, and say why.

    Raises
    ------
    NotAllowed
        This person does not decide for the idea's station.
    IdeaStepOutOfTurn
        It is decided already.
    RejectionWithoutReason
        There is no reason.
    """
    locked = _locked(idea)
    policies.check_can_decide(by, station_of(locked))
    check_step(IdeaState(locked.state), IdeaState.REJECTED)
    if not reason.strip():
        raise RejectionWithoutReason(f"idea {locked.pk}")
    _decide(locked, IdeaState.REJECTED, reason, by, at)
    audit.record(kind="idea.rejected", subject=f"{locked.pk}", by=by, at=at)
    return locked


def _locked(idea: Idea) -> Idea:
    return Idea.objects.select_for_update().get(pk=idea.pk)


def _decide(idea: Idea, state: IdeaState, reason: str, by: User, at: datetime) -> None:
    idea.state, idea.reason = state, reason.strip()
    idea.decided_at, idea.decided_by = at, by
    idea.save(update_fields=["state", "reason", "decided_at", "decided_by"])
