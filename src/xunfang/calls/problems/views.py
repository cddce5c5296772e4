"""Place problems: opened from a case, what was done, and what was counted around it."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.calls.models import CallClass, PlaceMeasure, PlaceProblem
from xunfang.calls.problems import queries, services
from xunfang.calls.problems.forms import NoteMeasure, OpenProblem
from xunfang.calls.problems.wording import chances_text, verdict_text
from xunfang.cases import policies
from xunfang.cases import queries as cases
from xunfang.cases.models import Case
from xunfang.core.errors import DomainError
from xunfang.places.choosing import nearest_place, place_choices
from xunfang.places.models import KeyPlace
from xunfang.web.http import see_other
from xunfang.web.names import local_name
from xunfang.web.pages import page_of
from xunfang.web.refusals import STATUSES, sentence_for


@require_safe
@capability_required(Capability.SEE_CASES)
def index(request: HttpRequest, user: User) -> HttpResponse:
    """List the place problems, the latest first."""
    words = request.GET.get("q", "").strip()
    found = queries.visible_to(user)
    for part in words.split():
        found = found.filter(
            Q(place__name__icontains=part)
            | Q(place__name_en__icontains=part)
            | Q(kind__name__icontains=part)
            | Q(kind__name_en__icontains=part)
            | Q(why__icontains=part)
        )
    page = page_of(request, queries.with_measures(found))
    return render(request, "calls/problems.html", {"page": page, "q": words})


@capability_required(Capability.SEE_CASES)
def of_case(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Show the place problems of a case; open one, filled in from the case."""
    case = get_object_or_404(cases.visible_to(user), number=number)
    at = timezone.now()
    places = _places(user, case).in_use(timezone.localdate(at))  # type: ignore[attr-defined]  # a KeyPlaceQuerySet
    form = OpenProblem(
        request.POST or None,
        prefix="problem",
        places=place_choices(places),
        initial={
            "place": nearest_place(places, case.lon, case.lat),
            "why": _why(case),
        },
    )
    status = HTTPStatus.OK
    if request.method == "POST":
        policies.check_can_handle(user, case)
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid():
            typed = form.cleaned_data
            try:
                problem = services.open_problem(
                    case=case,
                    place=places.get(code=typed["place"]),
                    kind=CallClass.objects.get(code=typed["kind"]),
                    radius_m=typed["radius_m"],
                    why=typed["why"],
                    by=user,
                    at=at,
                )
            except DomainError as refusal:
                if STATUSES.get(refusal.code) == HTTPStatus.FORBIDDEN:
                    raise
                form.add_error(None, str(sentence_for(refusal)))
                status = HTTPStatus.CONFLICT
            else:
                return see_other(request, reverse("calls:problem", args=[problem.pk]))
    context = {
        "case": case,
        "form": form,
        "has_places": places.exists(),
        "can_handle": policies.can_handle(user, case),
        "problems": queries.with_measures(queries.visible_to(user).filter(case=case)),
    }
    return render(request, "calls/problems_of_case.html", context, status=status)


@capability_required(Capability.SEE_CASES)
def show(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Show what was done at the place and what was counted around it; note a measure."""
    problem = get_object_or_404(queries.visible_to(user), pk=pk)
    at = timezone.now()
    form = NoteMeasure(
        request.POST or None, prefix="measure", today=timezone.localdate(at)
    )
    status = HTTPStatus.OK
    if request.method == "POST":
        policies.check_can_handle(user, problem.case)
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid():
            try:
                services.note_measure(
                    problem=problem, **form.cleaned_data, by=user, at=at
                )
            except DomainError as refusal:
                if STATUSES.get(refusal.code) == HTTPStatus.FORBIDDEN:
                    raise
                form.add_error(None, str(sentence_for(refusal)))
                status = HTTPStatus.CONFLICT
            else:
                return see_other(request, reverse("calls:problem", args=[pk]))
    context = _context(user, problem) | {"form": form}
    return render(request, "calls/problem.html", context, status=status)


@require_POST
@capability_required(Capability.SEE_CASES)
def take_back(request: HttpRequest, user: User, measure: int) -> HttpResponse:
    """Take back a measure that was noted by mistake."""
    found = get_object_or_404(
        PlaceMeasure.objects.filter(
            problem__in=queries.visible_to(user)
        ).select_related("problem__case", "problem__place"),
        pk=measure,
    )
    try:
        services.take_back_measure(measure=found, by=user, at=timezone.now())
    except DomainError as refusal:
        if STATUSES.get(refusal.code) == HTTPStatus.FORBIDDEN:
            raise
        messages.error(request, str(sentence_for(refusal)))
    else:
        messages.success(request, _("Taken back. It stays in the case's log."))
    return see_other(request, reverse("calls:problem", args=[found.problem_id]))


def _context(user: User, problem: PlaceProblem) -> dict[str, Any]:
    today = timezone.localdate(timezone.now())
    measures = problem.measures.select_related("noted_by", "taken_back_by")
    rows = []
    for measure in measures:
        measure.problem = problem
        if measure.taken_back_at is None:
            around = queries.counted_around(measure, user, today=today)
            rows.append(
                {
                    "measure": measure,
                    "around": around,
                    "verdict": verdict_text(around.result),
                    "chances": chances_text(around.result),
                }
            )
        else:
            rows.append({"measure": measure})
    return {
        "problem": problem,
        "rows": rows,
        "can_handle": policies.can_handle(user, problem.case),
    }


def _places(user: User, case: Case) -> QuerySet[KeyPlace]:
    """Return the places of the case's ground; the city's where nobody knows whose."""
    found = KeyPlace.objects.select_related("cell__area")
    code = case.station.code if case.station else user.station_code
    return found.filter(cell__area__station_code=code) if code else found


def _why(case: Case) -> str:
    topic = (
        local_name(case.topic.name, case.topic.name_en)
        if case.topic
        else _("a resident's word")
    )
    return f"{topic} · {case.number}"
