"""Publish a night's plan: from a draft to an order under a name; and take it back.

What is published is frozen in a ``Publication``: later changes of the plan or the roster
reach the crews only when somebody publishes again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.patrols import orders, policies
from xunfang.patrols.extras.services import NightOver
from xunfang.patrols.models import Order, Plan, Publication, SheetPrint
from xunfang.patrols.publishing.binding import stays_of
from xunfang.patrols.publishing.checks import Finding, look_over
from xunfang.patrols.sheets import content as sheets
from xunfang.patrols.wanted.statement import tonight
from xunfang.units.duty.bindings import bind_crews
from xunfang.units.models import Station

ZONE = ZoneInfo(settings.TIME_ZONE)


class NothingToPublish(DomainError):
    """The night has no plan."""

    code = "patrols.nothing_to_publish"


class PlanMovedOn(DomainError):
    """Another plan has become current since the page was opened."""

    code = "patrols.plan_moved_on"


class RosterFaulty(DomainError):
    """The plan cannot be carried out with the crews as they are."""

    code = "patrols.roster_faulty"

    def __init__(self, message: str, faults: Sequence[Finding]) -> None:
        super().__init__(message)
        self.faults = tuple(faults)


class WarningsUnread(DomainError):
    """Something is missing or doubtful, and nobody has said that this is accepted."""

    code = "patrols.warnings_unread"

    def __init__(self, message: str, warnings: Sequence[Finding]) -> None:
        super().__init__(message)
        self.warnings = tuple(warnings)


class PublishedAlready(DomainError):
    """The edition in force says the same, word for word."""

    code = "patrols.published_already"


class PublicationOver(DomainError):
    """This edition is not in force any more."""

    code = "patrols.publication_over"


@transaction.atomic
def publish_plan(
    *,
    station: Station,
    night: date,
    plan_edition: int,
    accepts_warnings: bool,
    by: User,
    at: datetime,
) -> Publication:
    """Put a station's plan in force for the crews, in place of what was published.

    ``plan_edition`` is the edition somebody has read: no other one is published.

    Raises
    ------
    NotAllowed
        This person may not publish for the station.
    NightOver, NothingToPublish, PlanMovedOn
        There is nothing left to publish, or it is not what was read.
    RosterFaulty
        A crew has nobody, a post nobody who stands in; ``faults`` says which.
    WarningsUnread
        ``warnings`` says what must be accepted first.
    PublishedAlready
        Nothing would change.
    """
    policies.check_can_publish(by, station)
    # Two people who publish at the same moment take turns here.
    station = Station.objects.select_for_update().get(pk=station.pk)
    if night < tonight(at, ZONE):
        raise NightOver(f"{night} is over")
    plan = (
        Plan.objects.filter(station=station, night=night, is_current=True)
        .defer("problem", "plan")
        .first()
    )
    if plan is None:
        raise NothingToPublish(f"{night} {station.code} has no plan")
    if plan.edition != plan_edition:
        raise PlanMovedOn(f"shown was {plan_edition}, current is {plan.edition}")
    roster = sheets.read_roster(night, [station])
    found = look_over(plan=plan, station=station, roster=roster)
    if found.faults:
        raise RosterFaulty(", ".join(f.code for f in found.faults), found.faults)
    if found.warnings and not accepts_warnings:
        raise WarningsUnread(", ".join(f.code for f in found.warnings), found.warnings)

    sheet = sheets.draw_up(plan=plan, station=station, roster=roster)
    editions = Publication.objects.filter(station=station, night=night)
    former = editions.filter(is_in_force=True).first()
    if former is not None and sheets.says_the_same(former.sheet, sheet):
        raise PublishedAlready(f"edition {former.edition} says the same")
    edition = (editions.aggregate(last=Max("edition"))["last"] or 0) + 1
    sheet = sheets.stamped(sheet, edition=edition, by=by, at=at)
    if former is not None:
        _end(former, Publication.REPLACED, by=by, at=at)
    publication = Publication.objects.create(
        station=station,
        night=night,
        edition=edition,
        plan=plan,
        sheet=sheet,
        digest=sheets.digest_of(sheet),
        published_at=at,
        published_by=by,
    )
    bind_crews(station=station, night=night, stays=stays_of(publication))
    audit.record(
        kind="plan.published",
        subject=f"{night} {station.code}",
        by=by,
        at=at,
        edition=edition,
        plan_edition=plan.edition,
        digest=publication.digest,
        accepted=[warning.code for warning in found.warnings],
        **({"replaces": former.edition} if former else {}),
    )
    return publication


@transaction.atomic
def withdraw_plan(
    *, publication: Publication, reason: str, by: User, at: datetime
) -> Publication:
    """Take back what was published. Its sheets say so from now on when they are opened.

    Who has printed them is kept with it (``publication.prints``): these are the people
    who must tell the crews.

    Raises
    ------
    NotAllowed
        This person may not publish for the station.
    PublicationOver
        It was replaced or withdrawn in the meantime.
    """
    policies.check_can_publish(by, publication.station)
    locked = (
        Publication.objects.select_for_update()
        .select_related("station")
        .get(pk=publication.pk)
    )
    if not locked.is_in_force:
        raise PublicationOver(f"edition {locked.edition} is {locked.ending}")
    _end(locked, Publication.WITHDRAWN, by=by, at=at, why=reason)
    bind_crews(station=locked.station, night=locked.night, stays=())
    audit.record(
        kind="plan.withdrawn",
        subject=f"{locked.night} {locked.station.code}",
        by=by,
        at=at,
        edition=locked.edition,
        reason=reason,
        n_prints=locked.prints.count(),
    )
    return locked


def _end(
    publication: Publication, ending: str, *, by: User, at: datetime, why: str = ""
) -> None:
    publication.is_in_force = False
    publication.ending, publication.ended_why = ending, why
    publication.ended_at, publication.ended_by = at, by
    publication.save(
        update_fields=["is_in_force", "ending", "ended_why", "ended_at", "ended_by"]
    )


@transaction.atomic
def record_print(
    *,
    publications: Sequence[Publication],
    crew_code: str = "",
    by: User,
    at: datetime,
) -> None:
    """Keep who opened which sheets, so that crews are told when they are withdrawn."""
    SheetPrint.objects.bulk_create(
        SheetPrint(
            publication=publication,
            crew_code=crew_code,
            printed_at=at,
            printed_by=by,
        )
        for publication in publications
    )
    first = publications[0]
    is_one = len(publications) == 1
    audit.record(
        kind="sheets.printed",
        subject=f"{first.night} {first.station.code}" if is_one else f"{first.night}",
        by=by,
        at=at,
        editions={p.station.code: p.edition for p in publications},
        **({"crew": crew_code} if crew_code else {}),
    )


@dataclass(frozen=True, slots=True)
class Refused:
    """A station whose night was not published, and why."""

    station: Station
    error: DomainError

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What to put right or to accept."""
        if isinstance(self.error, RosterFaulty):
            return self.error.faults
        if isinstance(self.error, WarningsUnread):
            return self.error.warnings
        return ()


