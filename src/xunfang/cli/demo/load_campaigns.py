"""A programme with four branches, tonight's concentrated round, and what teams are for."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from xunfang.accounts.models import User
from xunfang.patrols.campaigns import focus
from xunfang.patrols.campaigns import services as campaigns
from xunfang.patrols.campaigns.services import CampaignPlan
from xunfang.patrols.models import Campaign, CampaignShift, MusterEntry, Round
from xunfang.patrols.rounds import muster
from xunfang.patrols.rounds import services as rounds
from xunfang.patrols.rounds.services import RoundPlan
from xunfang.patrols.wanted.lines import MARKET_TEAM
from xunfang.units.models import Person, Shift, Station, TeamTemplate, Unit

PROGRAMME = "DOUBLE-RISE"
BRANCHES = (
    ("NIGHT-SAFE", "平安夜巡", "Safe nights", "下沉小组每夜巡控重点路段"),
    ("MARKET-SAFE", "赶场护场", "Safe markets", "赶场日警务小分队全程在场"),
    ("DOOR-VISITS", "千警进万家", "Officers at the door", "走访群众，收集意见"),
    ("SHOP-VISITS", "沿街商户走访", "Visits to shops", "走访沿街商户，排查隐患"),
)
"""Code, name, name in English, goal: two of patrols, two of visits."""
N_DAYS_BEFORE, N_DAYS = 58, 100
"""Tonight is the 59th of a hundred days."""
MARKET_FOCUS = ("pickpocketing", "snatching", "scam")
DUTY = "NIGHT-ROUND"
N_VEHICLES, N_SEATS = 26, 4
MOST_PEOPLE, N_LATE = 100, 3
"""Who is named for the round, and how many of them have no seat yet."""
FORCES = (
    MusterEntry.Force.SPECIAL,
    MusterEntry.Force.PATROL,
    MusterEntry.Force.TRAFFIC,
    MusterEntry.Force.OFFICES,
)


@transaction.atomic
def load_campaigns(*, night: date, by: User, at: datetime) -> None:
    """Begin the programme once, and let tonight's crews count for its branches.

    Crews are put on shift anew each time, so they are tagged each time. A seconded group
    that walks counts for two branches: it visits shops on its way.
    """
    branches = _begin(night, by, at)
    _tag(branches["NIGHT-SAFE"], Shift.objects.filter(is_seconded=True), night, by, at)
    _tag(
        branches["MARKET-SAFE"],
        Shift.objects.filter(template__code=MARKET_TEAM),
        night,
        by,
        at,
    )
    _tag(
        branches["SHOP-VISITS"],
        Shift.objects.filter(is_seconded=True, mode="foot"),
        night,
        by,
        at,
    )
    team = TeamTemplate.objects.get(code=MARKET_TEAM)
    if not team.focus.exists():
        focus.set_focus(template=team, chosen=MARKET_FOCUS, by=by, at=at)
    if not Round.objects.filter(night=night, duty_code=DUTY).exists():
        _plan_round(night, by, at)


def _begin(night: date, by: User, at: datetime) -> dict[str, Campaign]:
    there = {row.code: row for row in Campaign.objects.all()}
    if PROGRAMME in there:
        return there
    first = night - timedelta(days=N_DAYS_BEFORE)
    last = first + timedelta(days=N_DAYS - 1)
    lead_unit = Unit.objects.filter(level="city").first()
    programme = campaigns.begin_campaign(
        code=PROGRAMME,
        plan=CampaignPlan(
            name="平安建设“双提升”百日行动",
            name_en="Double rise: a hundred days for safety",
            goal="见警率和群众满意度双提升",
            begins_on=first,
            ends_on=last,
            lead_unit=lead_unit,
            targets={"shifts": (20, 60), "key_place_checks": (25, 40)},
        ),
        by=by,
        at=at,
    )
    return {
        code: campaigns.begin_campaign(
            code=code,
            plan=CampaignPlan(
                name=name,
                name_en=name_en,
                goal=goal,
                begins_on=first,
                ends_on=last,
                lead_unit=lead_unit,
                parent=programme,
            ),
            by=by,
            at=at,
        )
        for code, name, name_en, goal in BRANCHES
    }


def _tag(
    campaign: Campaign, shifts: QuerySet[Shift], night: date, by: User, at: datetime
) -> None:
    """Tag what has no tag yet; a night outside the hundred days is left alone."""
    tagged = CampaignShift.objects.filter(campaign=campaign).values("shift")
    wanting = list(
        shifts.filter(night=night).exclude(pk__in=tagged).select_related("station")
    )
    if wanting and campaign.begins_on <= night <= campaign.ends_on:
        campaigns.tag_shifts(campaign=campaign, shifts=wanting, by=by, at=at)


def _plan_round(night: date, by: User, at: datetime) -> None:
    planned = rounds.plan_round(
        plan=RoundPlan(
            title="全市统一集中夜巡",
            night=night,
            begins_min=20 * 60,
            ends_min=23 * 60 + 30,
            required_minutes=180,
            duty_code=DUTY,
            campaign=Campaign.objects.get(code=PROGRAMME),
        ),
        stations=Station.objects.all(),
        by=by,
        at=at,
    )
    people = list(
        Person.objects.filter(is_serving=True, home_unit__is_seconding=True)[
            :MOST_PEOPLE
        ]
    )
    if not people:
        return
    for number in range(1, N_VEHICLES + 1):
        muster.add_vehicle(
            planned=planned,
            call_sign=f"巡{number:02d}",
            masked_mark=f"云A·**{number:02d}",
            seats=N_SEATS,
            by=by,
            at=at,
        )
    units = sorted({person.home_unit_id for person in people})
    in_time, late = people[:-N_LATE], people[-N_LATE:]
    for group in (in_time, late):
        for place, unit in enumerate(units):
            mine = [person for person in group if person.home_unit_id == unit]
            if mine:
                muster.name_people(
                    planned=planned,
                    people=mine,
                    force=FORCES[place % len(FORCES)],
                    by=by,
                    at=at,
                )
        if group is in_time and group:
            muster.seat_rest(planned=planned, by=by, at=at)
