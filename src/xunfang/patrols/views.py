"""Tonight, and the calendar of any date. Each view reads, asks once, and answers."""

import math
from datetime import date, timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.core.calendars.agenda import agenda
from xunfang.patrols import forms, policies, queries, services
from xunfang.patrols.board import Board, label, lay_out
from xunfang.patrols.calendar_page import lay_out_day
from xunfang.patrols.curve import draw_curve
from xunfang.patrols.models import Plan, SolveRun
from xunfang.patrols.response import reach_of
from xunfang.patrols.statement import tonight as night_of
from xunfang.places import queries as places
from xunfang.units.models import Shift, Station
from xunfang.web.http import see_other

ZONE = ZoneInfo(settings.TIME_ZONE)


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def tonight(request: HttpRequest, user: User) -> HttpResponse:
    """Lead to the night that is on now: the own station's, or the whole city's."""
    night = night_of(timezone.now(), ZONE)
    if user.station_code:
        return see_other(
            request, reverse("patrols:station-night", args=[night, user.station_code])
        )
    return see_other(request, reverse("patrols:city-night", args=[night]))


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def city_night(request: HttpRequest, user: User, night: date) -> HttpResponse:
    """Show every station's night in one list."""
    return render(request, "patrols/city_night.html", _city_context(user, night))


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def progress(request: HttpRequest, user: User, night: date) -> HttpResponse:
    """Answer with the list alone, for a page that is watching plans being made."""
    return render(
        request, "patrols/city_night.html#stations", _city_context(user, night)
    )


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def station_night(
    request: HttpRequest, user: User, night: date, station: str
) -> HttpResponse:
    """Show one station's night: map, timeline, stops with reasons, wishes, proof."""
    place = get_object_or_404(queries.stations_visible_to(user), code=station)
    plan = queries.find_current_plan(user, night, place)
    run = queries.latest_runs(user, night).get(place.code)
    network = places.find_current_network()
    context = {
        "night": night,
        "station": place,
        "before": night - timedelta(days=1),
        "after": night + timedelta(days=1),
        "stations": queries.stations_visible_to(user),
        "plan": plan,
        "run": run,
        "is_working": _is_working(run),
        "can_solve": policies.can_solve(user, place),
        "form": forms.AskForPlans(),
        "network": network,
        "tiles_url": places.tiles_url(network) if network else "",
        "was_working": request.GET.get("part") == "run",
    }
    if "HX-Request" in request.headers and request.GET.get("part") == "run":
        return render(request, "patrols/station_night.html#run", context)
    if plan is not None:
        board = _board(plan)
        moment = forms.Moment(request.GET)
        minute = moment.cleaned_data["minute"] if moment.is_valid() else None
        url = reverse("patrols:map-overlay", args=[night, place.code])
        context |= {
            "board": board,
            "proven": plan.proven_share,
            "curve": draw_curve(plan.response),
            "minute": minute,
            "moments": [tick for tick in board.ticks if tick.minute % 60 == 0],
            "overlay_url": url,
            "overlay_now_url": url if minute is None else f"{url}?minute={minute}",
        }
    return render(request, "patrols/station_night.html", context)


def _board(plan: Plan) -> Board:
    problem, routes = queries.documents_of(plan)
    shifts = list(Shift.objects.filter(station=plan.station_id, night=plan.night))
    return lay_out(problem, routes, shifts)


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def map_overlay(
    request: HttpRequest, user: User, night: date, station: str
) -> HttpResponse:
    """Answer with what is drawn over the streets: areas, routes, stops, and the reach.

    With ``?minute=`` the streets within 1, 3 and 5 minutes of a unit at that minute of
    the night are among it.
    """
    place = get_object_or_404(queries.stations_visible_to(user), code=station)
    plan = queries.find_current_plan(user, night, place)
    network = places.find_current_network()
    moment = forms.Moment(request.GET)
    features = places.area_features(station_code=place.code, day=night)
    if plan is not None:
        if network is not None and moment.is_valid():
            minute = moment.cleaned_data["minute"]
            features += reach_of(*queries.documents_of(plan), network, minute=minute)
        features += label(plan.drawing["features"], _board(plan))
    return JsonResponse({"type": "FeatureCollection", "features": features})


