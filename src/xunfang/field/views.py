"""The phone's screen, with and without scripts, and what makes it an app."""

from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.calls.services import note_view
from xunfang.core.errors import DomainError
from xunfang.field import page, queries, reading, services
from xunfang.field.forms import FORMS
from xunfang.patrols.observations.services import names_somebody
from xunfang.units.positions import telephones
from xunfang.web.headers import PERMISSIONS_POLICY
from xunfang.web.http import see_other
from xunfang.web.refusals import STATUSES, sentence_for

HERE_IT_MAY_LOCATE = PERMISSIONS_POLICY.replace("geolocation=()", "geolocation=(self)")
"""The one page that may ask where the phone is: on duty, with the switch on."""
WORKER = Path(__file__).parent / "static" / "field" / "worker.js"


@require_GET
@capability_required(Capability.REPORT_DUTY)
def screen(request: HttpRequest, user: User) -> HttpResponse:
    """Show somebody's duty and calls."""
    return _screen(request, user)


def _note_views(shown: queries.Screen, user: User) -> None:
    """Put on record which restricted calls somebody is shown on their phone."""
    for card in shown.calls:
        if card.call.restriction and not card.is_withheld:
            note_view(call=card.call, page="phone", by=user, at=timezone.now())


def _screen(
    request: HttpRequest,
    user: User,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    wrong: dict[str, Any] | None = None,
) -> HttpResponse:
    at = timezone.now()
    shown = queries.screen(user, at)
    drawn = page.draw(request, shown, wrong=wrong)
    _note_views(shown, user)
    response = render(
        request,
        "field/screen.html",
        {
            "drawn": drawn.html,
            "etag": drawn.etag,
            "drawn_at": _as_stamp(at),
            "wrong": wrong,
            "kept_until": _as_stamp(shown.kept_until(at)),
        },
        status=status,
    )
    response.headers["Permissions-Policy"] = HERE_IT_MAY_LOCATE
    # By this the service worker knows whose page it keeps.
    response.headers["X-Field-User"] = str(user.pk)
    return response


def _as_stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


@require_GET
@capability_required(Capability.REPORT_DUTY)
def state(request: HttpRequest, user: User) -> HttpResponse:
    """Return the screen as it stands, or that nothing on it has changed."""
    at = timezone.now()
    shown = queries.screen(user, at)
    drawn = page.draw(request, shown)
    headers = {
        "ETag": drawn.etag,
        # The phone's own clock may be wrong; what is timed on its screen goes by ours.
        "X-Field-Now": _as_stamp(at),
        "Cache-Control": "private, no-cache",
        "X-Field-User": str(user.pk),
    }
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    _note_views(shown, user)
    return JsonResponse(
        {
            "user": user.pk,
            "shift": None if shown.shift is None else shown.shift.pk,
            "is_on_duty": shown.is_on_duty,
            "token": get_token(request),
            "kept_until": _as_stamp(shown.kept_until(at)),
            "screen": drawn.html,
        },
        headers=headers,
    )


@require_POST
@capability_required(Capability.REPORT_DUTY)
def sync(request: HttpRequest, user: User) -> HttpResponse:
    """Take what a phone has kept; answer each entry for itself."""
    at = timezone.now()
    try:
        said, sent_at = reading.upload(
            request.body, what="entries", most=reading.MOST_ENTRIES
        )
        if said.get("user") != user.pk:
            raise reading.QueueOfAnother(user.username)
    except DomainError as error:
        return _refused(error)
    readable, answers = [], []
    for one in reading.entries(said["entries"], sent_at=sent_at, received_at=at):
        if isinstance(one, reading.Unreadable):
            answers.append(_answer_unreadable(one))
        else:
            readable.append(one)
    answers += [
        _as_json(answer)
        for answer in services.take_all(entries=readable, by=user, at=at)
    ]
    return JsonResponse(
        {
            "received_at": at.isoformat(),
            "skew_s": round((at - sent_at).total_seconds()),
            "answers": answers,
        }
    )


def _as_json(answer: services.Answer) -> dict[str, object]:
    refusal = answer.refusal
    return {
        "key": str(answer.key),
        "outcome": answer.outcome.value,
        "happened_at": answer.happened_at.isoformat(),
        "is_skewed": answer.is_skewed,
        "code": "" if refusal is None else refusal.code,
        "sentence": "" if refusal is None else str(sentence_for(refusal)),
    }


