"""One case: seen, and worked on."""

from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability
from xunfang.audit import services as audit
from xunfang.cases import policies, queries, services
from xunfang.cases.causes import services as causes
from xunfang.cases.contacts import queries as ways
from xunfang.cases.contacts import services as contacts
from xunfang.cases.links import services as links
from xunfang.cases.models import AnswerTemplate, Case
from xunfang.cases.publishing import services as publishing
from xunfang.cases.referrals import services as referrals
from xunfang.cases.wording import finding_text
from xunfang.cases.work.page import CasePage
from xunfang.core.errors import DomainError
from xunfang.feedback import services as feedback
from xunfang.feedback.models import Where, Word
from xunfang.feedback.showings import note_shown
from xunfang.web.http import see_other
from xunfang.web.refusals import say_on_form


@require_safe
@capability_required(Capability.SEE_CASES)
def show(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Show one case; of a sealed one its number and state."""
    case = queries.visible_to(user).filter(number=number).first()
    if case is None:
        stub = get_object_or_404(queries.sealed_on_ground(user), number=number)
        return render(request, "cases/sealed.html", {"case": stub})
    return _page(request, CasePage(request, user, case, timezone.now()))


def _page(
    request: HttpRequest, page: CasePage, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    """Show a case, and put on record who is shown it and what sounds like it."""
    user, case, at = page.user, page.case, page.at
    audit.record(
        kind="case.viewed",
        subject=case.number,
        by=user,
        at=at,
        role=user.role,
        unit=user.station_code,
        ground=policies.ground_of_seeing(user, case),
    )
    context = page.context()
    note_shown(
        (each.word for each in context["similar"]),
        to=user,
        where=Where.SIMILAR,
        at=at,
    )
    return render(request, "cases/case.html", context, status=status)


@require_safe
@capability_required(Capability.SEE_CASES)
def photo(request: HttpRequest, user: User, number: str, word: str, n: int) -> Any:
    """Answer with a picture that came with a word."""
    case = get_object_or_404(queries.visible_to(user), number=number)
    found = get_object_or_404(queries.words_of([case]), number=word)
    picture = get_object_or_404(found.photos, number=n)
    path = Path(settings.MEDIA_ROOT) / picture.path
    if not path.exists():
        raise Http404
    return FileResponse(path.open("rb"), content_type="image/jpeg")


def _act(
    request: HttpRequest,
    user: User,
    number: str,
    name: str,
    act: Callable[[CasePage, dict[str, Any]], object],
    done: str,
) -> HttpResponse:
    """Do what one form of the page asks; refused, show the page with what was typed."""
    case = get_object_or_404(queries.visible_to(user), number=number)
    policies.check_can_handle(user, case)
    page = CasePage(request, user, case, timezone.now())
    form = page.form(name, request.POST)
    status = HTTPStatus.UNPROCESSABLE_CONTENT
    if form.is_valid():
        try:
            act(page, form.cleaned_data)
        except DomainError as refusal:
            say_on_form(form, refusal)
            if isinstance(refusal, services.AnswerMissesPoint):
                page.filled["findings"] = [
                    (finding_text(finding.flaw), finding.words)
                    for finding in refusal.findings
                ]
            else:
                status = HTTPStatus.CONFLICT
        else:
            if done:
                messages.success(request, done)
            return see_other(request, _url(case))
    page.case = queries.visible_to(user).get(pk=case.pk)
    _put_on_top(form, page.case)
    page.filled[name] = form
    return _page(request, page, status)


def _begin_answer(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Put an approved text beneath what was typed; nothing is sent yet."""
    case = get_object_or_404(queries.visible_to(user), number=number)
    policies.check_can_handle(user, case)
    template = get_object_or_404(
        AnswerTemplate, code=request.POST["pick"], is_current=True
    )
    data = request.POST.copy()
    typed = data.get("answer-text", "").strip()
    if template.text not in typed:
        data["answer-text"] = "\n".join(filter(None, (typed, template.text)))
    data["answer-template"] = template.code
    page = CasePage(request, user, case, timezone.now())
    page.filled["answer"] = form = page.form("answer", data)
    _put_on_top(form, case)
    return _page(request, page, HTTPStatus.OK)


def _put_on_top(form: Any, case: Case) -> None:
    """Keep what was typed; sent again, it is made from the case as it now stands."""
    if "revision" in form.fields:
        form.data = form.data.copy()
        form.data[form.add_prefix("revision")] = str(case.revision)


def _url(case: Case) -> str:
    return reverse("cases:case", args=[case.number])


def _word(case: Case, number: str) -> Word:
    return get_object_or_404(queries.words_of([case]), number=number)


@require_POST
@capability_required(Capability.SEE_CASES)
def sort(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Say what it is about, how urgent, whose."""

    def act(page: CasePage, typed: dict[str, Any]) -> None:
        services.sort(case=page.case, by=user, at=page.at, **typed)

    return _act(request, user, number, "sort", act, _("Sorted."))


@require_POST
@capability_required(Capability.SEE_CASES)
def take(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Take it oneself: one tap."""
    case = get_object_or_404(queries.visible_to(user), number=number)
    services.take(case=case, owner=user, by=user, at=timezone.now())
    return see_other(request, _url(case))


@require_POST
@capability_required(Capability.SEE_CASES)
def hand(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Hand it to somebody."""

    def act(page: CasePage, typed: dict[str, Any]) -> None:
        services.take(case=page.case, owner=typed["owner"], by=user, at=page.at)

    return _act(request, user, number, "take", act, _("Handed on."))


@require_POST
@capability_required(Capability.SEE_CASES)
def press(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Stop or restart the clock, note something, open again, close."""

    def act(page: CasePage, typed: dict[str, Any]) -> None:
        services.press(case=page.case, by=user, at=page.at, **typed)

    return _act(request, user, number, "press", act, "")


@require_POST
@capability_required(Capability.SEE_CASES)
def acknowledge(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Say that somebody has seen a matter of life and death."""
    case = get_object_or_404(queries.visible_to(user), number=number)
    services.acknowledge(case=case, by=user, at=timezone.now())
    return see_other(request, _url(case))


@require_POST
@capability_required(Capability.SEE_CASES)
def refer(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Pass it on to another office."""

    def act(page: CasePage, typed: dict[str, Any]) -> None:
        referrals.refer(case=page.case, by=user, at=page.at, **typed)

    return _act(request, user, number, "refer", act, _("Passed on."))


@require_POST
@capability_required(Capability.SEE_CASES)
def answer(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Answer everybody whose word is in it; or begin with a text that was approved."""
    if "pick" in request.POST:
        return _begin_answer(request, user, number)

    def act(page: CasePage, typed: dict[str, Any]) -> None:
        code = typed.pop("template")
        template = AnswerTemplate.objects.filter(code=code, is_current=True).first()
        services.answer(case=page.case, template=template, by=user, at=page.at, **typed)

    return _act(request, user, number, "answer", act, _("Answered."))


@require_POST
@capability_required(Capability.SEE_CASES)
def decide(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Say yes, partly or no, and why."""

    def act(page: CasePage, typed: dict[str, Any]) -> None:
        services.decide(case=page.case, by=user, at=page.at, **typed)

    return _act(request, user, number, "decide", act, _("Decided."))


@require_POST
@capability_required(Capability.SEE_CASES)
def say_causes(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Say what lies behind it."""

    def act(page: CasePage, typed: dict[str, Any]) -> None:
        causes.say_causes(case=page.case, by=user, at=page.at, **typed)

    return _act(request, user, number, "causes", act, "")


@require_POST
@capability_required(Capability.SEE_CASES)
def contact(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Open how somebody is reached; it stands on the answer and nowhere else."""

    def act(page: CasePage, typed: dict[str, Any]) -> None:
        word = _word(page.case, typed["word"])
        page.filled["opened"] = (
            word.number,
            contacts.open_contact(
                case=page.case, word=word, reason=typed["reason"], by=user, at=page.at
            ),
        )
        opened.append(page)

    opened: list[CasePage] = []
    response = _act(request, user, number, "contact", act, "")
    if not opened:
        return response
    [page] = opened
    page.case = queries.visible_to(user).get(pk=page.case.pk)
    answer = _page(request, page)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@require_POST
@capability_required(Capability.SEE_CASES)
def ask_contact(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Ask for how a critic is reached: another officer has to confirm it."""

    def act(page: CasePage, typed: dict[str, Any]) -> None:
        word = _word(page.case, typed["word"])
        contacts.ask(
            case=page.case, word=word, reason=typed["reason"], by=user, at=page.at
        )

    done = _("Asked. Another officer has 24 hours to confirm it.")
    return _act(request, user, number, "contact", act, done)


@require_POST
@capability_required(Capability.SEE_CASES)
def confirm_contact(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Stand for another officer's look at how a critic is reached."""

    def act(page: CasePage, typed: dict[str, Any]) -> None:
        word = _word(page.case, typed["word"])
        asked = ways.ways_of(page.case, [word], user, at=page.at).get(word.pk)
        if asked is None or asked.to_confirm is None:
            raise contacts.RequestOver(word.number)
        contacts.confirm(request=asked.to_confirm, by=user, at=page.at)

    done = _("Confirmed. Who asked can read it once, within the hour.")
    return _act(request, user, number, "contact", act, done)


@require_POST
@capability_required(Capability.SUPERVISE_CASES)
def hide(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Hide a word for a legal reason, or show it again."""

    def act(page: CasePage, typed: dict[str, Any]) -> None:
        word = _word(page.case, typed.pop("word"))
        feedback.hide(word=word, by=user, at=page.at, **typed)

    return _act(request, user, number, "hide", act, "")


@require_POST
@capability_required(Capability.SEE_CASES)
def publish(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Let everybody read it, its words as they were looked at."""

    def act(page: CasePage, typed: dict[str, Any]) -> None:
        texts = {
            int(name.removeprefix("text_")): text
            for name, text in typed.items()
            if name.startswith("text_")
        }
        publishing.make_public(
            case=page.case,
            texts=texts,
            revision=typed["revision"],
            by=user,
            at=page.at,
        )

    return _act(request, user, number, "publish", act, _("Everybody can read it now."))


@require_POST
@capability_required(Capability.SEE_CASES)
def take_back(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Take it off the public pages."""

    def act(page: CasePage, typed: dict[str, Any]) -> None:
        publishing.take_back(case=page.case, by=user, at=page.at, **typed)

    return _act(request, user, number, "take_back", act, "")


@require_POST
@capability_required(Capability.SEE_CASES)
def join(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Move the words of this case into another one about the same matter."""
    wanted = request.POST.get("join-into", "").strip().upper()
    into = queries.visible_to(user).filter(number=wanted).first()

    def act(page: CasePage, typed: dict[str, Any]) -> None:
        if into is None:
            raise links.WordElsewhere(wanted)
        links.join(case=page.case, into=into, by=user, at=page.at)

    done = _("%(case)s is in this case now. “Take out” undoes it.") % {"case": number}
    response = _act(request, user, number, "join", act, done)
    is_joined = response.status_code in {HTTPStatus.OK, HTTPStatus.SEE_OTHER}
    return see_other(request, _url(into)) if into and is_joined else response


@require_POST
@capability_required(Capability.SEE_CASES)
def split(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Take a word out: back where it came from, else into a case of its own."""

    def act(page: CasePage, typed: dict[str, Any]) -> None:
        word = _word(page.case, typed["word"])
        links.split(case=page.case, word=word, by=user, at=page.at)

    return _act(request, user, number, "word", act, _("Taken out."))


@require_POST
@capability_required(Capability.SEE_CASES)
def open_another(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Open a second case for a word that is about two matters."""
    case = get_object_or_404(queries.visible_to(user), number=number)
    word = _word(case, request.POST.get("word", ""))
    other = links.open_another(word=word, of=case, by=user, at=timezone.now())
    return see_other(request, _url(other))
