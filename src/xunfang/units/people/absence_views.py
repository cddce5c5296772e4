"""Who is away tonight: seen, entered in few taps, taken back."""

from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.core.errors import DomainError
from xunfang.units.models import Absence, Person
from xunfang.units.nights import night_hours, tonight
from xunfang.units.people import absences, forms, policies, queries
from xunfang.units.people.person_views import address_of, person_context
from xunfang.web.http import own_address, see_other
from xunfang.web.pages import page_of
from xunfang.web.refusals import STATUSES, sentence_for

ZONE = ZoneInfo(settings.TIME_ZONE)


@require_POST
@capability_required(Capability.EDIT_PEOPLE)
def enter(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Enter that somebody is away, from their page: one tap for tonight."""
    night = tonight(timezone.now(), ZONE)
    person = get_object_or_404(
        queries.people_visible_to(user, night=night).select_related(
            "home_unit__station", "account"
        ),
        code=number,
    )
    form = forms.AbsenceForm(request.POST, night=night, prefix="absence")
    refused = _enter(request, user, person, form)
    if refused is None:
        return see_other(request, address_of(person))
    context = person_context(user, person) | {"absence_form": form}
    return render(request, "units/person.html", context, status=refused)


@capability_required(Capability.EDIT_PEOPLE)
def tonight_page(request: HttpRequest, user: User) -> HttpResponse:
    """Show who is away tonight, and enter somebody by number or name."""
    night = tonight(timezone.now(), ZONE)
    visible = queries.people_visible_to(user, night=night).select_related(
        "home_unit__station"
    )
    form = forms.AbsenceOfSomebody(request.POST or None, night=night)
    meant: list[Person] = []
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid():
            said = request.POST.get("number") or form.cleaned_data["who"]
            meant = queries.find_people(visible, said)
            match meant:
                case [person]:
                    refused = _enter(request, user, person, form)
                    if refused is None:
                        return see_other(request, "units:absences")
                    status, meant = refused, []
                case []:
                    form.add_error("who", _("Nobody you see has this number or name."))
                case _:
                    form.add_error("who", _("Several people are meant: choose one."))
    away = (
        queries.absences_between(*night_hours(night, ZONE))
        .filter(person__in=visible)
        .select_related("person__home_unit", "entered_by")
        .order_by("person__home_unit__code", "person__code", "begins_at")
    )
    context = {
        "night": night,
        "form": form,
        "meant": meant,
        "page": page_of(request, away),
    }
    return render(request, "units/absences.html", context, status=status)


@require_POST
@capability_required(Capability.EDIT_PEOPLE)
def cancel(request: HttpRequest, user: User, absence: int) -> HttpResponse:
    """Take an absence back."""
    at = timezone.now()
    visible = queries.people_visible_to(user, night=tonight(at, ZONE))
    found = get_object_or_404(Absence.objects.filter(person__in=visible), pk=absence)
    absences.cancel_absence(absence=found, by=user, at=at)
    default = reverse("units:absences")
    return see_other(
        request, own_address(request, request.POST.get("next"), default=default)
    )


def _enter(
    request: HttpRequest, user: User, person: Person, form: Any
) -> HTTPStatus | None:
    """Enter it, or put into the form why not and return the status of the answer."""
    if not form.is_valid():
        policies.check_can_enter_absence(
            user, person, night=tonight(timezone.now(), ZONE)
        )
        return HTTPStatus.UNPROCESSABLE_CONTENT
    try:
        absence = absences.enter_absence(
            person=person,
            begins_at=form.cleaned_data["begins_at"],
            ends_at=form.cleaned_data["ends_at"],
            kind=form.cleaned_data["kind"],
            by=user,
            at=timezone.now(),
        )
    except absences.AbsenceOverlaps as refusal:
        there = refusal.there
        form.add_error(None, str(sentence_for(refusal)))
        form.add_error(
            None,
            _("Entered: %(kind)s, %(begins)s to %(ends)s.") % _words(there),
        )
        return HTTPStatus.CONFLICT
    except DomainError as refusal:
        form.add_error(None, str(sentence_for(refusal)))
        return STATUSES.get(refusal.code, HTTPStatus.CONFLICT)
    said = _("%(name)s: %(kind)s, %(begins)s to %(ends)s.")
    messages.success(request, said % ({"name": person.name} | _words(absence)))
    return None


def _words(absence: Absence) -> dict[str, str]:
    return {
        "kind": absence.get_kind_display(),
        "begins": date_format(absence.begins_at.astimezone(ZONE), "SHORT_MOMENT"),
        "ends": date_format(absence.ends_at.astimezone(ZONE), "SHORT_MOMENT"),
    }
