"""Begin a campaign, change it, tag shifts with it, close it for good."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.calendars.campaigns import CampaignNotOver
from xunfang.core.errors import DomainError
from xunfang.patrols import policies
from xunfang.patrols.campaigns import figures as campaign_figures
from xunfang.patrols.models import (
    Campaign,
    CampaignReport,
    CampaignShift,
    CampaignTarget,
)
from xunfang.patrols.wanted.statement import tonight
from xunfang.units.models import Shift, Unit

type Range = tuple[int, int]


class CampaignInARing(DomainError):
    """The campaign would be a branch of one of its own branches."""

    code = "patrols.campaign_in_a_ring"


class CampaignExists(DomainError):
    """Another campaign has this code."""

    code = "patrols.campaign_exists"


class CampaignChanged(DomainError):
    """Somebody else has changed the campaign since the page was opened."""

    code = "patrols.campaign_changed"


class CampaignClosed(DomainError):
    """The campaign has its closing report: nothing about it changes any more."""

    code = "patrols.campaign_closed"


class NightOutsideCampaign(DomainError):
    """A tagged night would lie before the campaign's first day or after its last."""

    code = "patrols.night_outside_campaign"


class NoCrewsToTag(DomainError):
    """No crew of that night can be given the tag: none is there, or all have it."""

    code = "patrols.no_crews_to_tag"


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """What is said of a campaign when it is begun or changed."""

    name: str
    begins_on: date
    ends_on: date
    name_en: str = ""
    goal: str = ""
    lead_unit: Unit | None = None
    parent: Campaign | None = None
    targets: Mapping[str, Range] | None = None
    """Daily ranges by figure."""


@transaction.atomic
def begin_campaign(
    *, code: str, plan: CampaignPlan, by: User, at: datetime
) -> Campaign:
    """Begin a campaign, perhaps one that the calendar file has announced.

    Raises
    ------
    NotAllowed
        This person may not order for the whole city.
    CampaignExists
        The code is taken.
    CampaignClosed
        The programme it would belong to is closed.
    """
    policies.check_can_order_city(by)
    if Campaign.objects.filter(code=code).exists():
        raise CampaignExists(f"{code} is there already")
    if plan.parent is not None:
        _check_open(plan.parent)
    campaign = Campaign(code=code)
    _write(campaign, plan, by, at)
    audit.record(
        kind="campaign.begun",
        subject=code,
        by=by,
        at=at,
        begins_on=plan.begins_on.isoformat(),
        ends_on=plan.ends_on.isoformat(),
    )
    return campaign


@transaction.atomic
def change_campaign(
    *, campaign: Campaign, plan: CampaignPlan, revision: int, by: User, at: datetime
) -> Campaign:
    """Change what is said of a campaign, seen as of ``revision``.

    Raises
    ------
    NotAllowed
        This person may not order for the whole city.
    CampaignChanged
        Somebody else changed it meanwhile; nothing is overwritten.
    CampaignClosed
        It, or the programme it would belong to, has its closing report.
    CampaignInARing
        It would be a branch of itself, however far down.
    NightOutsideCampaign
        A night with tagged shifts would no longer lie within its days.
    """
    policies.check_can_order_city(by)
    # All of them: two people who hang two campaigns under each other take turns.
    rows = {row.pk: row for row in Campaign.objects.select_for_update()}
    locked = rows[campaign.pk]
    _check_open(locked)
    if locked.revision != revision:
        raise CampaignChanged(f"{locked.code} is at {locked.revision}, not {revision}")
    if plan.parent is not None:
        _check_open(plan.parent)
        above: Campaign | None = rows.get(plan.parent.pk)
        while above is not None:
            if above.pk == locked.pk:
                raise CampaignInARing(f"{locked.code} is above {plan.parent.code}")
            above = rows.get(above.parent_id) if above.parent_id else None
    left_out = CampaignShift.objects.filter(campaign=locked).exclude(
        shift__night__range=(plan.begins_on, plan.ends_on)
    )
    if left_out.exists():
        raise NightOutsideCampaign(f"{locked.code} has tagged shifts outside its days")
    locked.revision += 1
    _write(locked, plan, by, at)
    audit.record(
        kind="campaign.changed",
        subject=locked.code,
        by=by,
        at=at,
        revision=locked.revision,
    )
    return locked


