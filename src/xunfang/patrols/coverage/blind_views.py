"""Streets that nobody was near for some nights, and somebody sent there tonight."""

from datetime import date
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.core.errors import DomainError
from xunfang.patrols import policies
from xunfang.patrols.coverage import forms, page, queries, services
from xunfang.patrols.coverage.views import station_head
from xunfang.places import queries as places
from xunfang.units.models import Station
from xunfang.web.http import see_other
from xunfang.web.pages import page_of_list
from xunfang.web.refusals import STATUSES, sentence_for


@require_GET
@capability_required(Capability.SEE_POSITIONS)
def show(request: HttpRequest, user: User, night: date, station: str) -> HttpResponse:
    """List a station's blind streets, the longest first."""
    place = get_object_or_404(queries.stations_visible_to(user), code=station)
    return render(
        request, "patrols/coverage_blind.html", _context(request, user, night, place)
    )


@require_POST
@capability_required(Capability.SOLVE_PLAN)
def wish(request: HttpRequest, user: User, night: date, station: str) -> HttpResponse:
    """Have tonight's plan look into a blind street."""
    place = get_object_or_404(queries.stations_visible_to(user), code=station)
    form = forms.WishForStreet(request.POST)
    network = places.find_current_network()
    if not form.is_valid() or network is None:
        return HttpResponseBadRequest()
    try:
        edit = services.wish_for_street(
            station=place,
            network=places.load_streets(network.code),
            segment=form.cleaned_data["segment"],
            reason=form.cleaned_data["reason"],
            by=user,
            at=timezone.now(),
        )
    except DomainError as refusal:
        context = _context(request, user, night, place)
        context["refusal"] = str(sentence_for(refusal))
        return render(
            request,
            "patrols/coverage_blind.html",
            context,
            status=STATUSES.get(refusal.code, HTTPStatus.CONFLICT),
        )
    messages.success(
        request,
        _("Tonight's plan looks into it: %(name)s. The plan is being made again.")
        % {"name": edit.name},
    )
    url = reverse("patrols:coverage-blind", args=[night, place.code])
    return see_other(request, f"{url}?nights={forms.Nights(request.GET).chosen()}")


def _context(
    request: HttpRequest, user: User, night: date, station: Station
) -> dict[str, Any]:
    n_nights = forms.Nights(request.GET).chosen()
    network = places.find_current_network()
    context = station_head(night, station) | {
        "nights": n_nights,
        "choices": forms.NIGHTS_BACK,
        "can_wish": policies.can_solve(user, station),
    }
    if network is None:
        return context
    arrays = places.load_streets(network.code)
    proof = queries.proof_of_nights(
        station, until=night, n_nights=n_nights, network=network.code
    )
    segments = queries.blind_segments(station, proof, arrays)
    rows = queries.blind_streets(segments, arrays, until=night) if segments else []
    return context | {
        "proof": proof,
        "proven": page.span_text(proof.proven),
        "page": page_of_list(request, rows),
        "total_m": sum(row.length_m for row in rows),
        "reason": _("Blind street: nobody near it on %(nights)s")
        % {"nights": page.span_text(proof.proven)},
    }
