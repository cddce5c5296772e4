"""Events counted by place, type of day and time of day, and for how long one looked.

A count means nothing without the days it was counted on. Data begin late, systems fail,
a cell joins the city in May: `CellCounts` therefore keeps for every cell the number of
days that covered it, and every rate divides by those.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xunfang.core.demand.events import ResidentEvents, RowRefused

type Floats = NDArray[np.float64]

MINUTES_A_DAY = 1440
WEEKDAYS = (
    *("monday", "tuesday", "wednesday", "thursday"),
    *("friday", "saturday", "sunday"),
)


class OutsideCover(RowRefused):
    """An event lies outside the time that is said to be covered: one of both is wrong."""

    code = "demand.outside_cover"


@dataclass(frozen=True, slots=True)
class DayTypes:
    """What kind of day each day of a period is: a weekday, or a day of its own kind.

    A day goes from midnight to midnight; the small hours belong to the day they are in.
    """

    names: tuple[str, ...]
    first_on: date
    of_day: NDArray[np.int64]
    """Which of ``names`` each day is, shape ``(n_days,)``."""

    @property
    def n_of_type(self) -> NDArray[np.int64]:
        """How many days of each type there are, shape ``(n_types,)``."""
        return np.bincount(self.of_day, minlength=len(self.names))


def day_types(
    first_on: date, last_on: date, *, special: Mapping[date, str] | None = None
) -> DayTypes:
    """Return the types of the days of a period, both ends included.

    Parameters
    ----------
    special
        Days that are unlike their weekday, by the name of their type: a public holiday,
        a market day. Names that no day of the period has are kept, so that a forecast
        made from a quiet period can speak of a festival.

    Raises
    ------
    ValueError
        The period ends before it begins, or a name is a weekday's.
    """
    n_days = (last_on - first_on).days + 1
    if n_days < 1:
        raise ValueError("the period ends before it begins")
    extra = tuple(sorted(set((special or {}).values())))
    if set(extra) & set(WEEKDAYS):
        raise ValueError("a special day needs a name of its own")
    names = WEEKDAYS + extra
    of_day = (first_on.weekday() + np.arange(n_days)) % 7
    for day, name in (special or {}).items():
        number = (day - first_on).days
        if 0 <= number < n_days:
            of_day[number] = names.index(name)
    return DayTypes(names, first_on, of_day)


@dataclass(frozen=True, slots=True)
class CellCounts:
    """Events and covered days of each cell: place, type of day, time of day."""

    n: Floats
    """Number of events, shape ``(n_places, n_types, n_slots)``, not negative."""
    days: Floats
    """Days that covered the cell; the same shape, not negative, in parts if need be."""

    def __post_init__(self) -> None:
        if self.n.ndim != 3 or self.n.shape != self.days.shape:
            message = f"counts {self.n.shape} and days {self.days.shape} disagree"
            raise ValueError(message)
        if (self.n < 0).any() or (self.days < 0).any():
            raise ValueError("counts and days are not negative")
        if (self.n[self.days == 0] > 0).any():
            raise ValueError("a cell that was never covered has events")

    @property
    def slot_minutes(self) -> float:
        """How long one time of day is."""
        return MINUTES_A_DAY / len(self.n[0, 0])


def count_events(
    events: ResidentEvents,
    days: DayTypes,
    *,
    n_places: int,
    slot_minutes: int = 30,
    classes: Collection[str] | None = None,
    covered: ArrayLike = True,
) -> CellCounts:
    """Count events by place, type of day and time of day.

    Parameters
    ----------
    days
        The period; every event counted lies within it.
    slot_minutes
        Length of one time of day; divides a day.
    classes
        Which classes count; None: all.
    covered
        Whether data were kept, broadcast to ``(n_places, n_days, n_slots)``: False while
        the system was down, or before a place joined.

    Raises
    ------
    OutsideCover
        An event is outside the period, or where nothing was covered.
    ValueError
        ``slot_minutes`` does not divide a day.
    """
    if MINUTES_A_DAY % slot_minutes:
        raise ValueError("slot_minutes must divide a day")
    n_slots, n_types = MINUTES_A_DAY // slot_minutes, len(days.names)
    shape = (n_places, len(days.of_day), n_slots)
    in_cover = np.broadcast_to(np.asarray(covered, dtype=np.bool_), shape)

    on = events.at.astype("datetime64[D]")
    day = (on - np.datetime64(days.first_on, "D")).astype(np.int64)
    slot = (events.at - on).astype("timedelta64[m]").astype(np.int64) // slot_minutes
    counted = np.ones(len(events), dtype=np.bool_)
    if classes is not None:
        counted = np.isin(events.class_code, list(classes))
    inside = (day >= 0) & (day < shape[1])
    inside[inside] = in_cover[events.place[inside], day[inside], slot[inside]]
    if (counted & ~inside).any():
        row = int(np.argmax(counted & ~inside))
        raise OutsideCover(row, f"at {events.at[row]} nothing was covered there")

    n = np.zeros((n_places, n_types, n_slots))
    place, day, slot = events.place[counted], day[counted], slot[counted]
    np.add.at(n, (place, days.of_day[day], slot), 1.0)
    covered_days = np.stack(
        [in_cover[:, days.of_day == kind].sum(axis=1) for kind in range(n_types)],
        axis=1,
    )
    return CellCounts(n, covered_days.astype(np.float64))
