"""My page, where people say what they can do, and who can do what a task asks for."""

from http import HTTPStatus
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from xunfang.accounts.decorators import capability_required, sign_in_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.core.errors import DomainError
from xunfang.units.models import Person, Skill
from xunfang.units.nights import night_hours, tonight
from xunfang.units.people import forms, queries, skills
from xunfang.units.people.person_views import person_context
from xunfang.web.http import see_other
from xunfang.web.pages import page_of
from xunfang.web.refusals import STATUSES, sentence_for

ZONE = ZoneInfo(settings.TIME_ZONE)


@require_safe
@sign_in_required
def me(request: HttpRequest, user: User) -> HttpResponse:
    """Show people what is kept of them, and let them say what they can do."""
    return _my_page(request, user, forms.SkillForm(), HTTPStatus.OK)


@require_POST
@sign_in_required
def declare(request: HttpRequest, user: User) -> HttpResponse:
    """Say of oneself what one can do."""
    form = forms.SkillForm(request.POST)
    person = _own_person(user)
    status = HTTPStatus.UNPROCESSABLE_CONTENT
    if person is not None and form.is_valid():
        try:
            skills.declare_skill(
                person=person,
                kind=form.cleaned_data["kind"],
                detail=form.cleaned_data["detail"],
                by=user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(None, str(sentence_for(refusal)))
            status = STATUSES.get(refusal.code, HTTPStatus.CONFLICT)
        else:
            return see_other(request, "units:me")
    return _my_page(request, user, form, status)


@require_POST
@sign_in_required
def withdraw(request: HttpRequest, user: User, skill: int) -> HttpResponse:
    """Take back what one has said of oneself."""
    found = get_object_or_404(
        Skill.objects.filter(person__account=user).select_related("person"), pk=skill
    )
    skills.withdraw_skill(skill=found, by=user, at=timezone.now())
    return see_other(request, "units:me")


@require_safe
@capability_required(Capability.SEE_PEOPLE)
def suggest(request: HttpRequest, user: User) -> HttpResponse:
    """Suggest people with the skill a task asks for, who are not away that night."""
    now = tonight(timezone.now(), ZONE)
    form = forms.TaskForm({"night": f"{now}"} | request.GET.dict())
    form.is_valid()
    task = form.cleaned_data.get("task") or ""
    night = form.cleaned_data.get("night") or now
    kinds = [form.cleaned_data.get("kind") or ""]
    if not kinds[0]:
        kinds = skills.skills_wanted(task)
    begins_at, ends_at = night_hours(night, ZONE)
    people = queries.people_with_skills(
        queries.people_visible_to(user, night=now),
        kinds,
        begins_at=begins_at,
        ends_at=ends_at,
    ).prefetch_related("skills", queries.crews_on(night))
    context = {
        "form": form,
        "task": task,
        "night": night,
        "kinds": kinds,
        "kind_names": [name for kind, name in Skill.KINDS if kind in kinds],
        "is_asked": bool(task or kinds),
        "page": page_of(request, people),
    }
    return render(request, "units/skills.html", context)


def _own_person(user: User) -> Person | None:
    return (
        Person.objects.filter(account=user)
        .select_related("home_unit__station", "account")
        .first()
    )


def _my_page(
    request: HttpRequest, user: User, form: forms.SkillForm, status: HTTPStatus
) -> HttpResponse:
    person = _own_person(user)
    context = {"form": form, "person": person}
    if person is not None:
        context |= person_context(user, person)
    return render(request, "units/me.html", context, status=status)
