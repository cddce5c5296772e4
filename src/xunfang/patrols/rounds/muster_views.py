"""The muster of a round: the list, the roll-call, the seats."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.core.errors import DomainError
from xunfang.patrols import policies
from xunfang.patrols.models import MusterEntry, MusterVehicle, Round
from xunfang.patrols.rounds import forms as round_forms
from xunfang.patrols.rounds import muster
from xunfang.patrols.rounds import page as round_page
from xunfang.web.http import see_other
from xunfang.web.refusals import STATUSES, sentence_for


@require_GET
@capability_required(Capability.SEE_TONIGHT)
def muster_show(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Show the muster: who is called, who has no place, who is in which vehicle."""
    row = get_object_or_404(Round, pk=pk)
    return render(request, "patrols/muster.html", _context(user, row))


@require_POST
@capability_required(Capability.ORDER_PRESENCE)
def muster_name(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Put people on the list: a unit, or some by their service numbers."""
    policies.check_can_order_city(user)
    row = get_object_or_404(Round, pk=pk)
    form = round_forms.NamePeople(request.POST)

    def act() -> None:
        muster.name_people(
            planned=row,
            people=form.cleaned_data["people"],
            force=form.cleaned_data["force"],
            by=user,
            at=timezone.now(),
        )

    return _answer(request, user, row, form, act, "name_form", "roll-call")


@require_POST
@capability_required(Capability.ORDER_PRESENCE)
def muster_vehicles(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Add vehicles, one a line: all of them, or none if one is wrong."""
    policies.check_can_order_city(user)
    row = get_object_or_404(Round, pk=pk)
    form = round_forms.AddVehicles(request.POST)

    def act() -> None:
        with transaction.atomic():
            for call_sign, n_seats, masked_mark in form.cleaned_data["vehicles"]:
                muster.add_vehicle(
                    planned=row,
                    call_sign=call_sign,
                    seats=n_seats,
                    masked_mark=masked_mark,
                    unit=form.cleaned_data["unit"],
                    by=user,
                    at=timezone.now(),
                )

    return _answer(request, user, row, form, act, "vehicles_form", "vehicles")


@require_POST
@capability_required(Capability.ORDER_PRESENCE)
def muster_move(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Put the people chosen into a vehicle, on foot, out of it, or off the list."""
    policies.check_can_order_city(user)
    row = get_object_or_404(Round, pk=pk)
    vehicles = {str(v.pk): v for v in MusterVehicle.objects.filter(round=row)}
    form = round_forms.MovePeople(
        request.POST, planned=row, vehicles=list(vehicles.values())
    )

    def act() -> None:
        chosen, to = form.cleaned_data["entries"], form.cleaned_data["to"]
        at = timezone.now()
        if to == form.ON_FOOT:
            muster.send_on_foot(planned=row, entries=chosen, by=user, at=at)
        elif to == form.OUT:
            muster.take_out(planned=row, entries=chosen, by=user, at=at)
        elif to == form.STRIKE:
            muster.strike_out(planned=row, entries=chosen, by=user, at=at)
        else:
            muster.seat(
                planned=row, entries=chosen, vehicle=vehicles[to], by=user, at=at
            )

    return _answer(request, user, row, form, act, "move_form", "unassigned")


@require_POST
@capability_required(Capability.ORDER_PRESENCE)
def muster_seat_rest(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Seat everybody who has no place yet, unit by unit."""
    policies.check_can_order_city(user)
    row = get_object_or_404(Round, pk=pk)
    found = muster.seat_rest(planned=row, by=user, at=timezone.now())
    said = ngettext(
        "%(n)d person has a seat now.",
        "%(n)d people have a seat now.",
        len(found.vehicle_of),
    ) % {"n": len(found.vehicle_of)}
    messages.success(request, said)
    return see_other(request, _url(row, "vehicles"))


@require_POST
@capability_required(Capability.ORDER_PRESENCE)
def muster_call(request: HttpRequest, user: User, entry: int) -> HttpResponse:
    """Note one answer at the roll-call with one tap."""
    policies.check_can_order_city(user)
    found = get_object_or_404(
        MusterEntry.objects.select_related("round", "person"), pk=entry
    )
    form = round_forms.RollCall(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    muster.note_presence(
        entry=found,
        presence=form.cleaned_data["presence"],
        by=user,
        at=timezone.now(),
    )
    return see_other(request, _url(found.round, f"call-{found.pk}"))


@require_POST
@capability_required(Capability.ORDER_PRESENCE)
def muster_drive(request: HttpRequest, user: User, entry: int) -> HttpResponse:
    """Make somebody the driver of their vehicle."""
    policies.check_can_order_city(user)
    found = get_object_or_404(
        MusterEntry.objects.select_related("round", "person"), pk=entry
    )
    muster.let_drive(entry=found, by=user, at=timezone.now())
    return see_other(request, _url(found.round, f"vehicle-{found.vehicle_id}"))


@require_POST
@capability_required(Capability.ORDER_PRESENCE)
def muster_remove_vehicle(
    request: HttpRequest, user: User, vehicle: int
) -> HttpResponse:
    """Take an empty vehicle off the manifest."""
    policies.check_can_order_city(user)
    found = get_object_or_404(MusterVehicle.objects.select_related("round"), pk=vehicle)
    muster.remove_vehicle(vehicle=found, by=user, at=timezone.now())
    return see_other(request, _url(found.round, "vehicles"))


def _url(row: Round, anchor: str) -> str:
    return reverse("patrols:muster", args=[row.pk]) + f"#{anchor}"


def _answer(
    request: HttpRequest,
    user: User,
    row: Round,
    form: django_forms.Form,
    act: Callable[[], None],
    name: str,
    anchor: str,
) -> HttpResponse:
    """Do it and come back to the muster, or show it with what is wrong in the form."""
    status = HTTPStatus.UNPROCESSABLE_CONTENT
    if form.is_valid():
        try:
            act()
        except DomainError as refusal:
            form.add_error(None, str(sentence_for(refusal)))
            status = STATUSES.get(refusal.code, HTTPStatus.CONFLICT)
        else:
            return see_other(request, _url(row, anchor))
    context = _context(user, row) | {name: form}
    return render(request, "patrols/muster.html", context, status=status)


def _context(user: User, row: Round) -> dict[str, Any]:
    view = round_page.muster_of(user, row)
    vehicles = [one.vehicle for one in view.vehicles]
    return {
        "round": row,
        "muster": view,
        "can_change": row.state == Round.PLANNED and policies.can_order_city(user),
        "of_one_station": bool(user.station_code),
        "name_form": round_forms.NamePeople(),
        "vehicles_form": round_forms.AddVehicles(),
        "move_form": round_forms.MovePeople(planned=row, vehicles=vehicles),
    }
