"""The addresses of GeoReport v2. Whatever happens, the answer has the form asked for."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from xunfang.api.models import Sender
from xunfang.api.open311 import documents, queries, services
from xunfang.api.open311.asked import answers
from xunfang.api.open311.documents import ZONE
from xunfang.api.open311.reading import (
    MOST_IDS,
    MOST_SIGNS,
    Faults,
    Fields,
    Refused,
    fit_for_a_line,
    read_form,
    read_location,
    read_part,
    read_span,
    read_statuses,
)
from xunfang.api.open311.services import Sent
from xunfang.api.open311.writing import JSON, MEDIA_TYPES, XML, Value, write
from xunfang.api.senders.services import SenderUnknown, sender_with_key
from xunfang.cases.models import Topic
from xunfang.core.errors import DomainError
from xunfang.feedback.models import Channel, Word
from xunfang.web.refusals import RETRY_AFTER_S, sentence_for

log = logging.getLogger(__name__)

TEST: Final = "test/v2"
"""Where everything is checked and answered and nothing is kept."""
LONGEST_CONTACT: Final = 200
LONGEST_URL: Final = 500
LONGEST_PLACE: Final = 200
BEARER: Final = "Bearer "


@dataclass(frozen=True, slots=True)
class Document:
    """What a view answers: the name of the document and what it says."""

    name: str
    says: Value


type View = Callable[..., Document]
type Entrance = Callable[..., HttpResponse]


def entrance(*methods: str) -> Callable[[View], Entrance]:
    """Answer in the form that the address ends in, errors as well."""

    def made(view: View) -> Entrance:
        # A machine has no session and no form to protect: its key is the proof.
        @csrf_exempt
        @wraps(view)
        def answer(request: HttpRequest, **said: Any) -> HttpResponse:
            form = said.pop("form", None) or _form_of(request)
            status, headers = HTTPStatus.OK, {"Access-Control-Allow-Origin": "*"}
            try:
                _check_method(request, methods)
                document = view(request, **said)
            except Refused as refusal:
                status = refusal.status
                if status == HTTPStatus.METHOD_NOT_ALLOWED:
                    headers["Allow"] = ", ".join(methods)
                document = _errors(status, *refusal.descriptions)
            except RequestDataTooBig:
                status = HTTPStatus.BAD_REQUEST
                document = _errors(status, _("That is more than one request may hold."))
            except UnreadablePostError:
                status = HTTPStatus.BAD_REQUEST
                document = _errors(status, _("The request broke off."))
            except DomainError as refusal:
                status = HTTPStatus.BAD_REQUEST
                document = _errors(status, sentence_for(refusal))
            except (OperationalError, InterfaceError) as fault:
                log.error("the database did not answer: %s", fault)  # noqa: TRY400 -- the fault says it
                status = HTTPStatus.SERVICE_UNAVAILABLE
                headers["Retry-After"] = str(RETRY_AFTER_S)
                document = _errors(status, _("Nothing was kept. Send it again later."))
            charset = "" if document.name == "discovery" else "; charset=utf-8"
            return HttpResponse(
                write(document.name, document.says, form=form),
                status=status,
                content_type=f"{MEDIA_TYPES[form]}{charset}",
                headers={"Cross-Origin-Resource-Policy": "cross-origin", **headers},
            )

        return answer

    return made


def _check_method(request: HttpRequest, methods: tuple[str, ...]) -> None:
    if request.method not in {*methods, "HEAD"}:
        raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, _("This address is not asked so."))


def _form_of(request: HttpRequest) -> str:
    return JSON if request.path.endswith(".json") else XML


def _errors(status: HTTPStatus, *descriptions: object) -> Document:
    return Document(
        "errors",
        [{"code": status.value, "description": str(each)} for each in descriptions],
    )


def _not_found(description: str) -> Refused:
    return Refused(HTTPStatus.NOT_FOUND, description)


@entrance("GET", "POST")
def nothing_here(request: HttpRequest, rest: str = "") -> Document:
    """Say that an address is none of the interface's."""
    del request, rest
    raise _not_found(_("There is no such address. See /open311/discovery.xml."))


