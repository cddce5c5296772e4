"""What campaigns have put on the street, read from the shifts that carry their tags."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, QuerySet

from xunfang.core.calendars.agenda import TownCalendar
from xunfang.core.calendars.campaigns import Campaign as CampaignDays
from xunfang.core.calendars.campaigns import (
    CampaignEntry,
    DailyTarget,
)
from xunfang.core.calendars.campaigns import close_campaign as close_days
from xunfang.core.planning.campaign_totals import CampaignTotals, TaggedShift, total
from xunfang.patrols.models import Campaign, CampaignShift, CampaignTarget
from xunfang.places import queries as places
from xunfang.places.models import PlaceCheck
from xunfang.units.models import Station

SHIFTS, PEOPLE, CHECKS = "shifts", "people", "key_place_checks"
PERSON_MINUTES = "person_minutes"
CREW_MINUTES = "crew_minutes"


def family_of(campaign: Campaign) -> list[Campaign]:
    """Return a campaign and everything under it, however deep; one query."""
    children: dict[int, list[Campaign]] = {}
    for row in Campaign.objects.all():
        if row.parent_id is not None:
            children.setdefault(row.parent_id, []).append(row)
    family = {campaign.pk: campaign}
    waiting = [campaign]
    for row in waiting:
        new = [child for child in children.get(row.pk, []) if child.pk not in family]
        family |= {child.pk: child for child in new}
        waiting.extend(new)
    return list(family.values())


def tags_of(
    campaigns: Iterable[Campaign], *, stations: QuerySet[Station] | None = None
) -> QuerySet[CampaignShift]:
    """Return the tags of some campaigns, all or those on some stations' shifts."""
    tags = CampaignShift.objects.filter(campaign__in=[row.pk for row in campaigns])
    return tags if stations is None else tags.filter(shift__station__in=stations)


def read_tags(tags: QuerySet[CampaignShift]) -> list[tuple[TaggedShift, datetime]]:
    """Return each tag as a shift and the moment it was tagged; one query."""
    rows = tags.order_by("shift__night", "shift__code", "campaign__code").values_list(
        "shift_id",
        "campaign__code",
        "shift__night",
        "shift__station__code",
        "shift__n_sworn",
        "shift__n_auxiliary",
        "shift__begins_min",
        "shift__ends_min",
        "tagged_at",
    )
    return [
        (
            TaggedShift(
                key=key,
                campaign=code,
                night=night,
                unit=unit,
                people=n_sworn + n_auxiliary,
                minutes=ends - begins,
            ),
            tagged_at,
        )
        for key, code, night, unit, n_sworn, n_auxiliary, begins, ends, tagged_at in rows
    ]


def totals_of(
    campaigns: Iterable[Campaign], *, stations: QuerySet[Station] | None = None
) -> CampaignTotals:
    """Add up the shifts that carry the tag of any of these campaigns, each once."""
    tags = tags_of(campaigns, stations=stations)
    return total(shift for shift, _tagged_at in read_tags(tags))


def days_of(campaign: Campaign, town: TownCalendar) -> CampaignDays:
    """Return a campaign as a run of days, with the calendar's hours and targets.

    A range that was entered here holds in place of the calendar file's.
    """
    announced = next((c for c in town.campaigns if c.code == campaign.code), None)
    ranges = {t.measure: t for t in (announced.targets if announced else ())}
    ranges |= {
        row.figure: DailyTarget(row.figure, row.low, row.high)
        for row in CampaignTarget.objects.filter(campaign=campaign)
    }
    return CampaignDays(
        code=campaign.code,
        title=campaign.name,
        title_en=campaign.name_en,
        first_day=campaign.begins_on,
        last_day=campaign.ends_on,
        from_min=announced.from_min if announced else None,
        until_min=announced.until_min if announced else None,
        targets=tuple(ranges.values()),
    )


def with_campaigns(town: TownCalendar) -> TownCalendar:
    """Return the calendar with the campaigns that were entered here; one query.

    Of a campaign that is in both, the days entered here hold: who changed them knows
    more than the file.
    """
    announced = {campaign.code: campaign for campaign in town.campaigns}
    for row in Campaign.objects.all():
        former = announced.get(row.code)
        announced[row.code] = CampaignDays(
            code=row.code,
            title=row.name,
            title_en=row.name_en,
            first_day=row.begins_on,
            last_day=row.ends_on,
            from_min=former.from_min if former else None,
            until_min=former.until_min if former else None,
            targets=former.targets if former else (),
        )
    return replace(town, campaigns=tuple(announced.values()))


