"""Service points as residents read them, without signing in. Nobody's name is here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xunfang.places.safety.fields import SearchWords
from xunfang.places.safety.service_points import queries
from xunfang.places.safety.service_points.wording import hours_sentence
from xunfang.web.pages import page_of


@require_safe
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """List the service points: open or closed now, somebody there or not."""
    search = SearchWords(request.GET)
    found = queries.search_points(queries.points_for_residents(), words=search.words)
    is_open_only = request.GET.get("open") == "1"
    at = timezone.now()
    if is_open_only:
        # Hours are text, read one by one: a city has some dozens of service points.
        rows = queries.points_now(found, at=at)
        found = found.filter(pk__in=[r.point.pk for r in rows if r.standing.is_open])
    page = page_of(request, found)
    context = {
        "search": search,
        "is_open_only": is_open_only,
        "page": page,
        "at": at,
        "rows": [
            (row, hours_sentence(row))
            for row in queries.points_now(page.object_list, at=at)
        ],
    }
    return render(request, "places/service_points_public.html", context)


@require_safe
@never_cache
def show(request: HttpRequest, code: str) -> HttpResponse:
    """Show one service point: its week, days that differ, what can be done there."""
    point = get_object_or_404(queries.points_for_residents(), code=code)
    at = timezone.now()
    [row] = queries.points_now([point], at=at)
    context = {"row": row, "sentence": hours_sentence(row), "at": at}
    return render(request, "places/service_point_public.html", context)
