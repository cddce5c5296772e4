"""The matters of everybody: list, one by one, as a table, as JSON, as a feed."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from xunfang.places.streets import basemap
from xunfang.places.streets.files import basemap_file
from xunfang.places.streets.formats import StreetFileMissing
from xunfang.public.matters import queries
from xunfang.public.matters.forms import AskForm
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


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the latest matters of all kinds, or those that are asked for."""
    form = _form(request)
    page = page_of(request, queries.search(form.asked), n_rows=N_ON_A_PAGE)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "asked": form.asked,
        "page": page,
        "matters": matters_of(page.object_list, at=timezone.now()),
        "query": query.urlencode(),
    }
    return render(request, "public/matters.html", context)


@require_safe
def matter(request: HttpRequest, number: str) -> HttpResponse:
    """Show one matter: all that was said, answered, decided and passed on."""
    case = get_object_or_404(queries.public_cases(), number=number)
    [row] = matters_of([case], at=timezone.now())
    return render(request, "public/matter.html", {"matter": row, "case": case})


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """Give the same rows as CSV: 500 at once, further ones by ``page``."""
    page = page_of(request, queries.search(_form(request).asked), n_rows=N_IN_A_FILE)
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
    page = page_of(request, queries.search(_form(request).asked), n_rows=N_IN_A_FILE)
    following = ""
    if page.has_next():
        query = request.GET.copy()
        query["page"] = str(page.next_page_number())
        following = f"{request.path}?{query.urlencode()}"
    rows = matters_of(page.object_list, at=timezone.now())
    return JsonResponse(
        {
            "matters": [fields_of(row) for row in rows],
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
        found = queries.search(_form(request).asked)[:N_ON_A_PAGE]
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
