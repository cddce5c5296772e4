"""Where a machine brings calls: ``POST /api/calls/`` with a token, JSON in and out.

The same message again changes nothing. Whatever is answered 200 is on disk.
"""

import json
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from xunfang.calls.mirror import services
from xunfang.calls.mirror.importing import forget_if_no_news
from xunfang.calls.mirror.wording import said_of
from xunfang.web.refusals import sentence_for

SCHEME = "Bearer "


def _refused(status: HTTPStatus, code: str, sentence: object) -> JsonResponse:
    return JsonResponse({"code": code, "error": str(sentence)}, status=status)


# A machine has no session and no form to protect: the token is the proof.
@csrf_exempt
@require_POST
def bring_calls(request: HttpRequest) -> HttpResponse:
    """Take the calls of one message in: ``{"calls": [{column: value, ...}, ...]}``."""
    header = request.headers.get("Authorization", "")
    try:
        feed = services.feed_of(secret=header.removeprefix(SCHEME))
    except services.TokenUnknown as refusal:
        answer = _refused(HTTPStatus.UNAUTHORIZED, refusal.code, sentence_for(refusal))
        answer.headers["WWW-Authenticate"] = SCHEME.strip()
        return answer
    try:
        records = _records(request)
    except RequestDataTooBig:
        return _refused(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", "Send it in several."
        )
    if records is None:
        return _refused(
            HTTPStatus.BAD_REQUEST,
            "not_understood",
            'Send JSON: {"calls": [{"column": "value"}]}',
        )
    try:
        done = services.bring_records(feed=feed, records=records, clock=timezone.now)
    except services.TooManyRecords as refusal:
        return _refused(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, refusal.code, sentence_for(refusal)
        )
    wrong = [
        {
            "row": line.line,
            "taken": line.is_taken,
            "problems": [
                {"code": one.code, "what": one.what, "remedy": one.remedy}
                for one in said_of(line.problems)
            ],
        }
        for line in done.set_aside.order_by("line")
    ]
    said = {
        "new": done.n_new,
        "changed": done.n_changed,
        "same": done.n_same,
        "set_aside": wrong,
        "unknown_columns": done.unknown_columns,
    }
    is_forgotten = forget_if_no_news(done)
    return JsonResponse(said | {"import": None if is_forgotten else done.pk})


def _records(request: HttpRequest) -> list[dict[str, Any]] | None:
    try:
        sent = json.loads(request.body)
    except ValueError:
        return None
    records = sent.get("calls") if isinstance(sent, dict) else None
    if not isinstance(records, list) or not all(
        isinstance(record, dict) for record in records
    ):
        return None
    return records
