"""Campaigns as pages show them: which are running, how each one stands, from which rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.db.models import Sum as SumOf
from django.utils.translation import pgettext

from xunfang.accounts.models import User
from xunfang.core.calendars.agenda import TownCalendar
from xunfang.core.calendars.campaigns import Campaign as CampaignDays
from xunfang.core.planning.campaign_totals import CampaignTotals, Sum
from xunfang.patrols import orders, queries
from xunfang.patrols.campaigns import figures
from xunfang.patrols.models import (
    Campaign,
    CampaignReport,
    CampaignTarget,
    Order,
    Round,
)
from xunfang.places.models import PlaceCheck
from xunfang.units.models import Shift
from xunfang.web.names import local_name

RUNNING, COMING, OVER = "running", "coming", "over"
STATES = (RUNNING, COMING, OVER)


@dataclass(frozen=True, slots=True)
class ListRow:
    """One line of the list: a campaign that is kept here, in the calendar, or in both."""

    code: str
    name: str
    days: CampaignDays
    state: str
    day_number: int | None
    campaign: Campaign | None
    """None: only the calendar file knows it."""
    n_tagged: int
    is_closed: bool


def state_of(days: CampaignDays, night: date) -> str:
    """Say whether a campaign is running on a night, coming, or over."""
    if night < days.first_day:
        return COMING
    return OVER if night > days.last_day else RUNNING


def list_rows(user: User, night: date, town: TownCalendar) -> list[ListRow]:
    """Return every campaign: the running ones, then what comes, then what is over.

    Three queries, however many there are.
    """
    visible = queries.stations_visible_to(user)
    tagged = Count("tagged", filter=Q(tagged__shift__station__in=visible))
    kept = {
        row.code: row
        for row in Campaign.objects.select_related("lead_unit", "parent").annotate(
            n_tagged=tagged
        )
    }
    closed = set(CampaignReport.objects.values_list("campaign_code", flat=True))
    rows = []
    for days in figures.with_campaigns(town).campaigns:
        row = kept.get(days.code)
        rows.append(
            ListRow(
                code=days.code,
                name=local_name(days.title, days.title_en),
                days=days,
                state=state_of(days, night),
                day_number=days.day_number(night),
                campaign=row,
                n_tagged=getattr(row, "n_tagged", 0),
                is_closed=days.code in closed,
            )
        )
    return sorted(rows, key=_place_in_list)


def _place_in_list(row: ListRow) -> tuple[int, int, str]:
    order = STATES.index(row.state)
    if row.state == RUNNING:
        return order, row.days.last_day.toordinal(), row.code
    if row.state == COMING:
        return order, row.days.first_day.toordinal(), row.code
    return order, -row.days.last_day.toordinal(), row.code


def found(rows: Sequence[ListRow], *, words: str, state: str) -> list[ListRow]:
    """Return the rows in one state (all: empty) that say all of the words."""
    wanted = words.casefold().split()
    return [
        row
        for row in rows
        if (not state or row.state == state)
        and all(word in _text_of(row) for word in wanted)
    ]


def _text_of(row: ListRow) -> str:
    goal = row.campaign.goal if row.campaign else ""
    said = (row.code, row.days.title, row.days.title_en, goal)
    return " ".join(said).casefold()


@dataclass(frozen=True, slots=True)
class Branch:
    campaign: Campaign
    name: str
    depth: int
    own: Sum


@dataclass(frozen=True, slots=True)
class NightRow:
    night: date
    day_number: int | None
    sums: Sum
    figures: Mapping[str, figures.DayFigure]
    """By measure, of those with a range."""


@dataclass(frozen=True, slots=True)
class UnitRow:
    code: str
    name: str
    sums: Sum


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A range, and how the nights so far lie to it; no counts: nothing is counted here."""

    measure: str
    name: str
    low: int
    high: int
    n_below: int | None
    n_within: int | None
    n_above: int | None


@dataclass(frozen=True, slots=True)
class CampaignView:
    """Everything the page of one campaign shows."""

    days: CampaignDays
    totals: CampaignTotals
    branches: tuple[Branch, ...]
    nights: tuple[NightRow, ...]
    """Those that have begun, the latest first."""
    units: tuple[UnitRow, ...]
    targets: tuple[TargetRow, ...]
    measures: tuple[TargetRow, ...]
    """The targets that can be compared night by night."""


def view_of(
    user: User, campaign: Campaign, night: date, town: TownCalendar
) -> CampaignView:
    """Lay out one campaign as of a night."""
    visible = queries.stations_visible_to(user)
    family = figures.family_of(campaign)
    totals = figures.totals_of(family, stations=visible)
    days = figures.days_of(campaign, town)
    until = min(days.last_day, night)
    wants_checks = any(t.measure == figures.CHECKS for t in days.targets)
    checks = (
        figures.checks_by_day(days.first_day, until, stations=visible)
        if wants_checks
        else {}
    )
    # A branch may have days outside its programme's; its shifts are counted all the same.
    n_begun = max(0, (until - days.first_day).days + 1)
    begun = {days.first_day + timedelta(days=n) for n in range(n_begun)}
    nights = tuple(
        NightRow(
            night=one,
            day_number=days.day_number(one),
            sums=totals.by_night.get(one, Sum()),
            figures={
                row.measure: row
                for row in figures.figures_of_night(one, days, totals, checks)
            }
            if one in begun
            else {},
        )
        for one in sorted(begun | set(totals.by_night), reverse=True)
    )
    names = {row.code: local_name(row.name, row.name_en) for row in visible}
    targets = _target_rows(days, [row for row in nights if row.night in begun])
    return CampaignView(
        days=days,
        totals=totals,
        branches=_branches(campaign, family, totals),
        nights=nights,
        units=tuple(
            UnitRow(code, names.get(code, code), sums)
            for code, sums in totals.by_unit.items()
        ),
        targets=targets,
        measures=tuple(row for row in targets if row.n_within is not None),
    )


