"""Bring people in from a file, and mend the lines that were set aside."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.core.errors import DomainError
from xunfang.units.people import forms, importing, queries
from xunfang.units.people.table import COLUMNS, set_aside_header, set_aside_rows
from xunfang.units.people.views import table_response
from xunfang.units.people.wording import said_of
from xunfang.web.http import see_other
from xunfang.web.names import listed
from xunfang.web.pages import page_of
from xunfang.web.refusals import STATUSES, sentence_for
from xunfang.web.tables import MOST_BYTES, ColumnsMissing, TableTooLarge


@capability_required(Capability.EDIT_PEOPLE)
def bring_in(request: HttpRequest, user: User) -> HttpResponse:
    """Ask for a file, and bring its people in."""
    form = forms.ImportForm(request.POST or None, request.FILES or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                if file.size > MOST_BYTES:
                    raise TableTooLarge(f"{file.size} bytes")
                done = importing.import_people(
                    content=file.read(),
                    file_name=file.name,
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
                return see_other(request, reverse("units:imported", args=[done.pk]))
    context = {
        "form": form,
        "columns": COLUMNS,
        "page": page_of(request, queries.imports_visible_to(user), n_rows=10),
    }
    return render(request, "units/import.html", context, status=status)


@require_safe
@capability_required(Capability.EDIT_PEOPLE)
def imported(request: HttpRequest, user: User, number: int) -> HttpResponse:
    """Show what became of a file, and each line that was set aside."""
    done = get_object_or_404(queries.imports_visible_to(user), pk=number)
    page = page_of(request, done.set_aside.order_by("line"))
    lines = [
        (
            line.line,
            [line.cells.get(column.key, "") for column in COLUMNS],
            said_of(line.problems),
        )
        for line in page
    ]
    context = {"done": done, "page": page, "columns": COLUMNS, "lines": lines}
    return render(request, "units/imported.html", context)


@require_safe
@capability_required(Capability.EDIT_PEOPLE)
def set_aside(
    request: HttpRequest, user: User, number: int, ending: str
) -> HttpResponse:
    """Hand out the lines that were set aside, to be mended and brought in again."""
    done = get_object_or_404(queries.imports_visible_to(user), pk=number)
    return table_response(
        f"people-to-mend-{done.pk}",
        set_aside_header(),
        set_aside_rows(done.set_aside.order_by("line")),
        is_xlsx=ending == "xlsx",
    )