@dataclass(frozen=True, slots=True)
class PublishedCity:
    """What became of publishing all stations' nights in one go."""

    order: Order | None
    """The night's order; None where nothing was published."""
    published: tuple[Publication, ...]
    unchanged: tuple[Station, ...]
    """Published before, word for word the same."""
    refused: tuple[Refused, ...]


def publish_city(
    *,
    night: date,
    stations: Sequence[Station],
    plan_editions: Mapping[str, int],
    title: str,
    accepts_warnings: bool,
    by: User,
    at: datetime,
) -> PublishedCity:
    """Publish every station's night and give them the night's order.

    Each station stands for itself: one that is refused keeps no other from going out.
    Asked again, what is published already stays, and the rest joins the same order.

    Raises
    ------
    NotAllowed
        This person may not publish for the whole city; nothing is published.
    """
    policies.check_can_publish_city(by)
    published, unchanged, refused = [], [], []
    for station in stations:
        try:
            published.append(
                publish_plan(
                    station=station,
                    night=night,
                    plan_edition=plan_editions.get(station.code, 0),
                    accepts_warnings=accepts_warnings,
                    by=by,
                    at=at,
                )
            )
        except PublishedAlready:
            unchanged.append(station)
        except DomainError as error:
            refused.append(Refused(station, error))
    order = None
    if published or unchanged:
        order = orders.order_stations(
            night=night,
            title=title,
            stations=[*(p.station for p in published), *unchanged],
            by=by,
            at=at,
        )
    return PublishedCity(order, tuple(published), tuple(unchanged), tuple(refused))
