"""Redraw patrol areas: draw, look at what would change, put in force, take back."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.core.errors import DomainError
from xunfang.core.geo import Datum
from xunfang.places import policies
from xunfang.places.areas import drafts as area_drafts
from xunfang.places.areas import queries as area_queries
from xunfang.places.areas import services as areas
from xunfang.places.areas.preview import Preview, blocked_cells, preview
from xunfang.places.areas.redraw_wording import why_unusable
from xunfang.places.models import Redraw
from xunfang.places.place_map import map_context
from xunfang.places.register.forms import DrawAreas, Seen
from xunfang.places.services import BoundaryInThePast
from xunfang.web.http import see_other
from xunfang.web.pages import page_of
from xunfang.web.refusals import STATUSES, sentence_for

MOST_WRONG_SHOWN = 100
"""The report page has them all, by pages."""


@require_http_methods(["GET", "POST"])
@capability_required(Capability.EDIT_PLACES)
def redraws(request: HttpRequest, user: User) -> HttpResponse:
    """Show how areas were redrawn, and take a new drawing."""
    policies.check_can_redraw(user)
    tomorrow = timezone.localdate() + timedelta(days=1)
    form = DrawAreas(
        request.POST or None, request.FILES or None, initial={"valid_from": tomorrow}
    )
    form.fields["valid_from"].widget.attrs["min"] = timezone.localdate().isoformat()
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        if form.is_valid():
            try:
                redraw = _draft(form, user)
            except area_drafts.DraftUnusable as refusal:
                field = "file" if form.cleaned_data["file"] else "roads"
                form.add_error(field, why_unusable(refusal))
            except DomainError as refusal:
                form.add_error(None, str(sentence_for(refusal)))
                status = STATUSES.get(refusal.code, HTTPStatus.CONFLICT)
            else:
                return see_other(request, _url(redraw))
    now = timezone.now()
    page = page_of(request, area_queries.all_redraws())
    context = {
        "form": form,
        "page": page,
        "rows": [
            (redraw, areas.can_undo_redraw(redraw, by=user, at=now))
            for redraw in page.object_list
        ],
    }
    return render(request, "places/redraws.html", context, status=status)


def _draft(form: DrawAreas, user: User) -> Redraw:
    network = areas.current_streets()
    chosen = form.cleaned_data
    if chosen["file"]:
        source = chosen["file"].name
        drafts = area_drafts.drafts_of_boundaries(
            chosen["file"].read(), datum=Datum(chosen["datum"]), network=network
        )
    else:
        source = " ".join(chosen["roads"].split())
        drafts = area_drafts.drafts_of_roads(
            chosen["roads"], day=chosen["valid_from"], network=network
        )
    return areas.draft_redraw(
        drafts=drafts,
        source=source,
        valid_from=chosen["valid_from"],
        takes_over=chosen["takes_over"],
        by=user,
        at=timezone.now(),
    )


@require_GET
@capability_required(Capability.EDIT_PLACES)
def show(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Show what a drawing would change, or what became of it."""
    policies.check_can_redraw(user)
    redraw = get_object_or_404(area_queries.all_redraws(), pk=pk)
    return _page(request, user, redraw)


@require_GET
@capability_required(Capability.EDIT_PLACES)
def redraw_map(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Answer with the boundaries as they would be, and the streets that change."""
    policies.check_can_redraw(user)
    redraw = get_object_or_404(Redraw, pk=pk, applied_at=None)
    network = areas.current_streets()
    found = preview(redraw, network=network)
    features = area_queries.outline_features(
        [(change.name, change.polygons) for change in found.changes]
    )
    for change in found.changes:
        gained = {s.key for s in change.after} - {s.key for s in change.before}
        features += area_queries.street_features(network, sorted(gained), state="area")
    features += area_queries.street_features(network, found.report.gaps, state="gap")
    features += area_queries.street_features(
        network, found.report.overlaps, state="overlap"
    )
    return JsonResponse({"type": "FeatureCollection", "features": features})


@require_POST
@capability_required(Capability.EDIT_PLACES)
def apply(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Put a drawing in force from its day on."""
    policies.check_can_redraw(user)
    redraw = get_object_or_404(area_queries.all_redraws(), pk=pk)
    form = Seen(request.POST)
    seen_digest = form.cleaned_data["seen_digest"] if form.is_valid() else ""
    try:
        areas.apply_redraw(
            redraw=redraw, seen_digest=seen_digest, by=user, at=timezone.now()
        )
    except (areas.RedrawStale, areas.BoundaryNewer, BoundaryInThePast) as refusal:
        return _page(request, user, redraw, refusal=refusal)
    messages.success(
        request,
        _("The new boundaries hold from %(day)s on. Nights before keep the old ones.")
        % {"day": redraw.valid_from.isoformat()},
    )
    return see_other(request, _url(redraw))


@require_POST
@capability_required(Capability.EDIT_PLACES)
def drop(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Put a drawing away that was only looked at."""
    policies.check_can_redraw(user)
    redraw = get_object_or_404(Redraw, pk=pk)
    areas.drop_redraw(redraw=redraw, by=user, at=timezone.now())
    messages.success(request, _("The drawing was discarded. No boundary changed."))
    return see_other(request, reverse("places:redraws"))


@require_POST
@capability_required(Capability.EDIT_PLACES)
def undo(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """Take a redraw back before its first night is over."""
    policies.check_can_redraw(user)
    redraw = get_object_or_404(Redraw, pk=pk)
    areas.undo_redraw(redraw=redraw, by=user, at=timezone.now())
    messages.success(request, _("Taken back: the boundaries before it hold on."))
    return see_other(request, reverse("places:redraws"))


def _url(redraw: Redraw) -> str:
    return reverse("places:redraw", args=[redraw.pk])


def _page(
    request: HttpRequest,
    user: User,
    redraw: Redraw,
    *,
    refusal: DomainError | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "redraw": redraw,
        "is_draft": redraw.applied_at is None,
        "refusal": sentence_for(refusal) if refusal else "",
        "can_undo": areas.can_undo_redraw(redraw, by=user, at=timezone.now()),
        "editions": redraw.editions.select_related("area").order_by("area__code"),
        "moved": redraw.cells_moved.select_related("cell__area", "area"),
    }
    if redraw.applied_at is None:
        context |= _preview(redraw) | map_context(
            reverse("places:redraw-map", args=[redraw.pk])
        )
    status = HTTPStatus.OK if refusal is None else HTTPStatus.CONFLICT
    return render(request, "places/redraw.html", context, status=status)


def _preview(redraw: Redraw) -> dict[str, Any]:
    network = areas.current_streets()
    found: Preview = preview(redraw, network=network)
    names = area_queries.area_names() | {c.code: c.name for c in found.changes}
    wrong = area_queries.wrong_segments(found.report, network, names)
    newer = [change.name for change in found.changes if change.is_newer]
    newer += blocked_cells(found.moves, redraw.valid_from)
    return {
        "found": found,
        "wrong": wrong[:MOST_WRONG_SHOWN],
        "n_wrong": len(wrong),
        "n_gaps": len(found.report.gaps),
        "n_overlaps": len(found.report.overlaps),
        "newer": newer,
        "is_past": redraw.valid_from < timezone.localdate(),
        "seen_digest": found.digest,
        "n_without_boundary": sum(
            not change.has_new_boundary and change.is_drafted
            for change in found.changes
        ),
    }
