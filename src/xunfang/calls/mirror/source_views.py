"""Where calls come from: sources and their columns, and the machines that bring them."""

import secrets
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from xunfang.accounts.decorators import capability_required, sign_in_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.calls import policies
from xunfang.calls.forms import put_on_top
from xunfang.calls.mirror import queries, services
from xunfang.calls.mirror.forms import (
    ChoosePreset,
    EditSource,
    MatchUnit,
    OpenFeed,
    as_initial,
)
from xunfang.calls.mirror.presets import PRESETS
from xunfang.calls.models import CallSource
from xunfang.core.errors import DomainError
from xunfang.units.models import Station
from xunfang.web.http import see_other
from xunfang.web.refusals import STATUSES, sentence_for

TOKEN_BYTES = 32


@require_safe
@sign_in_required
def sources(request: HttpRequest, user: User) -> HttpResponse:
    """List the sources and the machines, and begin a new source."""
    policies.check_can_edit_sources(user)
    return _sources(request, user, OpenFeed())


def _sources(
    request: HttpRequest,
    user: User,
    feed_form: OpenFeed,
    *,
    secret: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "sources": queries.all_sources(),
        "feeds": queries.all_feeds(),
        "preset_form": ChoosePreset(),
        "feed_form": feed_form,
        "secret": secret,
        "api_url": request.build_absolute_uri(reverse("calls:api")),
        "can_take": policies.can_take_calls(user),
        "hides_list": not policies.can_open_calls(user),
        "can_edit_sources": True,
        "can_edit_feeds": can(user, Capability.EDIT_DEVICES),
    }
    return render(request, "calls/sources.html", context, status=status)


@sign_in_required
def add_source(request: HttpRequest, user: User) -> HttpResponse:
    """Take up a source, beginning from a preset."""
    policies.check_can_edit_sources(user)
    preset = PRESETS.get(request.GET.get("preset", ""), PRESETS["sheets-110"])
    initial = {
        "name": preset.name,
        "zone": preset.zone,
        "datum": preset.datum,
        **{f"column_{key}": names for key, names in preset.columns.items()},
    }
    form = EditSource(request.POST or None, initial=initial)
    return _source_form(request, user, form, None)


@sign_in_required
def edit_source(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Change how the tables of a source are read."""
    policies.check_can_edit_sources(user)
    source = get_object_or_404(queries.all_sources(), pk=pk)
    form = EditSource(request.POST or None, initial=as_initial(source))
    return _source_form(request, user, form, source)


@require_POST
@sign_in_required
def match_unit(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Say which crew 110 means by a name."""
    policies.check_can_edit_sources(user)
    source = get_object_or_404(queries.all_sources(), pk=pk)
    match = MatchUnit(request.POST, signs=_signs())
    status = HTTPStatus.UNPROCESSABLE_CONTENT
    if match.is_valid():
        sign = match.sign()
        try:
            services.match_unit(
                source=source,
                said=match.cleaned_data["said"],
                station=Station.objects.get(pk=sign.station),
                sign=sign.sign,
                by=user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            match.add_error(None, str(sentence_for(refusal)))
            status = STATUSES.get(refusal.code, HTTPStatus.CONFLICT)
        else:
            return see_other(request, _units_of(source))
    form = EditSource(initial=as_initial(source))
    return _source_page(request, user, form, source, match=match, status=status)


@require_POST
@sign_in_required
def part_unit(request: HttpRequest, user: User, pk: int, name: int) -> HttpResponse:
    """Take a name of 110's back from a crew."""
    policies.check_can_edit_sources(user)
    source = get_object_or_404(queries.all_sources(), pk=pk)
    found = get_object_or_404(queries.unit_names(source), pk=name)
    services.part_unit(name=found, by=user, at=timezone.now())
    return see_other(request, _units_of(source))


def _units_of(source: CallSource) -> str:
    return f"{reverse('calls:edit-source', args=[source.pk])}#units"


def _signs() -> list[queries.Sign]:
    return queries.signs(today=timezone.localdate())


def _source_form(
    request: HttpRequest, user: User, form: EditSource, source: CallSource | None
) -> HttpResponse:
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid():
            chosen = form.cleaned_data
            values: dict[str, Any] = {
                name: chosen[name]
                for name in (
                    *("revision", "name", "zone", "time_format", "datum", "station"),
                    "is_active",
                )
            }
            try:
                services.save_source(
                    source=source,
                    columns=form.columns(),
                    by=user,
                    at=timezone.now(),
                    **values,
                )
            except DomainError as refusal:
                form.add_error(None, str(sentence_for(refusal)))
                status = STATUSES.get(refusal.code, HTTPStatus.CONFLICT)
            else:
                return see_other(request, "calls:sources")
    return _source_page(request, user, form, source, status=status)


def _source_page(
    request: HttpRequest,
    user: User,
    form: EditSource,
    source: CallSource | None,
    *,
    match: MatchUnit | None = None,
    status: HTTPStatus,
) -> HttpResponse:
    changes = []
    if source is not None and form.is_bound:
        changes = _changes_since(form)
        put_on_top(form, form.initial["revision"])
    context = {
        "form": form,
        "source": source,
        "changes": changes,
        "about": [form[name] for name in form.fields if not name.startswith("column_")],
        "columns": [form[name] for name in form.fields if name.startswith("column_")],
        **({} if source is None else _units(source, match)),
        "can_take": policies.can_take_calls(user),
        "hides_list": not policies.can_open_calls(user),
        "can_edit_sources": True,
    }
    return render(request, "calls/source_form.html", context, status=status)


def _units(source: CallSource, match: MatchUnit | None) -> dict[str, object]:
    """Return what 110 calls our crews, and what it calls units that nobody knows."""
    crews = _signs() if match is None else list(match.signs.values())
    names = list(queries.unit_names(source))
    return {
        "names": names,
        "unknown": queries.unknown_units(source, crews, names),
        "match_form": MatchUnit(signs=crews) if match is None else match,
        "has_crews": bool(crews),
    }


def _changes_since(form: EditSource) -> list[tuple[object, object]]:
    """Return what a source says now, where the form was made from an older one."""
    if form.cleaned_data.get("revision") == form.initial["revision"]:
        return []
    return [
        (form.fields[name].label, form[name].field.prepare_value(form.initial[name]))
        for name in form.changed_data
        if name != "revision" and name in form.initial
    ]


@require_POST
@capability_required(Capability.EDIT_DEVICES)
def open_feed(request: HttpRequest, user: User) -> HttpResponse:
    """Let a machine bring calls; its secret is shown on this answer and never again."""
    policies.check_can_edit_sources(user)
    form = OpenFeed(request.POST)
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        return _sources(request, user, form, status=status)
    secret = secrets.token_urlsafe(TOKEN_BYTES)
    services.open_feed(
        source=form.cleaned_data["source"],
        name=form.cleaned_data["name"],
        secret=secret,
        by=user,
        at=timezone.now(),
    )
    return _sources(request, user, OpenFeed(), secret=secret)


@require_POST
@capability_required(Capability.EDIT_DEVICES)
def close_feed(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Let a machine bring nothing more."""
    policies.check_can_edit_sources(user)
    feed = get_object_or_404(queries.all_feeds(), pk=pk)
    services.close_feed(feed=feed, by=user, at=timezone.now())
    return see_other(request, "calls:sources")
