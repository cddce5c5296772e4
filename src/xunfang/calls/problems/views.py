"""Place problems: opened from a case, what was done, and what was counted around it."""

from collections.abc import Callable
from datetime import date
from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.forms import Form
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
from xunfang.calls.problems.forms import (
    CorrectMeasure,
    NoteMeasure,
    OpenProblem,
    WithdrawProblem,
)
from xunfang.calls.problems.wording import chances_text, verdict_text
from xunfang.cases import policies
from xunfang.cases import queries as cases
from xunfang.cases.models import Case
from xunfang.cases.wording import because_of
from xunfang.core.errors import DomainError
from xunfang.places.choosing import nearest_place, place_choices
from xunfang.places.models import KeyPlace, KeyPlaceQuerySet
from xunfang.web.http import see_other
from xunfang.web.pages import page_of
from xunfang.web.refusals import STATUSES, say_on_form, sentence_for


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
    places = _places(user, case).in_use(timezone.localdate(at))
    form = OpenProblem(
        request.POST or None,
        prefix="problem",
        places=place_choices(places),
        initial={
            "place": nearest_place(places, case.lon, case.lat),
            "why": because_of(case),
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
                status = say_on_form(form, refusal)
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
    if request.method != "POST":
        return _page(request, user, problem)
    form = NoteMeasure(request.POST, prefix="measure", today=_today())
    return _act(
        request, user, problem, form, partial(services.note_measure, problem=problem)
    )


@require_POST
@capability_required(Capability.SEE_CASES)
def withdraw(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Withdraw a place problem that was opened wrongly; it stays to be read."""
    problem = get_object_or_404(queries.visible_to(user), pk=pk)
    form = WithdrawProblem(request.POST, prefix="withdraw")
    return _act(
        request,
        user,
        problem,
        form,
        partial(services.withdraw_problem, problem=problem),
    )


@require_POST
@capability_required(Capability.SEE_CASES)
def restore(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Take back that a place problem was withdrawn."""
    problem = get_object_or_404(queries.visible_to(user), pk=pk)
    return _press(
        request, user, problem, partial(services.restore_problem, problem=problem)
    )


@require_POST
@capability_required(Capability.SEE_CASES)
def correct(request: HttpRequest, user: User, measure: int) -> HttpResponse:
    """Correct the day of a measure; the wrong one stays to be read."""
    found = _measure(user, measure)
    form = CorrectMeasure(request.POST, prefix=f"correct-{measure}", today=_today())
    return _act(
        request,
        user,
        found.problem,
        form,
        partial(services.correct_measure, measure=found),
    )


@require_POST
@capability_required(Capability.SEE_CASES)
def take_back(request: HttpRequest, user: User, measure: int) -> HttpResponse:
    """Take back a measure that was noted by mistake."""
    found = _measure(user, measure)
    return _press(
        request, user, found.problem, partial(services.take_back_measure, measure=found)
    )


def _act(
    request: HttpRequest,
    user: User,
    problem: PlaceProblem,
    form: Form,
    act: Callable[..., object],
) -> HttpResponse:
    """Do what a form of the page says; what was typed stays where it is refused."""
    policies.check_can_handle(user, problem.case)
    status = HTTPStatus.UNPROCESSABLE_CONTENT
    if form.is_valid():
        try:
            act(**form.cleaned_data, by=user, at=timezone.now())
        except DomainError as refusal:
            status = say_on_form(form, refusal)
        else:
            return see_other(request, reverse("calls:problem", args=[problem.pk]))
    return _page(request, user, problem, sent=form, status=status)


def _press(
    request: HttpRequest, user: User, problem: PlaceProblem, act: Callable[..., object]
) -> HttpResponse:
    """Do what a button of the page says, and tell what became of it."""
    try:
        act(by=user, at=timezone.now())
    except DomainError as refusal:
        if STATUSES.get(refusal.code) == HTTPStatus.FORBIDDEN:
            raise
        messages.error(request, str(sentence_for(refusal)))
    else:
        messages.success(request, _("Taken back. It stays in the case's log."))
    return see_other(request, reverse("calls:problem", args=[problem.pk]))


def _measure(user: User, key: int) -> PlaceMeasure:
    """Return a measure at a place that this person may see."""
    found = PlaceMeasure.objects.filter(problem__in=queries.visible_to(user))
    return get_object_or_404(
        found.select_related("problem__case", "problem__place"), pk=key
    )


def _page(
    request: HttpRequest,
    user: User,
    problem: PlaceProblem,
    *,
    sent: Form | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    """Show a place problem; ``sent`` is the form of the page that was refused."""
    today = _today()
    measures = problem.measures.select_related(
        "noted_by", "taken_back_by", "corrects", "corrected_by"
    )
    rows = []
    for measure in measures:
        measure.problem = problem
        row: dict[str, Any] = {"measure": measure}
        if measure.taken_back_at is None:
            around = queries.counted_around(measure, user, today=today)
            row |= {
                "around": around,
                "verdict": verdict_text(around.result),
                "chances": chances_text(around.result),
                "form": CorrectMeasure(
                    prefix=f"correct-{measure.pk}",
                    today=today,
                    initial={"done_on": measure.done_on},
                ),
            }
            if sent is not None and sent.prefix == row["form"].prefix:
                row["form"] = sent
        rows.append(row)
    context = {
        "problem": problem,
        "rows": rows,
        "withdrawn_before": queries.withdrawn_before(problem),
        "can_handle": policies.can_handle(user, problem.case),
        "form": sent
        if isinstance(sent, NoteMeasure)
        else NoteMeasure(prefix="measure", today=today),
        "withdraw_form": sent
        if isinstance(sent, WithdrawProblem)
        else WithdrawProblem(prefix="withdraw"),
    }
    return render(request, "calls/problem.html", context, status=status)


def _today() -> date:
    return timezone.localdate(timezone.now())


def _places(user: User, case: Case) -> KeyPlaceQuerySet:
    """Return the places of the case's ground; the city's where nobody knows whose."""
    found = KeyPlace.objects.select_related("cell__area")
    code = case.station.code if case.station else user.station_code
    return found.filter(cell__area__station_code=code) if code else found
