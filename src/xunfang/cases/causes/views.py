"""Root causes and repeats: places and topics, opening to their cases; names of causes."""

from datetime import timedelta
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.cases import queries as cases
from xunfang.cases.causes import policies, queries, services
from xunfang.cases.causes.forms import AddCause, AskRepeats
from xunfang.cases.models import RootCause
from xunfang.feedback.models import Where
from xunfang.feedback.showings import note_shown
from xunfang.web.http import see_other
from xunfang.web.pages import page_of, page_of_list
from xunfang.web.refusals import sentence_for


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


@require_safe
@capability_required(Capability.SEE_CASES)
def names(request: HttpRequest, user: User) -> HttpResponse:
    """List the causes with what they mean and who added them."""
    return _names(request, user, AddCause())


def _names(
    request: HttpRequest,
    user: User,
    form: AddCause,
    *,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    page = page_of(request, queries.names())
    context = {
        "form": form,
        "page": page,
        "rows": [(cause, queries.meaning_of(cause)) for cause in page],
        "offered": queries.offered(),
        "can_keep": policies.can_keep(user),
    }
    return render(request, "cases/cause_names.html", context, status=status)


@require_POST
@capability_required(Capability.SUPERVISE_CASES)
def add(request: HttpRequest, user: User) -> HttpResponse:
    """Add a cause; refused, show the list with what was typed."""
    form = AddCause(request.POST)
    status = HTTPStatus.UNPROCESSABLE_CONTENT
    if form.is_valid():
        try:
            services.add_cause(by=user, at=timezone.now(), **form.cleaned_data)
        except services.CauseNameTaken as refusal:
            form.add_error(None, str(sentence_for(refusal)))
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, _("Added. It is offered with every case."))
            return _back(request)
    return _names(request, user, form, status=status)


def _back(request: HttpRequest) -> HttpResponse:
    return see_other(request, reverse("cases:cause-names"))


@require_POST
@capability_required(Capability.SUPERVISE_CASES)
def retire(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Offer a cause no longer; of which cases it was said stays."""
    cause = get_object_or_404(RootCause, code=code)
    services.retire_cause(cause=cause, by=user, at=timezone.now())
    return _back(request)


@require_POST
@capability_required(Capability.SUPERVISE_CASES)
def merge(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Count a cause as another one."""
    cause = get_object_or_404(RootCause, code=code)
    into = get_object_or_404(RootCause, code=request.POST.get("into", ""))
    services.merge_cause(cause=cause, into=into, by=user, at=timezone.now())
    return _back(request)


@require_POST
@capability_required(Capability.SUPERVISE_CASES)
def resume(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Offer a retired or merged cause again."""
    cause = get_object_or_404(RootCause, code=code)
    services.resume_cause(cause=cause, by=user, at=timezone.now())
    return _back(request)
