"""Effective minutes of a night's crews, and why some were short."""

from datetime import date
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.core.calendars.patrol_minutes import EFFECTIVE_MINUTES_REQUIRED, MINUTE
from xunfang.core.errors import DomainError
from xunfang.patrols import policies
from xunfang.patrols.coverage import forms, page, queries, services
from xunfang.patrols.coverage.queries import CrewNight
from xunfang.patrols.coverage.views import head
from xunfang.units.models import Shift
from xunfang.web.http import see_other
from xunfang.web.pages import page_of_list
from xunfang.web.refusals import STATUSES, sentence_for


@require_GET
@capability_required(Capability.SEE_POSITIONS)
def show(request: HttpRequest, user: User, night: date) -> HttpResponse:
    """List the crews of a night by station: minutes on patrol, in pauses, on calls."""
    return render(
        request, "patrols/coverage_crews.html", _context(request, user, night)
    )


@require_POST
@capability_required(Capability.ORDER_PRESENCE)
def explain(request: HttpRequest, user: User, shift: int) -> HttpResponse:
    """Keep why a crew's night was short."""
    found = get_object_or_404(
        Shift.objects.filter(
            station__in=queries.stations_visible_to(user)
        ).select_related("station"),
        pk=shift,
    )
    form = forms.ShortReason(request.POST, prefix=f"short-{found.pk}")
    status = HTTPStatus.UNPROCESSABLE_CONTENT
    if form.is_valid():
        try:
            services.explain_short_run(
                shift=found,
                reason=form.cleaned_data["reason"],
                seen_min=form.cleaned_data["seen_min"],
                by=user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(None, str(sentence_for(refusal)))
            status = STATUSES.get(refusal.code, HTTPStatus.CONFLICT)
        else:
            messages.success(request, _("The reason is on record."))
            url = reverse("patrols:coverage-crews", args=[found.night])
            return see_other(request, url)
    context = _context(request, user, found.night, {found.pk: form})
    return render(request, "patrols/coverage_crews.html", context, status=status)


def _context(
    request: HttpRequest,
    user: User,
    night: date,
    filled: dict[int, forms.ShortReason] | None = None,
) -> dict[str, Any]:
    stations = queries.stations_visible_to(user)
    crews = queries.crew_nights(stations, night, at=timezone.now())
    only_short = request.GET.get("only") == "short"
    shown = [crew for crew in crews if crew.times.is_short or not only_short]
    rows = {crew.shift.pk: _row(user, crew, filled or {}) for crew in crews}
    return head(night) | {
        "page": page_of_list(request, [rows[crew.shift.pk] for crew in shown]),
        "open_rows": [row for row in rows.values() if row["crew"].is_open],
        "only_short": only_short,
        "n_short": sum(crew.times.is_short for crew in crews),
        "n_open": sum(crew.is_open for crew in crews),
        "required": EFFECTIVE_MINUTES_REQUIRED,
    }


def _row(
    user: User, crew: CrewNight, filled: dict[int, forms.ShortReason]
) -> dict[str, Any]:
    time, duty = crew.times.time, crew.times.duty
    form = filled.get(crew.shift.pk)
    if form is None and crew.is_open and policies.can_order(user, crew.shift.station):
        form = forms.ShortReason(
            prefix=f"short-{crew.shift.pk}", initial={"seen_min": crew.effective_min}
        )
    return {
        "crew": crew,
        "shift": crew.shift,
        "time": time,
        "on_duty": [
            f"{page.clock(span.begins_at)}–{page.clock(span.ends_at)}"
            for span in duty.on_duty
        ],
        "modes": [(page.mode_name(part.mode), part.minutes) for part in time.by_mode]
        if time
        else [],
        "paused_min": time.paused // MINUTE if time else 0,
        "called_min": time.responding // MINUTE if time else 0,
        "form": form,
    }
