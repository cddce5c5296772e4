"""The response curve as a drawing: shares by quarter of an hour, in pixels."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from xunfang.patrols.wording import clock

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 480, 170, 44, 30, 8, 22
LABEL_PX = 13
"""Least distance between the labels at the ends of the curves."""


@dataclass(frozen=True, slots=True)
class Line:
    """The curve of one threshold."""

    minutes: int
    points: str
    label_y: int
    overall: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A labelled place on an axis."""

    label: str
    x: int = 0
    y: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """The shares of one quarter of an hour."""

    clock: str
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """All that the template draws."""

    lines: tuple[Line, ...]
    grid: tuple[Mark, ...]
    hours: tuple[Mark, ...]
    rows: tuple[Row, ...]
    summary: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT


def draw_curve(response: Mapping[str, Any]) -> Curve | None:
    """Draw the response kept with a plan; None where no demand was expected."""
    if not response or response["overall_share"] is None:
        return None
    begins: list[int] = response["begins"]
    span = max(1, begins[-1] - begins[0])

    def x(minute: int) -> int:
        return LEFT + round((minute - begins[0]) / span * (WIDTH - LEFT - RIGHT))

    def y(share: float) -> int:
        return TOP + round((1.0 - share) * (HEIGHT - TOP - BOTTOM))

    minutes = [threshold // 60 for threshold in response["thresholds_s"]]
    overall = response["overall_share"]
    label_y = _apart([y(share) + 4 for share in response["within_share"][-1]])
    return Curve(
        lines=tuple(
            Line(
                minutes=limit,
                points=" ".join(
                    f"{x(minute)},{y(shares[column])}"
                    for minute, shares in zip(
                        begins, response["within_share"], strict=True
                    )
                ),
                label_y=label_y[column],
                overall=overall[column],
            )
            for column, limit in enumerate(minutes)
        ),
        grid=tuple(Mark(f"{share * 25} %", y=y(share / 4)) for share in range(5)),
        hours=tuple(
            Mark(clock(minute), x=x(minute)) for minute in begins if minute % 120 == 0
        ),
        rows=tuple(
            Row(clock(minute), tuple(shares))
            for minute, shares in zip(begins, response["within_share"], strict=True)
        ),
        summary=_(
            "Over the whole night a free unit reaches %(one)d %% of the expected reports "
            "within 1 minute, %(three)d %% within 3 and %(five)d %% within 5."
        )
        % {
            name: int(share * 100)
            for name, share in zip(("one", "three", "five"), overall, strict=True)
        },
    )


def _apart(wanted: list[int]) -> list[int]:
    """Move labels up from the lowest so that none covers another.

    >>> _apart([150, 148, 60])
    [150, 137, 60]
    """
    placed: dict[int, int] = {}
    limit = HEIGHT
    for number in sorted(range(len(wanted)), key=lambda n: -wanted[n]):
        placed[number] = min(wanted[number], limit)
        limit = placed[number] - LABEL_PX
    return [placed[number] for number in range(len(wanted))]
