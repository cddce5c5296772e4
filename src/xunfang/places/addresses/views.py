"""The page on which the addresses of grid cells are counted."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.core.errors import DomainError
from xunfang.places import policies
from xunfang.places import queries as places
from xunfang.places.addresses import queries, services
from xunfang.places.addresses.forms import BringCounts
from xunfang.places.addresses.services import COLUMNS, Counted, Wrong
from xunfang.web.http import see_other
from xunfang.web.names import listed
from xunfang.web.pages import page_of_list
from xunfang.web.refusals import STATUSES, sentence_for
from xunfang.web.tables import CSV_TYPE, ColumnsMissing, write_csv

WHY: dict[Wrong, str | Promise] = {
    Wrong.NO_CELL: pgettext_lazy("addresses", "There is no cell of this code."),
    Wrong.NO_NUMBER: pgettext_lazy(
        "addresses", "Not a number of addresses: write a whole number, 0 or more."
    ),
    Wrong.TWICE: pgettext_lazy(
        "addresses", "The cell stands in the file more than once: leave one line."
    ),
}


@require_http_methods(["GET", "POST"])
@capability_required(Capability.EDIT_PLACES)
def index(request: HttpRequest, user: User) -> HttpResponse:
    """Show which cells have been counted, and take a file of counts."""
    policies.check_can_count_addresses(user)
    today = timezone.localdate()
    form = BringCounts(
        request.POST or None, request.FILES or None, initial={"counted_on": today}
    )
    form.fields["counted_on"].widget.attrs["max"] = today.isoformat()
    status, done = HTTPStatus.OK, None
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid():
            try:
                done = _count(form, user)
            except DomainError as refusal:
                form.add_error(None, _sentence(refusal))
                status = STATUSES.get(refusal.code, status)
            else:
                if done.n_new or done.n_same:
                    messages.success(request, _what_became(done))
                if not done.wrong:
                    return see_other(request, reverse("places:addresses"))
    counted = queries.areas_counted(day=today)
    context = {
        "form": form,
        "page": page_of_list(request, counted),
        "n_cells": sum(each.n_cells for each in counted),
        "n_counted": sum(len(each.counts) for each in counted),
        "wrong": [(line.row, WHY[line.why]) for line in done.wrong] if done else [],
    }
    return render(request, "places/addresses.html", context, status=status)


@require_GET
@capability_required(Capability.EDIT_PLACES)
def table(request: HttpRequest, user: User) -> HttpResponse:
    """Give every cell with its count as CSV: to be filled in and brought back."""
    policies.check_can_count_addresses(user)
    counts = queries.counts_now()
    is_chinese = (get_language() or "zh").startswith("zh")
    header = [
        *(column.names[0 if is_chinese else 1] for column in COLUMNS),
        pgettext("addresses", "Area"),
        pgettext("addresses", "Where the numbers are from"),
        pgettext("addresses", "Counted on"),
    ]
    rows = [
        (
            cell.code,
            count.n_addresses if (count := counts.get(cell.pk)) else None,
            cell.area.name,
            count.source if count else "",
            count.counted_on if count else None,
        )
        for cell in places.all_cells(day=timezone.localdate())
    ]
    return HttpResponse(
        write_csv(header, rows),
        content_type=CSV_TYPE,
        headers={"Content-Disposition": 'attachment; filename="addresses.csv"'},
    )


def _count(form: BringCounts, user: User) -> Counted:
    given = form.cleaned_data
    return services.count_addresses(
        content=given["file"].read(),
        source=given["source"],
        counted_on=given["counted_on"],
        by=user,
        at=timezone.now(),
    )


def _what_became(done: Counted) -> str:
    counted = ngettext(
        "%(n)d cell was counted.", "%(n)d cells were counted.", done.n_new
    ) % {"n": done.n_new}
    if not done.n_same:
        return counted
    same = ngettext("%(n)d was so already.", "%(n)d were so already.", done.n_same) % {
        "n": done.n_same
    }
    return f"{counted} {same}"


def _sentence(refusal: DomainError) -> str:
    sentence = str(sentence_for(refusal))
    if isinstance(refusal, ColumnsMissing):
        names = listed(refusal.columns)
        sentence += " " + _("Missing: %(names)s.") % {"names": names}
    return sentence
