"""One message a request: ``POST /api/words/<sender>/``, signed, or from Kannel with its key.

Whatever is answered 200 is on disk. Kannel is answered 200 also where the same message
would be refused again: what it is answered then goes to whoever wrote.
"""

import logging
from http import HTTPStatus
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from xunfang.api.models import Sender
from xunfang.api.senders.services import (
    SenderUnknown,
    find_webhook,
    sender_with_key,
)
from xunfang.api.words import kannel, services
from xunfang.api.words.reading import NotSigned, check_signed, read
from xunfang.cases.services import TakenIn
from xunfang.core.errors import DomainError
from xunfang.web.refusals import RETRY_AFTER_S, sentence_for

log = logging.getLogger(__name__)

TIME, SIGNATURE = "X-Xunfang-Time", "X-Xunfang-Signature"
NOBODY = "nobody signs with this"
OUR_LANGUAGE = "zh-hans"


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
        return _not_kept(fault)


# As above: its key is the proof.
@csrf_exempt
@require_POST
def bring_text(request: HttpRequest, message: UUID) -> HttpResponse:
    """Take one text message in from Kannel, and answer what it sends back to the writer."""
    at = timezone.now()
    try:
        sender = sender_with_key(
            kannel.key_in(request.headers.get("Authorization", "")), kind=Sender.KANNEL
        )
        told = kannel.read(message, request.headers, request.body)
        reply = _reply(services.take_word(sender=sender, told=told, at=at))
    except SenderUnknown as refusal:
        log.info("kannel: %s", refusal)
        return _refused(HTTPStatus.UNAUTHORIZED, refusal.code, sentence_for(refusal))
    except DomainError as refusal:
        # Sent again, it would be refused again: its writer is told why.
        with translation.override(OUR_LANGUAGE):
            reply = str(sentence_for(refusal))
    except (OperationalError, InterfaceError) as fault:
        return _not_kept(fault)
    return HttpResponse(
        reply, content_type="text/plain; charset=utf-8", headers=kannel.IN_CHINESE
    )


def _not_kept(fault: Exception) -> JsonResponse:
    # One line, no stack: nothing of ours is wrong.
    log.error("the database did not answer: %s", fault)
    answer = _refused(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "not_kept",
        _("Nothing was kept. Send it again later."),
    )
    answer.headers["Retry-After"] = str(RETRY_AFTER_S)
    return answer


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
    with translation.override(OUR_LANGUAGE):
        reply = _(
            "Received. Receipt code %(code)s: with it you can follow your matter."
        )
        said = reply % {"code": taken.code}
        if taken.is_urgent:
            warning = _("If anybody is in danger, call 110, 119 or 120 now.")
            said = f"{warning} {said}"
        return said
