"""One list for all channels."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.cases import policies
from xunfang.cases.inbox import queries
from xunfang.cases.inbox.forms import SearchCases
from xunfang.web.pages import page_of


@require_safe
@capability_required(Capability.SEE_CASES)
def show(request: HttpRequest, user: User) -> HttpResponse:
    """Show what is owed an answer, one page at a time."""
    at = timezone.now()
    form = SearchCases(request.GET, user=user)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = page_of(request, queries.search(user, at=at, **wanted))
    context = {
        "form": form,
        "page": page,
        "rows": queries.rows_of(list(page.object_list), at),
        "is_filtered": any(wanted.values()),
        "shows_station": not user.station_code,
        "can_enter": policies.can_enter(user),
    }
    return render(request, "cases/inbox.html", context)
