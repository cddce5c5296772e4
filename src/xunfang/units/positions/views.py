"""The devices that report positions: listed, added, changed; what was deleted."""

import secrets
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.core.errors import DomainError
from xunfang.units.models import Device, Fix, FixDeletion, Station
from xunfang.units.people.views import changes_since
from xunfang.units.positions import forms, queries, services
from xunfang.units.positions.writing import KEPT_FOR
from xunfang.web.http import see_other
from xunfang.web.pages import page_of
from xunfang.web.refusals import STATUSES, sentence_for

SECRET_BYTES = 18
OVERDUE_AFTER = timedelta(hours=2)
"""Deletion runs every hour: it may be this late before anybody is told."""


@require_safe
@capability_required(Capability.EDIT_DEVICES)
def devices(request: HttpRequest, user: User) -> HttpResponse:
    """Show devices by station and identifier, and with which crew each is."""
    form = forms.DeviceFilter(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = queries.search_devices(queries.devices_visible_to(user), text)
    context = {
        "form": form,
        "page": page_of(request, found),
        "is_filtered": bool(text),
        "can_see_record": can(user, Capability.SEE_RECORD),
    }
    return render(request, "units/devices.html", context)


@capability_required(Capability.EDIT_DEVICES)
def add(request: HttpRequest, user: User) -> HttpResponse:
    """Add a device; its secret is shown in the answer and never again."""
    form = forms.NewDeviceForm(request.POST or None, stations=_stations(user))
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid():
            chosen = form.cleaned_data
            secret = secrets.token_urlsafe(SECRET_BYTES)
            try:
                device = services.add_device(
                    code=chosen["code"],
                    name=chosen["name"],
                    station=chosen["station"],
                    protocol=chosen["protocol"],
                    datum=chosen["datum"],
                    secret=secret,
                    by=user,
                    at=timezone.now(),
                )
            except DomainError as refusal:
                form.add_error("code", str(sentence_for(refusal)))
                status = STATUSES.get(refusal.code, HTTPStatus.CONFLICT)
            else:
                return _show_secret(request, device, secret)
    return render(request, "units/device_add.html", {"form": form}, status=status)


@capability_required(Capability.EDIT_DEVICES)
def device(request: HttpRequest, user: User, device: int) -> HttpResponse:
    """Show a device, and correct its name or datum."""
    found = get_object_or_404(queries.devices_visible_to(user), pk=device)
    form = forms.DeviceForm(
        request.POST or None,
        initial={
            "revision": found.revision,
            "name": found.name,
            "datum": found.datum,
        },
    )
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid():
            try:
                services.revise_device(
                    device=found, **form.cleaned_data, by=user, at=timezone.now()
                )
            except DomainError as refusal:
                form.add_error(None, str(sentence_for(refusal)))
                status = STATUSES.get(refusal.code, HTTPStatus.CONFLICT)
            else:
                return see_other(request, reverse("units:device", args=[found.pk]))
    context = {
        "device": found,
        "form": form,
        "changes": changes_since(form),
        "n_minutes_ahead": round((found.clock_ahead_s or 0) / 60),
        "n_minutes_behind": round((found.clock_behind_s or 0) / 60),
    }
    return render(
        request,
        "units/device.html",
        context | _addresses(request, found),
        status=status,
    )


@require_POST
@capability_required(Capability.EDIT_DEVICES)
def change_secret(request: HttpRequest, user: User, device: int) -> HttpResponse:
    """Give a device another secret; the page has asked whether that is meant."""
    found = get_object_or_404(queries.devices_visible_to(user), pk=device)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    changed = services.change_secret(
        device=found, secret=secret, by=user, at=timezone.now()
    )
    return _show_secret(request, changed, secret)


@require_POST
@capability_required(Capability.EDIT_DEVICES)
def switch(request: HttpRequest, user: User, device: int) -> HttpResponse:
    """Switch a device off or on."""
    found = get_object_or_404(queries.devices_visible_to(user), pk=device)
    services.switch_device(
        device=found,
        is_active=request.POST.get("on") == "1",
        by=user,
        at=timezone.now(),
    )
    return see_other(request, reverse("units:device", args=[found.pk]))


@require_safe
@capability_required(Capability.SEE_RECORD)
def deletions(request: HttpRequest, user: User) -> HttpResponse:
    """Show the certificates of deleted positions, and whether any is overdue."""
    del user
    context = {
        "page": page_of(request, FixDeletion.objects.order_by("-deleted_at", "-pk")),
        "n_hours": round(KEPT_FOR.total_seconds() / 3600),
        "oldest_at": Fix.objects.order_by("fixed_at")
        .values_list("fixed_at", flat=True)
        .first(),
        "overdue_from": timezone.now() - KEPT_FOR - OVERDUE_AFTER,
    }
    return render(request, "units/fix_deletions.html", context)


def _show_secret(request: HttpRequest, device: Device, secret: str) -> HttpResponse:
    """Show a secret once: it is in no address, no session and no cache."""
    context = {"device": device, "secret": secret}
    response = render(
        request, "units/device_secret.html", context | _addresses(request, device)
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _addresses(request: HttpRequest, device: Device) -> dict[str, Any]:
    """Return where a device that speaks over HTTP reports."""
    path = {
        "osmand": "/positions/osmand",
        "owntracks": "/positions/owntracks",
        "xunfang": "/positions/fixes",
    }.get(device.protocol)
    return {"address": None if path is None else request.build_absolute_uri(path)}


def _stations(user: User) -> QuerySet[Station]:
    stations = Station.objects.order_by("code")
    return stations.filter(code=user.station_code) if user.station_code else stations
