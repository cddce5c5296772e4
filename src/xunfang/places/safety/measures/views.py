"""Measures cards: tonight's with the new ones first, one area's, and its page to print."""

from datetime import timedelta
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.core.errors import DomainError
from xunfang.places.models import KEY_PLACE_KINDS, PatrolArea
from xunfang.places.models.measures import MeasuresCard
from xunfang.places.safety import policies
from xunfang.places.safety.editions import StaleEdition
from xunfang.places.safety.fields import ShownEdition
from xunfang.places.safety.measures import forms as measures_forms
from xunfang.places.safety.measures import queries
from xunfang.places.safety.measures import services as measures
from xunfang.places.safety.pages import chosen_station, refused
from xunfang.web.http import see_other

SINCE_HOURS = (24, 72, 168)
"""How far back "new" may reach: since yesterday's shift, three days, a week."""


@require_GET
@capability_required(Capability.SEE_PLACES)
def tonight(request: HttpRequest, user: User) -> HttpResponse:
    """Show a station's cards, those changed since the last shift first."""
    areas = queries.areas_visible_to(user).order_by("station_code")
    stations = sorted(set(areas.values_list("station_code", flat=True)))
    # The whole city's cards are no reading for one shift: a station is always chosen.
    station = chosen_station(request, user, stations) or next(iter(stations), "")
    asked = request.GET.get("hours", "")
    hours = int(asked) if asked in {f"{n}" for n in SINCE_HOURS} else SINCE_HOURS[0]
    now = timezone.now()
    rows = queries.cards_of_tonight(
        station_code=station, now=now, since=now - timedelta(hours=hours)
    )
    context = {
        "stations": stations,
        "station": station,
        "hours": hours,
        "hours_choices": SINCE_HOURS,
        "rows": rows,
        "n_new": sum(row.is_new for row in rows),
        "n_due": sum(row.is_due for row in rows),
        "n_without": sum(row.card is None for row in rows),
        "can_edit": policies.can_edit(user, station),
    }
    return render(request, "places/cards.html", context)


@require_GET
@capability_required(Capability.SEE_PLACES)
def show(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Show an area's card and every card before it."""
    area = get_object_or_404(queries.areas_visible_to(user), code=code)
    history = queries.history_of(area)
    today = timezone.localdate()
    in_force = queries.cards_for([area], today).get(area.pk)
    context = {
        "area": area,
        "card": in_force,
        "is_due": in_force is not None and queries.is_review_due(in_force, today),
        "coming": [row for row in history if row.valid_from > today],
        "history": [
            row for row in history if row != in_force and row.valid_from <= today
        ],
        "edition": history[0].edition if history else 0,
        "can_edit": policies.can_edit(user, area.station_code),
    }
    return render(request, "places/card.html", context)


@require_GET
@capability_required(Capability.SEE_PLACES)
def one_page(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Show the card that somebody reads who goes there for the first time."""
    area = get_object_or_404(queries.areas_visible_to(user), code=code)
    card = queries.area_card(area, timezone.localdate())
    names = dict(KEY_PLACE_KINDS)
    context = {
        "card": card,
        "area": area,
        "kinds": [(names[kind], n) for kind, n in card.n_places_by_kind],
        "n_places": sum(n for _, n in card.n_places_by_kind),
    }
    return render(request, "places/area_card.html", context)


@require_http_methods(["GET", "POST"])
@capability_required(Capability.EDIT_PLACES)
def edit(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Set an area's card anew; the former stays in its history."""
    area = get_object_or_404(queries.areas_visible_to(user), code=code)
    policies.check_can_edit(user, area.station_code)
    last = next(iter(queries.history_of(area)), None)
    form = measures_forms.SetCard(
        request.POST if request.method == "POST" else None,
        card=last,
        today=timezone.localdate(),
    )
    if request.method == "GET":
        return _edit_page(request, area, last, form)
    newer = None
    status = HTTPStatus.UNPROCESSABLE_CONTENT
    if form.is_valid():
        try:
            measures.set_card(
                area=area,
                text=form.cleaned_data["text"],
                spots=form.spots(),
                valid_from=form.cleaned_data["valid_from"],
                shown_edition=ShownEdition(request.POST).number,
                by=user,
                at=timezone.now(),
            )
        except measures.CardTooLong as refusal:
            form.add_error("text", _too_long(refusal))
        except measures.CardBeginsEarlier as refusal:
            status = refused(form, refusal, field="valid_from")
        except DomainError as refusal:
            status = refused(form, refusal)
            newer = last if isinstance(refusal, StaleEdition) else None
        else:
            return see_other(request, reverse("places:card", args=[area.code]))
    return _edit_page(request, area, last, form, newer=newer, status=status)


@require_POST
@capability_required(Capability.EDIT_PLACES)
def confirm(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Say at the monthly review that the card is right as it stands."""
    area = get_object_or_404(queries.areas_visible_to(user), code=code)
    measures.confirm_card(
        area=area,
        shown_edition=ShownEdition(request.POST).number,
        by=user,
        at=timezone.now(),
    )
    return see_other(request, reverse("places:card", args=[area.code]))


def _too_long(refusal: measures.CardTooLong) -> str:
    return ngettext(
        "The card takes %(n)d printed line; %(most)d fit on its page. Shorten it.",
        "The card takes %(n)d printed lines; %(most)d fit on its page. Shorten it.",
        refusal.n_lines,
    ) % {"n": refusal.n_lines, "most": measures.MOST_LINES}


def _edit_page(
    request: HttpRequest,
    area: PatrolArea,
    last: MeasuresCard | None,
    form: measures_forms.SetCard,
    *,
    newer: MeasuresCard | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "area": area,
        "form": form,
        "newer": newer,
        "edition": last.edition if last else 0,
        "most_lines": measures.MOST_LINES,
    }
    return render(request, "places/card_edit.html", context, status=status)
