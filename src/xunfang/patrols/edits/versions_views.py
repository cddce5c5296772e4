"""The editions of a night: listed, laid side by side, put back in force."""

from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.patrols import policies, queries
from xunfang.patrols.edits import page as edits_page
from xunfang.patrols.edits import restoring, versions
from xunfang.patrols.edits.forms import TwoEditions
from xunfang.web.http import see_other
from xunfang.web.names import local_name
from xunfang.web.pages import ROWS_PER_PAGE


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def show(request: HttpRequest, user: User, night: date, station: str) -> HttpResponse:
    """Show every edition of a night, and two of them side by side."""
    place = get_object_or_404(queries.stations_visible_to(user), code=station)
    crews = edits_page.crew_names(place, night)
    rows = versions.edition_rows(user, place, night, crews)
    numbers = [row.edition for row in rows]
    form = TwoEditions(request.GET)
    chosen: dict[str, Any] = {}
    if form.is_valid():
        chosen = {"before": form.cleaned_data["a"], "after": form.cleaned_data["b"]}
    elif len(numbers) > 1:
        chosen = {"before": numbers[1], "after": numbers[0]}
    two = chosen and set(chosen.values()) <= set(numbers)
    context = {
        "night": night,
        "before": night - timedelta(days=1),
        "after": night + timedelta(days=1),
        "station": place,
        "station_name": local_name(place.name, place.name_en),
        "rows": Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page")),
        "numbers": numbers,
        "chosen": chosen,
        "can_solve": policies.can_solve(user, place),
        "difference": versions.difference(user, place, night, **chosen, crews=crews)
        if two
        else None,
        "sides": versions.sides(user, place, night, **chosen, crews=crews)
        if two
        else [],
    }
    return render(request, "patrols/versions.html", context)


@require_POST
@capability_required(Capability.SOLVE_PLAN)
def restore(
    request: HttpRequest, user: User, night: date, station: str, edition: int
) -> HttpResponse:
    """Put an edition back in force."""
    place = get_object_or_404(queries.stations_visible_to(user), code=station)
    plan = get_object_or_404(
        queries.visible_to(user)
        .filter(station=place, night=night)
        .select_related("station"),
        edition=edition,
    )
    restoring.restore_edition(plan=plan, by=user, at=timezone.now())
    return see_other(
        request, reverse("patrols:station-night", args=[night, place.code])
    )
