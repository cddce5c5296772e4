"""Lists: units as a tree, people by unit and number, and the lists taken out."""

from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.core.errors import DomainError
from xunfang.units.models import Unit
from xunfang.units.nights import night_hours, tonight
from xunfang.units.people import forms, policies, queries, services
from xunfang.units.people.table import HEADER
from xunfang.web.http import see_other
from xunfang.web.names import listed
from xunfang.web.pages import page_of
from xunfang.web.refusals import STATUSES, sentence_for
from xunfang.web.tables import CSV_TYPE, XLSX_TYPE, write_csv, write_xlsx

ZONE = ZoneInfo(settings.TIME_ZONE)


@require_safe
@capability_required(Capability.SEE_PEOPLE)
def people(request: HttpRequest, user: User) -> HttpResponse:
    """Show people by unit and number, a page at a time."""
    night = tonight(timezone.now(), ZONE)
    form = forms.PeopleFilter(request.GET, units=queries.units_visible_to(user))
    away = queries.absences_between(*night_hours(night, ZONE))
    found = (
        queries.search_people(
            queries.people_visible_to(user, night=night), **form.chosen()
        )
        .annotate(is_away=Exists(away.filter(person=OuterRef("pk"))))
        .prefetch_related("skills")
    )
    context = {
        "form": form,
        "page": page_of(request, found),
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "can_edit": can(user, Capability.EDIT_PEOPLE),
    }
    return render(request, "units/people.html", context)


@require_POST
@capability_required(Capability.EDIT_PEOPLE)
def export(request: HttpRequest, user: User) -> HttpResponse:
    """Hand out the people one may edit, as a table that can be brought back."""
    at = timezone.now()
    form = forms.PeopleFilter(request.POST, units=queries.units_visible_to(user))
    found = queries.search_people(
        queries.people_visible_to(user, night=tonight(at, ZONE)), **form.chosen()
    )
    rows = services.take_out(people=found, by=user, at=at)
    return table_response(
        f"people-{at.astimezone(ZONE):%Y%m%d}",
        HEADER,
        rows,
        is_xlsx=request.POST.get("as") == "xlsx",
    )


def table_response(name: str, header: Any, rows: Any, *, is_xlsx: bool) -> HttpResponse:
    """Answer with a table to be kept as a file."""
    write, kind, ending = (
        (write_xlsx, XLSX_TYPE, "xlsx") if is_xlsx else (write_csv, CSV_TYPE, "csv")
    )
    return HttpResponse(
        write(header, rows),
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}.{ending}"'},
    )


@require_safe
@capability_required(Capability.SEE_PEOPLE)
def units(request: HttpRequest, user: User) -> HttpResponse:
    """Show the units as a tree, with how many people of each standing they have."""
    lines = queries.unit_tree(queries.units_visible_to(user))
    context = {"lines": lines, "can_edit": policies.can_edit_all(user)}
    return render(request, "units/units.html", context)


@capability_required(Capability.EDIT_PEOPLE)
def add_unit(request: HttpRequest, user: User) -> HttpResponse:
    """Take up a unit."""
    policies.check_can_edit_all(user)
    form = forms.UnitForm(request.POST or None, unit=None)
    return _unit_form(request, user, form, None)


@capability_required(Capability.EDIT_PEOPLE)
def edit_unit(request: HttpRequest, user: User, code: str) -> HttpResponse:
    """Correct what is kept of a unit."""
    policies.check_can_edit_all(user)
    unit = get_object_or_404(queries.units_visible_to(user), code=code)
    initial = {
        name: getattr(unit, name)
        for name in (
            *("revision", "name", "name_en", "level", "parent", "station"),
            *("phone", "is_seconding"),
        )
    }
    form = forms.UnitForm(request.POST or None, initial=initial, unit=unit)
    return _unit_form(request, user, form, unit)


def _unit_form(
    request: HttpRequest, user: User, form: forms.UnitForm, unit: Unit | None
) -> HttpResponse:
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid():
            chosen = dict(form.cleaned_data)
            revision = chosen.pop("revision")
            try:
                if unit is None:
                    services.add_unit(**chosen, by=user, at=timezone.now())
                else:
                    services.revise_unit(
                        unit=unit,
                        revision=revision,
                        **chosen,
                        by=user,
                        at=timezone.now(),
                    )
            except DomainError as refusal:
                form.add_error(None, str(sentence_for(refusal)))
                status = STATUSES.get(refusal.code, HTTPStatus.CONFLICT)
            else:
                return see_other(request, "units:units")
    context = {"form": form, "unit": unit, "changes": changes_since(form)}
    return render(request, "units/unit_form.html", context, status=status)


def changes_since(form: Any) -> list[tuple[str, object]]:
    """Return what an entry says now, where a form made from an older one differs.

    Empty unless the entry has moved on since the form was opened.
    """
    if not form.is_bound or "revision" not in form.initial:
        return []
    if form.cleaned_data.get("revision") == form.initial["revision"]:
        return []
    return [
        (form.fields[name].label, _as_shown(form[name], form.initial.get(name)))
        for name in form.changed_data
        if name != "revision"
    ]


def _as_shown(field: Any, value: Any) -> str:
    """Write the value of a field as its choices name it."""
    choices = getattr(field.field, "choices", None)
    if choices is None:
        return "—" if value in {None, ""} else str(value)
    values = value if isinstance(value, list) else [value]
    keys = {str(field.field.prepare_value(one)) for one in values if one is not None}
    names = [str(name) for key, name in choices if str(key) in keys]
    return listed(names) or "—"
