"""What the patrol found or handled where it patrolled: a figure that opens."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.calls.reports.forms import Period
from xunfang.patrols.coverage import handled, page
from xunfang.patrols.coverage.figures import TARGET_MIN
from xunfang.patrols.coverage.patrolled import Grade


@require_GET
@capability_required(Capability.SEE_CALLS)
def show(request: HttpRequest, user: User) -> HttpResponse:
    """Show the rate, formula and rows beside it; measured and modelled apart."""
    form = Period(request.GET, today=timezone.localdate())
    first, last = form.days()
    status = HTTPStatus.OK if form.is_valid() else HTTPStatus.UNPROCESSABLE_CONTENT
    report = handled.report_handled(user, first=first, last=last, at=timezone.now())
    opens_cells = can(user, Capability.SEE_POSITIONS)
    parts = [
        {
            "part": part,
            "is_measured": part.grade == Grade.MEASURED,
            "rows": [
                {
                    "row": row,
                    "call": row.call,
                    "hours": page.band_name(row.where.night, row.where.band),
                    "minutes": round(row.where.minutes),
                    "opens": opens_cells and part.grade == Grade.MEASURED,
                }
                for row in part.rows
            ],
        }
        for part in (report.measured, report.modelled)
        if part.n_cells or part.grade == Grade.MEASURED
    ]
    context = {
        "form": form,
        "report": report,
        "parts": parts,
        "silent": page.silent_rows(report.silent),
        "target": TARGET_MIN,
    }
    return render(request, "patrols/handled.html", context, status=status)
