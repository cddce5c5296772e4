"""Questions about what is owed and what was done at calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, QuerySet

from xunfang.accounts.models import User
from xunfang.calls import queries
from xunfang.calls.care.cards import Card, Step, find_card
from xunfang.calls.models import Call, CallTask, CardTick, OnSpotResult

SOON = timedelta(hours=2)
"""After-care that is due within this time is named before it is overdue."""


@dataclass(frozen=True, slots=True)
class CardLine:
    """A step of a call's card, and whether it is done."""

    step: Step
    tick: CardTick | None
    due_at: datetime | None
    is_late: bool
    """Not done although it should be by now."""


def card_of(call: Call) -> Card | None:
    """Return the card that opens with a call, by the class it has now."""
    return find_card(call.call_class.protocol) if call.call_class else None


def card_lines(call: Call, *, now: datetime) -> list[CardLine]:
    """Return the steps of a call's card with what is ticked; one query."""
    card = card_of(call)
    if card is None:
        return []
    ticks = {
        tick.step: tick
        for tick in CardTick.objects.filter(
            call=call, card=card.key, undone_at=None
        ).select_related("ticked_by")
    }
    lines = []
    for step in card.steps:
        due_at = (
            None
            if step.within_s is None
            else call.reported_at + timedelta(seconds=step.within_s)
        )
        tick = ticks.get(step.key)
        is_late = tick is None and due_at is not None and due_at < now
        lines.append(CardLine(step, tick, due_at, is_late))
    return lines


def tasks_for(call: Call) -> QuerySet[CallTask]:
    """Return the tasks of a call with who took part; two queries."""
    return (
        CallTask.objects.filter(call=call)
        .select_related("made_by", "ended_by")
        .prefetch_related("parties")
    )


def results_for(call: Call) -> QuerySet[OnSpotResult]:
    """Return what came of a call, without what was taken back."""
    return OnSpotResult.objects.filter(call=call, undone_at=None).select_related(
        "noted_by"
    )


def after_care_owed(user: User) -> QuerySet[CallTask]:
    """Return the contacts that are still owed, the longest overdue first."""
    return (
        CallTask.objects.filter(
            kind=CallTask.AFTER_CARE,
            ended_at=None,
            call__in=queries.visible_to(user).filter(merged_into=None),
        )
        .select_related("call__initial_class", "call__final_class", "call__station")
        .order_by("due_at", "id")
    )


def after_care_given(user: User) -> QuerySet[CallTask]:
    """Return the contacts that were made, the newest first."""
    return (
        CallTask.objects.filter(
            kind=CallTask.AFTER_CARE,
            call__in=queries.visible_to(user).filter(merged_into=None),
        )
        .exclude(ended_at=None)
        .select_related(
            "call__initial_class", "call__final_class", "call__station", "ended_by"
        )
        .order_by("-ended_at", "-id")
    )


def count_overdue(user: User, *, now: datetime) -> int:
    """Count the contacts that are overdue: what a desk shows loudly. One query."""
    return after_care_owed(user).filter(due_at__lt=now).count()


@dataclass(frozen=True, slots=True)
class WorkReport:
    """The work at calls of a period: each task's time once, however many took part."""

    tasks: Sequence[CallTask]

    @property
    def minutes(self) -> int:
        """Minutes of all tasks that are over."""
        return sum(task.minutes or 0 for task in self.tasks)

    @property
    def n_parties(self) -> int:
        """Parties of all tasks; one that took part in two is counted in both."""
        return sum(len(task.parties.all()) for task in self.tasks)


def report_work(user: User, *, first: datetime, last: datetime) -> WorkReport:
    """Return the work at visible calls that ended in a period; two queries."""
    tasks = (
        CallTask.objects.filter(
            call__in=queries.visible_to(user),
            ended_at__gte=first,
            ended_at__lt=last,
            begun_at__isnull=False,
        )
        .select_related("call")
        .prefetch_related(Prefetch("parties"))
        .order_by("begun_at", "id")
    )
    return WorkReport(list(tasks))


def count_results(
    user: User, *, first: datetime, last: datetime
) -> list[tuple[str, int]]:
    """Return what came of visible calls in a period: kind and how many; one query."""
    counts: dict[str, int] = {}
    for kind, n in OnSpotResult.objects.filter(
        call__in=queries.visible_to(user),
        undone_at=None,
        noted_at__gte=first,
        noted_at__lt=last,
    ).values_list("kind", "n_counted"):
        counts[kind] = counts.get(kind, 0) + n
    return [
        (str(label), counts[kind])
        for kind, label in OnSpotResult.KINDS
        if kind in counts
    ]