@require_POST
@capability_required(Capability.SOLVE_PLAN)
def solve(request: HttpRequest, user: User, night: date) -> HttpResponse:
    """Have plans made in the background, for one station or all one may plan for."""
    form = forms.AskForPlans(request.POST)
    stations = queries.stations_visible_to(user)
    if not form.is_valid():
        return render(
            request,
            "patrols/city_night.html",
            _city_context(user, night) | {"form": form},
            status=HTTPStatus.UNPROCESSABLE_CONTENT,
        )
    code = form.cleaned_data["station"]
    chosen = [get_object_or_404(stations, code=code)] if code else list(stations)
    now = timezone.now()
    services.ask_for_plans(
        night=night,
        stations=chosen,
        cpu_s=form.cleaned_data["cpu_s"],
        seed=int(now.timestamp()),
        by=user,
        at=now,
    )
    name, arguments = "patrols:city-night", [night]
    if code:
        name, arguments = "patrols:station-night", [night, code]
    return see_other(request, reverse(name, args=arguments))


@require_POST
@capability_required(Capability.SOLVE_PLAN)
def stop(request: HttpRequest, user: User, run: int) -> HttpResponse:
    """Stop the making of a plan; what was found so far is kept."""
    row = get_object_or_404(
        SolveRun.objects.filter(
            station__in=queries.stations_visible_to(user)
        ).select_related("station"),
        pk=run,
    )
    services.ask_to_stop(run=row, by=user, at=timezone.now())
    return see_other(
        request, reverse("patrols:station-night", args=[row.night, row.station.code])
    )


@require_GET
@capability_required(Capability.SEE_CALENDAR)
def calendar_today(request: HttpRequest, user: User) -> HttpResponse:
    """Lead to today's page, or to the date that was asked for."""
    form = forms.ChosenDay(request.GET)
    day = timezone.localdate()
    if form.is_valid() and form.cleaned_data["day"]:
        day = form.cleaned_data["day"]
    return see_other(request, reverse("patrols:calendar-day", args=[day]))


@require_GET
@capability_required(Capability.SEE_CALENDAR)
def calendar_day(request: HttpRequest, user: User, day: date) -> HttpResponse:
    """Show every duty that falls on a date, and why."""
    found = agenda(
        day,
        town=places.get_town_calendar(),
        holidays=places.get_holidays(),
        held=queries.rounds_held(),
    )
    stations = dict(Station.objects.values_list("code", "name"))
    context = {
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "page": lay_out_day(found, stations),
        "form": forms.ChosenDay(initial={"day": day}),
    }
    return render(request, "patrols/calendar_day.html", context)


def _city_context(user: User, night: date) -> dict[str, object]:
    stations = list(queries.stations_visible_to(user))
    plans = queries.current_plans(user, night)
    runs = queries.latest_runs(user, night)
    rows = [
        {
            "station": station,
            "plan": plans.get(station.code),
            "run": runs.get(station.code),
            "is_working": _is_working(runs.get(station.code)),
        }
        for station in stations
    ]
    proven = [plan for plan in plans.values() if plan.upper_bound]
    bound = math.fsum(plan.upper_bound or 0.0 for plan in proven)
    return {
        "night": night,
        "before": night - timedelta(days=1),
        "after": night + timedelta(days=1),
        "rows": rows,
        "n_planned": len(plans),
        "is_working": any(row["is_working"] for row in rows),
        "proven": math.fsum(plan.value for plan in proven) / bound if bound else None,
        "can_solve": any(policies.can_solve(user, station) for station in stations),
        "form": forms.AskForPlans(),
    }


def _is_working(run: SolveRun | None) -> bool:
    return run is not None and run.state in {SolveRun.QUEUED, SolveRun.RUNNING}
