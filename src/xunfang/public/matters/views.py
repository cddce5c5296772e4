"""The matters of everybody: list, one by one, as a table, as JSON, as a feed."""

from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from xunfang.cases.models import Case
from xunfang.patrols.minutes import page as minutes_page
from xunfang.patrols.minutes.queries import find_order
from xunfang.patrols.models import Reinforcement
from xunfang.places.addresses.queries import PublicPoints
from xunfang.places.streets import basemap
from xunfang.places.streets.files import basemap_file
from xunfang.places.streets.formats import StreetFileMissing
from xunfang.public.matters import map_points, queries
from xunfang.public.matters.forms import AskForm
from xunfang.public.matters.queries import Asked
from xunfang.public.matters.rows import (
    Matter,
    cells_of,
    fields_of,
    harmless_in_xml,
    matters_of,
)
from xunfang.web.names import local_name
from xunfang.web.pages import page_of
from xunfang.web.tables import CSV_TYPE, write_csv

N_ON_A_PAGE = 20
N_IN_A_FILE = 500
N_AT_A_POINT = 50
"""As many are named beside the map; all of them stand in the list."""


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the latest matters of all kinds, or those that are asked for."""
    form = _form(request)
    page = page_of(request, _found(form.asked), n_rows=N_ON_A_PAGE)
    cell = form.asked.cell
    context = {
        "form": form,
        "asked": form.asked,
        "page": page,
        "matters": matters_of(page.object_list, at=timezone.now()),
        "query": _query(request, "page"),
        "query_of_map": _query(request, "page", "cell"),
        "point": map_points.find_point(cell, _points()) if cell else None,
    }
    return render(request, "public/matters.html", context)


@require_safe
def on_map(request: HttpRequest) -> HttpResponse:
    """Show the points at which matters stand, and the matters of the one chosen."""
    form = _form(request)
    asked = form.asked
    code = asked.cell
    points = _points()
    board = map_points.board_of(_found(replace(asked, cell="")), points)
    found = map_points.find_point(code, points) if code else None
    matters: list[Case] = []
    if found is not None:
        chosen = _found(replace(asked, cell=found.code))
        matters = list(chosen[: N_AT_A_POINT + 1])
    query = _query(request, "page", "cell")
    context = {
        "form": form,
        "asked": asked,
        "board": board,
        "point": found,
        "matters": matters[:N_AT_A_POINT],
        "is_cut": len(matters) > N_AT_A_POINT,
        "query": query,
        "and_query": f"&{query}" if query else "",
        "city": queries.map_of_the_city(),
        "overlay_url": f"{reverse('public:matters-geojson')}?{query}",
    }
    is_part = "HX-Request" in request.headers
    template = "public/matters_map.html" + ("#chosen" if is_part else "")
    return render(request, template, context)


@require_safe
def points_on_map(request: HttpRequest) -> HttpResponse:
    """Answer with the points as the map draws them."""
    asked = replace(_form(request).asked, cell="")
    board = map_points.board_of(_found(asked), _points())
    label = {
        point.code: ngettext(
            "%(street)s, %(area)s: %(n)d matter",
            "%(street)s, %(area)s: %(n)d matters",
            point.n_matters,
        )
        % {
            "street": point.street or _("Unnamed street"),
            "area": point.area,
            "n": point.n_matters,
        }
        for point in board.points
    }
    return JsonResponse(map_points.features_of(board, label))


@require_safe
def matter(request: HttpRequest, number: str) -> HttpResponse:
    """Show one matter: all that was said, answered, decided and passed on."""
    case = get_object_or_404(queries.public_cases(), number=number)
    [row] = matters_of([case], at=timezone.now())
    return render(request, "public/matter.html", {"matter": row, "case": case})


@require_safe
def patrol(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Show the minutes of patrol at a place before and after a matter asked for more."""
    case, order = _ordered(number, code)
    context = {"case": case} | minutes_page.context_of(order, at=timezone.now())
    return render(request, "public/patrol.html", context)


