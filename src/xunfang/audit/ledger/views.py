"""What anybody may ask of the log, signed in or not: hashes only.

Proofs are given up to the newest signed checkpoint. What a proof of two sizes says never
changes, so whoever stands between may keep it for good.
"""

import re
from base64 import b64encode
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xunfang.audit.ledger import queries
from xunfang.audit.ledger.keys import our_key
from xunfang.audit.ledger.witnessing import line_of
from xunfang.audit.models import LedgerCheckpoint
from xunfang.core.ledger.checkpoints import parse

LINES_AT_ONCE = 1_000
NEWEST = "public, max-age=10"
FOR_GOOD = "public, max-age=31536000, immutable"
_NUMBER = re.compile(r"[0-9]{1,18}")


class NotANumber(ValueError):
    """An address asks for something that is no index and no size."""


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """Show how far the log has come, whose it is, and how to check it."""
    checkpoint = queries.latest_checkpoint()
    key = our_key()
    context = {
        "checkpoint": checkpoint,
        "origin": parse(checkpoint.note)[0].origin if checkpoint else key.name,
        "root": b64encode(checkpoint.root).decode() if checkpoint else "",
        "verifier": key.verifier,
    }
    return render(request, "audit/ledger.html", context)


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """Give the newest signed checkpoint, as C2SP has it."""
    return _open(
        HttpResponse(_newest().note, content_type="text/plain; charset=utf-8"), NEWEST
    )


@require_safe
def checkpoints(request: HttpRequest) -> HttpResponse:
    """Give the checkpoints of more than ``since`` entries, one JSON object a line.

    At most a thousand at once: ask again from the size of the last one.
    """
    try:
        since = _asked(request, "since", default=0)
    except NotANumber as error:
        return _refused(error)
    found = queries.checkpoints_since(since)[:LINES_AT_ONCE]
    lines = "".join(line_of(each) for each in found)
    return _open(
        HttpResponse(lines, content_type="application/jsonl; charset=utf-8"), NEWEST
    )


@require_safe
def proof(request: HttpRequest) -> HttpResponse:
    """Prove that an entry is in the log of ``size`` entries; the newest, unless said."""
    newest = _newest()
    try:
        index = _asked(request, "index")
        size = _asked(request, "size", default=newest.size)
    except NotANumber as error:
        return _refused(error)
    if not index < size <= newest.size:
        raise Http404
    hashes = queries.inclusion(index, size)
    return _json(request, {"index": index, "size": size}, size, hashes)


@require_safe
def consistency(request: HttpRequest) -> HttpResponse:
    """Prove that the log of ``old`` entries begins that of ``new``, or the newest."""
    newest = _newest()
    try:
        old = _asked(request, "old")
        new = _asked(request, "new", default=newest.size)
    except NotANumber as error:
        return _refused(error)
    if not 0 < old <= new <= newest.size:
        raise Http404
    hashes = queries.consistency(old, new)
    return _json(request, {"old": old, "new": new}, new, hashes)


def _newest() -> LedgerCheckpoint:
    found = queries.latest_checkpoint()
    if found is None:
        raise Http404
    return found


def _asked(request: HttpRequest, name: str, *, default: int | None = None) -> int:
    text = request.GET.get(name)
    if text is None and default is not None:
        return default
    if text is None or not _NUMBER.fullmatch(text):
        raise NotANumber(f"{name}: a whole number")
    return int(text)


def _refused(error: NotANumber) -> HttpResponse:
    return _open(
        JsonResponse({"error": str(error)}, status=HTTPStatus.BAD_REQUEST), "no-store"
    )


def _json(
    request: HttpRequest, asked: dict[str, Any], size: int, hashes: list[bytes]
) -> HttpResponse:
    fields = asked | {
        "root": b64encode(queries.root_at(size)).decode(),
        "proof": [b64encode(each).decode() for each in hashes],
    }
    is_for_good = all(name in request.GET for name in asked)
    return _open(JsonResponse(fields), FOR_GOOD if is_for_good else NEWEST)


def _open(response: HttpResponse, caching: str) -> HttpResponse:
    """Let pages of others read it, too: whoever verifies need not be a guest of ours."""
    response.headers["Cache-Control"] = caching
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
