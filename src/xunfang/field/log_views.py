"""The crew's own log."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.core.dispatching.unit_states import UnitState
from xunfang.field import own_log, queries
from xunfang.field.patrol_time import patrol_time_of
from xunfang.units.duty.queries import standings
from xunfang.units.models.stations import MODES

N_NIGHTS = 14


@require_GET
@capability_required(Capability.REPORT_DUTY)
def own_log_page(request: HttpRequest, user: User) -> HttpResponse:
    """Show what is kept of a duty of one's own, tonight's first."""
    at = timezone.now()
    own = queries.shifts_of(user).order_by("-night", "-begins_min", "-pk")
    asked = request.GET.get("crew", "")
    if asked.isdigit():
        shift = own.filter(pk=int(asked)).first()
        if shift is None:
            raise Http404(asked)
    else:
        found = queries.find_crew(user, at)
        shift = own.first() if found is None else found[0]
    time = None if shift is None else patrol_time_of(shift, at)
    modes = dict(MODES)
    context = {
        "shift": shift,
        "nights": own[:N_NIGHTS],
        "lines": [] if shift is None else own_log.lines_of(shift),
        "position": None if shift is None else own_log.position_of(shift),
        "n_fixes": 0 if shift is None else own_log.n_fixes_of(shift),
        "time": time,
        # What is still short while the duty goes on is no matter yet.
        "is_under_way": shift is not None
        and standings([shift], {})[shift.pk].state is not UnitState.OFF,
        "by_mode": []
        if time is None
        else [(modes.get(one.mode or "", ""), one.minutes) for one in time.by_mode],
    }
    response = render(request, "field/log.html", context)
    response.headers["X-Field-User"] = str(user.pk)
    return response
