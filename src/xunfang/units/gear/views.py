"""What crews take along: the lists, each crew's own, and what was missing."""

from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.core.errors import DomainError
from xunfang.units.gear import forms as gear_forms
from xunfang.units.gear import queries
from xunfang.units.gear import services as gear
from xunfang.units.models import GearTemplate, Shift
from xunfang.units.nights import tonight
from xunfang.units.people import policies
from xunfang.units.people.forms import NightForm
from xunfang.web.http import see_other
from xunfang.web.names import local_name
from xunfang.web.pages import page_of
from xunfang.web.refusals import STATUSES, sentence_for

ZONE = ZoneInfo(settings.TIME_ZONE)


@require_safe
@capability_required(Capability.SEE_PEOPLE)
def lists(request: HttpRequest, user: User) -> HttpResponse:
    """Show what crews take along, list by list."""
    found = GearTemplate.objects.select_related("team").prefetch_related("items")
    context = {
        "lists": found.order_by("pk"),
        "can_edit": policies.can_edit_all(user),
    }
    return render(request, "units/gear.html", context)


@capability_required(Capability.EDIT_PEOPLE)
def add_list(request: HttpRequest, user: User) -> HttpResponse:
    """Begin a list."""
    policies.check_can_edit_all(user)
    return _list_form(request, user, None)


@capability_required(Capability.EDIT_PEOPLE)
def edit_list(request: HttpRequest, user: User, gear_list: int) -> HttpResponse:
    """Put other things on a list."""
    policies.check_can_edit_all(user)
    return _list_form(request, user, get_object_or_404(GearTemplate, pk=gear_list))


@require_POST
@capability_required(Capability.EDIT_PEOPLE)
def remove_list(request: HttpRequest, user: User, gear_list: int) -> HttpResponse:
    """Take a list away; the page has asked whether that is meant."""
    policies.check_can_edit_all(user)
    found = get_object_or_404(GearTemplate, pk=gear_list)
    gear.remove_gear_list(gear_list=found, by=user, at=timezone.now())
    return see_other(request, "units:gear")


@require_safe
@capability_required(Capability.SEE_PEOPLE)
def crews(request: HttpRequest, user: User) -> HttpResponse:
    """Show the crews of a night, and how much of their gear was missing."""
    form = NightForm(request.GET)
    form.is_valid()
    night = form.cleaned_data.get("night") or tonight(timezone.now(), ZONE)
    shifts = (
        queries.shifts_visible_to(user)
        .filter(night=night)
        .annotate(
            n_noted=Count("missing_gear", filter=Q(missing_gear__withdrawn_at=None))
        )
    )
    page = page_of(request, shifts)
    lines = queries.gear_of_shifts(page)
    context = {
        "form": NightForm(initial={"night": night}),
        "night": night,
        "page": page,
        "rows": [(shift, lines[shift.pk]) for shift in page],
    }
    return render(request, "units/gear_crews.html", context)


@require_safe
@capability_required(Capability.SEE_PEOPLE)
def crew(request: HttpRequest, user: User, shift: int) -> HttpResponse:
    """Show what one crew takes along and what was missing."""
    found = get_object_or_404(queries.shifts_visible_to(user), pk=shift)
    form = gear_forms.MissingForm()
    return render(request, "units/gear_crew.html", _crew_context(user, found, form))


@require_POST
@capability_required(Capability.SEE_PEOPLE)
def note_missing(request: HttpRequest, user: User, shift: int) -> HttpResponse:
    """Note that the crew has too few of a thing."""
    found = get_object_or_404(queries.shifts_visible_to(user), pk=shift)
    form = gear_forms.MissingForm(request.POST)
    if form.is_valid():
        gear.note_missing(shift=found, **form.cleaned_data, by=user, at=timezone.now())
        return see_other(request, reverse("units:gear-crew", args=[found.pk]))
    return render(
        request,
        "units/gear_crew.html",
        _crew_context(user, found, form),
        status=HTTPStatus.UNPROCESSABLE_CONTENT,
    )


def _crew_context(
    user: User, shift: Shift, form: gear_forms.MissingForm
) -> dict[str, object]:
    return {
        "shift": shift,
        "lines": queries.gear_of(shift),
        "missing": shift.missing_gear.filter(withdrawn_at=None).select_related(
            "noted_by"
        ),
        "form": form,
        "can_note": policies.can_note_missing(user, shift),
    }


def _list_form(
    request: HttpRequest, user: User, gear_list: GearTemplate | None
) -> HttpResponse:
    data = request.POST or None
    form = gear_forms.GearListForm(
        data,
        initial={}
        if gear_list is None
        else {
            "name": gear_list.name,
            "team": gear_list.team_id,
            "when": gear_list.when,
            "revision": gear_list.revision,
        },
    )
    present = [] if gear_list is None else list(gear_list.items.order_by("pk"))
    items = gear_forms.ItemForms(
        data,
        prefix="items",
        # A line that says what the list says now would count as untouched, and be lost.
        initial=None
        if data
        else [
            {
                "name": item.name,
                "name_en": item.name_en,
                "quantity": item.quantity,
                "for_whom": "person" if item.is_per_person else "crew",
            }
            for item in present
        ],
    )
    status = HTTPStatus.OK
    now_says: list[str] = []
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid() and items.is_valid():
            try:
                gear.save_gear_list(
                    gear_list=gear_list,
                    **form.cleaned_data,
                    items=_named(items),
                    by=user,
                    at=timezone.now(),
                )
            except DomainError as refusal:
                form.add_error(None, str(sentence_for(refusal)))
                status = STATUSES.get(refusal.code, HTTPStatus.CONFLICT)
                if isinstance(refusal, gear.GearListChanged):
                    now_says = [
                        f"{local_name(item.name, item.name_en)} × {item.quantity}"
                        for item in present
                    ]
            else:
                return see_other(request, "units:gear")
    context = {
        "form": form,
        "items": items,
        "gear_list": gear_list,
        "now_says": now_says,
    }
    return render(request, "units/gear_form.html", context, status=status)


def _named(items: Any) -> list[gear.Item]:
    return [item for form in items if (item := form.item()) is not None]
