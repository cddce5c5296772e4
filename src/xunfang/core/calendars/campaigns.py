"""Campaigns: a run of days with a count, daily targets as ranges, a closing report.

Targets are ranges on purpose. A single number invites everybody to report exactly
that number; a range with both ends says what is ordinary.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from xunfang.core.errors import DomainError


class CampaignNotOver(DomainError):
    """A closing report was asked for as of a time before the campaign's last day."""

    code = "calendars.campaign_not_over"


@dataclass(frozen=True, slots=True)
class DailyTarget:
    """What an ordinary day brings of one measure: from ``low`` to ``high``, both in.

    Raises
    ------
    ValueError
        ``low`` is negative or above ``high``.
    """

    measure: str
    low: int
    high: int

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high:
            raise ValueError(f"{self.low} to {self.high} is not a range of counts")


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign from its first to its last day, both included.

    ``from_min`` and ``until_min`` are the nightly hours in minutes after midnight of
    the day it begins (``until_min`` above 1440 lies in the next day), or None if the
    order names none.

    Raises
    ------
    ValueError
        The campaign ends before it begins, or a measure has two targets.
    """

    code: str
    title: str
    first_day: date
    last_day: date
    from_min: int | None = None
    until_min: int | None = None
    targets: tuple[DailyTarget, ...] = ()
    title_en: str = ""

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise ValueError("the campaign ends before it begins")
        if len({target.measure for target in self.targets}) != len(self.targets):
            raise ValueError("a measure has two targets")

    @property
    def n_days(self) -> int:
        """How many days it lasts."""
        return (self.last_day - self.first_day).days + 1

    def day_number(self, day: date) -> int | None:
        """Return 1 on the first day; None outside the campaign."""
        if self.first_day <= day <= self.last_day:
            return (day - self.first_day).days + 1
        return None


@dataclass(frozen=True, slots=True)
class CampaignEntry:
    """One row a figure is made of: so much of a measure, done on a day.

    ``recorded_at`` is when the row came in (aware); it decides whether a report
    already knew of it.
    """

    measure: str
    done_on: date
    amount: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ClosingFigure:
    """One measure in a closing report.

    The day counts are None for a measure without a target. They add up to the days
    of the campaign; a day without an entry counts as zero.
    """

    measure: str
    total: int
    n_entries: int
    n_days_below: int | None
    n_days_within: int | None
    n_days_above: int | None


@dataclass(frozen=True, slots=True)
class ClosingReport:
    """The figures of a campaign as they were known at one moment.

    ``digest`` is the SHA-256 of the rows behind the figures, so that anybody can see
    later whether the same rows are being talked about.
    """

    campaign_code: str
    first_day: date
    last_day: date
    n_days: int
    as_of: datetime
    figures: tuple[ClosingFigure, ...]
    digest: str


def close_campaign(
    campaign: Campaign, *, entries: Iterable[CampaignEntry], as_of: datetime
) -> ClosingReport:
    """Freeze the figures of a campaign as of one moment.

    Only rows recorded by ``as_of`` and done within the campaign count. A row that
    comes in later changes no report that has an earlier ``as_of``: a correction is a
    second report with a later one.

    Raises
    ------
    CampaignNotOver
        ``as_of``, read in its own time zone, is before the last day.
    ValueError
        A time without a time zone: the caller's bug.
    """
    if as_of.tzinfo is None:
        raise ValueError("as_of needs a time zone")
    if as_of.date() < campaign.last_day:
        raise CampaignNotOver(
            f"{campaign.code} runs until {campaign.last_day}; "
            f"a closing report as of {as_of.isoformat()} is too early"
        )
    known = sorted(
        (
            entry
            for entry in entries
            if _recorded_by(entry, as_of) and campaign.day_number(entry.done_on)
        ),
        key=lambda row: (row.measure, row.done_on, row.recorded_at, row.amount),
    )
    measures = {row.measure for row in known} | {
        row.measure for row in campaign.targets
    }
    return ClosingReport(
        campaign_code=campaign.code,
        first_day=campaign.first_day,
        last_day=campaign.last_day,
        n_days=campaign.n_days,
        as_of=as_of,
        figures=tuple(
            _figure(campaign, measure, known) for measure in sorted(measures)
        ),
        digest=_digest(known),
    )


def _recorded_by(entry: CampaignEntry, as_of: datetime) -> bool:
    if entry.recorded_at.tzinfo is None:
        raise ValueError("recorded_at needs a time zone")
    return entry.recorded_at <= as_of


def _figure(
    campaign: Campaign, measure: str, known: list[CampaignEntry]
) -> ClosingFigure:
    rows = [row for row in known if row.measure == measure]
    total = sum(row.amount for row in rows)
    target = next((row for row in campaign.targets if row.measure == measure), None)
    if target is None:
        return ClosingFigure(measure, total, len(rows), None, None, None)

    by_day: dict[date, int] = {}
    for row in rows:
        by_day[row.done_on] = by_day.get(row.done_on, 0) + row.amount
    amounts = [*by_day.values(), *[0] * (campaign.n_days - len(by_day))]
    return ClosingFigure(
        measure=measure,
        total=total,
        n_entries=len(rows),
        n_days_below=sum(amount < target.low for amount in amounts),
        n_days_within=sum(target.low <= amount <= target.high for amount in amounts),
        n_days_above=sum(amount > target.high for amount in amounts),
    )


def _digest(rows: list[CampaignEntry]) -> str:
    plain = [
        [
            row.measure,
            row.done_on.isoformat(),
            row.amount,
            row.recorded_at.astimezone(UTC).isoformat(),
        ]
        for row in rows
    ]
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
