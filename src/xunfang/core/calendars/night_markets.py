"""Night markets: open in some months, on some weekdays, often past midnight."""

from dataclasses import dataclass
from datetime import date

ALL_MONTHS = frozenset(range(1, 13))
ALL_WEEKDAYS = frozenset(range(1, 8))


@dataclass(frozen=True, slots=True)
class NightMarket:
    """A night market and its season.

    ``from_min`` and ``until_min`` are minutes after midnight of the evening it opens;
    ``until_min`` above 1440 lies in the next day. Weekdays are ISO, of that evening.

    Raises
    ------
    ValueError
        A month or weekday that does not exist, or hours that end before they begin.
    """

    code: str
    name: str
    from_min: int
    until_min: int
    months: frozenset[int] = ALL_MONTHS
    weekdays: frozenset[int] = ALL_WEEKDAYS
    name_en: str = ""
    station: str = ""

    def __post_init__(self) -> None:
        if not self.months or not self.months <= ALL_MONTHS:
            raise ValueError("months are 1 to 12")
        if not self.weekdays or not self.weekdays <= ALL_WEEKDAYS:
            raise ValueError("weekdays are 1 (Monday) to 7 (Sunday)")
        if not 0 <= self.from_min < self.until_min:
            raise ValueError(f"{self.code} closes before it opens")

    def is_open(self, evening: date) -> bool:
        """Say whether it opens on an evening."""
        return evening.month in self.months and evening.isoweekday() in self.weekdays
