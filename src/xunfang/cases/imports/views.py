"""Bring in a list of what people said: look at it, take it in, mend what was set aside."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.cases.imports import queries, services
from xunfang.cases.imports.forms import BringList
from xunfang.cases.imports.services import MOST_LINES
from xunfang.cases.imports.table import (
    COLUMNS,
    said_of,
    set_aside_header,
    set_aside_rows,
)
from xunfang.core.errors import DomainError
from xunfang.feedback.models import Channel
from xunfang.web.http import see_other
from xunfang.web.names import listed
from xunfang.web.pages import page_of, page_of_list
from xunfang.web.refusals import STATUSES, sentence_for
from xunfang.web.tables import (
    CSV_TYPE,
    MOST_BYTES,
    XLSX_TYPE,
    ColumnsMissing,
    TableTooLarge,
    write_csv,
    write_xlsx,
)


@capability_required(Capability.ENTER_WORDS)
def lists(request: HttpRequest, user: User) -> HttpResponse:
    """Ask for a list, and keep it to be looked at."""
    form = BringList(request.POST or None, request.FILES or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                if file.size > MOST_BYTES:
                    raise TableTooLarge(f"{file.size} bytes")
                brought = services.bring_list(
                    content=file.read(),
                    file_name=file.name,
                    list_name=form.cleaned_data["list_name"],
                    channel=Channel(form.cleaned_data["channel"]),
                    by=user,
                    at=timezone.now(),
                )
            except DomainError as refusal:
                form.add_error("file", str(sentence_for(refusal)))
                if isinstance(refusal, ColumnsMissing):
                    columns = listed(refusal.columns)
                    form.add_error(
                        "file", _("Missing: %(columns)s") % {"columns": columns}
                    )
                status = STATUSES.get(refusal.code, HTTPStatus.UNPROCESSABLE_CONTENT)
            else:
                url = reverse("word_imports:list", args=[brought.pk])
                return see_other(request, url)
    context = {
        "form": form,
        "columns": COLUMNS,
        "most_lines": MOST_LINES,
        "page": page_of(request, queries.imports_of(user), n_rows=10),
    }
    return render(request, "cases/imports/lists.html", context, status=status)


@require_safe
@capability_required(Capability.ENTER_WORDS)
def one_list(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Show what would come of each line, or what came of it."""
    brought = get_object_or_404(queries.imports_of(user), pk=pk)
    lines = queries.lines_of(brought, at=timezone.now())
    bad = [line for line in lines if line.problems]
    new = [line for line in lines if line.is_new]
    page = page_of_list(request, bad or new)
    context = {
        "brought": brought,
        "n_new": brought.n_new if brought.taken_at else len(new),
        "n_known": brought.n_known
        if brought.taken_at
        else len(lines) - len(new) - len(bad),
        "n_set_aside": brought.n_set_aside if brought.taken_at else len(bad),
        "columns": COLUMNS,
        "page": page,
        "lines": [
            (
                line.row.line,
                [line.row.cells[column.key] for column in COLUMNS],
                said_of(line.problems),
            )
            for line in page
        ],
    }
    return render(request, "cases/imports/list.html", context)


@require_POST
@capability_required(Capability.ENTER_WORDS)
def take(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Take in the lines that are right."""
    brought = get_object_or_404(queries.imports_of(user), pk=pk)
    services.take_list_in(word_import=brought, by=user, at=timezone.now())
    return see_other(request, reverse("word_imports:list", args=[pk]))


@require_POST
@capability_required(Capability.ENTER_WORDS)
def done(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Erase the file; what was taken in stays."""
    brought = get_object_or_404(queries.imports_of(user), pk=pk)
    services.be_done_with(word_import=brought, by=user, at=timezone.now())
    return see_other(request, "word_imports:lists")


@require_safe
@capability_required(Capability.ENTER_WORDS)
def set_aside(request: HttpRequest, user: User, pk: int, ending: str) -> HttpResponse:
    """Hand out the lines that were set aside, to be mended and brought again."""
    brought = get_object_or_404(queries.imports_of(user), pk=pk)
    lines = queries.lines_of(brought, at=timezone.now())
    rows = set_aside_rows((line.row, line.problems) for line in lines if line.problems)
    write, kind = (write_xlsx, XLSX_TYPE) if ending == "xlsx" else (write_csv, CSV_TYPE)
    disposition = f'attachment; filename="words-to-mend-{brought.pk}.{ending}"'
    return HttpResponse(
        write(set_aside_header(), rows),
        content_type=kind,
        headers={"Content-Disposition": disposition},
    )
