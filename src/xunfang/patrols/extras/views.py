"""More at a place, in cells, and lights at posts: seen, ordered, ended early."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cached_property
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django import forms as django_forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.core.errors import DomainError
from xunfang.patrols import policies, queries, wording
from xunfang.patrols.extras import forms
from xunfang.patrols.extras import page as extras_page
from xunfang.patrols.extras import services as extras
from xunfang.patrols.models import LightWindow, Overlay, Reinforcement
from xunfang.patrols.wanted.lights import dark_at
from xunfang.patrols.wanted.statement import HORIZON
from xunfang.patrols.wanted.statement import tonight as night_of
from xunfang.places import queries as places
from xunfang.places.choosing import place_choices
from xunfang.places.models import KeyPlace
from xunfang.units.models import Station
from xunfang.web.http import see_other
from xunfang.web.names import local_name
from xunfang.web.refusals import STATUSES, sentence_for

ZONE = ZoneInfo(settings.TIME_ZONE)
SCHOOL_KINDS = ("school", "kindergarten")


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def show(request: HttpRequest, user: User, night: date, station: str) -> HttpResponse:
    """Show what is ordered for a station's night beyond every day."""
    place = get_object_or_404(queries.stations_visible_to(user), code=station)
    return render(request, "patrols/extras.html", _Page(user, night, place).context())


@require_POST
@capability_required(Capability.ORDER_PRESENCE)
def reinforce(
    request: HttpRequest, user: User, night: date, station: str
) -> HttpResponse:
    """Order more minutes at a place of the station."""
    place = get_object_or_404(queries.stations_visible_to(user), code=station)
    page = _Page(user, night, place)
    form = page.reinforce_form(request.POST)

    def order() -> None:
        extras.order_reinforcement(
            place=page.key_places().get(code=form.cleaned_data["place"]),
            minutes=form.cleaned_data["minutes"],
            begins_on=night,
            until=form.cleaned_data["until"],
            reason=form.cleaned_data["reason"],
            by=user,
            at=timezone.now(),
        )

    return _answer(request, page, form, order, reinforce_form=form)


@require_POST
@capability_required(Capability.ORDER_PRESENCE)
def renew_reinforcement(
    request: HttpRequest, user: User, night: date, station: str, order: int
) -> HttpResponse:
    """Order the same again after its last night, for a new reason."""
    place = get_object_or_404(queries.stations_visible_to(user), code=station)
    former = get_object_or_404(_reinforcements_of(user), pk=order)
    page = _Page(user, night, place)
    form = page.renew_form(former, request.POST)

    def renew() -> None:
        extras.order_reinforcement(
            place=former.place,
            minutes=former.minutes,
            begins_on=former.until + timedelta(days=1),
            until=form.cleaned_data["until"],
            reason=form.cleaned_data["reason"],
            renews=former,
            by=user,
            at=timezone.now(),
        )

    page.renewing[former.pk] = form
    return _answer(request, page, form, renew)


