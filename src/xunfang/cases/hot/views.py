"""The page of what is said most."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.cases import queries as cases
from xunfang.cases.hot import queries
from xunfang.feedback.models import Where
from xunfang.feedback.showings import note_shown
from xunfang.web.pages import page_of_list


@require_safe
@capability_required(Capability.SEE_CASES)
def show(request: HttpRequest, user: User) -> HttpResponse:
    """Show what is said most in the last days; one of it opens to its cases."""
    asked = request.GET.get("days", "")
    days = next((n for n in queries.SPANS if str(n) == asked), queries.SPANS[0])
    at = timezone.now()
    heat = queries.heat_of(user, days=days, at=at)
    key = request.GET.get("of", "")
    chosen = next((one for one in heat.topics if key in one.words), None)
    context = {"heat": heat, "days": days, "spans": queries.SPANS, "chosen": chosen}
    if chosen is not None:
        page = page_of_list(request, list(chosen.cases))
        shown = cases.visible_to(user).in_bulk(list(page.object_list))
        said = cases.first_said(shown.values())
        words = [each.pk for each in said.values()]
        context["behind"] = [
            (shown[pk], said.get(pk)) for pk in page.object_list if pk in shown
        ]
    else:
        page = page_of_list(request, list(heat.topics))
        words = [key for one in page.object_list for key in one.shown]
    note_shown(words, to=user, where=Where.HOT, at=at)
    context["page"] = page
    return render(request, "cases/hot.html", context)
