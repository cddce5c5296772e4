"""Tonight, and the calendar of any date. Each view reads, asks once, and answers."""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    JsonResponse,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.patrols import forms, orders, policies, queries, services
from xunfang.patrols.board.curve import draw_curve
from xunfang.patrols.board.night import Board, label, lay_out, mode_rows
from xunfang.patrols.edits import page as edits_page
from xunfang.patrols.edits import versions
from xunfang.patrols.models import OrderStation, Plan, SolveRun
from xunfang.patrols.plans.drawing import station_feature
from xunfang.patrols.plans.figures import (
    FEWEST_MIN,
    add_modes,
    coverage_of,
    shortage_in,
)
from xunfang.patrols.plans.lot import drawn_text
from xunfang.patrols.plans.response import reach_of_plan
from xunfang.patrols.publishing import page as publishing_page
from xunfang.patrols.rounds.page import rounds_tonight
from xunfang.patrols.wanted import by_hand
from xunfang.patrols.wanted.lights import lights_of
from xunfang.patrols.wanted.news import has_news
from xunfang.patrols.wanted.statement import HORIZON
from xunfang.patrols.wanted.statement import tonight as night_of
from xunfang.places import queries as places
from xunfang.units.models import Shift, Station
from xunfang.web.http import see_other
from xunfang.web.names import local_name
from xunfang.web.sentences import sentence_of

