"""The desk: the page, and what its buttons and its command line do."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, NotAllowed
from xunfang.calls import queries
from xunfang.calls import services as calls
from xunfang.calls.desk import forms, lines, wording
from xunfang.calls.desk import services as desk
from xunfang.calls.desk.page import find_call, page_context, url_of, work_context
from xunfang.calls.desk.queries import Line, find_last_line
from xunfang.calls.desk.work import Work, work_on
from xunfang.calls.models import Call, CallEvent, Dispatch, OfferList
from xunfang.calls.sending import services as sending
from xunfang.cases import queries as case_queries
from xunfang.cases import services as case_services
from xunfang.core.dispatching import commands
from xunfang.core.dispatching.commands import Order, Verb
from xunfang.core.dispatching.sheets import Step
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.core.errors import DomainError
from xunfang.units.duty import services as duty
from xunfang.units.models import DutyEntry, Shift
from xunfang.web.http import see_other
from xunfang.web.refusals import STATUSES, sentence_for


@require_GET
@capability_required(Capability.SEE_POSITIONS)
def show(request: HttpRequest, user: User) -> HttpResponse:
    """Show the desk, with a call in hand if one is named."""
    at = timezone.now()
    form = forms.Shown(request.GET)
    form.is_valid()
    call = find_call(user, form.cleaned_data.get("call"))
    needs = tuple(form.cleaned_data.get("need") or ())
    work = work_on(
        call,
        user=user,
        at=at,
        needs=needs,
        shows_all=bool(form.cleaned_data.get("all")),
    )
    return _answer(request, user, work, at)


@require_POST
@capability_required(Capability.DISPATCH)
def send(request: HttpRequest, user: User, call: int) -> HttpResponse:
    """Send a unit out of the list that was shown; ask once if it is bound."""
    found = _call(user, call)
    form = forms.Send(request.POST)
    if not form.is_valid():
        return _missing(request, user, found)
    kept = OfferList.objects.filter(pk=form.cleaned_data["list"], call=found).first()
    if kept is None:
        return _missing(request, user, found)
    shift = get_object_or_404(Shift, pk=form.cleaned_data["shift"])
    return _send(
        request,
        user,
        kept,
        shift,
        preempts=form.cleaned_data["preempts"],
        key=form.cleaned_data["key"],
    )


def _send(
    request: HttpRequest,
    user: User,
    kept: OfferList,
    shift: Shift,
    *,
    preempts: str,
    key: UUID,
) -> HttpResponse:
    at = timezone.now()
    bound = Dispatch.objects.filter(shift=shift, is_open=True).exclude(call=kept.call)
    is_sent = CallEvent.objects.filter(key=key).exists()
    refusal = ""
    if not preempts and not is_sent and bound.exists():
        return _ask(request, user, kept, shift, at)
    leaves = None
    if preempts and preempts != forms.BOTH:
        leaves = bound.filter(pk=preempts).first() if preempts.isdecimal() else None
        if leaves is None and not is_sent:
            return _ask(request, user, kept, shift, at)
    try:
        sending.send_from_list(
            kept=kept, shift=shift, by=user, at=at, key=key, preempts=leaves
        )
    except calls.UnitBound:
        # Another desk was quicker by less than it takes to look.
        return _ask(request, user, kept, shift, at)
    except NotAllowed:
        raise
    except DomainError as error:
        refusal = str(sentence_for(error))
    work = work_on(
        find_call(user, kept.call_id),
        user=user,
        at=at,
        needs=tuple(kept.needs),
        chosen=shift if refusal else None,
        refusal=refusal,
    )
    return _answer(request, user, work, at, is_done=not refusal)


def _ask(
    request: HttpRequest, user: User, kept: OfferList, shift: Shift, at: datetime
) -> HttpResponse:
    """Show what the chosen unit is bound to, and ask what becomes of that."""
    work = work_on(
        kept.call,
        user=user,
        at=at,
        needs=tuple(kept.needs),
        chosen=shift,
        asks=True,
        list_seen_at=kept.made_at,
    )
    return _answer(request, user, work, at, status=HTTPStatus.CONFLICT)


@require_POST
@capability_required(Capability.DISPATCH)
def press(request: HttpRequest, user: User, dispatch: int) -> HttpResponse:
    """Say for a unit how far it is with its call."""
    found = _dispatch(user, dispatch)
    return _act(
        request,
        user,
        found.call,
        forms.Press(request.POST),
        lambda said, at: calls.press(
            dispatch=found, step=Step(said["step"]), by=user, at=at, key=said["key"]
        ),
    )


@require_POST
@capability_required(Capability.DISPATCH)
def stand_down(request: HttpRequest, user: User, dispatch: int) -> HttpResponse:
    """Take a unit off its call, with a reason."""
    found = _dispatch(user, dispatch)
    return _act(
        request,
        user,
        found.call,
        forms.StandDown(request.POST),
        lambda said, at: calls.take_off(
            dispatch=found,
            step=Step.STOOD_DOWN,
            reason=str(wording.STAND_DOWN_REASONS[said["reason"]]),
            by=user,
            at=at,
            key=said["key"],
        ),
    )


@require_POST
@capability_required(Capability.DISPATCH)
def close(request: HttpRequest, user: User, call: int) -> HttpResponse:
    """Close a call. Undo opens it again."""
    found = _call(user, call)
    return _do(
        request,
        user,
        found,
        lambda at: calls.close_call(call=found, by=user, at=at),
    )


@require_POST
@capability_required(Capability.DISPATCH)
def note(request: HttpRequest, user: User, call: int) -> HttpResponse:
    """Write a note in the log of a call."""
    found = _call(user, call)
    form = forms.Note(request.POST)
    return _act(
        request,
        user,
        found,
        form,
        lambda said, at: desk.write_note(
            call=found,
            words=said["words"],
            by=user,
            at=at,
            key=form.key_with(said["words"]),
        ),
        typed=request.POST.get("words", ""),
    )


@require_POST
@capability_required(Capability.DISPATCH)
def word_seen(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Say that somebody has seen what a resident said of life and death."""
    case = get_object_or_404(case_queries.visible_to(user), number=number)
    return _do(
        request,
        user,
        _here(request, user),
        lambda at: case_services.acknowledge(case=case, by=user, at=at),
    )


