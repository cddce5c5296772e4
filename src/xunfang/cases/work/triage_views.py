"""What is new, one after the other: looked at, sorted with two or three keys."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.cases import queries, services
from xunfang.cases.inbox import queries as inbox
from xunfang.cases.models import Case
from xunfang.cases.wording import clock_of
from xunfang.cases.work.forms import SortCase
from xunfang.core.casework.steps import State
from xunfang.core.errors import DomainError
from xunfang.feedback.models import Where
from xunfang.feedback.showings import note_shown, with_text
from xunfang.web.http import see_other
from xunfang.web.refusals import say_on_form


@capability_required(Capability.SEE_CASES)
def sort_next(request: HttpRequest, user: User) -> HttpResponse:
    """Show the first case that nobody has sorted; sort it and go on to the next.

    ``?skip=2`` leaves out the first two: somebody else will know.
    """
    at = timezone.now()
    skip = _number(request.GET.get("skip", ""))
    new = inbox.search(user, at=at, shown="new")
    if request.method == "POST":
        number = request.POST.get("case", "")
        case = get_object_or_404(queries.visible_to(user), number=number)
        form = SortCase(request.POST, user=user)
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid():
            try:
                done = services.sort(case=case, by=user, at=at, **form.cleaned_data)
            except DomainError as refusal:
                status = say_on_form(form, refusal)
            else:
                said = _("%(case)s is sorted.") % {"case": done.number}
                messages.success(request, said)
                query = f"?skip={skip}" if skip else ""
                return see_other(request, reverse("cases:sort-next") + query)
        return _page(request, user, case, form, skip, status)
    following = new[skip : skip + 1].first()
    if following is None:
        context = {"case": None, "n_left": new.count(), "skip": skip}
        return render(request, "cases/sort_next.html", context)
    form = SortCase(initial=SortCase.initial_of(following), user=user)
    return _page(request, user, following, form, skip, HTTPStatus.OK)


def _page(
    request: HttpRequest,
    user: User,
    case: Case,
    form: SortCase,
    skip: int,
    status: HTTPStatus,
) -> HttpResponse:
    at = timezone.now()
    new = inbox.search(user, at=at, shown="new")
    words = list(queries.words_of([case]))
    note_shown(with_text(words), to=user, where=Where.SORTING, at=at)
    context = {
        "case": case,
        "clock": clock_of(case, at),
        "words": words,
        "suggestions": inbox.suggestions_of(case, inbox.leaves_of([case])),
        "form": form,
        "n_left": new.count(),
        # What somebody else has sorted meanwhile is none of those left out.
        "skip_next": skip + (case.state == State.NEW),
    }
    return render(request, "cases/sort_next.html", context, status=status)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0
