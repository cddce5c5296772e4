"""What the police offer: one page, a number each, so that an answer can lead to it."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from xunfang.cases.catalogue import queries
from xunfang.cases.log import ZONE
from xunfang.cases.models import ServiceItem
from xunfang.web.tables import CSV_TYPE, write_csv

N_SIGNS_READ = 100


def _today() -> date:
    return timezone.now().astimezone(ZONE).date()


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show every service, or those with some words; below, what is offered no more.

    All on one page: an answer leads to ``/services/#12``.
    """
    today = _today()
    words = request.GET.get("q", "")[:N_SIGNS_READ].strip()
    found = queries.search(queries.items(), words)
    context = {
        "words": words,
        "items": queries.offered(found, today),
        "ended": queries.ended(found, today),
    }
    return render(request, "public/services.html", context)


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """Give the same rows as CSV."""
    header = [
        pgettext("service", "Number"),
        pgettext("service", "For whom"),
        pgettext("service", "Title"),
        pgettext("service", "What is done"),
        pgettext("service", "Conditions, papers, time"),
        pgettext("service", "Unit that answers for it"),
        pgettext("service", "Last reviewed"),
    ]
    words = request.GET.get("q", "")[:N_SIGNS_READ].strip()
    found = queries.offered(queries.search(queries.items(), words), _today())
    return HttpResponse(
        write_csv(header, map(_cells, found)),
        content_type=CSV_TYPE,
        headers={"Content-Disposition": 'attachment; filename="services.csv"'},
    )


def _cells(item: ServiceItem) -> list[object]:
    return [
        item.number,
        item.get_audience_display(),
        item.local_title,
        item.local_text,
        item.local_conditions,
        item.owner,
        item.reviewed_on,
    ]
