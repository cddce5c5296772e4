"""Which devices crews on duty have with them; taken along and brought back."""

from http import HTTPStatus
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.core.dispatching.unit_states import UnitState
from xunfang.core.errors import DomainError
from xunfang.units.duty.queries import standings
from xunfang.units.models import DeviceUse, Shift
from xunfang.units.nights import tonight
from xunfang.units.positions import queries, services
from xunfang.web.http import see_other
from xunfang.web.pages import page_of
from xunfang.web.refusals import STATUSES, sentence_for

ZONE = ZoneInfo(settings.TIME_ZONE)


@require_safe
@capability_required(Capability.REPORT_DUTY)
def crews(request: HttpRequest, user: User) -> HttpResponse:
    """Show the crews one commands or goes out with, and their devices."""
    return _page(request, user)


@require_POST
@capability_required(Capability.REPORT_DUTY)
def take(request: HttpRequest, user: User, shift: int) -> HttpResponse:
    """Send a device out with a crew."""
    found = get_object_or_404(_crews(user), pk=shift)
    code = request.POST.get("device", "")
    free = queries.devices_to_take(user, [found.station_id])[found.station_id]
    chosen = next((device for device in free if device.code == code), None)
    if chosen is None:
        # Somebody else was quicker, or none was chosen.
        refusal: DomainError = services.DeviceWithOthers(code)
        return _page(request, user, refused=found, refusal=refusal)
    try:
        services.take_device(shift=found, device=chosen, by=user, at=timezone.now())
    except DomainError as error:
        return _page(request, user, refused=found, refusal=error)
    return see_other(request, "units:crew-devices")


@require_POST
@capability_required(Capability.REPORT_DUTY)
def bring_back(request: HttpRequest, user: User, use: int) -> HttpResponse:
    """Note that a device no longer goes with its crew."""
    found = get_object_or_404(
        DeviceUse.objects.select_related("shift__station", "device").filter(
            shift__in=_crews(user)
        ),
        pk=use,
    )
    services.return_device(use=found, by=user, at=timezone.now())
    return see_other(request, "units:crew-devices")


def _crews(user: User) -> QuerySet[Shift]:
    return queries.crews_to_report(user, tonight(timezone.now(), ZONE))


def _page(
    request: HttpRequest,
    user: User,
    *,
    refused: Shift | None = None,
    refusal: DomainError | None = None,
) -> HttpResponse:
    """Show the crews; if something was refused to one of them, why."""
    page = page_of(request, _crews(user))
    shifts = list(page)
    standing = standings(shifts, {})
    out = queries.devices_out_with(shifts)
    free = queries.devices_to_take(user, {shift.station_id for shift in shifts})
    rows = [
        {
            "shift": shift,
            "is_on_duty": standing[shift.pk].state is not UnitState.OFF,
            "out": out[shift.pk],
            "free": free[shift.station_id],
            "refusal": sentence_for(refusal)
            if refusal is not None and shift == refused
            else None,
        }
        for shift in shifts
    ]
    status = (
        HTTPStatus.OK
        if refusal is None
        else STATUSES.get(refusal.code, HTTPStatus.CONFLICT)
    )
    context = {
        "page": page,
        "rows": rows,
        "night": tonight(timezone.now(), ZONE),
        "chosen": request.POST.get("device", ""),
    }
    return render(request, "units/crew_devices.html", context, status=status)
