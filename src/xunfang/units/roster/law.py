"""May this person go out with this crew? Every rule, read from the night's reading.

The allocation has its own law and its own checker in ``core.planning.secondment``; this
one answers for any crew, seconded or not, and for nights on both sides of the one asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from xunfang.accounts.models import Standing
from xunfang.core.planning.secondment.people import (
    FORTNIGHT_DAYS,
    MAX_NIGHTS,
    MIN_REST_MIN,
)
from xunfang.units.models import Person, Shift
from xunfang.units.roster.reading import Reading, Stint

MAX_NIGHTS_AT_HOME = 10
"""Nights in any fourteen days for those whose own work the night is: two free in seven.
Those who come from an office on top of their own work have ``MAX_NIGHTS``."""
DAY = timedelta(days=1)

FAULTS = frozenset(
    {"absent", "not_serving", "two_places", "rest_too_short", "too_many_nights"}
    | {"standing_wrong"}
)
"""Findings about a person that forbid going out."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about one person in one crew, as a code and its facts.

    Faults: those of ``FAULTS``. Warnings: ``rest_waived``, ``third_night``.
    """

    code: str
    facts: dict[str, str | int] = field(default_factory=dict)

    @property
    def is_fault(self) -> bool:
        return self.code in FAULTS


def max_nights(person: Person) -> int:
    """Return for how many nights in fourteen days somebody may be asked."""
    return MAX_NIGHTS if person.home_unit.is_seconding else MAX_NIGHTS_AT_HOME


def findings(
    reading: Reading, person: Person, shift: Shift, *, instead_of: int | None = None
) -> tuple[Finding, ...]:
    """Say what stands against somebody going out with a crew, and what a leader should
    know; empty if nothing does.

    ``instead_of`` is the key of a shift that the person would leave for it.
    """
    return tuple(_findings(reading, person, shift, instead_of))


def may_go(reading: Reading, person: Person, shift: Shift) -> bool:
    """Say whether nothing forbids it."""
    return not any(f.is_fault for f in _findings(reading, person, shift, None))


def _findings(
    reading: Reading, person: Person, shift: Shift, instead_of: int | None
) -> Iterator[Finding]:
    if not person.is_serving:
        yield Finding("not_serving")
    if person.standing == Standing.CIVIL:
        yield Finding("standing_wrong")
    begins, ends = reading.window(shift)
    for away in reading.away.get(person.pk, ()):
        if away.begins < ends and begins < away.ends:
            yield Finding("absent")
            break
    others = [
        stint
        for stint in reading.stints.get(person.pk, ())
        if stint.shift not in {shift.pk, instead_of}
    ]
    yield from _findings_of_rest(reading, person, (begins, ends), others)
    nights = {stint.night for stint in others} | {reading.night}
    n_nights = most_nights_around(nights, reading.night)
    if n_nights > max_nights(person):
        yield Finding("too_many_nights", {"n": n_nights, "most": max_nights(person)})
    if {reading.night - DAY, reading.night - 2 * DAY} <= nights:
        yield Finding("third_night")


def _findings_of_rest(
    reading: Reading, person: Person, window: tuple[int, int], others: list[Stint]
) -> Iterator[Finding]:
    begins, ends = window
    for stint in others:
        facts: dict[str, str | int] = {
            "shift": stint.shift,
            "crew": stint.crew,
            "station": stint.station,
            "night": stint.night.isoformat(),
        }
        if stint.begins < ends and begins < stint.ends:
            yield Finding("two_places", facts)
            continue
        is_before = stint.ends <= begins
        rest = begins - stint.ends if is_before else stint.begins - ends
        if rest >= MIN_REST_MIN:
            continue
        facts["minutes"] = rest
        # The rest is due before the later duty: its night is the one waived.
        waiver = reading.waivers.get(
            (person.pk, reading.night if is_before else stint.night)
        )
        if waiver is None:
            yield Finding("rest_too_short", facts)
        else:
            signed: dict[str, str | int] = {
                "leader": waiver.signed_by.display_name,
                "reason": waiver.reason,
            }
            yield Finding("rest_waived", facts | signed)


def most_nights_around(nights: set[date], night: date) -> int:
    """Return the most nights in any fourteen days in a row that include one night.

    >>> first = date(2026, 8, 1)
    >>> most_nights_around({first, first + 12 * DAY, first + 14 * DAY}, first + 12 * DAY)
    2
    """
    starts = (night - n * DAY for n in range(FORTNIGHT_DAYS))
    return max(
        sum(start <= other < start + FORTNIGHT_DAYS * DAY for other in nights)
        for start in starts
    )
