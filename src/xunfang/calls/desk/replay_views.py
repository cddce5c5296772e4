"""Replay (复盘) of a night or a call, and the wall."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.calls.desk import wording
from xunfang.calls.desk.page import find_call, page_context
from xunfang.calls.desk.replay import Replay, replay
from xunfang.calls.desk.showing import stamp
from xunfang.calls.desk.work import Work
from xunfang.calls.sending.offers import ZONE
from xunfang.places import queries as places
from xunfang.units.nights import tonight
from xunfang.web.http import see_other


@require_GET
@capability_required(Capability.SEE_POSITIONS)
def latest(request: HttpRequest, user: User) -> HttpResponse:
    """Lead to the replay of this night."""
    del user
    night = tonight(timezone.now(), ZONE)
    return see_other(request, f"{request.path}{night.isoformat()}/")


@require_GET
@capability_required(Capability.SEE_POSITIONS)
def show(request: HttpRequest, user: User, night: date) -> HttpResponse:
    """Show a night line by line; ``at`` is how many lines have happened."""
    key = request.GET.get("call", "")
    only = find_call(user, int(key)) if key.isdecimal() else None
    if key and only is None:
        raise Http404
    at = request.GET.get("at", "")
    found = replay(user, night, only=only, step=int(at) if at.isdecimal() else None)
    network = places.find_current_network()
    context = {
        "night": night,
        "only": only,
        "replay": found,
        "rows": list(enumerate(found.rows, start=1)),
        "marks": _marks(found),
        "network": network,
        "tiles_url": places.tiles_url(network) if network else "",
        "bounds": (
            f"{network.west},{network.south},{network.east},{network.north}"
            if network
            else ""
        ),
        "before": max(0, found.step - 1),
        "after": min(len(found.rows), found.step + 1),
    }
    is_part = "X-Desk-Part" in request.headers
    template = "calls/desk/replay.html"
    return render(request, f"{template}#then" if is_part else template, context)


def _marks(found: Replay) -> dict[str, Any]:
    """Return what stands on the map, as ``showing.marks_of`` makes it."""
    return {
        "now": stamp(found.moment) or 0,
        "is_whole": True,
        "units": {
            str(unit.shift.pk): [
                unit.place.lon,
                unit.place.lat,
                unit.place.heading_deg,
                stamp(unit.place.fixed_at),
                wording.SHAPES.get(unit.state, "circle"),
                unit.letters,
            ]
            for unit in found.units
            if unit.place is not None
        },
        "calls": {
            str(one.call.pk): [
                one.call.lon,
                one.call.lat,
                one.call.urgency,
                one.call.number,
                one.status == "waiting",
            ]
            for one in found.calls
            if one.call.lon is not None and one.status != "closed"
        },
    }


@require_GET
@capability_required(Capability.SEE_POSITIONS)
def wall(request: HttpRequest, user: User) -> HttpResponse:
    """Show the board large, to be read from across the room; nothing can be done."""
    context = page_context(user, timezone.now(), Work())
    return render(request, "calls/desk/wall.html", context | {"commands": False})
