"""Turn the domain's refusals into pages: the one place that knows both."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from xunfang.core.errors import DomainError

log = logging.getLogger(__name__)

SENTENCES: dict[str, Promise] = {
    "accounts.not_allowed": pgettext_lazy(
        "refusal", "Your role does not include this. Nothing was changed."
    ),
    "accounts.username_taken": pgettext_lazy(
        "refusal", "Somebody already signs in with this name. Choose another one."
    ),
    "audit.append_only": pgettext_lazy(
        "refusal", "The record can only be added to. Nothing was changed."
    ),
}
"""What a person reads, by error code. A test holds this equal to the codes in use."""

STATUSES: dict[str, HTTPStatus] = {"accounts.not_allowed": HTTPStatus.FORBIDDEN}
"""Where the answer is not 409 Conflict, "not as things stand"."""


def sentence_for(error: DomainError) -> str | Promise:
    """Return what a person reads, even for an error nobody has put in words yet."""
    try:
        return SENTENCES[error.code]
    except KeyError:
        log.exception("no sentence for the refusal %s", error.code)
        return pgettext_lazy(
            "refusal", "This is not possible as things stand. Nothing was changed."
        )


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
