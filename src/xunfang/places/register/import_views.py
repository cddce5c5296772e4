"""Lists of key places: brought in, looked at, applied or put away; what was set aside."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.core.errors import DomainError
from xunfang.core.geo import Datum
from xunfang.places.models import KEY_PLACE_KINDS, PlaceImport
from xunfang.places.register import import_wording
from xunfang.places.register import importing as import_places
from xunfang.places.register import queries as register_queries
from xunfang.places.register.forms import BringPlaces, EditPlace, Seen
from xunfang.places.register.import_judging import Judged, Judgement
from xunfang.places.register.rows import COLUMNS, PROBLEMS_COLUMN, header_of_file
from xunfang.web.http import see_other
from xunfang.web.names import listed
from xunfang.web.pages import ROWS_PER_PAGE, page_of
from xunfang.web.refusals import STATUSES, sentence_for
from xunfang.web.tables import CSV_TYPE, ColumnsMissing, write_csv

SHOWN = ("new", "changed", "same", "aside")


@require_http_methods(["GET", "POST"])
@capability_required(Capability.EDIT_PLACES)
def imports(request: HttpRequest, user: User) -> HttpResponse:
    """Show the lists brought in so far, and take a new one."""
    form = BringPlaces(request.POST or None, request.FILES or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                kept = import_places.keep_import(
                    content=file.read(),
                    source_name=file.name,
                    datum=Datum(form.cleaned_data["datum"]),
                    by=user,
                    at=timezone.now(),
                )
            except DomainError as refusal:
                form.add_error("file", _sentence(refusal))
                status = STATUSES.get(refusal.code, HTTPStatus.CONFLICT)
            else:
                return see_other(request, _url(kept))
    page = page_of(request, register_queries.imports_visible_to(user).defer("rows"))
    context = {
        "form": form,
        "page": page,
        "columns": COLUMNS,
        "kinds": [label for _key, label in KEY_PLACE_KINDS],
    }
    return render(request, "places/imports.html", context, status=status)


@require_GET
@capability_required(Capability.EDIT_PLACES)
def show(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Show what a list would change, or what became of it."""
    kept = _get_import(user, pk)
    return _page(request, kept)


@require_POST
@capability_required(Capability.EDIT_PLACES)
def apply(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Bring the good lines of a list into the register."""
    kept = _get_import(user, pk)
    form = Seen(request.POST)
    seen_digest = form.cleaned_data["seen_digest"] if form.is_valid() else ""
    try:
        done = import_places.apply_import(
            kept=kept, seen_digest=seen_digest, by=user, at=timezone.now()
        )
    except import_places.ImportStale as refusal:
        return _page(request, kept, refusal=refusal, status=HTTPStatus.CONFLICT)
    n = done.n_new + done.n_changed
    messages.success(
        request,
        ngettext(
            "%(n)d place was added or changed.",
            "%(n)d places were added or changed.",
            n,
        )
        % {"n": n},
    )
    return see_other(request, _url(done))


@require_POST
@capability_required(Capability.EDIT_PLACES)
def drop(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Put a list away that was only looked at."""
    kept = _get_import(user, pk)
    import_places.drop_import(kept=kept, by=user, at=timezone.now())
    messages.success(request, _("The list was discarded. The register is unchanged."))
    return see_other(request, reverse("places:imports"))


@require_GET
@capability_required(Capability.EDIT_PLACES)
def set_aside(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Hand out the lines that were set aside, to be mended and brought in again."""
    kept = _get_import(user, pk)
    if kept.applied_at is None:
        judgement = import_places.judge_import(kept, at=timezone.now())
        lines = [(one.row.cells, one.problems) for one in judgement.set_aside]
    else:
        lines = list(
            kept.set_aside.filter(settled_at=None).values_list("cells", "problems")
        )
    content = write_csv(
        [*header_of_file(), PROBLEMS_COLUMN],
        [
            [
                *(cells.get(column.key, "") for column in COLUMNS),
                import_wording.all_of(problems),
            ]
            for cells, problems in lines
        ],
    )
    name = f"set-aside-{kept.pk}.csv"
    return HttpResponse(
        content,
        content_type=CSV_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _get_import(user: User, pk: int) -> PlaceImport:
    return get_object_or_404(register_queries.imports_visible_to(user), pk=pk)


def _url(kept: PlaceImport) -> str:
    return reverse("places:import", args=[kept.pk])


def _sentence(refusal: DomainError) -> str:
    sentence = str(sentence_for(refusal))
    if isinstance(refusal, ColumnsMissing):
        names = listed(refusal.columns)
        sentence += " " + _("Missing: %(names)s.") % {"names": names}
    return sentence


def _page(
    request: HttpRequest,
    kept: PlaceImport,
    *,
    refusal: DomainError | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context: dict[str, Any] = {
        "kept": kept,
        "refusal": sentence_for(refusal) if refusal else "",
        "unknown": [name for name in kept.unknown_columns if name != PROBLEMS_COLUMN],
    }
    if kept.applied_at is None:
        judgement = import_places.judge_import(kept, at=timezone.now())
        context |= _preview(request, judgement)
    else:
        rows = kept.set_aside.order_by("line")
        paginator: Paginator[Any] = Paginator(rows, ROWS_PER_PAGE)
        page = paginator.get_page(request.GET.get("page"))
        context |= {
            "counts": {
                "new": kept.n_new,
                "changed": kept.n_changed,
                "same": kept.n_same,
                "aside": kept.n_set_aside,
            },
            "shown": "aside",
            "page": page,
            "lines": [
                _line(row.line, row.cells, row.problems) | {"settled": row.settled_at}
                for row in page.object_list
            ],
            "n_open": rows.filter(settled_at=None).count(),
        }
    return render(request, "places/import.html", context, status=status)


def _preview(request: HttpRequest, judgement: Judgement) -> dict[str, Any]:
    lines = {
        "new": judgement.new,
        "changed": judgement.changed,
        "same": judgement.same,
        "aside": judgement.set_aside,
    }
    shown = request.GET.get("show", "")
    if shown not in SHOWN:
        # What needs eyes first: what cannot be used, then what is overwritten.
        shown = next((s for s in ("aside", "changed", "new") if lines[s]), "same")
    paginator: Paginator[Any] = Paginator(lines[shown], ROWS_PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    return {
        "counts": {name: len(of_name) for name, of_name in lines.items()},
        "shown": shown,
        "page": page,
        "lines": [
            _line(one.row.line, one.row.cells, one.problems)
            | {"changes": _changes(one), "one": one}
            for one in page.object_list
        ],
        "seen_digest": judgement.digest,
        "is_idle": not judgement.new and not judgement.changed,
    }


def _line(line: int, cells: dict[str, str], problems: list[Any]) -> dict[str, Any]:
    return {
        "line": line,
        "code": cells.get("code", ""),
        "name": cells.get("name", ""),
        "kind": cells.get("kind", ""),
        "position": ", ".join(filter(None, (cells.get("lon"), cells.get("lat")))),
        "problems": [
            (import_wording.what_is_wrong(p), import_wording.remedy_of(p))
            for p in problems
        ],
    }


def _changes(one: Judged) -> list[tuple[str, Any, Any]]:
    labels = EditPlace.base_fields
    kinds = dict(KEY_PLACE_KINDS)
    return [
        (
            str(labels[name].label),
            kinds.get(str(before), before) if name == "kind" else before,
            kinds.get(str(after), after) if name == "kind" else after,
        )
        for name, (before, after) in one.changes.items()
    ]
