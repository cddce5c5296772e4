"""Root causes and repeats: places and topics, opening to their cases."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.cases import queries as cases
from xunfang.cases.causes import queries
from xunfang.cases.causes.forms import AskRepeats
from xunfang.feedback.models import Where
from xunfang.feedback.showings import note_shown
from xunfang.web.pages import page_of, page_of_list


@require_safe
@capability_required(Capability.SEE_CASES)
def index(request: HttpRequest, user: User) -> HttpResponse:
    """Show what comes again where, and what lies behind it; a row opens to its cases."""
    form = AskRepeats(request.GET or None, user=user)
    asked = form.asked() if form.is_bound else AskRepeats({}, user=user).asked()
    today = timezone.localdate(timezone.now())
    since = today - timedelta(days=asked["days"] - 1)
    found = queries.cases_since(
        user, since=since, station=asked["station"], cause=asked["cause"]
    )
    index = queries.index_of(found, since=since, today=today, within=asked["within"])
    context = {
        "form": form,
        "since": since,
        "today": today,
        "within": asked["within"],
        "index": index,
        "tally": queries.tally_of(found),
        "n_untold": found.filter(causes=None).count(),
    }
    key = (request.GET.get("place", ""), request.GET.get("topic", ""))
    if key in index.keys:
        behind = (
            cases.visible_to(user)
            .filter(pk__in=index.keys[key])
            .prefetch_related("causes")
            .order_by("-opened_at", "-pk")
        )
        page = page_of(request, behind)
        said = cases.first_said(page.object_list)
        note_shown(
            (each.pk for each in said.values()),
            to=user,
            where=Where.CAUSES,
            at=timezone.now(),
        )
        context |= {
            "row": next((one for one in index.rows if _key(one) == key), None),
            "page": page,
            "behind": [(case, said.get(case.pk)) for case in page.object_list],
        }
    else:
        context["page"] = page_of_list(request, list(index.rows))
    return render(request, "cases/causes.html", context)


def _key(row: queries.Row) -> tuple[str, str]:
    return row.where.key, row.topic.code