ZONE = ZoneInfo(settings.TIME_ZONE)
LONG_WAIT = timedelta(seconds=30)
"""A run that waits longer has perhaps nobody to take it up."""
LOOSE_BELOW = 0.9
"""A proof below this share says more about the proof than about the plan."""
N_SEEDS = 1_000_000
"""Another one every second; plans on file hold whole numbers up to 2**28."""
N_NIGHTS_COVERED = 7
"""Nights looked at for what is not covered."""


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
def city_overlay(request: HttpRequest, user: User, night: date) -> HttpResponse:
    """Answer with routes, posts and areas of all stations, and how each one stands."""
    features = places.area_features(day=night)
    for _code, drawn in queries.drawings(user, night):
        features += [
            feature
            for feature in drawn.get("features", ())
            if feature["properties"]["kind"] in {"route", "post"}
        ]
    features += [
        station_feature(row["station"], row["name"], state=row["state"])
        for row in _rows(user, night)
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def station_night(
    request: HttpRequest, user: User, night: date, station: str
) -> HttpResponse:
    """Show one station's night: map, timeline, stops with reasons, wishes, proof."""
    stations = list(queries.stations_visible_to(user))
    place = _one_of(stations, station)
    if "HX-Request" in request.headers and request.GET.get("part") == "run":
        shown = forms.Shown(request.GET)
        edition = shown.cleaned_data["shown"] if shown.is_valid() else 0
        context = _run_context(user, night, place, shown=edition)
        return render(request, "patrols/station_night.html#run", context)
    plan = queries.find_current_plan(user, night, place)
    shown_edition = plan.edition if plan else 0
    network = places.find_current_network()
    context = _run_context(user, night, place, shown=shown_edition) | {
        "station_name": local_name(place.name, place.name_en),
        "before": night - timedelta(days=1),
        "after": night + timedelta(days=1),
        "stations": [
            {"code": one.code, "name": local_name(one.name, one.name_en)}
            for one in stations
        ],
        "plan": plan,
        "form": forms.AskForPlans(),
        "network": network,
        "tiles_url": places.tiles_url(network) if network else "",
    }
    shifts = list(Shift.objects.filter(station=place, night=night))
    context |= edits_page.context_of(
        user, night, place, plan, shifts, at=timezone.now()
    )
    if plan is None:
        context["n_crews"] = len(shifts)
    else:
        context |= publishing_page.station_context(
            user, night, place, plan, now=timezone.now()
        )
        board = _board(plan, place, shifts)
        moment = forms.Moment(request.GET)
        minute = moment.cleaned_data["minute"] if moment.is_valid() else None
        url = reverse("patrols:map-overlay", args=[night, place.code])
        crews = {shift.code: shift.name for shift in shifts}
        context |= {
            "board": board,
            "difference": versions.difference(
                user,
                place,
                night,
                before=plan.edition - 1,
                after=plan.edition,
                crews=crews,
            ),
            "proven": plan.proven_share,
            "is_loose": (plan.proven_share or 1.0) < LOOSE_BELOW,
            "drawn": drawn_text(plan.variation),
            "n_newer": queries.count_orders_after(place, night, plan.made_at),
            "has_news": has_news(plan, queries.documents_by_id(plan.pk), place),
            "curve": draw_curve(plan.response),
            "minute": minute,
            "moments": [tick for tick in board.ticks if tick.minute % 60 == 0],
            "overlay_url": url,
            "overlay_now_url": url if minute is None else f"{url}?minute={minute}",
        }
    return render(request, "patrols/station_night.html", context)


def _run_context(
    user: User, night: date, station: Station, *, shown: int
) -> dict[str, object]:
    """What somebody sees of the planning who has edition ``shown`` before them."""
    run = queries.latest_run(user, night, station)
    at = timezone.now()
    is_lost = run is not None and services.is_lost(run, at)
    is_working = run is not None and run.is_under_way and not is_lost
    code = services.RunLost.code if is_lost else run.error_code if run else ""
    return {
        "night": night,
        "station": station,
        "run": run,
        "is_working": is_working,
        "is_lost": is_lost,
        "waits_long": run is not None
        and run.state == SolveRun.QUEUED
        and at - run.asked_at > LONG_WAIT,
        "silent_since": run.heard_at
        if run is not None
        and is_working
        and run.heard_at is not None
        and run.state == SolveRun.RUNNING
        and at - run.heard_at > LONG_WAIT
        else None,
        "failure": sentence_of(code) if code else "",
        "shown": shown,
        "edition": queries.current_edition(user, night, station),
        # Somebody who has just changed something is shown what came of it at once.
        "follows": run is not None and run.is_resolve and run.asked_by_id == user.pk,
        "can_solve": policies.can_solve(user, station),
        "sees_cases": can(user, Capability.SEE_CASES),
        "orders": orders.of_station(night, station),
    }


def _one_of(stations: list[Station], code: str) -> Station:
    for station in stations:
        if station.code == code:
            return station
    raise Http404


def _board(plan: Plan, station: Station, shifts: Sequence[Shift]) -> Board:
    kept = queries.documents_by_id(plan.pk)
    lights = lights_of(kept.problem, station=station, night=plan.night, zone=ZONE)
    return lay_out(
        kept.problem,
        kept.routes,
        shifts,
        reasons=kept.reasons,
        shortage=shortage_in(plan.figures),
        lights=lights,
        edits=by_hand.read(station, plan.night, until=plan.n_changes).edits,
    )


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def map_overlay(
    request: HttpRequest, user: User, night: date, station: str
) -> HttpResponse:
    """Answer with what is drawn over the streets: areas, cells, routes, stops, reach.

    With ``?minute=`` the streets within 1, 3 and 5 minutes of a unit at that minute of
    the night are among it.
    """
    place = get_object_or_404(queries.stations_visible_to(user), code=station)
    plan = queries.find_current_plan(user, night, place)
    network = places.find_current_network()
    moment = forms.Moment(request.GET)
    features = [
        *places.area_features(station_code=place.code, day=night),
        *places.cell_features(station_code=place.code),
        *places.circle_features(station_code=place.code),
    ]
    if plan is not None:
        if network is not None and moment.is_valid():
            minute = moment.cleaned_data["minute"]
            features += reach_of_plan(plan.pk, network.code, minute)
        shifts = list(Shift.objects.filter(station=place, night=night))
        features += label(plan.drawing["features"], _board(plan, place, shifts))
    name = local_name(place.name, place.name_en)
    features.append(station_feature(place, name))
    return JsonResponse({"type": "FeatureCollection", "features": features})


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def coverage(
    request: HttpRequest, user: User, night: date, station: str
) -> HttpResponse:
    """Show a night's planned minutes by cell and hour, and what is not covered."""
    place = get_object_or_404(queries.stations_visible_to(user), code=station)
    nights = queries.figures_of_nights(
        user, place, until=night, n_nights=N_NIGHTS_COVERED
    )
    cells = places.cells_of(place.code, day=night)
    context = {
        "night": night,
        "station": place,
        "station_name": local_name(place.name, place.name_en),
        "before": night - timedelta(days=1),
        "after": night + timedelta(days=1),
        "fewest": FEWEST_MIN,
        "coverage": coverage_of(
            nights, cells, hours=range(HORIZON[0] // 60, HORIZON[1] // 60)
        )
        if nights and cells
        else None,
    }
    return render(request, "patrols/coverage.html", context)


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
        seed=int(now.timestamp()) % N_SEEDS,
        n_variants=forms.N_VARIANTS if form.cleaned_data["by_lot"] else 0,
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


@require_POST
@capability_required(Capability.ORDER_PRESENCE)
def issue_order(request: HttpRequest, user: User, night: date) -> HttpResponse:
    """Give one order to all stations for a night."""
    form = forms.IssueOrder(request.POST, night=night)
    if not form.is_valid():
        return render(
            request,
            "patrols/city_night.html",
            _city_context(user, night) | {"order_form": form},
            status=HTTPStatus.UNPROCESSABLE_CONTENT,
        )
    orders.issue_order(
        night=night,
        title=form.cleaned_data["title"],
        campaign=form.cleaned_data["campaign"],
        stations=queries.stations_visible_to(user),
        by=user,
        at=timezone.now(),
    )
    return see_other(request, reverse("patrols:city-night", args=[night]))


@require_POST
@capability_required(Capability.SOLVE_PLAN)
def step_order(request: HttpRequest, user: User, row: int) -> HttpResponse:
    """Let a station accept, start or finish an order."""
    found = get_object_or_404(
        OrderStation.objects.filter(
            station__in=queries.stations_visible_to(user)
        ).select_related("order", "station"),
        pk=row,
    )
    form = forms.OrderStep(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    orders.take_step(
        row=found, step=form.cleaned_data["step"], by=user, at=timezone.now()
    )
    if form.cleaned_data["back"]:
        return see_other(request, reverse("patrols:order", args=[found.order_id]))
    return see_other(
        request,
        reverse("patrols:station-night", args=[found.order.night, found.station.code]),
    )


def _city_context(user: User, night: date) -> dict[str, object]:
    rows = _rows(user, night)
    plans = [row["plan"] for row in rows if row["plan"] is not None]
    proven = [plan for plan in plans if plan.upper_bound]
    bound = math.fsum(plan.upper_bound or 0.0 for plan in proven)
    network = places.find_current_network()
    return {
        "night": night,
        "before": night - timedelta(days=1),
        "after": night + timedelta(days=1),
        "rows": rows,
        "n_planned": len(plans),
        "n_missing_duties": sum(plan.n_unmet_mandatory for plan in plans),
        "is_working": any(row["is_working"] for row in rows),
        "proven": math.fsum(plan.value for plan in proven) / bound if bound else None,
        "totals": _totals(plans, night),
        "modes": mode_rows(add_modes(plan.figures for plan in plans)),
        "can_solve": any(policies.can_solve(user, row["station"]) for row in rows),
        "can_order": policies.can_order_city(user),
        "form": forms.AskForPlans(),
        "order_form": forms.IssueOrder(night=night),
        "orders": orders.standings(night, [row["station"] for row in rows]),
        "rounds": rounds_tonight(night),
        "network": network,
        "tiles_url": places.tiles_url(network) if network else "",
        "overlay_url": reverse("patrols:city-map", args=[night]),
        "is_published": any(row["publication"] for row in rows),
    } | publishing_page.city_context(
        user,
        night,
        {row["station"].code: row["plan"] for row in rows if row["plan"] is not None},
        now=timezone.now(),
    )


def _rows(user: User, night: date) -> list[dict[str, Any]]:
    plans = queries.current_plans(user, night)
    runs = queries.latest_runs(user, night)
    published = publishing_page.in_force(user, night)
    rows = []
    for station in queries.stations_visible_to(user):
        run, plan = runs.get(station.code), plans.get(station.code)
        is_working = run is not None and run.is_under_way
        rows.append(
            {
                "station": station,
                "name": local_name(station.name, station.name_en),
                "plan": plan,
                "run": run,
                "is_working": is_working,
                "publication": published.get(station.code),
                "failure": sentence_of(run.error_code)
                if run is not None and run.error_code
                else "",
                "state": _state(run, plan),
            }
        )
    return rows


def _state(run: SolveRun | None, plan: Plan | None) -> str:
    if run is not None and run.is_under_way:
        return "working"
    if run is not None and run.state == SolveRun.FAILED:
        return "failed"
    return "none" if plan is None else "planned"


def _totals(plans: list[Plan], night: date) -> dict[str, int]:
    """Points, lines and areas of the night; what is shown on the map changes nothing."""
    return {
        name: sum(plan.figures.get(name, 0) for plan in plans)
        for name in ("n_posts", "n_stops", "n_routes")
    } | {"n_areas": places.count_areas(day=night)}
