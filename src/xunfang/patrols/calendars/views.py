"""The calendar of any date: which duties fall on it, and why."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.core.calendars.agenda import agenda
from xunfang.patrols import queries, wording
from xunfang.patrols.calendars import forms
from xunfang.patrols.calendars.market_panel import lay_out_markets
from xunfang.patrols.calendars.page import lay_out_day
from xunfang.patrols.campaigns.figures import with_campaigns
from xunfang.patrols.wanted.lights import dark_at
from xunfang.places import queries as places
from xunfang.units.models import Station
from xunfang.web.http import see_other
from xunfang.web.names import local_name

ZONE = ZoneInfo(settings.TIME_ZONE)


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
    """Show every duty that falls on a date, and why; and the next free market days."""
    town, holidays = places.get_town_calendar(), places.get_holidays()
    found = agenda(
        day,
        town=with_campaigns(town),
        holidays=holidays,
        held=queries.rounds_held(),
    )
    stations = {
        station.code: local_name(station.name, station.name_en)
        for station in Station.objects.all()
    }
    search = forms.SearchMarkets(request.GET)
    query = search.cleaned_data["q"] if search.is_valid() else ""
    context = {
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "page": lay_out_day(
            found, stations, missing_years=holidays.missing_years(day, day)
        ),
        "markets": lay_out_markets(
            query, first_day=day, town=town, holidays=holidays, stations=stations
        ),
        "has_calendar": bool(town.markets or town.schools or town.night_markets),
        "dark": _dark_text(day),
        "form": forms.ChosenDay(initial={"day": day}),
        "search": search,
    }
    return render(request, "patrols/calendar_day.html", context)


def _dark_text(day: date) -> str:
    """Say when it is dark where the streets are; empty where that is unknown."""
    network = places.find_current_network()
    if network is None:
        return ""
    lon, lat = (network.west + network.east) / 2, (network.south + network.north) / 2
    dark = dark_at(lon, lat, day, ZONE)
    return "" if dark is None else wording.windows_text([dark])
