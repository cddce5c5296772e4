"""The weeks as bars with their dates, in pixels; the table beneath says the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from xunfang.patrols.minutes.queries import MinutesAtPlace

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 360, 200, 36, 16, 24
"""So narrow that its labels are legible on a phone."""
GAP = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """One week; without a height where nothing was measured."""

    x: int
    y: int
    height: int | None
    is_after: bool
    first: date
    middle: int
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """A labelled height."""

    y: int
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """All that the template draws."""

    bars: Sequence[Bar]
    grid: Sequence[Line]
    bar_width: int
    since_x: int
    """Between the last week before and the first one after."""
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    top: int = TOP
    floor: int = HEIGHT - BOTTOM


def draw(minutes: MinutesAtPlace) -> Chart:
    """Draw minutes a week, one bar a week."""
    weeks = minutes.weeks
    step = (WIDTH - LEFT) // max(1, len(weeks))
    top_min = _round_up(max((week.per_week or 0.0 for week in weeks), default=0.0))
    floor = HEIGHT - BOTTOM

    def y(amount: float) -> int:
        return floor - round(amount / top_min * (floor - TOP))

    bars = [
        Bar(
            x=LEFT + n * step + GAP // 2,
            y=floor if week.per_week is None else y(week.per_week),
            height=None if week.per_week is None else floor - y(week.per_week),
            is_after=week.is_after,
            first=week.first,
            middle=LEFT + n * step + step // 2,
            # A label for every second week: all of them would run into one another.
            label=f"{week.first:%m-%d}" if n % 2 == 0 else "",
        )
        for n, week in enumerate(weeks)
    ]
    n_before = sum(not week.is_after for week in weeks)
    return Chart(
        bars=bars,
        grid=[Line(y(top_min * n / 4), f"{top_min * n / 4:g}") for n in range(5)],
        bar_width=step - GAP,
        since_x=LEFT + n_before * step,
    )


def _round_up(minutes: float) -> int:
    """Return a height of the axis that four lines divide into whole minutes.

    >>> [_round_up(amount) for amount in (0.0, 35.0, 81.0, 230.0)]
    [20, 40, 100, 240]
    """
    step = 20 if minutes <= 100 else 80
    return max(step, -int(-minutes // step) * step)
