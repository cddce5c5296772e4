"""What can fall on a day, and the reasons it can have.

A duty carries codes and parameters, no sentences: the page and the command line each
say them in the reader's language. ``REASONS`` lists every reason that can come, with
the parameters it brings, so that a translation can be checked to be complete.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from xunfang.core.calendars.halfmonths import Standing

type Param = str | int | date | tuple[int, ...] | tuple[str, ...]


class DutyKind(StrEnum):
    """What sort of thing falls on the day; the order is the order of a page."""

    HOLIDAY = "holiday"
    MAKEUP_WORKDAY = "makeup_workday"
    FESTIVAL = "festival"
    MARKET = "market"
    DAILY_MARKET = "daily_market"
    NIGHT_MARKET = "night_market"
    SCHOOL_GATE = "school_gate"
    HALF_MONTH = "half_month"
    CAMPAIGN = "campaign"
    QUIET_HOURS = "quiet_hours"


_BELL_PARAMS = ("level", "bell_min", "lead_min", "label", "label_en")

REASONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "holiday.statutory": ("name", "name_en", "source"),
        "holiday.exchanged": ("name", "name_en", "source"),
        "holiday.announced": ("name", "name_en", "source"),
        "makeup_workday.announced": ("name", "name_en", "source"),
        "festival.solar": ("month", "day"),
        "festival.lunar": ("lunar_month", "lunar_day"),
        "festival.solar_term": (),
        "market.solar_last_digit": ("rule", "day"),
        "market.lunar_last_digit": ("rule", "lunar_month", "lunar_day", "is_leap"),
        "market.short_month": ("rule", "lunar_month", "lunar_day", "is_leap"),
        "market.weekday": ("rule", "weekday"),
        "market.earthly_branch": ("rule", "branch"),
        "market.lunar_day": ("rule", "lunar_month", "lunar_day", "is_leap"),
        "market.daily": ("rule",),
        "market.extra": ("rule", "said"),
        "market.moved_here": ("rule", "said", "from"),
        "market.called_off": ("rule", "said"),
        "market.moved_away": ("rule", "said", "to"),
        "night_market.season": ("months", "weekdays"),
        "school.bell": _BELL_PARAMS,
        "school.bell_on_makeup_workday": _BELL_PARAMS,
        "school.no_bell_holiday": ("level", "said", "said_en"),
        "school.no_bell_closed": ("level", "said", "said_en"),
        "half_month.open": ("number", "n_windows", "first_day", "last_day", "n_wanted"),
        **{
            f"half_month.{standing}": (
                *("number", "n_windows", "first_day", "last_day"),
                *("n_wanted", "n_held"),
            )
            for standing in (Standing.DUE, Standing.DONE, Standing.OVERDUE)
        },
        "campaign.day": ("day_number", "n_days", "first_day", "last_day"),
        "quiet_hours.every_night": (),
    }
)
"""Every reason and the names of its parameters."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that falls on a day, or would have.

    ``code`` is the market's, school's, campaign's or festival's own code. ``title``
    and ``title_en`` are names from the data; empty where the code is translated
    (festivals, quiet hours). Times are minutes after midnight of the day, above 1440
    in the next; None if no hour is named. ``params`` belongs to ``reason`` as
    ``REASONS`` says.
    """

    on: date
    kind: DutyKind
    code: str
    reason: str
    title: str = ""
    title_en: str = ""
    station: str = ""
    from_min: int | None = None
    until_min: int | None = None
    params: Mapping[str, Param] = field(default_factory=dict)
