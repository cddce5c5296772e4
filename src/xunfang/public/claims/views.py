"""Published figures for everybody, and the page on which a supervisor publishes them."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from xunfang.accounts.decorators import capability_required
from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.core.errors import DomainError
from xunfang.feedback.models import Word
from xunfang.public.claims import queries, services
from xunfang.public.claims.forms import NoteWord, PublishClaim, WithdrawClaim
from xunfang.public.claims.kinds import KINDS, Days, Row
from xunfang.public.claims.queries import Claim
from xunfang.web.http import see_other
from xunfang.web.pages import page_of_list
from xunfang.web.refusals import sentence_for
from xunfang.web.tables import CSV_TYPE, write_csv

N_ON_A_PAGE = 50


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List every figure that was ever published, withdrawn ones too."""
    context = {
        "page": page_of_list(request, queries.claims(), n_rows=N_ON_A_PAGE),
        "may_publish": _may_publish(request),
    }
    return render(request, "public/claims.html", context)


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a figure: effort, outcome, method, and what is said about it."""
    return _claim_page(request, _claim(slug))


def _claim_page(
    request: HttpRequest,
    claim: Claim,
    status: HTTPStatus = HTTPStatus.OK,
    **forms: Any,
) -> HttpResponse:
    tally = claim.recount()
    value = claim.now.value, claim.now.out_of
    context = {
        "claim": claim,
        "tally": tally,
        "has_moved": (tally.value, tally.out_of) != value,
        "said": queries.said_of(claim, at=timezone.now()),
        "may_publish": _may_publish(request),
        "withdraw_form": WithdrawClaim(),
        "word_form": NoteWord(),
        **forms,
    }
    return render(request, "public/claim.html", context, status=status)


@require_safe
def rows(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the rows a figure is counted from, and how many cannot be shown, and why."""
    claim = _claim(slug)
    tally = claim.recount()
    context = {
        "claim": claim,
        "tally": tally,
        "page": page_of_list(request, tally.rows, n_rows=N_ON_A_PAGE),
    }
    return render(request, "public/claim_rows.html", context)


@require_safe
def table(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the rows as CSV; what cannot be shown stands below them with why."""
    claim = _claim(slug)
    tally = claim.recount()
    header = [
        pgettext("claim row", "Day or week from"),
        pgettext("claim row", "Station"),
        pgettext("claim row", "Matter"),
        pgettext("claim row", "Topic"),
        pgettext("claim row", "Counted"),
        pgettext("claim row", "Out of"),
    ]
    lines: list[list[object]] = [
        [row.on, row.station, row.matter, row.topic, row.n, row.out_of]
        for row in tally.rows
    ]
    lines += [
        ["", "", "", _("not shown: %(why)s") % {"why": each.why}, each.n, each.out_of]
        for each in tally.unshown
    ]
    return HttpResponse(
        write_csv(header, lines),
        content_type=CSV_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{slug}.csv"'},
    )


@require_safe
def data(request: HttpRequest, slug: str) -> HttpResponse:
    """Give a figure with its editions and rows as JSON."""
    claim = _claim(slug)
    tally = claim.recount()
    return JsonResponse(
        {
            "figure": slug,
            "kind": claim.row.kind,
            "title": claim.title,
            "first_on": claim.row.first_on.isoformat(),
            "last_on": claim.row.last_on.isoformat(),
            "method": str(claim.kind.method),
            "source": str(claim.kind.source),
            "editions": [
                {
                    "at": each.at.isoformat(timespec="seconds"),
                    "value": each.value,
                    "out_of": each.out_of,
                    "withdrawn_because": each.withdrawn_because,
                }
                for each in claim.editions
            ],
            "recount": {"value": tally.value, "out_of": tally.out_of},
            "rows": [_fields(row) for row in tally.rows],
            "not_shown": [
                {"why": str(each.why), "n": each.n, "out_of": each.out_of}
                for each in tally.unshown
            ],
        },
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )


def _fields(row: Row) -> dict[str, object]:
    return {
        "on": row.on.isoformat(),
        "station": row.station,
        "matter": row.matter,
        "topic": row.topic,
        "n": row.n,
        "out_of": row.out_of,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@capability_required(Capability.SUPERVISE_CASES)
def publish(request: HttpRequest, user: User) -> HttpResponse:
    """Count a figure first, then publish it; ``?of=`` begins with one there is."""
    if request.method != "POST":
        of = queries.find_claim(request.GET.get("of", ""))
        form = PublishClaim(initial=_as_it_stands(of) if of else None)
        return render(request, "public/claim_publish.html", {"form": form})
    form = PublishClaim(request.POST)
    if not form.is_valid():
        return _publish_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    known = {name: form.cleaned_data[name] for name in ("kind", "first_on", "last_on")}
    if "count" in request.POST:
        days = Days(known["first_on"], known["last_on"])
        tally = KINDS[known["kind"]].count(days)
        return _publish_page(request, form, tally=tally, counted=KINDS[known["kind"]])
    slug = form.cleaned_data["slug"]
    try:
        services.publish(slug=slug, **known, text=form.text, by=user, at=timezone.now())
    except DomainError as error:
        form.add_error(None, str(sentence_for(error)))
        return _publish_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return see_other(request, reverse("public:claim", args=[slug]))


def _publish_page(
    request: HttpRequest,
    form: PublishClaim,
    status: HTTPStatus = HTTPStatus.OK,
    **context: Any,
) -> HttpResponse:
    return render(
        request, "public/claim_publish.html", {"form": form, **context}, status=status
    )


def _as_it_stands(claim: Claim) -> dict[str, Any]:
    words = {name: getattr(claim.now, name) for name in services.ClaimText.__slots__}
    row = claim.row
    return words | {
        "slug": row.slug,
        "kind": row.kind,
        "first_on": row.first_on,
        "last_on": row.last_on,
    }


@require_POST
@capability_required(Capability.SUPERVISE_CASES)
def withdraw(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """Withdraw a figure, with a reason that everybody reads."""
    claim, form = _claim(slug), WithdrawClaim(request.POST)
    if form.is_valid():
        try:
            services.withdraw(
                claim=claim.row,
                because=form.cleaned_data["because"],
                by=user,
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error(None, str(sentence_for(error)))
        else:
            return see_other(request, reverse("public:claim", args=[slug]))
    return _claim_page(
        request, claim, HTTPStatus.UNPROCESSABLE_ENTITY, withdraw_form=form
    )


@require_POST
@capability_required(Capability.SUPERVISE_CASES)
def note_word(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """Note that a word which came another way is about the figure."""
    claim, form = _claim(slug), NoteWord(request.POST)
    if form.is_valid():
        number = form.cleaned_data["number"].strip().upper()
        word = Word.objects.filter(number=number).first()
        if word is not None:
            services.note_word(claim=claim.row, word=word, by=user, at=timezone.now())
            return see_other(request, reverse("public:claim", args=[slug]))
        form.add_error("number", _("There is no word with this number."))
    return _claim_page(request, claim, HTTPStatus.UNPROCESSABLE_ENTITY, word_form=form)


def _claim(slug: str) -> Claim:
    claim = queries.find_claim(slug)
    if claim is None:
        raise Http404(slug)
    return claim


def _may_publish(request: HttpRequest) -> bool:
    user = request.user
    return isinstance(user, User) and can(user, Capability.SUPERVISE_CASES)
