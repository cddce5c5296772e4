"""Review a school's safety plan. What it said before stays to be read."""

import re
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.core.errors import DomainError
from xunfang.places.models import KeyPlace
from xunfang.places.models.school_plans import REVIEWED_WITHIN, PlanText, SchoolPlan
from xunfang.places.safety import policies
from xunfang.places.safety.editions import check_edition

_IDENTITY_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


class PlanIncomplete(DomainError):
    """A plan names at least one post, one contact and one check."""

    code = "places.plan_incomplete"


class ReviewTooFar(DomainError):
    """The next review is in the past, today, or later than 180 days from now."""

    code = "places.review_too_far"


class PersonInPlan(DomainError):
    """The text has an identity number in it. A plan knows offices, never persons."""

    code = "places.person_in_plan"


@transaction.atomic
def review_school_plan(
    *,
    place: KeyPlace,
    text: PlanText,
    next_review_on: date,
    shown_edition: int,
    by: User,
    at: datetime,
) -> SchoolPlan:
    """Keep a school's plan as it stands after a review, as a new edition.

    ``shown_edition`` is the one the reviewer had before them; 0 for none.

    Raises
    ------
    NotAllowed
        This person does not keep the plans of the school's station.
    StaleEdition
        Somebody else reviewed it in the meantime.
    PlanIncomplete, ReviewTooFar, PersonInPlan
        Nothing is kept.
    """
    locked = KeyPlace.objects.select_for_update().get(pk=place.pk)
    policies.check_can_edit(by, place.cell.area.station_code)
    former = SchoolPlan.objects.filter(place=locked, is_current=True).first()
    check_edition(shown=shown_edition, current=former.edition if former else 0)
    if not (text.posts and text.contacts and text.checks):
        raise PlanIncomplete(f"{place.code}: a post, a contact and a check are needed")
    if any(_IDENTITY_NUMBER.search(said) for said in text.said()):
        raise PersonInPlan(f"{place.code}: an identity number")
    today = timezone.localdate(at)
    if not today < next_review_on <= today + REVIEWED_WITHIN:
        raise ReviewTooFar(f"{next_review_on}; at most {today + REVIEWED_WITHIN}")

    SchoolPlan.objects.filter(place=locked, is_current=True).update(is_current=False)
    plan = SchoolPlan.objects.create(
        place=locked,
        edition=shown_edition + 1,
        **text.as_columns(),
        next_review_on=next_review_on,
        reviewed_on=today,
        reviewed_at=at,
        reviewed_by=by,
    )
    audit.record(
        kind="school_plan.reviewed",
        subject=place.code,
        by=by,
        at=at,
        edition=plan.edition,
        next_review_on=next_review_on.isoformat(),
    )
    return plan
