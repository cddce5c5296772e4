"""The list of calls, and the three sheets of one."""

from collections.abc import Mapping
from datetime import tzinfo
from http import HTTPStatus
from zoneinfo import ZoneInfo

from django.conf import settings
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from xunfang.accounts.decorators import sign_in_required
from xunfang.accounts.models import User
from xunfang.calls import policies, queries, services
from xunfang.calls.classes.queries import tree, typed
from xunfang.calls.models import Call, CallEvent
from xunfang.calls.referrals.services import FIRST_OFFICE
from xunfang.calls.sheets import forms
from xunfang.calls.sheets.page import Sheets
from xunfang.calls.sheets.queries import Wanted, search, with_all_below
from xunfang.web.pages import page_of

ZONE: tzinfo = ZoneInfo(settings.TIME_ZONE)


@require_safe
@sign_in_required
def index(request: HttpRequest, user: User) -> HttpResponse:
    """List calls, newest first, a page at a time."""
    policies.check_can_open_calls(user)
    form = forms.SearchCalls(request.GET)
    form.is_valid()
    chosen = form.cleaned_data
    named = typed(chosen.get("call_class", ""))
    wanted = Wanted(
        text=chosen.get("q", ""),
        status=chosen.get("status", ""),
        classes={key for one in named for key in with_all_below(one)},
        reporter=chosen.get("reporter", ""),
        first_on=chosen.get("first_on"),
        last_on=chosen.get("last_on"),
    )
    context = {
        "form": form,
        "page": page_of(request, search(user, wanted, zone=ZONE)),
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "classes": tree(),
        "is_unknown_class": bool(chosen.get("call_class")) and not named,
        "can_take": policies.can_take_calls(user),
        "can_edit_sources": policies.can_edit_sources(user),
    }
    return render(request, "calls/list.html", context)


def get_call(user: User, number: str) -> Call:
    """Return a call a person may see; 404 for any other, whether it is there or not."""
    calls = queries.visible_to(user).select_related(
        "initial_class", "final_class", "station", "merged_into"
    )
    return get_object_or_404(calls, number=number)


@require_safe
@sign_in_required
def show(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Show the sheets of a call, its log, and what may be done about it."""
    policies.check_can_open_calls(user)
    return call_page(request, user, get_call(user, number))


@require_safe
@sign_in_required
def on_paper(request: HttpRequest, user: User, number: str) -> HttpResponse:
    """Show the sheets of a call as they are printed."""
    policies.check_can_open_calls(user)
    call = get_call(user, number)
    services.note_view(call=call, page="print", by=user, at=timezone.now())
    context = Sheets(user, call).context() | {"printed_at": timezone.now()}
    return render(request, "calls/call_print.html", context)


def call_page(
    request: HttpRequest,
    user: User,
    call: Call,
    *,
    page: str = "sheets",
    status: HTTPStatus = HTTPStatus.OK,
    filled: Mapping[str, Form] | None = None,
) -> HttpResponse:
    """Draw the page of a call; a restricted one is never shown without a line about it.

    ``filled`` are forms with what somebody typed, in the place of empty ones.
    """
    services.note_view(call=call, page=page, by=user, at=timezone.now())
    sheets = Sheets(user, call)
    at_hand = forms_of(call) | dict(filled or {})
    context = sheets.context() | {
        "forms": at_hand,
        "lines": [
            (line, at_hand.get(f"line-{line.event.pk}") or correct_form(line.event))
            for line in sheets.lines
        ],
        "classes": tree() if policies.can_take_calls(user) else [],
    }
    return render(request, "calls/call.html", context, status=status)


def forms_of(call: Call) -> dict[str, Form]:
    """Return the forms of a call's page, empty or with what holds now."""
    now = call.call_class
    return {
        "feed_back": forms.FeedBack(prefix="feed-back"),
        "revise": revise_form(call),
        "merge": forms.Merge(prefix="merge"),
        "link": forms.Link(prefix="link"),
        "reopen": forms.Reason(prefix="reopen"),
        "restrict": forms.Restrict(
            prefix="restrict", initial={"restriction": call.restriction}
        ),
        "refer": forms.Refer(
            prefix="refer",
            initial={"office": (now.transfer_to if now else "") or FIRST_OFFICE},
        ),
    }


def revise_form(call: Call, data: QueryDict | None = None) -> forms.Revise:
    """Return the form with which a call is set right, as the call is now."""
    return forms.Revise(
        data,
        prefix="revise",
        initial={
            "revision": call.revision,
            "call_class": "" if call.call_class is None else call.call_class.code,
            "urgency": call.urgency,
            "place_text": call.place_text,
            "point": "" if call.lon is None else f"{call.lon:.6f}, {call.lat:.6f}",
            "station": call.station_id,
        },
    )


def correct_form(event: CallEvent, data: QueryDict | None = None) -> forms.Correct:
    """Return the form with which a line of the log is corrected."""
    return forms.Correct(
        data, prefix=f"line-{event.pk}", initial={"happened_at": event.happened_at}
    )