@entrance("GET")
def discovery(request: HttpRequest) -> Document:
    """Say where the interface is and what it speaks."""
    base = request.build_absolute_uri("/").rstrip("/")
    return Document("discovery", documents.discovery(base))


@entrance("GET")
def service_list(request: HttpRequest, at: str) -> Document:
    """List what a request can be about."""
    del at
    _check_jurisdiction(_asked(request))
    return Document("services", documents.services(queries.services()))


@entrance("GET")
def service(request: HttpRequest, at: str, code: str) -> Document:
    """Say what is asked about a topic."""
    del at
    _check_jurisdiction(_asked(request))
    return Document("service_definition", documents.definition(_topic(code).code))


@entrance("GET")
def token(request: HttpRequest, at: str, number: str) -> Document:
    """Say the number that a token stands for: requests are numbered at once, so itself."""
    del at
    _check_jurisdiction(_asked(request))
    if not Word.objects.filter(number=number, channel=Channel.OPEN311).exists():
        raise _not_found(_("There is no such token."))
    return Document(
        "service_requests", [{"service_request_id": number, "token": number}]
    )


@entrance("GET", "POST")
def requests(request: HttpRequest, at: str) -> Document:
    """List requests, or take one in."""
    if request.method == "POST":
        return _take_request(request, is_test=at == TEST)
    fields = _query(request)
    sender = _who_asks(request, fields)
    faults = Faults()
    numbers = fields.listed("service_request_id")
    if len(numbers) > MOST_IDS:
        faults.add(_("Ask for 1,000 requests at most."))
    if numbers:
        # Overrides everything else.
        faults.check()
        return _list(queries.requests_for(sender, numbers=numbers))
    span = read_span(fields, faults, now=timezone.now(), zone=ZONE)
    part = read_part(fields, faults)
    statuses = read_statuses(fields, faults)
    topics = fields.listed("service_code")
    faults.check()
    words = queries.having(
        queries.requests_for(sender).filter(
            received_at__gte=span.start, received_at__lte=span.end
        ),
        topics=topics[:MOST_IDS],
        statuses=statuses,
    )
    return _list(words[part.first : part.first + part.n_rows])


def _list(words: Any) -> Document:
    found = queries.shown(words, day=timezone.localdate())
    return Document("service_requests", [documents.request(each) for each in found])


@entrance("GET")
def one_request(request: HttpRequest, at: str, number: str) -> Document:
    """Show one request."""
    del at
    fields = _query(request)
    sender = _who_asks(request, fields)
    words = list(queries.requests_for(sender, numbers=[number]))
    if not words:
        raise _not_found(_("There is no such request, or it is not public."))
    return _list(words)


@entrance("GET", "POST")
def updates(request: HttpRequest, at: str) -> Document:
    """List what happened to requests, or take in what is said further about one."""
    if request.method == "POST":
        return _take_update(request, is_test=at == TEST)
    fields = _query(request)
    sender = _who_asks(request, fields)
    faults = Faults()
    span = read_span(fields, faults, now=timezone.now(), zone=ZONE)
    part = read_part(fields, faults)
    faults.check()
    found = queries.updates(
        sender,
        start=span.start,
        end=span.end,
        numbers=fields.listed("service_request_id")[:MOST_IDS],
        part=slice(part.first, part.first + part.n_rows),
    )
    return Document(
        "service_request_updates", [documents.update(each) for each in found]
    )


def _asked(request: HttpRequest) -> Fields:
    return Fields.of(
        (name, str(value)) for name, values in request.GET.lists() for value in values
    )


def _query(request: HttpRequest) -> Fields:
    """Return the query of an address, once its jurisdiction is known."""
    fields = _asked(request)
    _check_jurisdiction(fields)
    return fields


def _check_jurisdiction(fields: Fields) -> None:
    said = fields.one("jurisdiction_id")
    if said and said != settings.JURISDICTION:
        raise _not_found(_("There is no such jurisdiction_id here."))


def _shown_key(request: HttpRequest, fields: Fields) -> str:
    header = request.headers.get("Authorization", "")
    shown = header.removeprefix(BEARER) if header.startswith(BEARER) else ""
    return fields.one("api_key") or shown


def _who_asks(request: HttpRequest, fields: Fields) -> Sender | None:
    """Return the sender that shows a key; None where none is shown."""
    key = _shown_key(request, fields)
    return _sender(key) if key else None


