"""Say something. Whatever is wrong with it, what was typed stays on the page."""

from datetime import date
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from xunfang.cases.log import ZONE
from xunfang.cases.models import Topic
from xunfang.core.errors import DomainError
from xunfang.feedback import holding
from xunfang.feedback import services as feedback
from xunfang.feedback.holding import Held
from xunfang.feedback.services import MAX_PHOTOS
from xunfang.public.claims.queries import find_claim
from xunfang.public.follow.passes import pass_to
from xunfang.public.follow.views import private
from xunfang.public.matters import queries as matters
from xunfang.public.say.arrivals import sender, take_in
from xunfang.public.say.forms import SayForm
from xunfang.web.http import see_other
from xunfang.web.refusals import sentence_for

MAX_BODY = 40 * 1024 * 1024
"""Three photos, and room for the words."""
N_SIGNS_COMPARED = 1000


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
    form, status = sent(request, SayForm, day=day)
    if status == HTTPStatus.OK and "look" not in request.POST:
        answer = receive(request, form)
        if isinstance(answer, HttpResponse):
            return answer
        status = answer
    keep_photos(request, form)
    # What was too large cannot be read a second time either.
    if status != HTTPStatus.CONTENT_TOO_LARGE and "look" in request.POST:
        text = request.POST.get("text", "")[:N_SIGNS_COMPARED]
        form.errors.clear()
        form.loses_photos |= form.n_gone > 0
        return _form_page(
            request,
            form,
            similar=matters.open_ones_like(text),
            has_looked=True,
        )
    return _form_page(request, form, status)


def sent[F: SayForm](
    request: HttpRequest, form_class: type[F], *, day: date
) -> tuple[F, HTTPStatus]:
    """Return a form as it was sent, and OK, or with which status it is refused."""
    try:
        _check_size(request)
        held, n_gone = _held_photos(request.POST)
        form = form_class(
            request.POST, request.FILES, day=day, held=held, n_gone=n_gone
        )
    except RequestDataTooBig:
        form = form_class(QueryDict(), day=day)
        form.is_valid()
        form.errors.clear()
        form.add_error("text", str(sentence_for(feedback.WordTooLong())))
        return form, HTTPStatus.CONTENT_TOO_LARGE
    is_valid = form.is_valid()
    return form, HTTPStatus.OK if is_valid else HTTPStatus.UNPROCESSABLE_ENTITY


def receive(
    request: HttpRequest, form: SayForm, *, topic: Topic | None = None
) -> HttpResponse | HTTPStatus:
    """Take in a valid form and lead to its receipt; or say with which status not."""
    try:
        taken = take_in(sender(request), form.typed, topic=topic)
    except DomainError as error:
        form.add_error(None, str(sentence_for(error)))
        is_flood = isinstance(error, feedback.TooMany)
        return (
            HTTPStatus.TOO_MANY_REQUESTS
            if is_flood
            else HTTPStatus.UNPROCESSABLE_ENTITY
        )
    return private(
        see_other(request, reverse("public:receipt", args=[pass_to(taken.word)]))
    )


def keep_photos(request: HttpRequest, form: SayForm) -> None:
    """Keep what was chosen for an hour: the page of the form asks for it by its tokens."""
    kept = holding.hold(form.chosen, address=sender(request), at=timezone.now())
    form.held += kept
    form.loses_photos = len(form.files.getlist("photos")) > len(kept)


def _held_photos(data: QueryDict) -> tuple[list[Held], int]:
    """Return the photos a form was promised to keep, and how many of them are gone.

    Those that the sender wants removed are erased.
    """
    removed = data.getlist("removed")[:MAX_PHOTOS]
    holding.drop(removed)
    tokens = [each for each in data.getlist("held") if each not in removed]
    tokens = list(dict.fromkeys(tokens))[:MAX_PHOTOS]
    held = holding.held_under(tokens, at=timezone.now())
    return held, len(tokens) - len(held)


def _check_size(request: HttpRequest) -> None:
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
        raise RequestDataTooBig


def _begun(request: HttpRequest) -> dict[str, str]:
    """Begin with what it is about: a published figure, a number, something lost or found."""
    if "lost" in request.GET:
        return {"text": _("I miss something: ")}
    if "found" in request.GET:
        return {"text": _("I found something: ")}
    about = request.GET.get("about", "")[:40]
    if find_claim(about) is not None:
        return {"about": about}
    about = about[:20]
    is_number = about.replace("-", "").isalnum() and about.isascii()
    return {"text": f"{about} "} if is_number else {}


def _form_page(
    request: HttpRequest,
    form: SayForm,
    status: HTTPStatus = HTTPStatus.OK,
    **context: Any,
) -> HttpResponse:
    chosen = form["asks"].value() or ""
    about = form["about"].value() or ""
    return render(
        request,
        "public/say.html",
        {
            "form": form,
            "chosen": chosen,
            "claim": find_claim(about) if about else None,
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