def checks_by_day(
    first_day: date, last_day: date, *, stations: QuerySet[Station] | None = None
) -> dict[date, int]:
    """Count key places checked on each day; two checks of one place are one place."""
    checks = PlaceCheck.objects.filter(checked_on__range=(first_day, last_day))
    if stations is not None:
        checks = checks.filter(
            place__cell__area__station_code__in=stations.values("code")
        )
    rows = checks.order_by("checked_on").values_list("checked_on")
    return dict(rows.annotate(n_places=Count("place", distinct=True)))


@dataclass(frozen=True, slots=True)
class DayFigure:
    """One figure of one night beside its range."""

    measure: str
    low: int
    high: int
    amount: int

    @property
    def standing(self) -> str:
        """``below``, ``within`` or ``above`` the range."""
        if self.amount < self.low:
            return "below"
        return "above" if self.amount > self.high else "within"


def figures_of_night(
    night: date,
    days: CampaignDays,
    totals: CampaignTotals,
    checks: Mapping[date, int],
) -> tuple[DayFigure, ...]:
    """Compare a night with the daily ranges, of what is counted here."""
    sums = totals.by_night.get(night)
    amounts = {
        SHIFTS: sums.n_shifts if sums else 0,
        PEOPLE: sums.people if sums else 0,
        CHECKS: checks.get(night, 0),
    }
    return tuple(
        DayFigure(target.measure, target.low, target.high, amounts[target.measure])
        for target in days.targets
        if target.measure in amounts
    )


def closing_figures(campaign: Campaign, *, as_of: datetime) -> dict[str, Any]:
    """Return what a closing report keeps: totals, branches, units, days by range.

    Raises
    ------
    CampaignNotOver
        ``as_of``, in its own time zone, lies before the last day.
    """
    family = family_of(campaign)
    tags = read_tags(tags_of(family))
    totals = total(shift for shift, _tagged_at in tags)
    days = days_of(campaign, places.get_town_calendar())
    report = close_days(days, entries=_entries(days, tags, as_of), as_of=as_of)
    names = dict(Station.objects.values_list("code", "name"))
    return {
        "first_day": report.first_day.isoformat(),
        "last_day": report.last_day.isoformat(),
        "n_days": report.n_days,
        "n_nights": len(totals.by_night),
        "n_shared": totals.n_shared,
        "whole": asdict(totals.whole),
        "by_unit": [
            {"code": code, "name": names.get(code, code), **asdict(row)}
            for code, row in totals.by_unit.items()
        ],
        "by_campaign": [
            {"code": row.code, "name": row.name, "name_en": row.name_en}
            | asdict(totals.by_campaign[row.code])
            for row in family
            if row.code in totals.by_campaign
        ],
        "measures": [asdict(figure) for figure in report.figures],
        "digest": report.digest,
    }


def _entries(
    days: CampaignDays, tags: Sequence[tuple[TaggedShift, datetime]], as_of: datetime
) -> list[CampaignEntry]:
    """The rows behind the figures, a shift once, known since it was first tagged."""
    first_known: dict[TaggedShift, datetime] = {}
    for tagged, at in tags:
        shift = replace(tagged, campaign="")
        first_known[shift] = min(first_known.get(shift, at), at)
    entries = [
        CampaignEntry(measure, shift.night, amount, at)
        for shift, at in first_known.items()
        for measure, amount in (
            (SHIFTS, 1),
            (PEOPLE, shift.people),
            (CREW_MINUTES, shift.minutes),
            (PERSON_MINUTES, shift.person_minutes),
        )
    ]
    if any(target.measure == CHECKS for target in days.targets):
        zone = as_of.tzinfo
        entries += [
            CampaignEntry(CHECKS, day, n, datetime.combine(day, time.min, zone))
            for day, n in checks_by_day(days.first_day, days.last_day).items()
        ]
    return entries