def _sender(key: str) -> Sender:
    try:
        return sender_with_key(key)
    except SenderUnknown as refusal:
        raise Refused(HTTPStatus.FORBIDDEN, sentence_for(refusal)) from None


def _posted(request: HttpRequest) -> tuple[Fields, Sender]:
    """Return the form that was posted and who posts it: the key is asked for first."""
    fields = read_form(request.headers.get("Content-Type", ""), request.body)
    sender = _sender(_shown_key(request, fields))
    _check_jurisdiction(fields)
    _check_jurisdiction(_asked(request))
    return fields, sender


def _topic(code: str) -> Topic:
    topic = queries.find_service(code)
    if topic is None:
        raise _not_found(_("There is no such service_code."))
    return topic


def _text(fields: Fields, faults: Faults) -> str:
    text = fields.one("description")
    # As it is kept: a line end counts once.
    if len(text.replace("\r\n", "\n")) > MOST_SIGNS:
        faults.add(_("description has more than 4,000 characters."))
    return text


def _take_request(request: HttpRequest, *, is_test: bool) -> Document:
    fields, sender = _posted(request)
    faults = Faults()
    code = fields.one("service_code")
    if not code:
        faults.add(_("service_code is missing."))
    topic = _topic(code) if code else None
    lonlat = read_location(fields, faults)
    address, address_id = fields.one("address_string"), fields.one("address_id")
    if not any(fields.one(name) for name in ("lat", "long")) and not (
        address or address_id
    ):
        faults.add(
            _("The place is missing: lat and long, address_string or address_id.")
        )
    text = _text(fields, faults)
    details = answers(fields, code, faults, zone=ZONE)
    contact = fields.one("phone") or fields.one("email")
    if len(contact) > LONGEST_CONTACT:
        faults.add(_("phone or email is too long."))
    for url in fields.many("media_url"):
        if len(url) > LONGEST_URL:
            faults.add(_("media_url is too long."))
        details.append(f"图片地址(未打开) {fit_for_a_line(url)}")
    if len(address) > LONGEST_PLACE:
        details.append(f"地点 {fit_for_a_line(address)}")
    if address_id:
        details.append(f"地址编号 {fit_for_a_line(address_id)}")
    faults.check()
    assert topic is not None  # noqa: S101 -- without a code nothing gets here
    sent = Sent(
        topic=topic,
        text=text or topic.name,
        lonlat=lonlat,
        place_words=address[:LONGEST_PLACE] or address_id[:LONGEST_PLACE],
        contact=contact,
        details=details,
    )
    if is_test:
        number = f"T-{sha256(request.body).hexdigest()[:10].upper()}"
        return _created(number, _("A test: everything is right, nothing was kept."))
    at = timezone.now()
    taken = services.take_request(sender=sender, sent=sent, body=request.body, at=at)
    notice = _("Receipt code %(code)s: with it the matter can be followed.")
    if taken.is_urgent:
        notice = (
            _("If anybody is in danger, call 110, 119 or 120 now.") + " " + str(notice)
        )
    return _created(taken.word.number, notice % {"code": taken.code})


def _created(number: str, notice: str) -> Document:
    return Document(
        "service_requests",
        [{"service_request_id": number, "service_notice": notice, "account_id": ""}],
    )


def _take_update(request: HttpRequest, *, is_test: bool) -> Document:
    fields, sender = _posted(request)
    faults = Faults()
    number = fields.one("service_request_id")
    status = fields.one("status").lower()
    if not number:
        faults.add(_("service_request_id is missing."))
    text = _text(fields, faults)
    if not text and status != "open":
        faults.add(_("description is missing."))
    faults.check()
    word = Word.objects.filter(number=number, source=sender.name).first()
    if word is None:
        raise _not_found(_("You have brought no such request."))
    update_id = number
    if not is_test:
        taken = services.take_update(
            sender=sender,
            word=word,
            text=text,
            opens=status == "open",
            body=request.body,
            at=timezone.now(),
        )
        update_id = number if taken is None else taken.word.number
    return Document(
        "service_request_updates",
        [{"update_id": update_id, "service_request_id": number}],
    )