def _branches(
    campaign: Campaign, family: Sequence[Campaign], totals: CampaignTotals
) -> tuple[Branch, ...]:
    """A campaign and its branches in the order of the tree; empty without branches."""
    if len(family) == 1:
        return ()
    rows: list[Branch] = []

    def add(row: Campaign, depth: int) -> None:
        rows.append(
            Branch(
                campaign=row,
                name=local_name(row.name, row.name_en),
                depth=depth,
                own=totals.by_campaign.get(row.code, Sum()),
            )
        )
        for branch in family:
            if branch.parent_id == row.pk and branch.pk != campaign.pk:
                add(branch, depth + 1)

    add(campaign, 0)
    return tuple(rows)


def _target_rows(
    days: CampaignDays, nights: Sequence[NightRow]
) -> tuple[TargetRow, ...]:
    rows = []
    counted = {figures.SHIFTS, figures.PEOPLE, figures.CHECKS}
    for target in days.targets:
        standings = [
            row.figures[target.measure].standing
            for row in nights
            if target.measure in row.figures
        ]
        is_counted = target.measure in counted
        rows.append(
            TargetRow(
                measure=target.measure,
                name=measure_name(target.measure),
                low=target.low,
                high=target.high,
                n_below=standings.count("below") if is_counted else None,
                n_within=standings.count("within") if is_counted else None,
                n_above=standings.count("above") if is_counted else None,
            )
        )
    return tuple(rows)


def measure_name(measure: str) -> str:
    """Name a figure of a campaign; the calendar file may bring some we do not know."""
    names = {code: str(name) for code, name in CampaignTarget.FIGURES}
    names |= {
        figures.CREW_MINUTES: pgettext("campaign figure", "Crew minutes"),
        figures.PERSON_MINUTES: pgettext("campaign figure", "Person minutes"),
        "hazards_found": pgettext("campaign figure", "Hazards found"),
    }
    return names.get(measure, measure)


def shift_rows(
    user: User,
    campaign: Campaign,
    *,
    night: date | None = None,
    station: str = "",
    branch: str = "",
    only_shared: bool = False,
) -> QuerySet[Shift]:
    """Return the shifts behind a figure, each once, with ``n_tags`` of the family."""
    family = [
        row for row in figures.family_of(campaign) if not branch or row.code == branch
    ]
    in_family = Q(campaigns__campaign__in=[row.pk for row in family])
    shifts = (
        Shift.objects.filter(station__in=queries.stations_visible_to(user))
        .annotate(n_tags=Count("campaigns", filter=in_family))
        .filter(n_tags__gte=2 if only_shared else 1)
        .annotate(
            n_people=F("n_sworn") + F("n_auxiliary"),
            minutes=F("ends_min") - F("begins_min"),
        )
        .select_related("station")
        .prefetch_related("campaigns__campaign")
        .order_by("-night", "code")
    )
    if night is not None:
        shifts = shifts.filter(night=night)
    return shifts.filter(station__code=station) if station else shifts


def check_rows(
    user: User, days: CampaignDays, *, night: date | None = None
) -> QuerySet[PlaceCheck]:
    """Return the checks of key places behind a figure."""
    codes = queries.stations_visible_to(user).values("code")
    checks = (
        PlaceCheck.objects.filter(
            place__cell__area__station_code__in=codes,
            checked_on__range=(days.first_day, days.last_day),
        )
        .select_related("place")
        .order_by("-checked_on", "place__code", "id")
    )
    return checks if night is None else checks.filter(checked_on=night)


def crews_to_tag(
    user: User, night: date, *, station: str = "", only_seconded: bool = False
) -> QuerySet[Shift]:
    """Return the crews of a night that one press may tag."""
    shifts = Shift.objects.filter(
        night=night, station__in=queries.stations_visible_to(user)
    ).select_related("station")
    if station:
        shifts = shifts.filter(station__code=station)
    return shifts.filter(is_seconded=True) if only_seconded else shifts


def orders_of(user: User, family: Sequence[Campaign]) -> list[orders.OrderStanding]:
    """Return the orders given for campaigns, the latest night first."""
    keys = [row.pk for row in family]
    mine = Order.objects.filter(Q(campaign__in=keys) | Q(round__campaign__in=keys))
    return orders.standings_of(
        mine.order_by("-night", "-id"), queries.stations_visible_to(user)
    )


def rounds_of(family: Sequence[Campaign]) -> QuerySet[Round]:
    """Return the concentrated rounds of campaigns, the latest night first."""
    return Round.objects.filter(campaign__in=[row.pk for row in family])


def sum_of(shifts: QuerySet[Shift]) -> Sum:
    """Add up rows of ``shift_rows``; one query."""
    added = shifts.aggregate(
        n=Count("pk"),
        n_all=SumOf("n_people"),
        n_crew_minutes=SumOf("minutes"),
        n_person_minutes=SumOf(F("n_people") * F("minutes")),
    )
    return Sum(
        n_shifts=added["n"],
        people=added["n_all"] or 0,
        crew_minutes=added["n_crew_minutes"] or 0,
        person_minutes=added["n_person_minutes"] or 0,
    )
