"""Enter a call by keyboard; whatever may be the same matter is shown before it is saved."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_POST

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.calls import policies, queries
from xunfang.calls.classes.queries import tree
from xunfang.calls.entry import services
from xunfang.calls.entry.finding import Found, only_exact, places_by_words
from xunfang.calls.entry.forms import EnterCall
from xunfang.calls.entry.queries import Similar, similar
from xunfang.cases import queries as cases
from xunfang.core.errors import DomainError
from xunfang.feedback.models import Where
from xunfang.feedback.showings import note_shown
from xunfang.places.ground import Ground
from xunfang.units.models import Station
from xunfang.web.http import see_other
from xunfang.web.refusals import STATUSES, sentence_for

ZONE = ZoneInfo(settings.TIME_ZONE)
NEAR_URL = reverse_lazy("calls:near")


@dataclass(frozen=True, slots=True)
class Near:
    """What is known around a call that is being typed."""

    places: list[Found]
    similar: list[Similar]
    point: tuple[float, float] | None
    found_at: str
    joins: str

    @property
    def seen(self) -> str:
        """Keys of the similar calls, for the form to send back."""
        return ",".join(str(one.call.pk) for one in self.similar)


def _near(user: User, form: EnterCall, at: datetime) -> Near:
    """Look for places by words, and for calls that may be the same matter."""
    form.is_valid()
    typed = form.cleaned_data
    place_text = typed.get("place_text", "")
    point = form.chosen_point()
    found: list[Found] = []
    if typed.get("point") is None and place_text:
        found = places_by_words(place_text, day=at.astimezone(ZONE).date())
        if point is None and (exact := only_exact(found)) is not None:
            point = exact.lonlat
    return Near(
        found,
        list(
            similar(
                user,
                words=typed.get("words", ""),
                place_text=place_text,
                point=point,
                at=at,
            )
        ),
        point,
        "" if point is None else f"{point[0]:.6f},{point[1]:.6f}",
        typed.get("joins", ""),
    )


def _form(request: HttpRequest) -> EnterCall:
    if request.method == "POST":
        return EnterCall(request.POST, near_url=str(NEAR_URL))
    initial = {"key": uuid4()} | _begun(request)
    return EnterCall(initial=initial, near_url=str(NEAR_URL))


def _begun(request: HttpRequest) -> dict[str, Any]:
    """Begin with what a resident has said, where the call is made of a case."""
    user, number = request.user, request.GET.get("case", "")
    if not number or not isinstance(user, User):
        return {}
    case = cases.visible_to(user).filter(number=number).first()
    if case is None:
        return {}
    said = [word.said for word in cases.words_of([case]) if hasattr(word, "said")]
    note_shown((each.pk for each in said), to=user, where=Where.CALL, at=timezone.now())
    return {
        "words": "\n".join(each.text for each in said)[:2000],
        "place_text": case.place_name or "".join(each.place_words for each in said[:1]),
        "station": case.station,
        "point": "" if case.lon is None else f"{case.lon:.6f},{case.lat:.6f}",
    }


@capability_required(Capability.TAKE_CALLS)
def enter(request: HttpRequest, user: User) -> HttpResponse:
    """Take a call down. What may be the same matter is shown before it is saved."""
    form = _form(request)
    if request.method != "POST":
        return _page(request, form, None, HTTPStatus.OK)
    at = timezone.now()
    near = _near(user, form, at)
    if not form.is_valid():
        return _page(request, form, near, HTTPStatus.UNPROCESSABLE_CONTENT)
    if (saved := services.find_taken(form.cleaned_data["key"])) is not None:
        return see_other(request, reverse("calls:call", args=[saved.number]))
    unseen = {one.call.pk for one in near.similar} - form.seen_keys()
    if unseen and not near.joins:
        return _page(request, form, near, HTTPStatus.UNPROCESSABLE_CONTENT, asks=True)
    chosen = form.cleaned_data
    joins = None
    if near.joins:
        joins = queries.visible_to(user).filter(number=near.joins).first()
    try:
        call = services.take_call(
            taken=services.Taken(
                words=chosen["words"],
                call_class=chosen["call_class"],
                urgency=chosen["urgency"],
                place_text=chosen["place_text"],
                point=near.point,
                station=chosen["station"] or _station_at(user, near.point, at),
                phone=chosen["phone"],
                reporter=chosen["reporter"],
            ),
            key=chosen["key"],
            joins=joins,
            kind=chosen["joins_as"] or "merged",
            by=user,
            at=at,
        )
    except DomainError as refusal:
        form.add_error(None, str(sentence_for(refusal)))
        status = STATUSES.get(refusal.code, HTTPStatus.CONFLICT)
        return _page(request, form, near, status)
    return see_other(request, reverse("calls:call", args=[call.number]))


@require_POST
@capability_required(Capability.TAKE_CALLS)
def near(request: HttpRequest, user: User) -> HttpResponse:
    """Show, beside the form, what is known around the call that is being typed."""
    form = _form(request)
    found = _near(user, form, timezone.now())
    return render(request, "calls/partials/near.html", {"form": form, "near": found})


def _station_at(
    user: User, point: tuple[float, float] | None, at: datetime
) -> Station | None:
    """Return on whose ground a point lies; else the person's own station."""
    if point is not None:
        ground = Ground.on(at.astimezone(ZONE).date())
        [cell] = ground.cells_of_points(np.array([point]))
        if cell is not None:
            return Station.objects.filter(code=cell.area.station_code).first()
    return Station.objects.filter(code=user.station_code).first()


def _page(
    request: HttpRequest,
    form: EnterCall,
    near: Near | None,
    status: HTTPStatus,
    *,
    asks: bool = False,
) -> HttpResponse:
    user = request.user
    context = {
        "form": form,
        "near": near,
        "asks": asks,
        "classes": tree(),
        "can_take": True,
        "can_edit_sources": isinstance(user, User) and policies.can_edit_sources(user),
    }
    return render(request, "calls/enter.html", context, status=status)
