"""The idea box: what was suggested, what is tried, what became of it."""

from collections.abc import Callable
from http import HTTPStatus

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.places.models.ideas import Idea, IdeaState, IdeaTrial, Measure
from xunfang.places.safety import policies
from xunfang.places.safety.fields import ShownEdition
from xunfang.places.safety.ideas import forms as ideas_forms
from xunfang.places.safety.ideas import queries
from xunfang.places.safety.ideas import services as ideas
from xunfang.places.safety.ideas.steps import STEPS
from xunfang.places.safety.pages import act_on
from xunfang.web.http import see_other
from xunfang.web.pages import page_of

ROWS_PER_PAGE = 20


@require_GET
@capability_required(Capability.SEE_PLACES)
def index(request: HttpRequest, user: User) -> HttpResponse:
    """List the ideas, the newest first."""
    form = ideas_forms.FilterIdeas(request.GET)
    found = queries.search_ideas(
        queries.ideas_visible_to(user), words=form.words, state=form.chosen_state
    )
    context = {"form": form, "page": page_of(request, found, n_rows=ROWS_PER_PAGE)}
    return render(request, "places/ideas.html", context)


@require_http_methods(["GET", "POST"])
@capability_required(Capability.SEE_PLACES)
def submit(request: HttpRequest, user: User) -> HttpResponse:
    """Put an idea in the box."""
    form = ideas_forms.SubmitIdea(request.POST if request.method == "POST" else None)
    status: HTTPStatus | None = HTTPStatus.OK
    if request.method == "POST":
        made: list[Idea] = []
        status = act_on(
            form,
            lambda: made.append(
                ideas.submit_idea(**form.cleaned_data, by=user, at=timezone.now())
            ),
        )
        if status is None:
            return see_other(request, reverse("places:idea", args=[made[0].pk]))
    return render(request, "places/idea_submit.html", {"form": form}, status=status)


@require_GET
@capability_required(Capability.SEE_PLACES)
def show(request: HttpRequest, user: User, number: int) -> HttpResponse:
    """Show an idea, its trial with before and during, and what became of it."""
    idea = get_object_or_404(queries.ideas_visible_to(user), pk=number)
    return _page(request, user, idea)


@require_POST
@capability_required(Capability.DECIDE_IDEAS)
def begin_trial(request: HttpRequest, user: User, number: int) -> HttpResponse:
    """Try an idea in one area beside another."""
    idea = get_object_or_404(queries.ideas_visible_to(user), pk=number)
    form = ideas_forms.BeginTrial(
        request.POST, prefix="trial", today=timezone.localdate()
    )

    def begin() -> None:
        chosen = form.cleaned_data
        measure = Measure(chosen.pop("measure"))
        ideas.begin_trial(
            idea=idea, measure=measure, **chosen, by=user, at=timezone.now()
        )

    return _answer(request, user, idea, form, begin, trial_form=form)


@require_POST
@capability_required(Capability.DECIDE_IDEAS)
def enter_figures(request: HttpRequest, user: User, number: int) -> HttpResponse:
    """Enter what was counted by hand."""
    idea = get_object_or_404(queries.ideas_visible_to(user), pk=number)
    trial = find_trial(idea)
    if trial is None:
        raise Http404
    form = ideas_forms.EnterFigures(request.POST, prefix="figures")
    return _answer(
        request,
        user,
        idea,
        form,
        lambda: ideas.enter_figures(
            trial=trial,
            **form.cleaned_data,
            shown_edition=ShownEdition(request.POST).number,
            by=user,
            at=timezone.now(),
        ),
        figures_form=form,
    )


@require_POST
@capability_required(Capability.DECIDE_IDEAS)
def adopt(request: HttpRequest, user: User, number: int) -> HttpResponse:
    """Adopt an idea after its trial."""
    idea = get_object_or_404(queries.ideas_visible_to(user), pk=number)
    form = ideas_forms.Decide(request.POST, prefix="adopt")
    return _answer(
        request,
        user,
        idea,
        form,
        lambda: ideas.adopt_idea(
            idea=idea, **form.cleaned_data, by=user, at=timezone.now()
        ),
        adopt_form=form,
    )


@require_POST
@capability_required(Capability.DECIDE_IDEAS)
def reject(request: HttpRequest, user: User, number: int) -> HttpResponse:
    """Reject an idea, and say why."""
    idea = get_object_or_404(queries.ideas_visible_to(user), pk=number)
    form = ideas_forms.Reject(request.POST, prefix="reject")
    return _answer(
        request,
        user,
        idea,
        form,
        lambda: ideas.reject_idea(
            idea=idea, **form.cleaned_data, by=user, at=timezone.now()
        ),
        reject_form=form,
    )


def find_trial(idea: Idea) -> IdeaTrial | None:
    """Return the trial of an idea, or None before it begins."""
    return getattr(idea, "trial", None)


def _answer(
    request: HttpRequest,
    user: User,
    idea: Idea,
    form: Form,
    act: Callable[[], object],
    **forms: Form,
) -> HttpResponse:
    status = act_on(form, act)
    if status is None:
        return see_other(request, reverse("places:idea", args=[idea.pk]))
    return _page(request, user, idea, status=status, **forms)


def _page(
    request: HttpRequest,
    user: User,
    idea: Idea,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    **forms: Form,
) -> HttpResponse:
    today = timezone.localdate()
    trial, state = find_trial(idea), IdeaState(idea.state)
    figures = trial.figures.order_by("-edition").first() if trial else None
    can_decide = policies.can_decide(user, queries.station_of(idea))
    context: dict[str, object] = {
        "idea": idea,
        "trial": trial,
        "result": queries.find_result(trial, day=today) if trial else None,
        "n_days": (trial.ends_on - trial.begins_on).days + 1 if trial else 0,
        "can_decide": can_decide,
        # A station's leader tries in the own station what was meant for the whole city.
        "can_begin": IdeaState.ON_TRIAL in STEPS[state]
        and policies.can_decide(user, user.station_code)
        and (idea.area is None or can_decide),
        "can_enter": can_decide
        and trial is not None
        and state == IdeaState.ON_TRIAL
        and trial.measure != Measure.CHECKS,
        "can_adopt": can_decide
        and IdeaState.ADOPTED in STEPS[state]
        and trial is not None
        and trial.ends_on < today,
        "can_reject": can_decide and IdeaState.REJECTED in STEPS[state],
        "edition": figures.edition if figures else 0,
        "figures": figures,
        "trial_form": ideas_forms.BeginTrial(
            prefix="trial", today=today, initial={"area": idea.area}
        ),
        "figures_form": ideas_forms.EnterFigures(prefix="figures"),
        "adopt_form": ideas_forms.Decide(prefix="adopt"),
        "reject_form": ideas_forms.Reject(prefix="reject"),
    }
    return render(request, "places/idea.html", context | forms, status=status)
