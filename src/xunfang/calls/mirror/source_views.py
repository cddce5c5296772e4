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
from xunfang.calls.mirror.forms import ChoosePreset, EditSource, OpenFeed, as_initial
from xunfang.calls.mirror.presets import PRESETS
from xunfang.calls.models import CallSource
from xunfang.core.errors import DomainError
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
        "can_take": policies.can_take_calls(user),
        "hides_list": not policies.can_open_calls(user),
        "can_edit_sources": True,
    }
    return render(request, "calls/source_form.html", context, status=status)


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
