"""Bring 110's sheets in from a file, and mend the lines that were set aside."""

import operator
from collections.abc import Sequence
from datetime import timedelta
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
from xunfang.calls import policies
from xunfang.calls.mirror import queries, retention, services
from xunfang.calls.mirror.columns import KEYS, LINE_NAMES, PROBLEM_NAMES
from xunfang.calls.mirror.forms import BringCalls
from xunfang.calls.mirror.wording import LABELS, said_of
from xunfang.calls.models import CallSetAside, CallSource, LineDeletion
from xunfang.core.errors import DomainError
from xunfang.web.http import see_other
from xunfang.web.names import listed
from xunfang.web.pages import page_of
from xunfang.web.refusals import STATUSES, sentence_for
from xunfang.web.sentences import sentence_of
from xunfang.web.tables import (
    CSV_TYPE,
    MOST_BYTES,
    XLSX_TYPE,
    ColumnsMissing,
    write_csv,
    write_xlsx,
)

OVERDUE_AFTER = timedelta(hours=2)
"""Deletion runs every hour: it may be this late before anybody is told."""


@capability_required(Capability.TAKE_CALLS)
def imports(request: HttpRequest, user: User) -> HttpResponse:
    """Ask for a file, and bring its calls in; show the files that were brought."""
    sources = queries.sources_of(user)
    form = BringCalls(request.POST or None, request.FILES or None, sources=sources)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                done = services.bring_file(
                    source=form.cleaned_data["source"],
                    content=file.read(MOST_BYTES + 1),
                    file_name=file.name,
                    by=user,
                    clock=timezone.now,
                )
            except DomainError as refusal:
                form.add_error("file", str(sentence_for(refusal)))
                if isinstance(refusal, ColumnsMissing):
                    form.add_error("file", _missing(refusal.columns))
                status = STATUSES.get(refusal.code, HTTPStatus.UNPROCESSABLE_CONTENT)
            else:
                return see_other(request, reverse("calls:import", args=[done.pk]))
    context = _room(user) | {
        "form": form,
        "has_sources": sources.exists(),
        "page": page_of(request, queries.imports_visible_to(user), n_rows=20),
    }
    return render(request, "calls/imports.html", context, status=status)


def _missing(columns: Sequence[str]) -> str:
    return _("Missing: %(columns)s") % {"columns": listed(columns)}


def _room(user: User) -> dict[str, object]:
    return {
        "can_take": policies.can_take_calls(user),
        "can_edit_sources": policies.can_edit_sources(user),
    }


@require_safe
@capability_required(Capability.TAKE_CALLS)
def show(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Show how far an import is, what became of it, and each line that is wrong."""
    done = get_object_or_404(queries.imports_visible_to(user), pk=pk)
    page = page_of(request, done.set_aside.order_by("line"))
    to_mend = queries.lines_to_mend(done)
    percent = 100 * done.n_calls_read // done.n_calls if done.n_calls else None
    failure = done.failure.get("code", "")
    context = _room(user) | {
        "done": done,
        "percent": percent,
        "is_stuck": not done.is_over
        and timezone.now() - done.touched_at >= services.STUCK_AFTER,
        "failure": sentence_of(failure) if failure else "",
        "missing": listed(done.failure.get("columns", [])),
        "page": page,
        "n_to_mend": to_mend.count(),
        "n_days": retention.KEPT_FOR.days,
        "lines": [(line, said_of(line.problems), _cells(line)) for line in page],
        "unknown_classes": sorted(
            done.unknown_classes.items(), key=operator.itemgetter(1), reverse=True
        ),
    }
    if request.GET.get("part") != "state":
        return render(request, "calls/import.html", context)
    response = render(request, "calls/import.html#state", context)
    if done.is_over:
        response.headers["HX-Refresh"] = "true"  # now the lines are there as well
    return response


def _cells(line: CallSetAside) -> list[tuple[object, str]]:
    """Return what a line said, by the names of fields."""
    return [(LABELS[key], line.cells[key]) for key in KEYS if line.cells.get(key)]


@require_POST
@capability_required(Capability.TAKE_CALLS)
def resume(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Have an import taken up again whose worker was lost."""
    done = get_object_or_404(queries.imports_visible_to(user), pk=pk)
    services.resume_import(done=done, by=user, at=timezone.now())
    return see_other(request, reverse("calls:import", args=[done.pk]))


@require_POST
@capability_required(Capability.TAKE_CALLS)
def settle(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Delete what the lines of an import said: they are settled."""
    done = get_object_or_404(queries.imports_visible_to(user), pk=pk)
    services.settle_lines(done=done, by=user, at=timezone.now())
    return see_other(request, reverse("calls:import", args=[done.pk]))


@require_safe
@capability_required(Capability.SEE_RECORD)
def deletions(request: HttpRequest, user: User) -> HttpResponse:
    """Show the certificates of what was deleted of lines set aside."""
    del user
    now = timezone.now()
    oldest = (
        CallSetAside.objects.filter(deleted_at=None)
        .order_by("call_import__imported_at")
        .values_list("call_import__imported_at", flat=True)
        .first()
    )
    context = {
        "page": page_of(request, LineDeletion.objects.order_by("-deleted_at", "-pk")),
        "n_days": retention.KEPT_FOR.days,
        "oldest_at": oldest,
        "overdue_from": now - retention.KEPT_FOR - OVERDUE_AFTER,
    }
    return render(request, "calls/line_deletions.html", context)


@require_safe
@capability_required(Capability.TAKE_CALLS)
def set_aside(request: HttpRequest, user: User, pk: int, ending: str) -> HttpResponse:
    """Hand out the lines that are wrong, to be mended and brought in again."""
    done = get_object_or_404(queries.imports_visible_to(user), pk=pk)
    keys, header = _header(done.source)
    rows = (
        (
            *(line.cells.get(key, "") for key in keys),
            _("; ").join(f"{one.what} {one.remedy}" for one in said_of(line.problems)),
            line.line,
        )
        for line in queries.lines_to_mend(done)
    )
    write, kind = (write_xlsx, XLSX_TYPE) if ending == "xlsx" else (write_csv, CSV_TYPE)
    name = f"calls-to-mend-{done.pk}.{'xlsx' if ending == 'xlsx' else 'csv'}"
    return HttpResponse(
        write(header, rows),
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _header(source: CallSource) -> tuple[list[str], list[str]]:
    """Return the fields a source has, and the first line of its tables."""
    keys = [key for key in KEYS if source.columns.get(key)]
    names = [source.columns[key][0] for key in keys]
    return keys, [*names, PROBLEM_NAMES[0], LINE_NAMES[0]]
