"""All lines of one number, and the sheets that their times make. No database."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from xunfang.calls.mirror.reading import Reading
from xunfang.core.dispatching import sheets
from xunfang.core.dispatching.sheets import OF_A_UNIT, Step


@dataclass(slots=True)
class Group:
    """All lines of one number."""

    number: str
    readings: list[Reading] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    clocks: dict[tuple[str, Step], datetime] = field(default_factory=dict)
    """By unit ("" for the call's own steps) and step."""

    @property
    def begins_at(self) -> datetime:
        """The first of its clocks."""
        return min(self.clocks.values())

    @property
    def units(self) -> list[str]:
        """The units that were sent, by name."""
        return sorted({unit for unit, _ in self.clocks} - {""})

    def sheet(self) -> sheets.CallSheet:
        """Return the sheets its clocks make; a unit is known by its place in ``units``."""
        units = self.units
        return sheets.fold(
            sheets.CallEvent(
                key=key,
                step=step,
                happened_at=moment,
                recorded_at=moment,
                assignment=units.index(unit) if unit else None,
            )
            for key, ((unit, step), moment) in enumerate(self.clocks.items())
        )

    def refuse(self, code: str, **facts: str | int) -> None:
        """Note on every line why nothing of the call may go in."""
        for reading in self.readings:
            reading.refuse(code, **facts)


def group(readings: Iterable[Reading]) -> list[Group]:
    """Gather lines by number, in the order in which numbers first come.

    Where two lines of a table say different things, the first one stands: so the same
    table says the same thing again.
    """
    groups: dict[str, Group] = {}
    for reading in readings:
        if reading.is_refused:
            continue
        one = groups.setdefault(reading.number, Group(reading.number))
        one.readings.append(reading)
        for key, text in reading.said.items():
            if key == "words":
                if text not in one.words:
                    one.words.append(text)
            elif one.said.setdefault(key, text) != text:
                reading.doubt("line_differs", field=key, line=one.readings[0].row.line)
        for step, moment in reading.clocks.items():
            whose = (reading.unit if step in OF_A_UNIT else "", step)
            if one.clocks.setdefault(whose, moment) != moment:
                reading.doubt(
                    "line_differs", field=step.value, line=one.readings[0].row.line
                )
    return list(groups.values())
