"""Write down what somebody says, and hand them their receipt."""

from http import HTTPStatus
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.cases import queries, services
from xunfang.cases.entry.forms import WriteDown
from xunfang.core.errors import DomainError
from xunfang.feedback.codes import receipt_code
from xunfang.feedback.models import Channel, Where, Word
from xunfang.feedback.showings import note_shown, with_text
from xunfang.units.models import Station
from xunfang.web.http import see_other
from xunfang.web.refusals import STATUSES, sentence_for


@capability_required(Capability.ENTER_WORDS)
def new(request: HttpRequest, user: User) -> HttpResponse:
    """Write it down on one screen; the same upload twice is one word."""
    if request.method != "POST":
        return _page(request, WriteDown(initial=_first(request, user)), HTTPStatus.OK)
    form = WriteDown(request.POST)
    if not form.is_valid():
        return _page(request, form, HTTPStatus.UNPROCESSABLE_CONTENT)
    typed = form.cleaned_data
    try:
        taken = services.take_in(
            channel=Channel(typed["channel"]),
            text=typed["text"],
            place_words=typed["place_words"],
            lonlat=typed["point"],
            contact=typed["contact"],
            station=typed["station"],
            topic=typed["topic"],
            source="desk",
            external_id=str(typed["key"]),
            by=user,
            at=timezone.now(),
        )
    except DomainError as refusal:
        form.add_error(None, str(sentence_for(refusal)))
        status = STATUSES.get(refusal.code, HTTPStatus.UNPROCESSABLE_CONTENT)
        return _page(request, form, status)
    return see_other(request, reverse("cases:receipt", args=[taken.word.number]))


def _first(request: HttpRequest, user: User) -> dict[str, object]:
    """Return what is known before anything is typed: one's station, the last channel."""
    channel = request.GET.get("channel", "")
    usual = (
        Channel.PHONE if can(user, Capability.HANDLE_CASES) else Channel.PATROL
    ).value
    return {
        "key": uuid4(),
        "channel": channel if channel in Channel.values else usual,
        "station": Station.objects.filter(code=user.station_code).first()
        if user.station_code
        else None,
    }


def _page(request: HttpRequest, form: WriteDown, status: HTTPStatus) -> HttpResponse:
    return render(request, "cases/new.html", {"form": form}, status=status)


@require_safe
@capability_required(Capability.ENTER_WORDS)
def receipt(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Show the receipt to whoever wrote the word down: printed, or read out."""
    word = get_object_or_404(
        Word.objects.select_related("said"), number=number, by=user
    )
    note_shown(with_text([word]), to=user, where=Where.RECEIPT, at=timezone.now())
    case = queries.case_of(word)
    context = {
        "word": word,
        "code": receipt_code(word.number),
        "case": case,
        "can_open": queries.visible_to(user).filter(pk=case.pk).exists(),
    }
    return render(request, "cases/receipt.html", context)