def _answer_unreadable(one: reading.Unreadable) -> dict[str, object]:
    error = reading.EntryUnreadable(one.key)
    return {
        "key": one.key,
        "outcome": services.Outcome.REFUSED.value,
        "is_skewed": False,
        "code": error.code,
        "sentence": str(sentence_for(error)),
    }


def _refused(error: DomainError) -> JsonResponse:
    return JsonResponse(
        {"code": error.code, "sentence": str(sentence_for(error))},
        status=STATUSES.get(error.code, HTTPStatus.CONFLICT),
    )


@require_POST
@capability_required(Capability.REPORT_DUTY)
def enter(request: HttpRequest, user: User) -> HttpResponse:
    """Take one entry from a plain form, where no script sends it."""
    kind = request.POST.get("kind", "")
    wrong: dict[str, Any] = {"kind": kind, "said": request.POST}
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        key = uuid4()
    form_class = FORMS.get(kind)
    if form_class is None:
        return see_other(request, "field:screen")
    form = form_class(request.POST)
    if not form.is_valid():
        errors = [error for found in form.errors.values() for error in found]
        return _wrong(request, user, wrong | {"errors": errors})
    note = request.POST.get("note", "")
    if names_somebody(note) and kind == "observation" and "sure" not in request.POST:
        hint = _(
            "The text seems to hold the number of a person, a telephone or a car. "
            "A note about a place does not need it: take it out, or send it again."
        )
        return _wrong(request, user, wrong | {"errors": [hint], "is_hint": True})
    at = timezone.now()
    entry = reading.entry(kind=kind, key=key, said=request.POST, received_at=at)
    answer = services.take(entry=entry, by=user, at=at)
    if answer.refusal is not None:
        if answer.refusal.code in STATUSES:
            raise answer.refusal
        return _wrong(request, user, wrong | {"errors": [sentence_for(answer.refusal)]})
    if answer.outcome is services.Outcome.LATER:
        failed = _("This could not be kept. Nothing was changed; send it again.")
        return _wrong(request, user, wrong | {"errors": [failed]})
    messages.success(request, pgettext("phone", "Done."))
    return see_other(request, "field:screen")


def _wrong(request: HttpRequest, user: User, wrong: dict[str, Any]) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_CONTENT
    return _screen(request, user, status=status, wrong=wrong)


@require_POST
@capability_required(Capability.REPORT_DUTY)
def position(request: HttpRequest, user: User) -> HttpResponse:
    """Take where the phone was: while its crew was on duty, and at no other time."""
    at = timezone.now()
    try:
        said, sent_at = reading.upload(
            request.body, what="fixes", most=reading.MOST_FIXES
        )
        if said.get("user") != user.pk:
            raise reading.QueueOfAnother(user.username)
        fixes = list(reading.fixes(said["fixes"], sent_at=sent_at, received_at=at))
        since = min((fix.fixed_at for fix in fixes), default=at)
        telephones.record_positions(
            shifts=queries.crews_between(user, since, at), fixes=fixes, by=user, at=at
        )
    except DomainError as error:
        return _refused(error)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_GET
def manifest(request: HttpRequest) -> JsonResponse:
    """Describe the app, so that a phone can put it on its first screen."""
    return JsonResponse(
        {
            "name": pgettext("app", "Xunfang on duty"),
            "short_name": pgettext("app", "On duty"),
            "lang": get_language(),
            "id": reverse("field:screen"),
            "start_url": reverse("field:screen"),
            "scope": reverse("field:screen"),
            "display": "standalone",
            "orientation": "portrait",
            "background_color": "#0e141b",
            "theme_color": "#0e141b",
            "icons": [
                {
                    "src": static("web/icon.svg"),
                    "sizes": "any",
                    "type": "image/svg+xml",
                },
                *(
                    {
                        "src": static(f"field/icon-{size}.png"),
                        "sizes": f"{size}x{size}",
                        "type": "image/png",
                        "purpose": purpose,
                    }
                    for size in (192, 512)
                    for purpose in ("any", "maskable")
                ),
            ],
        },
        headers={"Cache-Control": "private, no-cache"},
        content_type="application/manifest+json",
    )


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """Give the script that keeps the screen for when there is no signal.

    From here, not from the static files, because it may only look after pages below
    its own address.
    """
    return HttpResponse(
        WORKER.read_bytes(),
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache"},
    )
