"""From a resident's matter to more patrol, and what came of it."""

from datetime import date
from http import HTTPStatus
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.cases import queries as cases
from xunfang.cases.models import Case
from xunfang.cases.wording import because_of
from xunfang.core.errors import DomainError
from xunfang.patrols import queries
from xunfang.patrols.extras import forms
from xunfang.patrols.extras import services as extras
from xunfang.patrols.models import Reinforcement
from xunfang.patrols.wanted.statement import tonight as night_of
from xunfang.places.choosing import nearest_place, place_choices
from xunfang.places.models import KeyPlace, KeyPlaceQuerySet
from xunfang.web.http import see_other
from xunfang.web.refusals import say_on_form

ZONE = ZoneInfo(settings.TIME_ZONE)


@capability_required(Capability.ORDER_PRESENCE)
def of_case(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Show what was ordered because of a case; order more, filled in from the case."""
    case = get_object_or_404(cases.visible_to(user), number=number)
    at = timezone.now()
    night = night_of(at, ZONE)
    key_places = _places(user, case).in_use(night)
    form = forms.Reinforce(
        request.POST or None,
        prefix="reinforce",
        night=night,
        places=place_choices(key_places),
        initial={
            "place": nearest_place(key_places, case.lon, case.lat),
            "reason": because_of(case),
        },
    )
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid():
            typed = form.cleaned_data
            try:
                extras.order_reinforcement(
                    place=key_places.get(code=typed["place"]),
                    minutes=typed["minutes"],
                    begins_on=night,
                    until=typed["until"],
                    reason=typed["reason"],
                    case=case,
                    by=user,
                    at=at,
                )
            except DomainError as refusal:
                status = say_on_form(form, refusal)
            else:
                messages.success(request, _("Ordered. It is planned with the night."))
                return see_other(request, reverse("patrols:of-case", args=[number]))
    orders = case.reinforcements.select_related("place__cell__area", "ordered_by")
    context = {
        "case": case,
        "form": form,
        "has_places": key_places.exists(),
        "orders": [(order, _hold(order, night)) for order in orders],
        "night": night,
    }
    return render(request, "patrols/of_case.html", context, status=status)


def _places(user: User, case: Case) -> KeyPlaceQuerySet:
    """Return where this person may order more because of a case."""
    codes = [case.station.code] if case.station else []
    stations = queries.stations_visible_to(user)
    if codes:
        stations = stations.filter(code__in=codes)
    return KeyPlace.objects.filter(
        cell__area__station_code__in=stations.values("code")
    ).select_related("cell__area")


def _hold(order: Reinforcement, night: date) -> bool:
    """Say whether an order still holds on a night."""
    is_ended = order.ended_on is not None and order.ended_on <= night
    return not is_ended and order.until >= night