@require_POST
@capability_required(Capability.DISPATCH)
def report(request: HttpRequest, user: User, shift: int) -> HttpResponse:
    """Say for a unit what it does now: pauses, patrols again."""
    found = get_object_or_404(Shift.objects.select_related("station"), pk=shift)
    return _act(
        request,
        user,
        _here(request, user),
        forms.Report(request.POST),
        lambda said, at: duty.report(
            shift=found,
            step=DutyStep(said["step"]),
            key=said["key"],
            by=user,
            at=at,
        ),
    )


@require_POST
@capability_required(Capability.DISPATCH)
def undo(request: HttpRequest, user: User) -> HttpResponse:
    """Take back the line that the page named as the last."""
    return _act(
        request,
        user,
        _here(request, user),
        forms.Undo(request.POST),
        lambda said, at: _undo(_line(said["line"]), user, at),
    )


def _undo(line: Line, user: User, at: datetime) -> object:
    return desk.undo(line=line, reason=wording.undo_reason(), by=user, at=at)


def _line(code: str) -> Line:
    if code.startswith("d"):
        return get_object_or_404(
            DutyEntry.objects.select_related("shift__station"), pk=code[1:]
        )
    return get_object_or_404(
        CallEvent.objects.select_related("call__station", "dispatch__call__station"),
        pk=code[1:],
    )


@require_http_methods(["GET", "POST"])
@capability_required(Capability.DISPATCH)
def command(request: HttpRequest, user: User) -> HttpResponse:
    """Say what a typed line means (GET), or carry it out if that is certain (POST)."""
    at = timezone.now()
    form = forms.Command(request.POST if request.method == "POST" else request.GET)
    form.is_valid()
    line = form.cleaned_data.get("line") or ""
    here = find_call(user, form.cleaned_data.get("call"))
    reading = lines.read(line, user=user, here=here, at=at)
    if request.method == "GET":
        return JsonResponse(
            {
                "completed": commands.complete(line, reading),
                "is_certain": reading.order is not None,
                "choices": [choice.line for choice in reading.choices],
            }
        )
    if reading.order is None:
        n_choices = len(reading.choices)
        refusal = (
            ngettext(
                "Nothing was done. It goes on like this: %(choices)s",
                "Nothing was done. The line could mean: %(choices)s",
                n_choices,
            )
            % {"choices": wording.listed(c.line for c in reading.choices)}
            if n_choices
            else gettext("Nothing was done: the line is not understood.")
        )
        work = work_on(here, user=user, at=at, refusal=refusal)
        status = HTTPStatus.UNPROCESSABLE_CONTENT
        return _answer(request, user, work, at, status=status, command_line=line)
    return _carry_out(request, user, reading.order, here, form.key_with(line))


