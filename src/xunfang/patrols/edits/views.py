"""Changes of a night by hand: made, undone; and what others did meanwhile."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.core.errors import DomainError
from xunfang.patrols import queries, wording
from xunfang.patrols.edits import page as edits_page
from xunfang.patrols.edits import services as edits
from xunfang.patrols.edits.forms import (
    ON_THE_MAP,
    AddWish,
    ExcludeCrew,
    MoveStay,
    Seen,
    TouchStay,
    UndoEdit,
)
from xunfang.patrols.extras import page as extras_page
from xunfang.patrols.models import NightEdit
from xunfang.patrols.wanted.statement import HORIZON, midnight_before
from xunfang.patrols.wanted.statement import tonight as night_of
from xunfang.places import queries as places
from xunfang.places.choosing import place_choices
from xunfang.places.models import GridCell, KeyPlace
from xunfang.web.http import see_other
from xunfang.web.names import local_name
from xunfang.web.refusals import STATUSES, sentence_for

ZONE = ZoneInfo(settings.TIME_ZONE)
STEP_MIN = 5
NOT_SENT_AGAIN = {"csrfmiddlewaretoken", "seen", "anyway"}


@require_POST
@capability_required(Capability.SOLVE_PLAN)
def lock(request: HttpRequest, user: User, night: date, station: str) -> HttpResponse:
    """Hold a stay with its crew at its time."""
    page = _Page(request, user, night, station)
    form = TouchStay(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    stay = page.stay(form)
    return page.answer(
        form,
        lambda: edits.lock_stay(page.desk(form), stay=stay),
        {"title": _("Lock %(place)s") % {"place": page.place_of(stay)}},
    )


@require_POST
@capability_required(Capability.SOLVE_PLAN)
def leave_out(
    request: HttpRequest, user: User, night: date, station: str
) -> HttpResponse:
    """Leave something out tonight."""
    page = _Page(request, user, night, station)
    form = TouchStay(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    stay = page.stay(form)
    return page.answer(
        form,
        lambda: edits.leave_out(page.desk(form), stay=stay),
        {"title": _("Leave out %(place)s") % {"place": page.place_of(stay)}},
    )


@require_POST
@capability_required(Capability.SOLVE_PLAN)
def undo(request: HttpRequest, user: User, night: date, station: str) -> HttpResponse:
    """Undo a change."""
    page = _Page(request, user, night, station)
    form = UndoEdit(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    edit = get_object_or_404(
        NightEdit.objects.of_night(page.station, night), pk=form.cleaned_data["edit"]
    )
    return page.answer(
        form,
        lambda: edits.undo(page.desk(form), edit=edit),
        {"title": pgettext("edit", "Undo a change")},
    )


@require_http_methods(["GET", "POST"])
@capability_required(Capability.SOLVE_PLAN)
def move(request: HttpRequest, user: User, night: date, station: str) -> HttpResponse:
    """Ask which crew and when, and move a stay there."""
    page = _Page(request, user, night, station)
    data = request.POST if request.method == "POST" else request.GET
    touched = TouchStay(data)
    if not touched.is_valid():
        return HttpResponseBadRequest()
    stay = page.stay(touched)
    reason = edits_page.reason_of(stay)
    has_bell = reason is not None and "bell_min" in reason.facts
    context = {
        "stay": stay,
        "quick": edits_page.quick_times(stay, reason),
        "has_bell": has_bell,
        "now": wording.clock(
            reason.facts["bell_min"] if reason and has_bell else stay.event.start
        ),
        "title": _("Move %(place)s") % {"place": page.place_of(stay)},
        "part": "patrols/partials/edit_move.html",
    }
    if request.method != "POST":
        # A bell that moves is a time; who stands there is left to the planner.
        form = MoveStay(
            initial=touched.cleaned_data
            | {
                "seen": page.n_changes,
                "unit": "" if has_bell else stay.unit,
                "begins": stay.event.start,
            },
            crews=page.crews,
        )
        return page.show(form, context)
    form = MoveStay(request.POST, crews=page.crews)
    return page.answer(
        form,
        lambda: edits.move_stay(
            page.desk(form),
            stay=stay,
            unit=form.cleaned_data["unit"] or None,
            begins_min=form.cleaned_data["begins"],
        ),
        context,
    )


@require_http_methods(["GET", "POST"])
@capability_required(Capability.SOLVE_PLAN)
def exclude(
    request: HttpRequest, user: User, night: date, station: str
) -> HttpResponse:
    """Ask from when, and plan without a crew."""
    page = _Page(request, user, night, station)
    context = {
        "title": pgettext("edit", "Plan without a crew"),
        "part": "patrols/partials/edit_exclude.html",
    }
    if request.method != "POST":
        form = ExcludeCrew(
            initial={
                "seen": page.n_changes,
                "unit": request.GET.get("unit", ""),
                "since": page.next_minute(),
            },
            crews=page.crews,
        )
        return page.show(form, context)
    form = ExcludeCrew(request.POST, crews=page.crews)
    return page.answer(
        form,
        lambda: edits.exclude_crew(
            page.desk(form),
            unit=form.cleaned_data["unit"],
            from_min=form.cleaned_data["since"],
        ),
        context,
    )


@require_http_methods(["GET", "POST"])
@capability_required(Capability.SOLVE_PLAN)
def wish(request: HttpRequest, user: User, night: date, station: str) -> HttpResponse:
    """Ask where, how long and when, and wish for a stop there."""
    page = _Page(request, user, night, station)
    context = {
        "title": pgettext("edit", "Wish for a stop"),
        "part": "patrols/partials/edit_wish.html",
    }
    if request.method != "POST":
        point = {name: request.GET.get(name) for name in ("lon", "lat")}
        form = AddWish(
            initial={
                "seen": page.n_changes,
                "place": ON_THE_MAP if point["lon"] else None,
                "begins": max(HORIZON[0], page.next_minute()),
            }
            | point,
            places=page.places,
            horizon=HORIZON,
        )
        return page.show(form, context)
    form = AddWish(request.POST, places=page.places, horizon=HORIZON)
    return page.answer(form, lambda: page.add_wish(form), context)


class _Page:
    """A station's night at somebody's desk, and the page that asks or refuses."""

    def __init__(
        self, request: HttpRequest, user: User, night: date, station: str
    ) -> None:
        self.request, self.user, self.night = request, user, night
        self.station = get_object_or_404(
            queries.stations_visible_to(user), code=station
        )
        self.url = reverse("patrols:station-night", args=[night, self.station.code])

    @cached_property
    def n_changes(self) -> int:
        return edits_page.edits_with_people(self.station, self.night)[0]

    @cached_property
    def crews(self) -> list[tuple[str, str]]:
        return list(edits_page.crew_names(self.station, self.night).items())

    @cached_property
    def places(self) -> list[Any]:
        """Key places by kind, then the cells: where one may wish without a map."""
        cells = places.cells_of(self.station.code)
        network = places.find_current_network()
        points = [(cell.lon, cell.lat) for cell in cells]
        names = (
            [""] * len(points)
            if network is None
            else places.street_names(network.code, points)
        )
        streets = {c.code: name for c, name in zip(cells, names, strict=True)}
        return [
            *place_choices(self._key_places()),
            *extras_page.cell_choices(cells, streets),
        ]

    def _key_places(self) -> Any:
        return KeyPlace.objects.filter(cell__area__station_code=self.station.code)

    def next_minute(self) -> int:
        """Return the minute of the night it is, rounded up; its beginning if it is not on."""
        now = timezone.now()
        if night_of(now, ZONE) != self.night:
            return HORIZON[0]
        minute = (now - midnight_before(self.night, ZONE)).total_seconds() / 60
        return -int(-minute // STEP_MIN) * STEP_MIN

    def stay(self, form: TouchStay) -> edits.SeenStay:
        chosen = form.cleaned_data
        stay = edits_page.find_stay(
            self.user, self.station, self.night, chosen["edition"], chosen["stay"]
        )
        if stay is None:
            raise Http404
        return stay

    def place_of(self, stay: edits.SeenStay) -> str:
        return local_name(*stay.names)

    def desk(self, form: Seen) -> edits.Desk:
        return edits.Desk(
            station=self.station,
            night=self.night,
            by=self.user,
            at=timezone.now(),
            seen=form.seen_number,
        )

    def add_wish(self, form: AddWish) -> NightEdit:
        chosen = form.cleaned_data
        code, name, name_en = chosen["place"], chosen["name"], ""
        if code == ON_THE_MAP:
            lonlat = (chosen["lon"], chosen["lat"])
        elif found := self._key_places().filter(code=code).first():
            lonlat = (found.lon, found.lat)
            name, name_en = name or found.name, name or found.name_en
        else:
            cell = GridCell.objects.get(code=code)
            lonlat = (cell.lon, cell.lat)
        return edits.add_wish(
            self.desk(form),
            lonlat=lonlat,
            minutes=chosen["minutes"],
            window=(chosen["begins"], chosen["ends"]),
            is_mandatory=chosen["is_mandatory"],
            name=name,
            name_en=name_en,
            reason=chosen["reason"],
        )

    def answer(
        self, form: Seen, act: Callable[[], object], context: Mapping[str, object]
    ) -> HttpResponse:
        """Do it and show the night; or say why not, and keep what was typed."""
        if not form.is_valid():
            status = HTTPStatus.UNPROCESSABLE_CONTENT
            return self.show(form, context, status=status)
        try:
            act()
        except edits.EditedMeanwhile as refusal:
            return self._conflict(refusal, context)
        except DomainError as refusal:
            form.add_error(None, str(sentence_for(refusal)))
            status = STATUSES.get(refusal.code, HTTPStatus.CONFLICT)
            return self.show(form, context, status=status)
        return see_other(self.request, self.url)

    def show(
        self,
        form: Seen,
        context: Mapping[str, object],
        *,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        """Show what asks, or what was wrong with the answer."""
        return self._render({"form": form, **context}, status)

    def _conflict(
        self, refusal: edits.EditedMeanwhile, context: Mapping[str, object]
    ) -> HttpResponse:
        """Say what the others did; the same once more is one button away."""
        crews = dict(self.crews)
        told = {
            "title": context["title"],
            "typed": [
                (name, value)
                for name, value in self.request.POST.items()
                if name not in NOT_SENT_AGAIN
            ],
            "meanwhile": [
                {
                    "what": edits_page.what_was_done(row, crews),
                    "is_undone": row.undone_by is not None
                    and row.undone_by_id != self.user.pk,
                    "who": who.display_name,
                    "at": row.undone_at or row.made_at,
                }
                for row in refusal.edits
                for who in [row.undone_by or row.made_by]
            ],
        }
        return self._render(told, HTTPStatus.CONFLICT)

    def _render(
        self, context: Mapping[str, object], status: HTTPStatus
    ) -> HttpResponse:
        name = local_name(self.station.name, self.station.name_en)
        whole = {
            "night": self.night,
            "station": self.station,
            "station_name": name,
            "back": self.url,
            "action": self.request.path,
            **context,
        }
        return render(self.request, "patrols/edit.html", whole, status=status)
