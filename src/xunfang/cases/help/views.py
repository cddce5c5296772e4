"""Help that was given: the list by type, and the forms of a case and of a visit."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.cases import policies
from xunfang.cases import queries as cases
from xunfang.cases.help import forms, queries, services
from xunfang.cases.models import Help
from xunfang.cases.wording import moment
from xunfang.core.errors import DomainError
from xunfang.web.http import see_other
from xunfang.web.names import local_name
from xunfang.web.pages import page_of
from xunfang.web.refusals import say_on_form
from xunfang.web.tables import CSV_TYPE, write_csv


@require_safe
@capability_required(Capability.SEE_CASES)
def index(request: HttpRequest, user: User) -> HttpResponse:
    """List the times help was given, and count them by type."""
    form = forms.SearchHelp(request.GET)
    wanted = form.wanted
    found = queries.search(user, **wanted)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "is_filtered": any(wanted.values()),
        "page": page_of(request, found),
        "types": queries.by_type(found),
        "query": query.urlencode(),
        "can_enter": policies.can_enter(user),
    }
    return render(request, "cases/help/list.html", context)


@require_safe
@capability_required(Capability.SEE_CASES)
def table(request: HttpRequest, user: User) -> HttpResponse:
    """Give all of the same rows as CSV."""
    header = [
        pgettext("help", "Type"),
        pgettext("help", "When"),
        pgettext("help", "Place"),
        pgettext("help", "What was done"),
        pgettext("help", "Request"),
        pgettext("help", "Visit"),
        pgettext("help", "Station"),
        pgettext("help", "Entries"),
    ]
    found = queries.search(user, **forms.SearchHelp(request.GET).wanted)
    return HttpResponse(
        write_csv(header, map(_cells, found)),
        content_type=CSV_TYPE,
        headers={"Content-Disposition": 'attachment; filename="help.csv"'},
    )


def _cells(entry: Help) -> list[str]:
    station = entry.station
    visit = ""
    if entry.shift is not None and entry.visit_begins_at is not None:
        visit = f"{entry.shift.name} {moment(entry.visit_begins_at)}"
    return [
        local_name(entry.kind.name, entry.kind.name_en),
        moment(entry.given_at),
        entry.place_name,
        entry.what,
        entry.case.number if entry.case else "",
        visit,
        local_name(station.name, station.name_en) if station else "",
        str(1 + len(entry.mentions.all())),
    ]


def _note(
    request: HttpRequest,
    form: forms.NoteHelp,
    note: Callable[[dict[str, Any]], Help],
    *,
    to: str,
    **context: Any,
) -> HttpResponse:
    """Show the form, or note what was typed; refused, it stays on the page."""
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid():
            try:
                entry = note(form.cleaned_data)
            except DomainError as refusal:
                status = say_on_form(form, refusal)
            else:
                messages.success(request, _done(entry))
                return see_other(request, to)
    return render(
        request, "cases/help/note.html", {"form": form, **context}, status=status
    )


def _done(entry: Help) -> str:
    if entry.part_of is None:
        return _("Noted.")
    return _(
        "Noted, and counted together with the entry of %(at)s at this place. If it was "
        "help of its own, say so in the list."
    ) % {"at": moment(entry.part_of.given_at)}


@capability_required(Capability.SEE_CASES)
def of_case(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Note what was done because of a case, filled in from it."""
    case = get_object_or_404(cases.visible_to(user), number=number)
    policies.check_can_handle(user, case)
    at = timezone.now()
    initial = {"place_name": case.place_name, "given_at": at}
    return _note(
        request,
        forms.NoteHelpOnCase(request.POST or None, initial=initial),
        lambda typed: services.note_help(case=case, by=user, at=at, **typed),
        to=reverse("cases:case", args=[number]),
        case=case,
    )


@require_safe
@capability_required(Capability.ENTER_WORDS)
def visits(request: HttpRequest, user: User) -> HttpResponse:
    """List the visits of the last three days, to note what was done on one."""
    q = request.GET.get("q", "")[:80]
    found = queries.visits(user, timezone.now(), q=q)
    context = {
        "page": page_of(request, found),
        "q": q,
        "can_list": can(user, Capability.SEE_CASES),
    }
    return render(request, "cases/help/visits.html", context)


@capability_required(Capability.ENTER_WORDS)
def of_visit(request: HttpRequest, user: User, shift: int, n: int) -> HttpResponse:
    """Note what was done on a visit, filled in from it."""
    at = timezone.now()
    visit = get_object_or_404(queries.visits(user, at), shift=shift, number=n)
    initial = {"place_name": local_name(visit.name, visit.name_en)[:80]}
    return _note(
        request,
        forms.NoteHelp(request.POST or None, initial=initial),
        lambda typed: services.note_help(visit=visit, by=user, at=at, **typed),
        to=reverse("cases:help-visits"),
        visit=visit,
    )


@require_POST
@capability_required(Capability.SEE_CASES)
def alone(request: HttpRequest, user: User, entry: int) -> HttpResponse:
    """Count an entry by itself."""
    found = get_object_or_404(queries.mentions_seen_by(user), pk=entry)
    services.count_alone(entry=found, by=user, at=timezone.now())
    messages.success(request, _("Counted by itself now."))
    return see_other(request, reverse("cases:help"))