def _carry_out(
    request: HttpRequest, user: User, order: Order, here: Call | None, key: UUID
) -> HttpResponse:
    call = here if order.call is None else _call(user, order.call)
    act: Callable[[datetime], object]
    match order:
        case Order(verb=Verb.GO):
            at = timezone.now()
            return _answer(
                request, user, work_on(call, user=user, at=at), at, is_done=True
            )
        case Order(verb=Verb.SEND):
            if call is None:
                raise Http404
            at = timezone.now()
            shift = get_object_or_404(Shift, pk=order.unit)
            _found, kept = sending.show_offers(call=call, by=user, at=at)
            return _send(request, user, kept, shift, preempts="", key=key)
        case Order(verb=Verb.STATUS, what=DutyStep() as what):
            shift = get_object_or_404(
                Shift.objects.select_related("station"), pk=order.unit
            )

            state: DutyStep = what

            def act(at: datetime) -> object:
                return duty.report(shift=shift, step=state, key=key, by=user, at=at)

        case Order(verb=Verb.STATUS, what=Step() as what):
            dispatch, pressed = _open_dispatch(user, order), what

            def act(at: datetime) -> object:
                return calls.press(
                    dispatch=dispatch, step=pressed, by=user, at=at, key=key
                )

        case Order(verb=Verb.STAND_DOWN):
            dispatch = _open_dispatch(user, order)

            def act(at: datetime) -> object:
                return calls.take_off(
                    dispatch=dispatch,
                    step=Step.STOOD_DOWN,
                    reason=str(wording.STAND_DOWN_REASONS["not_needed"]),
                    by=user,
                    at=at,
                    key=key,
                )

        case Order(verb=Verb.CLOSE) if call is not None:
            to_close = call

            def act(at: datetime) -> object:
                return calls.close_call(call=to_close, by=user, at=at)

        case Order(verb=Verb.NOTE, text=words) if call is not None:
            of = call

            def act(at: datetime) -> object:
                return desk.write_note(call=of, words=words, by=user, at=at, key=key)

        case _:

            def act(at: datetime) -> object:
                last = find_last_line(user, at)
                if last is None:
                    raise desk.UndoTooLate(user.username)
                return _undo(last, user, at)

    return _do(request, user, here or call, act)


def _open_dispatch(user: User, order: Order) -> Dispatch:
    return get_object_or_404(
        Dispatch.objects.filter(
            call__in=queries.visible_to(user), is_open=True
        ).select_related("call__station"),
        call=order.call,
        shift=order.unit,
    )


def _call(user: User, key: int) -> Call:
    call = find_call(user, key)
    if call is None:
        raise Http404
    return call


def _dispatch(user: User, key: int) -> Dispatch:
    return get_object_or_404(
        Dispatch.objects.filter(call__in=queries.visible_to(user)).select_related(
            "call__station", "call__initial_class", "call__final_class"
        ),
        pk=key,
    )


def _here(request: HttpRequest, user: User) -> Call | None:
    key = request.POST.get("call", "")
    return find_call(user, int(key)) if key.isdecimal() else None


def _act(
    request: HttpRequest,
    user: User,
    call: Call | None,
    form: Form,
    act: Callable[[dict[str, Any], datetime], object],
    *,
    typed: str = "",
) -> HttpResponse:
    """Do what a form says, if it is complete, and show the desk again."""
    if not form.is_valid():
        return _missing(request, user, call, typed=typed)
    said = form.cleaned_data
    return _do(request, user, call, lambda at: act(said, at), typed=typed)


def _do(
    request: HttpRequest,
    user: User,
    call: Call | None,
    act: Callable[[datetime], object],
    *,
    typed: str = "",
) -> HttpResponse:
    """Do it and show the desk again; a refusal stands beside what was typed."""
    at = timezone.now()
    refusal, status = "", HTTPStatus.OK
    try:
        act(at)
    except NotAllowed:
        raise
    except DomainError as error:
        refusal = str(sentence_for(error))
        status = STATUSES.get(error.code, HTTPStatus.CONFLICT)
    here = find_call(user, call.pk) if call is not None else None
    if here is not None and here.closed_at is not None and not refusal:
        # It is done with: the eyes go back to the queue.
        here = None
    work = work_on(
        here, user=user, at=at, refusal=refusal, typed=typed if refusal else ""
    )
    return _answer(request, user, work, at, is_done=not refusal, status=status)


def _missing(
    request: HttpRequest, user: User, call: Call | None, *, typed: str = ""
) -> HttpResponse:
    at = timezone.now()
    sentence = gettext("The form was not complete. Nothing was done.")
    work = work_on(call, user=user, at=at, refusal=sentence, typed=typed)
    return _answer(request, user, work, at, status=HTTPStatus.UNPROCESSABLE_CONTENT)


def _answer(
    request: HttpRequest,
    user: User,
    work: Work,
    at: datetime,
    *,
    is_done: bool = False,
    status: HTTPStatus = HTTPStatus.OK,
    command_line: str = "",
) -> HttpResponse:
    """Answer with the part that asked, or with the page; what is done moves on."""
    if work.refusal and status is HTTPStatus.OK:
        status = HTTPStatus.CONFLICT
    if "X-Desk-Part" in request.headers:
        context: dict[str, Any] = work_context(work, at)
        context["commands"] = True
        return render(request, "calls/desk/desk.html#work", context, status=status)
    if is_done:
        return see_other(request, url_of(work.call, work.needs))
    context = page_context(user, at, work) | {"command_line": command_line}
    return render(request, "calls/desk/desk.html", context, status=status)
