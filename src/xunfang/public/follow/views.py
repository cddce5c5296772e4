"""Open one's own word by its code; print its receipt, prove it, answer the answer."""

from collections.abc import Callable
from functools import partial, wraps
from http import HTTPStatus
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from xunfang.cases import services as cases
from xunfang.cases.advice import services as advice
from xunfang.cases.livelihood import services as livelihood
from xunfang.cases.lost import services as lost
from xunfang.cases.models import LostReturn, Offer
from xunfang.core.casework.steps import StepRefused
from xunfang.core.errors import DomainError
from xunfang.feedback import queries as words
from xunfang.feedback import services as feedback
from xunfang.feedback.codes import receipt_code
from xunfang.feedback.models import Word
from xunfang.public.follow.forms import (
    CodeForm,
    NotAnsweredForm,
    SavingForm,
    SayForm,
)
from xunfang.public.follow.looks import looks_at, showings_to
from xunfang.public.follow.passes import pass_to, word_behind
from xunfang.public.follow.queries import followed, receipt_of
from xunfang.web.http import see_other
from xunfang.web.refusals import sentence_for


def private(answer: HttpResponse) -> HttpResponse:
    """Have what belongs to one sender kept nowhere, and its address told to nobody."""
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _of_sender(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand a view the word that its address opens; what it answers is kept nowhere.

    Who comes later than the hour, or with an address that was never ours, is led to the
    code.
    """

    @wraps(view)
    def opened(request: HttpRequest, signed: str, **named: Any) -> HttpResponse:
        word = word_behind(signed)
        if word is None:
            return see_other(request, reverse("public:follow") + "?late=1")
        return private(view(request, signed, word, **named))

    return opened


# Nothing here rides on a cookie: who has the code, or the pass, may; others may not.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a code, and lead to what it opens."""
    if request.method != "POST":
        context = {"form": CodeForm(), "is_late": "late" in request.GET}
        return private(render(request, "public/code.html", context))
    form = CodeForm(request.POST)
    form.is_valid()
    try:
        feedback.check_knock(
            str(request.META.get("REMOTE_ADDR", "")), "code", at=timezone.now()
        )
    except feedback.TooMany as error:
        form.add_error(None, str(sentence_for(error)))
        return _asked_again(request, form, HTTPStatus.TOO_MANY_REQUESTS)
    # Looked up in any case: how long it takes says nothing about what was typed.
    word = words.find_by_code(form.cleaned_data.get("code", ""))
    if word is None:
        form.add_error(
            "code",
            _("No receipt has this code. Compare it sign by sign; nothing is lost."),
        )
        return _asked_again(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return private(see_other(request, reverse("public:followed", args=[pass_to(word)])))


def _asked_again(
    request: HttpRequest, form: CodeForm, status: HTTPStatus
) -> HttpResponse:
    return private(render(request, "public/code.html", {"form": form}, status=status))


@require_safe
@_of_sender
def show(request: HttpRequest, signed: str, word: Word) -> HttpResponse:
    """Show somebody their own word and what became of it."""
    return _shown(request, signed, word, NotAnsweredForm())


def _shown(
    request: HttpRequest,
    signed: str,
    word: Word,
    form: NotAnsweredForm,
    *,
    saving_form: SavingForm | None = None,
    say_form: SayForm | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "signed": signed,
        "followed": followed(word, at=timezone.now()),
        "looks": looks_at(word),
        "showings": showings_to(word),
        "form": form,
        "saving_form": saving_form or SavingForm(),
        "say_form": say_form or SayForm(),
    }
    return render(request, "public/followed.html", context, status=status)


@require_safe
@_of_sender
def receipt(request: HttpRequest, signed: str, word: Word) -> HttpResponse:
    """Show the receipt: code, number, QR; to be printed or written down."""
    code = receipt_code(word.number)
    # Behind the # nothing travels: not to us, not to a log.
    address = request.build_absolute_uri(reverse("public:follow"))
    context = {
        "signed": signed,
        "followed": followed(word, at=timezone.now()),
        "code": code,
        "address": address,
        "qr": segno.make(f"{address}#{code}", error="m").svg_data_uri(
            scale=5, border=2, light="white"
        ),
    }
    return render(request, "public/receipt.html", context)


@require_safe
@_of_sender
def proof(request: HttpRequest, signed: str, word: Word) -> HttpResponse:
    """Give the receipt of the log, to be kept and checked without us."""
    found = receipt_of(word)
    if found is None:
        raise Http404
    return HttpResponse(
        found.text,
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{word.number}.json"'},
    )


@require_safe
@_of_sender
def photo(request: HttpRequest, signed: str, word: Word, number: int) -> HttpResponse:
    """Show somebody a photo of their own."""
    kept = word.photos.filter(number=number).first()
    if kept is None:
        raise Http404
    content = (Path(settings.MEDIA_ROOT) / kept.path).read_bytes()
    return HttpResponse(content, content_type="image/jpeg")


@csrf_exempt
@require_POST
@_of_sender
def not_answered(request: HttpRequest, signed: str, word: Word) -> HttpResponse:
    """Take down that an answer misses the point: the matter is open again, once."""
    form = NotAnsweredForm(request.POST)
    if not form.is_valid():
        return _shown(
            request, signed, word, form, status=HTTPStatus.UNPROCESSABLE_ENTITY
        )
    try:
        cases.say_not_answered(
            word=word, at=timezone.now(), note=form.cleaned_data["note"]
        )
    except StepRefused as error:
        form.add_error(None, str(sentence_for(error)))
        return _shown(
            request, signed, word, form, status=HTTPStatus.UNPROCESSABLE_ENTITY
        )
    return see_other(request, reverse("public:followed", args=[signed]))


@csrf_exempt
@require_POST
@_of_sender
def saved(request: HttpRequest, signed: str, word: Word) -> HttpResponse:
    """Take down what asking first has kept somebody from paying, as they state it."""
    form = SavingForm(request.POST)
    if form.is_valid():
        try:
            advice.state_saving(
                word=word,
                at=timezone.now(),
                amount_yuan=form.cleaned_data["amount_yuan"],
            )
        except advice.NoAdviceGiven as error:
            form.add_error(None, str(sentence_for(error)))
        else:
            return see_other(request, reverse("public:followed", args=[signed]))
    return _shown(
        request,
        signed,
        word,
        NotAnsweredForm(),
        saving_form=form,
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
    )


@csrf_exempt
@require_POST
@_of_sender
def say_of_offer(
    request: HttpRequest, signed: str, word: Word, offer: int
) -> HttpResponse:
    """Let the buyer, or whoever asked, say that they agree, or that it did not happen."""
    theirs = Q(request__word=word) | Q(word=word)
    found = get_object_or_404(Offer.objects.select_related("request"), theirs, pk=offer)
    return _said(
        request, signed, word, partial(livelihood.confirm_by_receipt, offer=found)
    )


@csrf_exempt
@require_POST
@_of_sender
def say_of_return(
    request: HttpRequest, signed: str, word: Word, back: int
) -> HttpResponse:
    """Let an owner say that they have a thing back, or that it did not happen."""
    found = get_object_or_404(
        LostReturn.objects.select_related("found", "lost"), pk=back, lost__word=word
    )
    return _said(request, signed, word, partial(lost.confirm_by_receipt, back=found))


def _said(
    request: HttpRequest, signed: str, word: Word, confirm: Callable[..., object]
) -> HttpResponse:
    """Keep what was pressed; refused, show the page as it stands now, and say why."""
    form = SayForm(request.POST)
    if form.is_valid():
        says = form.cleaned_data["says"]
        try:
            confirm(word=word, says=says, at=timezone.now())
        except DomainError as error:
            form.add_error(None, str(sentence_for(error)))
        else:
            return see_other(request, reverse("public:followed", args=[signed]))
    return _shown(
        request,
        signed,
        word,
        NotAnsweredForm(),
        say_form=form,
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
    )
