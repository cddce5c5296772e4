"""A concentrated round: planned, with an order to many stations; departed; closed.

Who departs, and in which vehicle, is the muster's (``muster``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.calendars.round_length import RoundLength, round_length
from xunfang.core.errors import DomainError
from xunfang.patrols import orders, policies
from xunfang.patrols.models import Campaign, MusterEntry, Round
from xunfang.units.models import Station


class RoundThere(DomainError):
    """For this half-month duty a round of that night is there already."""

    code = "patrols.round_there"


class RoundChanged(DomainError):
    """Somebody else has changed the round since the page was opened."""

    code = "patrols.round_changed"


class RoundStepOutOfTurn(DomainError):
    """The round has gone on: what was asked comes before or after where it is."""

    code = "patrols.round_step_out_of_turn"


class SomebodyUnassigned(DomainError):
    """Somebody who goes has neither a seat nor goes on foot."""

    code = "patrols.somebody_unassigned"


class ShortRoundUnexplained(DomainError):
    """The round lasted less than required, and nobody has said why."""

    code = "patrols.short_round_unexplained"


class RoundTimesWrong(DomainError):
    """The round would end before it departs, or in the future."""

    code = "patrols.round_times_wrong"


class RoundReasonMissing(DomainError):
    """A round is called off with a reason."""

    code = "patrols.round_reason_missing"


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """What is said of a round when it is planned or changed."""

    title: str
    night: date
    begins_min: int
    ends_min: int
    required_minutes: int
    duty_code: str = ""
    campaign: Campaign | None = None


@transaction.atomic
def plan_round(
    *, plan: RoundPlan, by: User, at: datetime, stations: Iterable[Station] = ()
) -> Round:
    """Plan a round and, if stations are named, order them for the night.

    Raises
    ------
    NotAllowed
        This person may not order for the whole city.
    RoundThere
        For its half-month duty a round of that night is there already.
    """
    policies.check_can_order_city(by)
    _check_free(plan)
    planned = Round(order=None)
    _write(planned, plan)
    audit.record(
        kind="round.planned",
        subject=plan.night.isoformat(),
        by=by,
        at=at,
        title=plan.title,
        duty=plan.duty_code,
    )
    _order(planned, stations, by, at)
    return planned


@transaction.atomic
def change_round(
    *,
    planned: Round,
    plan: RoundPlan,
    revision: int,
    by: User,
    at: datetime,
    stations: Iterable[Station] = (),
) -> Round:
    """Change a round that has not departed, seen as of ``revision``.

    An order that was given stands; one can be added if there was none.

    Raises
    ------
    NotAllowed
        This person may not order for the whole city.
    RoundStepOutOfTurn
        It has departed, or was called off.
    RoundChanged
        Somebody else changed it meanwhile; nothing is overwritten.
    RoundThere
        For its half-month duty another round of that night is there already.
    """
    policies.check_can_order_city(by)
    locked = lock(planned, state=Round.PLANNED)
    if locked.revision != revision:
        raise RoundChanged(f"round {locked.pk} is at {locked.revision}, not {revision}")
    _check_free(plan, but=locked)
    locked.revision += 1
    _write(locked, plan)
    if locked.order is not None:
        locked.order.night, locked.order.title = plan.night, plan.title
        locked.order.campaign = plan.campaign
        locked.order.save(update_fields=["night", "title", "campaign"])
    else:
        _order(locked, stations, by, at)
    audit.record(
        kind="round.changed",
        subject=plan.night.isoformat(),
        by=by,
        at=at,
        title=plan.title,
        revision=locked.revision,
    )
    return locked


def _check_free(plan: RoundPlan, *, but: Round | None = None) -> None:
    if not plan.duty_code:
        return
    others = Round.objects.filter(duty_code=plan.duty_code, night=plan.night)
    others = others.exclude(state=Round.CALLED_OFF)
    if but is not None:
        others = others.exclude(pk=but.pk)
    if others.exists():
        raise RoundThere(f"{plan.duty_code} on {plan.night} is there already")


def _write(planned: Round, plan: RoundPlan) -> None:
    planned.title, planned.night = plan.title, plan.night
    planned.begins_min, planned.ends_min = plan.begins_min, plan.ends_min
    planned.required_minutes = plan.required_minutes
    planned.duty_code, planned.campaign = plan.duty_code, plan.campaign
    planned.save()


def _order(planned: Round, stations: Iterable[Station], by: User, at: datetime) -> None:
    chosen = list(stations)
    if not chosen:
        return
    planned.order = orders.issue_order(
        night=planned.night,
        title=planned.title,
        stations=chosen,
        campaign=planned.campaign,
        by=by,
        at=at,
    )
    planned.save(update_fields=["order"])


@transaction.atomic
def depart(*, planned: Round, departed_at: datetime, by: User, at: datetime) -> Round:
    """Let the round depart: from here on the muster stands as it is.

    Raises
    ------
    NotAllowed
        This person may not order for the whole city.
    RoundStepOutOfTurn
        It has departed, or was called off.
    RoundTimesWrong
        The moment lies in the future.
    SomebodyUnassigned
        Somebody has neither a seat nor goes on foot; nothing is changed.
    """
    policies.check_can_order_city(by)
    locked = lock(planned, state=Round.PLANNED)
    if departed_at > at:
        raise RoundTimesWrong(f"it cannot depart at {departed_at}")
    entries = list(MusterEntry.objects.filter(round=locked))
    n_unassigned = sum(entry.is_unassigned for entry in entries)
    if n_unassigned:
        raise SomebodyUnassigned(f"{n_unassigned} have no seat and do not walk")
    locked.state, locked.departed_at = Round.DEPARTED, departed_at
    locked.save(update_fields=["state", "departed_at"])
    audit.record(
        kind="round.departed",
        subject=locked.night.isoformat(),
        by=by,
        at=at,
        title=locked.title,
        people=sum(entry.presence != MusterEntry.ABSENT for entry in entries),
    )
    return locked


@transaction.atomic
def close_round(
    *, under_way: Round, ended_at: datetime, by: User, at: datetime, reason: str = ""
) -> Round:
    """Close a round: it was held, and its half-month with it.

    One that lasted less than required is kept as short, with the reason.

    Raises
    ------
    NotAllowed
        This person may not order for the whole city.
    RoundStepOutOfTurn
        It has not departed, or is closed.
    RoundTimesWrong
        It would end before it departed, or in the future.
    ShortRoundUnexplained
        It was short and there is no reason; nothing is changed.
    """
    policies.check_can_order_city(by)
    locked = lock(under_way, state=Round.DEPARTED)
    length = length_until(locked, ended_at)
    if length is None or ended_at > at:
        raise RoundTimesWrong(f"it cannot end at {ended_at}")
    said = reason.strip()
    if length.is_short and not said:
        raise ShortRoundUnexplained(
            f"{length.actual_minutes} of {length.required_minutes} minutes, and why?"
        )
    locked.state, locked.ended_at = Round.CLOSED, ended_at
    locked.is_short, locked.reason = length.is_short, said
    locked.save(update_fields=["state", "ended_at", "is_short", "reason"])
    audit.record(
        kind="round.closed",
        subject=locked.night.isoformat(),
        by=by,
        at=at,
        title=locked.title,
        minutes=length.actual_minutes,
        **({"short_by": length.missing_minutes} if length.is_short else {}),
    )
    return locked


@transaction.atomic
def call_off(*, planned: Round, reason: str, by: User, at: datetime) -> Round:
    """Call off a round that has not departed: its half-month is still owed.

    Raises
    ------
    NotAllowed
        This person may not order for the whole city.
    RoundStepOutOfTurn
        It has departed, or was called off before.
    RoundReasonMissing
        There is no reason.
    """
    policies.check_can_order_city(by)
    locked = lock(planned, state=Round.PLANNED)
    if not reason.strip():
        raise RoundReasonMissing("say why it is called off")
    locked.state, locked.reason = Round.CALLED_OFF, reason.strip()
    locked.save(update_fields=["state", "reason"])
    audit.record(
        kind="round.called_off",
        subject=locked.night.isoformat(),
        by=by,
        at=at,
        title=locked.title,
    )
    return locked


def lock(row: Round, *, state: str) -> Round:
    """Return the round with its row locked.

    Raises
    ------
    RoundStepOutOfTurn
        It is not in this state.
    """
    locked = Round.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if locked.state != state:
        raise RoundStepOutOfTurn(f"round {locked.pk} is {locked.state}, not {state}")
    return locked


def length_until(row: Round, ended_at: datetime) -> RoundLength | None:
    """Return how long the round lasts until a moment; None before it has departed."""
    if row.departed_at is None or ended_at <= row.departed_at:
        return None
    return round_length(
        departed_at=row.departed_at,
        ended_at=ended_at,
        required_minutes=row.required_minutes,
    )
