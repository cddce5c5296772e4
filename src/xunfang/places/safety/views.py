"""The way in: plans, measures, service points and ideas, each with what is wanting."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.places.models.ideas import IdeaState
from xunfang.places.safety.ideas import queries as ideas_queries
from xunfang.places.safety.measures import queries as measures_queries
from xunfang.places.safety.school_plans import queries as school_plans_queries
from xunfang.places.safety.service_points import queries as service_points_queries


@require_GET
@capability_required(Capability.SEE_PLACES)
def hub(request: HttpRequest, user: User) -> HttpResponse:
    """Show how each of the four stands: for one's own station, or for the city."""
    now = timezone.now()
    day = timezone.localdate(now)
    schools = school_plans_queries.schools_visible_to(user, day=timezone.localdate())
    areas = measures_queries.areas_visible_to(user)
    points = service_points_queries.points_visible_to(user)
    if user.station_code:
        schools = schools.filter(cell__area__station_code=user.station_code)
        areas = areas.filter(station_code=user.station_code)
        points = points.filter(station_code=user.station_code)
    found = list(areas)
    cards = measures_queries.cards_for(found, day)
    rows = service_points_queries.points_now(points, at=now)
    by_state = ideas_queries.count_by_state()
    context = {
        "reports": [
            (
                kind,
                school_plans_queries.report_plans(schools.filter(kind=kind), day=day),
            )
            for kind in school_plans_queries.KINDS
        ],
        "n_areas": len(found),
        "n_cards": len(cards),
        "n_cards_due": sum(
            measures_queries.is_review_due(card, day) for card in cards.values()
        ),
        "n_points": len(rows),
        "n_points_open": sum(row.standing.is_open for row in rows),
        "n_points_staffed": sum(row.staffing is not None for row in rows),
        "n_ideas_submitted": by_state[IdeaState.SUBMITTED],
        "n_ideas_on_trial": by_state[IdeaState.ON_TRIAL],
    }
    return render(request, "places/safety.html", context)
