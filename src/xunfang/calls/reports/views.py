"""Repeat places, how fast help came, work and results: figures that open."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.calls.care import queries as care
from xunfang.calls.reports import queries, repeats, wording
from xunfang.calls.reports.forms import AskResponses, Period
from xunfang.core.demand.repeats import WITHIN_DAYS
from xunfang.core.dispatching.response_times import (
    MOST_UNTRUSTED_SHARE,
)
from xunfang.places.place_map import map_context
from xunfang.web.tables import CSV_TYPE, write_csv

N_ROWS_AT_MOST = 500


@require_GET
@capability_required(Capability.SEE_CALLS)
def repeat_places(request: HttpRequest, user: User) -> HttpResponse:
    """Show places where small things add up, with the calls behind each."""
    lines = repeats.find_repeats(user, now=timezone.now())
    context = {
        "lines": list(enumerate(lines, 1)),
        "within_days": WITHIN_DAYS,
    } | map_context(reverse("calls:repeats-map") if lines else "")
    return render(request, "calls/repeats.html", context)


@require_GET
@capability_required(Capability.SEE_CALLS)
def repeats_map(request: HttpRequest, user: User) -> HttpResponse:
    """Answer with the repeat places, on their streets, numbered as in the list."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [line.lon, line.lat]},
            "properties": {
                "kind": "stop",
                "id": str(number),
                "number": str(number),
                "unit": 0,
                "label": f"{number} {line.street}",
            },
        }
        for number, line in enumerate(repeats.find_repeats(user, now=timezone.now()), 1)
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


@require_GET
@capability_required(Capability.SEE_CALLS)
def response_times(request: HttpRequest, user: User) -> HttpResponse:
    """Show how fast help came, group by group, and how much of it is known."""
    form = AskResponses(request.GET, today=timezone.localdate())
    since, by = form.wanted()
    first, last = form.moments()
    report = queries.report_responses(user, first=first, last=last)
    status = HTTPStatus.OK if form.is_valid() else HTTPStatus.UNPROCESSABLE_CONTENT
    days = form.days()
    context = {
        "form": form,
        "chosen": {"first": days[0], "last": days[1], "since": since, "by": by},
        "lines": [
            wording.line(group, since)
            for group in (*report.groups(by), report.everything)
        ]
        if report.rows
        else [],
        "bands": wording.band_tables(queries.bands(report)),
        "clock": wording.clock_name(since),
        "has_target": by is queries.By.CIRCLE and since == "assigned",
        "most_untrusted_share": MOST_UNTRUSTED_SHARE,
    }
    return render(request, "calls/response_times.html", context, status=status)


@require_GET
@capability_required(Capability.SEE_CALLS)
def response_rows(request: HttpRequest, user: User, group: str) -> HttpResponse:
    """Open a figure: the calls behind it, the quickest first."""
    form = AskResponses(request.GET, today=timezone.localdate())
    since, by = form.wanted()
    chosen = _group(user, form, by, group)
    which = request.GET.get("which", "all")
    if which not in queries.WHICH:
        raise Http404
    rows = queries.rows_behind(chosen, which=which, since=since)
    context = {
        "group": chosen,
        "which": wording.WHICH[which],
        "clock": wording.clock_name(since),
        "rows": [wording.row(row, since) for row in rows[:N_ROWS_AT_MOST]],
        "n_rows": len(rows),
        "n_more": max(0, len(rows) - N_ROWS_AT_MOST),
    }
    return render(request, "calls/response_rows.html", context)


def _group(user: User, form: AskResponses, by: queries.By, key: str) -> queries.Group:
    first, last = form.moments()
    report = queries.report_responses(user, first=first, last=last)
    if key == "all":
        return report.everything
    for group in report.groups(by):
        if group.key == key:
            return group
    raise Http404


@require_GET
@capability_required(Capability.SEE_CALLS)
def response_csv(request: HttpRequest, user: User) -> HttpResponse:
    """Hand out every call behind the figures, to be counted again elsewhere."""
    form = AskResponses(request.GET, today=timezone.localdate())
    first, last = form.moments()
    report = queries.report_responses(user, first=first, last=last)
    content = write_csv(wording.CSV_HEADER, wording.csv_rows(report))
    name = f"response-times-{form.days()[0]}-{form.days()[1]}.csv"
    return _attachment(content, name)


@require_GET
@capability_required(Capability.SEE_CALLS)
def work(request: HttpRequest, user: User) -> HttpResponse:
    """Show the work at calls, each task once, and what came of calls on the spot."""
    form = Period(request.GET, today=timezone.localdate())
    first, last = form.moments()
    status = HTTPStatus.OK if form.is_valid() else HTTPStatus.UNPROCESSABLE_CONTENT
    context = {
        "form": form,
        "report": care.report_work(user, first=first, last=last),
        "results": care.count_results(user, first=first, last=last),
    }
    return render(request, "calls/work.html", context, status=status)


def _attachment(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=CSV_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
