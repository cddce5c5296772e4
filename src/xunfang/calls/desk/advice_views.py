"""Advice beside the queue: where free units should wait, and the table behind it."""

from datetime import datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.calls.desk import advice, wording
from xunfang.calls.desk.forms import WithKey
from xunfang.calls.sending.offers import COVER_WITHIN_S
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.units.duty import services as duty
from xunfang.units.duty.services import From
from xunfang.units.models import Shift
from xunfang.web.http import see_other

DECLINED = "desk_declined"
DECLINED_FOR = timedelta(minutes=30)


@require_GET
@capability_required(Capability.DISPATCH)
def show(request: HttpRequest, user: User) -> HttpResponse:
    """Show what idle units could do."""
    at = timezone.now()
    found = advice.advise(
        at, station_code=user.station_code, declined=_declined(request, at)
    )
    context = {
        "advice": found,
        "names": advice.with_streets([one.to for one in found.suggestions]),
        "now": at,
    }
    is_part = "X-Desk-Part" in request.headers
    template = "calls/desk/advice.html"
    return render(request, f"{template}#advice" if is_part else template, context)


@require_GET
@capability_required(Capability.SEE_POSITIONS)
def posts(request: HttpRequest, user: User) -> HttpResponse:
    """Show for so many free units which posts to hold, and what that covers."""
    del user
    rows, share = advice.table(timezone.now())
    names = advice.with_streets([row.post for row in rows])
    context = {
        "rows": [(row, names[row.post.key]) for row in rows],
        "busy_share": share,
        "within_min": round(COVER_WITHIN_S / 60),
    }
    return render(request, "calls/desk/posts.html", context)


@require_POST
@capability_required(Capability.DISPATCH)
def wait(request: HttpRequest, user: User, shift: int) -> HttpResponse:
    """Ask a unit to wait at a post, or leave it where it is for half an hour."""
    at = timezone.now()
    found = get_object_or_404(Shift.objects.select_related("station"), pk=shift)
    if "decline" in request.POST:
        declined = {
            str(key): moment
            for key, moment in request.session.get(DECLINED, {}).items()
            if datetime.fromisoformat(moment) > at - DECLINED_FOR
        }
        request.session[DECLINED] = declined | {str(found.pk): at.isoformat()}
        return see_other(request, "desk:desk")
    form = WithKey(request.POST)
    post = advice.find_post(request.POST.get("post", ""), at)
    if post is None or not form.is_valid():
        raise Http404
    name = advice.with_streets([post])[post.key]
    duty.report(
        shift=found,
        step=DutyStep.WAIT,
        key=form.cleaned_data["key"],
        by=user,
        at=at,
        entered=From(),
        note=wording.wait_note(name),
        point=(post.lon, post.lat),
    )
    return see_other(request, "desk:desk")


def _declined(request: HttpRequest, at: datetime) -> set[int]:
    return {
        int(key)
        for key, moment in request.session.get(DECLINED, {}).items()
        if datetime.fromisoformat(moment) > at - DECLINED_FOR
    }
