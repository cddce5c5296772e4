"""What a kind of team is there for, and what patrols found of it around a market.

What patrols find depends on where they are sent: it is shown, and never fed into plans.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from django.db import transaction
from django.utils.translation import pgettext

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.geo import points_in_polygon
from xunfang.core.planning.focus import FocusCount, count_by_focus
from xunfang.core.planning.problem import Window
from xunfang.patrols import policies
from xunfang.patrols.models import TeamFocus
from xunfang.places import queries as places
from xunfang.places.models import GridCell, IncidentCount, MarketGround
from xunfang.units.models import TeamTemplate

OTHER = "other"


def category_names() -> dict[str, str]:
    """Return what people call the categories of incidents."""
    return {
        "pickpocketing": pgettext("category", "Pickpocketing"),
        "snatching": pgettext("category", "Snatching"),
        "scam": pgettext("category", "Fraud"),
        "theft": pgettext("category", "Theft"),
        "disputes": pgettext("category", "Disputes"),
        "noise": pgettext("category", "Noise"),
        "traffic": pgettext("category", "Traffic"),
        "lost_help": pgettext("category", "Lost, or in need of help"),
        OTHER: pgettext("category", "Other"),
    }


def category_name(category: str) -> str:
    """Name a category; one nobody has named yet by its code."""
    return category_names().get(category, category)


def categories() -> list[tuple[str, str]]:
    """Return what a focus may be: every named category, and every one ever counted."""
    counted = IncidentCount.objects.order_by().values_list("category", flat=True)
    codes = [*category_names(), *sorted(set(counted.distinct()))]
    return [
        (code, category_name(code)) for code in dict.fromkeys(codes) if code != OTHER
    ]


@transaction.atomic
def set_focus(
    *, template: TeamTemplate, chosen: Iterable[str], by: User, at: datetime
) -> list[TeamFocus]:
    """Say what a kind of team is there for, in place of what was said before.

    Raises
    ------
    NotAllowed
        This person may not order for the whole city.
    """
    policies.check_can_order_city(by)
    TeamFocus.objects.filter(template=template).delete()
    rows = TeamFocus.objects.bulk_create(
        TeamFocus(template=template, category=category)
        for category in sorted(set(chosen))
    )
    audit.record(
        kind="focus.set",
        subject=template.code,
        by=by,
        at=at,
        categories=[row.category for row in rows],
    )
    return rows


@dataclass(frozen=True, slots=True)
class FoundRow:
    """One count behind the figures."""

    count: IncidentCount
    name: str
    is_focus: bool
    last_day: date


@dataclass(frozen=True, slots=True)
class MarketReport:
    """What patrols found around a market, by what its team is there for."""

    first_day: date | None
    last_day: date | None
    """None: nothing was ever found there."""
    hours: Window | None
    """Of the market; None where nobody has said them, and all hours count."""
    cells: tuple[GridCell, ...]
    figures: FocusCount
    by_type: tuple[tuple[str, int], ...]
    """Each focus type with its name and count, in the order of the codes."""
    rows: tuple[FoundRow, ...]
    n_left_out: int
    """Counts of longer periods that lie only partly in the period asked for."""


def report(
    *,
    template: TeamTemplate,
    ground: MarketGround,
    first_day: date | None,
    last_day: date | None,
) -> MarketReport:
    """Report a market: a night of it, or a period; without dates all there is.

    A count of several days belongs to a period that holds all of them.
    """
    focus = list(
        TeamFocus.objects.filter(template=template).values_list("category", flat=True)
    )
    cells = cells_of(ground)
    hours = hours_of(ground.code)
    counts = IncidentCount.objects.filter(
        cell__in=[cell.pk for cell in cells], source=IncidentCount.PATROL_FOUND
    ).select_related("cell")
    found = [
        row
        for row in counts.order_by("first_day", "cell__code", "category", "hour")
        if hours is None or row.hour in _hours_within(hours)
    ]
    if found:
        first_day = first_day or min(row.first_day for row in found)
        last_day = last_day or max(_last_day(row) for row in found)
    inside = [
        row
        for row in found
        if first_day is not None
        and last_day is not None
        and first_day <= row.first_day
        and _last_day(row) <= last_day
    ]
    touched = [
        row
        for row in found
        if first_day is not None
        and last_day is not None
        and row.first_day <= last_day
        and _last_day(row) >= first_day
    ]
    figures = count_by_focus(
        [(row.category, row.n_incidents) for row in inside], focus=focus
    )
    return MarketReport(
        first_day=first_day,
        last_day=last_day,
        hours=hours,
        cells=tuple(cells),
        figures=figures,
        by_type=tuple((category_name(c), n) for c, n in figures.by_type.items()),
        rows=tuple(
            FoundRow(
                row, category_name(row.category), row.category in focus, _last_day(row)
            )
            for row in inside
        ),
        n_left_out=len(touched) - len(inside),
    )


def cells_of(ground: MarketGround) -> list[GridCell]:
    """Return the cells that hold the market or a stop of its team's round."""
    points = np.array(
        [
            (ground.lon, ground.lat),
            *((stop["lon"], stop["lat"]) for stop in ground.round_stops),
        ]
    )
    return [
        cell
        for cell in places.cells_of(ground.station_code)
        if points_in_polygon(points, cell.polygon).any()
    ]


def hours_of(market_code: str) -> Window | None:
    """Return the hours of a market as the calendar has them."""
    town = places.get_town_calendar()
    windows = {one.code: (one.from_min, one.until_min) for one in town.markets}
    windows |= {one.code: (one.from_min, one.until_min) for one in town.night_markets}
    begins, ends = windows.get(market_code, (None, None))
    return None if begins is None or ends is None else (begins, ends)


def _hours_within(hours: Window) -> set[int]:
    begins, ends = hours
    return {hour % 24 for hour in range(begins // 60, -(-ends // 60))}


def _last_day(row: IncidentCount) -> date:
    return row.first_day + timedelta(days=row.n_days - 1)


def focus_by_team(
    templates: Sequence[TeamTemplate],
) -> list[tuple[TeamTemplate, list[str]]]:
    """Return each team with the names of what it is there for; one query."""
    by_team: dict[int, list[str]] = {template.pk: [] for template in templates}
    for row in TeamFocus.objects.filter(template__in=templates):
        by_team[row.template_id].append(category_name(row.category))
    return [(template, by_team[template.pk]) for template in templates]
