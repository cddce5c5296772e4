"""Minutes of patrol at a place, because of a case."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.cases import queries as cases
from xunfang.cases.models import Case
from xunfang.patrols.minutes import page, queries
from xunfang.patrols.models import Reinforcement


@require_safe
@capability_required(Capability.SEE_CASES)
def show(request: HttpRequest, user: User, number: str, code: str) -> HttpResponse:
    """Show how much patrol there was at a place before it was asked for and after."""
    case, order = _found(user, number, code)
    context = {"case": case} | page.context_of(order, at=timezone.now())
    return render(request, "patrols/minutes.html", context)


@require_safe
@capability_required(Capability.SEE_CASES)
def table(request: HttpRequest, user: User, number: str, code: str) -> HttpResponse:
    """Answer with the same as a file."""
    _case, order = _found(user, number, code)
    return page.file_of(order, at=timezone.now())


def _found(user: User, number: str, code: str) -> tuple[Case, Reinforcement]:
    case = get_object_or_404(cases.visible_to(user), number=number)
    order = queries.find_order(case, code)
    if order is None:
        raise Http404(code)
    return case, order
