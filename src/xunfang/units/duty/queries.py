"""What crews are doing: their logs, read as states."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import QuerySet

from xunfang.core.dispatching import unit_states
from xunfang.core.dispatching.unit_states import (
    DutyEvent,
    DutyStep,
    OpenAssignment,
    Standing,
)
from xunfang.units.models import DutyEntry, Shift


def as_core(entry: DutyEntry) -> DutyEvent:
    """Return a row as the core knows it."""
    return DutyEvent(
        key=entry.pk,
        step=DutyStep(entry.step),
        happened_at=entry.happened_at,
        recorded_at=entry.recorded_at,
        mode=entry.mode,
        corrects=entry.corrects_id,
        is_withdrawal=entry.is_withdrawal,
    )


def standings(
    shifts: Collection[Shift] | QuerySet[Shift],
    bound: Mapping[int, Collection[OpenAssignment]],
) -> dict[int, Standing]:
    """Return what crews are doing, by crew; one query.

    ``bound`` are the calls they are bound to, which a higher room knows.
    """
    entries: dict[int, list[DutyEvent]] = defaultdict(list)
    # The desk asks this for a whole city while somebody waits: no rows, only columns.
    columns = ("pk", "step", "happened_at", "recorded_at", "mode", "corrects")
    for shift, key, step, happened_at, recorded_at, mode, corrects, is_withdrawal in (
        DutyEntry.objects.filter(shift__in=shifts)
        .order_by()
        .values_list("shift", *columns, "is_withdrawal")
    ):
        entries[shift].append(
            DutyEvent(
                key=key,
                step=DutyStep(step),
                happened_at=happened_at,
                recorded_at=recorded_at,
                mode=mode,
                corrects=corrects,
                is_withdrawal=is_withdrawal,
            )
        )
    return {
        key: unit_states.standing(entries[key], bound.get(key, ()))
        for key in [shift.pk for shift in shifts]
    }
