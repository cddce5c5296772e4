"""Say something. Whatever is wrong with it, what was typed stays on the page."""

from http import HTTPStatus
from threading import Lock
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from xunfang.cases import services as cases
from xunfang.cases.log import ZONE
from xunfang.cases.services import TakenIn
from xunfang.core.errors import DomainError
from xunfang.feedback import services as feedback
from xunfang.feedback.models import Channel, Word
from xunfang.public.follow.passes import pass_to
from xunfang.public.follow.views import private
from xunfang.public.matters import queries as matters
from xunfang.public.say.forms import SayForm, Typed
from xunfang.web.http import see_other
from xunfang.web.refusals import sentence_for

SOURCE = "form"
MAX_BODY = 40 * 1024 * 1024
"""Three photos, and room for the words."""
N_SIGNS_COMPARED = 1000
_ONE_AT_A_TIME = Lock()
"""The log takes one entry at a time. Whoever waits here is woken; whoever waited at the
door of SQLite would ask again and again, and some would never come in."""


# Nobody is signed in, so there is nothing that another page could ride on; and who has
# switched cookies off must not lose their words to a token that could not be kept.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest) -> HttpResponse:
    """Show the form; take in what was typed and lead to its receipt."""
    at = timezone.now()
    day = at.astimezone(ZONE).date()
    if request.method != "POST":
        return _form_page(request, SayForm(day=day, initial=_begun(request)))
    try:
        _check_size(request)
        form = SayForm(request.POST, request.FILES, day=day)
    except RequestDataTooBig:
        form = SayForm(QueryDict(), day=day)
        form.is_valid()
        form.errors.clear()
        form.add_error("text", str(sentence_for(feedback.WordTooLong())))
        return _form_page(request, form, HTTPStatus.CONTENT_TOO_LARGE)
    if "look" in request.POST:
        text = request.POST.get("text", "")[:N_SIGNS_COMPARED]
        return _form_page(
            request,
            SayForm(day=day, initial=request.POST.dict(), key=form.form_key),
            similar=matters.open_ones_like(text),
            has_looked=True,
        )
    if not form.is_valid():
        return _form_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        taken = _take_in(request, form.typed)
    except feedback.TooMany as error:
        form.add_error(None, str(sentence_for(error)))
        return _form_page(request, form, HTTPStatus.TOO_MANY_REQUESTS)
    except DomainError as error:
        form.add_error(None, str(sentence_for(error)))
        return _form_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return private(
        see_other(request, reverse("public:receipt", args=[pass_to(taken.word)]))
    )


def _take_in(request: HttpRequest, typed: Typed) -> TakenIn:
    address = str(request.META.get("REMOTE_ADDR", ""))
    with _ONE_AT_A_TIME:
        try:
            return _knock_and_take_in(address, typed)
        except IntegrityError:
            # Pressed twice at once, and another process has taken in the other press.
            return _knock_and_take_in(address, typed)


@transaction.atomic
def _knock_and_take_in(address: str, typed: Typed) -> TakenIn:
    """Take in what was typed: one transaction, so that it is on disk once."""
    at = timezone.now()
    if not Word.objects.filter(source=SOURCE, external_id=typed.external_id).exists():
        # Sent again after a bad connection it is no second word, and no second knock.
        feedback.check_knock(address, "say", at=at)
    return cases.take_in(
        channel=Channel.WEB,
        text=typed.text,
        at=at,
        asks=typed.asks,
        place_words=typed.where,
        lonlat=typed.lonlat,
        contact=typed.reach,
        photos=typed.photos,
        source=SOURCE,
        external_id=typed.external_id,
    )


def _check_size(request: HttpRequest) -> None:
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
        raise RequestDataTooBig


def _begun(request: HttpRequest) -> dict[str, str]:
    """Begin with a number, where somebody says more on a matter of theirs."""
    about = request.GET.get("about", "")[:20]
    is_number = about.replace("-", "").isalnum() and about.isascii()
    return {"text": f"{about} "} if is_number else {}


def _form_page(
    request: HttpRequest,
    form: SayForm,
    status: HTTPStatus = HTTPStatus.OK,
    **context: Any,
) -> HttpResponse:
    chosen = form["asks"].value() or ""
    return render(
        request,
        "public/say.html",
        {
            "form": form,
            "chosen": chosen,
            "lost_photos": bool(form.files),
            "city": matters.map_of_the_city(),
            **context,
        },
        status=status,
    )


@csrf_exempt
@require_POST
def similar(request: HttpRequest) -> HttpResponse:
    """Show what others have said that resembles what is being typed. Nothing is kept."""
    text = request.POST.get("text", "")[:N_SIGNS_COMPARED]
    return render(
        request,
        "public/say.html#similar",
        {"similar": matters.open_ones_like(text), "has_looked": True},
    )