@require_safe
def patrol_table(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Answer with the same as a file."""
    _case, order = _ordered(number, code)
    return minutes_page.file_of(order, at=timezone.now())


def _ordered(number: str, code: str) -> tuple[Case, Reinforcement]:
    case = get_object_or_404(queries.public_cases(), number=number)
    order = find_order(case, code)
    if order is None:
        raise Http404(code)
    return case, order


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """Give the same rows as CSV: 500 at once, further ones by ``page``."""
    page = page_of(request, _found(_form(request).asked), n_rows=N_IN_A_FILE)
    header = [
        pgettext("matters", "Number"),
        pgettext("matters", "Came in"),
        pgettext("matters", "Topic"),
        pgettext("matters", "Station"),
        pgettext("matters", "State"),
        pgettext("matters", "Due"),
        pgettext("matters", "Clock"),
        pgettext("matters", "Days"),
        pgettext("matters", "Words received"),
        pgettext("matters", "Words"),
        pgettext("matters", "Answers"),
        pgettext("matters", "Decisions"),
        pgettext("matters", "Passed on"),
    ]
    rows = matters_of(page.object_list, at=timezone.now())
    return HttpResponse(
        write_csv(header, map(cells_of, rows)),
        content_type=CSV_TYPE,
        headers={"Content-Disposition": 'attachment; filename="matters.csv"'},
    )


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Give the same rows as JSON: 500 at once, ``next`` leads on."""
    page = page_of(request, _found(_form(request).asked), n_rows=N_IN_A_FILE)
    following = ""
    if page.has_next():
        query = request.GET.copy()
        query["page"] = str(page.next_page_number())
        following = f"{request.path}?{query.urlencode()}"
    rows = matters_of(page.object_list, at=timezone.now())
    stand_at = map_points.points_of((row.case for row in rows), _points())
    return JsonResponse(
        {
            "matters": [
                fields_of(row) | {"point": stand_at[row.case.pk]} for row in rows
            ],
            "n_matters": page.paginator.count,
            "next": following,
        },
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )


@require_safe
def tile(request: HttpRequest, network: str, z: int, x: int, y: int) -> HttpResponse:
    """Answer with one tile of the city's streets, which are no secret, for the pin."""
    try:
        found = basemap.read_tile(basemap_file(network), z, x, y)
    except StreetFileMissing:
        found = None
    if found is None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return HttpResponse(
        found,
        content_type="application/vnd.mapbox-vector-tile",
        headers={
            "Content-Encoding": "gzip",
            "Cache-Control": "public, max-age=604800, immutable",
        },
    )


def _found(asked: Asked) -> QuerySet[Case]:
    return queries.search(asked, day=timezone.localdate())


def _points() -> PublicPoints:
    return PublicPoints.on(timezone.localdate())


def _query(request: HttpRequest, *without: str) -> str:
    query = request.GET.copy()
    for name in without:
        query.pop(name, None)
    return query.urlencode()


def _form(request: HttpRequest) -> AskForm:
    return AskForm(request.GET, stations=queries.stations(), topics=queries.topics())


class MatterFeed(Feed[Matter, list[Matter]]):
    """The latest matters as RSS, asked for in the same way."""

    def title(self, obj: list[Matter]) -> str:
        return _("What residents have said, and what became of it")

    def link(self, obj: list[Matter]) -> str:
        return reverse("public:matters")

    def description(self, obj: list[Matter]) -> str:
        return _("The latest matters of all kinds, in the order of time.")

    def get_object(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> list[Matter]:
        found = _found(_form(request).asked)[:N_ON_A_PAGE]
        return matters_of(found, at=timezone.now())

    def items(self, obj: list[Matter]) -> list[Matter]:
        return obj

    def item_title(self, item: Matter) -> str:
        topic = item.case.topic
        name = local_name(topic.name, topic.name_en) if topic else ""
        return harmless_in_xml(
            f"{item.case.number} {name} · {item.case.get_state_display()}"
        )

    def item_description(self, item: Matter) -> str:
        # Readers take a description for HTML: what was said must stay text there, too.
        parts = [
            each.text
            if each.hiding is None
            else f"[{each.hiding.get_reason_display()}; {each.hiding.law}]"
            for each in item.said
        ]
        parts += [each.text for each in item.answers]
        return "".join(f"<p>{escape(harmless_in_xml(part))}</p>" for part in parts)

    def item_link(self, item: Matter) -> str:
        return reverse("public:matter", args=[item.case.number])

    def item_guid(self, item: Matter) -> str:
        return f"xunfang:{item.case.number}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: Matter) -> datetime:
        return item.case.opened_at