@require_POST
@capability_required(Capability.ORDER_PRESENCE)
def extend_overlay(
    request: HttpRequest, user: User, night: date, station: str
) -> HttpResponse:
    """Add officers in a cell for some hours to a campaign, or begin one."""
    place = get_object_or_404(queries.stations_visible_to(user), code=station)
    page = _Page(user, night, place)
    form = page.extend_form(request.POST)

    def extend() -> None:
        chosen = form.cleaned_data
        hours = range(chosen["begins"] // 60, chosen["ends"] // 60)
        extras.extend_overlay(
            name=chosen["name"],
            changes={
                (chosen["cell"], hour % 24): chosen["n_officers"] for hour in hours
            },
            begins_on=night,
            until=chosen["until"],
            by=user,
            at=timezone.now(),
        )

    return _answer(request, page, form, extend, extend_form=form)


@require_POST
@capability_required(Capability.ORDER_PRESENCE)
def set_lights(
    request: HttpRequest, user: User, night: date, station: str
) -> HttpResponse:
    """Say when the light is on at posts of the station."""
    place = get_object_or_404(queries.stations_visible_to(user), code=station)
    page = _Page(user, night, place)
    form = page.lights_form(request.POST)

    def set_them() -> None:
        extras.set_lights(
            station=place,
            place_code=form.cleaned_data["place_code"],
            window=(form.cleaned_data["begins"], form.cleaned_data["ends"]),
            begins_on=night,
            until=form.cleaned_data["until"],
            by=user,
            at=timezone.now(),
        )

    return _answer(request, page, form, set_them, lights_form=form)


@require_POST
@capability_required(Capability.ORDER_PRESENCE)
def end_reinforcement(request: HttpRequest, user: User, order: int) -> HttpResponse:
    """End a reinforcement early; the page has asked whether that is meant."""
    found = get_object_or_404(_reinforcements_of(user), pk=order)
    extras.end_reinforcement(order=found, by=user, at=timezone.now())
    return _back(request)


@require_POST
@capability_required(Capability.ORDER_PRESENCE)
def end_overlay(request: HttpRequest, user: User, overlay: int) -> HttpResponse:
    """End early what a campaign adds."""
    found = get_object_or_404(Overlay, pk=overlay)
    extras.end_overlay(overlay=found, by=user, at=timezone.now())
    return _back(request)


@require_POST
@capability_required(Capability.ORDER_PRESENCE)
def end_lights(request: HttpRequest, user: User, lights: int) -> HttpResponse:
    """End a light window."""
    found = get_object_or_404(
        LightWindow.objects.filter(
            station__in=queries.stations_visible_to(user)
        ).select_related("station"),
        pk=lights,
    )
    extras.end_lights(lights=found, by=user, at=timezone.now())
    return _back(request)


def _reinforcements_of(user: User) -> Any:
    codes = queries.stations_visible_to(user).values("code")
    return Reinforcement.objects.filter(
        place__cell__area__station_code__in=codes
    ).select_related("place__cell__area")


def _back(request: HttpRequest) -> HttpResponse:
    """Return to the page the button was on."""
    form = forms.WhereFrom(request.POST)
    if not form.is_valid():
        return see_other(request, reverse("patrols:tonight"))
    chosen = form.cleaned_data
    url = reverse("patrols:extras", args=[chosen["night"], chosen["station"]])
    return see_other(request, url)


def _answer(
    request: HttpRequest,
    page: "_Page",
    form: django_forms.Form,
    act: Callable[[], object],
    **filled: object,
) -> HttpResponse:
    """Do it and come back to the page, or show the page with what is wrong in the form.

    A refusal stands in the form as well: what was typed is not lost.
    """
    status = HTTPStatus.UNPROCESSABLE_CONTENT
    if form.is_valid():
        try:
            act()
        except DomainError as refusal:
            form.add_error(None, str(sentence_for(refusal)))
            status = STATUSES.get(refusal.code, HTTPStatus.CONFLICT)
        else:
            return see_other(request, page.url)
    context = page.context() | filled
    return render(request, "patrols/extras.html", context, status=status)


class _Page:
    """One station's page for one night, and its forms."""

    def __init__(self, user: User, night: date, station: Station) -> None:
        self.user, self.night, self.station = user, night, station
        self.url = reverse("patrols:extras", args=[night, station.code])
        network = places.find_current_network()
        self._cells = places.cells_of(station.code, day=night)
        points = [(cell.lon, cell.lat) for cell in self._cells]
        names = (
            places.street_names(network.code, points)
            if network is not None
            else [""] * len(points)
        )
        self._streets = {
            cell.code: name for cell, name in zip(self._cells, names, strict=True)
        }
        self.renewing: dict[int, forms.Renew] = {}
        """Forms with which somebody tried to renew, by reinforcement."""
        plan = queries.find_current_plan(user, night, station)
        self._plan = None if plan is None else queries.documents_by_id(plan.pk)

    def key_places(self) -> Any:
        return KeyPlace.objects.in_use(self.night).filter(
            cell__area__station_code=self.station.code
        )

    def context(self) -> dict[str, object]:
        reinforcements = extras_page.reinforcement_rows(
            self.station, self.night, self._plan
        )
        overlays = extras_page.overlay_rows(
            self.station,
            self.night,
            self._plan,
            street_of_cell=self._streets,
            horizon=HORIZON,
        )
        is_over = self.night < night_of(timezone.now(), ZONE)
        dark = self._dark()
        return {
            "night": self.night,
            "before": self.night - timedelta(days=1),
            "after": self.night + timedelta(days=1),
            "station": self.station,
            "station_name": local_name(self.station.name, self.station.name_en),
            "reinforcements": [
                (row, self.renewing.get(row.order.pk) or self.renew_form(row.order))
                for row in reinforcements
            ],
            "overlays": overlays,
            "lights": extras_page.light_rows(self.station, self.night, self._posts),
            "dark": "" if dark is None else wording.windows_text([dark]),
            "is_over": is_over,
            "is_planned": self._plan is not None,
            "n_unplanned": [
                *(row.standing for row in reinforcements),
                *(row.standing for row in overlays),
            ].count(extras_page.Standing.UNPLANNED),
            "sees_cases": can(self.user, Capability.SEE_CASES),
            "can_order": not is_over and policies.can_order(self.user, self.station),
            "can_order_city": not is_over and policies.can_order_city(self.user),
            "can_solve": policies.can_solve(self.user, self.station),
            "reinforce_form": self.reinforce_form(),
            "extend_form": self.extend_form(),
            "lights_form": self.lights_form(),
        }

    def reinforce_form(self, data: Any = None) -> forms.Reinforce:
        choices = place_choices(self.key_places())
        return forms.Reinforce(
            data, prefix="reinforce", night=self.night, places=choices
        )

    def renew_form(self, order: Reinforcement, data: Any = None) -> forms.Renew:
        first = order.until + timedelta(days=1)
        return forms.Renew(data, prefix=f"renew-{order.pk}", night=first)

    def extend_form(self, data: Any = None) -> forms.Extend:
        return forms.Extend(
            data,
            prefix="extend",
            night=self.night,
            cells=extras_page.cell_choices(self._cells, self._streets),
            horizon=HORIZON,
        )

    def lights_form(self, data: Any = None) -> forms.SetLights:
        return forms.SetLights(
            data,
            prefix="lights",
            night=self.night,
            posts=list(self._posts.items()),
            dark=self._dark(),
        )

    @cached_property
    def _posts(self) -> dict[str, str]:
        schools = self.key_places().filter(kind__in=SCHOOL_KINDS)
        return extras_page.post_names(self._plan, schools)

    def _dark(self) -> tuple[int, int] | None:
        return dark_at(self.station.lon, self.station.lat, self.night, ZONE)
