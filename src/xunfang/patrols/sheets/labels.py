"""Names of streets on a paper map: the main ones, along their street, none on another."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from xunfang.core.streets.network import StreetNetwork

type Floats = NDArray[np.float64]

MOST_NAMES = 30
MAJOR_MM, MINOR_MM = 3.1, 2.6
"""Letters lower than that nobody reads by the light of a torch."""


@dataclass(frozen=True, slots=True)
class Name:
    """A street's name where its longest piece on the paper lies."""

    text: str
    x: float
    y: float
    turn_deg: float
    size_mm: float
    length_mm: float
    """Of all that is seen of the street."""

    @property
    def width_mm(self) -> float:
        """Chinese characters are as wide as high, Latin ones a little over half."""
        return self.size_mm * sum(1.0 if ord(c) > 0x2E7F else 0.58 for c in self.text)


def street_names(
    network: StreetNetwork,
    segments: NDArray[np.int64],
    to_paper: Callable[[Floats], Floats],
    major: frozenset[int],
) -> list[Name]:
    """Return the names of the streets among ``segments``, the most important first."""
    first = network.shape_lonlat[network.shape_offset[segments]]
    last = network.shape_lonlat[network.shape_offset[segments + 1] - 1]
    begins, ends = to_paper(first), to_paper(last)
    lengths = np.hypot(*(ends - begins).T)
    codes = network.segment_name[segments]
    names = []
    for code in np.unique(codes[codes != 0]).tolist():
        of_name = np.flatnonzero(codes == code)
        longest = of_name[np.argmax(lengths[of_name])]
        is_major = int(network.segment_class[segments[longest]]) in major
        dx, dy = ends[longest] - begins[longest]
        turn = float(np.degrees(np.arctan2(dy, dx)))
        x, y = (begins[longest] + ends[longest]) / 2.0
        names.append(
            Name(
                text=str(network.names[code]),
                x=float(x),
                y=float(y),
                turn_deg=(turn + 90.0) % 180.0 - 90.0,  # Never upside down.
                size_mm=MAJOR_MM if is_major else MINOR_MM,
                length_mm=float(lengths[of_name].sum()),
            )
        )
    return sorted(names, key=lambda name: (-name.size_mm, -name.length_mm, name.text))


@dataclass(slots=True)
class Labels:
    """What is written so far, as discs that nothing else may touch."""

    width_mm: float
    height_mm: float
    _taken: list[tuple[float, float, float]] = field(default_factory=list)

    def keep_clear(self, x: float, y: float, width: float, height: float) -> None:
        """Let nothing be written over a box around a point."""
        n = max(1, round(width / height))
        for step in range(n):
            offset = (step - (n - 1) / 2) * height
            self._taken.append((x + offset, y, height / 2))

    def write(self, names: Iterable[Name]) -> list[str]:
        """Return the names that find room, in the order of their importance."""
        written: list[str] = []
        for name in names:
            if len(written) >= MOST_NAMES:
                break
            # A street shorter than its name would lend it to its neighbours.
            if name.length_mm < name.width_mm or not self._take(name):
                continue
            at = f'x="{name.x:.1f}" y="{name.y + 0.36 * name.size_mm:.1f}"'
            turned = (
                f'transform="rotate({name.turn_deg:.0f} {name.x:.1f} {name.y:.1f})"'
            )
            look = f'font-size="{name.size_mm}" text-anchor="middle" {turned}'
            text = escape(name.text)
            written.append(
                f'<text {at} {look} fill="#222" stroke="#fff" stroke-width="0.9" '
                f'stroke-linejoin="round" paint-order="stroke">{text}</text>'
            )
        return written

    def _take(self, name: Name) -> bool:
        """Keep a chain of discs along the name free, or leave all as it is."""
        radius = 0.62 * name.size_mm
        n = max(1, round(name.width_mm / (2 * radius)))
        turn = np.radians(name.turn_deg)
        discs = []
        for step in range(n):
            along = (step - (n - 1) / 2) * (name.width_mm / n)
            x, y = name.x + along * np.cos(turn), name.y + along * np.sin(turn)
            if not (
                radius <= x <= self.width_mm - radius
                and radius <= y <= self.height_mm - radius
            ):
                return False
            if any(
                (x - u) ** 2 + (y - v) ** 2 < (radius + r) ** 2
                for u, v, r in self._taken
            ):
                return False
            discs.append((float(x), float(y), radius))
        self._taken += discs
        return True
