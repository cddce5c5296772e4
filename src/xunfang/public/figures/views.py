"""The figures everybody reads, and the page on which a leader enters two of them."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from xunfang.accounts.decorators import role_required
from xunfang.accounts.models import Role, User
from xunfang.core.errors import DomainError
from xunfang.feedback.models import Word
from xunfang.public.figures import policies, queries, services
from xunfang.public.figures.forms import SentCountForm, ThanksItemForm
from xunfang.public.figures.services import NoThanks
from xunfang.web.http import see_other
from xunfang.web.names import local_name
from xunfang.web.pages import page_of
from xunfang.web.refusals import sentence_for
from xunfang.web.tables import CSV_TYPE, write_csv


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show how well we listen."""
    user = request.user
    return render(
        request,
        "public/listening.html",
        _figures(request)
        | {"may_enter": isinstance(user, User) and policies.can_enter_figures(user)},
    )


def _figures(request: HttpRequest) -> dict[str, Any]:
    at = timezone.now()
    asked = request.GET.get("days", "")
    days = next((n for n in queries.PERIODS if str(n) == asked), queries.PERIODS[-1])
    since = queries.begins(days, at=at)
    counts = list(queries.sent_counts())
    return {
        "at": at,
        "days": days,
        "periods": queries.PERIODS,
        "since": since,
        "counts": counts,
        "listening": queries.listening(counts),
        "balance": queries.balance(since=since),
        "outcomes": queries.outcomes(since=since),
        "promises": queries.promises(since=since, at=at),
    }


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """Give promises kept and broken as CSV."""
    header = [
        pgettext("promises", "Station"),
        pgettext("promises", "Replies in time"),
        pgettext("promises", "Replies late or owed"),
        pgettext("promises", "Replies still to come"),
        pgettext("promises", "Settled in time"),
        pgettext("promises", "Settled late or owed"),
        pgettext("promises", "Still to be settled"),
    ]
    rows = [
        [
            local_name(row.name, row.name_en) or pgettext("promises", "The city"),
            row.replies_kept,
            row.replies_broken,
            row.replies_open,
            row.settled_kept,
            row.settled_broken,
            row.settled_open,
        ]
        for row in _figures(request)["promises"]
    ]
    return HttpResponse(
        write_csv(header, rows),
        content_type=CSV_TYPE,
        headers={"Content-Disposition": 'attachment; filename="promises.csv"'},
    )


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Give every figure of the page as JSON, with the rows it is counted from."""
    figures = _figures(request)
    heard = figures["listening"]
    balance, outcomes = figures["balance"], figures["outcomes"]
    return JsonResponse(
        {
            "at": figures["at"].isoformat(timespec="seconds"),
            "since": figures["since"].isoformat(timespec="seconds"),
            "listening": heard
            and {
                "words_received": heard.n_received,
                "messages_sent": heard.n_sent,
                "messages_per_word": heard.per_word,
                "first_on": heard.first_on.isoformat(),
                "last_on": heard.last_on.isoformat(),
            },
            "sent": [
                {
                    "first_on": each.first_on.isoformat(),
                    "last_on": each.last_on.isoformat(),
                    "messages_sent": each.n_sent,
                    "source": each.source,
                    "corrects": each.corrects.n_sent if each.corrects else None,
                }
                for each in figures["counts"]
            ],
            "thanks": balance.n_thanks,
            "criticism": balance.n_criticism,
            "banners": balance.n_banners,
            "letters": balance.n_letters,
            "outcomes": {
                "words": outcomes.n_words,
                "answered": outcomes.n_answered,
                "in_hand": outcomes.n_in_hand,
                "elsewhere": outcomes.n_elsewhere,
                "waiting": outcomes.n_waiting,
            },
            "promises": [
                {
                    "station": row.code,
                    "replies_kept": row.replies_kept,
                    "replies_broken": row.replies_broken,
                    "replies_open": row.replies_open,
                    "settled_kept": row.settled_kept,
                    "settled_broken": row.settled_broken,
                    "settled_open": row.settled_open,
                }
                for row in figures["promises"]
            ],
        },
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.LEADER)
def enter(request: HttpRequest, user: User) -> HttpResponse:
    """Let a leader enter how many messages were sent, and what came with thanks."""
    at = timezone.now()
    sends = "n_sent" in request.POST
    form: SentCountForm | ThanksItemForm = (
        SentCountForm(request.POST) if sends else ThanksItemForm(request.POST or None)
    )
    if request.method != "POST" or not form.is_valid():
        return _entering(request, form)
    known = form.cleaned_data
    try:
        if sends:
            services.enter_sent_count(**known, by=user, at=at)
        else:
            word = Word.objects.filter(number=known.pop("number").strip()).first()
            if word is None:
                raise NoThanks("no such word")
            services.note_thanks_item(word=word, **known, by=user, at=at)
    except DomainError as error:
        form.add_error(None, str(sentence_for(error)))
        return _entering(request, form)
    return see_other(request, "public:enter-figures")


def _entering(
    request: HttpRequest, form: SentCountForm | ThanksItemForm
) -> HttpResponse:
    is_refused = form.is_bound
    context = {
        "sent_form": form if isinstance(form, SentCountForm) else SentCountForm(),
        "thanks_form": form if isinstance(form, ThanksItemForm) else ThanksItemForm(),
        "counts": queries.sent_counts(),
        "page": page_of(request, queries.thanks(), n_rows=20),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    return render(request, "public/enter_figures.html", context, status=status)
