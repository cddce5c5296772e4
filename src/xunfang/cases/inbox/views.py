"""One list for all channels."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.cases import policies
from xunfang.cases.contacts.queries import to_confirm
from xunfang.cases.inbox import queries
from xunfang.cases.inbox.forms import SearchCases
from xunfang.cases.inbox.needs import monday_of, needs_of
from xunfang.cases.log import ZONE
from xunfang.feedback.models import Where
from xunfang.feedback.showings import note_shown
from xunfang.web.pages import page_of


@require_safe
@capability_required(Capability.SEE_CASES)
def show(request: HttpRequest, user: User) -> HttpResponse:
    """Show what is owed an answer, one page at a time."""
    at = timezone.now()
    form = SearchCases(request.GET, user=user)
    wanted = form.cleaned_data if form.is_valid() else {}
    # Keys first: what is skipped on the way to a late page is not read.
    found = queries.search(user, at=at, **wanted).select_related(None).only("pk")
    page = page_of(request, found)
    cases = queries.in_order(user, [case.pk for case in page.object_list])
    rows = queries.rows_of(cases, at)
    note_shown(
        (row.word for row in rows if row.word is not None),
        to=user,
        where=Where.SEARCH if wanted.get("q") else Where.INBOX,
        at=at,
    )
    context = {
        "form": form,
        "page": page,
        "rows": rows,
        "is_filtered": any(wanted.values()),
        "shows_station": not user.station_code,
        "can_enter": policies.can_enter(user),
        "to_confirm": to_confirm(user, at=at),
    }
    return render(request, "cases/inbox.html", context)


@require_safe
@capability_required(Capability.SEE_CASES)
def needs(request: HttpRequest, user: User, monday: date | None = None) -> HttpResponse:
    """Show what residents needed in a week, by topic and station."""
    this_week = monday_of(timezone.now().astimezone(ZONE).date())
    monday = this_week if monday is None else monday_of(monday)
    context = {
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7) if monday < this_week else None,
        "needs": needs_of(user, monday),
    }
    return render(request, "cases/needs.html", context)
