"""The dashboard of form minutes."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.field.burden import queries
from xunfang.field.models import ENTRY_KINDS
from xunfang.units.nights import tonight
from xunfang.units.roster.reading import zone
from xunfang.web.names import local_name

PERIODS = (7, 28, 91)


@require_GET
@capability_required(Capability.SEE_POSITIONS)
def dashboard(request: HttpRequest, user: User) -> HttpResponse:
    """Show how many minutes an officer's day loses to forms, for one station."""
    stations = list(queries.stations_visible_to(user))
    asked = request.GET.get("station", "")
    station = next((one for one in stations if one.code == asked), None)
    station = station or (stations[0] if stations else None)
    said = request.GET.get("days", "")
    n_days = int(said) if said.isdigit() and int(said) in PERIODS else PERIODS[1]
    last = tonight(timezone.now(), zone())
    found = (
        None
        if station is None
        else queries.burden(station, last - timedelta(days=n_days - 1), last)
    )
    names = dict(ENTRY_KINDS)
    context = {
        "stations": [(one.code, local_name(one.name, one.name_en)) for one in stations],
        "station": station,
        "station_name": ""
        if station is None
        else local_name(station.name, station.name_en),
        "periods": PERIODS,
        "n_days": n_days,
        "burden": found,
        "forms": []
        if found is None or found.median_minutes is None
        else [(names[one.form], one) for one in found.forms],
        "target": queries.TARGET_MINUTES,
        "fewest": queries.FEWEST_OFFICERS,
    }
    return render(request, "field/burden.html", context)
