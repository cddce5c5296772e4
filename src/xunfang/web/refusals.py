"""Turn the domain's refusals into pages: the one place that knows both."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from xunfang.core.errors import DomainError
from xunfang.web.sentences import LAST_RESORT, SENTENCES, sentence_key

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


class RefusalMiddleware:
    """Answer a refusal from any view with a page that says why."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """Render DomainError as a sentence; leave every other exception alone."""
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
