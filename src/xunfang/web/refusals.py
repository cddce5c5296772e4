"""Turn the domain's refusals into pages: the one place that knows both.

A database that cannot be reached or written, because somebody else holds it or its disk is
full, is no refusal, but is told as calmly: nothing was kept, and nothing typed is lost.
"""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise

from xunfang.core.errors import DomainError
from xunfang.web.sentences import LAST_RESORT, SENTENCES, sentence_key
from xunfang.web.themes import chosen_theme

log = logging.getLogger(__name__)

STATUSES: dict[str, HTTPStatus] = {"accounts.not_allowed": HTTPStatus.FORBIDDEN}
"""Where the answer is not 409 Conflict, "not as things stand"."""


def sentence_for(error: DomainError) -> str | Promise:
    """Return what a person reads, even for an error nobody has put in words yet."""
    key = sentence_key(error.code)
    if key is None:
        log.error("no sentence for the refusal %s", error.code)
        return LAST_RESORT
    return SENTENCES[key]


def say_on_form(form: BaseForm, refusal: DomainError) -> HTTPStatus:
    """Put a refusal on the form that was sent, and return the status of its page.

    What was typed stays. Who may not do it at all is told so on a page of its own: that
    refusal goes on.
    """
    status = STATUSES.get(refusal.code, HTTPStatus.CONFLICT)
    if status == HTTPStatus.FORBIDDEN:
        raise refusal
    form.add_error(None, str(sentence_for(refusal)))
    return status


class RefusalMiddleware:
    """Answer a refusal from any view with a page that says why."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """Say refusals, and that the database did not answer; leave all else alone."""
        if isinstance(exception, OperationalError | InterfaceError):
            log.error("the database did not answer: %s", exception)
            return not_kept(request)
        if not isinstance(exception, DomainError):
            return None
        log.info("refused: %s (%s)", exception.code, exception)
        is_part = "HX-Request" in request.headers
        return render(
            request,
            "web/refused.html#refusal" if is_part else "web/refused.html",
            {"sentence": sentence_for(exception), "code": exception.code},
            status=STATUSES.get(exception.code, HTTPStatus.CONFLICT),
        )


RETRY_AFTER_S = 5


def not_kept(request: HttpRequest) -> HttpResponse:
    """Say that nothing was kept, and hand back what was typed, to be sent once more.

    The database is not asked for anything, as on the page for breakdowns. A password and
    a file do not come back.
    """
    is_part = "HX-Request" in request.headers
    again = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]
    is_whole = not request.FILES and not any("password" in name for name, _ in again)
    page = render_to_string(
        "web/errors/not_kept.html#told" if is_part else "web/errors/not_kept.html",
        {
            "theme": chosen_theme(request).value,
            "url": request.get_full_path(),
            "is_order": request.method == "POST",
            "again": again if is_whole else None,
            "csrf_token": get_token(request),
        },
    )
    return HttpResponse(
        page,
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        headers={"Retry-After": str(RETRY_AFTER_S)},
    )
