"""Opening hours: by weekday, with exceptions by date, read from text as people write it.

Minutes count from the midnight with which a day begins and pass 1440 where hours go over
midnight. Moments are civil time of the place, without a zone: who asks has converted.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from xunfang.core.errors import DomainError

MINUTES_PER_DAY = 24 * 60
LOOKED_AHEAD_DAYS = 60
"""How far the next opening is looked for; beyond it, nobody knows."""

type Span = tuple[int, int]
"""From when to when, in minutes; the end lies after the beginning."""

_BETWEEN_SPANS = re.compile(r"[,，;；、/\n]+")
_SPAN = re.compile(
    r"(\d{1,2})[:：](\d{2})\s*(?:-|–|—|~|～|至|到)\s*(\d{1,2})[:：](\d{2})"
)


class HoursUnclear(DomainError):
    """Hours that cannot be read, overlap, or stand out of order; ``part`` says which."""

    code = "calendars.hours_unclear"

    def __init__(self, part: str) -> None:
        self.part = part
        super().__init__(
            f"cannot read the hours {part!r}; write 09:00-12:00, 14:00-18:00"
        )


def parse_hours(text: str) -> tuple[Span, ...]:
    """Read the hours of one day; empty text is a closed day.

    >>> parse_hours("09:00-12:00, 14:00-18:00")
    ((540, 720), (840, 1080))
    >>> parse_hours("20:00–02:00")
    ((1200, 1560),)

    Raises
    ------
    HoursUnclear
        ``part`` is the piece that is no hours, ends when it begins, or begins before
        the piece in front of it has ended.
    """
    spans: list[Span] = []
    for part in filter(None, (piece.strip() for piece in _BETWEEN_SPANS.split(text))):
        span = _parse_span(part)
        if spans and span[0] < spans[-1][1]:
            raise HoursUnclear(part)
        spans.append(span)
    if spans and spans[-1][1] > MINUTES_PER_DAY + spans[0][0]:
        raise HoursUnclear(text.strip())
    return tuple(spans)


def _parse_span(part: str) -> Span:
    found = _SPAN.fullmatch(part)
    if found is None:
        raise HoursUnclear(part)
    from_hour, from_minute, until_hour, until_minute = map(int, found.groups())
    begins, ends = 60 * from_hour + from_minute, 60 * until_hour + until_minute
    is_time = max(from_minute, until_minute) < 60
    if not is_time or begins >= MINUTES_PER_DAY or ends > MINUTES_PER_DAY:
        raise HoursUnclear(part)
    if begins == ends:
        raise HoursUnclear(part)
    return begins, ends if ends > begins else ends + MINUTES_PER_DAY


def hours_text(spans: Iterable[Span]) -> str:
    """Write the hours of a day as ``parse_hours`` reads them.

    >>> hours_text([(540, 720), (1200, 1560)])
    '09:00-12:00, 20:00-02:00'
    """
    return ", ".join(f"{_clock(begins)}-{_clock(ends)}" for begins, ends in spans)


def _clock(minute: int) -> str:
    # The end of a day is written 24:00: 00:00 would read as its beginning.
    hour, rest = divmod(minute, 60)
    return f"{hour if minute <= MINUTES_PER_DAY else hour % 24:02d}:{rest:02d}"


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether it is open at a moment, until when, or when it opens next."""

    is_open: bool
    until: datetime | None = None
    """When it closes; None while closed, or where it does not close for weeks."""
    opens: datetime | None = None
    """When it opens next; None while open, or where no opening is known."""


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """The hours of a place. A date of its own goes before the weekday.

    Hours that began before midnight run to their end, whatever the next day says.
    """

    by_weekday: Mapping[int, tuple[Span, ...]]
    """ISO weekday, Monday is 1, to its hours; a weekday that is absent is closed."""
    by_date: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """Return the hours that begin on a day."""
        if day in self.by_date:
            return self.by_date[day]
        return self.by_weekday.get(day.isoweekday(), ())

    def standing_at(self, moment: datetime) -> Standing:
        """Say how it stands at a moment of civil time."""
        if moment.tzinfo is not None:
            raise ValueError("give civil time of the place, without a zone")
        today = moment.date()
        last = today + timedelta(days=LOOKED_AHEAD_DAYS)
        until: datetime | None = None
        for begins_at, ends_at in self._stretches(today - timedelta(days=1), last):
            if until is not None:
                if begins_at > until:
                    return Standing(is_open=True, until=until)
                until = max(until, ends_at)
            elif begins_at <= moment < ends_at:
                until = ends_at
            elif begins_at > moment:
                return Standing(is_open=False, opens=begins_at)
        if until is None:
            return Standing(is_open=False)
        is_endless = until.date() >= last
        return Standing(is_open=True, until=None if is_endless else until)

    def _stretches(
        self, first_day: date, last_day: date
    ) -> Iterable[tuple[datetime, datetime]]:
        for offset in range((last_day - first_day).days + 1):
            day = first_day + timedelta(days=offset)
            midnight = datetime.combine(day, datetime.min.time())
            for begins, ends in self.spans_on(day):
                yield (
                    midnight + timedelta(minutes=begins),
                    midnight + timedelta(minutes=ends),
                )
