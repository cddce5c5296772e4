"""What pages show of publishing: in force or draft, by whom, what speaks against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xunfang.accounts.models import User
from xunfang.patrols import policies, queries
from xunfang.patrols.models import Plan, Publication
from xunfang.patrols.publishing.checks import Findings, look_over
from xunfang.patrols.publishing.forms import PublishCity, PublishPlan, Withdraw
from xunfang.patrols.sheets import content as sheets
from xunfang.patrols.sheets.pdf import text_of
from xunfang.patrols.wanted.statement import tonight
from xunfang.units.models import Station


def visible_to(user: User) -> QuerySet[Publication]:
    """Return what was published of the stations this person may see."""
    return Publication.objects.filter(
        station__in=queries.stations_visible_to(user)
    ).select_related("station", "published_by", "ended_by")


def in_force(user: User, night: date) -> dict[str, Publication]:
    """Return what is in force for a night by station, without the sheets; one query."""
    found = visible_to(user).filter(night=night, is_in_force=True).defer("sheet")
    return {publication.station.code: publication for publication in found}


def to_print(user: User, night: date) -> QuerySet[Publication]:
    """Return what is in force for a night, whole, with the plans the maps come from."""
    return (
        visible_to(user)
        .filter(night=night)
        .select_related("station", "published_by", "ended_by", "plan")
        .defer("plan__problem", "plan__plan", "plan__response", "plan__figures")
        .order_by("station__code")
    )


@dataclass(frozen=True, slots=True)
class CrewLink:
    """A crew's sheet."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class PrintLine:
    """Somebody opened sheets, of one crew or (empty) of all."""

    at: datetime
    by: str
    crew: str


@dataclass(frozen=True, slots=True)
class NightState:
    """How a station's night stands with publishing."""

    plan: Plan | None
    in_force: Publication | None
    crews: tuple[CrewLink, ...]
    """With a sheet in what is in force."""
    former: tuple[Publication, ...]
    """Editions that no longer count, the last first."""
    prints: tuple[PrintLine, ...]
    """Of the edition withdrawn last, where none is in force: whose paper is out there."""
    findings: Findings
    is_over: bool

    @property
    def withdrawn(self) -> Publication | None:
        """The last edition, if it was withdrawn and nothing followed."""
        last = self.former[0] if self.former else None
        if self.in_force is None and last is not None and last.is_withdrawn:
            return last
        return None

    @property
    def is_newer(self) -> bool:
        """Whether the plan shown is not the one that is published."""
        return (
            self.plan is not None
            and self.in_force is not None
            and self.plan.pk != self.in_force.plan_id
        )


def state_of(
    user: User, night: date, station: Station, plan: Plan | None, *, now: datetime
) -> NightState:
    """Read how a night stands; the number of queries does not grow with its crews."""
    mine = visible_to(user).filter(night=night, station=station)
    current = mine.filter(is_in_force=True).first()
    former = tuple(mine.filter(is_in_force=False).defer("sheet"))
    is_withdrawn = current is None and bool(former) and former[0].is_withdrawn
    is_over = night < tonight(now, sheets.ZONE)
    findings = Findings()
    if plan is not None and not is_over and policies.can_publish(user, station):
        roster = sheets.read_roster(night, [station])
        findings = look_over(plan=plan, station=station, roster=roster)
    return NightState(
        plan=plan,
        in_force=current,
        crews=_crew_links(current) if current else (),
        former=former,
        prints=_print_lines(former[0]) if is_withdrawn else (),
        findings=findings,
        is_over=is_over,
    )


def _crew_links(publication: Publication) -> tuple[CrewLink, ...]:
    return tuple(
        CrewLink(
            crew["code"],
            " ".join(part for part in (crew["group"], crew["name"]) if part),
        )
        for crew in text_of(publication)["crews"]
    )


def _print_lines(publication: Publication) -> tuple[PrintLine, ...]:
    names = {crew.code: crew.name for crew in _crew_links(publication)}
    return tuple(
        PrintLine(
            at=row.printed_at,
            by=row.printed_by.display_name,
            crew=names.get(row.crew_code, row.crew_code),
        )
        for row in publication.prints.select_related("printed_by")
    )


def station_context(
    user: User, night: date, station: Station, plan: Plan | None, *, now: datetime
) -> dict[str, object]:
    """Return what ``partials/publication.html`` needs."""
    state = state_of(user, night, station, plan, now=now)
    return {
        "publishing": state,
        "can_publish": not state.is_over and policies.can_publish(user, station),
        "publish_form": PublishPlan(
            initial={"plan_edition": plan.edition if plan else None}
        ),
        "withdraw_form": Withdraw(),
    }


def city_context(
    user: User,
    night: date,
    plans: Mapping[str, Plan],
    *,
    now: datetime,
    typed: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """Return what ``partials/publish_city.html`` needs beside the list of stations.

    ``typed`` is kept where somebody has filled in the form; the editions are of now.
    """
    is_over = night < tonight(now, sheets.ZONE)
    return {
        "can_publish_city": not is_over and policies.can_publish_city(user),
        "publish_city_form": PublishCity(
            initial={"title": _("Night patrol of %(night)s") % {"night": night}}
            | dict(typed or {})
            | {"plan_editions": {code: plan.edition for code, plan in plans.items()}}
        ),
    }