def _write(campaign: Campaign, plan: CampaignPlan, by: User, at: datetime) -> None:
    campaign.name, campaign.name_en = plan.name, plan.name_en
    campaign.goal = plan.goal
    campaign.begins_on, campaign.ends_on = plan.begins_on, plan.ends_on
    campaign.lead_unit, campaign.parent = plan.lead_unit, plan.parent
    campaign.changed_by, campaign.changed_at = by, at
    campaign.save()
    CampaignTarget.objects.filter(campaign=campaign).delete()
    CampaignTarget.objects.bulk_create(
        CampaignTarget(campaign=campaign, figure=figure, low=low, high=high)
        for figure, (low, high) in sorted((plan.targets or {}).items())
    )


@transaction.atomic
def tag_shifts(
    *, campaign: Campaign, shifts: Iterable[Shift], by: User, at: datetime
) -> list[CampaignShift]:
    """Give shifts the campaign's tag; those that carry it already are left as they are.

    Raises
    ------
    NotAllowed
        This person may not order for the station of one of the shifts.
    CampaignClosed
        The campaign has its closing report.
    NightOutsideCampaign
        One of the shifts is on no day of the campaign.
    NoCrewsToTag
        There is no shift, or each has the tag; nothing is changed.
    """
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    chosen = list(shifts)
    for station in {shift.station for shift in chosen}:
        policies.check_can_order(by, station)
    _check_open(locked)
    for shift in chosen:
        if not locked.begins_on <= shift.night <= locked.ends_on:
            raise NightOutsideCampaign(f"{shift} is on no day of {locked.code}")
    there = set(
        CampaignShift.objects.filter(campaign=locked, shift__in=chosen).values_list(
            "shift_id", flat=True
        )
    )
    wanting = [shift for shift in chosen if shift.pk not in there]
    if not wanting:
        raise NoCrewsToTag(f"nothing to tag with {locked.code}")
    rows = CampaignShift.objects.bulk_create(
        CampaignShift(campaign=locked, shift=shift, tagged_at=at, tagged_by=by)
        for shift in wanting
    )
    audit.record(
        kind="campaign.shifts_tagged",
        subject=locked.code,
        by=by,
        at=at,
        shifts=sorted(f"{shift.night} {shift.code}" for shift in wanting),
    )
    return rows


@transaction.atomic
def untag_shifts(
    *, campaign: Campaign, shifts: Iterable[Shift], by: User, at: datetime
) -> int:
    """Take the campaign's tag off shifts; return how many had it.

    Raises
    ------
    NotAllowed
        This person may not order for the station of one of the shifts.
    CampaignClosed
        The campaign has its closing report.
    """
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    rows = list(
        CampaignShift.objects.filter(
            campaign=locked, shift__in=list(shifts)
        ).select_related("shift__station")
    )
    for station in {row.shift.station for row in rows}:
        policies.check_can_order(by, station)
    _check_open(locked)
    if rows:
        CampaignShift.objects.filter(pk__in=[row.pk for row in rows]).delete()
        audit.record(
            kind="campaign.shifts_untagged",
            subject=locked.code,
            by=by,
            at=at,
            shifts=sorted(f"{row.shift.night} {row.shift.code}" for row in rows),
        )
    return len(rows)


@transaction.atomic
def close_campaign(*, campaign: Campaign, by: User, at: datetime) -> CampaignReport:
    """Write the closing report: the figures as they stand now, once and for good.

    Of a programme it holds every branch, open or closed. Afterwards no tag and no word
    of the campaign changes; a shift that is changed later changes no figure of it.

    Raises
    ------
    NotAllowed
        This person may not order for the whole city.
    CampaignNotOver
        Its last night is not over yet.
    CampaignClosed
        It has its report already.
    """
    policies.check_can_order_city(by)
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    _check_open(locked)
    zone = ZoneInfo(settings.TIME_ZONE)
    if tonight(at, zone) <= locked.ends_on:
        raise CampaignNotOver(f"{locked.code} runs until {locked.ends_on}")
    figures = campaign_figures.closing_figures(locked, as_of=at.astimezone(zone))
    report = CampaignReport.objects.create(
        campaign_code=locked.code, as_of=at, figures=figures, closed_by=by
    )
    audit.record(
        kind="campaign.closed",
        subject=locked.code,
        by=by,
        at=at,
        digest=figures["digest"],
    )
    return report


def _check_open(campaign: Campaign) -> None:
    if is_closed(campaign):
        raise CampaignClosed(f"{campaign.code} has its closing report")


def is_closed(campaign: Campaign) -> bool:
    """Say whether a campaign has its closing report, its own or its programme's."""
    codes, above = [campaign.code], campaign.parent
    while above is not None:
        codes.append(above.code)
        above = above.parent
    return CampaignReport.objects.filter(Q(campaign_code__in=codes)).exists()
