"""``POST /api/words/<sender>/``: one message, signed. Whatever is answered 200 is on disk."""

import logging
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from xunfang.api.senders.services import find_webhook
from xunfang.api.words import services
from xunfang.api.words.reading import NotSigned, check_signed, read
from xunfang.cases.services import TakenIn
from xunfang.core.errors import DomainError
from xunfang.web.refusals import RETRY_AFTER_S, sentence_for

log = logging.getLogger(__name__)

TIME, SIGNATURE = "X-Xunfang-Time", "X-Xunfang-Signature"
NOBODY = "nobody signs with this"


def _refused(status: HTTPStatus, code: str, sentence: object) -> JsonResponse:
    return JsonResponse({"code": code, "error": str(sentence)}, status=status)


# A machine has no session and no form to protect: the signature is the proof.
@csrf_exempt
@require_POST
def bring_word(request: HttpRequest, sender: str) -> HttpResponse:
    """Take one message in."""
    try:
        return _bring(request, sender)
    except (RequestDataTooBig, UnreadablePostError):
        return _refused(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "too_large",
            _("That is more than one request may hold."),
        )
    except NotSigned as refusal:
        log.info("%s: %s", sender, refusal)
        return _refused(HTTPStatus.UNAUTHORIZED, refusal.code, sentence_for(refusal))
    except DomainError as refusal:
        answer = {"code": refusal.code, "error": str(sentence_for(refusal))}
        return JsonResponse(
            answer | {"detail": str(refusal)}, status=HTTPStatus.BAD_REQUEST
        )
    except (OperationalError, InterfaceError) as fault:
        # One line, no stack: nothing of ours is wrong.
        log.error("the database did not answer: %s", fault)  # noqa: TRY400
        answer_later = _refused(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "not_kept",
            _("Nothing was kept. Send it again later."),
        )
        answer_later.headers["Retry-After"] = str(RETRY_AFTER_S)
        return answer_later


def _bring(request: HttpRequest, name: str) -> HttpResponse:
    at = timezone.now()
    found = find_webhook(name)
    # A name nobody has is answered like a wrong signature, and as late.
    check_signed(
        secret=found[1] if found else NOBODY,
        time=request.headers.get(TIME, ""),
        shown=request.headers.get(SIGNATURE, ""),
        body=request.body,
        at=at,
    )
    if found is None:
        raise NotSigned(name)
    told = read(request.headers.get("Content-Type", ""), request.body)
    if told.is_automatic:
        return JsonResponse({"kept": False, "number": None, "reply": ""})
    taken = services.take_word(sender=found[0], told=told, at=at)
    return JsonResponse(
        {
            "kept": True,
            "number": taken.word.number,
            "receipt": taken.code,
            "new": taken.is_new,
            "urgent": taken.is_urgent,
            "reply": _reply(taken),
        }
    )


def _reply(taken: TakenIn) -> str:
    """Return what the gateway sends back to whoever wrote, in the city's language."""
    with translation.override("zh-hans"):
        reply = _(
            "Received. Receipt code %(code)s: with it you can follow your matter."
        )
        said = reply % {"code": taken.code}
        if taken.is_urgent:
            warning = _("If anybody is in danger, call 110, 119 or 120 now.")
            said = f"{warning} {said}"
        return said
