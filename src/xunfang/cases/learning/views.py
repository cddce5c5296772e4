"""The page on which a supervisor sees what was learnt, and decides what follows."""

from http import HTTPStatus
from math import ceil

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.cases.learning import queries, services
from xunfang.cases.learning.forms import SortsItself
from xunfang.cases.models import LearningRun
from xunfang.web.http import see_other
from xunfang.web.pages import page_of
from xunfang.web.refusals import sentence_for

STAGES = [stage for stage, _name in LearningRun.STAGES]


@require_safe
@capability_required(Capability.SUPERVISE_CASES)
def show(request: HttpRequest, user: User) -> HttpResponse:
    """Show how well each topic is known, and what was learnt when."""
    del user
    return _page(request, SortsItself())


@require_POST
@capability_required(Capability.SUPERVISE_CASES)
def learn(request: HttpRequest, user: User) -> HttpResponse:
    """Have the model learnt anew."""
    form = SortsItself()
    try:
        services.ask_to_learn(by=user, at=timezone.now())
    except services.NothingNew as refusal:
        messages.error(request, str(sentence_for(refusal)))
        return _page(request, form, HTTPStatus.CONFLICT)
    return see_other(request, reverse("cases:learning"))


@require_POST
@capability_required(Capability.SUPERVISE_CASES)
def sorts_itself(request: HttpRequest, user: User) -> HttpResponse:
    """Let one topic sort itself from a share on, or have a person decide again."""
    form = SortsItself(request.POST)
    status = HTTPStatus.UNPROCESSABLE_CONTENT
    if form.is_valid():
        try:
            topic = services.let_sort_itself(
                topic=form.cleaned_data["topic"],
                above=form.above,
                by=user,
                at=timezone.now(),
            )
        except services.NotPreciseEnough as refusal:
            form.add_error(None, str(sentence_for(refusal)))
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, _("Kept."))
            return see_other(request, f"{reverse('cases:learning')}#leaf-{topic.code}")
    return _page(request, form, status)


def _page(
    request: HttpRequest, form: SortsItself, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    run = queries.present()
    under_way = queries.under_way()
    context = {
        "form": form,
        "run": run,
        "under_way": under_way,
        "stage": STAGES.index(under_way.stage) if under_way else 0,
        "n_stages": len(STAGES) - 1,
        "leaves": [
            # Rounded up: what is typed as shown is not below what was measured.
            (leaf, None if leaf.least is None else ceil(leaf.least * 1000) / 10)
            for leaf in queries.leaves(run)
        ],
        "page": page_of(request, queries.history()),
        "precision_percent": round(100 * queries.PRECISION),
        "n_least": queries.LEAST_SUGGESTED,
    }
    template = "cases/learning.html"
    if request.method == "GET" and request.GET.get("part") == "state":
        template += "#state"
    return render(request, template, context, status=status)
